"""What stands behind the pages: geometry, a changed methodology, small groups, maps; by hand."""

import json

import pytest

from lms.capacity.explained import shown_points
from lms.capacity.map import areas, read_boundaries
from lms.capacity.profile import profile_of, small_groups
from lms.capacity.views_dashboard import columns_of
from lms.capacity.waterfall import Scale, waterfall
from lms.capacity.what_if import ask
from lms.errors import Refused
from lms.index import Explanation, IndicatorPart, Methodology

MAPPING = {
    "key": "m",
    "version": "1",
    "aggregate": "geometric",
    "guards": [{"band": "high", "requires": {"dimension": "b", "at_least": 0.5}}],
    "bands": [{"key": "low", "from": 0}, {"key": "high", "from": 0.5}],
    "dimensions": [
        {
            "key": "a",
            "weight": 1,
            "indicators": [
                {"key": "a1", "unit": "share", "statistic": "mean", "weight": 2},
                {"key": "a2", "unit": "share", "statistic": "mean"},
            ],
        },
        {"key": "b", "indicators": [{"key": "b1", "unit": "share", "statistic": "mean"}]},
    ],
}


def asked(**given):
    fields = {name.replace("_", "-"): text for name, text in given.items()}
    return ask(MAPPING, Methodology.from_mapping(MAPPING), fields)


def test_what_is_not_given_stays_as_it_is():
    told = asked()

    assert told.faults == told.changed == ()
    assert Methodology.from_mapping(told.mapping).hash == Methodology.from_mapping(MAPPING).hash


def test_weights_goalposts_and_mean_are_taken_and_named():
    told = asked(weight_d_b="3", weight_i_a1="0,5", high_b1="0.8", aggregate="minimum")
    other = Methodology.from_mapping(told.mapping)

    assert other.root.aggregate == "minimum"
    assert other.root.shares == (0.25, 0.75)
    assert other.root.children[0].shares == pytest.approx((1 / 3, 2 / 3))
    assert other.indicators[2].normalise.high == 0.8
    assert {(one.what, one.key, one.before, one.after) for one in told.changed} == {
        ("weight", "b", 1, 3),
        ("weight", "a1", 2, 0.5),
        ("high", "b1", 1, 0.8),
        ("aggregate", "", "geometric", "minimum"),
    }


def test_the_mean_inside_a_dimension_is_taken_and_named():
    told = asked(aggregate_a="harmonic")
    other = Methodology.from_mapping(told.mapping)

    assert [one.aggregate for one in other.dimensions] == ["harmonic", "arithmetic"]
    assert other.root.aggregate == "geometric"
    assert [(one.what, one.key, one.before, one.after) for one in told.changed] == [
        ("aggregate", "a", "arithmetic", "harmonic")
    ]
    assert "aggregate" not in MAPPING["dimensions"][0]


def test_a_power_mean_loses_its_exponent_with_its_name():
    mapping = {**MAPPING, "aggregate": "power", "p": -1}
    methodology = Methodology.from_mapping(mapping)

    stays = ask(mapping, methodology, {"aggregate": "power"})
    goes = ask(mapping, methodology, {"aggregate": "minimum"})

    assert Methodology.from_mapping(stays.mapping).hash == methodology.hash
    assert Methodology.from_mapping(goes.mapping).root.aggregate == "minimum"


def test_an_indicator_left_out_takes_an_empty_dimension_and_its_guard_along():
    told = asked(out_b1="1")
    other = Methodology.from_mapping(told.mapping)

    assert [one.key for one in other.indicators] == ["a1", "a2"]
    assert [one.key for one in other.dimensions] == ["a"]
    assert other.guards == ()
    assert MAPPING["guards"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"weight_d_a": "abc"}, "number"),
        ({"weight_d_a": "nan"}, "number"),
        ({"weight_i_a1": "-1"}, "negative"),
        ({"weight_i_a1": "1001"}, "too-large"),
        ({"low_a1": "1"}, "goalposts"),
        ({"weight_d_a": "0", "weight_d_b": "0"}, "all-zero"),
        ({"out_a1": "1", "weight_i_a2": "0"}, "all-zero"),
        ({"out_a1": "1", "out_a2": "1", "out_b1": "1"}, "nothing-left"),
        ({"aggregate": "sum"}, "aggregate"),
        ({"aggregate_b": "power"}, "aggregate"),
    ],
)
def test_each_fault_has_a_code_and_its_field(given, code):
    assert [one.code for one in asked(**given).faults] == [code]


