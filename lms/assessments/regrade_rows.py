"""Attempts that hold a question, read as plain rows in chunks: a regrade looks at thousands of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from json import dumps
from typing import Any
from typing import cast as cast_to
from uuid import UUID

from sqlalchemy import String, cast, select

from lms.accounts.scope import everywhere
from lms.assessments import hand_marks
from lms.assessments.models import Attempt, Response
from lms.assessments.regrade_rules import Held
from lms.db import db
from lms.evidence.models import Evidence
from lms.evidence.queries import counting

CHUNK = 250


def newest_question(
    assessment_key: str, question_key: str, *, within: Any = None
) -> Mapping[str, Any] | None:
    """A question as the newest attempt that holds it keeps it, with the key that it is marked by now.

    `within` narrows to attempts of these organisations, ids as a subquery.
    """
    statement = (
        _holding(assessment_key, question_key)
        .with_only_columns(Attempt.questions)
        .order_by(None)
        .order_by(Attempt.id.desc())
    )
    if within is not None:
        statement = statement.where(Attempt.organisation_id.in_(within))
    for questions in db.session.scalars(statement.limit(20)):
        for one in questions:
            if one["spec"]["key"] == question_key:
                found: Mapping[str, Any] = one
                return found
    return None


def _holding(assessment_key: str, question_key: str) -> Any:
    """Attempts that may hold a question: its key stands somewhere in their questions."""
    return (
        everywhere(Attempt.id)
        .where(
            Attempt.assessment_key == assessment_key,
            cast(Attempt.questions, String).contains(dumps(question_key), autoescape=True),
        )
        .order_by(Attempt.id)
    )


def held(assessment_key: str, question_key: str) -> Iterator[Held]:
    """The attempts that may hold a question, the oldest first, in chunks of plain rows."""
    for keys in in_chunks(db.session.scalars(_holding(assessment_key, question_key)).all()):
        yield from _chunk(keys, question_key)


def _chunk(keys: Sequence[UUID], question_key: str) -> Iterator[Held]:
    """Attempts with the answer to the one question; the others count as their kept marks say.

    So that some hundred thousand answers that nobody marks again need not be read.
    """
    statement = (
        everywhere(
            Attempt.id,
            Attempt.user_id,
            Attempt.organisation_id,
            Attempt.number,
            Attempt.state,
            Attempt.submitted_at,
            Attempt.assessment,
            Attempt.questions,
            Attempt.dropped,
            Attempt.marks,
            Attempt.percent,
            Attempt.passed,
        )
        .where(Attempt.id.in_(keys))
        .order_by(Attempt.id)
    )
    rows = db.session.execute(statement).all()
    given, hints = _responses(keys, question_key)
    evidence = evidence_now(keys)
    by_hand = [row for row in rows if any(hand_marks.is_marked_by_hand(q) for q in row.questions)]
    marks = hand_marks.rows_of(cast_to(Iterable[Attempt], by_hand))
    for row in rows:
        mine = [mark for mark in marks if mark.attempt_id == row.id]
        answered = given.get(row.id, {})
        yield Held(
            **row._mapping,
            given=answered,
            hand=hand_marks.decided(row.questions, mine, answered) if row in by_hand else {},
            hints=hints.get(row.id, {}),
            evidence=evidence.get(row.id, {}),
        )


def in_chunks(whole: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(whole), CHUNK):
        yield whole[start : start + CHUNK]


def _responses(
    keys: Sequence[UUID],
    question_key: str,
) -> tuple[dict[UUID, dict[str, dict[str, Any]]], dict[UUID, dict[str, int]]]:
    given: dict[UUID, dict[str, dict[str, Any]]] = {}
    hints: dict[UUID, dict[str, int]] = {}
    statement = select(
        Response.attempt_id, Response.question_key, Response.response, Response.hints_shown
    ).where(Response.attempt_id.in_(keys), Response.question_key == question_key)
    for attempt_id, key, response, shown in db.session.execute(statement):
        if response:
            given.setdefault(attempt_id, {})[key] = response
        if shown:
            hints.setdefault(attempt_id, {})[key] = shown
    return given, hints


def evidence_now(keys: Sequence[UUID]) -> dict[UUID, dict[str, Decimal]]:
    """What counts in the ledger of some attempts, by attempt and competency."""
    statement = counting(everywhere(Evidence.record_id, Evidence.competency, Evidence.value)).where(
        Evidence.record_kind == "attempt", Evidence.record_id.in_(keys)
    )
    found: dict[UUID, dict[str, Decimal]] = {}
    pieces: Any = db.session.execute(statement)
    for attempt_id, competency, value in pieces:
        found.setdefault(attempt_id, {})[competency] = value
    return found
