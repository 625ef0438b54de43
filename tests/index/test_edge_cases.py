"""Section 16 of the specification, row by row: each name says which row of the table it is."""

import json
import random
from datetime import date, timedelta

import numpy as np
import pytest

from lms.index import Methodology, MethodologyError, Observation, compute, explain
from lms.index.flags import flag_names

DAY = date(2026, 6, 1)
BANDS = [{"key": "low", "from": 0}, {"key": "mid", "from": 0.25}, {"key": "top", "from": 0.5}]


def build(dimensions, **top):
    """A methodology from {dimension: {indicator: fields}}."""
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            **top,
            "dimensions": [
                {
                    "key": key,
                    "indicators": [
                        {"key": name, "unit": "share", "statistic": "mean", **fields}
                        for name, fields in held.items()
                    ],
                }
                for key, held in dimensions.items()
            ],
        }
    )


def seen(subject, **values):
    return [
        Observation(subject, key, one)
        for key, many in values.items()
        for one in (many if isinstance(many, list) else [many])
    ]


def run(methodology, observations, **settings):
    return compute(methodology, observations, as_of=DAY, **{"draws": 0, "seed": 1, **settings})


def marks(result, subject=0, indicator=0):
    return flag_names(int(result.indicator_flags[subject, indicator]))


ONE = {"d": {"a": {}}}
TWO = {"d": {"a": {}}, "e": {"b": {}}}


def test_row_one_subject_one_dimension_one_indicator():
    got = run(build(ONE), seen("s", a=[0.4, 0.8]), draws=50)
    assert got.values[0] == pytest.approx(0.6)
    assert (got.rank[0], got.rank_low[0], got.rank_high[0]) == (1, 1, 1)
    for method in ("minmax", "zscore", "rank"):
        got = run(build({"d": {"a": {"normalise": {"method": method}}}}), seen("s", a=7))
        assert got.values[0] == 0.5
        assert "no_spread" in marks(got)


def test_row_subject_without_any_observation():
    got = run(build(TWO), seen("s", a=0.5, b=0.5), populations={("t", "a"): 3}, draws=20)
    one = json.loads(got.to_json())["subjects"][1]
    assert (one["subject"], one["published"], one["reasons"]) == ("t", False, ["no evidence"])
    assert one["value"] is one["rank"] is one["low"] is one["rank_low"] is None


def test_row_all_missing_everywhere():
    got = run(build(TWO), [], populations={("s", "a"): 3, ("t", "b"): 2})
    assert got.subjects == ("s", "t")
    assert np.isnan(got.values).all()
    # The command's exit status 1 is tested with the command.
    assert got.reasons == (("no evidence",),) * 2


def test_row_all_subjects_equal():
    rows = [one for name in "stu" for one in seen(name, a=[0.4, 0.6], b=[0.2, 0.4])]
    got = run(build(TWO, weights="entropy"), rows, draws=200)
    assert got.rank.tolist() == [1, 1, 1]
    assert got.plan.parents[-1].shares.tolist() == [0.5, 0.5]
    assert flag_names(int(got.flags[0])) == ["equal_weights"]


@pytest.mark.parametrize("kind", ["geometric", "harmonic"])
def test_row_zero_in_a_geometric_or_harmonic_parent(kind):
    rows = seen("s", a=0, b=0.4) + seen("t", a=0, b=0.5)
    got = run(build(TWO, aggregate=kind), rows)
    assert 0 < got.values[0] < got.values[1]
    assert got.dimensions[0, 0] == 0
    assert flag_names(int(got.dimension_flags[0, 0])) == ["floored"]
    assert got.dimension_flags[0, 1] == 0


@pytest.mark.parametrize("kind", ["geometric", "harmonic"])
def test_row_all_children_zero(kind):
    assert run(build(TWO, aggregate=kind), seen("s", a=0, b=0)).values[0] == pytest.approx(0.01)


def test_row_negative_raw_values():
    fine = {
        "goalposts": {"low": -10, "high": 0},
        "minmax": {"method": "minmax"},
        "zscore": {"method": "zscore"},
        "rank": {"method": "rank"},
        "steps": {"method": "steps", "points": [[-10, 0], [0, 1]]},
    }
    for normalise in fine.values():
        rows = seen("s", a=-5.0) + seen("t", a=-7.5)
        got = run(build({"d": {"a": {"normalise": normalise}}}), rows)
        assert not got.problems
        assert got.values[0] > got.values[1]
    for fields in (
        {"transform": "log", "normalise": {"low": 1, "high": 9}},
        {"normalise": {"method": "target", "target": 2}},
    ):
        got = run(build({"d": {"a": fields}}), seen("s", a=-5.0))
        assert [one.code for one in got.problems] == ["out-of-range"]
        assert got.subjects == ()


