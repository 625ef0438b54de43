"""Many observations → one raw value with its error."""

from datetime import date, timedelta

import numpy as np
import pytest

from lms.index import Methodology, Observation, compute
from lms.index.quantile import weighted_quantile

DAY = date(2026, 6, 1)


def run(observations, populations=None, draws=0, **fields):
    indicator = {"key": "i", "unit": "share", "statistic": "mean", **fields}
    methodology = Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "dimensions": [{"key": "d", "indicators": [indicator]}],
        }
    )
    return compute(
        methodology, observations, DAY, populations={("s", "i"): populations} if populations else {},
        draws=draws, seed=1,
    )  # fmt: skip


def seen(value, age=0, subject="s", **fields):
    return Observation(subject, "i", value, observed_on=DAY - timedelta(age), **fields)


def flags(result, subject=0):
    return result.to_mapping()["subjects"][subject]["indicators"][0]["flags"]


THREE = [seen(0.8), seen(0.4, 365), seen(0.6, 100)]


def test_three_officials_with_decay():
    """Section 20 of the specification, by hand."""
    got = run(THREE, half_life_days=365)
    assert got.raw[0, 0] == pytest.approx(0.642973, abs=5e-7)
    assert got.se[0, 0] == pytest.approx(0.106152, abs=5e-7)
    got = run(THREE, populations=4, half_life_days=365)
    assert got.se[0, 0] == pytest.approx(0.053076, abs=5e-7)
    assert got.indicator_coverage[0, 0] == 0.75


def test_a_half_life_halves_exactly():
    got = run([seen(1, 0), seen(0, 365)], half_life_days=365)
    assert got.raw[0, 0] == 2 / 3


def test_validity_ends_after_its_last_day():
    got = run([seen(1, 730), seen(0, 731), seen(0, -1)], valid_days=730)
    assert (got.raw[0, 0], got.n[0, 0]) == (1, 1)
    assert got.left_out["expired"] == got.left_out["future"] == 1


def test_what_expired_is_said():
    got = run([seen(1, 731)], valid_days=730)
    assert np.isnan(got.raw[0, 0])
    assert flags(got) == ["expired"]


def test_observations_of_one_group_are_one():
    grouped = [seen(0.2, group="p"), seen(0.4, group="p"), seen(0.9, group="q")]
    got = run(grouped)
    assert got.n[0, 0] == 2
    assert got.raw[0, 0] == pytest.approx((0.2 + 0.4 + 0.9) / 3)
    assert run(grouped, groups="equal").raw[0, 0] == pytest.approx((0.3 + 0.9) / 2)


def test_a_census_has_no_error():
    got = run([seen(0.2), seen(0.6)], populations=2)
    assert got.se[0, 0] == 0
    assert got.unknown_error == ()


def test_an_instruments_error_is_added():
    plain = run([seen(0.2), seen(0.6)]).se[0, 0]
    got = run([seen(0.2), seen(0.6)], measurement_error=0.1).se[0, 0]
    assert got == pytest.approx(np.sqrt(plain**2 + 0.01 / 2))


def test_one_group_borrows_the_spread_of_others():
    others = [seen(0.2, subject="t"), seen(0.6, subject="t")]
    got = run([seen(0.5), *others])
    assert got.se[0, 0] == pytest.approx(np.sqrt(0.08))
    assert flags(got) == ["single_group"]


def test_one_group_alone_has_an_unknown_error():
    got = run([seen(0.5)])
    assert np.isnan(got.se[0, 0])
    assert got.unknown_error == ("i",)
    assert "unknown_error" in flags(got)


def test_equal_groups_have_an_error_all_the_same():
    others = [seen(0.2, subject="t"), seen(0.6, subject="t")]
    got = run([seen(1.0)] * 3 + others)
    u = 1 - 1 / 8
    part = 0.08 / (u * (1 - u) + 0.4 * 0.6)
    assert got.se[0, 0] == pytest.approx(np.sqrt(part * u * (1 - u) / 3))
    assert "no_spread_observed" in flags(got)


