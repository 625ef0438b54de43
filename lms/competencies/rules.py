"""When evidence grants a level: the rule of the framework, pure.

The rule (`docs/competencies.md`; source: the curriculum's section 1.3, *Rule for granting a level*):

- awareness: an assessment of a linked course at 80 % or more;
- practitioner: awareness, a practical observation that meets every criterion, and a record of real work that a
  supervisor confirmed;
- lead: practitioner, a joint exercise objective rated P or S in a leading role within 24 months, and, where a
  survey item is linked with the competency, a partner survey with a mean of 3.5 of 5 or more;
- mentor: lead, two people coached to practitioner, and one documented improvement that more than one organisation
  uses, confirmed by the joint committee.

A level is valid for 36 months. A rating of M or U never takes a level away.

The **earlier rule** asked for neither the confirmation nor the survey. Where a framework says from when the full
rule holds, the earlier one goes on applying to what was observed before that day, until the transition is over: so
nobody loses a level overnight.
"""

from collections.abc import Iterable, Sequence
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
#: A mean of 3.5 on a scale from 1 to 5, as a share of the way from 1 to 5.
SURVEY_SHARE = Decimal("0.625")
VALID_MONTHS = 36
EXERCISE_MONTHS = 24
#: People whom a mentor coached to practitioner.
COACHED = 2


class Missing(StrEnum):
    """What a level asks for, by the name under which it may be missing."""

    ASSESSMENT = "assessment"
    PRACTICAL_OBSERVATION = "practical-observation"
    WORK_CONFIRMATION = "work-confirmation"
    EXERCISE_LEAD = "exercise-lead"
    SURVEY = "survey"
    COACHING = "coaching"
    IMPROVEMENT = "improvement"


#: What came with the full rule to levels that the earlier one granted as well.
ONLY_IN_FULL = frozenset({Missing.WORK_CONFIRMATION, Missing.SURVEY})


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
    #: What pieces share that are not different ones, such as the person coached; empty: a group of its own.
    group: str = ""
    #: Code of the organisation that assessed; empty for what nobody assessed, such as a marked quiz.
    assessor: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """One thing that a level asks for: a piece of a kind with at least a share, valid for so many months.

    Where `different` is more than 1, so many pieces of different groups are asked for, such as of two people.
    """

    missing: Missing
    kind: str
    least: Decimal
    months: int
    leading: bool = False
    different: int = 1

    def holds(self, item: Item, as_of: date) -> bool:
        """Whether the item speaks of this on the day, whatever its share."""
        return (
            item.kind == self.kind
            and self.since(as_of) <= item.observed_on <= as_of
            and (item.leading or not self.leading)
        )

    def met_by(self, item: Item, as_of: date) -> bool:
        """Whether the item is one that this asks for on the day."""
        return item.share >= self.least and self.holds(item, as_of)

    def since(self, as_of: date) -> date:
        """The earliest day of observation that still holds on the day."""
        return first_valid_day(as_of, self.months)


#: All that a level asks for above the one below it.
Step = tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rule for one competency: the steps to awareness, practitioner, lead and mentor, in order.

    `earlier` are the steps of the earlier rule. They apply to what was observed before `full_from`, on days before
    `until`; without `full_from` they never do.
    """

    steps: tuple[Step, ...]
    earlier: tuple[Step, ...] = ()
    full_from: date | None = None
    until: date | None = None

    def earlier_on(self, as_of: date) -> date | None:
        """The day before which evidence must be observed for the earlier rule to apply; None where it is over."""
        return self.full_from if self.until is not None and as_of < self.until else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A framework's rule.

    Args:
        valid_months: how long a piece of evidence holds, but for exercises.
        surveyed: competencies with which a survey item is linked.
        full_from: the first day of the full rule; None where it always held.
        transition_months: how long what was observed before that day goes on counting by the earlier rule.
    """

    valid_months: int = VALID_MONTHS
    surveyed: frozenset[str] = frozenset()
    full_from: date | None = None
    transition_months: int = 0

    def ladder(self, competency: str) -> Ladder:
        """The rule for one competency."""
        return _ladder(
            self.valid_months,
            competency in self.surveyed,
            self.full_from,
            self.transition_months,
        )

    def proofs(self) -> tuple[Proof, ...]:
        """Everything that the rule asks for of any competency, each once, the lowest level first."""
        steps = _ladder(self.valid_months, True, None, 0).steps
        return tuple(proof for step in steps for proof in step)

    def earlier_on(self, as_of: date) -> date | None:
        """As `Ladder.earlier_on`, which is the same for every competency."""
        return self.ladder("").earlier_on(as_of)


@lru_cache(maxsize=32)
def _ladder(months: int, surveyed: bool, full_from: date | None, transition_months: int) -> Ladder:
    one = Decimal(1)
    exercise = Proof(
        Missing.EXERCISE_LEAD, "exercise-evaluation", SOME_CHALLENGES, EXERCISE_MONTHS, leading=True
    )
    survey = Proof(Missing.SURVEY, "survey", SURVEY_SHARE, months)
    steps: tuple[Step, ...] = (
        (Proof(Missing.ASSESSMENT, "assessment", PASS_SHARE, months),),
        (
            Proof(Missing.PRACTICAL_OBSERVATION, "practical-observation", one, months),
            Proof(Missing.WORK_CONFIRMATION, "work-confirmation", one, months),
        ),
        (exercise, survey) if surveyed else (exercise,),
        (
            Proof(Missing.COACHING, "coaching", one, months, different=COACHED),
            Proof(Missing.IMPROVEMENT, "improvement", one, months),
        ),
    )
    if full_from is None:
        return Ladder(steps)
    earlier = tuple(
        tuple(proof for proof in step if proof.missing not in ONLY_IN_FULL) for step in steps
    )
    return Ladder(steps, earlier, full_from, months_after(full_from, transition_months))


