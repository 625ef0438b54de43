"""Where to put the pass mark: Angoff's method."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from lms.scoring.guard import NO_SPREAD
from lms.scoring.intraclass import Icc, icc
from lms.scoring.matrix import as_matrix

#: Fewer judges than this and the cut is a suggestion.
ENOUGH_JUDGES = 3
#: Judges whose mean judgement lies farther than this from the median judge are named: 15 points of 100, as far as
#: two markers of one essay may differ on this site. Our convention; it needs three judges.
FAR_FROM_MEDIAN = 0.15
#: So are judges farther than this many sd from the mean of all.
FAR = 2.0
#: Fewer judges can never lie that far from their mean, however they judge: nobody among n lies farther than
#: (n − 1)/√n sd from it, 1.79 among five (Shiffler 1988, The American Statistician 42).
ENOUGH_FOR_SD = 6
#: A distance of exactly 15 points is not farther, whatever the sum of its tenths leaves in the last digit.
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Angoff:
    """A cut score out of judgements.

    Args:
        cut_score: in items: the mean over judges of the sum of their judgements.
        cut_share: the same over the number of items, 0 to 1.
        standard_error: of the cut score, sd(judge sums)/√judges; None with one judge.
        judge_sums: by judge, None for one who left something out.
        icc: ICC(2,k), items × judges: how far the panel as a whole is repeatable; None where judges
            or judgements do not vary.
        judges: that counted.
        far_off: places of judges to talk to: their mean judgement lies more than 15 points of 100
            from the median judge (from three judges on), or more than 2 sd from the mean (from six
            on). The median of all, own judgement included: that of two others is their mean, which
            the one who is far off draws along.
        guard: ``guard`` with fewer than three judges.
    """

    cut_score: float
    cut_share: float
    standard_error: float | None
    judge_sums: tuple[float | None, ...]
    icc: Icc | None
    judges: int
    far_off: tuple[int, ...]
    guard: str | None


def angoff(judgements: Any) -> Angoff | None:
    """Return the cut score of judges × items.

    Args:
        judgements: share 0 to 1 of just-good-enough persons whom the judge expects to solve the item.
            A judge with a gap is left out: a sum without an item is not comparable.

    Returns:
        None without a judge or an item.

    Raises:
        ValueError: a judgement outside 0 to 1.
    Source: Angoff (1971), Scales, norms, and equivalent scores, in Thorndike, Educational
        Measurement, 2nd ed.; error: Cizek & Bunch (2007), Standard Setting, ch. 6.
    """
    values = as_matrix(judgements)
    if np.any((values < 0) | (values > 1)):
        raise ValueError("a judgement is a share from 0 to 1")
    whole = np.asarray(~np.isnan(values).any(axis=1))
    rows = values[whole]
    judges, items = rows.shape
    if not judges or not items:
        return None
    sums = values.sum(axis=1)
    counted = rows.sum(axis=1)
    mean = float(counted.mean())
    sd = float(counted.std(ddof=1)) if judges > 1 else None
    far = np.zeros(len(values), dtype=bool)
    if judges >= ENOUGH_JUDGES:
        far |= np.abs(sums - np.median(counted)) / items > FAR_FROM_MEDIAN + ROUNDING
    if judges >= ENOUGH_FOR_SD and sd is not None and sd * sd > NO_SPREAD:
        far |= np.abs(sums - mean) > FAR * sd
    return Angoff(
        mean,
        mean / items,
        None if sd is None else sd / sqrt(judges),
        tuple(float(sums[at]) if whole[at] else None for at in range(len(values))),
        icc(rows.T, "2,k"),
        judges,
        tuple(map(int, np.flatnonzero(far))),
        None if judges >= ENOUGH_JUDGES else "guard",
    )
