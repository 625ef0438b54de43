"""The queue: nothing acknowledged is lost, nothing is closed by a worker that lost it."""

from datetime import timedelta

import pytest

from lms.db import db as handle
from lms.jobs import operations, rules, worker
from lms.jobs.models import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job


def job(db, at, once_key="one", kind="count"):
    operations.enqueue(kind, {"n": 1}, once_key=once_key, at=at)
    key = operations.id_of(once_key)
    db.session.commit()
    return db.session.get(Job, key)


def test_the_same_wish_twice_is_one_job(db, at):
    assert job(db, at).id == job(db, at).id


def test_a_job_goes_to_one_worker(db, at):
    job(db, at)

    first, second = operations.claim(at=at), operations.claim(at=at)

    assert first is not None
    assert second is None


def test_a_job_that_is_not_due_waits(db, at):
    job(db, at + timedelta(hours=1))

    assert operations.claim(at=at) is None
    assert operations.claim(at=at + timedelta(hours=1)) is not None


def test_the_job_of_a_killed_worker_runs_again_and_the_dead_one_cannot_close_it(db, at):
    made = job(db, at)
    killed = operations.claim(at=at)
    later = at + rules.LEASE + timedelta(seconds=1)

    again = operations.claim(at=later)

    assert again is not None
    assert again.attempts == 2
    assert operations.finish(killed, at=later) is False
    assert operations.finish(again, at=later) is True
    db.session.commit()
    db.session.refresh(made)
    assert made.state == DONE


def test_a_report_renews_the_lease_and_shows_how_far_it_is(db, at):
    made = job(db, at)
    claimed = operations.claim(at=at)

    operations.report(claimed, 40, at=at + timedelta(seconds=50))

    db.session.refresh(made)
    assert (made.percent, made.lease_until) == (40, at + timedelta(seconds=110))
    assert operations.claim(at=at + timedelta(seconds=70)) is None


def test_a_job_that_is_asked_to_stop_stops_between_two_steps(db, at):
    made = job(db, at)
    claimed = operations.claim(at=at)
    operations.want_cancelled(made, at=at)
    db.session.commit()

    with pytest.raises(operations.Cancelled):
        operations.report(claimed, 50, at=at)
    operations.cancelled(claimed, at=at)

    db.session.refresh(made)
    assert made.state == CANCELLED


def test_a_waiting_job_is_stopped_at_once_and_can_be_started_again(db, at):
    made = job(db, at)

    operations.want_cancelled(made, at=at)
    db.session.commit()
    assert operations.claim(at=at) is None
    operations.start_again(made, at=at)
    db.session.commit()

    assert operations.claim(at=at) is not None


def test_a_fault_is_kept_with_its_reason_and_tried_again_until_it_rests(app, at):
    def broken(_claim):
        raise ValueError("the printer is on fire")

    worker.handlers(app)["break"] = broken
    with app.app_context():
        made = job(handle, at, kind="break")
        key = made.id

    assert worker.run_one(app) is True

    with app.app_context():
        kept = handle.session.get(Job, key)
        assert kept.state == WAITING
        assert "printer is on fire" in kept.error
        for _attempt in range(rules.MAX_ATTEMPTS - 1):
            kept.run_at = at
            handle.session.commit()
            worker.run_one(app)
            handle.session.expire_all()
            kept = handle.session.get(Job, key)
        assert kept.state == FAILED


def test_what_a_handler_changed_before_its_fault_is_not_kept(app, at):
    def half(claim):
        handle.session.add(
            Job(kind="half", payload={}, once_key="half-written", run_at=at, made_at=at)
        )
        handle.session.flush()
        raise ValueError("half way")

    worker.handlers(app)["half"] = half
    with app.app_context():
        job(handle, at, kind="half")
    worker.run_one(app)

    with app.app_context():
        found = handle.session.scalar(handle.select(Job).where(Job.once_key == "half-written"))
        assert found is None


def test_pauses_grow_and_end():
    assert [rules.retry_after(n) for n in (1, 2, 3)] == [
        timedelta(seconds=10),
        timedelta(seconds=40),
        timedelta(seconds=90),
    ]
    assert rules.retry_after(rules.MAX_ATTEMPTS) is None


def test_states_of_a_running_job_are_seen_by_others(db, at):
    made = job(db, at)
    operations.claim(at=at)
    db.session.refresh(made)

    assert made.state == RUNNING
