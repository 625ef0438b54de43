"""What reads on PostgreSQL needs no transaction; what writes, holds a row or is answered in parts has one."""

from contextlib import contextmanager, nullcontext
from threading import Timer

import pytest
from sqlalchemy import bindparam, func, insert, literal_column, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from uuid_utils.compat import uuid7

from factories.accounts import make_organisation, make_user
from lms.accounts.models import User
from lms.db import db as handle
from lms.db.prepared import SENDING, Prepared, rows_of_each
from lms.db.reading import only_reading
from lms.jobs.models import Job

#: libpq's PQTRANS_ACTIVE: something was sent that is not answered yet.
ACTIVE = 1


@pytest.fixture
def reading(app):
    """A connection that only reads; on SQLite it is in a transaction that takes no lock."""
    with app.app_context():
        make_user("amina", organisation=make_organisation())
        handle.session.commit()
        with handle.engine.connect() as connection:
            with only_reading():
                connection.begin()
            yield connection


def in_transaction(connection):
    held = connection.connection.dbapi_connection
    if handle.engine.dialect.name == "sqlite":
        return held.in_transaction
    return held.info.transaction_status.name != "IDLE"


def names(app):
    with app.app_context():
        return list(handle.session.scalars(select(User.name)))


def test_reading_alone_keeps_no_transaction_open_on_postgresql(app, reading):
    assert reading.scalar(select(User.sign_in_name)) == "amina"

    assert in_transaction(reading) == (handle.engine.dialect.name == "sqlite")


def test_a_reader_that_writes_after_all_can_take_it_back(app, reading):
    reading.execute(text("UPDATE users SET name = 'Somebody'"))
    assert in_transaction(reading)

    reading.rollback()

    assert names(app) == ["Amina"]


def test_what_it_writes_is_kept_once_it_says_so(app, reading):
    reading.execute(text("UPDATE users SET name = 'Somebody'"))
    reading.commit()

    assert names(app) == ["Somebody"]


def test_a_row_that_is_taken_stays_taken_until_the_end(app, reading):
    reading.execute(select(User.id).with_for_update()).all()

    assert in_transaction(reading)


def test_many_rows_can_be_read_in_parts(app, reading):
    parts = reading.execution_options(yield_per=1).execute(select(User.sign_in_name))

    assert [row[0] for row in parts] == ["amina"]


def test_the_next_one_of_the_same_connection_is_in_a_transaction_again(app, reading):
    reading.execute(select(User.id)).all()
    reading.close()

    with handle.engine.connect() as connection:
        connection.execute(select(User.id)).all()
        assert in_transaction(connection)


ASKED = Prepared(select(User.sign_in_name, User.name).where(User.sign_in_name == bindparam("name")))
#: Nothing on PostgreSQL can be divided by nothing; SQLite's fault is of JSON.
BROKEN = {
    "postgresql": Prepared(select(literal_column("1 / (SELECT count(*) FROM jobs)").label("n"))),
    "sqlite": Prepared(select(literal_column("json('{')").label("n"))),
}
RENAMED = Prepared(update(User).values(name=bindparam("to")))
MADE = Prepared(insert(Job), ("id", "kind", "payload", "once_key", "run_at", "made_at"))


@contextmanager
def writing():
    """A connection that is about to write."""
    with handle.engine.connect() as connection:
        connection.begin()
        yield connection


def a_job(at, key="one"):
    return {
        "id": uuid7(),
        "kind": "count",
        "payload": {},
        "once_key": key,
        "run_at": at,
        "made_at": at,
    }


@pytest.fixture
def site(app):
    with app.app_context():
        make_user("amina", organisation=make_organisation())
        handle.session.commit()
        yield


def test_what_was_sent_is_seen_by_the_next_statement_and_by_others_after_the_commit(app, site):
    with writing() as connection:
        RENAMED.send(connection, [{"to": "Sent"}])
        assert ASKED.rows(connection, {"name": "amina"}) == [("amina", "Sent")]
        RENAMED.send(connection, [{"to": "Sent again"}])
        assert connection.scalar(select(User.name)) == "Sent again"
        RENAMED.send(connection, [{"to": "Sent last"}])
        connection.commit()

    assert names(app) == ["Sent last"]


def test_what_was_sent_is_taken_back_with_its_transaction(app, site):
    with writing() as connection:
        RENAMED.send(connection, [{"to": "Sent"}])
        connection.rollback()
    with writing() as connection:
        RENAMED.send(connection, [{"to": "Sent"}])
        # Neither said to be kept nor taken back: the pool takes it back.

    assert names(app) == ["Amina"]


def by_rows(connection, _at):
    ASKED.rows(connection, {"name": "amina"})


def by_the_engine(connection, _at):
    connection.scalar(select(User.name))


def by_more(connection, at):
    MADE.send(connection, [a_job(at, key) for key in ("two", "three")])


def by_the_commit(_connection, _at):
    """Nothing else is asked before it."""


def twice(connection, at, told):
    RENAMED.send(connection, [{"to": "Half"}])
    MADE.send(connection, [a_job(at)])
    MADE.send(connection, [a_job(at)])
    told(connection, at)
    connection.commit()


@pytest.mark.parametrize("told", [by_rows, by_the_engine, by_more, by_the_commit])
def test_a_fault_of_what_was_sent_is_told_before_anything_is_kept(app, site, at, told):
    with writing() as connection, pytest.raises(IntegrityError, match="once_key"):
        twice(connection, at, told)

    assert names(app) == ["Amina"]
    with writing() as connection:
        # The same connection, from the pool, works on.
        MADE.send(connection, [a_job(at)])
        connection.commit()
        assert connection.scalar(select(func.count()).select_from(Job)) == 1


