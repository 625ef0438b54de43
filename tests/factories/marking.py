"""Attempts with questions of one's own, handed in with these answers, for tests of marking and regrading."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from factories.learning import STARTED
from factories.questions import CRITERIA, make_options, make_question
from lms.accounts.models import User
from lms.assessments import answering, operations
from lms.assessments.models import Attempt
from lms.db import db

#: Answers by question key as `save_answers` takes them.
Answers = Mapping[str, Mapping[str, list[str]]]

ESSAY = make_question("essay", "e-1", competency="gov-01", criteria=CRITERIA)
TWICE = make_question("essay", "e-2", competency="gov-01", criteria=CRITERIA, markers=2)
WHOLE = make_question("essay", "e-3", competency="gov-02")
FILE = make_question("file_upload", "f-1", accept=["pdf", "txt", "docx"], max_bytes=1000)
CHOICE = make_question(
    "single_choice", "c-1", competency="gov-01", options=make_options("a", "bcd")
)
MANY = make_question(
    "multiple_choice", "m-1", competency="gov-02", options=make_options("ab", "cd")
)
NUMBER = make_question("numeric", "n-1", competency="gov-02", value="12", tolerance="0")
TEXT = make_question("short_text", "t-1", competency="gov-01", accepted={"en": ["rope"]})
#: Ratings of the essay's three criteria.
GOOD = {"facts": "yes", "order": "yes", "tone": "yes"}
HALF = {"facts": "partly", "order": "partly", "tone": "partly"}
POOR = {"facts": "no", "order": "no", "tone": "no"}


def rules_for(questions: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """The rules of an assessment that asks these questions in this order."""
    return {
        "key": "village-well",
        "course": "village-well",
        "title": {"en": "The village well"},
        "pass_mark": "80",
        "grading": "best",
        "draws": [
            {"bank": "bank", "type": kind, "count": count}
            for kind, count in Counter(one["type"] for one in questions).items()
        ],
        "shuffle_questions": False,
        "shuffle_options": False,
        **more,
    }


def begun(
    user: User,
    questions: Sequence[Mapping[str, Any]],
    answers: Answers | None = None,
    *,
    at: datetime = STARTED,
    **more: Any,
) -> Attempt:
    """An attempt in progress with these questions and answers; answers to others are left out."""
    attempt = operations.start_attempt(
        user, rules_for(questions, **more), {"bank": list(questions)}, at=at, seed="test"
    )
    asked = {one["key"] for one in questions}
    given = {key: fields for key, fields in (answers or {}).items() if key in asked}
    assert answering.save_answers(attempt, given, at=at) == {}
    db.session.commit()
    return attempt


def handed_in(
    user: User,
    questions: Sequence[Mapping[str, Any]],
    answers: Answers | None = None,
    *,
    at: datetime = STARTED,
    **more: Any,
) -> Attempt:
    """An attempt handed in five minutes after its start."""
    attempt = begun(user, questions, answers, at=at, **more)
    operations.submit_attempt(attempt, at=at + timedelta(minutes=5))
    db.session.commit()
    return attempt


def written(text: str = "We met, we counted, we decided.") -> dict[str, list[str]]:
    """A text as a form sends it."""
    return {"answer": [text]}
