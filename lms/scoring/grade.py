"""From marks to a percent, a pass, a grade over attempts, and a share by competency."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from lms.scoring.question import Mark, exact, share_of

PERCENT_PLACES = Decimal("0.01")
GRADING = ("best", "last", "first", "average")


def total(marks: Sequence[Mark], weights: Sequence[Decimal] | None = None) -> Decimal:
    """Return the percent earned: 100 · Σ weight · share / Σ weight, two places, rounded down.

    Down and not half up, because the percent is shown beside a pass mark: 69.995 shows as 69.99 and
    fails at 70, it never shows as 70.00 and fails. Since pass marks have two places at most,
    the rounded percent reaches a pass mark exactly when the unrounded one does. Thirds and the
    like are added as fractions, so three marks of 1/3 make one whole.

    Args:
        marks: one for each question of the attempt, unanswered ones included.
        weights: one for each mark, 0 or more; None when all weigh the same.

    Raises:
        ValueError: no marks, not as many weights as marks, a negative weight, or all of them 0.
    """
    return _down(_share([mark.share for mark in marks], weights) * 100)


def passed(percent: Decimal, pass_mark: Decimal) -> bool:
    """Say whether a percent reaches the pass mark; equal is enough, nothing is rounded.

    Raises:
        ValueError: a pass mark outside 0 to 100, or with more than two decimal places.
    """
    if not 0 <= pass_mark <= 100 or pass_mark != pass_mark.quantize(PERCENT_PLACES):
        raise ValueError(f"a pass mark is 0 to 100 with two decimal places, not {pass_mark}")
    return percent >= pass_mark


def grade_of(attempt_percents: Sequence[Decimal], method: str) -> Decimal | None:
    """Return the grade over somebody's finished attempts, which come in the order of their start.

    ``best`` is the highest, ``first`` and ``last`` go by order, ``average`` is the mean of all,
    rounded down to two places as in `total`. None when there is no finished attempt.

    Raises:
        ValueError: another method.
    """
    if method not in GRADING:
        raise ValueError(f"grading is one of {', '.join(GRADING)}, not {method!r}")
    if not attempt_percents:
        return None
    if method == "best":
        return max(attempt_percents)
    if method == "first":
        return attempt_percents[0]
    if method == "last":
        return attempt_percents[-1]
    return _down(sum(map(Fraction, attempt_percents), Fraction(0)) / len(attempt_percents))


def by_competency(
    marks: Iterable[tuple[str | None, Mark]], weights: Sequence[Decimal] | None = None
) -> dict[str, Decimal]:
    """Return the weighted mean share of each competency, 0 to 1 in six places, keys sorted.

    Args:
        marks: the competency that a question asks for (None: none, left out), and its mark.
        weights: one for each mark, as in `total`. A competency whose weights are all 0 is left
            out: nothing was asked about it.

    Raises:
        ValueError: not as many weights as marks, or a negative weight.
    """
    pairs = list(marks)
    given = _weights(len(pairs), weights)
    groups: dict[str, list[tuple[Fraction, Fraction]]] = {}
    for (competency, mark), weight in zip(pairs, given, strict=True):
        if competency is not None and weight:
            groups.setdefault(competency, []).append((weight, exact(mark.share)))
    return {
        competency: share_of(Fraction(sum(w * s for w, s in group)) / sum(w for w, _ in group))
        for competency, group in sorted(groups.items())
    }


def _share(shares: Sequence[Decimal], weights: Sequence[Decimal] | None) -> Fraction:
    given = _weights(len(shares), weights)
    if not sum(given):
        raise ValueError("no marks, or no weight")
    earned = sum(weight * exact(share) for weight, share in zip(given, shares, strict=True))
    return Fraction(earned) / sum(given)


def _weights(count: int, weights: Sequence[Decimal] | None) -> list[Fraction]:
    if weights is None:
        return [Fraction(1)] * count
    if len(weights) != count:
        raise ValueError(f"{len(weights)} weights for {count} marks")
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight is 0 or more")
    return [Fraction(weight) for weight in weights]


def _down(percent: Fraction) -> Decimal:
    # In whole hundredths: a division in decimals would round once before it is cut.
    return Decimal(percent * 100 // 1).scaleb(-2)
