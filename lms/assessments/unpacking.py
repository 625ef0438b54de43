"""JSON taken apart by the database, in the words of both engines: only what is asked for is handed over."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, select

from lms.db import db


def _sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def as_mapping(received: Any) -> Mapping[str, Any]:
    """What `gathered` or `shares_of` became on the way: SQLite hands over text, PostgreSQL's driver reads it."""
    if received is None:
        return {}
    found: Mapping[str, Any] = received if isinstance(received, dict) else json.loads(received)
    return found


def gathered(key: Any, value: Any) -> ColumnElement[Any]:
    """An aggregate: one object with a text for each key. Arrives as text or as a mapping, see `as_mapping`."""
    together = func.json_group_object if _sqlite() else func.json_object_agg
    found: ColumnElement[Any] = together(key, cast(value, Text))
    return found


def shares_of(marks: Any) -> ColumnElement[Any]:
    """From the marks of an attempt: an object with the share, as text, by question key; null without marks."""
    each = func.json_each(marks).table_valued("key", "value", name="each_mark")
    whole = each.c.value
    share = func.json_extract(whole, "$.share") if _sqlite() else whole.op("->>")("share")
    return select(gathered(each.c.key, share)).select_from(each).scalar_subquery()
