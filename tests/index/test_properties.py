"""What holds for every input (section 16 of the specification)."""

import itertools
import math
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.index import Methodology, Observation, compute, explain
from lms.index.aggregate import Solo, aggregate, evaluate, plan_of, presence

DAY = date(2026, 6, 1)
KEYS = ("a", "b", "c", "d", "e")
LEVEL = st.floats(0, 1, allow_subnormal=False)
QUICK = settings(max_examples=40, deadline=None)


def build(low=0.0, high=1.0, factor=1.0, turned=False, kinds=("geometric", "arithmetic")):
    groups = (("x", "abc", (2, 1, 3)), ("y", "de", (1, 4)))
    dimensions = [
        {
            "key": name,
            "weight": weight * factor,
            "aggregate": kinds[1],
            "indicators": [
                {
                    "key": key,
                    "unit": "u",
                    "statistic": "mean",
                    "weight": share * factor,
                    "normalise": {"low": low, "high": high},
                }
                for key, share in sorted(zip(keys, shares, strict=True), reverse=turned)
            ],
        }
        for (name, keys, shares), weight in zip(groups, (1, 2), strict=True)
    ]
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": kinds[0],
            "min_weight_present": 0,
            "dimensions": dimensions[::-1] if turned else dimensions,
        }
    )


def rows(values, subject="s"):
    return [
        Observation(subject, key, one)
        for key, many in zip(KEYS, values, strict=True)
        for one in many
    ]


def run(methodology, values, draws=0):
    return compute(methodology, rows(values), DAY, draws=draws, seed=5)


full = st.lists(st.lists(LEVEL, min_size=1, max_size=3), min_size=5, max_size=5)
gaps = st.lists(st.lists(LEVEL, max_size=2), min_size=5, max_size=5).filter(any)
kinds = st.tuples(*[st.sampled_from(["arithmetic", "geometric", "harmonic", "minimum"])] * 2)


@QUICK
@given(full, kinds)
def test_the_index_lies_between_its_children(values, kinds):
    got = run(build(kinds=kinds), values)
    held = np.maximum(got.dimensions[0], 0.01) if kinds[0] != "arithmetic" else got.dimensions[0]
    low = got.dimensions[0].min() if kinds[0] == "minimum" else held.min()
    assert 0 <= got.values[0] <= 1
    assert low - 1e-12 <= got.values[0] <= held.max() + 1e-12


@QUICK
@given(full, kinds, st.integers(0, 4), LEVEL)
def test_raising_one_value_never_lowers_the_index(values, kinds, position, more):
    before = run(build(kinds=kinds), values).values[0]
    raised = [list(many) for many in values]
    raised[position][0] = max(raised[position][0], more)
    assert run(build(kinds=kinds), raised).values[0] >= before - 1e-12


@QUICK
@given(full, st.floats(0.01, 100), kinds)
def test_scaling_all_weights_and_turning_siblings_change_nothing(values, factor, kinds):
    plain = run(build(kinds=kinds), values).values[0]
    assert math.isclose(run(build(factor=factor, kinds=kinds), values).values[0], plain)
    assert math.isclose(run(build(turned=True, kinds=kinds), values).values[0], plain)


@QUICK
@given(full, st.floats(0.1, 1000), st.floats(-100, 100))
def test_another_unit_with_its_goalposts_changes_nothing(values, scale, shift):
    moved = [[one * scale + shift for one in many] for many in values]
    got = run(build(low=shift, high=scale + shift), moved).values[0]
    assert math.isclose(got, run(build(), values).values[0], abs_tol=1e-7)


@QUICK
@given(gaps, gaps, kinds)
def test_the_parts_of_a_change_add_up(before, after, kinds):
    methodology = build(kinds=kinds)
    told = explain(run(methodology, before), run(methodology, after), "s")
    parts = math.fsum([told.method, told.others, *(one.part for one in told.indicators)])
    assert abs(parts - told.difference) < 1e-9
    assert abs(math.fsum(told.dimensions.values()) - told.difference) < 1e-9


