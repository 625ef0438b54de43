"""Weights from comparisons in pairs and from points."""

import json
from pathlib import Path

import numpy as np
import pytest

from lms.index import ahp_weights
from lms.index.weights import (
    budget_concentration,
    budget_spread,
    budget_weights,
    entropy_weights,
    joined_experts,
    reciprocal_matrix,
)

DATA = Path(__file__).parent / "data"
CASES = {
    case["id"]: case
    for case in json.loads((DATA / "scoring.json").read_text())["cases"]
    if "id" in case
}


def test_two_siblings():
    result = ahp_weights([[1, 3], [1 / 3, 1]])
    assert result.weights == pytest.approx((0.75, 0.25), abs=1e-12)
    assert result.consistency_ratio == 0


def test_three_siblings():
    result = ahp_weights([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])
    assert result.weights == pytest.approx((0.648, 0.230, 0.122), abs=5e-4)
    assert result.lambda_max == pytest.approx(3.0037, abs=5e-5)
    assert result.consistency_ratio == pytest.approx(0.003, abs=5e-4)


def test_choice_of_a_city():
    """Saaty (2005): alternatives' weights under each criterion, times the criteria's."""
    case = CASES["ahp-choice-of-city"]
    criteria = ahp_weights(case["args"][0]).weights
    table = [ahp_weights(case["matrices"][name]).weights for name in case["criteria"]]
    overall = np.array(criteria) @ np.array(table)
    expected = case["expected"]["overall"]
    assert overall == pytest.approx(expected, abs=case["tolerance"]["overall"])


def test_shares_of_fuel():
    """A consistent matrix gives the shares of the sum (Haas & Meixner)."""
    case = json.loads((DATA / "ahp-fuel-shares.json").read_text())
    miles = case["input"]["miles_per_gallon"]
    values = np.array(list(miles.values()), dtype=float)
    result = ahp_weights(values[:, None] / values[None, :])
    assert dict(zip(miles, result.weights, strict=True)) == pytest.approx(
        case["expected"], abs=case["tolerance"]
    )
    assert result.consistency_ratio == pytest.approx(0, abs=1e-9)


def test_the_worst_judgements_are_named():
    result = ahp_weights([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]])
    assert result.consistency_ratio > 1
    assert len(result.worst) == 3
    assert result.worst[0][2] >= result.worst[-1][2]


@pytest.mark.parametrize(
    "matrix", [[[1, 2], [1, 1]], [[1, -1], [-1, 1]], [[1, 2, 3]], np.ones((11, 11)), [[2]]]
)
def test_what_is_no_reciprocal_matrix_is_refused(matrix):
    with pytest.raises(ValueError, match=r"comparisons|siblings"):
        ahp_weights(matrix)


def test_experts_are_joined_by_the_geometric_mean():
    joined = joined_experts([reciprocal_matrix([[2]]), reciprocal_matrix([[8]])])
    assert joined[0, 1] == pytest.approx(4)
    assert joined[1, 0] == pytest.approx(0.25)


def test_points_of_a_budget():
    assert budget_weights([[60, 40], [40, 60], [80, 20]]) == pytest.approx((0.6, 0.4))
    with pytest.raises(ValueError, match="100"):
        budget_weights([[60, 41]])


def test_the_spread_of_points():
    """Shares 0.6, 0.4, 0.8: sd (n − 1) is 0.2."""
    points = [[60, 40], [40, 60], [80, 20]]
    assert budget_spread(points) == pytest.approx((0.2, 0.2))
    # 0.24/0.04 − 1 for both siblings.
    assert budget_concentration(points) == pytest.approx(5)
    assert budget_spread([[60, 40]]) == ()
    assert budget_concentration([[60, 40]]) is None
    assert budget_concentration([[100], [100]]) is None


def test_the_concentration_stays_within_5_and_1000():
    assert budget_concentration([[100, 0], [0, 100]]) == 5
    assert budget_concentration([[50, 50], [50.01, 49.99]]) == 1000
    assert budget_concentration([[50, 50], [50, 50]]) == 1000


@pytest.mark.parametrize("points", [[[60, 41]], [[101, -1]], [[float("nan"), 50]], [], [50, 50]])
def test_points_that_are_none(points):
    with pytest.raises(ValueError, match="100"):
        budget_weights(points)


def test_entropy_by_hand():
    """A column of equals tells nothing apart (e = 1), one that only one has tells all (e = 0)."""
    weights, equal = entropy_weights([[0.5, 1.0], [0.5, 0.0]])
    assert weights == pytest.approx((0, 1))
    assert not equal


def test_entropy_of_three_subjects():
    table = np.array([[0.1, 0.2], [0.2, 0.3], [0.7, 0.5]])
    shares = table / table.sum(axis=0)
    apart = 1 + (shares * np.log(shares)).sum(axis=0) / np.log(3)
    weights, _ = entropy_weights(table)
    assert weights == pytest.approx(tuple(apart / apart.sum()))


@pytest.mark.parametrize(
    "table", [[[0.3, 0.6]] * 4, [[0.0, 0.0]] * 3, [[0.3, 0.6]], [[np.nan, 0.5], [0.5, np.nan]]]
)
def test_entropy_that_tells_nobody_apart(table):
    assert entropy_weights(table) == ((0.5, 0.5), True)


def test_entropy_leaves_missing_out():
    full, _ = entropy_weights([[0.1, 0.2], [0.7, 0.5]])
    gaps, _ = entropy_weights([[0.1, 0.2], [0.7, 0.5], [np.nan, np.nan]])
    assert gaps == full
