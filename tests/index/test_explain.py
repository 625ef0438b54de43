"""Why it changed: parts that add up."""

import json
import math
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from lms.index import (
    Methodology,
    Observation,
    Result,
    compute,
    explain,
    owen_values,
    round_parts,
)

DATA = Path(__file__).parent / "data"
DAY = date(2026, 6, 1)


def mapping(weight=2, method=None, least=0, **top):
    def indicator(key, **fields):
        return {"key": key, "unit": "share", "statistic": "mean",
                "normalise": method or {}, **fields}  # fmt: skip

    return {
        "key": "m",
        "version": "1",
        "min_weight_present": least,
        **top,
        "dimensions": [
            {
                "key": "governance",
                "indicators": [indicator("posts", weight=weight), indicator("published")],
            },
            {"key": "response", "indicators": [indicator("exercise")]},
        ],
    }


def run(methodology, **subjects):
    if not isinstance(methodology, Methodology):
        methodology = Methodology.from_mapping(methodology)
    rows = [
        Observation(subject, key, value)
        for subject, values in subjects.items()
        for key, value in zip(("posts", "published", "exercise"), values, strict=True)
        if value is not None
    ]
    return compute(methodology, rows, DAY, draws=0)


def adds_up(told):
    total = math.fsum([told.method, told.others, *(one.part for one in told.indicators)])
    return total == pytest.approx(told.difference, abs=1e-9)


OLD, NEW = (0.5, 0.4, 0.6), (0.7, 0.3, 0.75)


def test_the_index_of_a_district_by_hand():
    """Section 20 of the specification."""
    told = explain(run(mapping(), s=OLD), run(mapping(), s=NEW), "s")
    assert told.value_a == pytest.approx(0.529150, abs=5e-7)
    assert told.value_b == pytest.approx(0.651920, abs=5e-7)
    parts = {one.key: one.part for one in told.indicators}
    expected = {"posts": 0.076272, "published": -0.019143, "exercise": 0.065641}
    assert parts == pytest.approx(expected, abs=5e-7)
    assert adds_up(told)


def test_lmdi_is_close():
    """Ang (2005): another exact split for a geometric parent."""
    told = explain(run(mapping(), s=OLD), run(mapping(), s=NEW), "s")
    assert told.dimensions == pytest.approx(
        {"governance": 0.057121, "response": 0.065649}, abs=2e-5
    )


def test_the_sentence_adds_up():
    told = explain(run(mapping(), s=OLD), run(mapping(), s=NEW), "s")
    assert told.points() == {"posts": 7.6, "published": -1.9, "exercise": 6.6}
    assert round_parts([0.14, 0.14, 0.14], 1) == (0.2, 0.1, 0.1)


def test_a_run_against_itself():
    one = run(mapping(), s=OLD)
    told = explain(one, one, "s")
    assert (told.difference, told.indicators) == (0, ())


def test_stored_runs_explain_as_well():
    first, second = run(mapping(), s=OLD), run(mapping(), s=NEW)
    again = [Result.from_json(one.to_json(), mapping()) for one in (first, second)]
    assert explain(*again, "s") == explain(first, second, "s")
    text = json.dumps(explain(*again, "s").to_mapping())
    assert json.loads(text)["indicators"][0]["key"] == "posts"


def test_indicators_that_cancel_within_a_dimension():
    told = explain(run(mapping(1), s=(0.5, 0.4, 0.6)), run(mapping(1), s=(0.4, 0.5, 0.6)), "s")
    parts = {one.key: one.part for one in told.indicators}
    assert told.difference == pytest.approx(0, abs=1e-15)
    assert parts["posts"] == pytest.approx(-parts["published"])
    assert parts["posts"] < -0.01


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ((0.5, None, 0.6), (0.5, 0.4, 0.6), {"published": "appeared"}),
        ((0.5, 0.4, 0.6), (0.5, 0.4, None), {"exercise": "disappeared"}),
        (
            (0.5, None, None),
            (None, 0.4, 0.6),
            {"posts": "disappeared", "published": "appeared", "exercise": "appeared"},
        ),
        ((0.5, 0.2, None), (0.7, None, 0.1), {
            "posts": "changed", "published": "disappeared", "exercise": "appeared"}),
    ],
)  # fmt: skip
def test_indicators_that_come_and_go(old, new, changes):
    told = explain(run(mapping(), s=old), run(mapping(), s=new), "s")
    assert {one.key: one.change for one in told.indicators} == changes
    assert adds_up(told)


