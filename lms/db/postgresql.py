"""PostgreSQL through psycopg: as few waits for the server as there can be.

What only reads needs no transaction around its statements. What writes sends its statements one behind the other
and waits where it needs an answer: the server works while the page is made (libpq's pipeline mode).
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from lms.db.prepared import SENDING
from lms.db.reading import reads_only

#: libpq's PQTRANS_IDLE: no transaction runs.
_IDLE = 0


class _Pipe(NamedTuple):
    """A transaction whose statements are not waited for: psycopg's pipeline, and what leaves it."""

    pipeline: Any
    leaving: ExitStack


def prepare_postgresql(engine: Engine) -> None:
    """Let readers read statement by statement, and let writers wait only where they need an answer.

    Readers lose nothing: under READ COMMITTED each statement sees what is committed when it begins, within a
    transaction as without one. A reader that writes after all, or takes rows to change them, is in a transaction
    from that statement on. What is sent without waiting fails where the next statement is waited for, at the
    latest when the transaction ends.
    """
    # Whoever keeps to SQLite need not have psycopg.
    from lms.db.gathering import gathering

    dialect: Any = engine.dialect
    fault = dialect.loaded_dbapi.Error
    pipes: WeakKeyDictionary[Any, _Pipe] = WeakKeyDictionary()

    def begun(held: Any) -> _Pipe:
        with ExitStack() as entered:
            pipeline = entered.enter_context(gathering(held))
            pipeline.tell(b"BEGIN")
            return _Pipe(pipeline, entered.pop_all())

    def begin(connection: Any) -> None:
        held = connection.dbapi_connection
        if not held.autocommit:
            # Transactions are begun and ended here.
            held.autocommit = True
        if not reads_only():
            pipes[held] = begun(held)

    def commit(connection: Any) -> None:
        held = connection.dbapi_connection
        pipe = pipes.pop(held, None)
        if pipe is None:
            held.commit()
            return
        try:
            pipe.pipeline.tell(b"COMMIT")
            pipe.leaving.close()
        except fault:
            # Something that was sent before it had failed: nothing is kept, and nobody takes it back any more.
            with suppress(fault):
                pipe.leaving.close()
            with suppress(fault):
                held.rollback()
            raise

    def rollback(connection: Any) -> None:
        held = connection.dbapi_connection
        _left(held)
        if held.pgconn.transaction_status != _IDLE:
            held.rollback()

    def _left(held: Any) -> None:
        pipe = pipes.pop(held, None)
        if pipe is not None:
            # What had failed and was not asked for is of no interest any more.
            with suppress(fault):
                pipe.leaving.close()

    def ending(end: Any) -> Any:
        def ended(held: Any) -> None:
            _left(held)
            end(held)

        return ended

    def within(execute: Any) -> Any:
        def executed(cursor: Any, statement: str, *more: Any) -> None:
            held = cursor.connection
            pipe = pipes.get(held)
            if getattr(cursor, "name", None) is not None:
                # It is answered in parts, by a cursor on the server, which lives as long as its transaction.
                if pipe is not None:
                    pipes.pop(held).leaving.close()
                if held.pgconn.transaction_status == _IDLE:
                    held.execute("BEGIN")
                execute(cursor, statement, *more)
                return
            if pipe is None and not _alone(statement) and held.pgconn.transaction_status == _IDLE:
                pipe = pipes[held] = begun(held)
            if pipe is None:
                execute(cursor, statement, *more)
                return
            try:
                execute(cursor, statement, *more)
                if getattr(more[-1], "waits", True):
                    pipe.pipeline.sync()
                else:
                    pipe.pipeline.send()
            except fault:
                # It takes nothing more until all that was sent is asked for.
                with suppress(fault):
                    pipe.pipeline.sync()
                raise

        return executed

    @contextmanager
    def sending(held: Any) -> Iterator[None]:
        pipe = pipes.get(held)
        if pipe is None:
            try:
                with gathering(held):
                    yield
            except Exception:
                # psycopg takes for prepared what came behind the fault; the server never came to it. It forgets
                # all that it prepared when a transaction is rolled back; here there was none.
                with suppress(fault):
                    held.execute("BEGIN")
                    held.rollback()
                raise
            return
        yield
        pipe.pipeline.sync()

    setattr(dialect, SENDING, sending)
    dialect.do_begin, dialect.do_commit, dialect.do_rollback = begin, commit, rollback
    dialect.do_close = ending(dialect.do_close)
    dialect.do_terminate = ending(dialect.do_terminate)
    for name in ("do_execute", "do_executemany", "do_execute_no_params"):
        setattr(dialect, name, within(getattr(dialect, name)))


def _alone(statement: str) -> bool:
    """Whether a statement needs no transaction: it reads, and takes no row."""
    return statement.startswith("SELECT") and " FOR " not in statement[-80:]
