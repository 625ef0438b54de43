"""Statements that are made once and asked with every request, straight to the driver.

SQLAlchemy's engine works out at each execution what is the same at each: which values go where, how each is turned
into what the driver takes, how each that comes back is turned again. For one small row that takes several times
as long as the driver and the database together (docs/performance.md). A `Prepared` statement works it out once for
each dialect. It runs in the same connection and transaction as everything else, and its errors are the engine's.
Where somebody listens to what the engine executes, it goes the engine's way.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, wraps
from typing import Any, NamedTuple, ParamSpec, cast

from sqlalchemy import BindParameter, Connection, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

P = ParamSpec("P")
#: Turns a value into what the driver takes, or back.
Turn = Callable[[Any], Any]
#: For so many combinations of lengths of lists a statement is kept; others go the engine's way.
MOST_PLANS = 64
#: Where a dialect, of which each engine has its own, keeps the plans of statements.
_PLANS = "lms.plans"
#: In a connection's `info`: the cursors that prepared statements share.
_CURSORS = "lms.cursors"
#: The cursor of what is sent without waiting; others are numbered.
_SENDER = -1
#: Where a dialect keeps how statements are sent one behind the other, and all waited for at the end.
SENDING = "lms.sending"


class _Context(NamedTuple):
    """What the dialect's methods ask of what a statement is part of."""

    root_connection: Connection
    waits: bool


@dataclass(slots=True)
class _Plan:
    """A statement for one dialect and lists of certain lengths; a place is an index or a name, as the driver's."""

    sql: str
    #: What is the same at each execution.
    same: Any
    #: Place and name of each value, and how it is turned.
    asked: list[tuple[Any, str, Turn | None]] = field(default_factory=list)
    #: Place, name of the list and number in it of each value of a list, and how it is turned.
    listed: list[tuple[Any, str, int, Turn | None]] = field(default_factory=list)
    #: Place of each default that is made anew for each row, what makes it, and how it is turned.
    made: list[tuple[Any, Callable[[Any], Any], Turn | None]] = field(default_factory=list)
    #: The columns that come back otherwise than they are wanted: known with the first answer.
    turns: list[tuple[int, Turn]] | None = None

    def parameters(self, values: Mapping[str, Any]) -> Any:
        found = self.same.copy()
        for place, name, turn in self.asked:
            found[place] = values[name] if turn is None else turn(values[name])
        for place, name, number, turn in self.listed:
            value = values[name][number]
            found[place] = value if turn is None else turn(value)
        for place, make, turn in self.made:
            value = make(None)
            found[place] = value if turn is None else turn(value)
        return found


