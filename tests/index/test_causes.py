"""Within one indicator, by cause."""

import math
from datetime import date, timedelta

import pytest

from lms.index import Methodology, Observation, causes, compute, explain

FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)
METHODOLOGY = Methodology.from_mapping(
    {
        "key": "m",
        "version": "1",
        "dimensions": [
            {
                "key": "d",
                "indicators": [
                    {
                        "key": "i",
                        "unit": "share",
                        "statistic": "mean",
                        "valid_days": 365,
                        "half_life_days": 180,
                        "min_coverage": 0,
                    }
                ],
            }
        ],
    }
)


def seen(name, value, age=0):
    return Observation("s", "i", value, id=name, observed_on=FIRST - timedelta(age))


def late(name, value):
    return Observation("s", "i", value, id=name, observed_on=SECOND)


def told(old, new, reasons=None):
    run_a = compute(METHODOLOGY, old, FIRST, draws=0)
    run_b = compute(METHODOLOGY, new, SECOND, draws=0)
    (part,) = explain(run_a, run_b, "s").indicators
    found = causes(part, run_a, run_b, "s", old, new, reasons=reasons)
    assert math.fsum(one.part for one in found) == pytest.approx(part.part, abs=1e-9)
    return {one.name: one for one in found}


def test_new_evidence_alone():
    old = [seen("a", 0.4), seen("b", 0.6)]
    found = told(old, [*old, late("c", 0.9)])
    assert list(found) == ["new"]
    assert found["new"].observations == ("c",)
    assert (found["new"].before, found["new"].after) == pytest.approx((0.5, 0.7), abs=1e-3)


def test_each_cause_in_its_order():
    old = [seen("a", 0.2, 300), seen("b", 0.4, 10), seen("c", 0.9), seen("d", 0.1), seen("p", 0.3)]
    new = [old[1], seen("c", 0.7), late("e", 1.0), late("q", 0.5)]
    reasons = {"d": "incumbent", "e": "incumbent", "p": "post"}
    found = told(old, new, reasons)
    assert {name: one.observations for name, one in found.items()} == {
        "expired": ("a",),
        "corrected": ("c",),
        "incumbent": ("d", "e"),
        "post": ("p",),
        "new": ("q",),
    }
    assert list(found) == ["expired", "corrected", "incumbent", "post", "new"]
    assert found["expired"].part > 0
    assert found["corrected"].part < 0
    assert found["incumbent"].part > 0


def test_an_indicator_that_appears():
    given = {
        "key": "m",
        "version": "1",
        "min_weight_present": 0,
        "dimensions": [
            {
                "key": "d",
                "indicators": [{"key": key, "unit": "share", "statistic": "mean"} for key in "ik"],
            }
        ],
    }
    methodology = Methodology.from_mapping(given)
    old = [Observation("s", "k", 0.5, id="k", observed_on=FIRST)]
    new = [*old, late("a", 0.9), late("b", 0.7)]
    run_a, run_b = (compute(methodology, rows, SECOND, draws=0) for rows in (old, new))
    (part,) = explain(run_a, run_b, "s").indicators
    (only,) = causes(part, run_a, run_b, "s", old, new)
    assert (only.name, only.before, only.part) == ("new", None, part.part)


def test_nothing_left_in_between():
    found = told([seen("a", 0.2, 300)], [late("b", 0.9)])
    assert found["expired"].after is None
    assert (found["expired"].part, found["new"].observations) == (0, ("b",))


def test_decay_by_hand():
    """Half-life 180 days: both weights shrink alike, so that decay alone moves nothing.

    What has no day counts as observed on the day of its run; a day is then a correction.
    """
    undated = Observation("s", "i", 0.9, id="u")
    old = [seen("a", 0.3, 10), undated]
    run_a = compute(METHODOLOGY, old, FIRST, draws=0)
    dated = Observation("s", "i", 0.9, id="u", observed_on=SECOND)
    run_b = compute(METHODOLOGY, [old[0], dated], SECOND, draws=0)
    (part,) = explain(run_a, run_b, "s").indicators
    days = (SECOND - FIRST).days
    weights = [0.5 ** ((10 + days) / 180), 0.5 ** (days / 180)]

    found = {one.name: one for one in causes(part, run_a, run_b, "s", old, [old[0], dated])}

    first = 0.5 ** (10 / 180)
    start = (0.3 * first + 0.9) / (first + 1)
    aged = (0.3 * weights[0] + 0.9 * weights[1]) / sum(weights)
    fresh = (0.3 * weights[0] + 0.9) / (weights[0] + 1)
    assert found["corrected"].before == pytest.approx(aged)
    assert found["corrected"].after == pytest.approx(fresh)
    assert aged == pytest.approx(start)
    assert list(found) == ["corrected"]