def test_row_value_on_a_goalpost_and_on_a_bands_edge():
    method = build(ONE, bands=BANDS, aggregate="arithmetic")
    got = run(method, seen("s", a=1.0) + seen("t", a=0.0) + seen("u", a=1.01) + seen("v", a=0.25))
    clipped = ["clipped" in marks(got, s) for s in range(4)]
    assert clipped == [False, False, True, False]
    assert got.band == ("top", "low", "top", "mid")


@pytest.mark.parametrize("ends", [{"low": 1, "high": 1}, {"low": 2, "high": 1}])
def test_row_goalposts_equal_or_turned_round(ends):
    with pytest.raises(MethodologyError) as caught:
        build({"d": {"a": {"normalise": ends}}})
    assert [one.code for one in caught.value.problems] == ["goalposts"]
    # Less is better is said with a direction.
    turned = {"normalise": {"low": 0, "high": 2, "direction": "down"}}
    assert run(build({"d": {"a": turned}}), seen("s", a=0.5)).values[0] == 0.75


def test_row_weight_0_and_all_weights_0():
    method = build({"d": {"a": {"weight": 0}, "b": {}}})
    got = run(method, seen("s", a=0.9, b=0.2))
    assert (got.values[0], got.indicators[0, 0]) == (pytest.approx(0.2), 0.9)
    assert np.isnan(run(method, seen("s", a=0.9)).values[0])
    with pytest.raises(MethodologyError) as caught:
        build({"d": {"a": {"weight": 0}, "b": {"weight": 0}}})
    assert [one.code for one in caught.value.problems] == ["weights"]


def test_row_observation_weight_0_for_all():
    got = run(build(ONE), [Observation("s", "a", 0.5, weight=0)])
    assert np.isnan(got.values[0])
    assert got.missing == (("no weight",),)
    assert got.reasons == (("no weight",),)
    assert marks(got) == ["no_weight"]


def test_row_decay_alone_leaves_nobody_without_a_value():
    """It changes weights inside a subject (section 2): what goes stale goes when it expires."""
    old = Observation("s", "a", 0.5, observed_on=date(1990, 1, 1))
    method = build({"d": {"a": {"half_life_days": 1, "statistic": "mean"}}})
    got = run(method, [old])
    assert (got.values[0], got.left_out["no-weight"]) == (0.5, 0)
    # Beside newer evidence its weight is less than any float.
    got = run(method, [old, Observation("s", "a", 0.9)])
    assert (got.values[0], got.n[0, 0], got.left_out["no-weight"]) == (0.9, 1, 1)


def rate(k, n, value=None):
    return Observation("s", "a", value, numerator=k, denominator=n)


@pytest.mark.parametrize("statistic", ["rate", "mean"])
def test_row_denominator_0(statistic):
    method = build({"d": {"a": {"statistic": statistic}}})
    got = run(method, [rate(0, 0), rate(1, 2)])
    assert (got.raw[0, 0], got.n[0, 0], got.left_out["denominator-zero"]) == (0.5, 1, 1)
    got = run(method, [rate(0, 0)])
    assert got.missing == (("no denominator",),)
    assert not got.problems


def test_row_numerator_above_denominator_and_negative_counts():
    method = build({"d": {"a": {"statistic": "rate"}}}, faulty_observations="leave_out")
    got = run(method, [rate(3, 2), rate(-1, 2), rate(1, -2), rate(1, 2)])
    assert [one.code for one in got.problems] == [
        "numerator-above-denominator",
        "negative-numerator",
        "negative-denominator",
    ]
    assert got.raw[0, 0] == 0.5


def test_row_faulty_observations():
    levels = {"normalise": {"method": "levels", "levels": {"P": 1, "U": 0}}}
    good = Observation("s", "a", 0.5, id="x")
    faulty = [
        (Observation("s", "a", 0.9, id="x"), "duplicate-id"),
        (Observation("s", "a", 0.9, unit="km"), "unit"),
        (Observation("s", "a", float("nan")), "not-finite"),
        (Observation("s", "a", float("inf")), "not-finite"),
        (Observation("s", "z", 0.9), "unknown-indicator"),
        (Observation("s", "l", "Q"), "unknown-level"),
    ]
    held = {"d": {"a": {}, "l": levels}}
    got = run(build(held), [good, *(one for one, _ in faulty)])
    assert [one.code for one in got.problems] == [code for _, code in faulty]
    assert got.subjects == ()
    method = build(held, faulty_observations="leave_out", min_weight_present=0)
    got = run(method, [good, *(one for one, _ in faulty)])
    assert (got.raw[0, 0], got.observations[0][0]) == (0.5, ("x",))
    assert len(got.problems) == 6


