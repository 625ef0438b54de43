"""One's own attempt as a plain row: whoever sits one asks for it with every request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam

from lms.accounts.scope import everywhere, rows
from lms.assessments import frozen
from lms.assessments.answers import Answered
from lms.assessments.models import Attempt


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
    found = rows(_own_attempt(with_marks, lock), key=key, user=user_id)
    if not found:
        return None
    values: tuple[Any, ...] = tuple(found[0])
    return OwnAttempt(*values)


@cache
def _own_attempt(with_marks: bool, lock: bool) -> Any:
    """Made once: every request of somebody who sits an assessment asks for the attempt."""
    columns = Attempt.__table__.c
    names = [one.name for one in fields(OwnAttempt) if one.init]
    if not with_marks:
        names.remove("marks")
    statement = everywhere(*(columns[name] for name in names)).where(
        columns.id == bindparam("key"), columns.user_id == bindparam("user")
    )
    return statement.with_for_update() if lock else statement
