"""Many rows in one statement, past the session's objects: what the session holds as objects must hear of it."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.db import Base, current, db
from lms.db.prepared import Prepared

Model = TypeVar("Model", bound=Base)
_KEY = "the_key"
#: Rows of a long table that are objects at once while it is read.
READ_AT_ONCE = 20_000


def read_columns(statement: Select[Any], size: int = READ_AT_ONCE) -> Iterator[tuple[Any, ...]]:
    """The rows of a selection of columns, as columns of up to `size` rows at a time; nothing where it finds none.

    They go past the ORM, which would take longer over each row than the database does. The driver holds all of
    them as they came (some 250 bytes a row), and `size` of them become objects at once. A cursor on the server
    would hold less, but for one PostgreSQL neither works with several processes nor plans for the last row.
    """
    db.session.flush()
    with current.connection().execute(statement) as found:
        for part in found.partitions(size):
            yield tuple(zip(*part, strict=True))


def insert_rows(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows by the names of their columns, all with the same ones, each with its `id`."""
    if rows:
        _insert(_table(model), tuple(rows[0])).send(current.connection(), rows)


def insert_once(model: type[Base], row: Mapping[str, Any]) -> bool:
    """Insert a row by the names of its columns unless a unique key of it is taken; says whether it was inserted.

    Two requests that come at once may both try: the one that comes later finds the row of the other.
    """
    return insert_missing(model, [row])


def insert_new(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """As `insert_missing`, without waiting for which were inserted."""
    if rows:
        connection = current.connection()
        statement = _insert_missing(_table(model), connection.dialect.name, tuple(rows[0]))
        statement.send(connection, rows)


def insert_missing(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> bool:
    """Insert rows, all with the same columns, except those of which a unique key is taken; whether all were."""
    if not rows:
        return True
    connection = current.connection()
    statement = _insert_missing(_table(model), connection.dialect.name, tuple(rows[0]))
    return statement.write(connection, rows) == len(rows)


def upsert_rows(
    model: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: tuple[str, ...],
    change: tuple[str, ...],
) -> None:
    """Insert rows, all with the same columns; where the unique `key` is taken, set the columns `change`."""
    if rows:
        connection = current.connection()
        statement = _upsert(_table(model), connection.dialect.name, tuple(rows[0]), key, change)
        statement.send(connection, rows)


def _table(model: type[Base]) -> Table:
    return cast(Table, model.__table__)


@cache
def _insert(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table), columns)


@cache
def _insert_missing(table: Table, dialect: str, columns: tuple[str, ...]) -> Prepared:
    return Prepared(_insert_of(dialect)(table).on_conflict_do_nothing(), columns)


@cache
def _upsert(
    table: Table,
    dialect: str,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    change: tuple[str, ...],
) -> Prepared:
    made = _insert_of(dialect)(table)
    changing = made.on_conflict_do_update(
        index_elements=list(key), set_={name: made.excluded[name] for name in change}
    )
    return Prepared(changing, columns)


def _insert_of(dialect: str) -> Any:
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


def update_rows(model: type[Base], changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Set columns of rows by their `id`; those with the same columns in one statement."""
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for key, values in changes.items():
        alike.setdefault(frozenset(values), []).append({_KEY: key, **values})
    for names, rows in alike.items():
        _update(_table(model), names).send(current.connection(), rows)


@cache
def _update(table: Table, names: frozenset[str]) -> Prepared:
    named: dict[str, Any] = {name: bindparam(name) for name in sorted(names)}
    return Prepared(update(table).where(table.c.id == bindparam(_KEY)).values(named))


def known(model: type[Model]) -> dict[UUID, Model]:
    """The rows of a model that the session holds as objects, by id; nothing is read for it."""
    states: Any = db.session.identity_map.all_states()
    found = {state.key[1][0]: state.obj() for state in states if issubclass(state.class_, model)}
    return {key: one for key, one in found.items() if one is not None}
