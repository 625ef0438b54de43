"""What changed between two runs, with the interval of the change."""

import json
import math
from datetime import date

import numpy as np
import pytest

from lms.index import Methodology, Observation, Result, compare, compute

FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)


def mapping(statistic="mean", indicators=1, **fields):
    return {
        "key": "m",
        "version": "1",
        "min_weight_present": 0,
        "interval": {"draws": 4000},
        "dimensions": [
            {
                "key": "d",
                "indicators": [
                    {"key": f"i{number}", "unit": "share", "statistic": statistic, **fields}
                    for number in range(indicators)
                ],
            }
        ],
    }


def runs(given, *tables, **settings):
    methodology = Methodology.from_mapping(given)
    days = (FIRST, SECOND)
    return [
        compute(methodology, rows, day, **{"seed": number, **settings})
        for number, (rows, day) in enumerate(zip(tables, days, strict=True))
    ]


def seen(values, prefix="", subject="s", indicator="i0", **fields):
    return [
        Observation(
            subject, indicator, value, f"{prefix}{subject}{number}", observed_on=FIRST, **fields
        )
        for number, value in enumerate(values)
    ]


def half_width(change):
    return (change.high - change.low) / 2


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        (mapping(), seen([0.2, 0.5, 0.6])),
        (mapping("median"), seen([0.2, 0.5, 0.6])),
        (mapping("latest"), seen([0.4], se=0.1)),
        (mapping("rate"), seen([0.4, 0.2], denominator=10.0)),
        (mapping("share_at_least", threshold=0.3), seen([0.2, 0.4, 0.5])),
        (mapping(normalise={"method": "zscore"}), [*seen([0.2, 0.5]), *seen([0.8, 0.9], subject="t")]),
    ],
    ids=["mean", "median", "latest", "rate", "share", "zscore"],
)  # fmt: skip
def test_the_same_evidence_changed_by_nothing_and_surely_so(given, rows):
    # Resamples of a median depend on the seed, which comes from the evidence unless it is given.
    first, second = runs(given, rows, rows, seed=None)
    assert first.seed == second.seed

    change = compare(first, second)["s"]

    assert (change.difference, change.low, change.high, change.said) == (0, 0, 0, "")


def test_independent_evidence_has_the_root_of_both_variances():
    """Values with the source's own errors are drawn normally: 1.645·√(0.06² + 0.08²) = 0.1645."""
    given = mapping("latest")
    rows_a, rows_b = seen([0.4], "a", se=0.06), seen([0.5], "b", se=0.08)

    change = compare(*runs(given, rows_a, rows_b, draws=40_000))["s"]

    assert change.difference == pytest.approx(0.1)
    assert (change.low, change.high) == pytest.approx((0.1 - 0.16449, 0.1 + 0.16449), abs=0.003)
    assert change.said == ""


@pytest.mark.parametrize(("weight", "r"), [(1, 0.5), (3, 0.25)])
def test_shared_evidence_moves_both_runs_together(weight, r):
    """Two observations of one day, of which one stood in A; r is its share of B's weight."""
    old = seen([0.45], "a", se=0.1)
    new = seen([0.5], "b", se=0.1, weight=weight)

    first, second = runs(mapping("latest"), old, [*old, *new], draws=40_000)
    change = compare(first, second)["s"]

    error_b = second.se[0, 0]
    expected = math.sqrt(0.1**2 + error_b**2 - 2 * r * 0.1 * error_b)
    assert half_width(change) == pytest.approx(1.644854 * expected, rel=0.03)


def test_rates_that_share_evidence_move_together_too():
    old = seen([0.5] * 40, "a", denominator=10.0)
    new = seen([0.5] * 40, "b", denominator=10.0)

    apart, shared = (
        half_width(compare(*runs(mapping("rate"), old, rows))["s"]) for rows in (new, [*old, *new])
    )

    # Errors are √(0.25/400) and √(0.25/800), and half the weight of the second is shared.
    first, second = math.sqrt(0.25 / 400), math.sqrt(0.25 / 800)
    assert apart == pytest.approx(1.644854 * math.hypot(first, first), rel=0.05)
    expected = math.sqrt(first**2 + second**2 - first * second)
    assert shared == pytest.approx(1.644854 * expected, rel=0.05)


