"""Means of children: weighted, at each level on its own, with missing children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def mean_of_present(
    kind: str,
    table: Floats,
    shares: Floats,
    floor: float,
    p: float,
    weight: Floats | None = None,
) -> Floats:
    """The same mean where every child is present and has weight: children × columns → columns.

    The same bits as `aggregate`, in fewer passes.

    Args:
        table: children × columns, or × 1 where the values are the same in all columns.
        shares: children × columns (or × 1). weight: their sum, where it is known already.
    """
    lifted = np.maximum(table, floor) if floors(kind, p) else table
    if kind == "minimum":
        columns = np.broadcast_shapes(table.shape[1:], shares.shape[1:])
        return np.broadcast_to(table.min(axis=0), columns)
    if kind == "geometric":
        lifted = np.log(lifted)
    scale: Any = 1.0
    if kind == "power" and p != 1:
        scale = lifted.min(axis=0) if p < 0 else 1.0
        lifted = np.power(lifted / scale, p)
    weight = added(shares) if weight is None else weight
    if kind == "harmonic":
        return weight / added(shares / lifted)
    mean = added(shares * lifted)
    mean /= weight
    if kind == "geometric":
        return np.exp(mean)
    return scale * np.power(mean, 1 / p) if kind == "power" and p != 1 else mean


def added(table: Floats) -> Floats:
    """Sums over the first axis, row after row: no bit depends on how many columns there are."""
    total = table[0].copy()
    for row in table[1:]:
        total += row
    return total


def _mean(kind: str, rows: Sequence[Any], shares: Sequence[Any], floor: float, p: float) -> Floats:
    # Children are added one after the other: the bits do not depend on how many columns there are.
    weight: Any = 0.0
    total: Any = np.inf if kind == "minimum" else 0.0
    scale = _scale(kind, rows, shares, floor, p)
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
            total = total + counted * np.power(np.where(counted > 0, safe / scale, 1.0), p)
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
        result = scale * np.power(np.where(there, total / divisor, 1.0), 1 / p)
    else:
        result = total / divisor
    return np.where(there, result, np.nan)


def _scale(kind: str, rows: Sequence[Any], shares: Sequence[Any], floor: float, p: float) -> Any:
    """What a power mean with p < 0 is taken in units of, its smallest child: no power overflows."""
    if kind != "power" or p > 0:
        return 1.0
    smallest: Any = np.inf
    for row, share in zip(rows, shares, strict=True):
        counted = ~np.isnan(row) & (np.asarray(share) > 0)
        smallest = np.minimum(smallest, np.where(counted, np.maximum(row, floor), np.inf))
    return np.where(np.isinf(smallest), 1.0, smallest)


@dataclass(frozen=True, slots=True)
class Parent:
    """A dimension in a plan: rows of its children and where its own value goes.

    Args:
        concentration: κ of the draws of its weights, where the experts' points give it.
        entropy: whether a run finds the weights.
    """

    row: int
    children: tuple[int, ...]
    shares: Floats
    kind: str
    p: float
    floor: float
    min_weight_present: float
    concentration: float | None = None
    entropy: bool = False


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
                dimension.concentration,
                dimension.weights == "entropy",
            )
        )
        rows[id(dimension)] = row
        return row

    add(methodology.root)
    parent_of = [-1] * (len(leaves) + len(parents))
    for parent in parents:
        for child in parent.children:
            parent_of[child] = parent.row
    order = tuple(rows[id(one)] for one in methodology.dimensions)
    plan = Plan(len(leaves), tuple(parents), order, tuple(parent_of), np.ones(len(parent_of)))
    return reweighted(plan, {})


def reweighted(plan: Plan, shares: dict[int, Floats]) -> Plan:
    """The plan with other weights of some parents' children, by the parent's row."""
    parents = tuple(
        replace(one, shares=shares[one.row]) if one.row in shares else one for one in plan.parents
    )
    weight = np.ones(plan.rows)
    for parent in reversed(parents):
        for child, share in zip(parent.children, parent.shares, strict=True):
            weight[child] = weight[parent.row] * share
    return replace(plan, parents=parents, weight=weight)


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


@dataclass(frozen=True, slots=True)
class Step:
    """One mean of one subject: what is there of a parent's children.

    Args:
        position: of the parent in the plan.
        rows: of the children that are there and have weight; counted: their places.
        inner: whether they are indicators.
    """

    position: int
    parent: Parent
    rows: list[int] | slice
    counted: list[int] | slice
    inner: bool


class Solo:
    """A plan for one subject, whose rows are there or not once and for all: fast over many columns.

    The same bits as `evaluate`.
    """

    def __init__(self, plan: Plan, found: Bools) -> None:
        self.plan = plan
        self.steps: list[Step] = []
        for position, parent in enumerate(plan.parents):
            if not found[parent.row]:
                continue
            counted = [
                place
                for place, child in enumerate(parent.children)
                if found[child] and parent.shares[place] > 0
            ]
            rows = [parent.children[place] for place in counted]
            inner = rows[0] < plan.indicators
            self.steps.append(Step(position, parent, _run(rows), _run(counted), inner))

    def rows(
        self, z: Floats, columns: int, methods: Sequence[tuple[Floats, Floats]] | None = None
    ) -> Floats:
        """Values of the parents' rows, rows × columns, NaN where not there.

        The rows of indicators hold nothing: a caller has them, and copying takes time.

        Args:
            z: indicators × columns, or × 1 where they are the same in all columns.
            methods: by step, weights of the children that count in place of the parent's own,
                children × columns, and their sums; without the last step, the index is left out.
        """
        values = np.empty((self.plan.rows, columns))
        values[self.plan.indicators :] = np.nan
        for number, step in enumerate(self.steps[: None if methods is None else len(methods)]):
            parent = step.parent
            table = (z if step.inner else values)[step.rows]
            if methods is None:
                weights, weight = parent.shares[step.counted, None], None
            else:
                weights, weight = methods[number]
            mean = mean_of_present(parent.kind, table, weights, parent.floor, parent.p, weight)
            np.clip(mean, 0.0, 1.0, out=values[parent.row])
        return values


def _run(places: list[int]) -> list[int] | slice:
    """Places as a slice where they follow each other: then nothing is copied."""
    if places == list(range(places[0], places[-1] + 1)):
        return slice(places[0], places[-1] + 1)
    return places
