"""What a run was computed from, packed for the database as compressed JSON; pure.

The JSON has `columns`, a list of tables of some thousand observations each, by name of column; `populations`, and
`left_out`. A column of words is `[words, codes]`, one of other values the values themselves; where a table lacks a
column, its observations have the default. Releases before wrote `observations`, a mapping for each; that is still
read.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import orjson

from lms.index import Observation

#: Observations in a table. Less would repeat more words, more would hold more text at once.
AT_ONCE = 20_000
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
    told = orjson.loads(zlib.decompress(content))
    rows = (row for table in told.get("columns", ()) for row in _rows(table))
    observations = [_observation(row) for row in told.get("observations", rows)]
    return observations, {
        (subject, indicator): count for subject, indicator, count in told["populations"]
    }


def left_out_of(content: bytes) -> dict[str, int]:
    """What `packed` was told was left out, by reason."""
    found: dict[str, int] = orjson.loads(zlib.decompress(content)).get("left_out", {})
    return found


def _texts(
    columns: Mapping[str, Sequence[Any]],
    populations: Mapping[tuple[str, str], float],
    left_out: Mapping[str, int],
) -> Iterator[bytes]:
    size = len(next(iter(columns.values()), ()))
    yield b'{"columns":['
    for start in range(0, size, AT_ONCE):
        some = {name: column[start : start + AT_ONCE] for name, column in columns.items()}
        told = {name: _coded(column) if name in WORDS else column for name, column in some.items()}
        yield (b"," if start else b"") + orjson.dumps(told)
    counts = [[*place, count] for place, count in sorted(populations.items())]
    rest = orjson.dumps({"populations": counts, "left_out": left_out})
    yield b"]," + rest.removeprefix(b"{")


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
