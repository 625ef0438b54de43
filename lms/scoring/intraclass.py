"""Intraclass correlation: how far judges who give numbers are interchangeable."""

from dataclasses import dataclass
from typing import Any

from lms.scoring.coefficient import Coefficient
from lms.scoring.distributions import f_quantile
from lms.scoring.guard import NO_SPREAD, guard_of
from lms.scoring.matrix import as_matrix, complete_rows

MODELS = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")


@dataclass(frozen=True, eq=False)
class Icc(Coefficient):
    """An intraclass correlation.

    Args:
        value: 1 at most; negative values stay negative.
        model: as asked for.
        low, high: interval by the F distribution; None where there is no error to compare with
            (all judges agree but for constant offsets).
        f: mean square of targets over that of error; None likewise.
        level: of the interval.
        targets, judges: that counted.
        left_out: targets with a gap.
        guard: as `guard_of` targets.
    """

    model: str
    low: float | None
    high: float | None
    f: float | None
    level: float
    targets: int
    judges: int
    left_out: int
    guard: str | None


def icc(matrix: Any, model: str = "2,1", level: float = 0.95) -> Icc | None:
    """Return an intraclass correlation of targets × judges.

    Args:
        matrix: numbers; targets with a gap (None or NaN) are left out.
        model: ``1``: each target has judges of its own; ``2``: the same judges, drawn from many,
            whose leniency counts as error; ``3``: just these judges, leniency does not count. After
            the comma ``1`` for one judge, ``k`` for the mean of all.
        level: of the interval.

    Returns:
        None with fewer than two targets or judges, or no variation. Under ten targets it carries a
        guard and a wide interval rather than None, as in the source's own example of six.

    Raises:
        ValueError: an unknown model, or a level that is not strictly between 0 and 1.
    Source: Shrout & Fleiss (1979), Psychological Bulletin 86, with its intervals.
    """
    if model not in MODELS:
        raise ValueError(f"a model is one of {'; '.join(MODELS)}")
    if not 0 < level < 1:
        raise ValueError("a level lies between 0 and 1")
    values = as_matrix(matrix)
    rows = complete_rows(values)
    n, k = rows.shape
    if n < 2 or k < 2:
        return None
    whole = float(rows.mean())
    sum_targets = k * float(((rows.mean(axis=1) - whole) ** 2).sum())
    sum_judges = n * float(((rows.mean(axis=0) - whole) ** 2).sum())
    sum_all = float(((rows - whole) ** 2).sum())
    if sum_all < NO_SPREAD:
        return None
    # Rounding would otherwise turn a perfect agreement into a huge F, or a negative square.
    rest = max(0.0, sum_all - sum_targets - sum_judges)
    rest = 0.0 if rest < 1e-12 * sum_all else rest
    squares = _Squares(
        n,
        k,
        targets=sum_targets / (n - 1),
        judges=sum_judges / (k - 1),
        within=(sum_judges + rest) / (n * (k - 1)),
        error=rest / ((n - 1) * (k - 1)),
    )
    value = squares.value(model)
    if value is None:
        return None
    low, high = squares.interval(model, (1 + level) / 2)
    return Icc(
        value,
        model,
        low,
        high,
        squares.f(model),
        level,
        n,
        k,
        len(values) - n,
        guard_of(n),
    )


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of the two analyses of variance."""

    n: int
    k: int
    targets: float
    judges: float
    within: float
    error: float

    def value(self, model: str) -> float | None:
        n, k, b = self.n, self.k, self.targets
        case, of = model.split(",")
        below = 0.0
        if case == "1":
            above, below = b - self.within, b + (k - 1) * self.within
        elif case == "2":
            above = b - self.error
            below = b + (k - 1) * self.error + k * (self.judges - self.error) / n
        else:
            above, below = b - self.error, b + (k - 1) * self.error
        if of == "k":
            below = b + (self.judges - self.error) / n if case == "2" else b
        return above / below if abs(below) > NO_SPREAD else None

    def f(self, model: str) -> float | None:
        noise = self.within if model[0] == "1" else self.error
        return self.targets / noise if noise > 0 else None

    def interval(self, model: str, share: float) -> tuple[float | None, float | None]:
        f = self.f(model)
        if f is None or f == 0:
            return None, None
        n, k = self.n, self.k
        if model[0] == "2":
            low, high = self._absolute(share)
        else:
            freedom = n * (k - 1) if model[0] == "1" else (n - 1) * (k - 1)
            f_low = f / f_quantile(share, n - 1, freedom)
            f_high = f * f_quantile(share, freedom, n - 1)
            low, high = (f_low - 1) / (f_low + k - 1), (f_high - 1) / (f_high + k - 1)
        if model.endswith("k"):
            return k * low / (1 + low * (k - 1)), k * high / (1 + high * (k - 1))
        return low, high

    def _absolute(self, share: float) -> tuple[float, float]:
        """Interval of ICC(2,1), whose freedom is approximated after Satterthwaite."""
        n, k, b, j, e = self.n, self.k, self.targets, self.judges, self.error
        rho = self.value("2,1") or 0.0
        ratio = j / e
        parts = k * rho * ratio, n * (1 + (k - 1) * rho) - k * rho
        freedom = (k - 1) * (n - 1) * (parts[0] + parts[1]) ** 2
        freedom /= (n - 1) * parts[0] ** 2 + parts[1] ** 2
        upper, lower = f_quantile(share, n - 1, freedom), f_quantile(share, freedom, n - 1)
        shared = k * j + (k * n - k - n) * e
        return (
            n * (b - upper * e) / (upper * shared + n * b),
            n * (lower * b - e) / (shared + n * lower * b),
        )
