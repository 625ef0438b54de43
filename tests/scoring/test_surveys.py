"""Shares with intervals, survey scales, and what small groups must not show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.responses import published
from lms.scoring import groups_to_show, survey_scale, wilson_interval


@pytest.mark.parametrize("case", published("wilson_interval"), ids=lambda case: case["id"])
def test_published_intervals_are_met(case: dict) -> None:
    low, high = wilson_interval(*case["args"])

    assert low == pytest.approx(case["expected"]["low"], abs=case["tolerance"]["low"])
    assert high == pytest.approx(case["expected"]["high"], abs=case["tolerance"]["high"])


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_other_rows_of_the_same_table(k: int, n: int, low: float, high: float) -> None:
    """Newcombe (1998), table I, method 3."""
    assert wilson_interval(k, n, 0.95) == pytest.approx((low, high), abs=5e-5)


def test_nothing_observed_says_nothing() -> None:
    assert wilson_interval(0, 0, 0.95) == (0, 1)
    for wrong in ((-1, 5), (6, 5)):
        with pytest.raises(ValueError, match="between"):
            wilson_interval(*wrong)
    with pytest.raises(ValueError, match="level"):
        wilson_interval(1, 2, 1.0)


@given(st.integers(0, 500), st.integers(0, 500), st.floats(0.5, 0.999))
def test_an_interval_holds_its_share_and_stays_within_bounds(k: int, more: int, level: float):
    n = k + more
    low, high = wilson_interval(k, n, level)

    assert 0 <= low <= high <= 1
    if n:
        assert low <= k / n <= high
        other = wilson_interval(n - k, n, level)
        assert other == pytest.approx((1 - high, 1 - low))


def test_a_scale_has_mean_top_two_share_and_alpha() -> None:
    answers = [[5, 4], [4, 4], [3, 2], [2, 2], [1, None], [None, None]]

    found = survey_scale(answers, 5)

    # Nine answers, sum 27; 4 or more: four. Only four answered everything: no alpha.
    assert found is not None
    assert found.mean == pytest.approx(3)
    assert found.top_two == pytest.approx(4 / 9)
    assert found.alpha is None
    assert (found.persons, found.answers, found.guard) == (5, 9, "guard")
    whole = survey_scale([[x, x] for x in (1, 2, 3, 4, 5)], 5)
    assert whole is not None
    assert whole.alpha == pytest.approx(1)


def test_groups_under_five_have_no_figures() -> None:
    assert survey_scale([[5, 5]] * 4, 5) is None
    assert survey_scale([[5, 5]] * 4 + [[np.nan, np.nan]] * 3, 5) is None
    assert survey_scale([], 5) is None
    with pytest.raises(ValueError, match="lie between"):
        survey_scale([[6, 1]] * 5, 5)
    with pytest.raises(ValueError, match="three levels"):
        survey_scale([[1, 1]] * 5, 2)


def test_small_groups_stay_hidden_and_so_do_remainders() -> None:
    everybody = range(23)

    # Four people; 23 less 20 are three others; two parts of ten leave three.
    assert groups_to_show({"all": everybody, "north": range(4)}) == {"all"}
    assert groups_to_show({"all": everybody, "north": range(20)}) == {"all"}
    parts = {"all": everybody, "north": range(10), "south": range(10, 20)}
    assert groups_to_show(parts) == {"all", "north"}
    fair = {"all": everybody, "north": range(10), "south": range(10, 23)}
    assert groups_to_show(fair) == set(fair)
    assert groups_to_show({}) == set()


GROUPS = st.dictionaries(st.sampled_from("abcdef"), st.frozensets(st.integers(0, 15)))


@given(GROUPS)
def test_no_difference_of_two_shown_groups_is_small(groups: dict) -> None:
    shown = [groups[name] for name in groups_to_show(groups)]

    for one in shown:
        assert len(one) >= 5
        for other in shown:
            assert not (one & other and 0 < len(one - other) < 5)
