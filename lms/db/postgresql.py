"""PostgreSQL through psycopg: what only reads needs no transaction around its statements."""

from typing import Any

from sqlalchemy import Engine

from lms.db.reading import reads_only


def prepare_postgresql(engine: Engine) -> None:
    """Let readers read statement by statement, which spares them the round trips of BEGIN and COMMIT.

    They lose nothing: under READ COMMITTED each statement sees what is committed when it begins, within a
    transaction as without one. A reader that writes after all, or takes rows to change them, is in a transaction
    of the usual kind from that statement on.
    """
    dialect: Any = engine.dialect

    def begin(connection: Any) -> None:
        held = connection.dbapi_connection
        if held.autocommit != reads_only():
            held.autocommit = not held.autocommit

    dialect.do_begin = begin
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        setattr(dialect, name, _within(getattr(dialect, name)))


def _within(execute: Any) -> Any:
    def executed(cursor: Any, statement: str, *more: Any) -> None:
        held = cursor.connection
        if held.autocommit and not _alone(cursor, statement):
            held.autocommit = False
        execute(cursor, statement, *more)

    return executed


def _alone(cursor: Any, statement: str) -> bool:
    """Whether a statement needs no transaction: it reads, takes no row, and is answered at once.

    One that the server answers in parts, by a cursor of its own with a name, lives as long as its transaction.
    """
    return (
        statement.startswith("SELECT")
        and " FOR " not in statement[-80:]
        and getattr(cursor, "name", None) is None
    )
