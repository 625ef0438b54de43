"""Marking a question anew: what may be done, and what that does to one attempt. Pure.

A new key is laid over the question *as each attempt showed it*: the texts that people read stay, only what is
right changes. Where it was shown with other options, an earlier wording, it cannot take the key and stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from lms.assessments import rules
from lms.assessments.rules import Outcome, Question, spec_for_marking
from lms.errors import Refused
from lms.scoring import Mark, by_competency, check_question, weight_of
from lms.scoring.question import Spec

NEW_KEY, FULL_CREDIT, DROP = "new-key", "full-credit", "drop"
KINDS = (NEW_KEY, FULL_CREDIT, DROP)

#: What says what is right, by type: of the question, and of each of its options.
KEY_PARTS: dict[str, tuple[str, ...]] = {
    "single_choice": (),
    "multiple_choice": (),
    "situational_judgement": (),
    "true_false": ("answer",),
    "numeric": ("value", "tolerance", "answers", "units", "unit_required", "unit_penalty"),
    "short_text": ("accepted", "answers", "case_sensitive"),
}
OPTION_PARTS = ("correct", "credit", "weight")
#: Of a single choice with several right answers; both read a response of the same form.
SINGLE, JUDGED = "single_choice", "situational_judgement"


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be done with a question; `spec` holds the new key of a ``new-key``."""

    kind: str
    question_key: str
    spec: Spec | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS or (self.kind == NEW_KEY) != (self.spec is not None):
            raise ValueError(f"{self.kind} with {'a' if self.spec else 'no'} key")


def check_new_key(shown: Spec, key: Spec) -> None:
    """Refuse a new key that the question as shown cannot take.

    Raises:
        Refused: `regrade.no-new-key` for a type whose key is not changed here, `regrade.other-options`,
            `regrade.bad-key` with the codes of the ``problems``.
    """
    kinds = {shown["type"], key["type"]}
    if not kinds <= set(KEY_PARTS) or (len(kinds) > 1 and kinds != {SINGLE, JUDGED}):
        raise Refused("regrade.no-new-key")
    if option_keys(shown) != option_keys(key):
        raise Refused("regrade.other-options")
    problems = check_question(corrected(shown, key))
    if problems:
        raise Refused("regrade.bad-key", problems=[one.code for one in problems])


def option_keys(spec: Spec) -> frozenset[str]:
    """The keys of a question's options; empty without options."""
    return frozenset(option["key"] for option in spec.get("options") or ())


def corrected(shown: Spec, key: Spec) -> dict[str, Any]:
    """The question as it was shown, with what is right taken from `key`."""
    made: dict[str, Any] = {**shown, "type": key["type"]}
    for part in KEY_PARTS[key["type"]]:
        made.pop(part, None)
        if part in key:
            made[part] = key[part]
    if shown.get("options"):
        by_key = {option["key"]: option for option in key["options"]}
        made["options"] = [
            _option(option, by_key[option["key"]], made) for option in shown["options"]
        ]
    return made


