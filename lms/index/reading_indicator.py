"""Plain values into one indicator."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import Any

from lms.index.methodology import Indicator, Normalise, Outliers
from lms.index.reader import Path, Reader

STATISTICS = ("latest", "mean", "median", "p90", "rate", "sum", "count", "share_at_least")
SOURCES = [
    "competencies",
    "assessments",
    "exercises",
    "exchanges",
    "partnership",
    "surveys",
    "given",
]
FIELDS = [
    "key",
    "title",
    "weight",
    "unit",
    "source",
    "statistic",
    "normalise",
    "transform",
    "outliers",
    "valid_days",
    "half_life_days",
    "groups",
    "unobserved",
    "min_coverage",
    "impute",
    "shrinkage",
    "threshold",
    "measurement_error",
    "range",
]
METHOD_FIELDS = {
    "goalposts": ("low", "high", "direction"),
    "minmax": ("direction",),
    "zscore": ("direction",),
    "rank": ("direction",),
    "target": ("target", "direction"),
    "steps": ("points", "allow_peak"),
    "levels": ("levels", "levels_reason"),
}
#: Units that a source gives; one that is not named may give any.
SOURCE_UNITS = {"competencies": ("share",), "assessments": ("share",)}
OUTLIERS = ("none", "winsorise", "skew_kurtosis")
#: Statistics of the observed values themselves, which stay within the values' range.
OF_VALUES = ("latest", "mean", "median", "p90")


def read_indicator(reader: Reader, value: Any, path: Path) -> Indicator:
    """The indicator of a mapping; faults go to the reader."""
    held = reader.mapping(value, path, FIELDS)
    statistic = reader.choice(held, path, "statistic", STATISTICS, "")
    transform = reader.choice(held, path, "transform", ("none", "log", "sqrt"), "none")
    normalise = _normalise(reader, held.get("normalise", {}), (*path, "normalise"), transform)
    _fitting(reader, held, path, statistic, transform, normalise)
    source = reader.choice(held, path, "source", SOURCES, "given")
    if "source" not in held:
        message = f"{held.get('key')} names no source; it is taken as given"
        reader.assume(path, "no-source", message)
    unit = reader.text(held, path, "unit")
    known = SOURCE_UNITS.get(source, (unit,))
    if unit and unit not in known:
        message = f"{source} give values in the unit {' or '.join(known)}, not {unit}"
        reader.wrong((*path, "unit"), "unit", message)
    half_life = None
    if held.get("half_life_days") is not None:
        half_life = reader.number(held, path, "half_life_days", 1.0, 0, above=True)
    days = None
    if held.get("valid_days") is not None:
        days = reader.whole(held, path, "valid_days", 0, 0, math.inf)
    impute = reader.choice(held, path, "impute", ("none", "siblings", "peers", "last"), "none")
    if impute == "last" and days is None:
        message = "impute: last needs valid_days: it takes what expired within twice as long"
        reader.wrong((*path, "impute"), "impute", message)
    return Indicator(
        key=reader.key(held, path, "indicator"),
        unit=unit,
        statistic=statistic,
        title=reader.title(held, path),
        weight=reader.number(held, path, "weight", 1.0, 0),
        source=source,
        normalise=normalise,
        transform=transform,
        valid_days=days,
        half_life_days=half_life,
        groups=reader.choice(held, path, "groups", ("weighted", "equal"), "weighted"),
        unobserved=reader.choice(held, path, "unobserved", ("missing", "zero"), "missing"),
        min_coverage=reader.number(held, path, "min_coverage", 0.5, 0, 1),
        threshold=_threshold(reader, held, path, normalise),
        measurement_error=reader.number(held, path, "measurement_error", 0.0, 0),
        span=_span(reader, held, path, normalise, statistic),
        outliers=_outliers(reader, held.get("outliers", "none"), (*path, "outliers")),
        impute=impute,
        shrinkage=reader.choice(held, path, "shrinkage", ("none", "empirical_bayes"), "none"),
    )


def _threshold(
    reader: Reader, held: Mapping[str, Any], path: Path, normalise: Normalise
) -> float | None:
    """A number in the unit, or the name of a level where there are levels."""
    given = held.get("threshold")
    if "threshold" not in held:
        return None
    if isinstance(given, str) and normalise.method == "levels":
        levels = dict(normalise.levels)
        if given not in levels:
            message = f"no level {given!r}; the levels are {', '.join(levels)}"
            reader.wrong((*path, "threshold"), "unknown-level", message)
        return levels.get(given, 0.0)
    return reader.number(held, path, "threshold", 0.0)


def _outliers(reader: Reader, value: Any, path: Path) -> Outliers:
    """A mapping with a method, or the method alone."""
    given = {"method": value} if isinstance(value, str) else value
    held = reader.mapping(given, path, ("method", "lower", "upper", "points"))
    method = reader.choice(held, path, "method", OUTLIERS, "none")
    lower = reader.number(held, path, "lower", 0.05, 0, 1)
    upper = reader.number(held, path, "upper", 0.95, 0, 1)
    if lower >= upper:
        reader.wrong((*path, "lower"), "range", "lower lies below upper")
    points = reader.whole(held, path, "points", 5, 1, 1000)
    if method == "none":
        return Outliers()
    if method == "winsorise":
        return Outliers(method, lower=lower, upper=upper)
    return Outliers(method, points=points)


def _span(
    reader: Reader, held: Mapping[str, Any], path: Path, normalise: Normalise, statistic: str
) -> tuple[float, float] | None:
    if "range" in held:
        ends = reader.sequence(held, path, "range")
        numbers = [reader.finite(end, (*path, "range"), "range") for end in ends]
        low, high = ([*numbers, None, None])[:2]
        if len(numbers) != 2 or low is None or high is None or not low < high:
            reader.wrong((*path, "range"), "range", "range is [lowest, highest], rising")
            return None
        return low, high
    if statistic in ("rate", "share_at_least") or normalise.method == "levels":
        return 0.0, 1.0
    if normalise.method == "goalposts":
        return normalise.low, normalise.high
    return None


def _fitting(
    reader: Reader,
    held: Mapping[str, Any],
    path: Path,
    statistic: str,
    transform: str,
    normalise: Normalise,
) -> None:
    """Faults between fields, each right by itself."""
    if (statistic == "share_at_least") != ("threshold" in held):
        reader.wrong((*path, "threshold"), "threshold", "threshold goes with share_at_least")
    if "measurement_error" in held and statistic != "mean":
        message = "measurement_error goes with the statistic mean"
        reader.wrong((*path, "measurement_error"), "unused", message)
    if held.get("unobserved") == "zero" and statistic in ("latest", "rate", "sum", "count"):
        message = f"unobserved: zero has no meaning for {statistic}"
        reader.wrong((*path, "unobserved"), "unused", message)
    if normalise.method == "levels":
        if statistic not in (*OF_VALUES, "share_at_least"):
            message = f"levels cannot be the values of {statistic}"
            reader.wrong((*path, "statistic"), "levels", message)
        if transform != "none":
            reader.wrong((*path, "transform"), "levels", "levels are not transformed")


def _normalise(reader: Reader, value: Any, path: Path, transform: str) -> Normalise:
    method = value.get("method", "goalposts") if isinstance(value, Mapping) else "goalposts"
    if not isinstance(method, str) or method not in METHOD_FIELDS:
        known = ", ".join(METHOD_FIELDS)
        reader.wrong((*path, "method"), "choice", f"method is one of {known}, not {method!r}")
        return Normalise()
    held = reader.mapping(value, path, ("method", *METHOD_FIELDS[method]))
    direction = reader.choice(held, path, "direction", ("up", "down"), "up")
    low = reader.number(held, path, "low", 0.0)
    high = reader.number(held, path, "high", 1.0)
    target = reader.number(held, path, "target", 1.0, 0, above=True)
    if method == "goalposts":
        if low == high:
            reader.wrong((*path, "low"), "goalposts", "the goalposts are equal")
        elif low > high:
            message = (
                "the goalposts are turned round: low < high, and direction: down if less is better"
            )
            reader.wrong((*path, "low"), "goalposts", message)
        _transformable(reader, low, (*path, "low"), transform)
    if method == "target":
        if "target" not in held:
            reader.wrong((*path, "target"), "missing", "target is needed")
        if transform == "log" and target <= 1:
            reader.wrong((*path, "target"), "transform", "the logarithm of the target is above 0")
    return Normalise(
        method=method,
        low=low,
        high=high,
        direction=direction,
        target=target,
        points=_points(reader, held, path, transform) if method == "steps" else (),
        levels=_levels(reader, held, path) if method == "levels" else (),
    )


def _transformable(reader: Reader, x: float, path: Path, transform: str) -> None:
    if (transform == "log" and x <= 0) or (transform == "sqrt" and x < 0):
        reader.wrong(path, "transform", f"{x:g} has no {transform}")


def _points(
    reader: Reader, held: Mapping[str, Any], path: Path, transform: str
) -> tuple[tuple[float, float], ...]:
    points: list[tuple[float, float]] = []
    place = (*path, "points")
    for position, one in enumerate(reader.sequence(held, path, "points")):
        pair = one if isinstance(one, list | tuple) else ()
        numbers = [reader.finite(end, (*place, position), "a step") for end in pair]
        if len(numbers) != 2 or numbers[0] is None or numbers[1] is None:
            reader.wrong((*place, position), "steps", "a step is [x, z]")
            continue
        if points and numbers[0] <= points[-1][0]:
            reader.wrong((*place, position), "steps", "x rises from step to step")
        if not 0 <= numbers[1] <= 1:
            reader.wrong((*place, position), "steps", "z lies from 0 to 1")
        _transformable(reader, numbers[0], (*place, position), transform)
        points.append((numbers[0], numbers[1]))
    if len(points) < 2:
        reader.wrong(place, "steps", "steps need two points or more")
    peak = reader.reason(held, path, "allow_peak")
    moves = [after[1] - before[1] for before, after in itertools.pairwise(points)]
    if min(moves, default=0) < 0 < max(moves, default=0) and not peak:
        reader.wrong(place, "steps", "z rises or falls throughout, or allow_peak says why not")
    return tuple(points)


def _levels(reader: Reader, held: Mapping[str, Any], path: Path) -> tuple[tuple[str, float], ...]:
    place = (*path, "levels")
    given = held.get("levels")
    if not isinstance(given, Mapping) or len(given) < 2:
        reader.wrong(place, "levels", "levels: a mapping of two or more levels to 0 … 1")
        return ()
    levels = []
    for name, value in given.items():
        number = reader.finite(value, (*place, name), str(name))
        if number is not None and not 0 <= number <= 1:
            reader.wrong((*place, name), "levels", f"level {name} lies from 0 to 1")
        levels.append((str(name), number or 0.0))
    ordered = sorted(value for _, value in levels)
    gaps = [after - before for before, after in itertools.pairwise(ordered)]
    # Thirds are written with two decimals: 0.33, 0.67.
    explained = reader.reason(held, path, "levels_reason")
    if max(gaps) - min(gaps) > 0.0151 and not explained:
        reader.wrong(place, "levels", "the steps are unequal; levels_reason says why")
    if math.isclose(ordered[0], ordered[-1]):
        reader.wrong(place, "levels", "all levels are equal")
    # In the order of their names: a mapping has none of its own, and the hash must not invent one.
    return tuple(sorted(levels))
