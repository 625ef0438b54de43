"""Before and after."""

import numpy as np
import pytest

from lms.scoring import bootstrap_interval, cohens_d_paired, hake_gain

PRE, POST = [0.2, 0.4, 0.6, 0.4], [0.6, 0.7, 0.8, 0.7]


def test_gain_is_the_share_of_what_was_missing() -> None:
    # Means 0.4 and 0.7: 0.3/0.6.
    found = hake_gain(PRE, POST)

    assert found is not None
    assert found.value == found == pytest.approx(0.5)
    assert (found.pre, found.post) == pytest.approx((0.4, 0.7))
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 0.5 <= found.high
    assert (found.persons, found.dropped, found.guard) == (4, 0, "guard")


def test_gain_is_of_means_and_not_the_mean_of_gains() -> None:
    # Personal gains 0.5 and −4; means 0.7 and 0.625: −0.075/0.3.
    found = hake_gain([0.5, 0.9], [0.75, 0.5])

    assert found == pytest.approx(-0.25)


def test_only_matched_persons_count_and_the_others_are_counted() -> None:
    by_name = hake_gain({"a": 0.2, "b": 0.4, "c": 0.9}, {"b": 0.7, "a": 0.5, "d": 1.0})
    in_order = hake_gain([0.2, 0.4, 0.9, None], [0.5, 0.7, None, 1.0])

    assert by_name is not None
    assert in_order is not None
    assert by_name.value == in_order.value == pytest.approx(0.3 / 0.7)
    assert by_name.dropped == in_order.dropped == 2


def test_nothing_to_gain_and_nobody_give_none() -> None:
    assert hake_gain([1.0, 1.0], [1.0, 0.5]) is None
    assert hake_gain([], []) is None
    assert hake_gain({"a": 0.5}, {"b": 0.5}) is None


def test_one_person_has_a_gain_without_an_interval() -> None:
    found = hake_gain([0.5], [0.75])

    assert found is not None
    assert (found.value, found.low, found.high) == (0.5, None, None)


def test_scores_that_are_no_shares_or_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="shares"):
        hake_gain([50], [70])
    with pytest.raises(ValueError, match="same persons"):
        hake_gain([0.5], [0.5, 0.6])
    with pytest.raises(ValueError, match="both"):
        hake_gain({"a": 0.5}, [0.5])


def test_size_of_a_change_in_standard_deviations() -> None:
    # Differences 0.4, 0.3, 0.2, 0.3: mean 0.3, variance 0.02/3; variances 0.08/3 and 0.02/3, mean
    # 0.05/3; correction 1 − 3/11.
    found = cohens_d_paired(PRE, POST)

    assert found is not None
    assert found.dz == pytest.approx(0.3 / (0.02 / 3) ** 0.5 * 8 / 11)
    assert found.dav == pytest.approx(0.3 / (0.05 / 3) ** 0.5 * 8 / 11)
    assert (found.persons, found.guard) == (4, "guard")
    assert found.dav_interval is None or found.dav_interval[0] <= found.dav_interval[1]


def test_a_change_that_is_the_same_for_all_has_no_dz() -> None:
    found = cohens_d_paired([1, 2, 3, 4], [2, 3, 4, 5])

    assert found is not None
    assert found.dz is None
    assert found.dz_interval is None
    assert found.dav == pytest.approx(1 / (5 / 3) ** 0.5 * 8 / 11)


def test_too_few_or_no_variation_have_no_size() -> None:
    assert cohens_d_paired([1, 2], [2, 4]) is None
    assert cohens_d_paired([1, 1, 1], [2, 2, 2]) is None


def test_a_bootstrap_repeats_itself_and_covers_the_mean() -> None:
    values = np.random.default_rng(6).normal(10, 2, 200)

    def mean(column: np.ndarray) -> float:
        return float(column.mean())

    once, again = bootstrap_interval(mean, values), bootstrap_interval(mean, values)

    # Mean ± 1.645 · 2/√200 = ± 0.233.
    assert once == again
    assert once is not None
    assert once[1] - once[0] == pytest.approx(0.465, rel=0.15)
    assert once != bootstrap_interval(mean, values, seed=1)
    assert bootstrap_interval(mean, values[:1]) is None
    assert bootstrap_interval(lambda column: None, values) is None
