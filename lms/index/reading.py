"""Plain values into a `Methodology`; every fault is named at once, with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.index.methodology import (
    Band,
    Dimension,
    Guard,
    Indicator,
    Interval,
    Methodology,
    MethodologyError,
)
from lms.index.reader import Path, Reader
from lms.index.reading_indicator import METHOD_FIELDS, read_indicator
from lms.index.reading_weights import dominant, read_weights

AGGREGATES = ("arithmetic", "geometric", "harmonic", "power", "minimum")
DEEPEST = 4


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
    "peers",
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
    key = reader.key(held, (), "methodology")
    version = reader.text(held, (), "version")
    interval, from_points = _interval(reader, held)
    root = _dimension(reader, held, (), key, None, (held,), from_points)
    dimensions = list(root.dimensions())
    comparable = reader.truth(held, (), "comparable_over_time")
    if comparable:
        _comparable(reader, [root, *dimensions])
    _one_path(reader, [indicator for indicator, _ in root.indicators()])
    bands = _bands(reader, held)
    methodology = Methodology(
        key=key,
        version=version,
        root=root,
        title=reader.title(held, ()),
        comparable_over_time=comparable,
        min_coverage_for_band=reader.number(held, (), "min_coverage_for_band", 0.6, 0, 1),
        min_independent=reader.number(held, (), "min_independent", 0.0, 0, 1),
        interval=interval,
        bands=bands,
        guards=_guards(reader, held, bands, {one.key for one in dimensions}),
        faulty_observations=reader.choice(
            held, (), "faulty_observations", ("refuse", "leave_out"), "refuse"
        ),
        ranking=reader.choice(held, (), "ranking", ("none", "copeland"), "none"),
        low_agreement=reader.choice(held, (), "low_agreement", ("count", "half"), "count"),
        peers=_peers(reader, held),
        warnings=tuple(reader.warnings),
    )
    if reader.problems:
        raise MethodologyError(reader.problems, [*reader.warnings, *reader.assumed])
    return methodology


def _comparable(reader: Reader, dimensions: Sequence[Dimension]) -> None:
    """The claim that values of two times may be compared, against what depends on the others."""
    for one in dimensions:
        if one.weights == "entropy":
            message = f"{one.key}: weights by entropy depend on who else is in the table"
            reader.wrong(("comparable_over_time",), "relative", message)
        for child in one.children:
            if isinstance(child, Indicator) and child.normalise.relative:
                method = child.normalise.method
                message = f"{child.key}: {method} is not comparable over time"
                reader.wrong(("comparable_over_time",), "relative", message)


def _one_path(reader: Reader, indicators: Sequence[Indicator]) -> None:
    """Warn where a passed assessment reaches the index as itself and as a competency."""
    twice = [one.key for one in indicators if one.source == "assessments"]
    if twice and any(one.source == "competencies" for one in indicators):
        message = (
            f"{', '.join(twice)}: assessments count through the competencies that they evidence "
            "already; see that none counts twice"
        )
        reader.odd(("dimensions",), "double_counting", message)


def _dimension(
    reader: Reader,
    held: Mapping[str, Any],
    path: Path,
    key: str,
    above: Dimension | None,
    around: tuple[Mapping[str, Any], ...],
    from_points: bool,
) -> Dimension:
    """A dimension of the mapping `held`; `around` are the mappings that it lies in, and itself."""
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
    if aggregate != "power" and "p" in held:
        reader.wrong((*path, "p"), "unused", "p goes with aggregate: power")
    settings = Dimension(
        key=key,
        children=(),
        shares=(),
        title=reader.title(held, path) if above else held.get("title", key),
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
            elif any(inner is one for one in around):
                reader.wrong(place, "cycle", "a dimension holds itself")
            elif len(around) > DEEPEST:
                reader.wrong(place, "depth", f"dimensions nest at most {DEEPEST} deep")
                break
            else:
                fields = reader.mapping(inner, place, DIMENSION_FIELDS)
                child = reader.key(fields, place, "dimension")
                within = (*around, fields)
                children.append(
                    _dimension(reader, fields, place, child, settings, within, from_points)
                )
    weighed = read_weights(reader, held, path, children)
    dominant(reader, (*path, *has[:1]), key, children, weighed["shares"])
    if not from_points:
        weighed.pop("concentration", None)
    values = {name: getattr(settings, name) for name in Dimension.__dataclass_fields__}
    return Dimension(**{**values, "children": tuple(children), **weighed})


def _interval(reader: Reader, held: Mapping[str, Any]) -> tuple[Interval, bool]:
    """The settings of draws, and whether the spread of weights comes from the experts' points."""
    path: Path = ("interval",)
    fields = ("level", "draws", "concentration", "alternatives")
    inner = reader.mapping(held.get("interval", {}), path, fields)
    level = reader.number(inner, path, "level", 0.90, 0, 1, above=True)
    if level >= 1:
        reader.wrong((*path, "level"), "range", "level lies below 1")
    place = (*path, "alternatives")
    other = reader.mapping(inner.get("alternatives", {}), place, ("aggregate", "normalise"))
    found: dict[str, tuple[str, ...]] = {}
    # The power of a power mean is the index's own: there is none where the index has another mean.
    own = held.get("aggregate") == "power"
    for name, known in (
        ("aggregate", [one for one in AGGREGATES if own or one != "power"]),
        ("normalise", list(METHOD_FIELDS)),
    ):
        listed = reader.sequence(other, place, name)
        for position, one in enumerate(listed):
            if not isinstance(one, str) or one not in known:
                message = f"one of {', '.join(known)}, not {one!r}"
                reader.wrong((*place, name, position), "choice", message)
        found[name] = tuple(map(str, listed))
    from_points = inner.get("concentration") == "budget"
    concentration = 100.0
    if not from_points:
        concentration = reader.number(inner, path, "concentration", 100.0, 0, 1e6, above=True)
    draws = reader.whole(inner, path, "draws", 1000, 0, 1_000_000)
    settings = Interval(level, draws, concentration, found["aggregate"], found["normalise"])
    return settings, from_points


