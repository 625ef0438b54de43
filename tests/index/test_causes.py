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
