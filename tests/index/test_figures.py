"""Whole runs of what a methodology may ask for: trees, weights by entropy, other scales, Copeland."""

import json
import math
from datetime import date

import numpy as np
import pytest

from lms.index import Methodology, Observation, Result, compute
from lms.index.flags import flag_names

DAY = date(2026, 6, 1)


def indicator(key, **fields):
    return {"key": key, "unit": "share", "statistic": "latest", **fields}


def build(*dimensions, **top):
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": "arithmetic",
            "dimensions": list(dimensions),
            **top,
        }
    )


def group(key, *indicators, **fields):
    return {"key": key, "indicators": list(indicators), **fields}


FLAT = group("d", indicator("a"), indicator("b"))


def seen(subject, se=None, **values):
    return [Observation(subject, key, x, se=se) for key, x in values.items()]


def run(methodology, rows, draws=0, **settings):
    return compute(methodology, rows, DAY, draws=draws, seed=1, **settings)


def tree(levels):
    """A binary tree of dimensions, two indicators in each of the lowest; geometric inside."""
    if levels == 1:
        return group(f"d{next(NUMBER)}", *(indicator(f"i{next(NUMBER)}") for _ in range(2)))
    kind = {"aggregate": "geometric"} if levels % 2 else {}
    return {"key": f"d{next(NUMBER)}", "dimensions": [tree(levels - 1) for _ in range(2)], **kind}


NUMBER = iter(range(1000))


def value_of(held, values):
    """The value of a mapping's dimension, by recursion: equal weights, no child missing."""
    if "unit" in held:
        return values[held["key"]]
    inner = held.get("indicators") or held["dimensions"]
    below = [value_of(one, values) for one in inner]
    if held.get("aggregate") == "geometric":
        return math.exp(math.fsum(math.log(max(x, 0.01)) for x in below) / len(below))
    return math.fsum(below) / len(below)


def test_four_levels_of_dimensions():
    given = [tree(4), tree(2)]
    method = build(*given, aggregate="harmonic")
    chance = np.random.default_rng(5)
    values = {one.key: float(chance.random()) for one in method.indicators}
    got = run(method, seen("s", **values))
    top = [value_of(one, values) for one in given]
    assert got.values[0] == pytest.approx(2 / sum(1 / x for x in top), abs=1e-12)
    told = {one["key"]: one for one in got.to_mapping()["subjects"][0]["dimensions"]}
    assert told[given[0]["key"]]["value"] == pytest.approx(top[0], abs=1e-12)
    # An indicator's weight is the product along its path: ½ at each of five steps.
    weights = [one["weight"] for one in got.to_mapping()["subjects"][0]["indicators"]]
    assert weights == pytest.approx([1 / 32] * 16 + [1 / 8] * 4)


def test_a_missing_branch_is_missing_all_the_way_up():
    """Half of a branch is not two thirds of it: the branch goes, and with it its parent."""
    inner = {"key": "e", "dimensions": [group("f", indicator("a"), indicator("b")),
                                        group("g", indicator("c"))]}  # fmt: skip
    method = build(inner, group("h", indicator("d")), min_weight_present=0.6)
    got = run(method, seen("s", a=0.5, c=0.5, d=0.5))
    assert np.isnan(got.dimensions[0]).tolist() == [True, True, False, False]
    assert got.reasons[0] == ("too little evidence on e",)