def test_within_a_savepoint_a_fault_is_told_at_once_and_what_was_before_it_is_kept(app, site, at):
    with writing() as connection:
        RENAMED.send(connection, [{"to": "Kept"}])
        MADE.send(connection, [a_job(at)])
        with pytest.raises(IntegrityError), connection.begin_nested():
            MADE.send(connection, [a_job(at)])
        assert connection.scalar(select(func.count()).select_from(Job)) == 1
        connection.commit()

    assert names(app) == ["Kept"]


@pytest.mark.parametrize("reads", [True, False])
def test_several_selections_are_answered_each_with_its_own(app, site, reads):
    with only_reading() if reads else nullcontext(), handle.engine.connect() as connection:
        asked = [(ASKED, {"name": name}) for name in ("amina", "nobody", "amina")]
        found = rows_of_each(connection, asked)

        assert found == [[("amina", "Amina")], [], [("amina", "Amina")]]
        # What is asked alone afterwards is not mixed up with it.
        assert ASKED.rows(connection, {"name": "amina"}) == [("amina", "Amina")]


@pytest.mark.parametrize("reads", [True, False])
def test_a_fault_among_several_is_the_engines_and_the_connection_works_on(app, site, reads):
    broken = BROKEN[handle.engine.dialect.name]
    with only_reading() if reads else nullcontext(), handle.engine.connect() as connection:
        with pytest.raises(DBAPIError):
            rows_of_each(
                connection, [(ASKED, {"name": "amina"}), (broken, {}), (ASKED, {"name": ""})]
            )
        connection.rollback()

        assert ASKED.rows(connection, {"name": "amina"}) == [("amina", "Amina")]


@pytest.mark.parametrize("reads", [True, False])
def test_a_statement_that_was_to_be_prepared_when_another_failed_is_asked_again(app, site, reads):
    """psycopg takes what it sent at the sixth time as prepared, also where the server never came to it."""
    broken = BROKEN[handle.engine.dialect.name]
    for _time in range(8):
        with only_reading() if reads else nullcontext(), handle.engine.connect() as connection:
            with pytest.raises(DBAPIError):
                rows_of_each(connection, [(broken, {}), (ASKED, {"name": "amina"})])
            connection.rollback()

            assert ASKED.rows(connection, {"name": "amina"}) == [("amina", "Amina")]


def test_more_is_sent_than_one_parcel_holds(app, site, at):
    """What is gathered goes to the server in parcels of 200, and none of it is lost."""
    with writing() as connection:
        MADE.send(connection, [a_job(at, f"{number}") for number in range(450)])
        for number in range(450, 460):
            MADE.send(connection, [a_job(at, f"{number}")])
        assert connection.scalar(select(func.count()).select_from(Job)) == 460
        with pytest.raises(IntegrityError):
            send_and_commit(connection, [a_job(at, f"{number}") for number in range(600, 250, -1)])

    with handle.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Job)) == 0


@pytest.fixture
def no_longer_than(app):
    """Let a connection to PostgreSQL be lost after so many seconds: a test that would hang fails."""
    timers = []

    def end(pid):
        with app.app_context(), handle.engine.connect() as other:
            other.execute(select(func.pg_terminate_backend(pid)))

    def limit(connection, seconds):
        if handle.engine.dialect.name == "postgresql":
            pid = connection.connection.dbapi_connection.info.backend_pid
            timers.append(Timer(seconds, end, [pid]))
            timers[-1].start()

    yield limit
    for timer in timers:
        timer.cancel()


def test_more_is_sent_than_the_buffers_of_the_system_hold(app, site, at, no_longer_than):
    with writing() as connection:
        no_longer_than(connection, 60)
        large = {"text": "x" * 100_000}
        MADE.send(
            connection, [a_job(at, f"{number}") | {"payload": large} for number in range(190)]
        )
        assert connection.scalar(select(func.count()).select_from(Job)) == 190


def test_what_was_sent_waits_for_no_answer_on_postgresql(app, site):
    """Five rows, one behind the other, and the commit are one wait in the place of seven."""
    with writing() as connection:
        connection.scalar(select(User.name))
        if handle.engine.dialect.name == "sqlite":
            assert SENDING not in connection.dialect.__dict__
            return
        held = connection.connection.dbapi_connection
        waits = []
        whole = held.wait

        def counted(generator, *more, **named):
            before = held.pgconn.transaction_status
            result = whole(generator, *more, **named)
            waits.append((before, held.pgconn.transaction_status))
            return result

        held.wait = counted
        for _row in range(5):
            RENAMED.send(connection, [{"to": "Sent"}])
        assert {after for _before, after in waits} == {ACTIVE}
        connection.commit()
        del held.wait

    assert names(app) == ["Sent"]


def send_and_commit(connection, jobs):
    MADE.send(connection, jobs)
    connection.commit()


def test_a_connection_that_is_lost_while_something_is_under_way_is_let_go_of(app, site, at):
    if handle.engine.dialect.name == "sqlite":
        assert handle.engine.dialect.is_disconnect(ValueError(), None, None) is False
        return
    with writing() as connection:
        held = connection.connection.dbapi_connection
        with handle.engine.connect() as other:
            other.execute(select(func.pg_terminate_backend(held.info.backend_pid)))
        with pytest.raises(DBAPIError) as caught:
            send_and_commit(connection, [a_job(at)])
        assert caught.value.connection_invalidated or connection.invalidated

    assert names(app) == ["Amina"]
    with writing() as connection:
        MADE.send(connection, [a_job(at)])
        connection.commit()
