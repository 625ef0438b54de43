"""An exercise with everything that hangs on it, and the tokens of private calendar feeds."""

from datetime import date, datetime
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
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import Viewer, scoped_by, scoped_by_organisation
from lms.db import Base, Identified
from lms.db.types import UtcDateTime
from lms.exercises.rules import (
    RATINGS,
    ActionState,
    Answer,
    ExerciseRole,
    Judgement,
    State,
    planned_moment,
)


def _visible(cls: Any, within: Any, viewer: Viewer) -> Any:
    """Exercises of the viewer's organisations, and those in which the viewer has a part."""
    return or_(
        cls.id.in_(
            select(ExerciseOrganisation.exercise_id).where(
                ExerciseOrganisation.organisation_id.in_(within)
            )
        ),
        cls.id.in_(select(Participant.exercise_id).where(Participant.user_id == viewer.user_id)),
        cls.id.in_(select(Evaluator.exercise_id).where(Evaluator.user_id == viewer.user_id)),
    )


@scoped_by(_visible)
class Exercise(Identified, Base):
    """One exercise: what was frozen from the template, when and where, and how far it is."""

    __tablename__ = "exercises"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint(f"state IN {tuple(s.value for s in State)}", name="state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index(None, "starts_at"),
    )

    #: A form sent twice is one exercise.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    #: Stable for calendars, whatever else changes.
    uid: Mapped[str] = mapped_column(Text, unique=True)
    #: iCalendar SEQUENCE: rises with each change that calendars must learn of.
    sequence: Mapped[int] = mapped_column(default=0)
    #: By language: what the trainer typed, else the template's title.
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(Text)
    template_key: Mapped[str] = mapped_column(Text)
    #: The template as it stood when the exercise was scheduled.
    template: Mapped[dict[str, Any]] = mapped_column(JSON)
    host_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Name of the time zone of the venue, such as Africa/Monrovia.
    zone: Mapped[str] = mapped_column(Text)
    venue: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default=State.PLANNED.value)
    lead_evaluator_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    #: When calendars last had something to learn.
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")

    host: Mapped[Organisation] = relationship()
    organisations: Mapped[list["ExerciseOrganisation"]] = relationship(back_populates="exercise")
    objectives: Mapped[list["Objective"]] = relationship(
        back_populates="exercise", order_by="Objective.number"
    )
    injects: Mapped[list["Inject"]] = relationship(
        back_populates="exercise", order_by="Inject.offset_minutes, Inject.number"
    )
    participants: Mapped[list["Participant"]] = relationship(
        back_populates="exercise", order_by="Participant.id"
    )
    evaluators: Mapped[list["Evaluator"]] = relationship(
        back_populates="exercise", order_by="Evaluator.id"
    )
    log: Mapped[list["LogEntry"]] = relationship(
        back_populates="exercise", order_by="LogEntry.at, LogEntry.id"
    )
    actions: Mapped[list["CorrectiveAction"]] = relationship(
        back_populates="exercise", order_by="CorrectiveAction.due_on, CorrectiveAction.id"
    )

    def everybody(self) -> list["Participant | Evaluator"]:
        """Who takes part or evaluates."""
        return [*self.participants, *self.evaluators]

    @property
    def language(self) -> str:
        """The original language of the template's texts."""
        return self.template.get("language", "en")

    @property
    def rated_organisations(self) -> list[Organisation]:
        """The evaluated organisations that took part: with a player who accepted."""
        playing = {one.organisation_id for one in self.participants if one.plays}
        return [
            part.organisation
            for part in self.organisations
            if part.evaluated and part.organisation_id in playing
        ]


class ExerciseOrganisation(Identified, Base):
    """An organisation that takes part. Reached through its exercise, which is scoped."""

    __tablename__ = "exercise_organisations"
    __table_args__ = (UniqueConstraint("exercise_id", "organisation_id"),)

    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    #: Whether its performance is rated; a partner that only helps is not.
    evaluated: Mapped[bool]

    exercise: Mapped[Exercise] = relationship(back_populates="organisations")
    organisation: Mapped[Organisation] = relationship()


class Objective(Identified, Base):
    """What evaluators rate. Reached through its exercise."""

    __tablename__ = "exercise_objectives"
    __table_args__ = (UniqueConstraint("exercise_id", "key"),)

    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"))
    key: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    competencies: Mapped[list[str]] = mapped_column(JSON)
    #: What each of P, S, M and U looks like, by language.
    anchors: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON)

    exercise: Mapped[Exercise] = relationship(back_populates="objectives")
    ratings: Mapped[list["ObjectiveRating"]] = relationship(
        back_populates="objective", order_by="ObjectiveRating.id"
    )

    def rating_of(self, evaluator: "Evaluator") -> "ObjectiveRating | None":
        """What one evaluator said, or None."""
        return next((one for one in self.ratings if one.evaluator_id == evaluator.id), None)

    @property
    def judgements(self) -> list[Judgement]:
        """The ratings as the rules need them."""
        return [
            Judgement(str(one.evaluator_id), frozenset(one.evaluator.belongs), one.rating)
            for one in self.ratings
        ]


