"""A map of areas by P-code: GeoJSON in, paths of an SVG out; pure.

The projection is equirectangular: longitudes are shortened by the cosine of the middle latitude (Snyder 1987, *Map
Projections*, section 12), which is true enough for a country. North is up in every language.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lms.errors import Refused

Ring = list[tuple[float, float]]
#: A map as wide as the other charts; no taller than that twice.
WIDTH, TALLEST = 420, 840
PAD = 6
#: Points nearer than this to the last one drawn, in the chart's units, are left out.
STEP = 0.7


@dataclass(frozen=True, slots=True)
class Area:
    """One area: its P-code, its outline as an SVG path, and where its number stands."""

    pcode: str
    path: str
    x: float
    y: float


def read_boundaries(text: str) -> dict[str, list[Ring]]:
    """Outlines by P-code from GeoJSON (RFC 7946): longitude and latitude in degrees.

    The P-code of a feature is its property whose name ends in `pcode`, in any case; of several (ADM1_PCODE,
    ADM2_PCODE) the last in alphabetical order, the smallest area. Features without one are passed over.

    Raises:
        Refused: `map.json`, `map.features`, `map.feature` with its number, `map.pcode`.
    """
    try:
        told = json.loads(text)
    except ValueError as error:
        raise Refused("map.json", fault=str(error)) from None
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list):
        raise Refused("map.features")
    found: dict[str, list[Ring]] = {}
    for number, feature in enumerate(features, start=1):
        try:
            pcode = _pcode(feature.get("properties") or {})
            if pcode:
                found.setdefault(pcode, []).extend(_rings(feature.get("geometry") or {}))
        except (AttributeError, KeyError, TypeError, ValueError, IndexError):
            raise Refused("map.feature", number=number) from None
    if not found:
        raise Refused("map.pcode")
    return found


def _pcode(properties: Mapping[str, Any]) -> str:
    names = sorted(name for name in properties if name.lower().endswith("pcode"))
    named = [str(properties[name]).strip() for name in names if properties[name]]
    return named[-1] if named else ""


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    polygons = {
        "Polygon": lambda: [geometry["coordinates"]],
        "MultiPolygon": lambda: geometry["coordinates"],
    }.get(geometry.get("type", ""), list)()
    for polygon in polygons:
        for ring in polygon:
            points = [(float(point[0]), float(point[1])) for point in ring]
            if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in points):
                raise ValueError("no degrees")
            yield points


def areas(boundaries: Mapping[str, list[Ring]], wanted: Iterable[str]) -> tuple[list[Area], int]:
    """The wanted areas that have an outline, by P-code, and the height of the map in the chart's units."""
    shown = {key: boundaries[key] for key in sorted(set(wanted)) if boundaries.get(key)}
    points = [point for rings in shown.values() for ring in rings for point in ring]
    if not points:
        return [], 0
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    shorter = max(0.01, math.cos(math.radians((south + north) / 2)))
    scale = min(
        (WIDTH - 2 * PAD) / max(1e-9, (east - west) * shorter),
        (TALLEST - 2 * PAD) / max(1e-9, north - south),
    )

    def placed(point: tuple[float, float]) -> tuple[float, float]:
        return PAD + (point[0] - west) * shorter * scale, PAD + (north - point[1]) * scale

    drawn = []
    for pcode, rings in shown.items():
        outlines = [[placed(point) for point in ring] for ring in rings if ring]
        largest = max(outlines, key=_size)
        x, y = _middle(largest)
        drawn.append(Area(pcode, " ".join(map(_path, outlines)), x, y))
    return drawn, math.ceil((north - south) * scale + 2 * PAD)


def _path(points: Ring) -> str:
    kept = [points[0]]
    for point in points[1:]:
        if math.dist(point, kept[-1]) >= STEP:
            kept.append(point)
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + "Z"


def _size(points: Ring) -> float:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _middle(points: Ring) -> tuple[float, float]:
    """The centroid of an outline; the middle of its box where it has no area (shoelace formula)."""
    pairs = list(zip(points, [*points[1:], points[0]], strict=True))
    cross = [a[0] * b[1] - b[0] * a[1] for a, b in pairs]
    area = sum(cross) / 2
    if abs(area) < 1e-9:
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return round((min(xs) + max(xs)) / 2, 1), round((min(ys) + max(ys)) / 2, 1)
    x = sum((a[0] + b[0]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (6 * area)
    y = sum((a[1] + b[1]) * c for (a, b), c in zip(pairs, cross, strict=True)) / (6 * area)
    return round(x, 1), round(y, 1)
