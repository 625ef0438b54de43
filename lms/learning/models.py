"""Who takes which course, and which lessons are done."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by_organisation
from lms.courses.models import CourseVersion
from lms.db import Base, Identified
from lms.db.types import UtcDateTime


@scoped_by_organisation("organisation_id", own="user_id")
class Enrolment(Identified, Base):
    """One person in one course, at the version that stood when they enrolled."""

    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("user_id", "course_key"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    #: Where the person belonged when they enrolled.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    course_key: Mapped[str] = mapped_column(Text)
    version_id: Mapped[UUID] = mapped_column(ForeignKey("course_versions.id"))
    enrolled_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Set once; a lesson added later does not take it back.
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: When the course's assessment was passed, where the completion rule asks for it.
    passed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Where to resume.
    last_lesson: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()
    version: Mapped[CourseVersion] = relationship()
    done: Mapped[list["LessonDone"]] = relationship(back_populates="enrolment")

    @property
    def done_keys(self) -> set[str]:
        """The lessons marked as done."""
        return {row.lesson_key for row in self.done}


class LessonDone(Identified, Base):
    """A lesson that somebody marked as done. Reached through its enrolment, which is scoped."""

    __tablename__ = "lessons_done"
    __table_args__ = (UniqueConstraint("enrolment_id", "lesson_key"),)

    enrolment_id: Mapped[UUID] = mapped_column(ForeignKey("enrolments.id"))
    lesson_key: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    enrolment: Mapped[Enrolment] = relationship(back_populates="done")