def _bands(reader: Reader, held: Mapping[str, Any]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for position, one in enumerate(reader.sequence(held, (), "bands")):
        path: Path = ("bands", position)
        inner = reader.mapping(one, path, ("key", "from", "title"))
        if "from" not in inner:
            reader.wrong((*path, "from"), "missing", "a band says from where")
        reader.title(inner, path)
        key = reader.key(inner, path, "band")
        band = Band(key, reader.number(inner, path, "from", 0.0, 0, 1))
        if not bands and band.start != 0:
            reader.wrong((*path, "from"), "bands", "the lowest band starts at 0")
        if bands and band.start <= bands[-1].start:
            reader.wrong((*path, "from"), "bands", "bands rise")
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
        if not isinstance(dimension, str) or dimension not in dimensions:
            reader.wrong(
                (*place, "dimension"), "guard", f"{dimension!r} is no dimension of the file"
            )
        if "at_least" not in needs:
            reader.wrong((*place, "at_least"), "missing", "a guard says at_least")
        at_least = reader.number(needs, place, "at_least", 0.0, 0, 1)
        guards.append(Guard(str(band), str(dimension), at_least))
    return tuple(guards)


def _peers(reader: Reader, held: Mapping[str, Any]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Groups of subjects by name; a subject stands in one group."""
    given = held.get("peers", {})
    if not isinstance(given, Mapping):
        reader.wrong(("peers",), "shape", "peers: a mapping of groups to lists of subjects")
        return ()
    found: dict[str, tuple[str, ...]] = {}
    seen: dict[str, str] = {}
    for name in given:
        codes = reader.sequence(given, ("peers",), name)
        for position, code in enumerate(codes):
            place: Path = ("peers", name, position)
            if not isinstance(code, str) or not code:
                reader.wrong(place, "peers", f"the code of a subject is a text, not {code!r}")
            elif code in seen:
                message = f"{code} stands in {seen[code]} already; a subject has one group of peers"
                reader.wrong(place, "peers", message)
            seen.setdefault(str(code), str(name))
        found[str(name)] = tuple(sorted(map(str, codes)))
    return tuple(sorted(found.items()))
