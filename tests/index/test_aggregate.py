"""Means of children."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.index import Methodology, aggregate
from lms.index.aggregate import evaluate, plan_of, presence

CASES = json.loads((Path(__file__).parent / "data" / "scoring.json").read_text())["cases"]


def test_compensation_as_the_handbook_prints_it():
    case = next(one for one in CASES if one.get("id") == "geometric-against-arithmetic")
    for name, expected in case["expected"].items():
        kind, *values = name.split("_")
        got = float(aggregate(kind, [float(one) for one in values], floor=1e-9))
        assert got == pytest.approx(expected, abs=case["tolerance"]["all"]), name


@pytest.mark.parametrize(
    ("kind", "p", "expected"),
    [
        ("arithmetic", 1, 0.5),
        ("geometric", 1, 0.4),
        ("harmonic", 1, 0.32),
        ("power", -1, 0.32),
        ("power", 1, 0.5),
        ("power", 0.5, 0.45),
        ("minimum", 1, 0.2),
    ],
)
def test_each_kind(kind, p, expected):
    assert float(aggregate(kind, [0.2, 0.8], p=p)) == pytest.approx(expected)


def test_a_zero_is_lifted_to_the_floor():
    assert float(aggregate("geometric", [0, 1], floor=0.01)) == pytest.approx(0.1)
    assert float(aggregate("geometric", [0, 0], floor=0.01)) == pytest.approx(0.01)
    assert float(aggregate("arithmetic", [0, 1])) == 0.5
    assert float(aggregate("power", [0, 1], p=0.5)) == 0.25


def test_the_order_of_two_that_differ_elsewhere_is_kept():
    worse, better = aggregate("geometric", [[0, 0], [0.4, 0.5]], floor=0.01)
    assert worse < better


def test_a_missing_child_is_left_out_and_no_child_is_missing():
    got = aggregate("geometric", [[0.25, np.nan], [np.nan, np.nan]])
    assert got[0] == pytest.approx(0.25)
    assert np.isnan(got[1])


def test_a_child_without_weight_counts_for_nothing():
    assert float(aggregate("minimum", [0.1, 0.6], [0, 1])) == 0.6
    assert float(aggregate("harmonic", [0.1, 0.6], [0, 1])) == pytest.approx(0.6)


shares = st.lists(st.floats(0, 1), min_size=1, max_size=6)


@given(shares, st.data())
def test_the_means_stand_in_order_and_between_their_children(values, data):
    count = len(values)
    weights = data.draw(st.lists(st.floats(0.01, 10), min_size=count, max_size=count))
    lifted = [max(value, 0.01) for value in values]
    means = [
        float(aggregate(kind, lifted, weights))
        for kind in ("minimum", "harmonic", "geometric", "arithmetic")
    ]
    for smaller, larger in itertools.pairwise(means):
        assert smaller <= larger + 1e-12
    assert min(lifted) - 1e-12 <= means[0]
    assert means[-1] <= max(lifted) + 1e-12


@given(shares, st.floats(0.1, 50), st.data())
def test_scaling_all_weights_and_permuting_children_change_nothing(values, factor, data):
    count = len(values)
    weights = data.draw(st.lists(st.floats(0.01, 10), min_size=count, max_size=count))
    order = data.draw(st.permutations(range(count)))
    for kind in ("arithmetic", "geometric", "harmonic", "minimum"):
        got = float(aggregate(kind, values, weights))
        assert float(aggregate(kind, values, [w * factor for w in weights])) == pytest.approx(got)
        mixed = float(aggregate(kind, [values[i] for i in order], [weights[i] for i in order]))
        assert mixed == pytest.approx(got)


def tree(**top):
    return Methodology.from_mapping(
        {
            "key": "deep",
            "version": "1",
            **top,
            "dimensions": [
                {
                    "key": "outer",
                    "weight": 2,
                    "dimensions": [
                        {"key": name, "indicators": [indicator(f"{name}-{n}") for n in (1, 2)]}
                        for name in ("left", "right")
                    ],
                },
                {"key": "other", "indicators": [indicator("alone")]},
            ],
        }
    )


def indicator(key):
    return {"key": key, "unit": "share", "statistic": "latest"}


def test_dimensions_in_dimensions():
    plan = plan_of(tree(aggregate="arithmetic"))
    assert plan.weight[:5] == pytest.approx([1 / 6] * 4 + [1 / 3])
    z = np.array([[0.2], [0.4], [0.6], [0.8], [1.0]])
    values = evaluate(plan, z, presence(plan, np.ones((5, 1), dtype=bool)))
    assert values[-1, 0] == pytest.approx(0.5 * 2 / 3 + 1 / 3)
    assert values[list(plan.dimension_rows), 0] == pytest.approx([0.5, 0.3, 0.7, 1.0])


@pytest.mark.parametrize(("least", "exists"), [(0.5, True), (0.5000000005, True), (0.51, False)])
def test_presence_needs_enough_weight(least, exists):
    plan = plan_of(tree(min_weight_present=least))
    there = np.array([[True], [False], [True], [False], [True]])
    assert presence(plan, there)[-1, 0] == exists
    assert presence(plan, there, strict=False)[-1, 0]


def test_a_power_mean_far_below_zero_nears_the_minimum():
    assert float(aggregate("power", [0.02, 0.8], p=-1000)) == pytest.approx(0.02, rel=1e-3)
    assert np.isnan(aggregate("power", [[np.nan], [np.nan]], p=-2))