def aged(value, age, **fields):
    return Observation("s", "a", value, observed_on=DAY - timedelta(age), **fields)


def test_row_observation_after_as_of_and_exactly_valid_days_old():
    method = build({"d": {"a": {"valid_days": 730}}})
    got = run(method, [aged(0.9, -1), aged(0.4, 730), aged(0.1, 731)])
    assert (got.raw[0, 0], got.n[0, 0]) == (0.4, 1)
    assert (got.left_out["future"], got.left_out["expired"]) == (1, 1)


def test_row_ties_in_latest_rank_and_quantile():
    latest = build({"d": {"a": {"statistic": "latest"}}})
    got = run(latest, [aged(0.2, 3, weight=1), aged(0.8, 3, weight=3), aged(0.0, 4)])
    assert got.raw[0, 0] == pytest.approx(0.65)
    rows = seen("s", a=0.5) + seen("t", a=0.5) + seen("u", a=0.9)
    assert run(build(ONE), rows).rank.tolist() == [2, 2, 1]
    median = build({"d": {"a": {"statistic": "median"}}})
    assert run(median, seen("s", a=[0.2, 0.2, 0.6, 0.6])).raw[0, 0] == pytest.approx(0.4)


def test_row_population_smaller_than_observed_groups():
    got = run(build(ONE), seen("s", a=[0.4, 0.8]), populations={("s", "a"): 1})
    assert (got.coverage[0], got.se[0, 0]) == (1, 0)
    assert [one.code for one in got.warnings] == ["population-exceeded"]


def test_row_present_weight_exactly_at_min_weight_present():
    held = {"d": {"a": {}, "b": {}, "c": {}}}
    assert run(build(held), seen("s", a=0.3, b=0.5)).values[0] == pytest.approx(0.4)
    assert np.isnan(run(build(held, min_weight_present=0.67), seen("s", a=0.3, b=0.5)).values[0])
    tenths = {"d": {f"i{n}": {"weight": 0.1} for n in range(10)}}
    values = {f"i{n}": 0.5 for n in range(7)}
    assert run(build(tenths, min_weight_present=0.7), seen("s", **values)).values[0] == 0.5


FIXED = {
    "d": {"a": {}, "b": {"normalise": {"method": "target", "target": 2}}},
    "e": {"c": {"normalise": {"method": "steps", "points": [[0, 0], [1, 1]]}}},
}


def many(names, seed=7):
    chance = random.Random(seed)
    return [
        Observation(name, key, round(chance.random(), 3), id=f"{name}-{key}-{n}")
        for name in names
        for key in "abc"
        for n in range(4)
    ]


def test_row_order_of_rows_shuffled():
    rows = many("stu")
    mixed = rows[:]
    random.Random(3).shuffle(mixed)
    one = run(build(FIXED), rows, draws=80, seed=None)
    assert run(build(FIXED), mixed, draws=80, seed=None).to_json() == one.to_json()


def test_row_another_subject_added():
    one = run(build(FIXED), many("stu"), draws=80)
    more = run(build(FIXED), many("stu") + many(["q", "zz"], 8), draws=80)
    places = [more.subjects.index(name) for name in "stu"]
    for name in ("values", "low", "high", "method_low", "method_high", "index_draws"):
        assert getattr(more, name)[places].tolist() == getattr(one, name).tolist()
    for name in ("raw", "se", "indicators", "dimension_low", "dimension_high"):
        assert getattr(more, name)[places].tolist() == getattr(one, name).tolist()


@pytest.mark.slow
def test_row_a_million_observations_of_one_indicator():
    """In arrays; the mean of 0, 1, … 999 over a thousand groups of a thousand each."""
    size = 1_000_000
    value = np.arange(size) % 1000
    table = {
        "subject": np.full(size, "s"),
        "indicator": np.full(size, "a"),
        "value": value.astype(float),
        "group": np.arange(size).astype(str)[value],
    }
    method = build({"d": {"a": {"normalise": {"low": 0, "high": 1000}}}})
    got = run(method, table)
    assert (got.n[0, 0], got.raw[0, 0]) == (1000, pytest.approx(499.5))
    assert got.se[0, 0] == pytest.approx(np.std(np.arange(1000), ddof=1) / np.sqrt(1000))


def test_row_an_indicator_removed_from_the_methodology():
    rows = seen("s", a=0.4, b=0.8)
    before = run(build({"d": {"a": {}, "b": {}}}), rows)
    after = run(build({"d": {"a": {}}}), seen("s", a=0.4))
    told = explain(before, after, "s")
    assert told.method == pytest.approx(-0.2)
    assert told.disappeared == ()
    assert told.indicators == ()
