"""Attempts that hold a question, read as plain rows in chunks: a regrade looks at thousands of them."""

from collections.abc import Iterator, Mapping, Sequence
from json import dumps
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, Select, String, cast, select

from lms.accounts.scope import everywhere
from lms.assessments import frozen, hand_marks
from lms.assessments.evidence import pieces_of
from lms.assessments.models import Attempt, HandMark, Response
from lms.assessments.question_texts import QuestionTexts
from lms.assessments.regrade_rules import Held
from lms.assessments.rules import Question
from lms.db import db
from lms.db.chunks import in_chunks
from lms.db.json_text import json_value
from lms.scoring import Mark

CHUNK = 250
#: Attempts in which a question is looked for as it was asked last.
NEWEST = 20


def _text(column: Any, name: str) -> Any:
    """A column of JSON as text: a row of 25 kB becomes objects when it is its turn, and only one at a time."""
    return cast(column, String).label(name)


#: What `Held` begins with, in its order, and three columns of JSON.
ROWS = everywhere(
    Attempt.id,
    Attempt.user_id,
    Attempt.organisation_id,
    Attempt.assessment_key,
    Attempt.number,
    Attempt.state,
    Attempt.submitted_at,
    Attempt.marked_at,
    Attempt.percent,
    Attempt.passed,
    Attempt.dropped,
    _text(Attempt.assessment, "rules"),
    _text(Attempt.asked, "asked"),
    _text(Attempt.marks, "marked"),
)


def newest_question(
    assessment_key: str, question_key: str, *, within: Any = None
) -> Mapping[str, Any] | None:
    """A question as the newest attempt that holds it keeps it, with the key that it is marked by now.

    `within` narrows to attempts of these organisations, ids as a subquery.
    """
    newest = _holding(assessment_key, question_key).order_by(Attempt.id.desc()).limit(NEWEST)
    if within is not None:
        newest = newest.where(Attempt.organisation_id.in_(within))
    return question_as_asked_last(db.session.scalars(newest).all(), question_key)


def question_as_asked_last(keys: Sequence[UUID], question_key: str) -> Mapping[str, Any] | None:
    """A question as the newest of these attempts keeps it; None where none of them holds it."""
    statement = everywhere(Attempt.asked).where(Attempt.id.in_(keys))
    for asked in db.session.scalars(statement.order_by(Attempt.id.desc())):
        for one in frozen.whole(asked):
            if one["spec"]["key"] == question_key:
                found: Mapping[str, Any] = one
                return found
    return None


def holding(assessment_key: str, question_key: str) -> list[UUID]:
    """Attempts that may hold a question, the oldest first."""
    statement = _holding(assessment_key, question_key).order_by(Attempt.id)
    return list(db.session.scalars(statement))


def _holding(assessment_key: str, question_key: str) -> Select[Any]:
    """Attempts in whose questions the key of the question stands, perhaps in a text."""
    return everywhere(Attempt.id).where(
        Attempt.assessment_key == assessment_key,
        cast(Attempt.asked, String).contains(dumps(question_key), autoescape=True),
    )


class Found(NamedTuple):
    """An attempt that holds the question, with all its questions and the JSON text of each."""

    held: Held
    questions: Sequence[Question]
    texts: Sequence[str]


def held(
    keys: Sequence[UUID], question_key: str, texts: QuestionTexts, *, lock: bool = False
) -> Iterator[Iterator[Found]]:
    """Those of these attempts that hold a question, in chunks; `keys` are those of `holding`.

    With `lock` each chunk is taken as it stands now and held until the end: nobody hands in or marks in between.
    """
    for some in in_chunks(keys, CHUNK):
        yield _chunk(some, question_key, texts, lock)


def _chunk(
    keys: Sequence[UUID], question_key: str, texts: QuestionTexts, lock: bool
) -> Iterator[Found]:
    """Attempts with the answer to the one question; the others count as their kept marks say.

    So that some hundred thousand answers that nobody marks again need not be read.
    """
    statement = ROWS.where(Attempt.id.in_(keys)).order_by(Attempt.id)
    rows = db.session.execute(statement.with_for_update() if lock else statement).all()
    responses = {row.attempt_id: row for row in _responses(keys, question_key)}
    pieces = pieces_of(keys)
    hand: dict[UUID, list[HandMark]] | None = None
    # Most attempts at an assessment keep the same rules.
    rules: dict[str, Any] = {}
    for row in rows:
        questions, written = texts.read(row.asked)
        asked = [one for one in questions if one["spec"]["key"] == question_key]
        if not asked:
            continue
        answered = responses.get(row.id)
        given = (answered.response or None) if answered else None
        decided = None
        if hand_marks.is_marked_by_hand(asked[0]):
            hand = _hand_marks(keys, question_key) if hand is None else hand
            decided = _decided(asked[0], hand.get(row.id, []), given)
        if row.rules not in rules:
            rules[row.rules] = json_value(row.rules)
        yield Found(
            Held._make(
                (
                    *row[:-3],
                    rules[row.rules],
                    json_value(row.marked),
                    given,
                    decided,
                    answered.hints_shown if answered else 0,
                    pieces.get(row.id, ()),
                )
            ),
            questions,
            written,
        )


def _responses(keys: Sequence[UUID], question_key: str) -> Sequence[Row[Any]]:
    statement = select(Response.attempt_id, Response.response, Response.hints_shown).where(
        Response.attempt_id.in_(keys), Response.question_key == question_key
    )
    return db.session.execute(statement).all()


def _hand_marks(keys: Sequence[UUID], question_key: str) -> dict[UUID, list[HandMark]]:
    """What people gave the answer to the question, by attempt."""
    found: dict[UUID, list[HandMark]] = {}
    for mark in hand_marks.rows_of(keys):
        if mark.question_key == question_key:
            found.setdefault(mark.attempt_id, []).append(mark)
    return found


def _decided(question: Question, marks: Sequence[HandMark], given: Any) -> Mark | None:
    key = question["spec"]["key"]
    return hand_marks.decided([question], marks, [key] if given else []).get(key)
