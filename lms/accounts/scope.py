"""The one place in which a query is narrowed to what the person asking may see.

A model says once, with a decorator, which organisations its rows belong to. `scoped(Model, permission)` selects
the rows of organisations in which the viewer has the permission, and nothing at all when nobody is signed in.
Inside a request any other selection of such a model is refused by a guard; a read that must see all (a balance,
a unique key) says so with `everywhere`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from flask import has_request_context
from sqlalchemy import ColumnElement, Select, event, false, or_, select
from sqlalchemy.orm import ORMExecuteState, Session

from lms.accounts.rules import Permission
from lms.db import Base, current, db, prepared
from lms.db.prepared import Prepared

Model = TypeVar("Model")
Rule = Callable[[Any, Any, "Viewer"], ColumnElement[bool]]
_RULES: dict[type, Rule] = {}
_OPTION = "lms_scoped"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is asking: `roots` maps a permission to the paths of organisations at and below which it holds."""

    user_id: UUID
    name: str
    roots: Mapping[Permission, frozenset[str]] = field(default_factory=dict)

    def may(self, permission: Permission, path: str | None = None) -> bool:
        """Whether the viewer has the permission at an organisation's path, or anywhere without one."""
        roots = self.roots.get(permission, frozenset())
        return bool(roots) if path is None else any(path.startswith(root) for root in roots)


_viewer: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


def viewer() -> Viewer | None:
    """Who is asking, or None when nobody is signed in."""
    return _viewer.get()


@contextmanager
def acting_as(who: Viewer | None) -> Iterator[None]:
    """Let queries inside answer as they would for `who`: for a request, or a job somebody asked for."""
    token = _viewer.set(who)
    try:
        yield
    finally:
        _viewer.reset(token)


def scoped_by(rule: Rule) -> Callable[[type[Model]], type[Model]]:
    """Declare how a model is narrowed: `rule(model, ids of organisations as a subquery, viewer)`."""

    def declare(model: type[Model]) -> type[Model]:
        _RULES[model] = rule
        return model

    return declare


def scoped_by_organisation(
    column: str, own: str | None = None
) -> Callable[[type[Model]], type[Model]]:
    """Declare that rows belong to the organisation in `column`; those with `own` = viewer are theirs too."""

    def rule(model: Any, within: Any, who: Viewer) -> ColumnElement[bool]:
        mine = getattr(model, column).in_(within)
        return or_(mine, getattr(model, own) == who.user_id) if own else mine

    return scoped_by(rule)


def organisations_within(permission: Permission, who: Viewer | None = None) -> Select[UUID]:
    """Ids of the organisations in which the viewer has the permission, as a subquery."""
    columns = Base.metadata.tables["organisations"].c
    who = who or viewer()
    roots = who.roots.get(permission, frozenset()) if who else frozenset()
    if not roots:
        return select(columns.id).where(false())
    return select(columns.id).where(or_(*(columns.path.startswith(root) for root in sorted(roots))))


def scoped(model: type[Model], permission: Permission) -> Select[Model]:
    """Select the rows of `model` that the viewer may see under the permission; none when nobody asks."""
    who = viewer()
    statement = select(model).execution_options(**{_OPTION: True})
    if who is None:
        return statement.where(false())
    return statement.where(_RULES[model](model, organisations_within(permission, who), who))


def scoped_get(model: type[Model], key: UUID, permission: Permission) -> Model | None:
    """One row by its id, or None when there is none or the viewer may not see it."""
    statement = scoped(model, permission).where(model.id == key)  # type: ignore[attr-defined]
    return db.session.scalar(statement)


def everywhere(*entities: Any) -> Select[Any]:
    """Select without narrowing: for balances, unique keys, whole-site computations, never for a list."""
    return select(*entities).execution_options(**{_OPTION: True})


def unscoped(statement: Select[Any]) -> Select[Any]:
    """Mark a statement that narrows by itself, such as one's own rows."""
    return statement.execution_options(**{_OPTION: True})


def rows(asked: Prepared, **values: Any) -> Sequence[Any]:
    """Named tuples of a statement of columns that is marked as narrowed: for what every request asks.

    Past the objects of the session, which cost three times as much: what it holds and has not written yet is not
    seen. `values` are those of the statement's bound parameters.

    Raises:
        RuntimeError: the statement is not of `everywhere` or `unscoped`.
    """
    _check_marked(asked)
    return asked.rows(current.connection(), values)


def rows_of_each(*asked: tuple[Prepared, Mapping[str, Any]]) -> list[Sequence[Any]]:
    """As `rows`, of several statements, each with its values: in one wait for the database where that can be.

    Raises:
        RuntimeError: as `rows`.
    """
    for one, _values in asked:
        _check_marked(one)
    return prepared.rows_of_each(current.connection(), asked)


def _check_marked(asked: Prepared) -> None:
    if not asked.statement.get_execution_options().get(_OPTION):
        raise RuntimeError("rows are selected with everywhere() or unscoped()")


@event.listens_for(Session, "do_orm_execute")
def _guard(state: ORMExecuteState) -> None:
    """Refuse, inside a request, a selection of a scoped model that went past this module."""
    if not (has_request_context() and state.is_select):
        return
    if state.is_relationship_load or state.is_column_load or state.execution_options.get(_OPTION):
        return
    touched = {mapper.class_ for mapper in state.all_mappers} & _RULES.keys()
    if touched:
        names = ", ".join(sorted(model.__name__ for model in touched))
        raise RuntimeError(f"{names} selected past lms.accounts.scope")
