"""Attempts with their frozen questions and responses; sittings, overrides, hand marks, regrades, observations."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
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
    event,
    text,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import scoped_by_organisation
from lms.assessments import frozen
from lms.assessments.answers import Answered

# Who asks for answers finds their table beside that of attempts.
from lms.assessments.answers import Response as Response

# Who asks the database for a state finds it beside the table.
from lms.assessments.rules import ABANDONED as ABANDONED
from lms.assessments.rules import IN_PROGRESS as IN_PROGRESS
from lms.assessments.rules import MARKED as MARKED
from lms.assessments.rules import STATES as STATES
from lms.assessments.rules import SUBMITTED as SUBMITTED
from lms.assessments.rules import VOIDED as VOIDED
from lms.cohorts.models import Cohort
from lms.db import Base, Identified
from lms.db.types import Exact, UtcDateTime

_WHOLE = "_whole"


@scoped_by_organisation("organisation_id", own="user_id")
class Attempt(Answered, Identified, Base):
    """One try of one person. What was asked is kept word for word."""

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("user_id", "assessment_key", "number"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(
            "CASE state WHEN 'submitted' THEN submitted_at IS NOT NULL"
            " WHEN 'marked' THEN submitted_at IS NOT NULL"
            " WHEN 'voided' THEN void_reason <> ''"
            " ELSE submitted_at IS NULL END",
            name="submitted",
        ),
        # One attempt at a time: whoever starts a second one gets the first.
        Index(
            "ix_attempts_one_in_progress",
            "user_id",
            "assessment_key",
            unique=True,
            sqlite_where=text("state = 'in-progress'"),
            postgresql_where=text("state = 'in-progress'"),
        ),
        Index("ix_attempts_assessment_key_state", "assessment_key", "state"),
        # All that the next attempt asks of those before: a row of 50 kB need not be opened for it.
        Index(
            "ix_attempts_standing",
            "user_id",
            "assessment_key",
            "number",
            "state",
            "submitted_at",
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    assessment_key: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    #: The rules and texts as they stood at the start.
    assessment: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: The questions in order as `frozen` keeps them: the digest of each, the `order` in which its parts are shown.
    asked: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    seed: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=IN_PROGRESS)
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Empty without a time limit.
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Closed by the site after the deadline, with the answers saved until then.
    closed_by_site: Mapped[bool] = mapped_column(default=False)
    #: Two places, rounded down; empty until submitted.
    percent: Mapped[Decimal | None] = mapped_column(Exact(2))
    passed: Mapped[bool | None]
    #: By question key: `{"share": "0.500000", "right": false, "detail": {…}}`, with `"pending": true` while
    #: it waits for a marker.
    marks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    #: The language in which it was begun; item analysis compares languages.
    language: Mapped[str] = mapped_column(Text, default="")
    #: When the last question was marked.
    marked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Place of the furthest page reached, from 0; where navigation is forward only, none before it opens again.
    furthest: Mapped[int] = mapped_column(default=0)
    #: Printed on the paper version; empty where it is sat on a screen.
    paper_code: Mapped[str | None] = mapped_column(Text, unique=True)
    #: The supervised sitting in which it was begun.
    sitting_id: Mapped[UUID | None] = mapped_column(ForeignKey("sittings.id"))
    #: Why it is void, and who declared it so.
    void_reason: Mapped[str] = mapped_column(Text, default="")
    voided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    #: Questions left out of the mark by a regrade.
    dropped: Mapped[list[str]] = mapped_column(JSON, default=list)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    organisation: Mapped[Organisation] = relationship()
    sitting: Mapped["Sitting | None"] = relationship()

    @property
    def questions(self) -> list[frozen.Question]:
        """The questions in order, each with its `spec` and its `order`; set, their wordings are written."""
        known: tuple[Any, list[frozen.Question]] | None = self.__dict__.get(_WHOLE)
        if known is None or known[0] is not self.asked:
            known = self.__dict__[_WHOLE] = (self.asked, frozen.whole(self.asked))
        return known[1]

    @questions.setter
    def questions(self, questions: Sequence[frozen.Question]) -> None:
        self.asked = frozen.freeze(questions)


def forget_answers(attempt: Attempt, *_more: Any) -> None:
    """Let the answers be read again: they were changed."""
    attempt._answers = None


event.listen(Attempt, "expire", forget_answers)


@scoped_by_organisation("organisation_id", own="user_id")
class PracticalObservation(Identified, Base):
    """A practical task, seen by an observer and rated criterion by criterion against a rubric."""

    __tablename__ = "practical_observations"

    #: A form sent twice is one observation.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    observer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    observer_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    #: The rubric as it stood.
    rubric: Mapped[dict[str, Any]] = mapped_column(JSON)
    #: Level by criterion key: not-yet, partly or meets.
    ratings: Mapped[dict[str, str]] = mapped_column(JSON)
    competencies: Mapped[list[str]] = mapped_column(JSON)
    remark: Mapped[str] = mapped_column(Text, default="")
    observed_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: When the person observed put their name to it; `agreed` says whether they see it the same way.
    countersigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    agreed: Mapped[bool | None]
    person_remark: Mapped[str] = mapped_column(Text, default="")

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    observer: Mapped[User] = relationship(foreign_keys=[observer_id])
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])


@scoped_by_organisation("organisation_id", own="user_id")
class WorkConfirmation(Identified, Base):
    """A supervisor's record that a person applied a competency at work: when, and what was seen."""

    __tablename__ = "work_confirmations"
    __table_args__ = (
        CheckConstraint("seen <> ''", name="seen"),
        CheckConstraint("user_id <> supervisor_id", name="other"),
    )

    #: A form sent twice is one confirmation.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    supervisor_organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    competency: Mapped[str] = mapped_column(Text)
    #: When the work was seen.
    observed_on: Mapped[date]
    seen: Mapped[str] = mapped_column(Text)
    #: Which record of the work shows it, such as a letter or minutes, in the supervisor's words; may be empty.
    work_record: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    supervisor: Mapped[User] = relationship(foreign_keys=[supervisor_id])
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])


