"""Answers: how they are kept, and how they are read as plain rows by whoever sits, marks or reads an attempt."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    JSON,
    ColumnElement,
    ForeignKey,
    Text,
    UniqueConstraint,
    bindparam,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.accounts.scope import everywhere, rows
from lms.db import Base, Identified
from lms.db.json_text import json_value
from lms.db.prepared import Prepared, prepared
from lms.db.types import UtcDateTime


class Response(Identified, Base):
    """The answer to one question as it was last given. Reached through its attempt, which is scoped."""

    __tablename__ = "responses"
    __table_args__ = (UniqueConstraint("attempt_id", "question_key"),)

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"))
    question_key: Mapped[str] = mapped_column(Text)
    #: Empty when the answer was taken back.
    response: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the person asked to see whether it is right: from then on it stays as it is.
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: How many of the question's hints were asked for.
    hints_shown: Mapped[int] = mapped_column(default=0)


class Answer(NamedTuple):
    """A `Response` as a plain row: an attempt has twenty, and every request of whoever sits it asks for them."""

    question_key: str
    response: dict[str, Any] | None
    saved_at: datetime
    checked_at: datetime | None
    hints_shown: int


class Answered:
    """What has an `id` by which answers are kept: an attempt, as a row of the session or a plain one."""

    id: Any
    _answers: Any = None

    @property
    def responses(self) -> Sequence["Answer"]:
        """The answers as they were last given, as plain rows; read when they are first asked for."""
        if self._answers is None:
            read_answers([self])
        found: Sequence[Answer] = self._answers
        return found

    def given(self) -> dict[str, dict[str, Any]]:
        """The answers by question key."""
        return {row.question_key: row.response for row in self.responses if row.response}


def read_answers(attempts: Sequence[Answered]) -> None:
    """Read the answers of attempts, in one statement for all of them."""
    asked, values = answers_asked([one.id for one in attempts])
    share_answers(attempts, rows(asked, **values))


def answers_asked(attempt_ids: Iterable[UUID]) -> tuple[Prepared, Mapping[str, Any]]:
    """The statement that reads the answers of attempts, and its values: what it gives is for `share_answers`."""
    return _answers(), {"attempts": list(attempt_ids)}


def share_answers(attempts: Sequence[Answered], received: Iterable[Any]) -> None:
    """Let attempts have the answers that were read for them."""
    found: dict[UUID, list[Answer]] = {one.id: [] for one in attempts}
    for row in received:
        found[row[0]].append(Answer._make(row[1:]))
    for one in attempts:
        one._answers = found[one.id]


def answers_of(attempt_id: ColumnElement[UUID], *, sqlite: bool) -> ColumnElement[Any]:
    """A column with all answers of an attempt, for `take_answers`: twenty rows are one value, read at once."""
    whole = func.json_group_array if sqlite else func.json_agg
    one = func.json_array if sqlite else func.json_build_array
    response = func.json(Response.response) if sqlite else Response.response
    columns = (Response.question_key, response, Response.saved_at, Response.checked_at)
    made = whole(one(*columns, Response.hints_shown))
    return select(made).where(Response.attempt_id == attempt_id).scalar_subquery()


def take_answers(attempt: Answered, received: Any) -> None:
    """Let an attempt have the answers that came with it as `answers_of`."""
    # SQLite hands over text, PostgreSQL's driver reads it; without any there is nothing.
    plain = json_value(received) if isinstance(received, str) else received or ()
    attempt._answers = [
        Answer(key, response, _moment(saved_at), checked_at and _moment(checked_at), hints_shown)
        for key, response, saved_at, checked_at, hints_shown in plain
    ]


@lru_cache(maxsize=1024)
def _moment(text: str) -> datetime:
    """A moment as both engines write it into JSON, SQLite without saying that it is UTC."""
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def note_answers(
    attempt: Answered, written: Sequence[Mapping[str, Any]], change: Sequence[str]
) -> None:
    """Let an attempt know answers that were written: new ones, and of others the columns in `change`."""
    kept = {row.question_key: row for row in attempt.responses}
    for row in written:
        key = row["question_key"]
        if key in kept:
            kept[key] = kept[key]._replace(**{name: row[name] for name in change})
        else:
            kept[key] = Answer(
                key,
                row["response"],
                row["saved_at"],
                row.get("checked_at"),
                row["hints_shown"],
            )
    attempt._answers = list(kept.values())


@prepared
def _answers() -> Any:
    statement = everywhere(
        Response.attempt_id,
        Response.question_key,
        Response.response,
        Response.saved_at,
        Response.checked_at,
        Response.hints_shown,
    )
    return statement.where(Response.attempt_id.in_(bindparam("attempts", expanding=True))).order_by(
        Response.id
    )
