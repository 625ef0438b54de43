"""A published version of a course."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Identified
from lms.db.types import UtcDateTime


class CourseVersion(Identified, Base):
    """What a course was when it was published: the hash of its files is the version."""

    __tablename__ = "course_versions"
    __table_args__ = (UniqueConstraint("course_key", "content_hash"),)

    course_key: Mapped[str] = mapped_column(Text, index=True)
    #: The author's own number.
    version: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(Text)
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    #: Lessons in order: `[{"key": …, "titles": {…}, "minutes": …}]`.
    lessons: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    completion: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def lesson_keys(self) -> list[str]:
        """The lessons in order."""
        return [lesson["key"] for lesson in self.lessons]
