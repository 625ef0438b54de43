"""Rows past the session's objects."""

from datetime import timedelta

from lms.db.bulk import insert_once, upsert_rows
from lms.jobs.models import Job
from lms.jobs.operations import enqueue, id_of


def job(at, **more):
    return {"kind": "count", "payload": {}, "once_key": "one", "run_at": at, "made_at": at, **more}


def test_a_row_is_inserted_once_and_it_is_said(db, at):
    assert insert_once(Job, job(at))
    assert not insert_once(Job, job(at, kind="other"))

    assert [one.kind for one in db.session.scalars(db.select(Job))] == ["count"]


def test_a_row_whose_key_is_taken_is_changed_where_it_is_asked(db, at):
    later = at + timedelta(days=1)
    enqueue("count", {}, once_key="one", at=at)
    first = id_of("one")

    rows = [job(later, kind="other", state="waiting", once_key=key) for key in ("one", "two")]
    upsert_rows(Job, rows, key=("once_key",), change=("run_at",))

    found = {one.once_key: one for one in db.session.scalars(db.select(Job))}
    assert (found["one"].id, found["one"].kind, found["one"].run_at) == (first, "count", later)
    assert (found["two"].kind, found["two"].run_at) == ("other", later)
