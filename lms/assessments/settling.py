"""What follows when attempts are worth something else: their rows, their evidence, and who hears of it.

One attempt is settled as many of one. They come as plain rows or as objects; what each is worth has been worked
out before by the rules. Everything is read and written for all of them in a few statements.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm.attributes import flag_modified

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments import evidence
from lms.assessments.ledger import Entries, Piece, Sat
from lms.assessments.models import Attempt
from lms.assessments.rules import MARKED, SUBMITTED, Outcome
from lms.db import db
from lms.db.bulk import known, update_rows
from lms.db.chunks import in_chunks
from lms.db.json_text import JsonText
from lms.events import AttemptChanged, AttemptFinished, attempt_changed, attempt_finished


class HandedIn(Sat, Protocol):
    """What is asked of an attempt that is settled: an `Attempt`, or a row with the same."""

    @property
    def assessment_key(self) -> str: ...

    @property
    def assessment(self) -> Mapping[str, Any]:
        """The rules as the attempt keeps them; ``course`` is the key of the course that it belongs to."""

    @property
    def state(self) -> str: ...

    @property
    def percent(self) -> Decimal | None: ...

    @property
    def passed(self) -> bool | None: ...

    @property
    def marked_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What others are to hear of an attempt: that it is marked for the first time, or is worth something else."""

    attempt_id: UUID
    user_id: UUID
    course_key: str | None
    assessment_key: str
    passed: bool
    #: For the first time: when it was handed in.
    finished_at: datetime | None = None


@dataclass(slots=True)
class Batch:
    """Attempts that change together: nothing is written before `settle`.

    What it keeps of each is light, for there may be many: what would be many objects is text already.
    """

    at: datetime
    columns: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)
    entries: Entries = field(default_factory=Entries)
    told: list[Told] = field(default_factory=list)

    def add(
        self,
        attempt: HandedIn,
        outcome: Outcome,
        pieces: Sequence[Piece],
        more: Mapping[str, Any] | None = None,
    ) -> None:
        """Add an attempt with what it is worth now; while a mark is pending it has no percent and no evidence.

        Args:
            pieces: all of its evidence.
            more: columns that change with it.
        """
        columns = {
            **(more or {}),
            "marks": JsonText.of({key: mark.plain for key, mark in outcome.marks.items()}),
            "percent": outcome.percent,
            "passed": outcome.passed,
        }
        state = SUBMITTED if outcome.pending else MARKED
        if state != attempt.state:
            columns["state"] = state
        if not outcome.pending and attempt.marked_at is None:
            columns["marked_at"] = self.at
        self.columns[attempt.id] = columns
        self.entries.add(attempt, {} if outcome.pending else outcome.competencies, pieces)
        told = _told(attempt, outcome)
        if told is not None:
            self.told.append(told)

    def settle(self, *, by: User | None, reason: str = "") -> list[Told]:
        """Write what attempts are worth and bring their evidence in line; returns what `tell` is to say.

        A changed mark supersedes the evidence, with the `reason`.
        """
        write(self.columns)
        evidence.enter(self.entries, by=by, at=self.at, reason=reason)
        return self.told


def _told(attempt: HandedIn, outcome: Outcome) -> Told | None:
    """What is to be said of an attempt; None while a mark is pending, and where it is worth the same."""
    if outcome.pending:
        return None
    first = attempt.state != MARKED
    if first and attempt.submitted_at is None:
        return None
    if not first and (outcome.percent, outcome.passed) == (attempt.percent, attempt.passed):
        return None
    return Told(
        attempt.id,
        attempt.user_id,
        attempt.assessment.get("course"),
        attempt.assessment_key,
        bool(outcome.passed),
        attempt.submitted_at if first else None,
    )


def told_of_void(attempt: HandedIn) -> Told:
    """What is to be said of an attempt that was declared void."""
    course = attempt.assessment.get("course")
    return Told(attempt.id, attempt.user_id, course, attempt.assessment_key, passed=False)


def write(changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Write columns of attempts, by attempt id; those that the session holds as objects are changed there."""
    objects = known(Attempt) if changes else {}
    for key in changes.keys() & objects.keys():
        for name, value in changes[key].items():
            setattr(objects[key], name, value.value if isinstance(value, JsonText) else value)
            # Also where it equals what the session remembers: the database may have moved on.
            flag_modified(objects[key], name)
    db.session.flush()
    update_rows(Attempt, {key: one for key, one in changes.items() if key not in objects})


def tell(told: Iterable[Told], at: datetime) -> None:
    """Say what happened, of those that pass first: so nobody's course opens for a moment."""
    passing_first = sorted(told, key=lambda one: not one.passed)
    for some in in_chunks(passing_first):
        passes = _passes(some)
        finished = tuple(
            AttemptFinished(
                one.attempt_id,
                one.user_id,
                one.course_key,
                one.assessment_key,
                one.passed,
                one.finished_at,
            )
            for one in some
            if one.finished_at is not None
        )
        changed = tuple(
            AttemptChanged(
                one.attempt_id,
                one.user_id,
                one.course_key,
                one.assessment_key,
                one.passed,
                bool(passes.get((one.user_id, one.assessment_key), set()) - {one.attempt_id}),
                at,
            )
            for one in some
            if one.finished_at is None
        )
        for first in finished:
            attempt_finished.send(first, together=finished)
        for again in changed:
            attempt_changed.send(again, together=changed)


def _passes(told: Sequence[Told]) -> dict[tuple[UUID, str], set[UUID]]:
    """The attempts that pass, by person and assessment, of those whose attempts changed and who have several."""
    changed = [one for one in told if one.finished_at is None]
    found: dict[tuple[UUID, str], set[UUID]] = {}
    for assessment_key in {one.assessment_key for one in changed}:
        theirs = (
            Attempt.user_id.in_({one.user_id for one in changed}),
            Attempt.assessment_key == assessment_key,
        )
        # Most people have one. The index alone tells who has more, whose attempts are then read.
        several = everywhere(Attempt.user_id).where(*theirs).group_by(Attempt.user_id)
        users = db.session.scalars(several.having(func.count() > 1)).all()
        if not users:
            continue
        passing = everywhere(Attempt.id, Attempt.user_id).where(
            Attempt.user_id.in_(users),
            Attempt.assessment_key == assessment_key,
            Attempt.state == MARKED,
            Attempt.passed.is_(True),
        )
        for attempt_id, user_id in db.session.execute(passing):
            found.setdefault((user_id, assessment_key), set()).add(attempt_id)
    return found
