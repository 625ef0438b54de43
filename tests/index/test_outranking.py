"""Subjects compared in pairs."""

import json
from pathlib import Path

import numpy as np
import pytest

from lms.index import cycles, outranking

CASES = json.loads((Path(__file__).parent / "data" / "scoring.json").read_text())["cases"]


def test_four_countries_by_21_indicators():
    """Handbook on Constructing Composite Indicators (2008), tables 25 to 27."""
    case = next(one for one in CASES if one.get("id") == "outranking-21-indicators")
    columns, weights = [], []
    for number, order in case["profile"]:
        columns.append([len(order) - order.index(name) for name in "abcd"])
        weights.append(number)
    got = outranking(np.array(columns).T, weights)
    assert [list(row) for row in got.matrix] == case["expected"]["matrix"]
    assert list(got.borda) == case["expected"]["borda"]
    assert list(got.copeland) == case["expected"]["copeland"]


def test_ties_and_missing():
    got = outranking([[1, 1], [1, np.nan], [np.nan, np.nan]], [1, 3])
    assert got.matrix[0] == (0, 2, 2)
    assert got.copeland == (0, 0, 0)
    got = outranking([[2, 1], [1, np.nan]], [1, 3])
    assert got.matrix == ((0, 4), (0, 0))
    assert got.copeland == (1, -1)


@pytest.mark.parametrize("weights", [[1], [0, 0], [1, -1]])
def test_weights_that_do_not_fit(weights):
    with pytest.raises(ValueError, match="weight"):
        outranking([[1, 2], [2, 1]], weights)


def plain(matrix, weights):
    """Pair by pair, as section 8 of the specification says it."""
    table = [[0.0] * len(matrix) for _ in matrix]
    for s, own in enumerate(matrix):
        for t, other in enumerate(matrix):
            if s == t:
                continue
            both = [
                (x, y, w)
                for x, y, w in zip(own, other, weights, strict=True)
                if x == x and y == y and w
            ]
            held = sum(w for _, _, w in both)
            better = sum(w * (1.0 if x > y else 0.5 if x == y else 0.0) for x, y, w in both)
            table[s][t] = better / held * sum(weights) if held else sum(weights) / 2
    return table


def test_blocks_give_what_a_plain_loop_gives():
    random = np.random.default_rng(3)
    matrix = np.round(random.random((150, 5)), 1)
    matrix[random.random(matrix.shape) < 0.2] = np.nan
    weights = [0.1, 0.2, 0.3, 0.4, 0.0]

    got = outranking(matrix, weights)

    expected = plain(matrix.tolist(), weights)
    assert np.array(got.matrix) == pytest.approx(np.array(expected), abs=1e-12)
    half = sum(weights) / 2
    for s in range(150):
        beaten = sum(expected[s][t] > half + 1e-9 for t in range(150) if t != s)
        lost = sum(expected[s][t] < half - 1e-9 for t in range(150) if t != s)
        assert got.copeland[s] == beaten - lost


def test_a_cycle_is_named():
    """Condorcet's paradox: each of three wins two indicators of three against the next."""
    circle = [[3, 1, 2], [2, 3, 1], [1, 2, 3]]
    got = outranking([*circle, [0, 0, 0], [9, 9, 9]], [1, 1, 1])

    assert got.copeland == (0 + 1 - 1, 0, 0, -4, 4)
    assert cycles(got) == ((0, 1, 2),)


def test_two_cycles_are_two():
    circle = np.array([[3, 1, 2], [2, 3, 1], [1, 2, 3]])
    got = outranking(np.vstack([circle + 10, circle]), [1, 1, 1])

    assert cycles(got) == ((0, 1, 2), (3, 4, 5))


def test_an_order_has_no_cycle():
    assert cycles(outranking([[1, 1], [2, 2], [2, 2], [3, 3]], [1, 1])) == ()
    assert cycles(outranking([[1.0]], [1])) == ()
