"""A methodology with other weights, goalposts, aggregation or fewer indicators; pure, and nothing is stored."""

import math
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lms.index import Methodology
from lms.index.methodology import Dimension, Indicator

#: Means that a reader may choose at each level; `power` needs an exponent and stays where the file has it.
AGGREGATES = ("arithmetic", "geometric", "harmonic", "minimum")
LARGEST_WEIGHT = 1000.0
LARGEST_GOALPOST = 1e12


@dataclass(frozen=True, slots=True)
class Part:
    """A dimension or an indicator with what may be changed of it.

    Args:
        parent: key of the dimension that holds it; empty at the top.
        level: 0 for a dimension of the index.
        aggregate: the mean by which a dimension joins what it holds; empty for indicators.
        low, high: goalposts; None where another method normalises it, and for dimensions.
    """

    key: str
    parent: str
    level: int
    is_indicator: bool
    weight: float
    low: float | None = None
    high: float | None = None
    aggregate: str = ""

    @property
    def aggregate_field(self) -> str:
        return f"aggregate-{self.key}"

    @property
    def weight_field(self) -> str:
        return f"weight-{'i' if self.is_indicator else 'd'}-{self.key}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field.

    `code` is number, negative, too-large, goalposts, all-zero, nothing-left or aggregate.
    """

    field: str
    key: str
    code: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """One setting that differs: `what` is weight, low, high, aggregate or out."""

    what: str
    key: str
    before: float | str | None = None
    after: float | str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: the mapping of the other methodology, what differs, and what is wrong."""

    mapping: dict[str, Any]
    changed: tuple[Changed, ...]
    faults: tuple[Fault, ...]


def parts_of(methodology: Methodology) -> list[Part]:
    """Dimensions and indicators in the file's order, each dimension before what it holds."""
    return list(_parts(methodology.root, "", 0))


def fields_of(parts: Sequence[Part]) -> set[str]:
    """The fields that the form of these parts has."""
    found = {"aggregate"}
    for part in parts:
        found.add(part.weight_field)
        found |= (
            {f"{name}-{part.key}" for name in ("low", "high", "out")}
            if part.is_indicator
            else {part.aggregate_field}
        )
    return found


def _parts(parent: Dimension, key: str, level: int) -> Iterator[Part]:
    children: tuple[Indicator | Dimension, ...] = parent.children
    for child, share in zip(children, parent.shares, strict=True):
        weight = child.weight if parent.weights == "given" else share
        if isinstance(child, Dimension):
            yield Part(child.key, key, level, False, weight, aggregate=child.aggregate)
            yield from _parts(child, child.key, level + 1)
        else:
            goals = child.normalise.method == "goalposts"
            low, high = (child.normalise.low, child.normalise.high) if goals else (None, None)
            yield Part(child.key, key, level, True, weight, low, high)


def ask(mapping: Mapping[str, Any], methodology: Methodology, given: Mapping[str, str]) -> Asked:
    """The methodology of `mapping` with what a form gives by field; what is not given stays as it is.

    Fields: ``aggregate`` of the whole and ``aggregate-<key>`` of a dimension; ``weight-d-<key>`` and
    ``weight-i-<key>`` from 0 to 1000; ``low-<key>``, ``high-<key>`` of indicators with goalposts;
    ``out-<key>`` leaves an indicator out.
    """
    reading = _Reading(given)
    parts = parts_of(methodology)
    weights, goals, out = {}, {}, set[str]()
    for part in parts:
        if part.is_indicator and given.get(f"out-{part.key}"):
            out.add(part.key)
            reading.changed.append(Changed("out", part.key))
            continue
        weights[part.is_indicator, part.key] = reading.number(
            part.weight_field, part.key, "weight", part.weight, least=0.0, most=LARGEST_WEIGHT
        )
        if part.low is not None and part.high is not None:
            ends = [
                reading.number(f"{name}-{part.key}", part.key, name, own, most=LARGEST_GOALPOST)
                for name, own in (("low", part.low), ("high", part.high))
            ]
            if ends[0] >= ends[1]:
                reading.faults.append(Fault(f"low-{part.key}", part.key, "goalposts"))
            goals[part.key] = ends
    means = {"": _mean("aggregate", "", methodology.root.aggregate, reading)}
    for part in parts:
        if not part.is_indicator:
            means[part.key] = _mean(part.aggregate_field, part.key, part.aggregate, reading)
    reading.faults += _weightless(parts, weights, out)
    return Asked(
        _mapping(mapping, parts, weights, goals, out, means, reading),
        tuple(reading.changed),
        tuple(reading.faults),
    )


