"""Which attempts hold which pictures that the site keeps."""

from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Identified


class AttemptPicture(Identified, Base):
    """That an attempt's questions show a picture which the site keeps; written when it is begun.

    Reached through its attempt: whoever may read that may see the picture.
    """

    __tablename__ = "attempt_pictures"
    __table_args__ = (UniqueConstraint("sha256", "attempt_id"),)

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    sha256: Mapped[str] = mapped_column(Text)
