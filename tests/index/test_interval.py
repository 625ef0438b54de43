"""Draws, intervals, ranks and bands."""

from datetime import date

import numpy as np
import pytest

from lms.index import Methodology, Observation, compute, random_effects
from lms.index.interval import ends, student, subject_key
from lms.index.ranks import rank_ends, shown_ranks

DAY = date(2026, 6, 1)


def build(statistic="mean", aggregate="arithmetic", interval=None, **fields):
    indicators = [{"key": key, "unit": "share", "statistic": statistic, **fields} for key in "ab"]
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": aggregate,
            "interval": interval or {},
            "bands": [{"key": "low", "from": 0}, {"key": "high", "from": 0.5}],
            "dimensions": [
                {"key": "d", "indicators": indicators[:1]},
                {"key": "e", "indicators": indicators[1:]},
            ],
        }
    )


def run(methodology, values, draws=2000, subject="s", **fields):
    rows = [Observation(subject, key, one, **fields) for key in "ab" for one in values]
    return compute(methodology, rows, DAY, draws=draws, seed=4)


def test_no_draws_no_intervals():
    got = run(build(), [0.2, 0.8], draws=0)
    for name in ("low", "high", "method_low", "rank_low", "rank_method_high", "band_probability"):
        assert np.isnan(getattr(got, name)[0])


def test_the_interval_holds_the_value_and_stays_in_range():
    got = run(build(), [0.9, 1.0, 1.0, 0.95])
    assert 0 <= got.low[0] <= got.values[0] <= got.high[0] <= 1


def test_an_interval_of_plain_t_has_the_right_width():
    """One dimension's mean beyond its range is drawn by t: check against its quantile."""
    values = [1.1, 1.3, 1.2, 1.4]
    got = run(build(normalise={"low": 0, "high": 3}, range=[0, 0.5]), values, draws=40_000)
    half = 2.353363 * np.std(values, ddof=1) / 2 / 3
    assert got.dimension_high[0, 0] - got.dimension_low[0, 0] == pytest.approx(2 * half, rel=0.03)


def test_a_source_with_an_error_is_drawn_normally():
    got = run(build("latest"), [0.5], draws=40_000, se=0.1)
    assert got.dimension_high[0, 0] == pytest.approx(0.5 + 1.644854 * 0.1, abs=0.003)


def test_an_unknown_error_gives_no_interval():
    got = run(build("latest"), [0.5])
    assert np.isnan(got.low[0])
    assert np.isnan(got.band_probability[0])
    assert got.unknown_error == ("a", "b")
    assert not np.isnan(got.method_low[0])


def test_a_census_is_certain():
    rows = [Observation("s", key, one) for key in "ab" for one in (0.2, 0.6)]
    populations = {("s", "a"): 2, ("s", "b"): 2}
    got = compute(build(), rows, DAY, populations=populations, draws=100, seed=1)
    assert got.low[0] == got.values[0] == got.high[0]
    assert got.flags[0] == 0


def test_at_the_edge_the_interval_is_widened_and_flagged():
    rows = [Observation("s", key, 1.0) for key in "ab" for _ in range(4)]
    rows += [Observation("t", key, x) for key in "ab" for x in (0.2, 0.8, 0.5)]
    got = compute(build(), rows, DAY, draws=500, seed=1)
    assert got.high[0] == 1
    assert got.low[0] < 1
    assert "at_edge" in got.to_mapping()["subjects"][0]["flags"]


def test_band_probability_and_the_two_bands():
    sure = run(build(), [0.9, 0.85, 0.8, 0.9, 0.88])
    assert sure.band == ("high",)
    assert sure.band_probability[0] > 0.95
    assert sure.band_between == ((),)
    unsure = run(build(), [0.3, 0.52, 0.7, 0.5])
    assert 0.2 < unsure.band_probability[0] < 0.8
    assert unsure.band_between == (("low", "high"),)


def test_the_method_interval_moves_with_weights_and_aggregation():
    rows = [Observation("s", "a", 0.9), Observation("s", "b", 0.1)]
    alone = compute(build(), rows, DAY, draws=2000, seed=1)
    assert alone.method_low[0] < 0.5 < alone.method_high[0]
    spread = {"concentration": 1e6, "alternatives": {"aggregate": ["geometric", "minimum"]}}
    other = compute(build(interval=spread), rows, DAY, draws=2000, seed=1)
    assert other.method_low[0] == pytest.approx(0.1, abs=1e-3)
    # The value itself is arithmetic, so the interval is widened to hold it.
    assert other.method_high[0] == pytest.approx(0.5, abs=1e-12)


