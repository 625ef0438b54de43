"""Quantiles against printed tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.scoring.distributions import beta_share, f_quantile, normal_quantile, t_quantile


def test_quantiles_are_those_of_the_tables() -> None:
    """Tables of F, t and the normal distribution as every textbook prints them."""
    assert f_quantile(0.975, 5, 18) == pytest.approx(3.382, abs=5e-4)
    assert f_quantile(0.95, 1, 10) == pytest.approx(4.965, abs=5e-4)
    assert f_quantile(0.99, 30, 2) == pytest.approx(99.47, abs=5e-3)
    assert t_quantile(0.95, 10) == pytest.approx(2.2281, abs=5e-5)
    assert t_quantile(0.95, 1) == pytest.approx(12.7062, abs=5e-5)
    assert normal_quantile(0.9) == pytest.approx(1.6449, abs=5e-5)


def test_the_beta_share_of_whole_numbers_is_a_polynomial() -> None:
    # I_x(2, 2) = 3x² − 2x³.
    assert beta_share(0.3, 2, 2) == pytest.approx(3 * 0.09 - 2 * 0.027)
    assert [beta_share(x, 2, 2) for x in (-1, 0, 1, 2)] == [0, 0, 1, 1]


@given(st.floats(0.01, 0.99), st.floats(0.5, 200), st.floats(0.5, 200))
def test_a_quantile_and_its_reciprocal_belong_together(share: float, a: float, b: float) -> None:
    assert f_quantile(share, a, b) * f_quantile(1 - share, b, a) == pytest.approx(1, rel=1e-6)


def test_shares_outside_are_refused() -> None:
    for wrong in (0, 1, -0.1):
        with pytest.raises(ValueError, match="between"):
            f_quantile(wrong, 1, 1)
        with pytest.raises(ValueError, match="between"):
            normal_quantile(wrong)
