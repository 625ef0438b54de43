"""Enqueueing, claiming, finishing. `claim` and what follows commit: each is a whole edge of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select, update
from uuid_utils.compat import uuid7

from lms.db import db
from lms.db.bulk import insert_new
from lms.jobs import rules
from lms.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job


class Cancelled(Exception):
    """The job was asked to stop, and stopped between two steps."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in a worker's hands; `attempts` proves that it is still this worker's."""

    id: UUID
    kind: str
    payload: dict[str, Any]
    attempts: int


def enqueue(
    kind: str, payload: dict[str, Any], *, once_key: str, at: datetime, by_id: UUID | None = None
) -> None:
    """Write a job into the running transaction; with the same `once_key` the one already there is the job."""
    job = {
        "id": uuid7(),
        "kind": kind,
        "payload": payload,
        "once_key": once_key,
        "run_at": at,
        "made_at": at,
        "wanted_by_id": by_id,
    }
    insert_new(Job, [job])


def id_of(once_key: str) -> UUID:
    """The id of the job that was written under a key."""
    return db.session.scalars(select(Job.id).where(Job.once_key == once_key)).one()


def claim(*, at: datetime) -> Claim | None:
    """Take the job that has waited longest, or one whose owner's lease ran out; None when nothing is due."""
    due = or_(
        and_(Job.state == WAITING, Job.run_at <= at),
        and_(Job.state == RUNNING, Job.lease_until < at),
    )
    pick = (
        select(Job.id)
        .where(due)
        .order_by(Job.run_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(Job)
        .where(Job.id == pick)
        .values(state=RUNNING, attempts=Job.attempts + 1, lease_until=at + rules.LEASE)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(taken).first()
    db.session.commit()
    return Claim(*row) if row else None


def _owned(claimed: Claim) -> Any:
    return and_(Job.id == claimed.id, Job.attempts == claimed.attempts, Job.state == RUNNING)


def report(claimed: Claim, percent: int, *, at: datetime) -> None:
    """Renew the lease and say how far the job is, 0 to 100.

    Raises:
        Cancelled: somebody wants it stopped, or the lease was lost to another worker.
    """
    statement = (
        update(Job)
        .where(_owned(claimed))
        .values(percent=percent, lease_until=at + rules.LEASE)
        .returning(Job.cancel_wanted)
        .execution_options(synchronize_session=False)
    )
    row = db.session.execute(statement).first()
    db.session.commit()
    if row is None or row.cancel_wanted:
        raise Cancelled


def finish(claimed: Claim, *, at: datetime) -> bool:
    """Close the job inside the running transaction; False when another worker owns it by now."""
    return _end(claimed, at, state=DONE, percent=100, error="")


def _end(claimed: Claim, at: datetime, **values: Any) -> bool:
    statement = (
        update(Job)
        .where(_owned(claimed))
        .values(ended_at=at, lease_until=None, **values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return db.session.execute(statement).first() is not None


def fail(claimed: Claim, error: str, *, at: datetime) -> None:
    """Let the job wait for its next attempt, or rest as failed with its reason."""
    pause = rules.retry_after(claimed.attempts)
    if pause is None:
        _end(claimed, at, state=FAILED, error=error)
    else:
        statement = (
            update(Job)
            .where(_owned(claimed))
            .values(state=WAITING, run_at=at + pause, lease_until=None, error=error)
            .execution_options(synchronize_session=False)
        )
        db.session.execute(statement)
    db.session.commit()


def cancelled(claimed: Claim, *, at: datetime) -> None:
    """Close a job that stopped because somebody wished it."""
    _end(claimed, at, state=CANCELLED)
    db.session.commit()


def want_cancelled(job: Job, *, at: datetime) -> None:
    """Ask a job to stop: at once while it waits, between two steps while it runs."""
    job.cancel_wanted = True
    if job.state == WAITING:
        job.state, job.ended_at = CANCELLED, at


def start_again(job: Job, *, at: datetime) -> None:
    """Give a failed or cancelled job another set of attempts."""
    if job.state in (FAILED, CANCELLED):
        job.state, job.run_at, job.attempts, job.cancel_wanted = WAITING, at, 0, False
        job.ended_at = None


Handler = Callable[[Claim], None]
