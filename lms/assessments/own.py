"""One's own attempt as a plain row: whoever sits one asks for it with every request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, exists

from lms.accounts.scope import everywhere, rows, rows_of_each
from lms.assessments import frozen
from lms.assessments.answers import Answered, answers_asked, answers_of, share_answers, take_answers
from lms.assessments.models import Attempt, RegradeChange
from lms.db import db
from lms.db.prepared import prepared


@dataclass(slots=True, eq=False)
class OwnAttempt(Answered):
    """What whoever sits an attempt asks of it, with the names of `Attempt`; changes are written apart."""

    __tablename__ = Attempt.__tablename__

    id: UUID
    user_id: UUID
    organisation_id: UUID
    assessment_key: str
    number: int
    assessment: Mapping[str, Any]
    asked: Sequence[Mapping[str, Any]]
    state: str
    started_at: datetime
    deadline: datetime | None
    submitted_at: datetime | None
    closed_by_site: bool
    percent: Decimal | None
    passed: bool | None
    marked_at: datetime | None
    furthest: int
    void_reason: str
    dropped: Sequence[str]
    marks: Mapping[str, Any] = field(default_factory=dict)
    #: Whether a regrade changed it; known where its marks are read.
    regraded: bool = False
    questions: Sequence[frozen.Question] = field(init=False)

    def __post_init__(self) -> None:
        self.questions = frozen.whole(self.asked)


def own_attempt(
    key: UUID, user_id: UUID, *, with_marks: bool = False, lock: bool = False
) -> OwnAttempt | None:
    """A person's own attempt; with `lock` it is held, so that nothing else happens to it before the commit.

    Args:
        with_marks: read the marks of its questions too; without, there are none.
    """
    sqlite = db.engine.dialect.name == "sqlite"
    asked = (_own_attempt(with_marks, lock, sqlite), {"key": key, "user": user_id})
    if lock and not sqlite:
        # What it waits for is written by then: the answers are asked for when it is held.
        found, given = rows_of_each(asked, answers_asked([key]))
        if not found:
            return None
        attempt = OwnAttempt(*found[0])
        share_answers([attempt], given)
        return attempt
    found = rows(asked[0], **asked[1])
    if not found:
        return None
    *values, answers = found[0]
    attempt = OwnAttempt(*values)
    take_answers(attempt, answers)
    return attempt


@prepared
def _own_attempt(with_marks: bool, lock: bool, sqlite: bool) -> Any:
    """Made once: every request of somebody who sits an assessment asks for the attempt.

    Where it waits to be held, the answers are read after it: those of a request that it waited for are then among
    them. On SQLite whoever writes has waited before.
    """
    columns = Attempt.__table__.c
    names = [one.name for one in fields(OwnAttempt) if one.init and one.name in columns]
    asked: list[Any] = [columns[name] for name in names if with_marks or name != "marks"]
    if with_marks:
        asked.append(exists().where(RegradeChange.attempt_id == columns.id))
    if sqlite or not lock:
        asked.append(answers_of(columns.id, sqlite=sqlite))
    statement = everywhere(*asked).where(
        columns.id == bindparam("key"), columns.user_id == bindparam("user")
    )
    return statement.with_for_update() if lock else statement