def test_equal_groups_near_an_edge_are_not_moved_from_it():
    """Only 0 and 1 themselves are moved in; φ = 0.08/(0.01·0.99 + 0.4·0.6)."""
    others = [seen(0.2, subject="t"), seen(0.6, subject="t")]
    got = run([seen(0.01)] * 3 + others)
    part = 0.08 / (0.0099 + 0.24)
    assert got.se[0, 0] == pytest.approx(np.sqrt(part * 0.0099 / 3))


def test_a_quantile_whose_resamples_are_all_equal_is_not_certain():
    """Of thirty values of which one differs, the median of a resample is as good as always 0.5."""
    others = [seen(0.2, subject="t"), seen(0.6, subject="t")]
    got = run([seen(0.5)] * 29 + [seen(0.9)] + others, statistic="median")
    assert got.raw[0, 0] == 0.5
    assert got.se[0, 0] > 0
    assert "no_spread_observed" in flags(got)


def test_a_share_is_not_missed_by_rounding():
    rows = [seen(x, group="p") for x in (0.1, 0.2, 0.3)] + [seen(0.1, group="q")]
    got = run(rows, statistic="share_at_least", threshold=0.2)
    assert (0.1 + 0.2 + 0.3) / 3 != 0.2
    assert got.raw[0, 0] == 0.75


def test_equal_groups_everywhere_leave_the_error_unknown():
    got = run([seen(1.0)] * 3)
    assert np.isnan(got.se[0, 0])
    assert got.unknown_error == ("i",)


@pytest.mark.parametrize(
    ("values", "weights", "share", "expected"),
    [
        ([1, 2, 3, 4], [1, 1, 1, 1], 0.5, 2.5),
        ([1, 2, 3, 4], [1, 1, 1, 1], 0.9, 3.7),
        ([4, 1], [1, 1], 0.5, 2.5),
        ([1, 2, 3], [1, 2, 1], 0.5, 2.0),
        ([7], [3], 0.9, 7),
    ],
)
def test_weighted_quantiles(values, weights, share, expected):
    assert weighted_quantile(values, weights, share) == pytest.approx(expected)


def test_equal_weights_give_type_7():
    values = [0.3, 0.1, 0.9, 0.4, 0.45, 0.2]
    for share in (0.1, 0.5, 0.9):
        got = weighted_quantile(values, [2.0] * 6, share)
        assert got == pytest.approx(np.quantile(values, share))


@pytest.mark.parametrize(("statistic", "expected"), [("median", 0.4), ("p90", 0.84)])
def test_quantiles_with_an_error(statistic, expected):
    got = run([seen(x) for x in (0.1, 0.2, 0.4, 0.6, 1.0)], statistic=statistic)
    assert got.raw[0, 0] == pytest.approx(expected)
    assert 0 < got.se[0, 0] < 0.5


def test_latest_takes_the_newest_day_and_its_error():
    got = run([seen(0.1, 5, se=0.3), seen(0.4, 1, se=0.05), seen(0.6, 1, se=0.05, weight=3)],
              statistic="latest")  # fmt: skip
    assert got.raw[0, 0] == pytest.approx(0.55)
    assert got.se[0, 0] == pytest.approx(0.05 * np.sqrt(10) / 4)
    assert np.isnan(run([seen(0.4)], statistic="latest").se[0, 0])


def test_sum_and_count():
    rows = [seen(0.2, group="p"), seen(0.3, group="p"), seen(0.4)]
    assert run(rows, statistic="sum").raw[0, 0] == pytest.approx(0.9)
    assert run(rows, statistic="count").raw[0, 0] == 2


def rate(k, n, **fields):
    return seen(None, numerator=k, denominator=n, **fields)


def test_a_rate_is_never_surer_than_the_binomial():
    got = run([rate(2, 4), rate(3, 6)], statistic="rate")
    assert got.raw[0, 0] == 0.5
    assert got.se[0, 0] == pytest.approx(np.sqrt(0.25 / 10))


def test_a_rate_of_differing_groups():
    got = run([rate(9, 10), rate(1, 10)], statistic="rate")
    assert got.se[0, 0] == pytest.approx(np.sqrt(2 * (16 + 16)) / 20)


