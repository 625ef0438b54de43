"""The hash of the evidence that counted, and what is odd about it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from lms.index.canonical import canonical, canonical_numbers, quoted
from lms.index.observation_rows import EPOCH
from lms.index.observations import Columns, Problem, in_order, joined

#: What a record of the hash holds, in this order; empty numbers are null.
RECORD = (
    "subject", "indicator", "id", "value", "observed_on", "weight", "numerator", "denominator",
    "se", "group", "kind", "source", "assessor", "verified_by",
)  # fmt: skip
NUMBERS = frozenset({"value", "weight", "numerator", "denominator", "se"})
CHUNK = 1 << 16


def evidence_hash(
    parts: Sequence[Columns], keys: Sequence[str], populations: Mapping[tuple[str, str], float]
) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of the observations used and the populations.

    The object has `observations`, records of `RECORD` sorted by (subject, indicator, id), those
    without an id in the canonical order of what they say; and `populations`, [subject, indicator,
    number] sorted alike. Ids are as they were given: the number of a row is no evidence.

    Args:
        parts: the observations that count, without doubles, all with the same subjects.
        keys: keys of the methodology's indicators, in its order.
    """
    found = hashlib.sha256()
    found.update(b'{"observations":[')
    between = b""
    some = [one for one in parts if len(one)]
    for text in _records(joined(some), keys) if some else ():
        found.update(between + text.encode("utf-8"))
        between = b","
    counted = [[subject, key, number] for (subject, key), number in sorted(populations.items())]
    found.update(f'],"populations":{canonical(counted)}}}'.encode())
    return found.hexdigest()


def _records(rows: Columns, keys: Sequence[str]) -> Iterator[str]:
    """Records as texts, joined by commas, some at a time."""
    places = {key: place for place, key in enumerate(sorted(keys))}
    rank = np.array([places[key] for key in keys])
    texts: dict[str, tuple[Any, list[str]]]
    texts = {name: (one.codes, one.words) for name, one in rows.texts.items()}
    texts |= {"subject": (rows.subject, rows.subjects), "indicator": (rows.indicator, list(keys))}
    order = in_order([rows.subject, rank[rows.indicator], rows.texts["id"].codes])
    days, day_codes = np.unique(rows.day, return_inverse=True)
    told = [date.fromordinal(int(day) + EPOCH).isoformat() for day in days]
    texts["observed_on"] = (day_codes, told)
    # What all records share is written once, into the pattern that the others fill.
    pattern, varying = [], []
    for name in RECORD:
        if name in NUMBERS:
            column = getattr(rows, name)
            first = canonical_numbers(column[:1])[0]
            same = bool(np.isnan(column).all() or (column == column[0]).all())
        else:
            own, words = texts[name]
            first, same = canonical(words[int(own[0])]), bool((own == own[0]).all())
        pattern.append(first.replace("%", "%%") if same else "%s")
        if not same:
            varying.append(name)
    record = "[" + ",".join(pattern) + "]"
    written = {
        name: np.array(list(map(quoted, texts[name][1])), dtype=object)
        for name in varying
        if name not in NUMBERS
    }
    for start in range(0, order.size, CHUNK):
        chosen = order[start : start + CHUNK]
        columns = [
            canonical_numbers(getattr(rows, name)[chosen])
            if name in NUMBERS
            else written[name][texts[name][0][chosen]].tolist()
            for name in varying
        ]
        if not columns:
            yield ",".join([record % ()] * chosen.size)
        else:
            yield ",".join([record % cells for cells in zip(*columns, strict=True)])


def repeated(rows: Columns) -> list[Problem]:
    """Rows that say what another says under another id: both count, and somebody should look.

    Rows that nothing names (no id, no group, no source) are not compared: two people may well have
    the same mark.
    """
    codes = {name: rows.texts[name].codes for name in ("group", "source", "id")}
    named = np.zeros(len(rows), dtype=bool)
    for name, code in codes.items():
        named |= np.array([bool(word) for word in rows.texts[name].words], dtype=bool)[code]
    chosen = np.flatnonzero(named)
    if chosen.size < 2:
        return []
    said: list[Any] = [
        rows.subject,
        rows.indicator,
        codes["group"],
        rows.day,
        rows.value,
        codes["source"],
    ]
    said += [rows.numerator, rows.denominator]
    columns = [column[chosen] for column in said]
    order = in_order(columns)
    same = np.ones(chosen.size, dtype=bool)
    for column in columns:
        held = column[order]
        same[1:] &= (held[1:] == held[:-1]) | ((held[1:] != held[1:]) & (held[:-1] != held[:-1]))
    same[0] = False
    # A run of equal rows ends where the next one is not the same.
    ends = np.append(np.flatnonzero(~same)[1:], chosen.size)
    sizes = np.diff(ends, prepend=0)
    problems = []
    for end, size in zip(ends[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        names = sorted(rows.ids[row] for row in chosen[order[end - size : end]].tolist())
        others = ", ".join(names[1:4]) + (f" and {size - 4} more" if size > 4 else "")
        verb, count = ("says", "both count") if size == 2 else ("say", "all count")
        message = f"{others} {verb} the same as {names[0]}; {count}"
        problems.append(Problem(names[1], "same-content", message))
    return sorted(problems, key=lambda one: (one.id, one.message))


def double_counting(rows: Columns, keys: Sequence[str]) -> list[Problem]:
    """Kinds of evidence, and records, that feed two indicators: each piece should count once."""
    found = []
    kinds = rows.texts["kind"]
    width = len(keys)
    for pair in np.unique(kinds.codes * width + rows.indicator).tolist():
        found.append((kinds.words[pair // width], keys[pair % width]))
    problems = []
    for kind in dict.fromkeys(kind for kind, _ in found):
        fed = [key for one, key in found if one == kind]
        if kind not in ("", "given") and len(fed) > 1:
            message = (
                f"evidence of the kind {kind} feeds {', '.join(fed)}; "
                "see that no piece of it counts twice"
            )
            problems.append(Problem("", "double_counting", message))
    return problems + _shared_records(rows, keys)


def _shared_records(rows: Columns, keys: Sequence[str]) -> list[Problem]:
    source = rows.texts["source"]
    named = np.array([bool(word) for word in source.words], dtype=bool)[source.codes]
    width = len(keys)
    place = source.codes * len(rows.subjects) + rows.subject
    fed = np.unique((place * width + rows.indicator)[named])
    record = fed // width
    pairs: dict[tuple[int, int], int] = {}
    for start in np.flatnonzero(record[1:] == record[:-1]).tolist():
        # All later ones of the same record, one pair each.
        for after in range(start + 1, fed.size):
            if record[after] != record[start]:
                break
            pair = int(fed[start] % width), int(fed[after] % width)
            pairs[pair] = pairs.get(pair, 0) + 1
    return [
        Problem("", "double_counting", f"{keys[a]} and {keys[b]} share {count} records")
        for (a, b), count in sorted(pairs.items())
    ]
