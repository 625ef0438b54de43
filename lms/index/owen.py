"""Owen values: an exact and fair split of a change among players that stand in groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Groups of groups of … players; a group holds players or groups, not both.
Tree = Sequence[Any]
Game = Callable[[Bools], Floats]
CHUNK = 1 << 14
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
