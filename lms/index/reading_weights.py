"""Weights of siblings: as given, equal, from judgements, or found by each run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lms.index.methodology import Dimension, Indicator, Judgement
from lms.index.reader import Path, Reader
from lms.index.weights import (
    ahp_weights,
    budget_concentration,
    budget_spread,
    budget_weights,
    joined_experts,
    reciprocal_matrix,
)

WEIGHTS = ("given", "equal", "budget", "ahp", "entropy")
#: Saaty (1980): above it, judgements conflict too much to be used without a reason.
CONSISTENT = 0.10
#: Which field holds what a way of weighing needs.
NEEDS = {"comparisons": "ahp", "accept_inconsistency": "ahp", "points": "budget"}


def read_weights(
    reader: Reader, held: Mapping[str, Any], path: Path, children: Sequence[Indicator | Dimension]
) -> dict[str, Any]:
    """The fields `weights`, `shares` and what else a Dimension takes from its weights."""
    how = reader.choice(held, path, "weights", WEIGHTS, "given")
    for name, used in NEEDS.items():
        if name in held and how != used:
            reader.wrong((*path, name), "unused", f"{name} goes with weights: {used}")
    found = {"weights": how, "shares": tuple(1 / len(children) for _ in children)}
    if not children or how in ("equal", "entropy"):
        return found
    if how == "given":
        total = math.fsum(child.weight for child in children)
        if total > 0 and math.isfinite(total):
            found["shares"] = tuple(child.weight / total for child in children)
        else:
            message = "all weights are 0; at least one is above 0"
            reader.wrong(path, "weights", message)
        return found
    name = "comparisons" if how == "ahp" else "points"
    keys = [child.key for child in children]
    try:
        told = _ahp(reader, held, path, keys) if how == "ahp" else _budget(held)
    except (TypeError, ValueError) as error:
        reader.wrong((*path, name), "weights", f"{name}: {error}")
        return found
    if len(told["shares"]) != len(children):
        message = f"{name} weigh {len(told['shares'])} children, and there are {len(children)}"
        reader.wrong((*path, name), "weights", f"{message}: {', '.join(keys)}")
        return found
    return found | told


def dominant(
    reader: Reader, path: Path, key: str, children: Sequence[Indicator | Dimension], shares: Any
) -> None:
    """Warn of a child that has more than half the weight of its parent (Munda)."""
    for child, share in zip(children, shares, strict=True):
        if len(children) > 1 and share > 0.5 + 1e-12:
            message = f"{child.key} has more than half the weight of {key}: the others hardly count"
            reader.odd(path, "dominant", message)


def _budget(held: Mapping[str, Any]) -> dict[str, Any]:
    points = held.get("points", [])
    rows = [points[expert] for expert in sorted(points, key=str)] if isinstance(
        points, Mapping
    ) else points  # fmt: skip
    return {
        "shares": budget_weights(rows),
        "concentration": budget_concentration(rows),
        "judgement": Judgement(spread=budget_spread(rows)),
    }


def _ahp(
    reader: Reader, held: Mapping[str, Any], path: Path, keys: Sequence[str]
) -> dict[str, Any]:
    """`comparisons`: the rows of one upper triangle, or a mapping expert → rows."""
    given = held.get("comparisons")
    triangles: dict[str, Any] = {"": given}
    if isinstance(given, Mapping):
        triangles = {str(expert): given[expert] for expert in sorted(given, key=str)}
    if not triangles or any(not isinstance(one, list | tuple) for one in triangles.values()):
        raise ValueError("the rows of an upper triangle are needed")
    matrices = {name: reciprocal_matrix(one) for name, one in triangles.items()}
    if len({len(one) for one in matrices.values()}) > 1:
        raise ValueError("all experts compare the same siblings")
    result = ahp_weights(joined_experts(list(matrices.values())))
    accepted = reader.reason(held, path, "accept_inconsistency")
    if result.consistency_ratio > CONSISTENT and not accepted:
        worst = ", ".join(
            f"{_named(keys, i)} against {_named(keys, j)}" for i, j, _ in result.worst
        )
        message = (
            f"consistency ratio {result.consistency_ratio:.3f} is above {CONSISTENT:.2f}; the "
            f"judgements that deviate most: {worst}; ask again, or give accept_inconsistency: reason"
        )
        reader.wrong((*path, "comparisons"), "inconsistent", message)
    ratios = tuple(
        (name, ahp_weights(one).consistency_ratio) for name, one in matrices.items() if name
    )
    return {
        "shares": result.weights,
        "judgement": Judgement(ratio=result.consistency_ratio, experts=ratios),
    }


def _named(keys: Sequence[str], position: int) -> str:
    return keys[position] if position < len(keys) else f"number {position + 1}"
