"""The register of certificates."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by_organisation
from lms.certificates.rules import State, state_on
from lms.db import Base, Identified
from lms.db.types import UtcDateTime


@scoped_by_organisation("organisation_id", own="user_id")
class Certificate(Identified, Base):
    """One certificate as issued; only how it ended is ever added."""

    __tablename__ = "certificates"
    __table_args__ = (
        # One certificate in force for a person and a course, however often the button is pressed.
        Index(
            "uq_certificates_in_force",
            "user_id",
            "course_key",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    course_key: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    #: What it says, word for word: the fields of `lms.plugins.CertificateDocument`.
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    expires_on: Mapped[date | None]
    #: Set when it was revoked, superseded or renewed.
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    revoke_reason: Mapped[str] = mapped_column(Text, default="")
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("certificates.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organisation: Mapped[Organisation] = relationship()
    successor: Mapped["Certificate | None"] = relationship(remote_side="Certificate.id")

    def state(self, day: date) -> State:
        """What it is worth on a day."""
        return state_on(
            day,
            expires_on=self.expires_on,
            revoked=self.revoked_by_id is not None,
            superseded=self.successor_id is not None,
        )
