"""JSON as the database keeps it: to text and back, and text that need not become objects in between.

A row with 25 kB of JSON is some five hundred objects. Whoever goes through thousands of rows reads such a column
as text, takes it apart row by row, and lays what is to be written beside it as text again.
"""

from typing import Any

import orjson


class JsonText(str):
    """JSON text that is written as it stands; any other string is a JSON value and is put in quotes."""

    __slots__ = ()

    @classmethod
    def of(cls, value: Any) -> "JsonText":
        """The text of a value."""
        return cls(json_text(value))

    @property
    def value(self) -> Any:
        """What the text says."""
        return json_value(str(self))


def json_text(value: Any) -> str:
    """Return a value as the text that the database keeps."""
    if isinstance(value, JsonText):
        # A plain string again: drivers ask longer about strings of another class.
        return str(value)
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


#: From the text that the database keeps to the value.
json_value = orjson.loads
