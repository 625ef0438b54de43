"""Marking a question anew: what may be done, and what that does to one attempt. Pure.

A new key is laid over the question *as each attempt showed it*: the texts that people read stay, only what is
right changes. Where it was shown with other parts, an earlier wording, it cannot take the key and stays.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from lms.assessments import rules
from lms.assessments.ledger import Piece, counting
from lms.assessments.regrade_types import JUDGED, SINGLE, corrected, fits
from lms.assessments.rules import (
    ABANDONED,
    IN_PROGRESS,
    VOIDED,
    KeptMark,
    Marked,
    Outcome,
    Question,
    spec_for_marking,
)
from lms.scoring import Mark, by_competency, weight_of
from lms.scoring.question import Spec

NEW_KEY, FULL_CREDIT, DROP = "new-key", "full-credit", "drop"
KINDS = (NEW_KEY, FULL_CREDIT, DROP)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done with a question; `spec` holds the new key of a ``new-key``."""

    kind: str
    question_key: str
    spec: Spec | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.kind == NEW_KEY) != (self.spec is not None):
            raise ValueError(f"{self.kind} with {'a' if self.spec else 'no'} key")


def takes(question: Question, change: Change) -> bool:
    """Whether a question of an attempt can take the change: a new key needs the same parts."""
    if change.spec is None:
        return True
    shown: Spec = question["spec"]
    same_kind = {shown["type"], change.spec["type"]} <= {SINGLE, JUDGED} or (
        shown["type"] == change.spec["type"]
    )
    return same_kind and fits(shown, change.spec)


def laid_over(question: Question, change: Change) -> Question:
    """The question after the change that it takes; the last change of a question counts."""
    made = {part: value for part, value in question.items() if part != "full_credit"}
    if change.kind == FULL_CREDIT:
        made["full_credit"] = True
    if change.spec is not None:
        made["marked_by"] = corrected(made["spec"], change.spec)
    return made if made != question else question


class Laying:
    """A change laid over the questions of many attempts, which share them: over each question only once."""

    #: Questions to remember: the one, in some orders of its parts.
    MOST = 1000

    def __init__(self, change: Change) -> None:
        self.change = change
        #: By the id of a question, which is kept with it: as long as it is here no other one has that id.
        self._known: dict[int, tuple[Question, Question | None]] = {}

    def over(self, question: Question) -> Question | None:
        """The question after the change, itself where that changes nothing; None where it cannot take it."""
        known = self._known.get(id(question))
        if known is None:
            if len(self._known) >= self.MOST:
                self._known.clear()
            made = laid_over(question, self.change) if takes(question, self.change) else None
            known = self._known[id(question)] = (question, made)
        return known[1]


def left_out(dropped: Sequence[str], change: Change) -> list[str]:
    """The questions of an attempt that are left out, after the change."""
    others = [key for key in dropped if key != change.question_key]
    return [*others, change.question_key] if change.kind == DROP else others


class Held(NamedTuple):
    """What is known of an attempt that holds the question, but for its questions."""

    id: UUID
    user_id: UUID
    organisation_id: UUID
    assessment_key: str
    number: int
    state: str
    submitted_at: datetime | None
    marked_at: datetime | None
    percent: Decimal | None
    passed: bool | None
    dropped: Sequence[str]
    assessment: Mapping[str, Any]
    marks: Mapping[str, Any]
    #: The answer to the question, what people marked of it, and how many of its hints were asked for.
    given: dict[str, Any] | None = None
    hand: Mark | None = None
    hints: int = 0
    #: All of its evidence, also what ended.
    pieces: Sequence[Piece] = ()


class Effect(StrEnum):
    """What a change does to an attempt that holds the question."""

    #: Handed in, and worth the same.
    NONE = "none"
    CHANGED = "changed"
    #: Some answer still waits for a marker: it will be marked that way.
    WAITING = "waiting"
    #: Nothing would be left to mark.
    EMPTY = "empty"
    #: Under way: it will be marked that way when it is handed in.
    RUNNING = "running"
    #: Void or abandoned: it stays as it is.
    VOID = "void"
    #: Shown with other parts, so that the new key does not fit: it stays as it is.
    OTHER_WORDING = "other-wording"
    #: Of an organisation in which the person asking may not regrade.
    FOREIGN = "foreign"


class Line(NamedTuple):
    """What a change does to one attempt. Before and after; percents are None while a marker is awaited."""

    id: UUID
    user_id: UUID
    organisation_id: UUID
    number: int
    submitted_at: datetime | None
    assessment: Mapping[str, Any]
    percent_before: Decimal | None
    percent_after: Decimal | None
    passed_before: bool
    passed_after: bool
    mark_before: Mapping[str, Any]
    mark_after: Mapping[str, Any]
    evidence_before: Mapping[str, Decimal]
    evidence_after: Mapping[str, Decimal]
    #: Competencies that leave the pass open, neither given nor refused: no question about them is left.
    open_on: Sequence[str] = ()

    @property
    def flips(self) -> bool:
        """Whether the attempt passes or fails that did not before."""
        return self.passed_before != self.passed_after

    @property
    def moved(self) -> list[tuple[str, Decimal | None, Decimal | None]]:
        """Competencies whose evidence changes, with its value before and after; None: there is none."""
        keys = sorted({*self.evidence_before, *self.evidence_after})
        pairs = [(key, self.evidence_before.get(key), self.evidence_after.get(key)) for key in keys]
        return [one for one in pairs if one[1] != one[2]]