def test_a_dimension_that_exists_only_later():
    """Its one indicator was there before, but held too little weight to make the dimension."""
    least = {"least": 0.5}
    first = run(mapping(1, **least), s=(0.5, 0.4, 0.6), t=(0.5, 0.4, 0.6))
    second = run(mapping(1, least=0.5), s=(0.5, None, 0.6), t=(0.5, 0.4, 0.6))
    told = explain(first, second, "s")
    assert adds_up(told)
    given = mapping(9, least=0.5)
    told = explain(run(given, s=(None, 0.4, 0.6)), run(given, s=(0.5, 0.4, 0.6)), "s")
    assert {one.key for one in told.indicators} == {"posts", "published"}
    assert adds_up(told)


def test_another_methodology_is_a_part_of_its_own():
    told = explain(run(mapping(), s=OLD), run(mapping(5, aggregate="harmonic"), s=NEW), "s")
    assert told.method != 0
    assert adds_up(told)
    still = explain(run(mapping(), s=OLD), run(mapping(5), s=OLD), "s")
    assert (still.indicators, still.others) == ((), 0)
    assert still.method == pytest.approx(still.difference)


def test_a_methodology_that_shares_no_indicator():
    given = mapping()
    for dimension in given["dimensions"]:
        for one in dimension["indicators"]:
            one["unit"] = "points"
    told = explain(run(mapping(), s=OLD), run(given, s=NEW), "s")
    assert told.method == pytest.approx(told.difference)
    assert told.indicators == ()


def test_observations_that_came_and_went_are_named():
    methodology = Methodology.from_mapping(mapping())
    first = [Observation("s", "posts", 0.5, id="old"), Observation("s", "exercise", 0.6, id="e")]
    second = [Observation("s", "posts", 0.7, id="new"), first[1]]
    told = explain(*(compute(methodology, rows, DAY, draws=0) for rows in (first, second)), "s")
    assert [(one.arrived, one.departed) for one in told.indicators] == [(("new",), ("old",))]


def test_an_indicator_that_the_methodology_drops_is_method():
    given = mapping()
    del given["dimensions"][0]["indicators"][1]
    told = explain(run(mapping(), s=OLD), run(given, s=(0.5, None, 0.6)), "s")
    assert told.indicators == ()
    assert told.method == pytest.approx(told.difference)


@pytest.mark.parametrize("method", ["minmax", "zscore", "rank"])
def test_what_others_did_is_a_part_of_its_own(method):
    given = mapping(method={"method": method}, aggregate="arithmetic")
    first = run(given, s=OLD, t=(0.1, 0.1, 0.1), u=(0.9, 0.9, 0.9))
    second = run(given, s=OLD, t=(0.1, 0.55, 0.1), u=(0.6, 0.5, 0.7))
    told = explain(first, second, "s")
    assert told.indicators == ()
    assert told.others == pytest.approx(told.difference)
    assert adds_up(explain(first, run(given, s=NEW, t=(0.2, 0.2, 0.6), u=OLD), "s"))


def test_without_a_value_no_numbers():
    first = run(mapping(least=1), s=(0.5, None, 0.6), t=OLD)
    told = explain(first, run(mapping(least=1), s=OLD), "s")
    assert (told.difference, told.indicators, told.appeared) == (None, (), ("published",))


