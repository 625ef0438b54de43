"""Assessments with rules of one's own, for tests: drawn from the sample bank or from questions given."""

from datetime import datetime
from typing import Any

from factories.learning import COURSE, STARTED
from lms.accounts.models import User
from lms.assessments import operations
from lms.assessments.models import Attempt
from lms.assessments.queries import assessment, banks_of
from lms.db import db

ESSAY = {
    "key": "e1",
    "type": "essay",
    "use": "assessment",
    "competency": "gov-01",
    "text": {"en": "How is a well looked after?"},
    "explanation": {"en": "Somebody has the task, and the money is kept."},
    "markers": 1,
    "criteria": [
        {
            "key": "task",
            "text": {"en": "Task"},
            "levels": [
                {"key": "not-yet", "text": {"en": "Nobody has it"}, "credit": "0"},
                {"key": "meets", "text": {"en": "Somebody has it"}, "credit": "1"},
            ],
        }
    ],
}


def true_false(key: str, competency: str = "gov-01", **more: Any) -> dict[str, Any]:
    """A statement that holds."""
    return {
        "key": key,
        "type": "true_false",
        "use": "assessment",
        "competency": competency,
        "text": {"en": f"Statement {key}"},
        "explanation": {"en": "So it is."},
        "answer": True,
        **more,
    }


def rules_with(**more: Any) -> dict[str, Any]:
    """The sample's rules with some of them changed."""
    found = assessment(COURSE)
    assert found is not None
    return {**found, **more}


def begin(
    user: User,
    *questions: dict[str, Any],
    at: datetime = STARTED,
    start: dict[str, Any] | None = None,
    **rules: Any,
) -> Attempt:
    """An attempt under rules of one's own; with `questions`, at exactly these, in this order."""
    held = rules_with(**rules)
    banks: Any = banks_of(held)
    if questions:
        banks = {"own": list(questions)}
        held["draws"] = [
            {"bank": "own", "count": 1, "type": one["type"], "tag": one["key"]} for one in questions
        ]
        banks["own"] = [{**one, "tags": [one["key"]]} for one in questions]
        held["shuffle_questions"] = False
    attempt = operations.start_attempt(user, held, banks, at=at, seed="test", **(start or {}))
    db.session.commit()
    return attempt