def test_draws_stand_around_the_value_when_errors_are_small():
    got = run(build(), [0.5, 0.501, 0.499, 0.5], draws=4000)
    assert (got.low[0] + got.high[0]) / 2 == pytest.approx(got.values[0], abs=1e-4)


@pytest.mark.parametrize("shape", [(2, 2), (8, 3)])
def test_stated_intervals_hold_the_truth(shape):
    """5 graded scores a district: 90 % intervals hold the mean in at least 86 % of 400 cases."""
    a, b = shape
    stream = np.random.default_rng(11)
    scores = stream.beta(a, b, (400, 5))
    methodology = Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "dimensions": [
                {"key": "d", "indicators": [{"key": "i", "unit": "share", "statistic": "mean"}]}
            ],
        }
    )
    rows = [Observation(f"s{s}", "i", float(x)) for s, own in enumerate(scores) for x in own]
    got = compute(methodology, rows, DAY, draws=300, seed=2)
    truth = a / (a + b)
    held = np.mean((got.low <= truth) & (truth <= got.high))
    assert 0.86 <= held <= 0.97


def test_shown_ranks():
    assert shown_ranks(np.array([0.5, 0.9, 0.5, 0.1]))[:4].tolist() == [2, 1, 2, 4]
    assert shown_ranks(np.array([0.5, 0.5 + 1e-13])).tolist() == [1, 1]


def test_drawn_ranks_give_ties_their_mean():
    drawn = np.array([[0.5, 0.5], [0.5, 0.5], [0.1, 0.9]])
    low, high = rank_ends(drawn, 0.9)
    assert low.tolist() == [1, 1, 1]
    assert high.tolist() == [3, 3, 3]


def test_ends_are_type_7():
    assert ends(np.arange(11.0), 0.8) == pytest.approx([1, 9])


def test_a_subjects_stream_is_named_by_its_code():
    # First eight bytes of SHA-256("abc").
    assert subject_key("abc") == 0xBA7816BF8F01CFEA


def test_random_effects_by_hand():
    got = random_effects([1.0, 3.0, 5.0], [1.0, 1.0, 1.0])
    assert (got.q, got.tau2, got.mean) == pytest.approx((8, 3, 3))
    assert got.se == pytest.approx(np.sqrt(4 / 3))
    assert got.shrunk == pytest.approx((1.5, 3, 4.5))
    assert random_effects([1.0, 1.1, 0.9], [1.0, 1.0, 1.0]).tau2 == 0


def test_reliability_of_a_districts_mean():
    rows = [
        Observation(name, key, centre + step)
        for key in "ab"
        for name, centre in (("s", 0.2), ("t", 0.5), ("u", 0.8))
        for step in (-0.01, 0.0, 0.01)
    ]
    assert compute(build(), rows, DAY, draws=0, seed=1).reliability.min() > 0.99
    assert np.isnan(run(build(), [0.2, 0.8]).reliability).all()


@pytest.mark.parametrize("statistic", ["median", "p90"])
def test_quantiles_are_drawn_from_their_resamples(statistic):
    got = run(build(statistic), [0.1, 0.2, 0.4, 0.7, 0.8])
    assert got.low[0] < got.values[0] <= got.high[0]


@pytest.mark.parametrize(
    ("nu", "quantile"), [(1, 6.313752), (2, 2.919986), (4, 2.131847), (30, 1.697261)]
)
def test_students_t_has_its_quantiles(nu, quantile):
    """The 95 % quantile of t with ν degrees of freedom, from its table; and both halves alike."""
    out = np.empty((2, 400_000))
    student(np.array([float(nu), 3.5]), np.random.default_rng(4), out)
    low, middle, high = np.quantile(out[0], [0.05, 0.5, 0.95])
    assert (low, high) == pytest.approx((-quantile, quantile), rel=0.02)
    assert middle == pytest.approx(0, abs=0.01)


def test_draws_of_t_do_not_hang_together():
    out = np.empty((2, 200_000))
    student(np.array([5.0, 5.0]), np.random.default_rng(4), out)
    for one, other in ((out[0], out[1]), (out[0, 1:], out[0, :-1])):
        assert np.corrcoef(one, other)[0, 1] == pytest.approx(0, abs=0.01)
        assert np.corrcoef(one**2, other**2)[0, 1] == pytest.approx(0, abs=0.02)
    # The variance of t is ν/(ν − 2).
    assert out.var() == pytest.approx(5 / 3, rel=0.03)


