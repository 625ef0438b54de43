"""Shrinkage towards the mean, and outliers."""

import math
import statistics
from datetime import date

import numpy as np
import pytest

from lms.index import Methodology, Observation, Result, compute
from lms.index.flags import flag_names
from lms.index.treatment import kurtosis_of, skewness_of

DAY = date(2026, 6, 1)
#: The example in the documentation of the spreadsheet functions SKEW and KURT.
SPREADSHEET = np.array([3.0, 4, 5, 2, 3, 4, 5, 6, 4, 7])


def run(values, se=None, draws=0, **fields):
    """One indicator, one value a subject, goalposts 0 … 10."""
    indicator = {
        "key": "i",
        "unit": "u",
        "statistic": "latest",
        "normalise": {"low": 0, "high": 10},
        **fields,
    }
    methodology = Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": "arithmetic",
            "dimensions": [{"key": "d", "indicators": [indicator]}],
        }
    )
    rows = [Observation(f"s{n:03}", "i", x, se=se) for n, x in enumerate(values)]
    return compute(methodology, rows, DAY, draws=draws, seed=1)


def marks(result, subject=0):
    return flag_names(int(result.indicator_flags[subject, 0]))


def test_shrinkage_by_hand():
    """Errors 1: Q = 8, τ² = 3, λ = ¾, μ = 3; 1/Σw* = 4/3, so that the error is √(¾ + 1/12)."""
    got = run([1.0, 3.0, 5.0], se=1.0, shrinkage="empirical_bayes")
    assert got.raw[:, 0].tolist() == [1, 3, 5]
    assert got.shrunk[:, 0] == pytest.approx([1.5, 3, 4.5])
    assert got.shrunk_se[:, 0] == pytest.approx([math.sqrt(0.75 + 1 / 12)] * 3)
    assert got.values == pytest.approx([0.15, 0.3, 0.45])
    assert got.reliability[:, 0] == pytest.approx([0.75] * 3)
    assert "shrunk" in marks(got)
    told = got.to_mapping()["subjects"][0]["indicators"][0]
    assert (told["raw"], told["se"]) == (1, 1)
    assert told["shrunk"] == pytest.approx(1.5)


def test_a_shrunk_value_is_drawn_by_its_own_error():
    got = run([1.0, 3.0, 5.0], se=1.0, shrinkage="empirical_bayes", draws=40_000)
    half = 1.644854 * math.sqrt(0.75 + 1 / 12) / 10
    # The middle one lies far from both goalposts.
    assert (got.low[1], got.high[1]) == pytest.approx((0.3 - half, 0.3 + half), abs=0.003)


def test_two_known_errors_are_too_few_to_shrink():
    got = run([1.0, 3.0], se=1.0, shrinkage="empirical_bayes")
    assert np.isnan(got.shrunk).all()
    assert got.values == pytest.approx([0.1, 0.3])
    assert "not_shrunk" in marks(got)


def test_an_unknown_error_is_not_shrunk():
    got = run([1.0, 3.0, 5.0], shrinkage="empirical_bayes")
    assert np.isnan(got.shrunk).all()
    assert "not_shrunk" in marks(got)


def test_where_all_is_chance_all_go_to_the_mean():
    got = run([4.9, 5.0, 5.1], se=1.0, shrinkage="empirical_bayes")
    assert got.shrunk[:, 0] == pytest.approx([5.0] * 3)
    assert got.reliability[:, 0].tolist() == [0, 0, 0]


def test_without_shrinkage_nothing_is_drawn_in_and_reliability_is_told():
    got = run([1.0, 3.0, 5.0], se=1.0)
    assert np.isnan(got.shrunk).all()
    assert got.values == pytest.approx([0.1, 0.3, 0.5])
    assert got.reliability[:, 0] == pytest.approx([0.75] * 3)


@pytest.mark.parametrize("statistic", ["mean", "rate", "median"])
def test_each_way_of_drawing_follows_the_shrunk_value(statistic):
    """The middle of the draws stands near the shrunk value, not near the raw one."""
    indicator = {"key": "i", "unit": "share", "statistic": statistic}
    rows = []
    for name, centre in (("a", 0.2), ("b", 0.5), ("c", 0.8)):
        for step in (-0.15, -0.1, 0.0, 0.1, 0.15):
            given = {"numerator": round((centre + step) * 20), "denominator": 20}
            rate = statistic == "rate"
            value = None if rate else centre + step
            rows.append(Observation(name, "i", value, **(given if rate else {})))
    given = {
        "key": "m",
        "version": "1",
        "aggregate": "arithmetic",
        "dimensions": [{"key": "d", "indicators": [indicator]}],
    }
    plain = compute(Methodology.from_mapping(given), rows, DAY, draws=4000, seed=2)
    indicator["shrinkage"] = "empirical_bayes"
    got = compute(Methodology.from_mapping(given), rows, DAY, draws=4000, seed=2)
    assert got.raw.tolist() == plain.raw.tolist()
    assert got.values[0] > plain.values[0]
    middle = np.median(got.index_draws[0])
    assert middle == pytest.approx(got.values[0], abs=0.02)
    assert got.high[0] - got.low[0] < plain.high[0] - plain.low[0]


