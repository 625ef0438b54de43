"""Desired against existing: what posts ask for and what their holders have; pure.

A gap is a number of levels, and never a mark for a person: it says where a course, an observed task or an exercise
would help. What was never put to the test is not known, and is not counted as nothing.

Source of the comparison: UNDP, *Capacity Assessment Methodology* (2008), existing against desired level, with the
evidence noted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from lms.competencies.rules import Standing


class GapState(StrEnum):
    """Where one requirement of a post stands."""

    MET = "met"
    SHORT = "short"
    #: Somebody holds the post, and the competency was never put to the test, or that evidence expired.
    UNKNOWN = "unknown"
    VACANT = "vacant"


@dataclass(frozen=True, slots=True)
class Gap:
    """One requirement: the level desired (1 … 4) and the level that exists, None where it is not known."""

    desired: int
    existing: int | None
    state: GapState

    @property
    def levels(self) -> int | None:
        """How many levels are missing; None where the level is not known."""
        return None if self.existing is None else max(0, self.desired - self.existing)

    @property
    def share(self) -> float | None:
        """`min(1, existing / desired)`, the value of a post in the capacity index."""
        return None if self.existing is None else min(1.0, self.existing / self.desired)


def gap(desired: int, held: bool, where: Standing | None) -> Gap:
    """Compare what a post asks for with where its holder stands.

    Args:
        desired: at least 1; 0 is not a need and has no gap.
        held: whether anybody holds the post.
        where: the holder's standing; None where nothing was recorded of them.
    """
    if not held:
        return Gap(desired, None, GapState.VACANT)
    if where is None or not where.known:
        return Gap(desired, None, GapState.UNKNOWN)
    state = GapState.MET if where.level >= desired else GapState.SHORT
    return Gap(desired, where.level, state)


@dataclass(frozen=True, slots=True)
class Summary:
    """Several requirements together; `met`, `short`, `unknown` and `vacant` add up to `total`."""

    total: int
    met: int
    short: int
    unknown: int
    vacant: int
    #: Levels desired and, of those, existing, over the requirements of which the level is known.
    desired: int
    existing: int
    #: Mean share over those: what the capacity index starts from, before evidence ages; None where none is known.
    share: float | None

    @property
    def known(self) -> int:
        """Requirements of which the level is known."""
        return self.met + self.short

    @property
    def coverage(self) -> float:
        """Share of requirements of which the level is known; 1 where there is no requirement."""
        return self.known / self.total if self.total else 1.0


def summed(gaps: Iterable[Gap]) -> Summary:
    """Add requirements up: more than is desired of one makes up for nothing that lacks in another."""
    found = list(gaps)
    known = [one for one in found if one.existing is not None]
    shares = [one.share for one in known if one.share is not None]
    count = {state: sum(one.state is state for one in found) for state in GapState}
    return Summary(
        total=len(found),
        met=count[GapState.MET],
        short=count[GapState.SHORT],
        unknown=count[GapState.UNKNOWN],
        vacant=count[GapState.VACANT],
        desired=sum(one.desired for one in known),
        existing=sum(min(one.desired, one.existing or 0) for one in known),
        share=sum(shares) / len(shares) if shares else None,
    )
