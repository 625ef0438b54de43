"""What markers gave by hand, turned into the mark that counts: pure but for one query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from lms.assessments.models import HandMark
from lms.assessments.rules import Question, spec_for_marking
from lms.db import db
from lms.scoring import Mark, question_type
from lms.scoring.hand import compare_markers, criteria_of, markers_of, resolved_share

INDEPENDENT, DECISION = 1, 2


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the marking of one answer stands.

    Args:
        wanted: how many markers are asked for, 1 or 2.
        given: the independent marks so far, in the order in which they were given.
        decision: the third mark where two markers differed and somebody decided.
        share: what counts, 0 to 1; None while it is open.
        differs: two markers differ by more than the tolerance and nobody has decided yet.
        differing: the criteria on which they differ.
    """

    wanted: int
    given: tuple[HandMark, ...]
    decision: HandMark | None
    share: Decimal | None
    differs: bool
    differing: tuple[str, ...]


def rows_of(attempt_ids: Sequence[UUID]) -> list[HandMark]:
    """The hand marks of attempts, in the order in which they were given."""
    if not attempt_ids:
        return []
    statement = select(HandMark).where(HandMark.attempt_id.in_(attempt_ids))
    return list(db.session.scalars(statement.order_by(HandMark.marked_at, HandMark.id)))


def standing(spec: Mapping[str, Any], rows: Sequence[HandMark]) -> Standing:
    """Say where the marking of one answer stands; `rows` are the hand marks of this answer, oldest first."""
    wanted, criteria = markers_of(spec), criteria_of(spec)
    given = tuple(row for row in rows if row.round == INDEPENDENT)
    decision = next((row for row in rows if row.round == DECISION), None)
    if len(given) < wanted:
        return Standing(wanted, given, decision, None, False, ())
    if wanted == 1:
        only = decision or given[0]
        return Standing(wanted, given, decision, only.share, False, ())
    first, second = given[0].ratings, given[1].ratings
    compared = compare_markers(criteria, first, second)
    third = decision.ratings if decision else None
    share = resolved_share(criteria, first, second, third)
    return Standing(wanted, given, decision, share, share is None, compared.differing)


def is_marked_by_hand(question: Question) -> bool:
    """Whether people mark this question."""
    return question_type(spec_for_marking(question)["type"]).marked_by_hand


def decided(
    questions: Sequence[Question], rows: Sequence[HandMark], answered: Iterable[str]
) -> dict[str, Mark]:
    """The marks that count, by question key. An answer that was never given needs no marker: it earns nothing."""
    known = set(answered)
    marks: dict[str, Mark] = {}
    for question in questions:
        if not is_marked_by_hand(question):
            continue
        spec = spec_for_marking(question)
        if spec["key"] not in known:
            marks[spec["key"]] = Mark(Decimal(0), False, {"unanswered": True})
            continue
        found = standing(spec, [row for row in rows if row.question_key == spec["key"]])
        if found.share is not None:
            ratings = (found.decision or found.given[-1]).ratings
            detail = {"ratings": dict(ratings), "markers": len(found.given)}
            marks[spec["key"]] = Mark(found.share, found.share == 1, detail)
    return marks
