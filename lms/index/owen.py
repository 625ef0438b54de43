"""Owen values: an exact and fair split of a change among players that stand in groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Parent, Plan, aggregate, evaluate, presence

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Groups of groups of … players; a group holds players or groups, not both.
Tree = Sequence[Any]
Game = Callable[[Bools], Floats]
CHUNK = 1 << 14
#: Coalitions that one group of players may need: ten groups and twelve players need 2²¹.
MOST = 1 << 24


def owen_values(tree: Tree, game: Game) -> Floats:
    """The Owen value of each player (Owen 1977); in a single group, the Shapley value.

    Args:
        tree: players 0 … n − 1, each once, in nested groups.
        game: worths of coalitions, from players × coalitions.

    Returns:
        One part a player; they sum to game(all) − game(none).

    Raises:
        ValueError: so many players that the exact sum would not end in reasonable time.
    """
    players = sorted(_leaves(tree))
    parts = np.zeros(len(players))
    if players:
        _share(tree, np.zeros((1, len(players)), dtype=bool), np.ones(1), game, parts)
    return parts


def _leaves(tree: Tree) -> list[int]:
    found: list[int] = []
    for child in tree:
        found += [child] if isinstance(child, int) else _leaves(child)
    return found


def _chances(size: int) -> list[float]:
    """Weights |T|!(n − |T| − 1)!/n! by |T|: how often T stands before a player."""
    return [1 / (size * math.comb(size - 1, taken)) for taken in range(size)]


def _subsets(blocks: Sequence[Sequence[int]], players: int) -> Bools:
    """All unions of blocks: 2^blocks × players; block j is in where bit j is set."""
    bits = (np.arange(1 << len(blocks))[:, None] >> np.arange(len(blocks))) & 1
    masks = np.zeros((1 << len(blocks), players), dtype=bool)
    for position, block in enumerate(blocks):
        masks[:, list(block)] = bits[:, position : position + 1].astype(bool)
    return masks


def _share(tree: Tree, around: Bools, chance: Floats, game: Game, parts: Floats) -> None:
    """Add the parts of the tree's players, given what may stand around it and how often."""
    size = len(tree)
    chances = _chances(size)
    if not isinstance(tree[0], int):
        for child in tree:
            others = [_leaves(one) for one in tree if one is not child]
            masks = _subsets(others, around.shape[1])
            count = (np.arange(1 << len(others))[:, None] >> np.arange(len(others))) & 1
            often = np.array(chances)[count.sum(axis=1)]
            wider = (around[:, None, :] | masks[None, :, :]).reshape(-1, around.shape[1])
            _share(child, wider, (chance[:, None] * often).ravel(), game, parts)
        return
    if len(around) << size > MOST:
        raise ValueError("too many indicators changed for an exact split")
    masks = _subsets([[player] for player in tree], around.shape[1])
    sizes = ((np.arange(1 << size)[:, None] >> np.arange(size)) & 1).sum(axis=1)
    step = max(1, CHUNK >> size)
    for start in range(0, len(around), step):
        some = around[start : start + step]
        states = (some[:, None, :] | masks[None, :, :]).reshape(-1, around.shape[1])
        worth = game(states.T).reshape(len(some), -1)
        for position, player in enumerate(tree):
            without = np.flatnonzero((np.arange(1 << size) >> position) & 1 == 0)
            gain = worth[:, without | (1 << position)] - worth[:, without]
            often = np.array(chances)[sizes[without]]
            parts[player] += float(chance[start : start + step] @ (gain @ often))


def owen_of_plan(plan: Plan, old: Floats, new: Floats) -> Floats:
    """What each indicator's change did to the index: Owen values with the plan's parents as groups.

    The same numbers as `owen_values` of the plan's tree, from far fewer sums: a coalition changes
    the values of other groups only as wholes, so that each parent is aggregated once for each state
    of its own children.

    Args:
        old, new: normalised indicators before and after, NaN where not there. Those that are equal
            (or NaN in both) are no players.

    Returns:
        One part an indicator, 0 for those that are no players. Thresholds of presence do not act.

    Raises:
        ValueError: so many players that the exact sum would not end in reasonable time.
    """
    moved = np.flatnonzero((old != new) & ~(np.isnan(old) & np.isnan(new)))
    parts = np.zeros(plan.indicators)
    if moved.size:
        states = _States(plan, old, new, moved)
        for row in sorted({plan.parent_of[player] for player in moved}):
            states.share(row, parts)
    return parts


