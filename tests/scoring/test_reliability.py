"""How reliable a test is, and how far to trust a mark."""

import numpy as np
import pytest

from factories.responses import lsat, simulated
from lms.scoring import (
    cronbach_alpha,
    drawn_reliability,
    kr20,
    kr21,
    length_factor,
    livingston_k2,
    mark_interval,
    sem,
    share_near,
    spearman_brown,
)

LADDER = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]


def test_published_alpha_of_the_law_school_test_is_met() -> None:
    """Rizopoulos (2006), descriptive statistics of the data."""
    found = cronbach_alpha(lsat())

    assert found is not None
    assert found.value == pytest.approx(0.2950, abs=5e-5)
    assert found.alpha_if_deleted == pytest.approx(
        [0.2754, 0.2376, 0.2168, 0.2459, 0.2663], abs=5e-5
    )
    assert found.corrected_item_total[0] == pytest.approx(0.1128, abs=5e-5)


def test_kr20_is_alpha_for_right_or_wrong() -> None:
    found = cronbach_alpha(lsat())

    assert found is not None
    assert kr20(lsat()) == pytest.approx(found.value, abs=1e-12)
    assert float(found) == found.value == found


def test_kr21_takes_items_as_equally_hard() -> None:
    # Ladder: M = 1.5, variance 1.25: 3/2 · (1 − 1.5 · 1.5/(3 · 1.25)) = 1.5 · 0.4 = 0.6, under 0.75.
    assert kr21(LADDER) == pytest.approx(0.6)
    equal = [[1, 1], [1, 0], [0, 1], [0, 0], [1, 1], [0, 0]]
    assert kr21(equal) == pytest.approx(kr20(equal))
    assert kr21([[1.0, 1.0], [1.0, 1.0]]) is None
    assert kr21([[1.0], [0.0]]) is None
    with pytest.raises(ValueError, match="0 and 1"):
        kr21([[0.5, 1.0]])


def test_identical_items_are_perfectly_reliable() -> None:
    found = cronbach_alpha([[x, x, x] for x in (0.0, 0.25, 1.0)])

    assert found is not None
    assert found.value == pytest.approx(1)
    assert sem(0.4, found.value) == pytest.approx(0, abs=1e-8)


def test_error_of_a_mark_and_its_interval() -> None:
    # sd 10, alpha 0.84: 10 · √0.16 = 4; 60 ± 1.645 · 4.
    assert sem(10, 0.84) == pytest.approx(4)
    assert mark_interval(60, 4) == pytest.approx((53.42, 66.58))
    assert sem(10, -0.44) == pytest.approx(12)
    with pytest.raises(ValueError, match="sd"):
        sem(-1, 0.5)


def test_longer_tests_are_more_reliable() -> None:
    assert spearman_brown(0.6, 2) == pytest.approx(0.75)
    assert spearman_brown(0.75, 0.5) == pytest.approx(0.6)
    assert length_factor(0.6, 0.75) == pytest.approx(2)
    assert spearman_brown(-0.5, 3) is None
    assert length_factor(0, 0.8) is None
    assert length_factor(1, 0.8) is None
    with pytest.raises(ValueError, match="between"):
        length_factor(0.5, 1)
    with pytest.raises(ValueError, match="more than 0"):
        spearman_brown(0.5, 0)


def test_a_pass_mark_far_from_the_mean_is_judged_more_reliably() -> None:
    # alpha 0.6, s = 10, mean 70, pass mark 60: (0.6 · 100 + 100)/(100 + 100) = 0.8.
    assert livingston_k2(0.6, 70, 10, 60) == pytest.approx(0.8)
    assert livingston_k2(0.6, 60, 10, 60) == pytest.approx(0.6)
    assert livingston_k2(0.6, 60, 0, 60) is None


def test_persons_within_one_error_of_the_pass_mark_are_counted() -> None:
    assert share_near([56, 60, 64, 65, None], 60, 4) == pytest.approx(3 / 4)
    assert share_near([0.1 + 0.2], 0.4, 0.1) == 1
    assert share_near([], 60, 4) is None


def test_drawn_items_have_a_reliability_of_their_own() -> None:
    # Persons (1, 1), (0, 1), (0, 0): means 1, ½, 0 around ½; between 2 · (¼ + 0 + ¼)/2 = ½, within
    # (0 + ½ + 0)/3 = 1/6: 1 − 1/3. Where the gaps are does not matter.
    gap = None
    matrix = [[1, 1, gap, gap], [gap, 0, 1, gap], [gap, gap, 0, 0]]

    assert drawn_reliability(matrix) == pytest.approx(2 / 3)
    assert drawn_reliability([*matrix, [1, gap, gap, gap]]) == pytest.approx(2 / 3)
    assert drawn_reliability([[1, 1], [1, 1]]) is None
    assert drawn_reliability([]) is None


def test_the_luck_of_the_draw_costs_reliability() -> None:
    bank = simulated(3000, list(np.linspace(-2, 2, 20)))
    drawn = bank.copy()
    random = np.random.default_rng(2)
    for row in drawn:
        row[random.permutation(20)[10:]] = np.nan

    alpha, found = cronbach_alpha(bank[:, ::2]), drawn_reliability(drawn)

    assert alpha is not None
    assert found is not None
    assert 0.4 < found < alpha.value
