"""Whole runs: the public example, the edge cases, what is stored."""

import csv
import json
import random
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import yaml

from lms.index import Methodology, Observation, Result, compute

DATA = Path(__file__).parent / "data"
DAY = date(2026, 6, 1)


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


TWO = {"d": {"a": {}, "b": {}}, "e": {"c": {}}}
BANDS = [{"key": "low", "from": 0}, {"key": "mid", "from": 0.25}, {"key": "top", "from": 0.5}]


def seen(subject, **values):
    return [
        Observation(subject, key, one)
        for key, many in values.items()
        for one in (many if isinstance(many, list) else [many])
    ]


def run(methodology, observations, **settings):
    return compute(methodology, observations, as_of=DAY, **{"draws": 0, "seed": 1, **settings})


def told(result, position=0):
    return json.loads(result.to_json())["subjects"][position]


def test_human_development_of_15_countries():
    """UNDP, Human Development Report 2023/24: the published index of 2012, three decimals."""
    text = (DATA / "human-development-2012-methodology.yaml").read_text(encoding="utf-8")
    methodology = Methodology.from_mapping(yaml.safe_load(text))

    def rows(name):
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    observations = [
        Observation(row["subject"], row["indicator"], float(row["value"]), unit=row["unit"])
        for row in rows("human-development-2012-observations.csv")
    ]
    got = compute(methodology, observations, date(2012, 12, 31))
    expected = {
        r["subject"]: float(r["index"]) for r in rows("human-development-2012-expected.csv")
    }
    values = dict(zip(got.subjects, got.values, strict=True))
    assert {key: round(value, 3) for key, value in values.items()} == expected
    assert told(got)["low"] is None
    assert got.unknown_error == ("le", "eys", "mys", "gnipc")


def test_one_subject_one_indicator():
    got = run(build({"d": {"a": {}}}), seen("s", a=[0.4, 0.8]), draws=50)
    assert got.values[0] == pytest.approx(0.6)
    assert (got.rank[0], got.rank_low[0], got.rank_high[0]) == (1, 1, 1)


def test_a_subject_without_any_observation_is_listed():
    got = run(build(TWO), seen("s", a=0.5, b=0.5, c=0.5), populations={("t", "a"): 3})
    one = told(got, 1)
    assert (one["subject"], one["published"], one["reasons"]) == ("t", False, ["no evidence"])
    assert one["value"] is one["rank"] is one["low"] is None
    assert one["band"] == ""
    assert one["bounds"] == pytest.approx([0.01, 1])


def test_missing_is_not_zero_and_needs_enough_weight():
    got = run(
        build(TWO, aggregate="arithmetic"), seen("s", a=0.4, c=0.6) + seen("t", a=0.4, b=1, c=0)
    )
    assert np.isnan(got.values[0])
    assert got.reasons[0] == ("too little evidence on d",)
    assert got.values[1] == pytest.approx(0.35)
    got = run(build(TWO, min_weight_present=0.5), seen("s", a=0.36, c=0.64))
    assert got.values[0] == pytest.approx(0.48)
    low, high = got.bounds[0]
    assert low == pytest.approx(np.sqrt(0.18 * 0.64))
    assert high == pytest.approx(np.sqrt(0.68 * 0.64))


def test_coverage():
    methodology = build({"d": {"a": {"weight": 3}, "b": {}}}, bands=BANDS)
    populations = {("s", "a"): 4, ("s", "b"): 2, ("t", "a"): 4}
    got = run(
        methodology,
        seen("s", a=[0.4, 0.8], b=[0.6, 0.6]) + seen("t", a=[0.5], b=[0.5]),
        populations=populations,
    )
    assert got.indicator_coverage.tolist() == [[0.5, 1], [0.25, 1]]
    assert got.coverage.tolist() == [0.625, 0.25]
    assert got.band == ("top", "")
    one = told(got, 1)["indicators"][0]
    assert (one["normalised"], one["raw"], one["flags"]) == (
        None,
        0.5,
        ["low_coverage", "single_group"],
    )


