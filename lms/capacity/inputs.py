"""What a run was computed from, packed for the database as compressed JSON; pure.

Each organisation's part is compressed on its own, so that a page about one of two thousand reads no more than its
part: one byte, the length of the head in eight bytes, the head (where each part lies, and what was left out), the
parts. What an earlier release stored, one compressed text of everything, is read too.
"""

import json
import zlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lms.index import Observation

#: Fields with their defaults, which are not written.
DEFAULTS: dict[str, Any] = {
    name: one.default for name, one in Observation.__dataclass_fields__.items()
}
#: First byte of what is packed by parts; that of a compressed text is 0x78 (RFC 1950).
BY_PARTS = 2
LENGTH = 8


def packed(
    observations: Iterable[Observation],
    populations: Mapping[tuple[str, str], float],
    left_out: Mapping[str, int] | None = None,
) -> bytes:
    """Observations in their order and populations by (subject, indicator), as bytes.

    `left_out` counts, by reason, the evidence that never became an observation.
    """
    parts: dict[str, dict[str, list[Any]]] = {}

    def part(subject: str) -> dict[str, list[Any]]:
        return parts.setdefault(subject, {"observations": [], "populations": []})

    for place, one in enumerate(observations):
        part(one.subject)["observations"].append([place, _plain(one)])
    for (subject, indicator), count in sorted(populations.items()):
        part(subject)["populations"].append([indicator, count])
    lies: dict[str, tuple[int, int]] = {}
    body = bytearray()
    for subject, told in parts.items():
        start = len(body)
        body += _compressed(told)
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
        told = json.loads(zlib.decompress(body[start:end]))
        rows += [(place, _observation(row)) for place, row in told["observations"]]
        populations |= {(code, indicator): count for indicator, count in told["populations"]}
    rows.sort(key=lambda row: row[0])
    return [one for _place, one in rows], populations


def left_out_of(content: bytes) -> dict[str, int]:
    """What `packed` was told was left out, by reason."""
    found: dict[str, int] = _opened(content)[0].get("left_out", {})
    return found


def _opened(content: bytes) -> tuple[dict[str, Any], memoryview | None]:
    """The head and the parts; of what an earlier release stored, everything and None."""
    if content[0] != BY_PARTS:
        return json.loads(zlib.decompress(content)), None
    start = 1 + LENGTH
    end = start + int.from_bytes(content[1:start], "big")
    return json.loads(zlib.decompress(content[start:end])), memoryview(content)[end:]


def _of_one_text(
    told: Mapping[str, Any], subject: str | None
) -> tuple[list[Observation], dict[tuple[str, str], float]]:
    return [
        _observation(row)
        for row in told["observations"]
        if subject is None or row["subject"] == subject
    ], {
        (code, indicator): count
        for code, indicator, count in told["populations"]
        if subject is None or code == subject
    }


def _compressed(told: object) -> bytes:
    return zlib.compress(json.dumps(told, ensure_ascii=False).encode())


def _plain(one: Observation) -> dict[str, Any]:
    plain = {}
    for name, default in DEFAULTS.items():
        value = getattr(one, name)
        if value != default:
            plain[name] = value.isoformat() if isinstance(value, date) else value
    return plain


def _observation(row: Mapping[str, Any]) -> Observation:
    day = row.get("observed_on")
    known = {"value": None, **row, "observed_on": date.fromisoformat(day) if day else None}
    return Observation(**known)
