"""Plain values into a `Methodology`; every fault is named at once, with its place."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms.index.methodology import (
    RELATIVE,
    Band,
    Dimension,
    Guard,
    Indicator,
    Interval,
    Methodology,
    MethodologyError,
    MethodologyProblem,
)
from lms.index.reading_indicator import read_indicator
from lms.index.weights import ahp_weights, budget_weights, joined_experts, reciprocal_matrix

Path = tuple[str | int, ...]
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
AGGREGATES = ("arithmetic", "geometric", "harmonic", "power", "minimum")
DEEPEST = 4


class Reader:
    """Reads fields of mappings and gathers what is wrong with them."""

    def __init__(self) -> None:
        self.problems: list[MethodologyProblem] = []

    def wrong(self, path: Path, code: str, message: str) -> None:
        """Note a fault."""
        self.problems.append(MethodologyProblem(path, code, message))

    def mapping(self, value: Any, path: Path, fields: Iterable[str]) -> Mapping[str, Any]:
        """The value if it is a mapping; unknown fields are faults."""
        if not isinstance(value, Mapping):
            self.wrong(path, "shape", "expected a mapping of fields")
            return {}
        for name in value:
            if name not in fields:
                self.wrong((*path, name), "unknown-field", f"unknown field {name!r}")
        return value

    def sequence(self, held: Mapping[str, Any], path: Path, name: str) -> Sequence[Any]:
        """A list; absent is empty."""
        value = held.get(name, [])
        if not isinstance(value, list | tuple):
            self.wrong((*path, name), "shape", f"{name} is a list")
            return []
        return value

    def key(self, held: Mapping[str, Any], path: Path) -> str:
        """The permanent name of a thing."""
        value = held.get("key")
        if not isinstance(value, str) or not KEY.fullmatch(value):
            self.wrong((*path, "key"), "key", "key: letters, digits, _ and -, not empty")
            return ""
        return value

    def text(self, held: Mapping[str, Any], path: Path, name: str) -> str:
        """A text that must be there."""
        value = held.get(name)
        if not isinstance(value, str) or not value:
            self.wrong((*path, name), "missing", f"{name} is needed, as a text (use quotes)")
            return ""
        return value

    def choice(
        self, held: Mapping[str, Any], path: Path, name: str, known: Sequence[str], default: str
    ) -> str:
        """One of the known words."""
        value = held.get(name, default)
        if value in known:
            return str(value)
        self.wrong((*path, name), "choice", f"{name} is one of {', '.join(known)}, not {value!r}")
        return default

    def truth(self, held: Mapping[str, Any], path: Path, name: str) -> bool:
        """A yes or no; absent is no."""
        value = held.get(name, False)
        if not isinstance(value, bool):
            self.wrong((*path, name), "number", f"{name} is true or false")
        return value is True

    def number(
        self,
        held: Mapping[str, Any],
        path: Path,
        name: str,
        default: float,
        low: float = -math.inf,
        high: float = math.inf,
        above: bool = False,
    ) -> float:
        """A finite number from low to high; with `above`, greater than low."""
        if name not in held:
            return default
        value = self.finite(held[name], (*path, name), name)
        if value is None:
            return default
        if value < low or value > high or (above and value == low):
            start = "above" if above else "from"
            self.wrong((*path, name), "range", f"{name} lies {start} {low:g} to {high:g}")
            return default
        return value

    def finite(self, value: Any, path: Path, name: str) -> float | None:
        """The value as a finite float; None, noted, where it is not one."""
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            try:
                number = float(value)
            except OverflowError:
                number = math.inf
            if math.isfinite(number):
                return number
        self.wrong(path, "number", f"{name} is a finite number, not {value!r}")
        return None

    def unavailable(
        self, held: Mapping[str, Any], path: Path, name: str, done: Sequence[str]
    ) -> None:
        """Refuse a setting that is part of the format and that the engine does not do yet."""
        value = held.get(name, done[0])
        if isinstance(value, Mapping):
            value = value.get("method", done[0])
        if value not in done:
            self.wrong((*path, name), "not-available", f"{name}: {value} is not available yet")


TOP_FIELDS = [
    "key",
    "version",
    "title",
    "comparable_over_time",
    "aggregate",
    "p",
    "weights",
    "comparisons",
    "points",
    "accept_inconsistency",
    "floor",
    "min_weight_present",
    "min_coverage_for_band",
    "min_independent",
    "interval",
    "bands",
    "guards",
    "dimensions",
    "faulty_observations",
    "ranking",
    "low_agreement",
]
DIMENSION_FIELDS = [
    "key",
    "title",
    "weight",
    "aggregate",
    "p",
    "weights",
    "comparisons",
    "points",
    "accept_inconsistency",
    "floor",
    "min_weight_present",
    "indicators",
    "dimensions",
]


def read(mapping: Mapping[str, Any]) -> Methodology:
    """The methodology of a mapping, or MethodologyError."""
    reader = Reader()
    held = reader.mapping(mapping, (), TOP_FIELDS)
    key = reader.key(held, ())
    version = reader.text(held, (), "version")
    reader.unavailable(held, (), "ranking", ("none",))
    reader.unavailable(held, (), "low_agreement", ("count",))
    root = _dimension(reader, held, (), key, None, 0)
    dimensions = list(root.dimensions())
    indicators = [indicator for indicator, _ in root.indicators()]
    _unique(reader, [one.key for one in dimensions], "dimension")
    _unique(reader, [one.key for one in indicators], "indicator")
    comparable = reader.truth(held, (), "comparable_over_time")
    for one in indicators:
        if comparable and one.normalise.method in RELATIVE:
            message = f"{one.key}: {one.normalise.method} is not comparable over time"
            reader.wrong(("comparable_over_time",), "relative", message)
    bands = _bands(reader, held)
    methodology = Methodology(
        key=key,
        version=version,
        root=root,
        title=held.get("title", key),
        comparable_over_time=comparable,
        min_coverage_for_band=reader.number(held, (), "min_coverage_for_band", 0.6, 0, 1),
        min_independent=reader.number(held, (), "min_independent", 0.0, 0, 1),
        interval=_interval(reader, held),
        bands=bands,
        guards=_guards(reader, held, bands, {one.key for one in dimensions}),
        faulty_observations=reader.choice(
            held, (), "faulty_observations", ("refuse", "leave_out"), "refuse"
        ),
        warnings=_dominant([root, *dimensions]),
    )
    if reader.problems:
        raise MethodologyError(reader.problems)
    return methodology


def _dimension(
    reader: Reader,
    held: Mapping[str, Any],
    path: Path,
    key: str,
    above: Dimension | None,
    depth: int,
) -> Dimension:
    has = [name for name in ("indicators", "dimensions") if held.get(name)]
    children: list[Any] = []
    if len(has) != 1 or (above is None and has != ["dimensions"]):
        kinds = "dimensions" if above is None else "indicators or dimensions, not both"
        reader.wrong(path, "empty", f"{key or 'the methodology'} needs {kinds}")
    aggregate = reader.choice(
        held, path, "aggregate", AGGREGATES, "arithmetic" if above else "geometric"
    )
    power = reader.number(held, path, "p", 1.0, high=1.0)
    if aggregate == "power" and ("p" not in held or power == 0):
        reader.wrong((*path, "p"), "missing", "power needs p, up to 1 and not 0")
    settings = Dimension(
        key=key,
        children=(),
        shares=(),
        title=held.get("title", key),
        weight=reader.number(held, path, "weight", 1.0, 0) if above else 1.0,
        aggregate=aggregate,
        p=power if aggregate == "power" else 1.0,
        floor=reader.number(held, path, "floor", above.floor if above else 0.01, 0, 1, above=True),
        min_weight_present=reader.number(
            held, path, "min_weight_present", above.min_weight_present if above else 2 / 3, 0, 1
        ),
    )
    for name in has[:1]:
        for position, inner in enumerate(reader.sequence(held, path, name)):
            place = (*path, name, position)
            if name == "indicators":
                children.append(read_indicator(reader, inner, place))
            elif depth == DEEPEST:
                reader.wrong(place, "depth", f"dimensions nest at most {DEEPEST} deep")
                break
            else:
                fields = reader.mapping(inner, place, DIMENSION_FIELDS)
                child = reader.key(fields, place)
                children.append(_dimension(reader, fields, place, child, settings, depth + 1))
    how, shares = _shares(reader, held, path, children)
    values = {name: getattr(settings, name) for name in Dimension.__dataclass_fields__}
    return Dimension(**{**values, "children": tuple(children), "shares": shares, "weights": how})


def _shares(
    reader: Reader, held: Mapping[str, Any], path: Path, children: Sequence[Indicator | Dimension]
) -> tuple[str, tuple[float, ...]]:
    if held.get("weights") == "entropy":
        reader.unavailable(held, path, "weights", ("given",))
        return "given", (0.0,) * len(children)
    known = ("given", "equal", "ahp", "budget")
    how = reader.choice(held, path, "weights", known, "given")
    for name, used in (("comparisons", "ahp"), ("points", "budget")):
        if name in held and how != used:
            reader.wrong((*path, name), "unused", f"{name} goes with weights: {used}")
    equal = tuple(1 / len(children) for _ in children)
    if how == "equal" or not children:
        return how, equal
    if how == "given":
        total = math.fsum(child.weight for child in children)
        if total <= 0 or not math.isfinite(total):
            reader.wrong(path, "weights", "at least one weight is above 0")
            return how, equal
        return how, tuple(child.weight / total for child in children)
    try:
        shares = (
            _ahp(reader, held, path) if how == "ahp" else budget_weights(held.get("points", []))
        )
    except (TypeError, ValueError) as error:
        name = "comparisons" if how == "ahp" else "points"
        reader.wrong((*path, name), "weights", f"{name}: {error}")
        return how, equal
    if len(shares) != len(children):
        message = f"weights for {len(shares)}, but {len(children)} children"
        reader.wrong((*path, "comparisons" if how == "ahp" else "points"), "weights", message)
        return how, equal
    return how, shares


def _ahp(reader: Reader, held: Mapping[str, Any], path: Path) -> tuple[float, ...]:
    """`comparisons`: the rows of one upper triangle, or a mapping expert → rows."""
    given = held.get("comparisons")
    triangles: list[Any] = [given]
    if isinstance(given, Mapping):
        triangles = [given[expert] for expert in sorted(given, key=str)]
    if not triangles or any(not isinstance(one, list | tuple) for one in triangles):
        raise ValueError("the rows of an upper triangle are needed")
    result = ahp_weights(joined_experts([reciprocal_matrix(one) for one in triangles]))
    if result.consistency_ratio > 0.10 and not held.get("accept_inconsistency"):
        worst = ", ".join(f"({i + 1}, {j + 1})" for i, j, _ in result.worst)
        message = (
            f"consistency ratio {result.consistency_ratio:.3f} is above 0.10; "
            f"the judgements that deviate most: {worst}"
        )
        reader.wrong((*path, "comparisons"), "inconsistent", message)
    return result.weights


def _unique(reader: Reader, keys: Sequence[str], kind: str) -> None:
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        reader.wrong(("dimensions",), "duplicate-key", f"{kind} {key} stands twice")


def _interval(reader: Reader, held: Mapping[str, Any]) -> Interval:
    path: Path = ("interval",)
    fields = ("level", "draws", "concentration", "alternatives")
    inner = reader.mapping(held.get("interval", {}), path, fields)
    draws = reader.number(inner, path, "draws", 1000, 0, 1_000_000)
    if draws != int(draws):
        reader.wrong((*path, "draws"), "number", "draws is a whole number")
    level = reader.number(inner, path, "level", 0.90, 0, 1, above=True)
    if level >= 1:
        reader.wrong((*path, "level"), "range", "level lies below 1")
    place = (*path, "alternatives")
    other = reader.mapping(inner.get("alternatives", {}), place, ("aggregate", "normalise"))
    if other.get("normalise"):
        message = "alternatives of normalisation are not available yet"
        reader.wrong((*place, "normalise"), "not-available", message)
    aggregates = reader.sequence(other, place, "aggregate")
    for position, one in enumerate(aggregates):
        if one not in AGGREGATES or one == "power":
            known = ", ".join(name for name in AGGREGATES if name != "power")
            reader.wrong((*place, "aggregate", position), "choice", f"one of {known}")
    concentration = reader.number(inner, path, "concentration", 100.0, 0, 1e6, above=True)
    return Interval(level, int(draws), concentration, tuple(map(str, aggregates)))


def _bands(reader: Reader, held: Mapping[str, Any]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for position, one in enumerate(reader.sequence(held, (), "bands")):
        path: Path = ("bands", position)
        inner = reader.mapping(one, path, ("key", "from", "title"))
        if "from" not in inner:
            reader.wrong((*path, "from"), "missing", "a band says from where")
        band = Band(reader.key(inner, path), reader.number(inner, path, "from", 0.0, 0, 1))
        if not bands and band.start != 0:
            reader.wrong((*path, "from"), "bands", "the lowest band starts at 0")
        if bands and band.start <= bands[-1].start:
            reader.wrong((*path, "from"), "bands", "bands rise")
        if band.key in {earlier.key for earlier in bands}:
            reader.wrong((*path, "key"), "duplicate-key", f"band {band.key} stands twice")
        bands.append(band)
    return tuple(bands)


def _guards(
    reader: Reader, held: Mapping[str, Any], bands: Sequence[Band], dimensions: set[str]
) -> tuple[Guard, ...]:
    guards = []
    keys = [band.key for band in bands]
    for position, one in enumerate(reader.sequence(held, (), "guards")):
        path: Path = ("guards", position)
        inner = reader.mapping(one, path, ("band", "requires"))
        place = (*path, "requires")
        needs = reader.mapping(inner.get("requires", {}), place, ("dimension", "at_least"))
        band, dimension = inner.get("band"), needs.get("dimension")
        if band not in keys[1:]:
            reader.wrong((*path, "band"), "guard", f"{band!r} is no band above the lowest")
        if dimension not in dimensions:
            reader.wrong((*place, "dimension"), "guard", f"{dimension!r} is no dimension")
        if "at_least" not in needs:
            reader.wrong((*place, "at_least"), "missing", "a guard says at_least")
        at_least = reader.number(needs, place, "at_least", 0.0, 0, 1)
        guards.append(Guard(str(band), str(dimension), at_least))
    return tuple(guards)


def _dominant(dimensions: Iterable[Dimension]) -> tuple[MethodologyProblem, ...]:
    found = []
    for one in dimensions:
        children: Sequence[Indicator | Dimension] = one.children
        for child, share in zip(children, one.shares, strict=False):
            if len(one.children) > 1 and share > 0.5:
                message = f"{child.key} has more than half the weight of {one.key}"
                found.append(MethodologyProblem(("dimensions",), "dominant", message))
    return tuple(found)
