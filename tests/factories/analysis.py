"""Many attempts at the sample assessment, each answered as a plan says."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from factories.accounts import make_user
from factories.learning import COURSE, STARTED, right_answers
from lms.accounts.models import Organisation, User
from lms.assessments import answering, operations
from lms.assessments.models import Attempt
from lms.assessments.queries import assessment, banks_of
from lms.db import db

#: What somebody sends who has each question of the sample wrong.
WRONG: dict[str, dict[str, list[str]]] = {
    "t01-q01": {"answer": ["b"]},
    "t01-q02": {"answer": ["c"]},
    "t01-q03": {"answer": ["true"]},
    "t01-q04": {"answer": ["1"]},
    "t01-q05": {"answer": ["sand"]},
    "t01-q06": {},
}


def sit(
    user: User,
    wrong: Iterable[str] = (),
    *,
    key: str = COURSE,
    at: datetime = STARTED,
    language: str = "en",
    answers: Mapping[str, dict[str, list[str]]] | None = None,
) -> Attempt:
    """A marked attempt with these questions wrong and all others right; `answers` are sent in their place."""
    rules = assessment(key)
    assert rules is not None
    attempt = operations.start_attempt(
        user, rules, banks_of(rules), at=at, seed="test", language=language
    )
    given: dict[str, Any] = right_answers(attempt)
    given |= {name: WRONG[name] for name in wrong if name in given}
    given |= {name: sent for name, sent in (answers or {}).items() if name in given}
    answering.save_answers(attempt, given, at=at)
    operations.submit_attempt(attempt, at=at + timedelta(minutes=5))
    db.session.commit()
    return attempt


def make_group(
    organisation: Organisation, count: int, *, prefix: str = "p", **more: Any
) -> list[User]:
    """Learners of an organisation, called p0, p1 …"""
    return [
        make_user(f"{prefix}{number:02}", organisation=organisation, **more)
        for number in range(count)
    ]


def sit_ladder(users: list[User], **more: Any) -> list[Attempt]:
    """The first has everything wrong, the last everything right, those between in steps: q06 is the hardest."""
    keys = sorted(WRONG)
    return [
        sit(user, keys[round(len(keys) * at / max(1, len(users) - 1)) :], **more)
        for at, user in enumerate(users)
    ]