def test_weights_by_entropy():
    """Both levels by entropy: the weights are those of the plain formula on each parent's children."""
    rows = [("s", 0.1, 0.2, 0.3), ("t", 0.4, 0.3, 0.9), ("u", 0.9, 0.3, 0.2)]
    method = build(
        group("d", indicator("a"), indicator("b"), weights="entropy"),
        group("e", indicator("c")),
        weights="entropy",
    )
    observed = [one for name, a, b, c in rows for one in seen(name, a=a, b=b, c=c)]
    got = run(method, observed)

    def apart(column):
        shares = np.array(column) / sum(column)
        return 1 + float((shares * np.log(shares)).sum()) / math.log(3)

    inner = np.array([apart([row[1 + n] for row in rows]) for n in range(2)])
    inner /= inner.sum()
    d = [inner[0] * a + inner[1] * b for _, a, b, _ in rows]
    outer = np.array([apart(d), apart([row[3] for row in rows])])
    outer /= outer.sum()
    expected = [outer[0] * x + outer[1] * row[3] for x, row in zip(d, rows, strict=True)]
    assert got.values == pytest.approx(expected, abs=1e-12)
    told = got.to_mapping()["subjects"][0]
    assert [one["weight"] for one in told["indicators"]] == pytest.approx(
        [outer[0] * inner[0], outer[0] * inner[1], outer[1]]
    )
    again = Result.from_json(got.to_json(), method)
    assert again.plan.weight.tolist() == got.plan.weight.tolist()
    assert again.to_json() == got.to_json()


def test_entropy_that_makes_a_child_dominant_is_warned_of():
    method = build(group("d", indicator("a"), indicator("b"), weights="entropy"))
    got = run(method, seen("s", a=0.5, b=0.9) + seen("t", a=0.5, b=0.1))
    assert [one.code for one in got.warnings] == ["dominant"]
    assert got.warnings[0].message.startswith("b ")


def test_entropy_of_equal_subjects_is_equal_and_flagged():
    method = build(group("d", indicator("a"), indicator("b"), weights="entropy"), weights="entropy")
    got = run(method, seen("s", a=0.2, b=0.6) + seen("t", a=0.2, b=0.6))
    assert got.values.tolist() == pytest.approx([0.4, 0.4])
    assert flag_names(int(got.dimension_flags[0, 0])) == ["equal_weights"]
    assert flag_names(int(got.flags[0])) == ["equal_weights"]


CIRCLE = [("s", 0.9, 0.6, 0.3), ("t", 0.3, 0.9, 0.6), ("u", 0.6, 0.3, 0.9)]


def three(ranking="copeland", rows=CIRCLE, **fields):
    method = build(
        group("d", indicator("a"), indicator("b"), indicator("c")), ranking=ranking, **fields
    )
    rows = [one for name, a, b, c in rows for one in seen(name, a=a, b=b, c=c)]
    return run(method, rows)


def test_a_circle_is_named_and_not_resolved():
    """Condorcet's paradox: each beats one of the others in two indicators of three."""
    got = three()
    assert got.copeland.tolist() == [0, 0, 0]
    assert got.cycles == (("s", "t", "u"),)
    assert json.loads(got.to_json())["cycles"] == [["s", "t", "u"]]
    assert got.values == pytest.approx([0.6] * 3)


def test_copeland_stands_beside_the_value():
    """u is far ahead in one indicator and behind in two: first by value, last by Copeland."""
    got = three(rows=[("s", 0.5, 0.5, 0.1), ("t", 0.4, 0.4, 0.2), ("u", 0.3, 0.3, 1.0)])
    assert got.copeland.tolist() == [1, 0, -1]
    assert got.rank.tolist() == [2, 3, 1]
    assert got.cycles == ()
    assert got.to_mapping()["subjects"][0]["copeland"] == 1


def test_copeland_compares_what_both_have_and_who_is_published():
    method = build(group("d", indicator("a"), indicator("b")), ranking="copeland",
                   min_weight_present=0.5)  # fmt: skip
    rows = seen("s", a=0.5, b=0.1) + seen("t", a=0.4) + seen("u", b=0.05)
    got = run(method, rows, populations={("v", "a"): 1})
    # s beats t in a and u in b; t and u have nothing in common.
    assert got.copeland[:3].tolist() == [1, -0.5, -0.5]
    assert np.isnan(got.copeland[3])


def test_without_asking_there_is_no_copeland():
    assert np.isnan(three("none").copeland).all()
    assert json.loads(three("none").to_json())["subjects"][0]["copeland"] is None


