"""The chance that one subject stands above another, from a stored run of the two alone."""

import json
import random
from datetime import date, timedelta

import pytest

from lms.index import Methodology, Observation, Result, compute
from lms.index.redrawing import probability_above

DAY = date(2026, 6, 1)


def methodology(**first):
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "dimensions": [
                {
                    "key": "a",
                    "indicators": [
                        {"key": "mean", "unit": "share", "statistic": "mean", **first},
                        {"key": "rate", "unit": "share", "statistic": "rate"},
                    ],
                },
                {
                    "key": "b",
                    "indicators": [
                        {
                            "key": "newest",
                            "weight": 2,
                            "unit": "days",
                            "statistic": "latest",
                            "normalise": {"low": 0, "high": 30, "direction": "down"},
                        },
                        {"key": "sparse", "unit": "share", "statistic": "mean", "impute": "peers"},
                    ],
                },
            ],
            "peers": {"all": [f"s{number}" for number in range(12)]},
        }
    )


def observations():
    stream = random.Random(5)
    found = []
    for number in range(12):
        subject = f"s{number}"
        for group in range(1 if number == 3 else 4):
            found.append(Observation(subject, "mean", stream.random(), group=str(group)))
            cases = stream.randint(4, 20)
            found.append(
                Observation(
                    subject,
                    "rate",
                    None,
                    group=str(group),
                    numerator=stream.randint(0, cases),
                    denominator=cases,
                )
            )
            if number != 7:
                found.append(Observation(subject, "sparse", stream.random(), group=str(group)))
        found.append(
            Observation(
                subject,
                "newest",
                stream.uniform(0, 30),
                se=stream.uniform(1, 4),
                observed_on=DAY - timedelta(days=number),
            )
        )
    return found


def stored(run, *subjects):
    """The run as a database gives it back; of some subjects alone where they are named."""
    told = json.loads(run.to_json())
    if subjects:
        told["subjects"] = [one for one in told["subjects"] if one["subject"] in subjects]
    return Result.from_mapping(told, run.methodology)


@pytest.mark.parametrize("pair", [("s0", "s1"), ("s3", "s4"), ("s9", "s2"), ("s7", "s5")])
def test_two_subjects_of_a_stored_run_are_drawn_as_in_the_run(pair):
    run = compute(methodology(), observations(), DAY, draws=400)

    assert probability_above(stored(run), *pair) == run.probability_above(*pair)
    assert probability_above(stored(run, *pair), *pair) == run.probability_above(*pair)


def test_figures_of_the_sample_need_the_whole_run():
    relative = methodology(normalise={"method": "zscore"}, shrinkage="empirical_bayes")
    run = compute(relative, observations(), DAY, draws=400)

    assert probability_above(stored(run), "s0", "s1") == run.probability_above("s0", "s1")


def test_quantiles_are_drawn_by_their_error_and_land_near():
    run = compute(methodology(statistic="median"), observations(), DAY, draws=2000)

    again = probability_above(stored(run), "s0", "s1")

    assert again == pytest.approx(run.probability_above("s0", "s1"), abs=0.1)


def test_without_draws_or_a_value_there_is_no_chance():
    run = compute(methodology(), observations(), DAY, draws=0)
    lone = [Observation("s0", "mean", 0.5, group="1"), Observation("s1", "mean", 0.5, group="1")]
    empty = compute(methodology(), lone, DAY, draws=50)

    with pytest.raises(ValueError, match="without draws"):
        probability_above(stored(run), "s0", "s1")
    assert probability_above(stored(empty), "s0", "s1") != probability_above(
        stored(empty), "s0", "s1"
    )
    with pytest.raises(KeyError):
        probability_above(stored(compute(methodology(), observations(), DAY, draws=5)), "s0", "x")
