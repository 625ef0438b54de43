"""Subjects compared in pairs."""

import json
from pathlib import Path

import numpy as np
import pytest

from lms.index import outranking

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