def test_a_mean_in_a_range_is_drawn_on_the_logit_scale():
    """Quantiles of lo + (hi − lo)·logistic(logit u + T·s/(u(1 − u))) are those of T, mapped."""
    values = [2.0, 3.0, 4.0, 5.0]
    got = run(build(normalise={"low": 0, "high": 10}), values, draws=40_000)
    u, s = 0.35, np.std(values, ddof=1) / 2 / 10
    ends_ = [
        1 / (1 + np.exp(-(np.log(u / (1 - u)) + t * s / (u * (1 - u)))))
        for t in (-2.353363, 2.353363)
    ]
    assert (got.dimension_low[0, 0], got.dimension_high[0, 0]) == pytest.approx(ends_, abs=0.004)


def test_a_mean_on_an_edge_is_drawn_from_inside():
    """u = 1 − 1/(2·(4 + 1)) = 0.9, with the error that others' spread gives."""
    rows = [Observation("s", key, 1.0) for key in "ab" for _ in range(4)]
    rows += [Observation("t", key, x) for key in "ab" for x in (0.2, 0.8, 0.5)]
    got = compute(build(), rows, DAY, draws=40_000, seed=1)
    u, s = 0.9, got.se[0, 0]
    low = 1 / (1 + np.exp(-(np.log(9) - 2.353363 * s / (u * (1 - u)))))
    assert got.dimension_low[0, 0] == pytest.approx(low, abs=0.01)
    assert "at_edge" in got.to_mapping()["subjects"][0]["dimensions"][0]["flags"]


def test_rates_are_drawn_from_a_beta():
    """3 of 10: Beta(3.5, 7.5), whose mean and variance are known."""
    rows = [Observation("s", key, None, numerator=3, denominator=10) for key in "ab"]
    got = compute(build("rate"), rows, DAY, draws=40_000, seed=1)
    a, b = 3.5, 7.5
    draws = got.index_draws[0].astype(float)
    assert draws.mean() == pytest.approx(a / (a + b), abs=0.002)
    # The mean of two independent ones has half the variance.
    assert draws.var() == pytest.approx(a * b / (a + b) ** 2 / (a + b + 1) / 2, rel=0.05)


def test_a_median_of_equal_values_is_drawn_by_t():
    rows = [Observation("s", key, 0.5) for key in "ab" for _ in range(4)]
    rows += [Observation("t", key, x) for key in "ab" for x in (0.2, 0.8, 0.5)]
    got = compute(build("median"), rows, DAY, draws=4000, seed=1)
    assert "no_spread_observed" in got.to_mapping()["subjects"][0]["indicators"][0]["flags"]
    assert got.low[0] < 0.5 < got.high[0]


def test_chunks_change_nothing(monkeypatch):
    rows = [
        Observation(f"s{n:02}", key, x) for n in range(12) for key in "ab" for x in (0.2, n / 12)
    ]
    whole = compute(build(), rows, DAY, draws=60, seed=1)
    for size in (1, 5):
        monkeypatch.setattr("lms.index.drawing.CHUNK", size)
        assert compute(build(), rows, DAY, draws=60, seed=1).to_json() == whole.to_json()


@pytest.mark.slow
@pytest.mark.parametrize(("groups", "least"), [(3, 0.87), (5, 0.87), (15, 0.87), (30, 0.87)])
@pytest.mark.parametrize("shape", [(2, 2), (6, 2), (3, 5)])
def test_stated_intervals_hold_the_truth_as_the_table_says(groups, least, shape):
    """2,000 districts a cell: 0.88–0.96 from five groups on, 0.88 or more with three (± chance)."""
    a, b = shape
    scores = np.random.default_rng(groups).beta(a, b, (2000, groups))
    method = Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "dimensions": [
                {"key": "d", "indicators": [{"key": "i", "unit": "share", "statistic": "mean"}]}
            ],
        }
    )
    table = {
        "subject": [f"s{s:04}" for s in range(2000) for _ in range(groups)],
        "indicator": ["i"] * scores.size,
        "value": scores.ravel(),
    }
    got = compute(method, table, DAY, draws=300, seed=2)
    held = np.mean((got.low <= a / (a + b)) & (a / (a + b) <= got.high))
    assert least <= held <= (0.99 if groups == 3 else 0.965)
