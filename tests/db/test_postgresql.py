"""What reads on PostgreSQL needs no transaction; what writes, holds a row or is answered in parts has one."""

import pytest
from sqlalchemy import select, text

from factories.accounts import make_organisation, make_user
from lms.accounts.models import User
from lms.db import db as handle
from lms.db.reading import only_reading


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
