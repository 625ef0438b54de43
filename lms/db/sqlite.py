"""SQLite's four settings without which concurrent writers lose data."""

from sqlite3 import SQLITE_BUSY, OperationalError
from threading import Lock
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, event

from lms.db.reading import reads_only

PATIENCE_S, POLL_S = 10, 0.000_3
_HOLDS = "lms.writes"


def _takes_the_lock(dbapi: Any) -> bool:
    """Ask for the write lock three times a millisecond, as long as SQLite itself would wait; whether it was given.

    SQLite's own waiting sleeps up to a tenth of a second at a time: with two processes the lock then lies free for
    most of it, and one of them may find it taken again and again.
    """
    dbapi.execute("PRAGMA busy_timeout=0")
    try:
        until = monotonic() + PATIENCE_S
        while monotonic() < until:
            try:
                dbapi.execute("BEGIN IMMEDIATE")
            except OperationalError as fault:
                if fault.sqlite_errorcode & 0xFF != SQLITE_BUSY:
                    raise
                sleep(POLL_S)
            else:
                return True
        return False
    finally:
        dbapi.execute(f"PRAGMA busy_timeout={PATIENCE_S * 1000}")


def prepare_sqlite(engine: Engine) -> None:
    """Turn on WAL, foreign keys and a busy timeout, and begin each transaction ourselves.

    The driver would open a transaction only at the first write, so that two readers who then write overwrite
    each other; `BEGIN IMMEDIATE` takes the write lock first. A page that only reads says so with `only_reading`.
    """

    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={PATIENCE_S * 1000}",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    # Threads of this process queue here: SQLite itself has no queue, a writer that waits looks again after ever
    # longer sleeps, while the lock lies free. Other processes still meet at SQLite's own lock.
    turn = Lock()

    def begin(connection: Any) -> None:
        if reads_only():
            connection.dbapi_connection.execute("BEGIN")
            return
        if not connection.info.get(_HOLDS):
            # Whoever waited in vain tries SQLite's own lock, whose refusal has words.
            connection.info[_HOLDS] = turn.acquire(timeout=PATIENCE_S)
        if not _takes_the_lock(connection.dbapi_connection):
            connection.dbapi_connection.execute("BEGIN IMMEDIATE")

    # The dialect's own way to begin is left to the driver; this one does it.
    dialect: Any = engine.dialect
    dialect.do_begin = begin

    @event.listens_for(engine, "checkin")
    def returned(_dbapi: Any, record: Any) -> None:
        if record.info.pop(_HOLDS, False):
            turn.release()