def test_other_scales_in_the_draws_of_methods():
    """Goalposts give 0.2, 0.5, 0.6; ranks 0, ½, 1; each in about half of the draws."""
    method = build(
        group("d", indicator("a")),
        interval={"alternatives": {"normalise": ["goalposts", "rank"]}},
    )
    rows = seen("s", a=0.2) + seen("t", a=0.5) + seen("u", a=0.6)
    got = run(method, rows, draws=2000)
    assert got.method_low == pytest.approx([0, 0.5, 0.6])
    assert got.method_high == pytest.approx([0.2, 0.5, 1])
    one = run(method, seen("s", a=0.2), draws=200)
    # Alone in the table a rank is ½.
    assert (one.method_low[0], one.method_high[0]) == pytest.approx((0.2, 0.5))


def test_other_scales_leave_declared_values_and_directions_alone():
    steps = {"method": "steps", "points": [[0, 0], [1, 1]]}
    levels = {"method": "levels", "levels": {"P": 1, "U": 0}}
    down = {"direction": "down"}
    method = build(
        group("d", indicator("a", normalise=steps)),
        group("e", indicator("b", normalise=levels)),
        group("f", indicator("c", normalise=down)),
        interval={"alternatives": {"normalise": ["minmax"]}, "concentration": 1e6},
    )
    rows = [
        one
        for name, a, c in (("s", 0.4, 0.2), ("t", 0.5, 0.6))
        for one in seen(name, a=a, b="P", c=c)
    ]
    got = run(method, rows, draws=50)
    # Steps 0.4 and levels 1 stay; 0.2 is the best of c where less is better.
    assert got.method_high[0] == pytest.approx((0.4 + 1 + 1) / 3, abs=0.01)


def test_aggregations_and_scales_are_drawn_together():
    method = build(
        group("d", indicator("a")),
        group("e", indicator("b")),
        interval={
            "concentration": 1e6,
            "alternatives": {
                "aggregate": ["arithmetic", "minimum"],
                "normalise": ["levels", "rank"],
            },
        },
    )
    rows = seen("s", a=0.2, b=0.8) + seen("t", a=0.4, b=0.4)
    got = run(method, rows, draws=4000)
    # 0.5 and 0.2 by goalposts, 0.5 and 0 by rank.
    assert got.method_low[0] == pytest.approx(0, abs=1e-3)
    assert got.method_high[0] == pytest.approx(0.5, abs=1e-3)


def test_points_set_the_spread_of_their_own_parent():
    """κ = 5 against 1,000: the interval of weights is √(6/1001) as wide."""
    rows = seen("s", a=1.0, b=0.0)
    wide = [[95, 5], [5, 95]]
    narrow = [[50, 50], [50.01, 49.99]]
    widths = []
    for points in (wide, narrow):
        held = group("d", indicator("a"), indicator("b"), weights="budget", points=points)
        got = run(build(held, interval={"concentration": "budget"}), rows, draws=20_000)
        widths.append(got.method_high[0] - got.method_low[0])
    assert widths[1] / widths[0] == pytest.approx(math.sqrt(6 / 1001), rel=0.1)


def test_a_guard_says_why():
    bands = [{"key": "low", "from": 0}, {"key": "top", "from": 0.5}]
    guards = [{"band": "top", "requires": {"dimension": "d", "at_least": 0.5}}]
    method = build(group("d", indicator("a")), group("e", indicator("b")), bands=bands,
                   guards=guards)  # fmt: skip
    got = run(method, seen("s", a=0.4, b=0.8) + seen("t", a=0.5, b=0.6))
    assert got.band == ("low", "top")
    assert got.reasons == (("top needs d of at least 0.5, and d is 0.400",), ())
    assert flag_names(int(got.flags[0])) == ["guarded"]


