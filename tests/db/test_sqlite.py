"""Writers on SQLite queue: nobody's update is lost, nobody is told that the database is locked."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lms.db.reading import only_reading
from lms.db.sqlite import prepare_sqlite

WRITERS, TIMES = 10, 20


@pytest.fixture
def engines(tmp_path: Path):
    """Two engines on one file, as two processes would have them."""
    made = [create_engine(f"sqlite:///{tmp_path / 'count.sqlite'}") for _ in range(2)]
    for engine in made:
        prepare_sqlite(engine)
    with made[0].begin() as connection:
        connection.execute(text("CREATE TABLE counter (value INTEGER)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    yield made
    for engine in made:
        engine.dispose()


def value(engine) -> int:
    with only_reading(), engine.connect() as connection:
        return connection.scalar(text("SELECT value FROM counter"))


def test_ten_writers_at_once_lose_nothing(engines):
    faults = []

    def count(engine):
        try:
            for _ in range(TIMES):
                with engine.begin() as connection:
                    read = connection.scalar(text("SELECT value FROM counter"))
                    connection.execute(text("UPDATE counter SET value = :n"), {"n": read + 1})
        except Exception as fault:
            faults.append(fault)

    threads = [
        threading.Thread(target=count, args=(engines[number % 2],)) for number in range(WRITERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert value(engines[0]) == WRITERS * TIMES


def test_a_writer_that_fails_gives_its_turn_back(engines):
    def fail():
        with engines[0].begin() as connection:
            connection.execute(text("UPDATE counter SET value = 7"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    with engines[0].begin() as connection:
        connection.execute(text("UPDATE counter SET value = 3"))

    assert value(engines[1]) == 3


def test_a_reader_waits_for_no_writer(engines):
    with engines[0].begin() as writer:
        writer.execute(text("UPDATE counter SET value = 9"))

        assert value(engines[1]) == 0
