"""Whether the transaction of the session has only read so far."""

from typing import Any

from sqlalchemy import Engine, event

from lms.db import db

#: In a connection's `info`: something was written since its transaction began.
_WROTE = "lms.wrote"


def watch_writes(engine: Engine) -> None:
    """Note on each connection whether its transaction wrote something, whichever way the statement came."""

    @event.listens_for(engine, "before_cursor_execute")
    def executed(
        connection: Any, _cursor: Any, statement: str, _values: Any, _context: Any, _many: bool
    ) -> None:
        if not statement.lstrip().startswith(("SELECT", "BEGIN")):
            connection.info[_WROTE] = True

    @event.listens_for(engine, "begin")
    def begun(connection: Any) -> None:
        connection.info.pop(_WROTE, None)


def has_only_read() -> bool:
    """Whether the session has a transaction, wrote nothing in it, and holds nothing that it would write."""
    if not db.session.registry.has():
        return False
    session = db.session()
    if not session.in_transaction() or session.new or session.dirty or session.deleted:
        return False
    return not db.session.connection().info.get(_WROTE, False)
