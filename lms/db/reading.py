"""Whether the transaction that begins now only reads, and whether the one that runs has written."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any

from sqlalchemy import Engine

from lms.db import current, db

#: In a connection's `info`: something was written since its transaction began.
_WROTE = "lms.wrote"
_only_reads: ContextVar[bool] = ContextVar("only_reads", default=False)


@contextmanager
def only_reading() -> Iterator[None]:
    """Let transactions that begin inside read only: they wait for no writer, and no writer waits for them."""
    token = _only_reads.set(True)
    try:
        yield
    finally:
        _only_reads.reset(token)


def reads_only() -> bool:
    """Whether what begins now only reads."""
    return _only_reads.get()


def watch_writes(engine: Engine) -> None:
    """Note on each connection whether its transaction wrote something, whichever way the statement came.

    The dialect's own methods are wrapped: listeners to the engine's events would cost every statement of every
    page as much again as it takes (docs/performance.md).
    """
    dialect: Any = engine.dialect
    begin = dialect.do_begin

    def begun(connection: Any) -> None:
        connection.info.pop(_WROTE, None)
        begin(connection)

    dialect.do_begin = begun
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        setattr(dialect, name, _noting(getattr(dialect, name)))


def _noting(execute: Any) -> Any:
    def noted(cursor: Any, statement: str, *more: Any) -> None:
        # Behind the parameters, where there are any, stands what the statement is part of.
        if not statement.startswith("SELECT"):
            # The very first connection is looked at before it has any.
            with suppress(NotImplementedError):
                more[-1].root_connection.info[_WROTE] = True
        execute(cursor, statement, *more)

    return noted


def has_only_read() -> bool:
    """Whether the session has a transaction, wrote nothing in it, and holds nothing that it would write."""
    if not db.session.registry.has():
        return False
    session = db.session()
    if not session.in_transaction() or session.new or session.dirty or session.deleted:
        return False
    return not current.connection().info.get(_WROTE, False)