def test_the_same_observations_for_both_days():
    """What was observed between the days, or had expired before the first, is no correction."""
    rows = [seen("gone", 0.1, 400), seen("a", 0.4), late("b", 0.8)]
    run_a, run_b = (compute(METHODOLOGY, rows, day, draws=0) for day in (FIRST, SECOND))
    (part,) = explain(run_a, run_b, "s").indicators

    found = causes(part, run_a, run_b, "s", rows, rows)

    assert [(one.name, one.observations) for one in found] == [("new", ("b",))]
    assert found[0].part == pytest.approx(part.part)


def zeros():
    given = {
        "key": "m",
        "version": "1",
        "dimensions": [
            {
                "key": "d",
                "indicators": [
                    {"key": "i", "unit": "share", "statistic": "mean", "unobserved": "zero"},
                    {"key": "k", "unit": "share", "statistic": "mean", "unobserved": "zero"},
                ],
            }
        ],
    }
    return Methodology.from_mapping(given)


def test_a_post_that_was_added_counts_in_the_population():
    """Two of four posts observed at 0.8 are 0.4; of five they are 0.32, with a third at 0.6 0.44."""
    old = [Observation("s", "i", 0.8, f"p{n}", group=f"{n}", observed_on=FIRST) for n in range(2)]
    old += [Observation("s", "k", 0.5, "k", observed_on=FIRST)]
    new = [*old, Observation("s", "i", 0.6, "p2", group="2", observed_on=SECOND)]
    run_a = compute(zeros(), old, FIRST, {("s", "i"): 4}, draws=0)
    run_b = compute(zeros(), new, SECOND, {("s", "i"): 5}, draws=0)
    (part,) = explain(run_a, run_b, "s").indicators

    found = causes(part, run_a, run_b, "s", old, new, {("s", "i"): 4}, {("s", "i"): 5})

    assert [(one.name, one.before, one.after) for one in found] == [
        ("post", pytest.approx(0.4), pytest.approx(0.32)),
        ("new", pytest.approx(0.32), pytest.approx(0.44)),
    ]
    assert [one.part for one in found] == pytest.approx([-0.04, 0.06])


def test_indicators_made_alike_keep_their_evidence_apart():
    old = [
        Observation("s", key, value, f"{key} old", observed_on=FIRST)
        for key, value in (("i", 0.2), ("k", 0.9))
    ]
    new = [
        *old,
        Observation("s", "i", 0.6, "i new", observed_on=SECOND),
        Observation("s", "k", 0.1, "k new", observed_on=SECOND),
    ]
    run_a, run_b = (
        compute(zeros(), rows, day, draws=0) for rows, day in ((old, FIRST), (new, SECOND))
    )

    parts = explain(run_a, run_b, "s", old, new).indicators

    told = {one.key: [(c.before, c.after, c.observations) for c in one.causes] for one in parts}
    assert told == {
        "i": [(pytest.approx(0.2), pytest.approx(0.4), ("i new",))],
        "k": [(pytest.approx(0.9), pytest.approx(0.5), ("k new",))],
    }


def test_a_reason_that_is_none():
    old, new = [seen("a", 0.4)], [late("b", 0.8)]
    run_a, run_b = (compute(METHODOLOGY, rows, SECOND, draws=0) for rows in (old, new))
    (part,) = explain(run_a, run_b, "s").indicators

    with pytest.raises(ValueError, match="'whim' is no reason; reasons are expired"):
        causes(part, run_a, run_b, "s", old, new, reasons={"a": "whim"})


def test_newer_evidence_in_the_place_of_older_is_one_cause():
    old = [seen("a", 0.2), seen("b", 0.6)]
    new = [late("a-2", 0.8), seen("b", 0.6)]

    found = told(old, new, reasons={"a": "new", "a-2": "new"})

    assert list(found) == ["new"]
