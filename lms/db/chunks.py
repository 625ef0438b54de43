"""Long lists cut into pieces that one statement can ask for."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

One = TypeVar("One")
#: Far below what either engine takes in a statement (SQLite 32,766), and few enough rows to hold at once.
CHUNK = 500


def in_chunks(whole: Sequence[One], size: int = CHUNK) -> Iterator[Sequence[One]]:
    """Cut a list into pieces of `size`, the last one perhaps shorter; an empty list gives none."""
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
