"""Column types of the house: times in UTC, exact decimals; and columns read plainly, for long tables."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Integer, Text, func, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored and given back in UTC on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A `Decimal` with a fixed number of places, kept as a whole number so that SQLite stays exact.

    A value with more places than fit is refused; rounding is the caller's decision.
    """

    impl = BigInteger().with_variant(Integer(), "sqlite")
    cache_ok = True

    def __init__(self, places: int = 6) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


def millionths(column: InstrumentedAttribute[Any]) -> ColumnElement[int | None]:
    """An `Exact(6)` column as the whole number that is kept, past the making of decimals.

    Divided by a million it is the float that the decimal gives: both are rounded once.
    """
    return type_coerce(column, BigInteger)


class _KeyText(GenericFunction[str]):
    """A key as `str` writes a `UUID`."""

    type = Text()
    inherit_cache = True
    name = "key_text"


def key_text(column: InstrumentedAttribute[Any]) -> ColumnElement[str]:
    """A key as the text that `str` makes of a `UUID`, past the making of one."""
    return func.key_text(column)


@compiles(_KeyText, "postgresql")
def _on_postgresql(element: _KeyText, compiler: Any, **options: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **options)} AS TEXT)"


@compiles(_KeyText, "sqlite")
def _on_sqlite(element: _KeyText, compiler: Any, **options: Any) -> str:
    # Kept there as 32 digits.
    key = compiler.process(element.clauses, **options)
    parts = [f"substr({key}, {start}, {size})" for start, size in KEY_PARTS]
    return "(" + " || '-' || ".join(parts) + ")"


#: Where the digits of a key are parted: first digit from 1, and how many.
KEY_PARTS = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
