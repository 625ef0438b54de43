"""Methodologies from plain values: defaults, hashes, and every fault with its place."""

import copy

import pytest

from lms.index import Methodology, MethodologyError


def mapping(**top):
    return {
        "key": "m",
        "version": "1",
        "dimensions": [
            {
                "key": "d",
                "indicators": [
                    {"key": "a", "unit": "share", "statistic": "mean"},
                    {"key": "b", "unit": "share", "statistic": "rate"},
                ],
            },
            {"key": "e", "indicators": [{"key": "c", "unit": "x", "statistic": "latest"}]},
        ],
        **top,
    }


def faults(given):
    with pytest.raises(MethodologyError) as caught:
        Methodology.from_mapping(given)
    return {(one.path, one.code) for one in caught.value.problems}


def with_indicator(**fields):
    given = mapping()
    given["dimensions"][0]["indicators"][0].update(fields)
    return given


PLACE = ("dimensions", 0, "indicators", 0)


def test_defaults():
    got = Methodology.from_mapping(mapping())
    assert got.root.aggregate == "geometric"
    assert got.root.floor == 0.01
    assert got.root.min_weight_present == pytest.approx(2 / 3)
    assert got.root.shares == (0.5, 0.5)
    first = got.indicators[0]
    assert [one.key for one in got.indicators] == ["a", "b", "c"]
    assert (first.normalise.method, first.span) == ("goalposts", (0.0, 1.0))
    assert (first.valid_days, first.half_life_days) == (None, None)
    assert (first.min_coverage, first.title, first.source) == (0.5, "a", "given")
    assert (got.interval.draws, got.interval.level, got.bands) == (1000, 0.9, ())
    assert got.faulty_observations == "refuse"


def test_the_hash_knows_defaults_and_no_titles():
    plain = Methodology.from_mapping(mapping()).hash
    assert Methodology.from_mapping(mapping(title={"fr": "x"}, floor=0.01)).hash == plain
    assert Methodology.from_mapping(mapping(aggregate="geometric")).hash == plain
    assert Methodology.from_mapping(mapping(aggregate="harmonic")).hash != plain
    assert Methodology.from_mapping(with_indicator(weight=2)).hash != plain


def test_the_mapping_is_not_changed():
    given = mapping()
    before = copy.deepcopy(given)
    Methodology.from_mapping(given)
    assert given == before


def test_all_faults_at_once():
    given = mapping(floor=2, colour="red", aggregate="best")
    given["dimensions"][1]["indicators"][0]["unit"] = ""
    assert faults(given) == {
        (("floor",), "range"),
        (("colour",), "unknown-field"),
        (("aggregate",), "choice"),
        (("dimensions", 1, "indicators", 0, "unit"), "missing"),
    }


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"normalise": {"low": 1, "high": 1}}, ("normalise", "low"), "goalposts"),
        ({"normalise": {"low": 2, "high": 1}}, ("normalise", "low"), "goalposts"),
        ({"normalise": {"method": "magic"}}, ("normalise", "method"), "choice"),
        ({"normalise": {"method": "rank", "low": 1}}, ("normalise", "low"), "unknown-field"),
        ({"normalise": {"method": "target"}}, ("normalise", "target"), "missing"),
        (
            {"normalise": {"low": 0, "high": 9}, "transform": "log"},
            ("normalise", "low"),
            "transform",
        ),
        ({"normalise": {"method": "steps", "points": [[0, 0]]}}, ("normalise", "points"), "steps"),
        (
            {"normalise": {"method": "steps", "points": [[0, 0], [1, 1], [2, 0]]}},
            ("normalise", "points"),
            "steps",
        ),
        (
            {"normalise": {"method": "levels", "levels": {"P": 1, "S": 0.4, "U": 0}}},
            ("normalise", "levels"),
            "levels",
        ),
        ({"statistic": "average"}, ("statistic",), "choice"),
        ({"statistic": "share_at_least"}, ("threshold",), "threshold"),
        ({"threshold": 1}, ("threshold",), "threshold"),
        ({"weight": -1}, ("weight",), "range"),
        ({"weight": "2"}, ("weight",), "number"),
        ({"weight": True}, ("weight",), "number"),
        ({"valid_days": 1.5}, ("valid_days",), "number"),
        ({"half_life_days": 0}, ("half_life_days",), "range"),
        ({"source": "competencies", "unit": "km"}, ("unit",), "unit"),
        ({"range": [1, 0]}, ("range",), "range"),
        ({"key": "a b"}, ("key",), "key"),
        ({"outliers": {"method": "winsorise"}}, ("outliers",), "not-available"),
        ({"impute": "siblings"}, ("impute",), "not-available"),
        ({"shrinkage": "empirical_bayes"}, ("shrinkage",), "not-available"),
    ],
)
def test_faults_of_an_indicator(fields, place, code):
    assert (PLACE + place, code) in faults(with_indicator(**fields))


