"""What a run was computed from, packed for the database as compressed lines of JSON; pure.

The first line has `populations` and `left_out`. Each other one is a table of some thousand observations, by name
of column: a column of words is `[words, codes]`, one of other values the values themselves; where a table lacks a
column, its observations have the default. Releases before wrote one line that has `observations` as well, each a
mapping; that is still read.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from lms.index import Observation

#: Observations in a table. Less would repeat more words, more would hold more text at once.
AT_ONCE = 20_000
#: Bytes that are unpacked at a time while the first line is looked for.
LINE = 1 << 20
#: Ids are chance and do not compress; trying harder takes three times as long for a few percent.
LEVEL = 1
WORDS = frozenset(
    {"subject", "indicator", "unit", "observed_on", "group", "kind", "source", "assessor"}
)


def packed(
    columns: Mapping[str, Sequence[Any]],
    populations: Mapping[tuple[str, str], float],
    left_out: Mapping[str, int] | None = None,
) -> bytes:
    """Observations in their order and populations by (subject, indicator), as bytes.

    `columns` are equally long and named as the fields of an observation. `left_out` counts, by reason, the
    evidence that never became an observation.
    """
    press = zlib.compressobj(LEVEL)
    return b"".join(
        press.compress(text) for text in _texts(columns, populations, left_out or {})
    ) + (press.flush())


def unpacked(content: bytes) -> tuple[list[Observation], dict[tuple[str, str], float]]:
    """The observations and populations that `packed` took, every float bit for bit."""
    first, *tables = zlib.decompress(content).split(b"\n")
    told = orjson.loads(first)
    rows = [row for table in tables for row in _rows(orjson.loads(table))]
    observations = [_observation(row) for row in told.get("observations", rows)]
    return observations, {
        (subject, indicator): count for subject, indicator, count in told["populations"]
    }


def left_out_of(content: bytes) -> dict[str, int]:
    """What `packed` was told was left out, by reason."""
    press, first = zlib.decompressobj(), b""
    # A run has many observations and one first line: the rest stays as it is.
    while b"\n" not in first and not press.eof:
        first += press.decompress(press.unconsumed_tail or content, LINE)
    found: dict[str, int] = orjson.loads(first.partition(b"\n")[0]).get("left_out", {})
    return found


def _texts(
    columns: Mapping[str, Sequence[Any]],
    populations: Mapping[tuple[str, str], float],
    left_out: Mapping[str, int],
) -> Iterator[bytes]:
    counts = [[*place, count] for place, count in sorted(populations.items())]
    yield orjson.dumps({"populations": counts, "left_out": left_out})
    size = len(next(iter(columns.values()), ()))
    for start in range(0, size, AT_ONCE):
        some = {name: column[start : start + AT_ONCE] for name, column in columns.items()}
        told = {name: _coded(column) if name in WORDS else column for name, column in some.items()}
        yield b"\n" + orjson.dumps(told)


def _coded(column: Sequence[Any]) -> list[list[Any]]:
    words = {word: code for code, word in enumerate(dict.fromkeys(column))}
    return [list(words), [words[word] for word in column]]


def _rows(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    columns = []
    for name, column in table.items():
        if name in WORDS:
            words, codes = column
            column = [words[code] for code in codes]
        columns.append(column)
    for row in zip(*columns, strict=True):
        yield dict(zip(table, row, strict=True))


def _observation(row: Mapping[str, Any]) -> Observation:
    day = row.get("observed_on")
    known = {"value": None, **row, "observed_on": date.fromisoformat(day) if day else None}
    return Observation(**known)
