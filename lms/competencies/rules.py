"""When somebody holds a level: the framework's rule, applied to evidence.

Levels are 1 awareness, 2 practitioner, 3 lead, 4 mentor; 0 is none yet. The rule is that of the starter
framework (its section *Rule for granting a level*):

- awareness: an assessment of a linked course at 80 % or more;
- practitioner: awareness, and a practical observation that meets every criterion;
- lead: practitioner, and a joint exercise objective rated P or S in a leading role within 24 months;
- mentor: lead, and two people coached plus an improvement used by others. The site keeps no record of coaching, so
  no evidence grants it yet and the page says what is missing.

A level is valid for 36 months. A rating of M or U never takes a level away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

NONE, AWARENESS, PRACTITIONER, LEAD, MENTOR = range(5)
PASS_SHARE = Decimal("0.8")
#: S, performed with some challenges, is worth two thirds.
SOME_CHALLENGES = Decimal("0.666666")
VALID_MONTHS = 36
EXERCISE_MONTHS = 24


class Missing(StrEnum):
    """What would grant the next level."""

    ASSESSMENT = "assessment"
    PRACTICAL_OBSERVATION = "practical-observation"
    EXERCISE_LEAD = "exercise-lead"
    COACHING = "coaching"


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of evidence as the rule needs it; `share` lies in 0 … 1."""

    id: UUID
    kind: str
    share: Decimal
    observed_on: date
    leading: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's level in one competency: which evidence grants it, until when, and what is missing."""

    level: int
    granted_by: tuple[UUID, ...]
    #: The first day on which the level, as it is, lapses; None without a level.
    lapses_on: date | None
    missing: Missing
    evidence: tuple[UUID, ...]


def months_after(day: date, months: int) -> date:
    """The day so many months later; the last of the month where it has no such day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def standing(items: Iterable[Item], as_of: date, valid_months: int = VALID_MONTHS) -> Standing:
    """Apply the rule to one person's evidence on one competency; items after `as_of` do not count."""
    known = sorted(
        (item for item in items if item.observed_on <= as_of),
        key=lambda item: (item.observed_on, str(item.id)),
        reverse=True,
    )

    def newest(kind: str, least: Decimal, months: int, leading: bool = False) -> Item | None:
        for item in known:
            if (
                item.kind == kind
                and item.share >= least
                and months_after(item.observed_on, months) > as_of
                and (item.leading or not leading)
            ):
                return item
        return None

    steps = (
        (newest("assessment", PASS_SHARE, valid_months), valid_months, Missing.ASSESSMENT),
        (
            newest("practical-observation", Decimal(1), valid_months),
            valid_months,
            Missing.PRACTICAL_OBSERVATION,
        ),
        (
            newest("exercise-evaluation", SOME_CHALLENGES, EXERCISE_MONTHS, leading=True),
            EXERCISE_MONTHS,
            Missing.EXERCISE_LEAD,
        ),
    )
    granted: list[UUID] = []
    lapses: list[date] = []
    missing = Missing.COACHING
    for item, months, lack in steps:
        if item is None:
            missing = lack
            break
        granted.append(item.id)
        lapses.append(months_after(item.observed_on, months))
    return Standing(
        level=len(granted),
        granted_by=tuple(granted),
        lapses_on=min(lapses) if lapses else None,
        missing=missing,
        evidence=tuple(item.id for item in known),
    )