class Prepared:
    """A statement that is made once, what changes in it as bound parameters.

    Args:
        statement: a selection of columns, or an insert, update or upsert that gives back nothing.
        columns: of an insert, those that are given; others get their default.
    """

    def __init__(self, statement: Any, columns: Sequence[str] = ()) -> None:
        self.statement = statement
        self.columns = list(columns) or None

    @cached_property
    def _lists(self) -> list[str]:
        """Names of the parameters that are lists of values."""
        return [
            one.key
            for one in visitors.iterate(self.statement)
            if isinstance(one, BindParameter) and one.expanding and one.required
        ]

    @cached_property
    def _row(self) -> Any:
        return namedtuple("Row", self.statement.selected_columns.keys(), rename=True)

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows of a selection, as named tuples.

        Raises:
            DBAPIError: as the engine raises it.
        """
        plan = self._plan(connection, values)
        if plan is None:
            return connection.execute(self.statement, values).all()
        return self._read(connection, plan, _execute(connection, plan, [values]))

    def _read(self, connection: Connection, plan: _Plan, cursor: Any) -> Sequence[Any]:
        found: list[Any] = cursor.fetchall()
        if plan.turns is None:
            plan.turns = self._turns(connection.dialect, cursor.description)
        make = self._row._make
        if not plan.turns:
            return list(map(make, found))
        return [make(_turned(one, plan.turns)) for one in found]

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """Insert or change rows, with values for the same parameters each, one at least; how many it were.

        Raises:
            DBAPIError: as the engine raises it, such as its `IntegrityError` for a key that is taken.
        """
        plan = self._plan(connection, rows[0])
        if plan is None:
            counted = self.statement.execution_options(preserve_rowcount=True)
            return connection.execute(counted, [dict(one) for one in rows]).rowcount
        count: int = _execute(connection, plan, rows).rowcount
        return count

    def send(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """As `write`, without waiting for what comes of it where the engine can do so.

        Within a savepoint it is waited for: whoever makes one wants to hear of a fault there.

        Raises:
            DBAPIError: here, with the next statement that is waited for, or when the transaction ends.
        """
        plan = self._plan(connection, rows[0])
        if plan is None:
            connection.execute(self.statement, [dict(one) for one in rows])
            return
        waits = connection.in_nested_transaction()
        _execute(connection, plan, rows, number=_SENDER, waits=waits)

    def _plan(self, connection: Connection, values: Mapping[str, Any]) -> _Plan | None:
        if _is_watched(connection):
            return None
        dialect = connection.dialect
        plans = self._plans(dialect)
        sizes = tuple([len(values[name]) for name in self._lists])
        if sizes not in plans:
            if not all(sizes) or len(plans) >= MOST_PLANS:
                return None
            lists = {name: [None] * size for name, size in zip(self._lists, sizes, strict=True)}
            plans[sizes] = self._compiled(dialect, lists)
        return plans[sizes]

    def _plans(self, dialect: Dialect) -> dict[tuple[int, ...], _Plan | None]:
        """What is known of this statement, by the lengths of its lists; it ends with the engine."""
        found: dict[tuple[int, ...], _Plan | None]
        found = dialect.__dict__.setdefault(_PLANS, {}).setdefault(self, {})
        return found

    def _compiled(self, dialect: Dialect, lists: Mapping[str, list[None]]) -> _Plan | None:
        compiled: Any = self.statement.compile(dialect=dialect, column_keys=self.columns)
        if compiled.update_prefetch:
            return None
        required = {name: None for name, bound in compiled.binds.items() if bound.required}
        whole = compiled.construct_expanded_state({**required, **lists})
        names = whole.positiontup
        plan = _Plan(whole.statement, {} if names is None else [None] * len(names))
        of_lists = {
            part: (name, number)
            for name in lists
            for number, part in enumerate(whole.parameter_expansion[name])
        }
        defaults = {column.key: column.default for column in compiled.insert_prefetch}
        for place, name in enumerate(names) if names is not None else _same(whole.parameters):
            bound = compiled.binds.get(name)
            turn = whole.processors.get(name) if bound is None else _to_driver(bound.type, dialect)
            value = whole.parameters[name]
            if name in of_lists:
                plan.listed.append((place, *of_lists[name], turn))
            elif name in required:
                plan.asked.append((place, bound.key, turn))
            elif name in defaults and defaults[name].is_callable:
                plan.made.append((place, defaults[name].arg, turn))
            else:
                value = defaults[name].arg if name in defaults else value
                plan.same[place] = value if turn is None else turn(value)
        return plan

    def _turns(
        self, dialect: Dialect, description: Sequence[Sequence[Any]]
    ) -> list[tuple[int, Turn]]:
        found = []
        for place, column in enumerate(self.statement.selected_columns):
            kind = column.type.dialect_impl(dialect)
            turn = kind.result_processor(dialect, description[place][1])
            if turn is not None:
                found.append((place, turn))
        return found


def prepared(make: Callable[P, Any]) -> Callable[P, Prepared]:
    """Let a function that makes a selection make it once for each of its arguments, and prepare it."""

    @cache
    @wraps(make)
    def made(*args: P.args, **kwargs: P.kwargs) -> Prepared:
        return Prepared(make(*args, **kwargs))

    return cast(Callable[P, Prepared], made)


def _same(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((name, name) for name in names)


def _to_driver(kind: TypeEngine[Any], dialect: Dialect) -> Turn | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _turned(row: Sequence[Any], turns: Sequence[tuple[int, Turn]]) -> list[Any]:
    found = list(row)
    for place, turn in turns:
        found[place] = turn(found[place])
    return found


def _is_watched(connection: Connection) -> bool:
    """Whether somebody listens to what the engine executes, or has it logged."""
    heard: Any = connection.dispatch
    return bool(heard.before_cursor_execute or heard.after_cursor_execute or connection.engine.echo)


def rows_of_each(
    connection: Connection, asked: Sequence[tuple[Prepared, Mapping[str, Any]]]
) -> list[Sequence[Any]]:
    """The rows of several selections, each with its values: where the engine can do so, all in one wait.

    Each is answered as if those before it had been answered already.

    Raises:
        DBAPIError: as the engine raises it.
    """
    plans: list[Any] = [one._plan(connection, values) for one, values in asked]
    sending = connection.dialect.__dict__.get(SENDING)
    if sending is None or None in plans:
        return [one.rows(connection, values) for one, values in asked]
    if not connection.in_transaction():
        connection.begin()
    dialect: Any = connection.dialect
    cursors = []
    try:
        with sending(connection.connection.dbapi_connection):
            for number, (plan, (_one, values)) in enumerate(zip(plans, asked, strict=True)):
                cursors.append(_execute(connection, plan, [values], number=number, waits=False))
    except dialect.loaded_dbapi.Error as fault:
        raise _engines(connection, "; ".join(plan.sql for plan in plans), (), fault) from fault
    return [
        one._read(connection, plan, cursor)
        for (one, _values), plan, cursor in zip(asked, plans, cursors, strict=True)
    ]


def _execute(
    connection: Connection,
    plan: _Plan,
    rows: Sequence[Mapping[str, Any]],
    *,
    number: int = 0,
    waits: bool = True,
) -> Any:
    """Execute a statement in the connection's transaction, begun where there is none; the driver's cursor.

    It is the same one each time, which belongs to the connection: what it holds is read before the next statement.
    """
    if not connection.in_transaction():
        connection.begin()
    dialect: Any = connection.dialect
    held: Any = connection.connection
    values: Any = [plan.parameters(one) for one in rows]
    values = values[0] if len(values) == 1 else values
    try:
        cursors = connection.info.setdefault(_CURSORS, {})
        cursor = cursors.get(number)
        if cursor is None:
            cursor = cursors[number] = held.dbapi_connection.cursor()
        execute = dialect.do_execute if len(rows) == 1 else dialect.do_executemany
        execute(cursor, plan.sql, values, _Context(connection, waits))
    except dialect.loaded_dbapi.Error as fault:
        raise _engines(connection, plan.sql, values, fault) from fault
    return cursor


def _engines(connection: Connection, sql: str, values: Any, fault: Any) -> BaseException:
    """The engine's error of a fault of the driver's."""
    dialect: Any = connection.dialect
    if dialect.is_disconnect(fault, connection.connection, None):
        # The engine finds the same, says it, and lets go of every connection that it keeps.
        connection.exec_driver_sql("SELECT 1")
    return DBAPIError.instance(
        sql,
        values,
        fault,
        dialect.loaded_dbapi.Error,
        hide_parameters=connection.engine.hide_parameters,
        dialect=dialect,
    )
