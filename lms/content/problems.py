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
        remedy: what to do about it, where the message does not say it already.
    """

    path: Path
    line: int
    code: str
    message: str
    severity: Severity = "error"
    remedy: str = ""

    def __str__(self) -> str:
        told = f"{self.message}; {self.remedy}" if self.remedy else self.message
        if self.severity == "error":
            return f"{self.path}:{self.line}: {told}"
        return f"{self.path}:{self.line}: warning: {told} [{self.code}]"


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether one of the problems is an error."""
    return any(problem.severity == "error" for problem in problems)