def test_a_subject_that_one_run_does_not_list_has_no_value_there():
    first, second = run(mapping(), s=OLD, t=OLD), run(mapping(), s=OLD)

    came, went = explain(second, first, "t"), explain(first, second, "t")

    assert (came.value_a, came.appeared) == (None, ("exercise", "posts", "published"))
    assert (went.value_b, went.disappeared) == (None, ("exercise", "posts", "published"))
    with pytest.raises(KeyError, match="neither run"):
        explain(first, second, "u")


def test_shapley_of_an_airport():
    """Littlechild & Owen (1973): one runway, four users."""
    case = json.loads((DATA / "shapley-airport.json").read_text())
    costs = np.array(list(case["input"]["costs"].values()), dtype=float)
    got = owen_values([0, 1, 2, 3], lambda masks: (masks * costs[:, None]).max(axis=0))
    assert dict(zip(case["expected"], got, strict=True)) == pytest.approx(
        case["expected"], abs=case["tolerance"]
    )


def test_owen_values_of_groups():
    """Owen (1977): a majority game of 5 votes, quota 3, with the first two in one group."""
    game = lambda masks: (masks.sum(axis=0) >= 3).astype(float)  # noqa: E731
    got = owen_values([[0, 1], [2], [3], [4]], game)
    assert got.sum() == pytest.approx(1)
    assert got[0] == got[1] == pytest.approx(0.25)
    assert got[2:] == pytest.approx([1 / 6] * 3)


def test_owen_values_of_groups_of_groups():
    weights = np.array([1.0, 2.0, 3.0, 4.0])
    got = owen_values([[[0, 1], [2]], [[3]]], lambda masks: weights @ masks)
    assert got == pytest.approx(weights)
    squared = owen_values([[[0, 1], [2]], [[3]]], lambda masks: (weights @ masks) ** 2)
    assert squared.sum() == pytest.approx(100)


def test_too_many_players_are_refused():
    with pytest.raises(ValueError, match="too many"):
        owen_values(list(range(25)), lambda masks: masks.sum(axis=0))


OPTIONS = {
    "shrinkage": {"shrinkage": "empirical_bayes"},
    "winsorised": {"outliers": {"method": "winsorise"}},
    "rank": {"normalise": {"method": "rank"}},
    "zscore and shrinkage": {"normalise": {"method": "zscore"}, "shrinkage": "empirical_bayes"},
    "imputed by siblings": {"impute": "siblings"},
    "imputed by peers": {"impute": "peers"},
}


def wide(fields, weights="given"):
    """Two dimensions of three indicators, of which the first has further fields."""

    def indicator(key, more):
        return {"key": key, "unit": "share", "statistic": "mean", "min_coverage": 0, **more}

    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "min_weight_present": 0.5,
            "dimensions": [
                {
                    "key": key,
                    "weights": weights,
                    "indicators": [
                        indicator(f"{key}{number}", fields if number == 0 else {})
                        for number in range(3)
                    ],
                }
                for key in "ab"
            ],
        }
    )


def wide_run(methodology, seed, missing=0.15):
    random = np.random.default_rng(seed)
    rows = []
    for subject in range(14):
        for one in methodology.indicators:
            if random.random() >= missing:
                values = random.random() + 0.1 * random.standard_normal(3)
                rows += [
                    Observation(f"s{subject:02}", one.key, float(value), f"{subject} {one.key} {k}")
                    for k, value in enumerate(values)
                ]
    return rows, compute(methodology, rows, DAY, draws=0)


