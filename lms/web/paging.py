"""Pages of a long list: which rows a page holds, and the addresses of the pages before and after it."""

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import request, url_for
from sqlalchemy import Select

#: Rows of a page.
SIZE = 30
Row = TypeVar("Row")


def window(statement: Select[Any], number: int, size: int = SIZE) -> Select[Any]:
    """Narrow an ordered statement to page `number` (from 1), and one row more where there is a next page."""
    return statement.offset((number - 1) * size).limit(size + 1)


def part_of(rows: Sequence[Row], number: int, size: int = SIZE) -> Sequence[Row]:
    """What `window` would let through, of rows that are all at hand."""
    return rows[(number - 1) * size : number * size + 1]


def rows_of(found: Sequence[Row], size: int = SIZE) -> Sequence[Row]:
    """The rows that a page shows, of those that `window` let through."""
    return found[:size]


def pages_of(
    found: Sequence[Any], number: int, size: int = SIZE, **kept: Any
) -> dict[str, str | None]:
    """Addresses of the pages before and after this one for the macro `pager`; `kept` are its filters."""
    endpoint = request.endpoint or ""

    def address(other: int) -> str:
        return url_for(endpoint, **kept, page=other if other > 1 else None)

    return {
        "earlier": address(number - 1) if number > 1 else None,
        "later": address(number + 1) if len(found) > size else None,
    }
