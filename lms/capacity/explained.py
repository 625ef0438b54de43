"""Why an organisation's index changed, from stored runs, for pages.

The viewer's right to see the organisation was asked before; the engine reads other organisations only where a
figure depends on them, and nothing of theirs is returned.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.capacity import stored
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.reasons import reasons
from lms.index import (
    Change,
    Explanation,
    Methodology,
    Observation,
    Result,
    compare,
    explain,
    redrawing,
)


def stands_alone(methodology: Methodology) -> bool:
    """Whether nothing that other organisations do moves an organisation's figures between two stored runs."""
    parents = (methodology.root, *methodology.dimensions)
    return all(one.weights != "entropy" for one in parents) and all(
        not one.normalise.relative
        and one.shrinkage == "none"
        and one.outliers.method == "none"
        and one.impute != "peers"
        for one in methodology.indicators
    )


def result_for(run: IndexRun, value: IndexValue | None) -> Result:
    """The run as the engine's value: of one organisation alone where others do not matter, else whole.

    Raises:
        Refused: `index.other-engine`.
    """
    methodology = stored.methodology_of(run)
    if value is None or not stands_alone(methodology):
        return stored.result_of(run)
    return stored.result_of(run, subjects=[value.detail])


def probability_above(run: IndexRun, one: IndexValue, other: IndexValue) -> float:
    """In which share of the run's draws one organisation stands above the other, ties half: they alone are drawn.

    Raises:
        Refused: `index.other-engine`.
    """
    alone = stands_alone(stored.methodology_of(run))
    result = stored.result_of(run, [one.detail, other.detail] if alone else None)
    return redrawing.probability_above(result, one.detail["subject"], other.detail["subject"])


@dataclass(frozen=True, slots=True)
class Why:
    """A change with its parts, and the interval of the difference."""

    run_a: IndexRun
    run_b: IndexRun
    told: Explanation
    change: Change


def why(
    run_a: IndexRun, run_b: IndexRun, value_a: IndexValue, value_b: IndexValue, causes: bool
) -> Why:
    """Why the organisation of two values changed; with the causes within each indicator where asked.

    Raises:
        Refused: `index.other-engine`, `index.no-inputs` (with causes).
    """
    a, b = result_for(run_a, value_a), result_for(run_b, value_b)
    code = value_b.detail["subject"]
    if not causes:
        return Why(run_a, run_b, explain(a, b, code), compare(a, b)[code])
    (observations_a, populations_a), (observations_b, populations_b) = (
        _own_inputs(run_a, code, a),
        _own_inputs(run_b, code, b),
    )
    told = explain(
        a,
        b,
        code,
        observations_a,
        observations_b,
        populations_a,
        populations_b,
        reasons(run_a, run_b, observations_a, observations_b),
    )
    return Why(run_a, run_b, told, compare(a, b)[code])


def _own_inputs(
    run: IndexRun, code: str, result: Result
) -> tuple[list[Observation], dict[tuple[str, str], float]]:
    """What the run was computed from, of the organisation alone where the result holds it alone."""
    return stored.inputs_of(run, None if len(result.subjects) > 1 else code)


def shown_points(told: Explanation) -> dict[str, float]:
    """Parts × 100 with one decimal, so that the start as shown, the parts and the end as shown add up.

    `Explanation.points` rounds by largest remainder to the rounded difference; where the two ends are rounded
    apart by another tenth, the largest part carries it.
    """
    points = told.points()
    if not points or told.value_a is None or told.value_b is None:
        return points
    shown = round(told.value_b * 100, 1) - round(told.value_a * 100, 1)
    spare = round(shown - sum(points.values()), 1)
    if spare:
        largest = max(points, key=lambda key: abs(points[key]))
        points[largest] = round(points[largest] + spare, 1)
    return points


def sources_of(methodology: Mapping[str, Any]) -> dict[str, str]:
    """Where each indicator's evidence comes from, by key, as the methodology's file says."""
    found: dict[str, str] = {}

    def walk(dimensions: Iterable[Mapping[str, Any]]) -> None:
        for dimension in dimensions:
            for indicator in dimension.get("indicators", []):
                found[indicator["key"]] = indicator.get("source", "given")
            walk(dimension.get("dimensions", []))

    walk(methodology["dimensions"])
    return found