def test_a_population_smaller_than_what_was_observed():
    got = run(build({"d": {"a": {}}}), seen("s", a=[0.4, 0.8]), populations={("s", "a"): 1})
    assert (got.coverage[0], got.se[0, 0]) == (1, 0)
    assert [one.code for one in got.warnings] == ["population-exceeded"]


def test_all_subjects_equal_share_the_first_rank():
    rows = [one for name in "stu" for one in seen(name, a=[0.4, 0.6])]
    got = run(build({"d": {"a": {}}}), rows, draws=200)
    assert got.rank.tolist() == [1, 1, 1]
    assert got.rank_low.tolist() == [1, 1, 1]


def test_ranks_leave_out_who_has_no_value():
    rows = seen("s", a=0.4) + seen("t", a=0.9) + seen("u", a=0.4)
    got = run(build({"d": {"a": {}}}), rows, populations={("v", "a"): 1})
    assert got.rank[:3].tolist() == [2, 1, 2]
    assert np.isnan(got.rank[3])


def test_the_floor_is_flagged_and_the_child_is_shown_as_zero():
    got = run(build(TWO), seen("s", a=0, b=0, c=0.81))
    one = told(got)
    assert got.values[0] == pytest.approx(0.09)
    assert (one["dimensions"][0]["value"], one["dimensions"][0]["flags"]) == (0, ["floored"])
    got = run(build(TWO), seen("s", a=0, b=0, c=0))
    assert got.values[0] == pytest.approx(0.01)


def test_a_value_outside_the_goalposts_is_flagged_and_on_them_not():
    got = run(build({"d": {"a": {}, "b": {}}}), seen("s", a=1.2, b=1.0))
    names = [one["flags"] for one in told(got)["indicators"]]
    assert "clipped" in names[0]
    assert "clipped" not in names[1]


@pytest.mark.parametrize(
    ("value", "band"), [(0.25, "mid"), (0.2499999, "low"), (0.5, "top"), (0.25 - 1e-13, "mid")]
)
def test_a_cut_point_belongs_to_the_band_above(value, band):
    got = run(build({"d": {"a": {}}}, bands=BANDS, aggregate="arithmetic"), seen("s", a=value))
    assert got.band == (band,)


def test_a_guard_holds_a_band_down():
    guards = [{"band": "top", "requires": {"dimension": "d", "at_least": 0.5}}]
    methodology = build(TWO, bands=BANDS, guards=guards, aggregate="arithmetic")
    got = run(methodology, seen("s", a=0.4, b=0.4, c=0.9) + seen("t", a=0.5, b=0.5, c=0.9))
    assert got.band == ("mid", "top")
    assert told(got)["flags"] == ["guarded"]


def test_too_little_independence_gives_no_band():
    methodology = build({"d": {"a": {}}}, bands=BANDS, min_independent=0.5)
    rows = [Observation("s", "a", 0.9), Observation("t", "a", 0.9, assessor="s")]
    got = run(methodology, rows)
    assert got.band == ("", "top")
    assert told(got)["flags"] == ["low_independent"]
    assert got.values[0] == pytest.approx(0.9)


FAULTY = [
    (Observation("s", "q", 0.5), "unknown-indicator"),
    (Observation("", "a", 0.5), "subject"),
    (Observation("s", "a", float("nan")), "not-finite"),
    (Observation("s", "a", float("inf")), "not-finite"),
    (Observation("s", "a", "0.5"), "not-finite"),
    (Observation("s", "a", None), "no-value"),
    (Observation("s", "a", 0.5, unit="km"), "unit"),
    (Observation("s", "a", 0.5, weight=-1), "negative-weight"),
    (Observation("s", "a", 0.5, se=-1), "negative-se"),
    (Observation("s", "r", None, numerator=3, denominator=2), "numerator-above-denominator"),
    (Observation("s", "r", None, numerator=-1, denominator=2), "negative-numerator"),
    (Observation("s", "r", 0.5), "no-denominator"),
    (Observation("s", "l", "Q"), "unknown-level"),
    (Observation("s", "g", -1), "out-of-range"),
]


