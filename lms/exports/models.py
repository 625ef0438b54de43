"""What was exported, for whom, and the file."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by
from lms.db import Base, Identified
from lms.db.types import UtcDateTime
from lms.jobs.models import Job


@scoped_by(lambda cls, within, viewer: cls.wanted_by_id == viewer.user_id)
class Export(Identified, Base):
    """One wanted file. Only who wanted it may fetch it: it shows what that person may see."""

    __tablename__ = "exports"

    exporter: Mapped[str] = mapped_column(Text)
    #: Which document: `capacity-report`, `certificate` or `table`.
    document_kind: Mapped[str] = mapped_column(Text)
    #: What the document is of: ids and names as texts.
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    options: Mapped[dict[str, str]] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(Text)
    wanted_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    wanted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    job_id: Mapped[UUID | None] = mapped_column(ForeignKey("jobs.id"))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("export_files.id"))

    wanted_by: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    job: Mapped[Job | None] = relationship()
    file: Mapped["ExportFile | None"] = relationship()


class ExportFile(Identified, Base):
    """A finished file, never changed; two exports of one frozen thing share it."""

    __tablename__ = "export_files"

    #: The thing that the file is of, where it must be made only once, such as a certificate's code.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    filename: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
