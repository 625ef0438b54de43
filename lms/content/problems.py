"""What every loader reports: a fault with its place, for the author who mends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A fault in a content file.

    Args:
        path: the file as it was opened.
        line: counted from 1; 1 where the fault is the whole file.
        code: dotted and permanent, such as ``shape.missing``.
        message: what is wrong and what was expected, in English, on one line.
        severity: an ``error`` keeps its file out of the library; a ``warning`` does not.
    """

    path: Path
    line: int
    code: str
    message: str
    severity: Severity = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether one of the problems is an error."""
    return any(problem.severity == "error" for problem in problems)
