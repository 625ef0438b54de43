"""Methodologies from plain values: defaults, hashes, and every fault with its place."""

import copy
from pathlib import Path

import pytest

from lms.index import Methodology, MethodologyError
from lms.index.reading import DIMENSION_FIELDS, TOP_FIELDS
from lms.index.reading_indicator import FIELDS, METHOD_FIELDS


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
        ({"outliers": {"method": "trim"}}, ("outliers", "method"), "choice"),
        (
            {"outliers": {"method": "winsorise", "share": 0.1}},
            ("outliers", "share"),
            "unknown-field",
        ),
        (
            {"outliers": {"method": "winsorise", "lower": 0.9, "upper": 0.1}},
            ("outliers", "lower"),
            "range",
        ),
        ({"outliers": {"method": "skew_kurtosis", "points": 0}}, ("outliers", "points"), "range"),
        (
            {"outliers": {"method": "skew_kurtosis", "points": 1.5}},
            ("outliers", "points"),
            "number",
        ),
        ({"impute": "guess"}, ("impute",), "choice"),
        ({"impute": "last"}, ("impute",), "impute"),
        ({"shrinkage": "james_stein"}, ("shrinkage",), "choice"),
        ({"half_life_days": "1 year"}, ("half_life_days",), "number"),
        ({"valid_days": -1}, ("valid_days",), "range"),
        ({"groups": "all"}, ("groups",), "choice"),
        ({"unobserved": "zero", "statistic": "latest"}, ("unobserved",), "unused"),
        ({"min_coverage": 1.1}, ("min_coverage",), "range"),
        ({"measurement_error": -1}, ("measurement_error",), "range"),
        ({"measurement_error": 1, "statistic": "median"}, ("measurement_error",), "unused"),
        ({"source": "assessments", "unit": "points"}, ("unit",), "unit"),
        ({"source": "rumours"}, ("source",), "choice"),
        ({"title": ["a"]}, ("title",), "title"),
        ({"title": {"en": 3}}, ("title",), "title"),
        ({"unit": 3}, ("unit",), "missing"),
        ({"range": [0]}, ("range",), "range"),
        ({"colour": "red"}, ("colour",), "unknown-field"),
        (
            {
                "statistic": "share_at_least",
                "threshold": "S",
                "normalise": {"method": "levels", "levels": {"P": 1, "U": 0}},
            },
            ("threshold",),
            "unknown-level",
        ),
        (
            {
                "normalise": {
                    "method": "levels",
                    "levels": {"P": 1, "S": 0.4, "U": 0},
                    "levels_reason": 3,
                }
            },
            ("normalise", "levels_reason"),
            "reason",
        ),
        ({"normalise": {"method": "target", "target": 0}}, ("normalise", "target"), "range"),
        ({"normalise": {"direction": "left"}}, ("normalise", "direction"), "choice"),
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
        ({"weights": "entropy", "comparable_over_time": True}, ("comparable_over_time",),
         "relative"),
        ({"ranking": "borda"}, ("ranking",), "choice"),
        ({"interval": {"alternatives": {"normalise": ["best"]}}},
         ("interval", "alternatives", "normalise", 0), "choice"),
        ({"interval": {"alternatives": {"aggregate": ["power"]}}},
         ("interval", "alternatives", "aggregate", 0), "choice"),
        ({"interval": {"draws": 1.5}}, ("interval", "draws"), "number"),
        ({"interval": {"concentration": 0}}, ("interval", "concentration"), "range"),
        ({"interval": {"concentration": "experts"}}, ("interval", "concentration"), "number"),
        ({"interval": [1]}, ("interval",), "shape"),
        ({"p": -1}, ("p",), "unused"),
        ({"low_agreement": "drop"}, ("low_agreement",), "choice"),
        ({"peers": ["s"]}, ("peers",), "shape"),
        ({"peers": {"a": ["s", 3]}}, ("peers", "a", 1), "peers"),
        ({"peers": {"a": ["s"], "b": ["s"]}}, ("peers", "b", 0), "peers"),
        ({"bands": {"low": 0}}, ("bands",), "shape"),
        ({"bands": [{"key": "a", "from": 0}, {"key": "a", "from": 0.5}]},
         ("bands", 1, "key"), "duplicate-key"),
        ({"bands": [{"key": "a"}]}, ("bands", 0, "from"), "missing"),
        ({"guards": [{"band": "z", "requires": {"dimension": ["d"]}}]},
         ("guards", 0, "requires", "dimension"), "guard"),
        ({"guards": [{"band": "z", "requires": {"dimension": "d"}}]},
         ("guards", 0, "requires", "at_least"), "missing"),
        ({"weights": "budget", "points": [[50, float("nan")]]}, ("points",), "weights"),
        ({"weights": "budget", "points": [[50, 20, 30]]}, ("points",), "weights"),
        ({"weights": "ahp", "comparisons": {"x": [[2]], "y": [[2, 3], [4]]}},
         ("comparisons",), "weights"),
        ({"weights": "ahp", "comparisons": [[-1]]}, ("comparisons",), "weights"),
        ({"title": 3}, ("title",), "title"),
        ({"dimensions": "all"}, ("dimensions",), "shape"),
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
    place = ("dimensions", 1, "indicators", 0, "key")
    assert faults(given) == {(place, "duplicate-key")}
    given["dimensions"][1]["key"] = "d"
    assert (("dimensions", 1, "key"), "duplicate-key") in faults(given)