@QUICK
@given(gaps)
def test_bounds_and_intervals_hold_the_value(values):
    got = run(build(), values, draws=40)
    low, high = got.bounds[0]
    assert low - 1e-12 <= got.values[0] <= high + 1e-12
    assert got.method_low[0] <= got.values[0] <= got.method_high[0]
    if not np.isnan(got.low[0]):
        assert 0 <= got.low[0] <= got.values[0] <= got.high[0] <= 1


@QUICK
@given(full, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_bit(values, chance):
    given = rows(values)
    mixed = given[:]
    chance.shuffle(mixed)
    one = compute(build(), given, DAY, draws=20)
    other = compute(build(), mixed, DAY, draws=20)
    assert one.evidence_hash == other.evidence_hash
    assert one.seed == other.seed
    for name in ("values", "low", "high", "raw", "se", "method_low"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@QUICK
@given(full)
def test_draws_stand_around_the_value_when_errors_are_small(values):
    """Groups a thousandth apart: the mean of the draws is the value, to within their error."""
    near = [[0.1 + 0.8 * many[0] + step / 1000 for step in (-1, 0, 1)] for many in values]
    got = run(build(), near, draws=400)
    draws = got.index_draws[0].astype(float)
    assert abs(draws.mean() - got.values[0]) < 5e-4
    assert got.low[0] <= got.values[0] <= got.high[0]


@QUICK
@given(gaps, st.sampled_from(KEYS))
def test_low_is_at_most_high_everywhere(values, key):
    got = run(build(), values, draws=30)
    for low, high in (
        (got.low, got.high),
        (got.method_low, got.method_high),
        (got.dimension_low, got.dimension_high),
        (got.rank_low, got.rank_high),
        (got.bounds[:, 0], got.bounds[:, 1]),
    ):
        told = ~np.isnan(low)
        assert (low[told] <= high[told]).all()
        assert (np.isnan(low) == np.isnan(high)).all()


@QUICK
@given(st.lists(st.lists(LEVEL, min_size=5, max_size=5), min_size=1, max_size=4))
def test_means_keep_their_order(rows):
    """minimum ≤ harmonic ≤ geometric ≤ arithmetic of the same children."""
    values = np.maximum(np.array(rows), 0.01).T
    weights = [3.0, 1.0, 2.0, 0.5, 1.0]
    means = [aggregate(kind, values, weights) for kind in
             ("minimum", "harmonic", "geometric", "arithmetic")]  # fmt: skip
    for smaller, larger in itertools.pairwise(means):
        assert (smaller <= larger + 1e-12).all()


kinds_and_powers = st.sampled_from(
    [("arithmetic", 1.0), ("geometric", 1.0), ("harmonic", 1.0), ("minimum", 1.0), ("power", -2.0),
     ("power", 0.5)]
)  # fmt: skip


@QUICK
@given(st.lists(st.lists(LEVEL, min_size=3, max_size=3), min_size=5, max_size=5),
       st.lists(st.booleans(), min_size=5, max_size=5), kinds_and_powers, kinds_and_powers)  # fmt: skip
def test_one_subjects_quick_way_gives_the_same_bits(values, there, inner, outer):
    """Whatever is missing, and by whatever mean."""
    mapping = build().root
    method = Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": outer[0],
            "min_weight_present": 0,
            **({"p": outer[1]} if outer[0] == "power" else {}),
            "dimensions": [
                {
                    "key": one.key,
                    "weight": one.weight,
                    "aggregate": inner[0],
                    **({"p": inner[1]} if inner[0] == "power" else {}),
                    "indicators": [
                        {"key": child.key, "unit": "u", "statistic": "mean", "weight": child.weight}
                        for child in one.children
                    ],
                }
                for one in mapping.children
            ],
        }
    )
    plan = plan_of(method)
    z, present = np.array(values), np.array(there)
    found = presence(plan, present[:, None])
    expected = evaluate(plan, z, np.repeat(found, 3, axis=1))
    got = Solo(plan, found[:, 0]).rows(z, 3)
    np.testing.assert_array_equal(got[plan.indicators :], expected[plan.indicators :])
    # The same values in all columns, given once.
    got = Solo(plan, found[:, 0]).rows(z[:, :1], 3)
    expected = np.repeat(expected[plan.indicators :, :1], 3, axis=1)
    np.testing.assert_array_equal(got[plan.indicators :], expected)
