"""Owen values of a plan: the same as those of its tree, from fewer sums."""

import math
from itertools import permutations

import numpy as np
import pytest

from lms.index import Methodology, owen_values
from lms.index.aggregate import evaluate, plan_of, presence
from lms.index.owen import owen_of_plan


def indicator(key, weight=1):
    return {"key": key, "unit": "share", "statistic": "mean", "weight": weight}


def leaf(key, count, **fields):
    return {
        "key": key,
        **fields,
        "indicators": [indicator(f"{key}{i}", i + 1) for i in range(count)],
    }


FLAT = [leaf("a", 2), leaf("b", 3, aggregate="geometric"), leaf("c", 1)]
DEEP = [
    {"key": "ab", "aggregate": "harmonic", "dimensions": [leaf("a", 2), leaf("b", 2)]},
    {
        "key": "cde",
        "aggregate": "power",
        "p": -2,
        "dimensions": [
            leaf("c", 1),
            {"key": "de", "dimensions": [leaf("d", 2, aggregate="minimum"), leaf("e", 1)]},
        ],
    },
]


def plan(dimensions):
    mapping = {"key": "m", "version": "1", "dimensions": dimensions}
    return plan_of(Methodology.from_mapping(mapping))


def index_of(plan, z):
    return evaluate(plan, z, presence(plan, ~np.isnan(z), strict=False))[-1]


def tree_of(plan, row, players):
    parents = {parent.row: parent for parent in plan.parents}
    if row < plan.indicators:
        return players.index(row) if row in players else None
    held = [tree_of(plan, child, players) for child in parents[row].children]
    return [one for one in held if one is not None and one != []]


def by_tree(plan, old, new):
    players = [i for i in range(plan.indicators) if old[i] != new[i]]

    def game(masks):
        z = np.repeat(old[:, None], masks.shape[1], axis=1)
        z[players] = np.where(masks, new[players, None], z[players])
        return index_of(plan, z)

    parts = np.zeros(plan.indicators)
    parts[players] = owen_values(tree_of(plan, plan.rows - 1, players), game)
    return parts


def by_orders(plan, old, new):
    """Owen's value by its meaning: the mean over all orders that keep groups together."""

    def orders(row):
        if row < plan.indicators:
            return [[row]]
        parent = next(one for one in plan.parents if one.row == row)
        inner = [orders(child) for child in parent.children]
        found = []
        for arranged in permutations(range(len(inner))):
            ways = [[]]
            for child in arranged:
                ways = [way + tail for way in ways for tail in inner[child]]
            found += ways
        return found

    every = orders(plan.rows - 1)
    parts = np.zeros(plan.indicators)
    for order in every:
        z = old.copy()
        for player in order:
            before = index_of(plan, z[:, None])[0]
            z[player] = new[player]
            parts[player] += index_of(plan, z[:, None])[0] - before
    return parts / len(every)


@pytest.mark.parametrize("dimensions", [FLAT, DEEP], ids=["flat", "deep"])
@pytest.mark.parametrize("seed", range(5))
def test_a_plan_and_its_tree_give_the_same_values(dimensions, seed):
    own = plan(dimensions)
    random = np.random.default_rng(seed)
    old, new = random.random((2, own.indicators))
    still = random.random(own.indicators) < 0.2
    new[still] = old[still]
    new[0] = old[0] + 0.1

    parts = owen_of_plan(own, old, new)

    assert parts == pytest.approx(by_tree(own, old, new), abs=1e-12)
    change = index_of(own, new[:, None])[0] - index_of(own, old[:, None])[0]
    assert math.fsum(parts) == pytest.approx(change, abs=1e-12)


@pytest.mark.parametrize("dimensions", [FLAT, DEEP], ids=["flat", "deep"])
def test_orders_that_keep_groups_together_give_the_same_values(dimensions):
    own = plan(dimensions)
    old, new = np.random.default_rng(7).random((2, own.indicators))

    assert owen_of_plan(own, old, new) == pytest.approx(by_orders(own, old, new), abs=1e-12)


@pytest.mark.parametrize("there", ["old", "new"])
def test_indicators_that_come_or_go(there):
    own = plan(DEEP)
    old, new = np.random.default_rng(8).random((2, own.indicators))
    gone = [0, 4, 5]
    new = np.where(np.isin(np.arange(own.indicators), gone), np.nan, old)
    old, new = (old, new) if there == "old" else (new, old)

    parts = owen_of_plan(own, old, new)

    players = [i for i in range(own.indicators) if i in gone]
    assert parts[players] == pytest.approx(by_tree(own, old, new)[players], abs=1e-12)
    assert not parts[[i for i in range(own.indicators) if i not in gone]].any()


def test_as_many_as_the_specification_asks_for_are_split_exactly():
    """Ten dimensions of which one has twelve indicators; the others have two."""
    own = plan([leaf("a", 12), *(leaf(key, 2) for key in "bcdefghij")])
    old, new = np.random.default_rng(9).random((2, own.indicators))

    parts = owen_of_plan(own, old, new)

    change = index_of(own, new[:, None])[0] - index_of(own, old[:, None])[0]
    assert math.fsum(parts) == pytest.approx(change, abs=1e-9)


def test_more_than_can_be_split_is_refused_with_a_remedy():
    own = plan([leaf("a", 25)])
    old, new = np.random.default_rng(9).random((2, own.indicators))

    with pytest.raises(
        ValueError, match="too many indicators changed for an exact split: 25 in one"
    ):
        owen_of_plan(own, old, new)


def test_nothing_moved():
    own = plan(FLAT)
    z = np.full(own.indicators, 0.5)
    z[0] = np.nan

    assert not owen_of_plan(own, z, z.copy()).any()