def test_an_empty_dimension():
    given = mapping()
    given["dimensions"][1]["indicators"] = []
    assert (("dimensions", 1), "empty") in faults(given)


def test_dimensions_that_hold_themselves():
    given = mapping()
    given["dimensions"][1] = held = {"key": "e", "dimensions": []}
    held["dimensions"].append(held)
    assert (("dimensions", 1, "dimensions", 0), "cycle") in faults(given)


def nested(levels):
    inner = {"key": "leaf", "unit": "share", "statistic": "mean"}
    held = {"key": f"d{levels}", "indicators": [inner]}
    for level in range(levels - 1, 0, -1):
        held = {"key": f"d{level}", "dimensions": [held]}
    return mapping(dimensions=[held])


def test_dimensions_nest_four_deep_and_no_deeper():
    got = Methodology.from_mapping(nested(4))
    assert [one.key for one in got.dimensions] == ["d1", "d2", "d3", "d4"]
    place = ("dimensions", 0) * 5
    assert (place, "depth") in faults(nested(5))


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


def test_what_a_file_may_say_beyond_the_defaults():
    """Every setting of section 13 that is not the default reaches the values."""
    first = {
        "outliers": {"method": "winsorise", "lower": 0.1, "upper": 0.9},
        "impute": "last",
        "valid_days": 365,
        "shrinkage": "empirical_bayes",
        "unobserved": "zero",
        "groups": "equal",
    }
    given = with_indicator(**first) | {
        "ranking": "copeland",
        "low_agreement": "half",
        "min_independent": 0.3,
        "peers": {"north": ["t", "s"], "south": ["u"]},
        "interval": {
            "alternatives": {"normalise": ["goalposts", "rank"], "aggregate": ["minimum"]}
        },
    }
    got = Methodology.from_mapping(given)
    one = got.indicators[0]
    assert (one.outliers.method, one.outliers.lower, one.outliers.upper) == ("winsorise", 0.1, 0.9)
    assert (one.impute, one.shrinkage, one.unobserved, one.groups) == (
        "last", "empirical_bayes", "zero", "equal",
    )  # fmt: skip
    assert (got.ranking, got.low_agreement, got.min_independent) == ("copeland", "half", 0.3)
    assert got.peers == (("north", ("s", "t")), ("south", ("u",)))
    assert got.interval.normalises == ("goalposts", "rank")
    assert got.interval.aggregates == ("minimum",)


def test_an_outlier_method_may_stand_alone():
    got = Methodology.from_mapping(with_indicator(outliers="skew_kurtosis")).indicators[0]
    assert (got.outliers.method, got.outliers.points) == ("skew_kurtosis", 5)