class _States:
    """Values of a plan's rows with all their players at the old state, and all at the new."""

    def __init__(self, plan: Plan, old: Floats, new: Floats, moved: NDArray[np.int64]) -> None:
        self.plan = plan
        self.parents = {parent.row: parent for parent in plan.parents}
        both = np.array([old, new]).T
        self.ends = evaluate(plan, both, presence(plan, ~np.isnan(both), strict=False))
        self.moved = np.zeros(plan.rows, dtype=bool)
        for player in moved:
            row = int(player)
            while row >= 0 and not self.moved[row]:
                self.moved[row] = True
                row = plan.parent_of[row]

    def share(self, row: int, parts: Floats) -> None:
        """Add the parts of the players of a parent of indicators."""
        parent = self.parents[row]
        players = [child for child in parent.children if self.moved[child]]
        size = len(players)
        around, above, below = 0, _above(self.plan, row), row
        while above is not None:
            around += sum(bool(self.moved[one]) for one in above.children if one != below)
            below, above = above.row, _above(self.plan, above.row)
        if around + size > MOST.bit_length() - 1:
            raise ValueError(
                f"too many indicators changed for an exact split: {size} in one dimension, beside "
                f"{around} other dimensions that changed; explain the change by a run in between"
            )
        # Own coalitions × 1, then states of the siblings one level up × own coalitions, …
        worth = self._values(parent, players, None, np.empty(0))
        chance = np.ones(1)
        below = row
        while (above := _above(self.plan, below)) is not None:
            others = [one for one in above.children if self.moved[one] and one != below]
            worth = self._values(above, others, below, worth)
            often = np.array(_chances(len(others) + 1))[_taken(len(others))]
            chance = (often[:, None] * chance).ravel()
            below = above.row
        worth = worth.reshape(len(chance), 1 << size)
        sizes, often = _taken(size), np.array(_chances(size))
        numbers = np.arange(1 << size)
        for position, player in enumerate(players):
            without = np.flatnonzero((numbers >> position) & 1 == 0)
            gain = chance @ (worth[:, without | (1 << position)] - worth[:, without])
            parts[player] += float(gain @ often[sizes[without]])

    def _values(
        self, parent: Parent, switched: Sequence[int], path: int | None, inner: Floats
    ) -> Floats:
        """Values of a parent: states of the switched children × the values of the child on the path."""
        states = 1 << len(switched)
        inside = inner.size if path is not None else 1
        found = np.empty((states, inside))
        step = max(1, CHUNK // inside)
        for start in range(0, states, step):
            numbers = np.arange(start, min(start + step, states))
            table = np.empty((len(parent.children), numbers.size, inside))
            for position, child in enumerate(parent.children):
                if child == path:
                    table[position] = inner
                elif child in switched:
                    bits = (numbers >> switched.index(child)) & 1
                    table[position] = self.ends[child][bits][:, None]
                else:
                    table[position] = self.ends[child, 0]
            flat = table.reshape(len(parent.children), -1)
            mean = aggregate(parent.kind, flat, parent.shares, parent.floor, parent.p)
            found[start : start + step] = np.clip(mean, 0.0, 1.0).reshape(-1, inside)
        return found.ravel()


def _above(plan: Plan, row: int) -> Parent | None:
    """The parent of a row; None above the index."""
    above = plan.parent_of[row]
    return None if above < 0 else plan.parents[above - plan.indicators]


def _taken(size: int) -> NDArray[np.int64]:
    """Sizes of the subsets of so many things, in the order of their bits."""
    return ((np.arange(1 << size)[:, None] >> np.arange(size)) & 1).sum(axis=1)
