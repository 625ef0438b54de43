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
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
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
    #: The record it came from, such as ``exercise:…``; empty where that is not known.
    record: str = ""
    #: Code of the organisation that assessed; empty for what nobody assessed, such as a marked quiz.
    assessor: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's level in one competency: which evidence grants it, until when, and what is missing."""

    level: int
    #: One piece for each level held, the lowest first.
    granted_by: tuple[UUID, ...]
    #: The first day on which the level, as it is, lapses; None without a level.
    lapses_on: date | None
    missing: Missing
    #: All that was observed by the day, newest first, whether it still holds or not.
    evidence: tuple[UUID, ...]
    #: What would grant the next level, is still valid and fell short of it; newest first.
    fell_short: tuple[UUID, ...] = ()

    @property
    def known(self) -> bool:
        """Whether the competency was put to the test; if not, level 0 means that nothing is known."""
        return self.level > NONE or bool(self.fell_short)


@dataclass(frozen=True, slots=True)
class Step:
    """What grants a level above the one below it: a piece of a kind, with a share, for so many months."""

    missing: Missing
    kind: str
    least: Decimal
    months: int
    leading: bool = False

    def holds(self, item: Item, as_of: date) -> bool:
        """Whether the item speaks of this step on the day, whatever its share."""
        return (
            item.kind == self.kind
            and self.since(as_of) <= item.observed_on <= as_of
            and (item.leading or not self.leading)
        )

    def since(self, as_of: date) -> date:
        """The earliest day of observation that still holds on the day."""
        return first_valid_day(as_of, self.months)


@lru_cache(maxsize=16)
def steps(valid_months: int = VALID_MONTHS) -> tuple[Step, ...]:
    """The steps to awareness, practitioner and lead, in order; no evidence grants mentor yet."""
    return (
        Step(Missing.ASSESSMENT, "assessment", PASS_SHARE, valid_months),
        Step(Missing.PRACTICAL_OBSERVATION, "practical-observation", Decimal(1), valid_months),
        Step(Missing.EXERCISE_LEAD, "exercise-evaluation", SOME_CHALLENGES, EXERCISE_MONTHS, True),
    )


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


@lru_cache(maxsize=64)
def first_valid_day(as_of: date, months: int) -> date:
    """The earliest day of which `months_after` lies after `as_of`: what was observed then is still valid.

    >>> first_valid_day(date(2026, 4, 30), 1)
    datetime.date(2026, 4, 1)
    """
    if as_of.year * 12 + as_of.month - months <= 12:
        return date.min
    # Of the last days of a long month several have the same day so many months later.
    day = months_after(as_of, -months) + timedelta(days=1)
    while months_after(day, months) <= as_of:
        day += timedelta(days=1)
    return day


def standing(items: Iterable[Item], as_of: date, valid_months: int = VALID_MONTHS) -> Standing:
    """Apply the rule to one person's evidence on one competency; items after `as_of` do not count."""
    known = sorted(
        (item for item in items if item.observed_on <= as_of),
        # Keys as whole numbers stand in the order of their digits.
        key=lambda item: (item.observed_on, item.id.int),
        reverse=True,
    )

    granted: list[UUID] = []
    lapses: list[date] = []
    missing = Missing.COACHING
    short: tuple[UUID, ...] = ()
    for step in steps(valid_months):
        valid = [item for item in known if step.holds(item, as_of)]
        item = next((one for one in valid if one.share >= step.least), None)
        if item is None:
            missing, short = step.missing, tuple(one.id for one in valid)
            break
        granted.append(item.id)
        lapses.append(months_after(item.observed_on, step.months))
    return Standing(
        level=len(granted),
        granted_by=tuple(granted),
        lapses_on=min(lapses) if lapses else None,
        missing=missing,
        evidence=tuple(item.id for item in known),
        fell_short=short,
    )