@pytest.mark.parametrize(
    ("top", "path", "code"),
    [
        ({"key": ""}, ("key",), "key"),
        ({"version": 1}, ("version",), "missing"),
        ({"dimensions": []}, (), "empty"),
        ({"weights": "entropy"}, ("weights",), "not-available"),
        ({"ranking": "copeland"}, ("ranking",), "not-available"),
        ({"interval": {"alternatives": {"normalise": ["rank"]}}},
         ("interval", "alternatives", "normalise"), "not-available"),
        ({"interval": {"draws": -1}}, ("interval", "draws"), "range"),
        ({"interval": {"level": 1}}, ("interval", "level"), "range"),
        ({"aggregate": "power"}, ("p",), "missing"),
        ({"aggregate": "power", "p": 2}, ("p",), "range"),
        ({"bands": [{"key": "a", "from": 0.1}]}, ("bands", 0, "from"), "bands"),
        ({"bands": [{"key": "a", "from": 0}, {"key": "b", "from": 0}]},
         ("bands", 1, "from"), "bands"),
        ({"guards": [{"band": "z", "requires": {"dimension": "d", "at_least": 1}}]},
         ("guards", 0, "band"), "guard"),
        ({"bands": [{"key": "a", "from": 0}, {"key": "b", "from": 0.5}],
          "guards": [{"band": "b", "requires": {"dimension": "q", "at_least": 1}}]},
         ("guards", 0, "requires", "dimension"), "guard"),
        ({"weights": "ahp"}, ("comparisons",), "weights"),
        ({"weights": "ahp", "comparisons": [[3, 2], [2]]}, ("comparisons",), "weights"),
        ({"weights": "budget", "points": [[50, 40]]}, ("points",), "weights"),
        ({"comparisons": [[3]]}, ("comparisons",), "unused"),
        ({"faulty_observations": "ignore"}, ("faulty_observations",), "choice"),
        ({"comparable_over_time": "yes"}, ("comparable_over_time",), "number"),
    ],
)  # fmt: skip
def test_faults_of_the_whole(top, path, code):
    assert (path, code) in faults(mapping(**top))


def test_a_claim_to_compare_over_time_is_checked():
    given = with_indicator(normalise={"method": "minmax"})
    given["comparable_over_time"] = True
    assert (("comparable_over_time",), "relative") in faults(given)


def test_all_weights_zero():
    given = mapping()
    for one in given["dimensions"]:
        one["weight"] = 0
    assert ((), "weights") in faults(given)


def test_keys_stand_once():
    given = mapping()
    given["dimensions"][1]["indicators"][0]["key"] = "a"
    assert (("dimensions",), "duplicate-key") in faults(given)


def test_an_empty_dimension():
    given = mapping()
    given["dimensions"][1]["indicators"] = []
    assert (("dimensions", 1), "empty") in faults(given)


def test_dimensions_that_hold_themselves():
    given = mapping()
    given["dimensions"][1] = {"key": "e", "dimensions": given["dimensions"]}
    assert any(code == "depth" for _, code in faults(given))


def test_weights_by_comparison():
    got = Methodology.from_mapping(mapping(weights="ahp", comparisons=[[3]]))
    assert got.root.shares == pytest.approx((0.75, 0.25))
    experts = {"one": [[2]], "two": [[8]]}
    got = Methodology.from_mapping(mapping(weights="ahp", comparisons=experts))
    assert got.root.shares == pytest.approx((0.8, 0.2))


def test_inconsistent_comparisons_need_a_reason():
    given = mapping(weights="ahp", comparisons=[[9, 1 / 9], [9]])
    given["dimensions"].append({**copy.deepcopy(given["dimensions"][1]), "key": "f"})
    given["dimensions"][2]["indicators"][0]["key"] = "g"
    assert (("comparisons",), "inconsistent") in faults(given)
    given["accept_inconsistency"] = "the elders decided so"
    assert len(Methodology.from_mapping(given).root.shares) == 3


def test_equal_weights_and_points():
    given = mapping(weights="equal")
    given["dimensions"][0]["weight"] = 5
    assert Methodology.from_mapping(given).root.shares == (0.5, 0.5)
    got = Methodology.from_mapping(mapping(weights="budget", points=[[60, 40], [80, 20]]))
    assert got.root.shares == pytest.approx((0.7, 0.3))


def test_a_dominant_child_is_warned_of():
    given = mapping()
    given["dimensions"][0]["weight"] = 5
    assert [one.code for one in Methodology.from_mapping(given).warnings] == ["dominant"]


def test_levels_near_thirds_are_equal_steps():
    levels = {"P": 1, "S": 0.67, "M": 0.33, "U": 0}
    got = Methodology.from_mapping(with_indicator(normalise={"method": "levels", "levels": levels}))
    assert dict(got.indicators[0].normalise.levels) == levels
