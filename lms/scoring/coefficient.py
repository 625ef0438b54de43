"""A number that brings along what it rests on."""

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, eq=False)
class Coefficient(float):
    """A float with further fields: it compares, adds up and prints as JSON like its `value`.

    Whoever wants only the number uses it as one; whoever shows it finds the caution, the error and
    the counts beside it and cannot lose them on the way. Equal to any number of the same value.

    Args:
        value: the number itself.
    """

    value: float

    def __new__(cls, value: float, *_rest: Any, **_named: Any) -> Self:
        return super().__new__(cls, value)