def test_empty_dates_of_validity_are_none():
    got = Methodology.from_mapping(with_indicator(valid_days=None, half_life_days=None))
    assert (got.indicators[0].valid_days, got.indicators[0].half_life_days) == (None, None)


def test_a_threshold_may_be_a_level():
    levels = {"method": "levels", "levels": {"P": 1, "S": 0.67, "M": 0.33, "U": 0}}
    given = with_indicator(statistic="share_at_least", threshold="S", normalise=levels)
    assert Methodology.from_mapping(given).indicators[0].threshold == 0.67


def test_an_unknown_field_names_what_may_be_meant():
    with pytest.raises(MethodologyError, match="'agregate'; aggregate may be meant"):
        Methodology.from_mapping(mapping(agregate="minimum"))


def test_the_judgements_that_deviate_most_are_named_by_their_keys():
    """Three siblings that beat each other in a circle: every judgement deviates by ln 9."""
    given = mapping(weights="ahp", comparisons=[[9, 1 / 9], [9]])
    given["dimensions"].append({**copy.deepcopy(given["dimensions"][1]), "key": "f"})
    given["dimensions"][2]["indicators"][0]["key"] = "g"
    with pytest.raises(MethodologyError) as caught:
        Methodology.from_mapping(given)
    (problem,) = caught.value.problems
    for pair in ("d against e", "d against f", "e against f"):
        assert pair in problem.message


def test_experts_own_consistency_and_spread_are_kept():
    experts = {"one": [[2]], "two": [[8]]}
    got = Methodology.from_mapping(mapping(weights="ahp", comparisons=experts)).root.judgement
    assert got.experts == (("one", 0.0), ("two", 0.0))
    got = Methodology.from_mapping(mapping(weights="budget", points=[[60, 40], [80, 20]]))
    # Shares 0.6 and 0.8: sd with n − 1 is 0.1·√2.
    assert got.root.judgement.spread == pytest.approx((0.2 / 2**0.5, 0.2 / 2**0.5))
    assert got.root.concentration is None


def test_the_spread_of_weights_may_come_from_the_points():
    """w(1 − w)/var = 0.21/0.02 for both siblings: κ = 9.5."""
    given = mapping(weights="budget", points={"x": [60, 40], "y": [80, 20]})
    given["interval"] = {"concentration": "budget"}
    got = Methodology.from_mapping(given)
    assert got.root.concentration == pytest.approx(9.5)
    assert got.interval.concentration == 100


def test_assessments_beside_competencies_are_warned_of():
    given = with_indicator(source="competencies")
    given["dimensions"][0]["indicators"][1] |= {"source": "assessments"}
    (found,) = Methodology.from_mapping(given).warnings
    assert found.code == "double_counting"
    assert found.message.startswith("b: ")


def test_a_dominant_indicator_is_warned_of_where_it_stands():
    found = Methodology.from_mapping(with_indicator(weight=3)).warnings
    assert [(one.path, one.code) for one in found] == [
        (("dimensions", 0, "indicators"), "dominant")
    ]


def test_the_guide_names_every_field():
    guide = (Path(__file__).parents[2] / "docs" / "capacity-index.md").read_text(encoding="utf-8")
    inner = [name for fields in METHOD_FIELDS.values() for name in fields]
    named = guide.replace("{", "`").replace(":", "`").replace(",", "`").replace("}", "`")
    named = named.replace(" ", "`")
    names = {*TOP_FIELDS, *DIMENSION_FIELDS, *FIELDS, *METHOD_FIELDS, *inner}
    assert sorted(name for name in names if f"`{name}`" not in named) == []


@pytest.mark.parametrize("method", [[], {}, 1, None])
def test_a_method_that_is_no_word_is_a_fault(method):
    indicator = {"key": "a", "unit": "u", "statistic": "mean", "normalise": {"method": method}}
    dimension = {"key": "d", "indicators": [indicator]}
    with pytest.raises(MethodologyError) as caught:
        Methodology.from_mapping({"key": "m", "version": "1", "dimensions": [dimension]})

    assert [one.code for one in caught.value.problems] == ["choice"]
