"""Many rows in one statement, past the session's objects: what the session holds as objects must hear of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, insert, update

from lms.db import Base, db

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
    with db.session.connection().execute(statement) as found:
        for part in found.partitions(size):
            yield tuple(zip(*part, strict=True))


def insert_rows(model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows by the names of their columns, all with the same ones, each with its `id`."""
    if rows:
        db.session.execute(insert(cast(Table, model.__table__)), rows)


def update_rows(model: type[Base], changes: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Set columns of rows by their `id`; those with the same columns in one statement."""
    table = cast(Table, model.__table__)
    alike: dict[frozenset[str], list[dict[str, Any]]] = {}
    for key, values in changes.items():
        alike.setdefault(frozenset(values), []).append({_KEY: key, **values})
    for names, rows in alike.items():
        named: dict[str, Any] = {name: bindparam(name) for name in sorted(names)}
        statement = update(table).where(table.c.id == bindparam(_KEY)).values(named)
        db.session.execute(statement, rows)


def known(model: type[Model]) -> dict[UUID, Model]:
    """The rows of a model that the session holds as objects, by id; nothing is read for it."""
    states: Any = db.session.identity_map.all_states()
    found = {state.key[1][0]: state.obj() for state in states if issubclass(state.class_, model)}
    return {key: one for key, one in found.items() if one is not None}