def test_bounds_that_leave_the_band_are_flagged():
    bands = [{"key": "low", "from": 0}, {"key": "top", "from": 0.5}]
    method = build(FLAT, bands=bands, min_weight_present=0.5, min_coverage_for_band=0)
    got = run(method, seen("s", a=0.4) + seen("t", a=0.4, b=0.4))
    assert got.bounds.tolist() == pytest.approx(np.array([[0.2, 0.7], [0.4, 0.4]]))
    assert flag_names(int(got.flags[0])) == ["band_open"]
    assert got.flags[1] == 0


def test_the_probability_that_one_stands_above_another():
    """Normal errors of 0.1 and a difference of 0.1: Φ(0.1/√0.02) = 0.7602."""
    method = build(group("d", indicator("a")))
    rows = seen("s", a=0.6, se=0.1) + seen("t", a=0.5, se=0.1) + seen("u", a=0.5, se=0.0)
    rows += seen("v", a=0.5, se=0.0)
    got = run(method, rows, draws=40_000, populations={("w", "a"): 1})
    assert got.probability_above("s", "t") == pytest.approx(0.7602, abs=0.01)
    assert got.probability_above("t", "s") == pytest.approx(1 - got.probability_above("s", "t"))
    assert got.probability_above("u", "v") == 0.5
    assert np.isnan(got.probability_above("s", "w"))
    with pytest.raises(KeyError):
        got.probability_above("s", "x")
    again = Result.from_json(got.to_json(), method)
    with pytest.raises(ValueError, match="draws"):
        again.probability_above("s", "t")


def test_progress_is_told_and_may_stop_the_run():
    method = build(FLAT)
    rows = [one for n in range(120) for one in seen(f"s{n:03}", a=0.5, b=0.6, se=0.1)]
    told = []
    for workers in (1, 2):
        whole = run(method, rows, draws=20, workers=workers, progress=lambda *of: told.append(of))
    assert told == [(50, 120), (100, 120), (120, 120)] * 2
    assert run(method, rows, draws=20).to_json() == whole.to_json()

    class Enough(Exception):
        pass

    def stop(done, whole):
        raise Enough

    for workers in (1, 2):
        with pytest.raises(Enough):
            run(method, rows, draws=20, workers=workers, progress=stop)


def test_the_error_that_is_shown_beside_a_normalised_value():
    """|dz/dx|·se of each method, by hand."""
    methods = {
        "goalposts": ({"low": 0, "high": 4}, 0.1 / 4),
        "down": ({"low": 0, "high": 4, "direction": "down"}, 0.1 / 4),
        "outside": ({"low": 5, "high": 6}, 0.0),
        "target": ({"method": "target", "target": 5}, 0.1 / 5),
        "less": ({"method": "target", "target": 1, "direction": "down"}, 0.1 / 4),
        "steps": ({"method": "steps", "points": [[0, 0], [1, 0.2], [3, 0.8]]}, 0.1 * 0.3),
        "beyond": ({"method": "steps", "points": [[0, 0], [1, 0.2]]}, 0.0),
        "minmax": ({"method": "minmax"}, 0.1 / 2),
        "zscore": ({"method": "zscore"}, 0.1 / math.sqrt(2 * math.pi) / 1.0),
        "rank": ({"method": "rank"}, math.nan),
    }
    keys = list(methods)
    held = [indicator(key, normalise=how) for key, (how, _) in methods.items()]
    held.append(indicator("log", transform="log", normalise={"low": 1, "high": 100}))
    held.append(indicator("sqrt", transform="sqrt", normalise={"low": 0, "high": 100}))
    method = build(group("d", *held))
    rows = [
        one
        for name, x in (("s", 2.0), ("t", 1.0), ("u", 3.0))
        for one in seen(name, se=0.1, **dict.fromkeys([*keys, "log", "sqrt"], x))
    ]
    got = run(method, rows)
    expected = [error for _, error in methods.values()]
    expected += [0.1 / 2 / math.log(100), 0.1 * 0.5 / math.sqrt(2) / 10]
    assert got.normalised_se[0] == pytest.approx(expected, nan_ok=True)