def test_a_rate_at_the_edge_is_not_certain():
    got = run([rate(5, 5), rate(3, 3)], statistic="rate", draws=500)
    assert got.raw[0, 0] == 1
    assert 0.05 < got.se[0, 0] < 0.2
    assert got.low[0] < 1
    assert got.high[0] == 1


def test_denominators_of_zero():
    got = run([rate(0, 0), rate(1, 2)], statistic="rate")
    assert (got.raw[0, 0], got.n[0, 0], got.left_out["denominator-zero"]) == (0.5, 1, 1)
    got = run([rate(0, 0)], statistic="rate")
    assert np.isnan(got.values[0])
    assert flags(got) == ["no_denominator"]


def test_share_at_least():
    got = run([seen(x) for x in (0.5, 0.7, 0.3, 0.9)], statistic="share_at_least", threshold=0.5)
    assert got.raw[0, 0] == 0.75
    assert got.se[0, 0] == pytest.approx(np.sqrt(0.75 * 0.25 / 3))


def test_levels_are_mapped_before_they_are_averaged():
    levels = {"method": "levels", "levels": {"P": 1, "S": 0.67, "M": 0.33, "U": 0}}
    got = run([seen("P"), seen("M")], normalise=levels)
    assert got.indicators[0, 0] == got.raw[0, 0] == pytest.approx(0.665)


def test_unobserved_as_zero():
    got = run([seen(1.0), seen(0.5)], populations=6, unobserved="zero")
    assert got.raw[0, 0] == 0.25
    assert got.indicator_coverage[0, 0] == pytest.approx(1 / 3)
    assert got.values[0] == 0.25


def test_weight_zero_for_all():
    got = run([seen(0.5, weight=0)])
    assert np.isnan(got.values[0])
    assert flags(got) == ["no_weight"]


def test_fresh_independent_verified():
    got = run(
        [
            seen(0.5, 10, assessor="mission", verified_by="board"),
            seen(0.5, 300, assessor="s", verified_by="s"),
            seen(0.5, 400),
            seen(0.5, 20, assessor="mission", verified_by="mission"),
        ],
        valid_days=600,
    )
    assert (got.fresh[0], got.independent[0], got.verified[0]) == (0.5, 0.5, 0.25)


@pytest.mark.parametrize("older", [0, 500, 900, 3000])
def test_what_is_far_older_than_its_half_life_weighs_as_before_beside_its_like(older):
    """Weights are relative: 0.5^(500 + n) beside each other are 1, ½, ¼, ⅛, and their squares no zeros."""
    values, weights = (0.2, 0.5, 0.9, 0.4), (1, 0.5, 0.25, 0.125)
    result = run([seen(x, older + n) for n, x in enumerate(values)], half_life_days=1)

    mean = sum(w * x for w, x in zip(weights, values, strict=True)) / 1.875
    squares = sum((w * (x - mean)) ** 2 for w, x in zip(weights, values, strict=True))
    assert result.raw[0, 0] == pytest.approx(mean)
    assert result.se[0, 0] == pytest.approx(np.sqrt(4 / 3 * squares) / 1.875)
    assert result.nu[0, 0] == pytest.approx(1.875**2 / 1.328125 - 1)


@pytest.mark.parametrize("weight", [5e-324, 1e-200, 1e200, 1e308])
def test_the_smallest_and_largest_weights_weigh_alike(weight):
    result = run([seen(value, weight=weight) for value in (0.2, 0.5, 0.9, 0.4)])

    assert result.raw[0, 0] == pytest.approx(0.5)
    assert result.se[0, 0] == pytest.approx(0.147196014438797)
    assert result.nu[0, 0] == 3


def test_a_sum_beyond_all_numbers_is_a_fault_with_its_id():
    result = run([seen(1e308, id=name) for name in ("x", "y")], statistic="sum")

    (problem,) = result.problems
    assert (problem.id, problem.code) == ("x", "out-of-range")
    assert result.subjects == ()
