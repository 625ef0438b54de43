"""What holds for every input (section 16 of the specification)."""

import math
from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.index import Methodology, Observation, compute, explain

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