def _option(shown: Mapping[str, Any], key: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    made = {part: value for part, value in shown.items() if part not in OPTION_PARTS}
    made.update({part: key[part] for part in OPTION_PARTS if part in key})
    if spec["type"] == JUDGED and not made.get("explanation"):
        # Such a question gives a reason with each way to act; here it is the question's own.
        made["explanation"] = spec["explanation"]
    return made


def takes(question: Question, change: Change) -> bool:
    """Whether a question of an attempt can take the change: a new key needs the same options."""
    if change.spec is None:
        return True
    shown: Spec = question["spec"]
    same_kind = {shown["type"], change.spec["type"]} <= {SINGLE, JUDGED} or (
        shown["type"] == change.spec["type"]
    )
    return same_kind and option_keys(shown) == option_keys(change.spec)


def regraded(
    questions: Sequence[Question], dropped: Sequence[str], change: Change
) -> tuple[list[dict[str, Any]], list[str]]:
    """The questions of an attempt and those left out, after the change; the last change of a question counts."""
    made = []
    for question in questions:
        one = dict(question)
        if one["spec"]["key"] == change.question_key:
            if change.kind == FULL_CREDIT:
                one["full_credit"] = True
            else:
                one.pop("full_credit", None)
            if change.spec is not None:
                one["marked_by"] = corrected(one["spec"], change.spec)
        made.append(one)
    left_out = [key for key in dropped if key != change.question_key]
    return made, [*left_out, change.question_key] if change.kind == DROP else left_out


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an attempt that holds the question."""

    id: UUID
    user_id: UUID
    organisation_id: UUID
    number: int
    state: str
    submitted_at: datetime | None
    assessment: Mapping[str, Any]
    questions: Sequence[Question]
    dropped: Sequence[str]
    marks: Mapping[str, Any]
    percent: Decimal | None
    passed: bool | None
    #: The answer to the question, what people marked of it, and the hints asked for, by question key.
    given: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    hand: Mapping[str, Mark] = field(default_factory=dict)
    hints: Mapping[str, int] = field(default_factory=dict)
    #: What counts in the ledger now, by competency.
    evidence: Mapping[str, Decimal] = field(default_factory=dict)

    def question(self, key: str) -> Question | None:
        """Its question of that key."""
        return next((one for one in self.questions if one["spec"]["key"] == key), None)


class Effect(StrEnum):
    """What a change does to an attempt that was handed in."""

    NONE = "none"
    CHANGED = "changed"
    #: Some answer still waits for a marker: it will be marked that way.
    WAITING = "waiting"
    #: Nothing would be left to mark.
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Line:
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


def effect_of(held: Held, change: Change) -> tuple[Effect, Line | None]:
    """Say what a change does to an attempt that was handed in and holds the question.

    The one question is marked anew; the others count as their kept marks say.
    """
    key = change.question_key
    questions, dropped = regraded(held.questions, held.dropped, change)
    if not any(weight_of(spec) for spec in _counted(questions, dropped)):
        return Effect.EMPTY, None
    mark = _mark_of(held, questions, key)
    as_before = _counts(held.marks.get(key, {})) == _counts(mark.plain)
    if as_before and held.percent is not None and dropped == held.dropped:
        return Effect.NONE, None
    kept = {name: Mark.of_plain(one) for name, one in held.marks.items()}
    after = rules.mark_attempt(
        questions, held.given, held.assessment, hand={**kept, key: mark}, dropped=dropped
    )
    if after.pending:
        return Effect.WAITING, None
    same = (
        as_before
        and held.percent == after.percent
        and bool(held.passed) == bool(after.passed)
        and _competencies(held) == after.competencies
    )
    return (Effect.NONE, None) if same else (Effect.CHANGED, _line(held, after, key))


def _mark_of(held: Held, questions: Sequence[Question], key: str) -> Mark:
    """What the answer to one question is worth, hand marks, hints and full credit included."""
    for one in questions:
        if one["spec"]["key"] == key:
            # Alone it needs a weight, whatever it weighs among the others.
            weighed = {
                part: {**one[part], "weight": None} for part in ("spec", "marked_by") if part in one
            }
            outcome = rules.mark_attempt(
                [{**one, **weighed}],
                held.given,
                held.assessment,
                hand=held.hand,
                hints=held.hints,
            )
            return outcome.marks[key]
    raise KeyError(key)


def _counted(questions: Sequence[Question], dropped: Sequence[str]) -> list[Spec]:
    specs = [spec_for_marking(one) for one in questions]
    return [spec for spec in specs if spec["key"] not in dropped]


def _competencies(held: Held) -> dict[str, Decimal]:
    """The shares by competency as the kept marks give them; not the ledger: a piece may be withdrawn there."""
    counted = _counted(held.questions, held.dropped)
    return by_competency(
        [(one.get("competency"), Mark.of_plain(held.marks[one["key"]])) for one in counted],
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
        evidence_before=held.evidence,
        evidence_after=after.competencies,
    )
