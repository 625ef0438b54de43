"""The connection that the session's transaction runs on."""

from sqlalchemy import Connection

from lms.db import db

#: In a session's `info`: the connection that was asked for last.
_HELD = "lms.connection"


def connection() -> Connection:
    """As `db.session.connection()`, which takes as long as a short statement: asked for once in a transaction."""
    session = db.session()
    held: Connection | None = session.info.get(_HELD)
    # A savepoint of the session is made when its connection is asked for.
    if held is None or not held.in_transaction() or session.in_nested_transaction():
        held = session.info[_HELD] = session.connection()
    return held
