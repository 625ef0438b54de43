"""Two who change the same at the same moment: one after the other, and the later one sees what the first one did.

SQLite has one writer at a time. On PostgreSQL a transaction goes on beside others until both touch the same row
or the same unique key.
"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.exc import DBAPIError

from lms.db import Base, current, db

Result = TypeVar("Result")
#: How often a deed is begun before what stopped it is raised.
TRIES = 3
#: PostgreSQL: a unique key is taken, two waited for one another, others have changed what was read
#: (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_STATES = {"23505", "40P01", "40001"}
#: SQLite: SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY (https://www.sqlite.org/rescode.html).
_CODES = {2067, 1555}


def hold(row: Base, *names: str) -> None:
    """Let whoever else holds the same row wait until this transaction ends, and see all as it is from here on.

    Every object of the session is read anew when it is next asked for; with `names` only those attributes of the
    row are, for what is done to thousands of rows in one go. What was changed before is written first. Rows that
    refer to this one may still be added beside it.
    """
    db.session.flush()
    table = type(row).__table__
    key = inspect(row).identity
    same = [column == part for column, part in zip(table.primary_key, key or (), strict=True)]
    current.connection().execute(
        select(*table.primary_key).where(*same).with_for_update(key_share=True)
    )
    if names:
        db.session.expire(row, names)
    else:
        db.session.expire_all()


def again(deed: Callable[[], Result], between: Callable[[], None] | None = None) -> Result:
    """Do something; where another did the same at the same moment, undo it, and do it once more.

    The second time it finds what the other did, and goes by it. `between` is called before each further try.

    Raises:
        DBAPIError: what stopped the last try, or what another try would not mend.
    """
    for _try in range(1, TRIES):
        try:
            return deed()
        except DBAPIError as fault:
            if not _met_another(fault):
                raise
            db.session.rollback()
            if between is not None:
                between()
    return deed()


def _met_another(fault: DBAPIError) -> bool:
    state = getattr(fault.orig, "sqlstate", None)
    code = getattr(fault.orig, "sqlite_errorcode", None)
    return state in _STATES or code in _CODES
