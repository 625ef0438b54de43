"""Why an organisation's index changed and what the checks find, from stored runs, for pages.

The viewer's right to see the organisation was asked before; the engine reads other organisations only where a
figure depends on them, and nothing of theirs is returned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.capacity import stored
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.reasons import POST, reasons
from lms.index import (
    Change,
    Explanation,
    Finding,
    Methodology,
    Observation,
    Result,
    checks,
    compare,
    explain,
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
    observations, populations = stored.inputs_of(run)
    if len(result.subjects) > 1:
        return observations, populations
    return (
        [one for one in observations if one.subject == code],
        {place: size for place, size in populations.items() if place[0] == code},
    )


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


def findings(
    run: IndexRun, before: IndexRun | None, code: str
) -> tuple[list[Finding], list[Finding]]:
    """What the checks say of an organisation: on the run itself, and on the change since the run before.

    Raises:
        Refused: `index.other-engine`, `index.no-inputs`.
    """
    result = stored.result_of(run)
    observations, _populations = stored.inputs_of(run)
    of_run = _about(checks.of_run(result, observations), code)
    if before is None:
        return of_run, []
    earlier = stored.result_of(before)
    observations_a, _populations_a = stored.inputs_of(before)
    of_change = checks.of_change(earlier, result, observations)
    removed = _removed(before, run, observations_a, observations, code)
    return of_run, _about(
        (*of_change, *checks.selective_posts(earlier, observations_a, removed)), code
    )


def _removed(
    before: IndexRun,
    run: IndexRun,
    observations_a: Sequence[Observation],
    observations_b: Sequence[Observation],
    code: str,
) -> list[tuple[str, str, str]]:
    """Posts of the organisation that were counted before and are no longer, as (subject, indicator, group)."""
    own_a = [one for one in observations_a if one.subject == code]
    own_b = [one for one in observations_b if one.subject == code]
    still = {(one.indicator, one.group) for one in own_b}
    why_gone = reasons(before, run, own_a, own_b)
    return [
        (code, one.indicator, one.group)
        for one in own_a
        if why_gone.get(one.id) == POST and (one.indicator, one.group) not in still
    ]


def _about(found: Iterable[Finding], code: str) -> list[Finding]:
    return [one for one in found if one.subject == code]


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