class Seen(NamedTuple):
    """What a change does to one attempt, and how it stands afterwards.

    Args:
        questions: as the attempt keeps them then; None where they stay. `dropped` likewise.
        marks: as the attempt keeps them then, where it is worth the same and only the words of a mark change.
        outcome: what it is worth then, where that is another worth or still waits for a marker.
        line: what is told of it, where its worth changes.
    """

    effect: Effect
    questions: Sequence[Question] | None = None
    dropped: Sequence[str] | None = None
    marks: Mapping[str, Any] | None = None
    outcome: Outcome | None = None
    line: Line | None = None


def effect_of(
    held: Held,
    questions: Sequence[Question],
    laying: Laying,
    within: Collection[UUID] | None = None,
) -> Seen:
    """Say what a change does to an attempt that holds the question.

    The one question is marked anew; the others count as their kept marks say.

    Args:
        questions: all those of the attempt, as it keeps them.
        within: the organisations in which whoever regrades may do so; None: everywhere.
    """
    change, key = laying.change, laying.change.question_key
    if held.state in (VOIDED, ABANDONED):
        return Seen(Effect.VOID)
    if within is not None and held.organisation_id not in within:
        return Seen(Effect.FOREIGN)
    place = place_of(questions, key)
    question = laying.over(questions[place])
    if question is None:
        return Seen(Effect.OTHER_WORDING)
    after, dropped = questions, left_out(held.dropped, change)
    if question is not questions[place]:
        after = [*questions[:place], question, *questions[place + 1 :]]
    kept = (
        after if after is not questions else None,
        dropped if dropped != held.dropped else None,
    )
    if held.state == IN_PROGRESS:
        return Seen(Effect.RUNNING, *kept)
    if change.kind == DROP and not any(map(weight_of, _counted(after, dropped))):
        return Seen(Effect.EMPTY)
    mark = _mark_of(held, question)
    effect, outcome = _valued(held, questions, after, dropped, key, mark)
    if outcome is None:
        # Its worth stays, but perhaps not what stands beside the mark: the right answer, full credit.
        marks = {**held.marks, key: mark.plain}
        return Seen(effect, *kept, marks if marks != held.marks else None)
    line = _line(held, outcome, key) if effect is Effect.CHANGED else None
    return Seen(effect, *kept, outcome=outcome, line=line)


def place_of(questions: Sequence[Question], key: str) -> int:
    """The place of the question of that key, from 0. Raises KeyError."""
    for place, one in enumerate(questions):
        if one["spec"]["key"] == key:
            return place
    raise KeyError(key)


def _mark_of(held: Held, question: Question) -> Mark:
    """What the answer to the question is worth, hand marks, hints and full credit included."""
    return rules.mark_question(
        question, held.given, held.assessment, hand=held.hand, hints=held.hints
    )


def _valued(
    held: Held,
    before: Sequence[Question],
    questions: Sequence[Question],
    dropped: Sequence[str],
    key: str,
    mark: Mark,
) -> tuple[Effect, Outcome | None]:
    """What one new `mark` makes of an attempt that was handed in; without an outcome it is worth the same."""
    as_before = _counts(held.marks.get(key, {})) == _counts(mark.plain)
    if as_before and held.percent is not None and dropped == held.dropped:
        return Effect.NONE, None
    marks: dict[str, Marked] = {
        name: mark if name == key else _kept_mark(held, one)
        for one in questions
        for name in [one["spec"]["key"]]
    }
    after = rules.outcome_of(questions, marks, held.assessment, dropped=dropped)
    if after.pending:
        return Effect.WAITING, after
    same = (
        as_before
        and held.percent == after.percent
        and held.passed == after.passed
        and _competencies(held, before) == after.competencies
    )
    return (Effect.NONE, None) if same else (Effect.CHANGED, after)


def _kept_mark(held: Held, question: Question) -> Marked:
    """What the attempt keeps of a question's mark; without one it counts as left open."""
    kept = held.marks.get(question["spec"]["key"])
    if kept is not None:
        return KeptMark.of(kept)
    return rules.mark_question(question, None, held.assessment)


def _counted(questions: Sequence[Question], dropped: Sequence[str]) -> list[Spec]:
    specs = [spec_for_marking(one) for one in questions]
    return [spec for spec in specs if spec["key"] not in dropped]


def _competencies(held: Held, questions: Sequence[Question]) -> dict[str, Decimal]:
    """The shares by competency as the kept marks give them; not the ledger: a piece may be withdrawn there."""
    counted = _counted(questions, held.dropped)
    return by_competency(
        [(one.get("competency"), KeptMark.of(held.marks[one["key"]])) for one in counted],
        [weight_of(one) for one in counted],
    )


def _counts(mark: Mapping[str, Any]) -> tuple[Any, ...]:
    return Decimal(mark.get("share", "0")), mark.get("right"), mark.get("pending", False)


def _line(held: Held, after: Outcome, key: str) -> Line:
    return Line(
        id=held.id,
        user_id=held.user_id,
        organisation_id=held.organisation_id,
        number=held.number,
        submitted_at=held.submitted_at,
        assessment=held.assessment,
        percent_before=held.percent,
        percent_after=after.percent,
        passed_before=bool(held.passed),
        passed_after=bool(after.passed),
        mark_before=held.marks.get(key, {}),
        mark_after=after.marks[key].plain,
        evidence_before=counting(held.pieces),
        evidence_after=after.competencies,
        open_on=after.not_shown if after.passed is None else (),
    )
