"""Raw values onto 0 … 1."""

import csv
from pathlib import Path

import numpy as np
import pytest

from lms.index import mean_rank, min_max, share_of_best, z_score
from lms.index.methodology import Indicator, Normalise
from lms.index.normalise import faulty, normalise, reference_of, standard_normal

DATA = Path(__file__).parent / "data"


def indicator(transform="none", **how):
    return Indicator("i", "unit", "latest", normalise=Normalise(**how), transform=transform)


def put(values, transform="none", **how):
    column = np.array(values, dtype=float)
    one = indicator(transform, **how)
    return normalise(one, column, reference_of(one, column)).tolist()


def test_schooling_of_23_countries():
    """Handbook on Constructing Composite Indicators (2008), table 15."""
    with (DATA / "normalisation-schooling.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    x = np.array([float(row["value"]) for row in rows])
    for name, got in (
        ("z_score_sample_sd", z_score(x)),
        ("min_max", min_max(x)),
        ("share_of_best", share_of_best(x)),
    ):
        assert got == pytest.approx([float(row[name]) for row in rows], abs=0.00501), name
    # The table gives equal values the lower number; ours is the mean of theirs.
    lower = [1 + int(np.sum(x < one)) for one in x]
    assert lower == [int(row["rank_low_is_1"]) for row in rows]
    assert mean_rank(x).tolist() == [
        low + (np.sum(x == one) - 1) / 2 for low, one in zip(lower, x, strict=True)
    ]


def test_goalposts_clip_and_turn():
    assert put([0, 5, 10, 12, -1], low=0, high=10) == [0, 0.5, 1, 1, 0]
    assert put([0, 2.5], low=0, high=10, direction="down") == [1, 0.75]


def test_goalposts_of_negative_values():
    assert put([-5], low=-10, high=0) == [0.5]


def test_income_on_a_logarithm():
    """UNDP technical notes: (ln x − ln 100)/(ln 75,000 − ln 100)."""
    got = put([100, 75_000, 2154.434690031884], transform="log", low=100, high=75_000)
    assert got[:2] == [0, 1]
    assert got[2] == pytest.approx(np.log(21.54434690031884) / np.log(750))


def test_root():
    assert put([25], transform="sqrt", low=0, high=100) == [0.5]


def test_minmax_uses_the_sample():
    assert put([2, 4, 6, np.nan], method="minmax")[:3] == [0, 0.5, 1]
    assert put([2, 4, 6], method="minmax", direction="down") == [1, 0.5, 0]


@pytest.mark.parametrize("method", ["minmax", "zscore", "rank"])
@pytest.mark.parametrize("values", [[3.0], [3.0, 3.0]])
def test_relative_methods_without_spread(method, values):
    assert put(values, method=method) == [0.5] * len(values)


def test_zscore_through_the_normal_distribution():
    got = put([1, 2, 3], method="zscore")
    assert got == pytest.approx([0.15865525393145707, 0.5, 0.8413447460685429], abs=1e-15)


def test_rank_shares_ties():
    assert put([1, 2, 2, 5], method="rank") == pytest.approx([0, 0.5, 0.5, 1])


def test_a_drawn_value_is_ranked_among_the_others():
    one = indicator(method="rank")
    reference = reference_of(one, np.array([1.0, 2.0, 5.0]))
    drawn = normalise(one, np.array([0.0, 1.5, 2.0, 4.0, 9.0]), reference, own=2.0)
    assert drawn.tolist() == [0, 0.5, 0.5, 0.5, 1]


def test_targets():
    assert put([0, 5, 10, 20], method="target", target=10) == [0, 0.5, 1, 1]
    assert put([5, 10, 20], method="target", target=10, direction="down") == [1, 1, 0.5]


def test_steps_are_linear_between_and_flat_outside():
    points = ((0.0, 0.0), (10.0, 0.8), (20.0, 1.0))
    assert put([-1, 5, 10, 15, 30], method="steps", points=points) == [0, 0.4, 0.8, 0.9, 1]


def test_missing_stays_missing():
    for how in ({}, {"method": "target"}, {"method": "rank"}, {"method": "zscore"}):
        assert np.isnan(put([1, 2, np.nan], **how)[2])


@pytest.mark.parametrize(
    ("one", "x", "bad"),
    [
        (indicator("log"), 0, True),
        (indicator("log"), 1, False),
        (indicator("sqrt"), -1, True),
        (indicator(method="target"), -1, True),
        (indicator(method="target"), 0, False),
        (indicator(method="target", direction="down"), 0, True),
        (indicator("log", method="target", target=9), 0.5, True),
        (indicator("log", method="target", target=9), 1, False),
        (indicator("log", method="target", target=9, direction="down"), 1, True),
        (indicator(), -5, False),
    ],
)
def test_values_without_a_place(one, x, bad):
    assert bool(faulty(one, x)) is bad


def test_standard_normal():
    assert standard_normal([0, 1.959963984540054]) == pytest.approx([0.5, 0.975], abs=1e-15)


def test_z_scores_of_the_largest_numbers_are_those_of_their_shares():
    # Φ(−1), Φ(0), Φ(1)
    told = pytest.approx([0.158655253931457, 0.5, 0.841344746068543])
    assert put([0.0, 1.0, 2.0], method="zscore") == told
    assert put([0.0, 2.0**1022, 2.0**1023], method="zscore") == told