@scoped_by_organisation("organisation_id")
class Sitting(Identified, Base):
    """A supervised sitting: whoever types its code while it is open may begin the assessment."""

    __tablename__ = "sittings"

    assessment_key: Mapped[str] = mapped_column(Text, index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    supervisor_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    place: Mapped[str] = mapped_column(Text, default="")
    code: Mapped[str] = mapped_column(Text, unique=True)
    opens_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: What the supervisor noted of the sitting.
    remark: Mapped[str] = mapped_column(Text, default="")

    organisation: Mapped[Organisation] = relationship()
    supervisor: Mapped[User] = relationship()


@scoped_by_organisation("organisation_id")
class Override(Identified, Base):
    """Other rules for one person or one cohort in one assessment, with the reason; withdrawn, never deleted."""

    __tablename__ = "assessment_overrides"
    __table_args__ = (
        CheckConstraint("(user_id IS NULL) <> (cohort_id IS NULL)", name="whom"),
        CheckConstraint("extra_minutes >= 0 AND extra_attempts >= 0", name="extra"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    #: A form sent twice is one override.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    assessment_key: Mapped[str] = mapped_column(Text, index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    cohort_id: Mapped[UUID | None] = mapped_column(ForeignKey("cohorts.id"), index=True)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    #: In the place of the assessment's own; empty: as the assessment says.
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    #: None also where it was withdrawn before reasons were asked for.
    withdrawn_reason: Mapped[str | None] = mapped_column(Text)

    organisation: Mapped[Organisation] = relationship()
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    cohort: Mapped[Cohort | None] = relationship()
    by: Mapped[User] = relationship(foreign_keys=[by_id])
    withdrawn_by: Mapped[User | None] = relationship(foreign_keys=[withdrawn_by_id])


class AnswerFile(Identified, Base):
    """A file handed in as an answer. Reached through its attempt; a newer one stands beside it."""

    __tablename__ = "answer_files"
    __table_args__ = (UniqueConstraint("attempt_id", "question_key", "sha256"),)

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"))
    question_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(Text)
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))


class HandMark(Identified, Base):
    """What one marker gave one answer. Reached through its attempt; corrected by a later round, never changed."""

    __tablename__ = "hand_marks"
    __table_args__ = (
        UniqueConstraint("attempt_id", "question_key", "round", "marker_id"),
        CheckConstraint("share BETWEEN 0 AND 1000000", name="share"),
    )

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"))
    question_key: Mapped[str] = mapped_column(Text)
    #: 1: independent marks. 2: the decision where two markers differed.
    round: Mapped[int] = mapped_column(default=1)
    marker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    #: Level by criterion key; empty where the question has no criteria.
    ratings: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    share: Mapped[Decimal] = mapped_column(Exact(6))
    remark: Mapped[str] = mapped_column(Text, default="")
    marked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    marker: Mapped[User] = relationship()
    attempt: Mapped[Attempt] = relationship()


class Regrade(Identified, Base):
    """A question marked anew in every attempt that holds it: what was changed, why, and what it moved."""

    __tablename__ = "regrades"
    __table_args__ = (
        CheckConstraint("kind IN ('new-key', 'full-credit', 'drop')", name="kind"),
        CheckConstraint("reason <> ''", name="reason"),
    )

    #: A form sent twice is one regrade.
    once_key: Mapped[str] = mapped_column(Text, unique=True)
    assessment_key: Mapped[str] = mapped_column(Text, index=True)
    question_key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    #: For `new-key`: the question as it is marked from now on.
    spec: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    by: Mapped[User] = relationship()
    changes: Mapped[list["RegradeChange"]] = relationship(back_populates="regrade")


class RegradeChange(Identified, Base):
    """One attempt that a regrade changed. Reached through the attempt, which is scoped."""

    __tablename__ = "regrade_changes"
    __table_args__ = (UniqueConstraint("regrade_id", "attempt_id"),)

    regrade_id: Mapped[UUID] = mapped_column(ForeignKey("regrades.id"))
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    percent_before: Mapped[Decimal] = mapped_column(Exact(2))
    percent_after: Mapped[Decimal] = mapped_column(Exact(2))
    passed_before: Mapped[bool]
    passed_after: Mapped[bool]
    #: The mark before, word for word.
    mark_before: Mapped[dict[str, Any]] = mapped_column(JSON)

    regrade: Mapped[Regrade] = relationship(back_populates="changes")
    attempt: Mapped[Attempt] = relationship()


@scoped_by_organisation("organisation_id")
class CutScoreRound(Identified, Base):
    """Judges estimate, question by question, how many of those who are just good enough would be right."""

    __tablename__ = "cut_score_rounds"

    assessment_key: Mapped[str] = mapped_column(Text, index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    title: Mapped[str] = mapped_column(Text)
    #: The questions as they were judged.
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    by: Mapped[User] = relationship()
    judgements: Mapped[list["CutScoreJudgement"]] = relationship(back_populates="round")


class CutScoreJudgement(Identified, Base):
    """One judge's estimate for one question. Reached through its round, which is scoped."""

    __tablename__ = "cut_score_judgements"
    __table_args__ = (
        UniqueConstraint("round_id", "judge_id", "question_key"),
        CheckConstraint("estimate BETWEEN 0 AND 100", name="estimate"),
    )

    round_id: Mapped[UUID] = mapped_column(ForeignKey("cut_score_rounds.id"))
    judge_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    question_key: Mapped[str] = mapped_column(Text)
    #: Of a hundred people who are just good enough, how many would be right.
    estimate: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)

    round: Mapped[CutScoreRound] = relationship(back_populates="judgements")
    judge: Mapped[User] = relationship()
