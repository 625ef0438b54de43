"""What a run was computed from, packed for the database as compressed JSON; pure.

Each organisation's part is compressed on its own, so that a page about one of two thousand reads no more than its
part: one byte, the length of the head in eight bytes, the head (where each part lies, and what was left out), the
parts. A part is a table by name of column: a column of words is `[words, codes]`, one of other values the values
themselves; where it lacks a column, its observations have the default. What an earlier release stored, one
compressed text of everything, is read too.
"""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import orjson

from lms.index import Observation

#: First byte of what is packed by parts; that of a compressed text is 0x78 (RFC 1950).
BY_PARTS = 2
LENGTH = 8
#: Ids are chance and do not compress; trying harder takes three times as long for a few percent.
LEVEL = 1
SUBJECT, PLACE = "subject", "place"
WORDS = frozenset(
    {"indicator", "unit", "observed_on", "group", "kind", "source", "assessor", "verified_by"}
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
    places: dict[str, list[int]] = {}
    for place, subject in enumerate(columns.get(SUBJECT, ())):
        places.setdefault(subject, []).append(place)
    counts: dict[str, list[list[Any]]] = {}
    for (subject, indicator), count in sorted(populations.items()):
        counts.setdefault(subject, []).append([indicator, count])
    others = {name: column for name, column in columns.items() if name != SUBJECT}
    lies: dict[str, tuple[int, int]] = {}
    body = bytearray()
    for subject in dict.fromkeys([*places, *counts]):
        start = len(body)
        table = _table(others, places.get(subject, []))
        body += _compressed({"columns": table, "populations": counts.get(subject, [])})
        lies[subject] = start, len(body)
    head = _compressed({"parts": lies, "left_out": dict(left_out or {})})
    return bytes([BY_PARTS]) + len(head).to_bytes(LENGTH, "big") + head + bytes(body)


def unpacked(
    content: bytes, subject: str | None = None
) -> tuple[list[Observation], dict[tuple[str, str], float]]:
    """The observations and populations that `packed` took, every float bit for bit; of one subject where named."""
    head, body = _opened(content)
    if body is None:
        return _of_one_text(head, subject)
    wanted = head["parts"] if subject is None else {subject} & head["parts"].keys()
    rows: list[tuple[int, Observation]] = []
    populations: dict[tuple[str, str], float] = {}
    for code in wanted:
        start, end = head["parts"][code]
        told = orjson.loads(zlib.decompress(body[start:end]))
        rows += [(row.pop(PLACE), _observation(code, row)) for row in _rows(told["columns"])]
        populations |= {(code, indicator): count for indicator, count in told["populations"]}
    rows.sort(key=itemgetter(0))
    return [one for _place, one in rows], populations


def left_out_of(content: bytes) -> dict[str, int]:
    """What `packed` was told was left out, by reason."""
    found: dict[str, int] = _opened(content)[0].get("left_out", {})
    return found


def _opened(content: bytes) -> tuple[dict[str, Any], memoryview | None]:
    """The head and the parts; of what an earlier release stored, everything and None."""
    if content[0] != BY_PARTS:
        return orjson.loads(zlib.decompress(content)), None
    start = 1 + LENGTH
    end = start + int.from_bytes(content[1:start], "big")
    return orjson.loads(zlib.decompress(content[start:end])), memoryview(content)[end:]


def _of_one_text(
    told: Mapping[str, Any], subject: str | None
) -> tuple[list[Observation], dict[tuple[str, str], float]]:
    return [
        _observation(row["subject"], {name: row[name] for name in row if name != SUBJECT})
        for row in told["observations"]
        if subject is None or row["subject"] == subject
    ], {
        (code, indicator): count
        for code, indicator, count in told["populations"]
        if subject is None or code == subject
    }


def _compressed(told: object) -> bytes:
    return zlib.compress(orjson.dumps(told), LEVEL)


def _table(columns: Mapping[str, Sequence[Any]], places: Sequence[int]) -> dict[str, Any]:
    found: dict[str, Any] = {PLACE: list(places)}
    for name, column in columns.items():
        values = [column[place] for place in places]
        found[name] = _coded(values) if name in WORDS else values
    return found


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


def _observation(subject: str, row: Mapping[str, Any]) -> Observation:
    day = row.get("observed_on")
    known = {"value": None, **row, "observed_on": date.fromisoformat(day) if day else None}
    return Observation(subject=subject, **known)
