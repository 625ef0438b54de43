"""A bank that the site keeps, the versions of its questions, and files that wait for a yes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Identified
from lms.db.types import UtcDateTime


class QuestionBank(Identified, Base):
    """A bank with questions of the site's own; one that ships has a row as soon as it has such questions.

    Banks belong to the whole site, as those that ship do: whoever manages assessments somewhere sees them all.
    """

    __tablename__ = "question_banks"

    #: Permanent, kebab-case; the file's key where the bank ships.
    key: Mapped[str] = mapped_column(Text, unique=True)
    #: Title by language.
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    #: In which its texts are written first.
    language: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Empty: from the server's console.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class BankQuestion(Identified, Base):
    """One version of a question. The open one, which has no end, is the one that is asked."""

    __tablename__ = "bank_questions"
    __table_args__ = (
        UniqueConstraint("bank_key", "key", "number"),
        CheckConstraint("number >= 1", name="number"),
        Index(
            "ix_bank_questions_one_open",
            "bank_key",
            "key",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    bank_key: Mapped[str] = mapped_column(ForeignKey("question_banks.key"))
    key: Mapped[str] = mapped_column(Text)
    #: Of the version, from 1.
    number: Mapped[int]
    #: In the bank; the versions of a question share it.
    place: Mapped[int]
    spec: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: SHA-256 over the spec, as `lms.content.questions` computes it.
    content_hash: Mapped[str] = mapped_column(Text)
    #: Out of the spec, for lists: its type, its competency, and its words folded for searching.
    type: Mapped[str] = mapped_column(Text)
    competency: Mapped[str | None] = mapped_column(Text)
    sought: Mapped[str] = mapped_column(Text)
    #: Where it came from: the name of the file and its format.
    file_name: Mapped[str] = mapped_column(Text)
    file_format: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    #: When the next version took its place, or when it was withdrawn.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class BankPicture(Identified, Base):
    """A picture that questions of banks show: kept once, by its bytes, and never changed or deleted.

    A version of a question names it by its SHA-256 (`lms.scoring.pictures`), and so does an attempt that holds the
    question; another picture is another row. Like banks it belongs to the whole site.
    """

    __tablename__ = "bank_pictures"
    __table_args__ = (
        CheckConstraint("size_bytes >= 1", name="size_bytes"),
        CheckConstraint("width >= 1 AND height >= 1", name="size"),
    )

    #: Of the content, in hexadecimal digits.
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    #: As its bytes say.
    media_type: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int]
    #: In points; empty of a drawing that names none.
    width: Mapped[int | None]
    height: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Empty: from the server's console.
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class BankUpload(Identified, Base):
    """A file between its preview and the yes; its content goes once it is taken in, the rest after a day."""

    __tablename__ = "bank_uploads"

    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    bank_key: Mapped[str] = mapped_column(Text)
    #: Of a bank that is new.
    title: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    #: As chosen; empty: told by the file.
    file_format: Mapped[str] = mapped_column(Text)
    #: What a question that says nothing of it gets: language, competency, level.
    defaults: Mapped[dict[str, str]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The yes; what is left of it then is this row, so that a yes sent twice is one.
    taken_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