def strict(**top):
    levels = {"method": "levels", "levels": {"P": 1, "U": 0}}
    held = {
        "a": {},
        "r": {"statistic": "rate"},
        "l": {"normalise": levels},
        "g": {"transform": "log", "normalise": {"low": 1, "high": 10}},
    }
    return build({"d": held}, min_weight_present=0, **top)


@pytest.mark.parametrize(("faulty", "code"), FAULTY, ids=[code for _, code in FAULTY])
def test_faulty_observations(faulty, code):
    rows = [*seen("s", a=0.5), faulty]
    got = run(strict(), rows)
    assert got.subjects == ()
    assert [one.code for one in got.problems] == [code]
    assert json.loads(got.to_json())["subjects"] == []
    got = run(strict(faulty_observations="leave_out"), rows)
    assert got.subjects == ("s",)
    assert (got.raw[0, 0], len(got.problems)) == (0.5, 1)


def test_of_two_with_one_id_the_first_is_kept():
    rows = [Observation("s", "a", 0.2, id="x"), Observation("s", "a", 0.9, id="x")]
    got = run(strict(faulty_observations="leave_out"), rows)
    assert [one.code for one in got.problems] == ["duplicate-id"]
    assert (got.raw[0, 0], got.observations[0][0]) == (0.2, ("x",))


def test_the_same_twice_under_two_ids_is_a_warning():
    rows = [Observation("s", "a", 0.2, id=name, group="p") for name in "xy"]
    got = run(strict(), rows)
    assert [(one.id, one.code) for one in got.warnings] == [("y", "same-content")]
    assert got.observations[0][0] == ("x", "y")


def test_records_that_feed_two_indicators_are_warned_of():
    rows = [Observation("s", key, 0.5, source="exercise:1") for key in "ab"]
    got = run(build(TWO), rows)
    assert [(one.code, one.message) for one in got.warnings] == [
        ("double_counting", "a and b share 1 records")
    ]


def test_populations_are_checked():
    got = run(strict(), seen("s", a=0.5), populations={("s", "a"): -1, ("s", "q"): 2})
    assert [one.code for one in got.problems] == ["population", "unknown-indicator"]


def test_nobody_has_a_value():
    got = run(build({"d": {"a": {}}}), [], populations={("s", "a"): 3})
    assert got.reasons == (("no evidence",),)
    assert run(build({"d": {"a": {}}}), []).subjects == ()


def test_relative_methods_of_one_subject():
    for method in ("minmax", "zscore", "rank"):
        got = run(build({"d": {"a": {"normalise": {"method": method}}}}), seen("s", a=7))
        assert got.values[0] == 0.5
        assert "no_spread" in told(got)["indicators"][0]["flags"]


def test_columns_do_as_well_as_observations():
    rows = seen("s", a=[0.4, 0.8], b=0.3, c=0.6) + seen("t", a=0.2, b=0.9, c=0.1)
    table = {
        "subject": np.array([one.subject for one in rows]),
        "indicator": [one.indicator for one in rows],
        "value": np.array([one.value for one in rows]),
        "observed_on": np.array([np.datetime64(DAY)] * len(rows)),
        "numerator": np.full(len(rows), np.nan),
    }
    one, other = run(build(TWO), rows), run(build(TWO), table)
    assert one.values.tolist() == other.values.tolist()
    assert len(other.problems) == 0


@pytest.mark.parametrize("table", [{"subject": ["s"]}, {"subject": ["s"], "indicator": []}, {
    "subject": [], "indicator": [], "colour": []}])  # fmt: skip
def test_columns_that_do_not_fit(table):
    with pytest.raises(ValueError, match="columns"):
        run(build(TWO), table)


