"""From marks to a percent, a pass, a grade over attempts, and a share by competency."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Protocol

from lms.scoring.question import exact, share_of

PERCENT_PLACES = Decimal("0.01")
#: Shares that weigh the same, or pairs of a weight and a share.
Shares = tuple[Decimal | tuple[Decimal, Decimal], ...]
GRADING = ("best", "last", "first", "average")


class Earned(Protocol):
    """What is asked of a mark here: a `Mark`, or anything else that has a share."""

    @property
    def share(self) -> Decimal:
        """Of the question's weight, 0 to 1, at most six decimal places."""


def total(marks: Sequence[Earned], weights: Sequence[Decimal] | None = None) -> Decimal:
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
    marks: Iterable[tuple[str | None, Earned]], weights: Sequence[Decimal] | None = None
) -> dict[str, Decimal]:
    """Return the weighted mean share of each competency, 0 to 1 in six places, keys sorted.

    Args:
        marks: the competency that a question asks for (None: none, left out), and its mark.
        weights: one for each mark, as in `total`. A competency whose weights are all 0 is left
            out: nothing was asked about it.

    Raises:
        ValueError: not as many weights as marks, or a negative weight.
    """
    groups: dict[str, list[Decimal | tuple[Decimal, Decimal]]] = {}
    if weights is None:
        for competency, mark in marks:
            if competency is not None:
                groups.setdefault(competency, []).append(mark.share)
    else:
        pairs = list(marks)
        for (competency, mark), weight in zip(pairs, _checked(len(pairs), weights), strict=True):
            if competency is not None and weight:
                groups.setdefault(competency, []).append((weight, mark.share))
    return {
        competency: _mean_share(tuple(sorted(group)))
        for competency, group in sorted(groups.items())
    }


def _share(shares: Sequence[Decimal], weights: Sequence[Decimal] | None) -> Fraction:
    if weights is None:
        return _mean(tuple(sorted(shares)))
    given = _checked(len(shares), weights)
    return _mean(tuple(sorted(pair for pair in zip(given, shares, strict=True) if pair[0])))


# Most questions weigh the same and are right or wrong: attempts differ in how many are, and whoever
# marks thousands of them meets the same shares, once they are sorted, again and again.


@lru_cache(maxsize=8192)
def _mean_share(sorted_shares: Shares) -> Decimal:
    return share_of(_mean(sorted_shares))


@lru_cache(maxsize=8192)
def _mean(sorted_shares: Shares) -> Fraction:
    """The mean of shares, or of pairs of a weight and a share."""
    earned, whole = Fraction(0), Fraction(0)
    for one in sorted_shares:
        weight, share = one if isinstance(one, tuple) else (Decimal(1), one)
        whole += Fraction(weight)
        earned += Fraction(weight) * exact(share)
    if not whole:
        raise ValueError("no marks, or no weight")
    return earned / whole


def _checked(count: int, weights: Sequence[Decimal]) -> Sequence[Decimal]:
    if len(weights) != count:
        raise ValueError(f"{len(weights)} weights for {count} marks")
    if weights and min(weights) < 0:
        raise ValueError("a weight is 0 or more")
    return weights


def _down(percent: Fraction) -> Decimal:
    # In whole hundredths: a division in decimals would round once before it is cut.
    return Decimal(percent * 100 // 1).scaleb(-2)
