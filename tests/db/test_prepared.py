"""Statements that go straight to the driver say, hold and refuse what the engine says, holds and refuses."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from sqlalchemy import bindparam, create_engine, event, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from uuid_utils.compat import uuid7

from factories.accounts import make_organisation, make_user
from lms.accounts.models import User
from lms.db import db as handle
from lms.db import prepared as module
from lms.db.bulk import insert_missing, insert_rows, update_rows
from lms.db.prepared import Prepared
from lms.db.reading import has_only_read, only_reading
from lms.evidence.models import Evidence
from lms.jobs.models import Job

JOBS = select(Job.once_key, Job.id, Job.payload, Job.run_at, Job.wanted_by_id, Job.cancel_wanted)
NAMED = Prepared(
    JOBS.where(Job.once_key.in_(bindparam("keys", expanding=True))).order_by(Job.once_key)
)


def job(at, key, **more):
    return {
        "kind": "count",
        "payload": {"of": key},
        "once_key": key,
        "run_at": at,
        "made_at": at,
        **more,
    }


@contextmanager
def watched():
    """The statements that go through the engine meanwhile."""
    sent = []

    def heard(_connection, _cursor, statement, *_more):
        sent.append(statement)

    event.listen(handle.engine, "before_cursor_execute", heard)
    try:
        yield sent
    finally:
        event.remove(handle.engine, "before_cursor_execute", heard)


@pytest.fixture
def connection(db, at):
    insert_rows(Job, [job(at, "one"), job(at, "two"), job(at, "three")])
    return db.session.connection()


def test_rows_are_those_of_the_engine_column_by_column(connection):
    found = NAMED.rows(connection, {"keys": ["one", "two"]})
    with watched() as sent:
        same = NAMED.rows(connection, {"keys": ["one", "two"]})

    assert len(sent) == 1
    assert [tuple(one) for one in found] == [tuple(one) for one in same]
    assert [type(value) for value in found[0]] == [type(value) for value in same[0]]
    assert (found[0].once_key, found[0].payload) == ("one", {"of": "one"})


def test_a_list_may_have_any_length(connection):
    for keys in (["two"], ["one", "two", "three"], [], ["two", "none"]):
        found = [one.once_key for one in NAMED.rows(connection, {"keys": keys})]

        assert found == sorted(set(keys) & {"one", "two", "three"})


def test_many_lengths_are_not_all_kept(connection, monkeypatch):
    monkeypatch.setattr(module, "MOST_PLANS", 2)
    statement = Prepared(JOBS.where(Job.once_key.in_(bindparam("keys", expanding=True))))

    for size in range(1, 6):
        assert len(statement.rows(connection, {"keys": ["one"] * size})) == 1

    assert len(statement._plans(connection.dialect)) == 2


def test_what_is_known_of_a_statement_ends_with_its_engine(app):
    with app.app_context():
        held = handle.session.connection()
        assert NAMED.rows(held, {"keys": ["one"]}) == []
        assert list(NAMED._plans(held.dialect)) == [(1,)]
        engine = create_engine("sqlite://")
        assert NAMED._plans(engine.dialect) == {}


def test_what_stands_in_the_statement_is_turned_as_what_is_given(connection, db, at):
    """A list of keys and a moment that are part of the statement, beside one that is given."""
    keys = [one.id for one in NAMED.rows(connection, {"keys": ["one", "two"]})]
    statement = Prepared(
        select(Job.once_key)
        .where(
            Job.id.in_(keys), Job.run_at == at, Job.run_at <= bindparam("at", type_=Job.run_at.type)
        )
        .order_by(Job.once_key)
    )

    assert [one.once_key for one in statement.rows(connection, {"at": at})] == ["one", "two"]


def test_columns_without_a_name_of_their_own_come_by_place(connection):
    statement = Prepared(select(Job.once_key, Job.once_key + "!").where(Job.once_key == "one"))

    assert [tuple(one) for one in statement.rows(connection, {})] == [("one", "one!")]


def test_defaults_are_worked_out_for_each_row(connection, db):
    found = db.session.execute(select(Job.id, Job.state, Job.attempts, Job.error)).all()

    assert len({one.id for one in found}) == 3
    assert {tuple(one[1:]) for one in found} == {("waiting", 0, "")}


def test_a_key_that_is_taken_is_the_engines_fault_and_the_rest_is_kept(connection, db, at):
    with pytest.raises(IntegrityError, match="one"), db.session.begin_nested():
        insert_rows(Job, [job(at, "four"), job(at, "one")])

    assert len(NAMED.rows(connection, {"keys": ["one", "two", "three", "four"]})) == 3


@pytest.mark.parametrize("engines_way", [False, True])
def test_it_is_said_whether_rows_were_left_out(connection, db, at, engines_way):
    if engines_way:
        with watched():
            said = [insert_missing(Job, [job(at, "four"), job(at, "five")])]
            said.append(insert_missing(Job, [job(at, "six"), job(at, "five")]))
            said.append(insert_missing(Job, [job(at, "six")]))
    else:
        said = [insert_missing(Job, [job(at, "four"), job(at, "five")])]
        said.append(insert_missing(Job, [job(at, "six"), job(at, "five")]))
        said.append(insert_missing(Job, [job(at, "six")]))

    assert said == [True, False, False]
    assert len(NAMED.rows(connection, {"keys": ["four", "five", "six"]})) == 3


def test_exact_values_and_moments_come_back_as_they_were(db, at):
    person = make_user("amina", organisation=make_organisation())
    db.session.flush()
    key = uuid7()
    values = {
        "id": key,
        "once_key": "one",
        "kind": "practical_observation",
        "organisation_id": person.memberships[0].organisation_id,
        "user_id": person.id,
        "competency": "c",
        "level": "practitioner",
        "value": Decimal("0.123456"),
        "unit": "share",
        "observed_on": at.date(),
        "record_kind": "observation",
        "record_id": key,
        "recorded_at": at,
    }
    insert_rows(Evidence, [values])

    statement = Prepared(select(Evidence.value, Evidence.observed_on, Evidence.recorded_at))
    found = statement.rows(db.session.connection(), {})
    assert [tuple(one) for one in found] == [(Decimal("0.123456"), at.date(), at)]


def test_rows_are_changed_each_by_its_key(connection, db):
    keys = [one.id for one in NAMED.rows(connection, {"keys": ["one", "two"]})]

    update_rows(Job, {keys[0]: {"payload": {"of": "1"}}, keys[1]: {"payload": {"of": "2"}}})

    found = NAMED.rows(connection, {"keys": ["one", "two", "three"]})
    assert [one.payload["of"] for one in found] == ["1", "three", "2"]


def test_a_write_is_noted_and_taken_back_with_its_transaction(app, at):
    with app.app_context(), only_reading():
        assert handle.session.connection() is not None
        assert has_only_read()

        insert_rows(Job, [job(at, "one")])

        assert not has_only_read()
        handle.session.rollback()
        assert handle.session.scalars(select(Job)).all() == []


def test_it_begins_a_transaction_where_there_is_none(app, at):
    with app.app_context(), handle.engine.connect() as connection:
        given = [{"id": uuid7(), **job(at, "one")}]
        Prepared(insert(Job), tuple(given[0])).write(connection, given)
        assert connection.in_transaction()
        connection.rollback()

        assert NAMED.rows(connection, {"keys": ["one"]}) == []


def test_a_lost_connection_is_said_and_the_next_one_works(app):
    with app.app_context():
        make_user("amina", organisation=make_organisation())
        handle.session.commit()
        names = Prepared(select(User.sign_in_name))
        held = handle.session.connection()
        assert names.rows(held, {}) == [("amina",)]
        held.connection.dbapi_connection.close()

        with pytest.raises(DBAPIError) as told:
            names.rows(held, {})

        assert told.value.connection_invalidated
        handle.session.rollback()
        assert names.rows(handle.session.connection(), {}) == [("amina",)]


def test_the_connection_used_last_comes_next(app):
    with app.app_context():
        with handle.engine.connect() as last, handle.engine.connect() as before:
            used_last = last.connection.dbapi_connection
            before.close()

        with handle.engine.connect() as one:
            assert one.connection.dbapi_connection is used_last
