"""A change split into parts: the values that `explain` returns."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cause:
    """One step of an indicator's change.

    Args:
        name: one of `causes.CAUSES`: evidence expired; decayed; was corrected (superseded or
            withdrawn); an incumbent came or left; a post was added or removed; new evidence.
        part: in index units; the causes of an indicator sum to its part.
        before, after: the indicator in 0 … 1; None where the step leaves nothing to compute from.
        observations: ids that left or came with this step.
    """

    name: str
    part: float
    before: float | None
    after: float | None
    observations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IndicatorPart:
    """What one indicator did to the index.

    Args:
        part: in index units (0 … 1); sums with the others to the difference.
        change: appeared, changed or disappeared.
        before, after: normalised under the later methodology and its reference figures; None:
            not there.
        arrived, departed: ids of observations that only the later, or only the earlier run used.
        causes: the part shared among its causes; empty where the observations were not given.
    """

    key: str
    dimension: str
    part: float
    change: str
    before: float | None
    after: float | None
    arrived: tuple[str, ...] = ()
    departed: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()

    def to_mapping(self) -> dict[str, Any]:
        """The part as plain values for JSON."""
        told = {name: getattr(self, name) for name in IndicatorPart.__dataclass_fields__}
        told["causes"] = [
            {name: getattr(one, name) for name in Cause.__dataclass_fields__} for one in self.causes
        ]
        return told


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a subject's index changed from one run to another.

    Args:
        value_a, value_b: the two values; None where missing, and then there are no parts.
        method: what another methodology changed. others: what other subjects changed (relative
            methods, shrinkage and the treatment of outliers only).
        indicators: parts by indicator, in the later file's order; without parts, those that
            neither appeared, went nor changed are left out.
        appeared, disappeared: indicators of the later methodology that one run has a value for and
            the other has not.
        dropped: indicators that the earlier run has a value for and that the later methodology no
            longer knows: they are part of `method`.
    """

    subject: str
    value_a: float | None
    value_b: float | None
    method: float
    others: float
    indicators: tuple[IndicatorPart, ...]
    appeared: tuple[str, ...]
    disappeared: tuple[str, ...]
    dropped: tuple[str, ...] = ()

    @property
    def difference(self) -> float | None:
        """The later value minus the earlier; None where one is missing."""
        if self.value_a is None or self.value_b is None:
            return None
        return self.value_b - self.value_a

    @property
    def dimensions(self) -> dict[str, float]:
        """Parts by dimension: the sums over their indicators, which are their Shapley values."""
        sums: dict[str, list[float]] = {}
        for one in self.indicators:
            sums.setdefault(one.dimension, []).append(one.part)
        return {key: math.fsum(parts) for key, parts in sums.items()}

    def points(self, decimals: int = 1) -> dict[str, float]:
        """Parts × 100 for a sentence, rounded so that they sum to the rounded difference.

        Keys are those of indicators, and ``method`` and ``others`` in front where they are not 0.
        """
        if self.difference is None:
            return {}
        named = [("method", self.method), ("others", self.others)]
        named = [(key, part) for key, part in named if part]
        named += [(one.key, one.part) for one in self.indicators]
        rounded = round_parts([part * 100 for _, part in named], decimals)
        return {key: part for (key, _), part in zip(named, rounded, strict=True)}

    def to_mapping(self) -> dict[str, Any]:
        """The explanation as plain values for JSON."""
        return {
            "subject": self.subject,
            "value_a": self.value_a,
            "value_b": self.value_b,
            "difference": self.difference,
            "method": self.method,
            "others": self.others,
            "indicators": [one.to_mapping() for one in self.indicators],
            "appeared": list(self.appeared),
            "disappeared": list(self.disappeared),
            "dropped": list(self.dropped),
        }


def round_parts(parts: Sequence[float], decimals: int = 1) -> tuple[float, ...]:
    """Parts rounded by largest remainder, so that they sum to their rounded sum.

    Each is rounded down, and the units that are then lacking go to the largest remainders; of equal
    remainders the earlier part's.
    """
    scale = 10**decimals
    scaled = [part * scale for part in parts]
    floors = [math.floor(part) for part in scaled]
    spare = round(math.fsum(scaled)) - sum(floors)
    order = sorted(range(len(parts)), key=lambda i: (floors[i] - scaled[i], i))
    for position in order[: max(0, spare)]:
        floors[position] += 1
    return tuple(whole / scale for whole in floors)
