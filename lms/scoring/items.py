"""Item analysis: which questions are hard, which tell people apart, how reliable a test is.

A matrix is persons × items, one row a person, each cell the share 0 to 1 earned, as a float. A cell
is None where a person was not given the item, as happens when attempts are drawn from a bank.
Too little to say anything is None, never a number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from statistics import fmean, variance

Matrix = Sequence[Sequence[float | None]]

#: Shares at which an item is worth a second look (capacity methodology, section *Items*).
HARD, EASY, WEAK = 0.2, 0.9, 0.2
FEW, INDICATIVE = 10, 30
#: Spread below this is rounding, not difference between people.
NO_SPREAD = 1e-12


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha with what it rests on.

    Args:
        value: at most 1; may be negative.
        persons: rows without a gap, the only ones that count.
        alpha_if_deleted: by item, alpha of the others; None where two items are not left.
        guard: as `guard_of`.
    """

    value: float
    persons: int
    alpha_if_deleted: tuple[float | None, ...]
    guard: str | None


def guard_of(persons: int) -> str | None:
    """Return the caution due: ``guard`` under 10 persons, ``indicative`` under 30, else None."""
    if persons < FEW:
        return "guard"
    return "indicative" if persons < INDICATIVE else None


def facility(marks: Sequence[Decimal], maximum: Decimal = Decimal(1)) -> float:
    """Return the mean share of the maximum mark: 0 when nobody scored, 1 when all had full marks.

    Marks are those of finished attempts, one a person, in any order.

    Raises:
        ValueError: no marks, or a maximum that is not positive.
    Source: Crocker & Algina (1986), Introduction to Classical and Modern Test Theory, ch. 14.
    """
    if not marks or maximum <= 0:
        raise ValueError("no marks, or a maximum that is not positive")
    return float(sum(marks, Decimal(0)) / len(marks) / maximum)


def facility_word(value: float) -> str | None:
    """Return ``hard`` under 0.2, ``easy`` over 0.9, otherwise None."""
    if value < HARD:
        return "hard"
    return "easy" if value > EASY else None


def discrimination(matrix: Matrix, item: int) -> float | None:
    """Return the corrected item–total correlation, −1 to 1: the item against the rest without it.

    The rest of a person is the mean of the other items that the person was given; with no gaps that
    orders and correlates as their sum does. None when fewer than three persons have the item and a
    rest, or when item or rest do not vary.

    Source: Crocker & Algina (1986), ch. 14; Pearson's correlation.
    """
    pairs: list[tuple[float, float]] = []
    for row in matrix:
        own = row[item]
        rest = [cell for at, cell in enumerate(row) if at != item and cell is not None]
        if own is not None and rest:
            pairs.append((own, fmean(rest)))
    return _correlation(pairs) if len(pairs) > 2 else None


def discrimination_word(value: float) -> str | None:
    """Return ``check-key`` under 0 (good learners get it wrong), ``weak`` under 0.2, or None."""
    if value < 0:
        return "check-key"
    return "weak" if value < WEAK else None


def cronbach_alpha(matrix: Matrix) -> Reliability | None:
    """Return alpha = k/(k − 1) · (1 − Σ variance of items / variance of totals), k items.

    Variances have n − 1 above and below the line. Persons with a gap are left out. None when
    fewer than two items or two persons are left, or when totals do not vary.

    Source: Cronbach (1951), Psychometrika 16, eq. 2.
    """
    rows = [[float(c) for c in row if c is not None] for row in matrix if None not in row]
    value = _alpha(rows)
    if value is None:
        return None
    without = tuple(
        _alpha([row[:at] + row[at + 1 :] for row in rows]) for at in range(len(rows[0]))
    )
    return Reliability(value, len(rows), without, guard_of(len(rows)))


def kr20(matrix: Matrix) -> float | None:
    """Return Kuder and Richardson's formula 20: k/(k − 1) · (1 − Σ p(1 − p) / variance of totals).

    For marks of 0 or 1 only; p is the share who were right, and both variances have n below, which
    makes it the same number as alpha. None where alpha is None.

    Raises:
        ValueError: a mark other than 0 and 1.
    Source: Kuder & Richardson (1937), Psychometrika 2.
    """
    if any(cell not in (0, 1, None) for row in matrix for cell in row):
        raise ValueError("KR-20 is for marks of 0 and 1")
    reliability = cronbach_alpha(matrix)
    return None if reliability is None else reliability.value


def _alpha(rows: list[list[float]]) -> float | None:
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    items = len(rows[0])
    spread = variance([sum(row) for row in rows])
    if spread < NO_SPREAD:
        return None
    parts = sum(variance(column) for column in zip(*rows, strict=True))
    return items / (items - 1) * (1 - parts / spread)


def _correlation(pairs: list[tuple[float, float]]) -> float | None:
    mean_x, mean_y = fmean(x for x, _ in pairs), fmean(y for _, y in pairs)
    sum_xx = sum((x - mean_x) ** 2 for x, _ in pairs)
    sum_yy = sum((y - mean_y) ** 2 for _, y in pairs)
    if sum_xx < NO_SPREAD or sum_yy < NO_SPREAD:
        return None
    sum_xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    return max(-1.0, min(1.0, sum_xy / sqrt(sum_xx * sum_yy)))