def test_parts_add_up_to_the_ends_as_they_are_shown():
    # 52.94 → 65.26: shown 52.9 and 65.3, 12.4 apart; the parts alone would round to 12.3.
    parts = (
        IndicatorPart("posts", "a", 0.0762, "changed", 0.5, 0.7),
        IndicatorPart("exercise", "b", 0.0470, "changed", 0.6, 0.7),
    )
    points = shown_points(Explanation("s", 0.5294, 0.6526, 0.0, 0.0, parts, (), ()))

    assert sum(points.values()) == pytest.approx(12.4)
    assert points == {"posts": pytest.approx(7.7), "exercise": pytest.approx(4.7)}


def test_a_waterfall_walks_from_start_to_end_and_turns_round_in_arabic():
    start, end = ("A", "50", 0.5), ("B", "60", 0.6)
    parts = [("x", "+20", 0.2), ("y", "-10", -0.1)]
    steps, scale = waterfall(start, parts, end, mirrored=False)
    turned, _ = waterfall(start, parts, end, mirrored=True)

    assert [one.kind for one in steps] == ["start", "up", "down", "end"]
    assert (scale.low, scale.high) == (0.4, 0.8)
    # The chart is 420 wide with 24 on each side: 0.5 stands at a quarter, 0.7 at three quarters.
    assert (steps[1].x, steps[1].width) == (117.0, 186.0)
    assert steps[2].to == steps[3].x
    assert turned[1].x == 420 - steps[1].x - steps[1].width
    assert [percent for _, percent in Scale(0, 1, False).ticks()] == [0, 50, 100]


def indicator(key, dimension, value, posts=0, weight=0.25):
    ids = [f"post:00000000-0000-0000-0000-{n:012d}:gov-01:aa" for n in range(posts)]
    return {
        "key": key,
        "dimension": dimension,
        "normalised": value,
        "weight": weight,
        "observations": ids,
    }


def test_strengths_lie_above_and_gaps_below_the_middle():
    told = profile_of(
        {
            "indicators": [
                indicator("a", "d", 0.9),
                indicator("b", "d", 0.5),
                indicator("c", "d", 0.1),
                indicator("e", "d", None),
            ]
        }
    )

    assert [one["key"] for one in told.strengths] == ["a"]
    assert [one["key"] for one in told.gaps] == ["c"]
    assert [one["key"] for one in told.missing] == ["e"]


def test_a_figure_of_four_posts_is_hidden_with_what_would_give_it_away():
    dimensions = [
        {"key": key, "value": value, "weight": 0.25}
        for key, value in (("gov", 0.5), ("cri", 0.6), ("sec", None))
    ]
    detail = {
        "dimensions": dimensions,
        "indicators": [indicator("g1", "gov", 0.5, posts=4), indicator("c1", "cri", 0.6, posts=5)],
    }
    sources = {"g1": "competencies", "c1": "competencies"}

    assert small_groups(detail, sources) == {"g1", "gov", "cri"}
    assert small_groups(detail, {"g1": "exercises", "c1": "exercises"}) == set()


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def square(pcode, west, south, **more):
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1]]
    return {
        "type": "Feature",
        "properties": {"ADM1_PCODE": "X", "ADM2_PCODE": pcode, **more},
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


def test_areas_are_found_by_the_finest_p_code_and_drawn_north_up():
    outlines = read_boundaries(collection(square("X1", 0, 0), square("X2", 0, 1)))
    drawn, tall = areas(outlines, ["X2", "X1", "other"])

    assert [one.pcode for one in drawn] == ["X1", "X2"]
    # One degree wide, two high: 816 / cos 1° = 816.1 units and 12 of margin, rounded up.
    assert tall == 829
    assert (drawn[0].x, drawn[1].x) == (pytest.approx(210, abs=1), pytest.approx(210, abs=1))
    assert drawn[1].y == pytest.approx(210, abs=1)
    assert drawn[0].y == pytest.approx(618, abs=1)
    assert areas(outlines, ["other"]) == ([], 0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "map.json"),
        ("[]", "map.features"),
        (collection({"properties": {"name": "x"}, "geometry": None}), "map.pcode"),
        (collection(square("X1", 300000, 0)), "map.feature"),
        (collection("x"), "map.feature"),
    ],
)
def test_a_file_that_is_no_map_is_refused_in_words(text, code):
    with pytest.raises(Refused, match=code.replace(".", r"\.")):
        read_boundaries(text)


@pytest.mark.parametrize(
    ("count", "widths"), [(0, [0]), (1, [1]), (10, [10]), (11, [5, 6]), (24, [8, 8, 8])]
)
def test_a_wide_heat_map_is_several_tables_of_nearly_one_width(count, widths):
    parts = columns_of(count)

    assert [len(range(count)[part]) for part in parts] == widths
    assert [one for part in parts for one in range(count)[part]] == list(range(count))
