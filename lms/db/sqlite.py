"""SQLite's four settings without which concurrent writers lose data."""

from typing import Any

from sqlalchemy import Engine, event


def prepare_sqlite(engine: Engine) -> None:
    """Turn on WAL, foreign keys and a busy timeout, and begin each transaction ourselves.

    The driver would open a transaction only at the first write, so that two readers who then write overwrite
    each other; `BEGIN IMMEDIATE` takes the write lock first. A page that only reads asks for `read_only`.
    """

    @event.listens_for(engine, "connect")
    def connected(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "busy_timeout=10000",
        ):
            dbapi.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")
