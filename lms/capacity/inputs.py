"""What a run was computed from, packed for the database as compressed JSON; pure."""

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


def packed(
    observations: Iterable[Observation],
    populations: Mapping[tuple[str, str], float],
    left_out: Mapping[str, int] | None = None,
) -> bytes:
    """Observations in their order and populations by (subject, indicator), as bytes.

    `left_out` counts, by reason, the evidence that never became an observation.
    """
    rows = [_plain(one) for one in observations]
    counts = [[*place, count] for place, count in sorted(populations.items())]
    told = {"observations": rows, "populations": counts, "left_out": dict(left_out or {})}
    return zlib.compress(json.dumps(told, ensure_ascii=False).encode())


def unpacked(content: bytes) -> tuple[list[Observation], dict[tuple[str, str], float]]:
    """The observations and populations that `packed` took, every float bit for bit."""
    told = json.loads(zlib.decompress(content))
    observations = [_observation(row) for row in told["observations"]]
    return observations, {
        (subject, indicator): count for subject, indicator, count in told["populations"]
    }


def left_out_of(content: bytes) -> dict[str, int]:
    """What `packed` was told was left out, by reason."""
    found: dict[str, int] = json.loads(zlib.decompress(content)).get("left_out", {})
    return found


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