def test_skewness_and_kurtosis_are_those_of_spreadsheets():
    assert skewness_of(SPREADSHEET) == pytest.approx(0.359543, abs=5e-7)
    assert kurtosis_of(SPREADSHEET) == pytest.approx(-0.151799637, abs=5e-10)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [3.0, 3.0, 3.0, 3.0]])
def test_too_few_or_equal_values_have_neither(values):
    assert (skewness_of(np.array(values)), kurtosis_of(np.array(values))) == (0, 0)


def test_winsorised_to_type_7_quantiles():
    """Of 1 … 20 the quantiles at 0.05 and 0.95 are 1.95 and 19.05."""
    got = run([float(x) for x in range(1, 21)], outliers={"method": "winsorise"},
              normalise={"low": 0, "high": 20})  # fmt: skip
    assert got.used[:, 0] == pytest.approx([1.95, *range(2, 20), 19.05])
    assert got.raw[0, 0] == 1
    assert got.values[[0, 19]] == pytest.approx([1.95 / 20, 19.05 / 20])
    assert "treated" in marks(got)
    assert "treated" not in marks(got, 1)
    told = [one["indicators"][0]["treated"] for one in got.to_mapping()["subjects"]]
    assert told[0] == pytest.approx(1.95)
    assert np.isnan(told[1])


def test_other_shares_of_winsorising():
    got = run([float(x) for x in range(11)], outliers={"method": "winsorise", "lower": 0.1,
                                                       "upper": 0.8})  # fmt: skip
    assert got.used[:, 0] == pytest.approx([1, 1, *range(2, 9), 8, 8])


def test_nine_subjects_are_too_few_to_winsorise():
    got = run([float(x) for x in range(9)], outliers={"method": "winsorise"})
    assert got.used[:, 0].tolist() == list(range(9))
    assert marks(got) == ["unknown_error", "not_treated"]


def test_a_missing_subject_is_no_tenth():
    got = run([float(x) for x in range(9)], outliers="winsorise", min_coverage=1)
    assert "not_treated" in marks(got)


def adjusted(values):
    """G1 and G2 by their sums, in plain Python."""
    n, mean, sd = len(values), statistics.fmean(values), statistics.stdev(values)
    third = math.fsum(((x - mean) / sd) ** 3 for x in values)
    fourth = math.fsum(((x - mean) / sd) ** 4 for x in values)
    skewness = n / ((n - 1) * (n - 2)) * third
    kurtosis = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * fourth
    return skewness, kurtosis - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


@pytest.mark.parametrize("sign", [1, -1])
def test_the_most_extreme_value_goes_to_its_neighbour(sign):
    values = [sign * float(x) for x in [*range(1, 13), 100]]
    skewness, kurtosis = adjusted(values)
    assert abs(skewness) > 2
    assert kurtosis > 3.5
    assert abs(adjusted([*values[:-1], values[-2]])[0]) < 2
    got = run(values, outliers="skew_kurtosis", normalise={"low": -20, "high": 20})
    assert got.used[:, 0].tolist() == [*values[:-1], values[-2]]
    assert "treated" in marks(got, 12)
    assert "still_skewed" not in marks(got, 12)


def test_outliers_go_point_by_point():
    """Two far values: first the farther comes to the nearer, then both to the rest."""
    values = [float(x) for x in [*range(1, 31), 1000, 10_000]]
    got = run(values, outliers="skew_kurtosis")
    assert got.used[-2:, 0].tolist() == [30, 30]
    got = run(values, outliers={"method": "skew_kurtosis", "points": 1})
    assert got.used[-2:, 0].tolist() == [1000, 1000]
    assert adjusted([*values[:-1], 1000.0])[0] > 2
    assert "still_skewed" in marks(got)


def test_values_that_are_not_skewed_stay():
    got = run([float(x) for x in range(20)], outliers="skew_kurtosis")
    assert got.used[:, 0].tolist() == list(range(20))
    assert marks(got, 5) == ["unknown_error"]


def test_outliers_come_before_the_logarithm():
    values = [float(10**x) for x in range(1, 12)]
    got = run(values, outliers={"method": "winsorise", "lower": 0.1, "upper": 0.9},
              transform="log", normalise={"low": 1, "high": 1e12})  # fmt: skip
    assert got.used[:, 0] == pytest.approx([1e2, 1e2, *values[2:9], 1e10, 1e10])
    assert got.values[0] == pytest.approx(2 / 12)


def test_a_relative_method_sees_treated_values():
    values = [float(x) for x in range(1, 22)]
    got = run(values, outliers="winsorise", normalise={"method": "minmax"})
    # Quantiles of 1 … 21 at 0.05 and 0.95 are 2 and 20.
    assert got.values[:3] == pytest.approx([0, 0, 1 / 18])


def test_draws_keep_to_the_ends_that_the_data_gave():
    values = [float(x) for x in range(1, 22)]
    got = run(values, se=5.0, outliers="winsorise", normalise={"low": 0, "high": 20}, draws=500)
    assert got.index_draws.max() == pytest.approx(1)
    assert got.index_draws.min() == pytest.approx(2 / 20)


def test_a_stored_run_keeps_what_was_treated():
    values = [float(x) for x in range(1, 22)]
    got = run(values, se=1.0, outliers="winsorise", shrinkage="empirical_bayes", draws=20)
    again = Result.from_json(got.to_json(), got.methodology)
    assert again.to_json() == got.to_json()
    np.testing.assert_array_equal(again.used, got.used)