class _Reading:
    """Reads numbers of a form and remembers what differs and what is wrong."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.changed: list[Changed] = []
        self.faults: list[Fault] = []

    def number(
        self, field: str, key: str, what: str, own: float, most: float, least: float | None = None
    ) -> float:
        """The number typed into a field, or its own where none was typed or it is faulty."""
        typed = self.given.get(field, "").strip()
        if not typed:
            return own
        try:
            number = float(typed.replace(",", ".").replace("٫", "."))
        except ValueError:
            number = math.nan
        code = ""
        if not math.isfinite(number):
            code = "number"
        elif least is not None and number < least:
            code = "negative"
        elif abs(number) > most:
            code = "too-large"
        if code:
            self.faults.append(Fault(field, key, code, typed[:40]))
            return own
        # The form shows six decimals at most; what was only shown shorter was not changed.
        if abs(number - own) > 1e-6 * max(1.0, abs(own)):
            self.changed.append(Changed(what, key, own, number))
            return number
        return own


def _mean(field: str, key: str, own: str, reading: _Reading) -> str:
    """The mean chosen for the index (no key) or for a dimension."""
    typed = reading.given.get(field, "") or own
    if typed not in (*AGGREGATES, own):
        reading.faults.append(Fault(field, key, "aggregate", typed[:40]))
        return own
    if typed != own:
        reading.changed.append(Changed("aggregate", key, own, typed))
    return typed


def _weightless(
    parts: list[Part], weights: Mapping[tuple[bool, str], float], out: set[str]
) -> list[Fault]:
    """Parents whose children all weigh nothing, and an index of which nothing is left."""
    if all(part.key in out for part in parts if part.is_indicator):
        return [Fault("", "", "nothing-left")]
    left = _left(parts, out)
    faults = []
    for parent in dict.fromkeys(part.parent for part in parts):
        children = [
            part
            for part in parts
            if part.parent == parent and (part.is_indicator, part.key) in left
        ]
        if children and all(weights[one.is_indicator, one.key] == 0 for one in children):
            faults.append(Fault(children[0].weight_field, parent, "all-zero"))
    return faults


def _left(parts: list[Part], out: set[str]) -> set[tuple[bool, str]]:
    """(is an indicator, key) of what stays: a dimension of which nothing stays goes too."""
    left = {(True, part.key) for part in parts if part.is_indicator and part.key not in out}
    holds = {part.parent for part in parts if (True, part.key) in left and part.is_indicator}
    for part in reversed(parts):
        if not part.is_indicator and part.key in holds:
            left.add((False, part.key))
            holds.add(part.parent)
    return left


def _mapping(
    mapping: Mapping[str, Any],
    parts: list[Part],
    weights: Mapping[tuple[bool, str], float],
    goals: Mapping[str, list[float]],
    out: set[str],
    means: Mapping[str, str],
    reading: _Reading,
) -> dict[str, Any]:
    told = deepcopy(dict(mapping))
    left = _left(parts, out)
    moved = {(one.what, one.key) for one in reading.changed}

    def walk(parent: dict[str, Any], key: str) -> None:
        if ("aggregate", key) in moved:
            parent["aggregate"] = means[key]
            # An exponent goes with the power mean alone.
            parent.pop("p", None)
        is_indicator = "indicators" in parent
        name = "indicators" if is_indicator else "dimensions"
        children = [one for one in parent[name] if (is_indicator, one["key"]) in left]
        if len(children) < len(parent[name]) or any(
            ("weight", one["key"]) in moved for one in children
        ):
            # Experts' judgements are of all the children as they were; what is asked for is a weight for each.
            for field in ("points", "comparisons", "accept_inconsistency"):
                parent.pop(field, None)
            parent["weights"] = "given"
            for one in children:
                one["weight"] = weights[is_indicator, one["key"]]
        parent[name] = children
        for one in children:
            if not is_indicator:
                walk(one, one["key"])
            elif ("low", one["key"]) in moved or ("high", one["key"]) in moved:
                low, high = goals[one["key"]]
                one["normalise"] = {**(one.get("normalise") or {}), "low": low, "high": high}

    walk(told, "")
    known = {key for is_indicator, key in left if not is_indicator}
    if told.get("guards"):
        told["guards"] = [one for one in told["guards"] if one["requires"]["dimension"] in known]
    return told
