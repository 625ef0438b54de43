"""Means of children: weighted, at each level on its own, with missing children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lms.index.methodology import Dimension, Methodology

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Kinds in which a zero would wipe out all else, and whose children a floor therefore lifts.
FLOORED = frozenset({"geometric", "harmonic"})


def floors(kind: str, p: float) -> bool:
    """Whether this kind of mean lifts its children to the floor."""
    return kind in FLOORED or (kind == "power" and p < 0)


def aggregate(
    kind: str,
    values: ArrayLike,
    weights: ArrayLike | None = None,
    floor: float = 0.01,
    p: float = 1.0,
) -> Floats:
    """A weighted mean along the first axis.

    Args:
        kind: arithmetic, geometric, harmonic, power or minimum (Handbook, 6.10–6.13).
        values: children × columns (or children alone); NaN is missing and left out.
        weights: one for each child (or children × columns), at least 0; None: equal.
        floor: lifts smaller children in geometric, harmonic and power with p < 0.

    Returns:
        One value a column, NaN where no child with weight is present.
    """
    table = np.asarray(values, dtype=float)
    shares = np.ones(table.shape[0]) if weights is None else np.asarray(weights, dtype=float)
    rows = [table[i] for i in range(table.shape[0])]
    return _mean(kind, rows, [shares[i] for i in range(len(rows))], floor, p)


def _mean(kind: str, rows: Sequence[Any], shares: Sequence[Any], floor: float, p: float) -> Floats:
    # Children are added one after the other: the bits do not depend on how many columns there are.
    weight: Any = 0.0
    total: Any = np.inf if kind == "minimum" else 0.0
    for row, share in zip(rows, shares, strict=True):
        counted = np.where(np.isnan(row), 0.0, share)
        weight = weight + counted
        lifted = np.maximum(row, floor) if floors(kind, p) else row
        safe = np.where(counted > 0, lifted, 1.0)
        if kind == "minimum":
            total = np.minimum(total, np.where(counted > 0, row, np.inf))
        elif kind == "geometric":
            total = total + counted * np.log(safe)
        elif kind == "harmonic":
            total = total + counted / safe
        elif kind == "power" and p != 1:
            # np.power(0, p) with 0 < p is 0, as it should be.
            total = total + counted * np.power(safe, p)
        else:
            total = total + counted * np.where(counted > 0, safe, 0.0)
    weight = np.asarray(weight, dtype=float)
    there = weight > 0
    divisor = np.where(there, weight, 1.0)
    if kind == "minimum":
        result = total
    elif kind == "geometric":
        result = np.exp(total / divisor)
    elif kind == "harmonic":
        result = divisor / np.where(there, total, 1.0)
    elif kind == "power" and p != 1:
        result = np.power(total / divisor, 1 / p)
    else:
        result = total / divisor
    return np.where(there, result, np.nan)


@dataclass(frozen=True, slots=True)
class Parent:
    """A dimension in a plan: rows of its children and where its own value goes."""

    row: int
    children: tuple[int, ...]
    shares: Floats
    kind: str
    p: float
    floor: float
    min_weight_present: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The tree of a methodology as rows: indicators first, then dimensions, the index last.

    Args:
        indicators: number of indicators; rows 0 … indicators − 1.
        parents: children before parents; the last is the index.
        dimension_rows: row of each of `Methodology.dimensions`, in the file's order.
        parent_of: by row, the row of its parent; −1 for the index.
        weight: by row, the product of shares along its path: the global nominal weight.
    """

    indicators: int
    parents: tuple[Parent, ...]
    dimension_rows: tuple[int, ...]
    parent_of: tuple[int, ...]
    weight: Floats

    @property
    def rows(self) -> int:
        """Number of indicators and dimensions, with the index."""
        return self.indicators + len(self.parents)


def plan_of(methodology: Methodology) -> Plan:
    """The plan by which a methodology's tree is computed."""
    leaves = {id(one): row for row, one in enumerate(methodology.indicators)}
    parents: list[Parent] = []
    rows: dict[int, int] = {}

    def add(dimension: Dimension) -> int:
        children = tuple(
            add(child) if isinstance(child, Dimension) else leaves[id(child)]
            for child in dimension.children
        )
        row = len(leaves) + len(parents)
        parents.append(
            Parent(
                row,
                children,
                np.array(dimension.shares),
                dimension.aggregate,
                dimension.p,
                dimension.floor,
                dimension.min_weight_present,
            )
        )
        rows[id(dimension)] = row
        return row

    add(methodology.root)
    parent_of = [-1] * (len(leaves) + len(parents))
    weight = np.ones(len(parent_of))
    for parent in reversed(parents):
        for child, share in zip(parent.children, parent.shares, strict=True):
            parent_of[child] = parent.row
            weight[child] = weight[parent.row] * share
    order = tuple(rows[id(one)] for one in methodology.dimensions)
    return Plan(len(leaves), tuple(parents), order, tuple(parent_of), weight)


def presence(plan: Plan, there: Bools, strict: bool = True) -> Bools:
    """Which rows exist: rows × columns, from indicators × columns.

    A parent exists if its present children hold `min_weight_present` of the weight; with `strict`
    off, if any child with weight is present.
    """
    found = np.zeros((plan.rows, *there.shape[1:]), dtype=bool)
    found[: plan.indicators] = there
    for parent in plan.parents:
        held: Any = 0.0
        for child, share in zip(parent.children, parent.shares, strict=True):
            held = held + np.where(found[child], share, 0.0)
        least = parent.min_weight_present - 1e-9 if strict else 0.0
        found[parent.row] = (held > 0) & (held >= least)
    return found


def evaluate(
    plan: Plan,
    z: Floats,
    found: Bools,
    shares: Sequence[Floats] | None = None,
) -> Floats:
    """Values of all rows, rows × columns, from indicators × columns.

    Args:
        z: normalised indicators in 0 … 1, indicators × columns.
        found: which rows exist, rows × columns (or × 1).
        shares: weights of each parent's children in place of its own, children × columns.
    """
    values: list[Any] = [np.where(found[i], z[i], np.nan) for i in range(plan.indicators)]
    values += [np.nan] * len(plan.parents)
    for position, parent in enumerate(plan.parents):
        weights = parent.shares if shares is None else shares[position]
        rows = [values[child] for child in parent.children]
        mean = _mean(parent.kind, rows, list(weights), parent.floor, parent.p)
        values[parent.row] = np.where(found[parent.row], np.clip(mean, 0.0, 1.0), np.nan)
    columns = np.broadcast_shapes(*(np.shape(value) for value in values))
    return np.array([np.broadcast_to(value, columns) for value in values])