def test_rose_and_fell_are_said_only_when_the_interval_leaves_0_out():
    low, high = seen([0.2, 0.25, 0.3, 0.22], "a"), seen([0.7, 0.75, 0.8, 0.72], "b")

    up = compare(*runs(mapping(), low, high))["s"]
    down = compare(*runs(mapping(), high, low))["s"]
    unsure = compare(*runs(mapping(), seen([0.2, 0.8], "a"), seen([0.3, 0.9], "b")))["s"]

    assert (up.said, down.said, unsure.said) == ("rose", "fell", "")
    assert 0 < up.low <= up.difference <= up.high
    assert unsure.low < 0 < unsure.difference


def test_two_runs_of_one_truth_are_seldom_said_to_differ():
    """400 districts whose truth stays: a 90 % interval leaves 0 out in at most one of ten or so.

    Of shared evidence r is the share of weight and not its root, which is the correlation of two
    nested means: the interval errs on the side of saying nothing.
    """
    random = np.random.default_rng(6)
    old, new, kept = [], [], []
    for number in range(400):
        subject, truth = f"s{number:03}", random.uniform(0.3, 0.7)
        draw = lambda truth=truth: np.clip(random.normal(truth, 0.15, 8), 0, 1).tolist()  # noqa: E731
        first, second = draw(), draw()
        old += seen(first, "a", subject)
        new += seen(second, "b", subject)
        kept += seen(first, "a", subject) + seen(second, "b", subject)

    for rows, least in ((new, 0.03), (kept, 0.0)):
        changes = compare(*runs(mapping(), old, rows, draws=400))
        said = np.mean([bool(one.said) for one in changes.values()])
        assert least <= said < 0.13


def test_stored_runs_compare_alike():
    given = mapping("mean", indicators=3)
    old = [row for key in range(3) for row in seen([0.2, 0.6, 0.5], f"a{key}", indicator=f"i{key}")]
    new = [row for key in range(3) for row in seen([0.3, 0.7], f"b{key}", indicator=f"i{key}")]
    fresh = runs(given, old, [*old, *new])
    stored = [Result.from_json(one.to_json(), given) for one in fresh]

    assert compare(*stored) == compare(*fresh)
    assert json.loads(json.dumps(compare(*stored)["s"].to_mapping()))["subject"] == "s"


def test_a_subject_without_a_value_has_no_interval():
    old, new = seen([0.2, 0.5], "a"), seen([0.3, 0.6], "b")
    other = seen([0.4, 0.6], "t", subject="t")

    changes = compare(*runs(mapping(), [*old, *other], new))

    assert list(changes) == ["s", "t"]
    gone = changes["t"]
    assert (gone.value_b, gone.difference, gone.low, gone.said) == (None, None, None, "")
    assert gone.value_a == pytest.approx(0.5)


@pytest.mark.parametrize("draws", [(0, 50), (50, 0)])
def test_without_draws_there_is_a_difference_and_no_interval(draws):
    first, second = (
        compute(Methodology.from_mapping(mapping()), rows, FIRST, draws=number)
        for rows, number in zip((seen([0.2, 0.5]), seen([0.7, 0.9])), draws, strict=True)
    )
    change = compare(first, second)["s"]
    assert (change.low, change.high, change.said) == (None, None, "")
    assert change.difference == pytest.approx(0.45)


def test_an_unknown_error_is_no_certainty():
    change = compare(*runs(mapping("latest"), seen([0.2]), seen([0.9])))["s"]
    assert (change.low, change.said) == (None, "")


def test_what_was_filled_in_varies_by_the_error_of_its_rule():
    """Two of three indicators were observed; the third is their mean, give or take 0.29."""
    given = mapping(indicators=3, impute="siblings")
    old = [row for key in range(2) for row in seen([0.5, 0.5], f"a{key}", indicator=f"i{key}")]
    census = {("s", f"i{key}"): 2 for key in range(2)}

    change = compare(*runs(given, old, old, populations=census, draws=40_000))["s"]

    # Only the third varies, once for each run, and has a third of the weight.
    third = np.clip(np.random.default_rng(1).normal(0.5, 0.29, (2, 200_000)), 0, 1)
    ends = np.quantile((third[1] - third[0]) / 3, [0.05, 0.95])
    assert half_width(change) == pytest.approx((ends[1] - ends[0]) / 2, rel=0.03)


def test_progress_is_told_and_can_stop_the_work():
    rows = [row for number in range(60) for row in seen([0.4, 0.6], subject=f"s{number:02}")]
    first, second = runs(mapping(), rows, rows, draws=10)
    told = []

    compare(first, second, progress=lambda done, of: told.append((done, of)))

    assert told == [(50, 60), (60, 60)]

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare(first, second, progress=stop)