class Inject(Identified, Base):
    """A message of the master scenario events list, due so many minutes after the start."""

    __tablename__ = "exercise_injects"
    __table_args__ = (
        UniqueConstraint("exercise_id", "key"),
        CheckConstraint("offset_minutes >= 0", name="offset"),
    )

    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"))
    key: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    offset_minutes: Mapped[int]
    sender: Mapped[dict[str, str]] = mapped_column(JSON)
    recipient: Mapped[dict[str, str]] = mapped_column(JSON)
    channel: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, str]] = mapped_column(JSON)
    expected: Mapped[dict[str, str]] = mapped_column(JSON)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delivered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    exercise: Mapped[Exercise] = relationship(back_populates="injects")

    @property
    def due_at(self) -> datetime:
        """When it is due, reckoned from the present start of the exercise."""
        return planned_moment(self.exercise.starts_at, self.offset_minutes)


@scoped_by_organisation("organisation_id", own="user_id")
class Participant(Identified, Base):
    """A person who is invited for an organisation, and what they answered."""

    __tablename__ = "exercise_participants"
    __table_args__ = (
        UniqueConstraint("exercise_id", "user_id"),
        CheckConstraint(f"role IN {tuple(r.value for r in ExerciseRole)}", name="role"),
        CheckConstraint(f"answer IN {tuple(a.value for a in Answer)}", name="answer"),
    )

    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    role: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default=Answer.INVITED.value)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    exercise: Mapped[Exercise] = relationship(back_populates="participants")
    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()

    @property
    def plays(self) -> bool:
        """Whether the exercise shows this person's performance: a player who accepted."""
        return self.answer == Answer.ACCEPTED and self.role in (
            ExerciseRole.PLAYER,
            ExerciseRole.LEADING_PLAYER,
        )


@scoped_by_organisation("organisation_id", own="user_id")
class Evaluator(Identified, Base):
    """Who rates, and for which organisation."""

    __tablename__ = "exercise_evaluators"
    __table_args__ = (UniqueConstraint("exercise_id", "user_id"),)

    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    #: Ids of every organisation to which the person belonged when appointed, those above included.
    belongs: Mapped[list[str]] = mapped_column(JSON)

    exercise: Mapped[Exercise] = relationship(back_populates="evaluators")
    user: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()


class ObjectiveRating(Identified, Base):
    """One evaluator's rating of one objective. Reached through its objective."""

    __tablename__ = "exercise_ratings"
    __table_args__ = (
        UniqueConstraint("objective_id", "evaluator_id"),
        CheckConstraint(f"rating IN {RATINGS}", name="rating"),
    )

    objective_id: Mapped[UUID] = mapped_column(ForeignKey("exercise_objectives.id"))
    evaluator_id: Mapped[UUID] = mapped_column(ForeignKey("exercise_evaluators.id"), index=True)
    rating: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    objective: Mapped[Objective] = relationship(back_populates="ratings")
    evaluator: Mapped[Evaluator] = relationship()


class LogEntry(Identified, Base):
    """What somebody saw during the exercise, with the time. Reached through its exercise."""

    __tablename__ = "exercise_log"

    once_key: Mapped[str] = mapped_column(Text, unique=True)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(Text)

    exercise: Mapped[Exercise] = relationship(back_populates="log")
    by: Mapped[User] = relationship()


@scoped_by_organisation("organisation_id", own="owner_id")
class CorrectiveAction(Identified, Base):
    """What must change after an exercise, who sees to it, and by when."""

    __tablename__ = "corrective_actions"
    __table_args__ = (
        CheckConstraint(f"state IN {tuple(s.value for s in ActionState)}", name="state"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
        Index(None, "state", "due_on"),
    )

    once_key: Mapped[str] = mapped_column(Text, unique=True)
    exercise_id: Mapped[UUID] = mapped_column(ForeignKey("exercises.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    #: The last day, by the calendar of the exercise's zone.
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(Text, default=ActionState.OPEN.value)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drop_reason: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    exercise: Mapped[Exercise] = relationship(back_populates="actions")
    owner: Mapped[User] = relationship()
    organisation: Mapped[Organisation] = relationship()


class CalendarFeed(Identified, Base):
    """A private address of a person's exercises: the table keeps the token's SHA-256."""

    __tablename__ = "calendar_feeds"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship()
