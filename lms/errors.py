"""Refused: an expected "no", with a stable code; the edge turns it into a sentence."""

from typing import Any


class Refused(Exception):
    """An operation was not allowed, and nothing was changed.

    Args:
        code: dotted and permanent, such as ``exercise.unrated``; `lms.web.refusals` holds its words.
        values: what the sentence names. Plain values only.
    """

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        named = ", ".join(f"{key}={value}" for key, value in self.values.items())
        return f"{self.code} ({named})" if named else self.code
