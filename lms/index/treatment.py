"""Raw values drawn in by what the others show: shrinkage towards the mean, and outliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.flags import Flag
from lms.index.methodology import Indicator
from lms.index.random_effects import random_effects

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Known errors that an estimate of the spread between subjects needs (specification, section 3).
FEWEST_ERRORS = 3
#: Subjects that quantiles of the sample need (section 5).
FEWEST_SUBJECTS = 10
#: |skewness| and kurtosis that together say there are outliers (COINr, the JRC's practice).
SKEWED, PEAKED = 2.0, 3.5


@dataclass(frozen=True, slots=True)
class Treatment:
    """Figures of the sample by which one indicator's values are treated; draws do not move them.

    Args:
        mean, tau2, variance: of shrinkage: μ, τ² and 1/Σw*; NaN where nothing is shrunk.
        lowest, highest: ends between which values stay, as outliers are set to them.
        flags: of the whole indicator: what could not be done.
    """

    mean: float = np.nan
    tau2: float = np.nan
    variance: float = np.nan
    lowest: float = -np.inf
    highest: float = np.inf
    flags: int = 0

    @property
    def shrinks(self) -> bool:
        """Whether values are drawn towards the mean."""
        return not np.isnan(self.mean)

    @property
    def nothing(self) -> bool:
        """Whether values stay as they are."""
        return not self.shrinks and np.isinf(self.lowest) and np.isinf(self.highest)

    def shrunk(self, x: Floats, se: Floats) -> tuple[Floats, Floats]:
        """x̃ = λx + (1 − λ)μ with λ = τ²/(τ² + se²), and its error √(λ·se² + (1 − λ)²/Σw*).

        NaN where nothing is shrunk: where the error is not known, or known to be 0.
        """
        pulled = self.shrinks & (se > 0)
        part = self.tau2 / np.where(pulled, self.tau2 + se**2, 1.0)
        value = part * x + (1 - part) * self.mean
        error = np.sqrt(part * se**2 + (1 - part) ** 2 * self.variance)
        return np.where(pulled, value, np.nan), np.where(pulled, error, np.nan)

    def used(self, x: Floats, se: Floats) -> Floats:
        """The values that are normalised: shrunk where there is shrinkage, then kept within the ends."""
        value = self.shrunk(x, se)[0]
        return np.clip(np.where(np.isnan(value), x, value), self.lowest, self.highest)


def treatment_of(indicator: Indicator, raw: Floats, se: Floats) -> Treatment:
    """The figures of a column of raw values and their errors; NaN is left out."""
    flags = 0
    figures: dict[str, Any] = {}
    if indicator.shrinkage == "empirical_bayes":
        found = between(raw, se)
        if found is None:
            flags |= Flag.NOT_SHRUNK
        else:
            figures = dict(zip(("mean", "tau2", "variance"), found, strict=True))
    if indicator.outliers.method != "none":
        present = Treatment(**figures).used(raw, se)
        low, high, mark = _ends(indicator, np.sort(present[~np.isnan(present)]))
        figures |= {"lowest": low, "highest": high}
        flags |= mark
    return Treatment(**figures, flags=int(flags))


def between(raw: Floats, se: Floats) -> tuple[float, float, float] | None:
    """μ, τ² and 1/Σw* over the subjects whose error is known and above 0; None for fewer than three.

    Source: DerSimonian & Laird (1986).
    """
    known = ~np.isnan(raw) & (se > 0)
    if known.sum() < FEWEST_ERRORS:
        return None
    found = random_effects(raw[known], se[known] ** 2)
    return found.mean, found.tau2, found.se**2


def reliability(raw: Floats, se: Floats) -> Floats:
    """ρ = τ²/(τ² + se²) of each subject's value: the share of a difference that is no chance.

    NaN where the error is not known, or where fewer than three are. Below 0.5, differences between
    districts are mostly chance.
    """
    found = between(raw, se)
    if found is None:
        return np.full(raw.shape, np.nan)
    total = found[1] + se**2
    share = found[1] / np.where(total > 0, total, 1.0)
    # A census of one subject among others: its value is certain, whatever the spread.
    return np.where(np.isnan(raw) | np.isnan(se), np.nan, np.where(se == 0, 1.0, share))


def _ends(indicator: Indicator, ordered: Floats) -> tuple[float, float, int]:
    """Ends of the values that stay as they are, and what could not be done."""
    how = indicator.outliers
    if how.method == "winsorise":
        if ordered.size < FEWEST_SUBJECTS:
            return -np.inf, np.inf, Flag.NOT_TREATED
        low, high = np.quantile(ordered, [how.lower, how.upper])
        return float(low), float(high), 0
    if ordered.size < 4:
        return -np.inf, np.inf, Flag.NOT_TREATED
    low, high = -np.inf, np.inf
    for _ in range(how.points):
        skewness, kurtosis = skewness_of(ordered), kurtosis_of(ordered)
        if not (abs(skewness) > SKEWED and kurtosis > PEAKED):
            return low, high, 0
        # The most extreme value lies on the side of the longer tail; equal ones go together.
        if skewness > 0:
            high = float(ordered[ordered < ordered[-1]][-1])
            ordered = np.minimum(ordered, high)
        else:
            low = float(ordered[ordered > ordered[0]][0])
            ordered = np.maximum(ordered, low)
    skewed = abs(skewness_of(ordered)) > SKEWED and kurtosis_of(ordered) > PEAKED
    return low, high, Flag.STILL_SKEWED if skewed else 0


def skewness_of(values: Floats) -> float:
    """G1, the adjusted Fisher–Pearson skewness of spreadsheets; 0 without spread or below three."""
    n = values.size
    standard = _standardised(values) if n > 2 else None
    if standard is None:
        return 0.0
    return float(n / ((n - 1) * (n - 2)) * np.sum(standard**3))


def kurtosis_of(values: Floats) -> float:
    """G2, the adjusted excess kurtosis of spreadsheets; 0 without spread or below four values."""
    n = values.size
    standard = _standardised(values) if n > 3 else None
    if standard is None:
        return 0.0
    first = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * np.sum(standard**4)
    return float(first - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3)))


def _standardised(values: Floats) -> Floats | None:
    # Of values near the largest float the spread cannot be told, and nothing is treated.
    with np.errstate(over="ignore", invalid="ignore"):
        spread = float(np.std(values, ddof=1))
    return (values - values.mean()) / spread if 0 < spread < np.inf else None
