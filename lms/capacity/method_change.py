"""What differs between two methodologies, field by field, and what that does to every organisation; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lms.index import Methodology
from lms.index.methodology import Dimension

#: Fields that follow from others, or that are walked on their own.
PASSED_OVER = frozenset({"children", "shares", "root"})
#: Names in the methodology file, where the engine calls a field otherwise.
NAMES = {
    "span": "range",
    "start": "from",
    "interval.aggregates": "interval.alternatives.aggregate",
    "interval.normalises": "interval.alternatives.normalise",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Args:
        place: ``methodology``, ``index`` (the topmost level), ``dimension <key>`` or ``indicator <key>``.
        field: its name as in the methodology file, with a point before an inner one.
        before, after: plain values; None where the first, or the second, has no such place.
    """

    place: str
    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class SubjectChange:
    """What another methodology makes of one subject on the same observations; ranks from 1."""

    subject: str
    value_a: float | None
    value_b: float | None
    rank_a: int | None
    rank_b: int | None
    band_a: str
    band_b: str

    @property
    def difference(self) -> float | None:
        """The second value minus the first; None where one is missing."""
        if self.value_a is None or self.value_b is None:
            return None
        return self.value_b - self.value_a


def field_changes(a: Methodology, b: Methodology) -> list[FieldChange]:
    """Every field that decides and differs, defaults filled in; titles and comments decide nothing.

    In the order of the first methodology; what only the second has comes last.
    """
    before, after = dict(_fields(a)), dict(_fields(b))
    changed = []
    for place, field in dict.fromkeys((*before, *after)):
        old, new = before.get((place, field)), after.get((place, field))
        if old != new:
            changed.append(FieldChange(place, field, old, new))
    return _merged(changed, {place for place, _ in before}, {place for place, _ in after})


def _merged(changed: list[FieldChange], before: set[str], after: set[str]) -> list[FieldChange]:
    """A whole indicator or dimension that came or went is one change, not one for each field."""
    found: list[FieldChange] = []
    seen: set[str] = set()
    for one in changed:
        if one.place in before and one.place in after:
            found.append(one)
        elif one.place not in seen:
            seen.add(one.place)
            there = ("there", None) if one.place in before else (None, "there")
            found.append(FieldChange(one.place, "", *there))
    return found


def _fields(methodology: Methodology) -> Iterator[tuple[tuple[str, str], Any]]:
    yield from _plain_fields("methodology", methodology)
    yield from _plain_fields("index", methodology.root, {"key", "weight"})
    parents = _parents(methodology.root)
    for dimension in methodology.dimensions:
        place = f"dimension {dimension.key}"
        yield (place, "parent"), parents[dimension.key]
        yield from _plain_fields(place, dimension, {"key"})
    for indicator, parent in methodology.root.indicators():
        place = f"indicator {indicator.key}"
        yield (place, "dimension"), parent.key
        yield from _plain_fields(place, indicator, {"key"})


def _parents(root: Dimension) -> dict[str, str]:
    found: dict[str, str] = {}
    for parent in (root, *root.dimensions()):
        for child in parent.children:
            found[child.key] = "" if parent is root else parent.key
    return found


def _plain_fields(
    place: str, thing: Any, but: set[str] | frozenset[str] = frozenset(), before: str = ""
) -> Iterator[tuple[tuple[str, str], Any]]:
    for name, described in thing.__dataclass_fields__.items():
        if not described.compare or name in PASSED_OVER or name in but:
            continue
        value = getattr(thing, name)
        if hasattr(value, "__dataclass_fields__"):
            yield from _plain_fields(place, value, before=f"{before}{name}.")
        else:
            full = f"{before}{name}"
            yield (place, NAMES.get(full, full)), _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        fields = value.__dataclass_fields__
        return {NAMES.get(name, name): _plain(getattr(value, name)) for name in fields}
    return value


def subject_changes(
    told_a: Mapping[str, Any], told_b: Mapping[str, Any]
) -> tuple[list[SubjectChange], float | None]:
    """Values and ranks of every subject under two methodologies, and the mean absolute shift of rank.

    The shift is over subjects that have a rank under both; None where none has.

    Source of the shift: OECD/JRC, *Handbook on Constructing Composite Indicators* (2008), section 7, R̄.
    """
    before = {one["subject"]: one for one in told_a["subjects"]}
    after = {one["subject"]: one for one in told_b["subjects"]}
    rows = []
    for subject in sorted(before.keys() | after.keys()):
        a, b = before.get(subject, {}), after.get(subject, {})
        rows.append(
            SubjectChange(
                subject,
                a.get("value"),
                b.get("value"),
                a.get("rank"),
                b.get("rank"),
                a.get("band") or "",
                b.get("band") or "",
            )
        )
    shifts = [
        abs(row.rank_a - row.rank_b)
        for row in rows
        if row.rank_a is not None and row.rank_b is not None
    ]
    return rows, sum(shifts) / len(shifts) if shifts else None
