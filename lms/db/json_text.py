"""JSON as the database keeps it: to text and back, and text that need not become objects in between.

A row with 25 kB of JSON is some five hundred objects. Whoever goes through thousands of rows reads such a column
as text, takes it apart row by row, and lays what is to be written beside it as text again.
"""

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class JsonText:
    """JSON text that is written as it stands, in the place of the value that it says."""

    text: str

    @classmethod
    def of(cls, value: Any) -> "JsonText":
        """The text of a value."""
        return cls(json_text(value))

    @property
    def value(self) -> Any:
        """What the text says."""
        return json_value(self.text)


def json_text(value: Any) -> str:
    """Return a value as the text that the database keeps."""
    if isinstance(value, JsonText):
        return value.text
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


#: From the text that the database keeps to the value.
json_value = orjson.loads