@pytest.mark.parametrize("settings", [{"draws": -1}, {"seed": -1}, {"seed": 2**64}, {"workers": 0}])
def test_settings_out_of_range(settings):
    with pytest.raises(ValueError, match="needed"):
        run(build(TWO), [], **settings)


def many(names):
    chance = random.Random(7)
    return [
        Observation(name, key, round(chance.random(), 3), observed_on=DAY, assessor="mission")
        for name in names
        for key in "abc"
        for _ in range(4)
    ]


def test_a_stored_run_comes_back_whole():
    methodology = build(TWO, bands=BANDS)
    got = run(methodology, many("stu"), draws=60, seed=2**64 - 1, populations={("x", "a"): 2})
    text = got.to_json()
    again = Result.from_json(text, methodology)
    assert again.to_json() == text
    assert again.seed == 2**64 - 1
    assert again.indicators.shape == got.indicators.shape
    with pytest.raises(ValueError, match="another methodology"):
        Result.from_json(text, build(TWO))


def test_json_has_the_fields_that_were_promised():
    got = run(build(TWO, bands=BANDS), many("st"), draws=60)
    whole = json.loads(got.to_json())
    assert set(whole) >= {
        "methodology", "as_of", "evidence_hash", "seed", "draws", "algorithm", "unknown_error",
        "subjects", "problems",
    }  # fmt: skip
    one = whole["subjects"][0]
    assert set(one) >= {
        "subject", "value", "low", "high", "method_low", "method_high", "bounds", "rank",
        "rank_low", "rank_high", "rank_method_low", "rank_method_high", "band",
        "band_probability", "coverage", "fresh", "independent", "verified", "published",
        "reasons", "dimensions", "indicators",
    }  # fmt: skip
    assert set(one["dimensions"][0]) >= {"key", "value", "low", "high", "weight", "coverage"}
    assert set(one["indicators"][0]) >= {
        "key", "dimension", "raw", "se", "n", "normalised", "weight", "coverage",
        "reliability", "flags", "observations",
    }  # fmt: skip
    assert sum(cell["weight"] for cell in one["indicators"]) == pytest.approx(1)


def test_shuffled_rows_give_the_same_bits():
    rows = [
        Observation(one.subject, one.indicator, one.value, id=f"x{number}")
        for number, one in enumerate(many("stu"))
    ]
    mixed = rows[:]
    random.Random(3).shuffle(mixed)
    one = run(build(TWO), rows, draws=80, seed=None)
    assert run(build(TWO), mixed, draws=80, seed=None).to_json() == one.to_json()


def test_workers_change_nothing():
    one = run(build(TWO), many("stuvw"), draws=80)
    assert run(build(TWO), many("stuvw"), draws=80, workers=3).to_json() == one.to_json()


def test_another_subject_changes_no_figure_of_the_others():
    one = run(build(TWO), many("stu"), draws=80)
    more = run(
        build(TWO), many("stu") + seen("zz", a=[0.1, 0.9], b=[0.2, 0.3], c=[0.5, 0.6]), draws=80
    )
    for name in ("values", "low", "high", "method_low", "method_high"):
        assert getattr(more, name)[:3].tolist() == getattr(one, name).tolist()
    assert more.indicators[:3].tolist() == one.indicators.tolist()


def test_the_seed_comes_from_the_hashes():
    one, again = (run(build(TWO), many("st"), draws=20, seed=None) for _ in range(2))
    assert one.seed == again.seed
    other = run(build(TWO), many("st")[:-1], draws=20, seed=None)
    assert (other.seed, other.evidence_hash) != (one.seed, one.evidence_hash)


def test_only_evidence_that_counts_is_in_the_hash():
    late = Observation("s", "a", 0.9, observed_on=date(2027, 1, 1))
    one = run(build(TWO), many("st"))
    assert run(build(TWO), [*many("st"), late]).evidence_hash == one.evidence_hash
    peopled = run(build(TWO), many("st"), populations={("s", "a"): 5})
    assert peopled.evidence_hash != one.evidence_hash