@pytest.mark.parametrize("fields", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("weights", ["given", "entropy"])
def test_parts_add_up_whatever_looks_at_others(fields, weights):
    methodology = wide(fields, weights)
    looks = weights == "entropy" or not fields.keys() <= {"impute"}
    others = []
    for seed in range(3):
        rows_a, first = wide_run(methodology, seed)
        rows_b, second = wide_run(methodology, seed + 10)
        for subject in first.subjects:
            told = explain(first, second, subject)
            if told.difference is not None:
                assert adds_up(told)
                assert told.method == 0
                others.append(told.others)
        told = explain(first, second, "s00", rows_a, rows_b)
        for part in told.indicators:
            total = math.fsum(cause.part for cause in part.causes)
            assert total == pytest.approx(part.part, abs=1e-9)
    assert any(others) == looks


def test_what_others_did_moves_a_shrunk_value():
    """The subject's own evidence is the same; the mean that it is drawn to is another."""
    methodology = wide({"shrinkage": "empirical_bayes"})
    rows, first = wide_run(methodology, 1, missing=0)
    later = [
        one
        if one.subject == "s00"
        else Observation(one.subject, one.indicator, one.value / 2, one.id)
        for one in rows
    ]
    second = compute(methodology, later, DAY, draws=0)

    told = explain(first, second, "s00", rows, later)

    assert told.indicators == ()
    assert told.others == pytest.approx(told.difference, abs=1e-12)
    assert told.others < 0


def test_another_statistic_is_method_where_the_observations_are_known():
    given = mapping()
    given["dimensions"][0]["indicators"][0]["statistic"] = "median"
    median = Methodology.from_mapping(given)
    mean = Methodology.from_mapping(mapping())
    rows = [Observation("s", "posts", value, f"p{value}") for value in (0.2, 0.3, 1.0)]
    rows += [Observation("s", "exercise", 0.5, "e"), Observation("s", "published", 0.5, "q")]
    first, second = (compute(one, rows, DAY, draws=0) for one in (mean, median))

    known = explain(first, second, "s", rows, rows)
    unknown = explain(first, second, "s")

    assert (known.indicators, known.others) == ((), 0)
    assert known.method == pytest.approx(known.difference)
    assert [one.key for one in unknown.indicators] == ["posts"]
    assert unknown.method == 0
    assert adds_up(known)
    assert adds_up(unknown)


def test_evidence_that_the_new_methodology_does_not_take_is_no_data_of_it():
    """Another unit is another indicator; what has no place in the new file is method."""
    given = mapping()
    given["dimensions"][0]["indicators"][1]["unit"] = "points"
    rows = [Observation("s", key, 0.5, key, unit="share") for key in ("posts", "exercise")]
    rows.append(Observation("s", "published", 0.1, "published", unit="share"))
    first = compute(Methodology.from_mapping(mapping()), rows, DAY, draws=0)
    second = compute(Methodology.from_mapping(given), rows[:2], DAY, draws=0)

    told = explain(first, second, "s", rows, rows[:2])

    assert told.indicators == ()
    assert told.method == pytest.approx(told.difference)


def test_an_indicator_that_the_methodology_drops_is_named_apart():
    given = mapping()
    del given["dimensions"][0]["indicators"][1]
    told = explain(run(mapping(), s=OLD), run(given, s=(0.5, None, 0.6)), "s")
    assert (told.appeared, told.disappeared, told.dropped) == ((), (), ("published",))


def test_causes_come_with_the_parts():
    methodology = Methodology.from_mapping(mapping())
    old = [Observation("s", "posts", 0.5, "old"), Observation("s", "exercise", 0.6, "e")]
    new = [old[1], Observation("s", "posts", 0.5, "old"), Observation("s", "posts", 0.9, "new")]
    first, second = (compute(methodology, rows, DAY, draws=0) for rows in (old, new))

    (part,) = explain(first, second, "s", old, new).indicators

    assert [(one.name, one.observations) for one in part.causes] == [("new", ("new",))]
    assert part.causes[0].part == part.part
    text = json.dumps(explain(first, second, "s", old, new).to_mapping())
    assert json.loads(text)["indicators"][0]["causes"][0]["name"] == "new"


def test_rounded_parts_add_up_to_the_rounded_sum():
    random = np.random.default_rng(4)
    for _ in range(200):
        parts = random.normal(size=random.integers(1, 9)).tolist()
        rounded = round_parts(parts)
        assert math.fsum(rounded) == pytest.approx(round(math.fsum(parts) * 10) / 10, abs=1e-9)
        assert all(abs(a - b) < 0.1 for a, b in zip(parts, rounded, strict=True))
    assert round_parts([]) == ()
    assert round_parts([0.29, -0.29], 2) == (0.29, -0.29)