#: The full rule, of a competency with which no survey item is linked.
FULL = _ladder(VALID_MONTHS, False, None, 0)


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of one thing that a level asks for."""

    proof: Proof
    #: Those that count, newest first: one of each group, and no more than are asked for.
    pieces: tuple[UUID, ...]
    #: The first day on which it is met no longer; None where it is not met.
    lapses_on: date | None
    #: Valid, and fell short of it; newest first.
    fell_short: tuple[UUID, ...]

    @property
    def met(self) -> bool:
        """Whether it is there in full."""
        return self.lapses_on is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's level in one competency: which evidence grants it, until when, and what is missing."""

    level: int
    #: What grants each level held, the lowest first.
    grants: tuple[tuple[Found, ...], ...]
    #: The first day on which the level, as it is, lapses; None without a level.
    lapses_on: date | None
    #: All that the next level asks for, whether it is there or not; empty at the highest level.
    next: tuple[Found, ...]
    #: All that was observed by the day, newest first, whether it still holds or not.
    evidence: tuple[UUID, ...]
    #: Granted by the earlier rule: the full one would not grant it, or not for so long.
    by_earlier_rule: bool = False
    #: What the full rule asks for besides of a level that the earlier one grants, and that is not there.
    to_keep: tuple[Found, ...] = ()

    @property
    def granted_by(self) -> tuple[UUID, ...]:
        """The pieces that grant the level, those of the lowest step first."""
        return tuple(key for step in self.grants for found in step for key in found.pieces)

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What is missing for the level held and for the next one, each by itself, in this order."""
        return tuple(found.proof.missing for found in self._lacking)

    @property
    def fell_short(self) -> tuple[UUID, ...]:
        """What would grant what is missing, is still valid and fell short of it; newest first of each."""
        return tuple(key for found in self._lacking for key in found.fell_short)

    @property
    def _lacking(self) -> tuple[Found, ...]:
        return tuple(found for found in (*self.to_keep, *self.next) if not found.met)

    @property
    def known(self) -> bool:
        """Whether the competency was put to the test; if not, level 0 means that nothing is known."""
        return self.level > NONE or bool(self.fell_short)


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


def standing(items: Iterable[Item], as_of: date, ladder: Ladder = FULL) -> Standing:
    """Apply the rule to one person's evidence on one competency; items after `as_of` do not count."""
    known = sorted(
        (item for item in items if item.observed_on <= as_of),
        # Keys as whole numbers stand in the order of their digits.
        key=lambda item: (item.observed_on, item.id.int),
        reverse=True,
    )
    grants, wanted = _climb(known, ladder.steps, as_of)
    full_level, lapses_on = len(grants), _lapse(grants)
    by_earlier_rule = False
    before = ladder.earlier_on(as_of)
    if before is not None:
        old = [item for item in known if item.observed_on < before]
        older, _ = _climb(old, ladder.earlier, as_of)
        ends = _lapse(older)
        if ends is not None and ladder.until is not None:
            ends = min(ends, ladder.until)
            if (len(older), ends) > (full_level, lapses_on or date.min):
                grants, lapses_on, by_earlier_rule = older, ends, True
    level = len(grants)
    to_keep: tuple[Found, ...] = ()
    if level > full_level:
        to_keep = tuple(
            found
            for step in ladder.steps[full_level:level]
            for found in _look_at(known, step, as_of)
            if not found.met
        )
        wanted = _look_at(known, ladder.steps[level], as_of) if level < MENTOR else ()
    return Standing(
        level=level,
        grants=grants,
        lapses_on=lapses_on,
        next=wanted,
        evidence=tuple(item.id for item in known),
        by_earlier_rule=by_earlier_rule,
        to_keep=to_keep,
    )


def _climb(
    known: Sequence[Item], steps: Sequence[Step], as_of: date
) -> tuple[tuple[tuple[Found, ...], ...], tuple[Found, ...]]:
    """What grants each level held, and what the next one asks for. Items are given newest first."""
    grants: list[tuple[Found, ...]] = []
    for step in steps:
        found = _look_at(known, step, as_of)
        if not all(one.met for one in found):
            return tuple(grants), found
        grants.append(found)
    return tuple(grants), ()


def _look_at(known: Sequence[Item], step: Step, as_of: date) -> tuple[Found, ...]:
    return tuple(_look(known, proof, as_of) for proof in step)


def _look(known: Sequence[Item], proof: Proof, as_of: date) -> Found:
    pieces: list[Item] = []
    groups: set[str] = set()
    short: list[UUID] = []
    for item in known:
        if not proof.holds(item, as_of):
            continue
        if item.share < proof.least:
            short.append(item.id)
        elif len(pieces) < proof.different:
            group = item.group or str(item.id)
            if proof.different == 1 or group not in groups:
                groups.add(group)
                pieces.append(item)
    enough = len(pieces) == proof.different
    return Found(
        proof,
        tuple(item.id for item in pieces),
        months_after(pieces[-1].observed_on, proof.months) if enough else None,
        tuple(short),
    )


def _lapse(grants: Sequence[Sequence[Found]]) -> date | None:
    days = [found.lapses_on for step in grants for found in step if found.lapses_on is not None]
    return min(days, default=None)
