"""Item analysis, worked by hand."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.responses import lsat
from lms.scoring import (
    cronbach_alpha,
    discrimination,
    discrimination_word,
    effective_weights,
    facility,
    facility_word,
    guard_of,
    kr20,
    point_biserial,
    upper_lower,
)

# A shared machine may be slow, which says nothing about these functions.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# A perfect scale of four persons and three items: totals 0, 1, 2, 3.
LADDER = [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]


def test_facility_is_the_mean_share_of_the_maximum() -> None:
    assert facility([Decimal(1), Decimal(2), Decimal(0)], Decimal(2)) == pytest.approx(0.5)
    assert [facility_word(value) for value in (0.1, 0.5, 0.95)] == ["hard", None, "easy"]
    with pytest.raises(ValueError, match="no marks"):
        facility([])


def test_kr20_of_a_ladder() -> None:
    # Σ p(1 − p) = 3/16 + 4/16 + 3/16 = 0.625; variance of totals with n below = 1.25;
    # 3/2 · (1 − 0.5) = 0.75.
    assert kr20(LADDER) == pytest.approx(0.75)


def test_alpha_if_deleted_leaves_the_item_out() -> None:
    reliability = cronbach_alpha(LADDER)

    # Without the first item: p(1 − p) 4/16 + 3/16; totals 0, 0, 1, 2 vary by 11/16;
    # 2 · (1 − 7/11) = 8/11. Without the second: 6/16 against totals 0, 1, 1, 2, 8/16: 0.5.
    assert reliability is not None
    assert reliability.alpha_if_deleted == pytest.approx((8 / 11, 0.5, 8 / 11))
    assert (reliability.persons, reliability.guard) == (4, "guard")


def test_discrimination_leaves_the_item_out_of_the_total() -> None:
    # Item 1: 0, 1, 1, 1 against the others' sums 0, 0, 1, 2:
    # Σxy = 3 − 4 · 0.75 · 0.75 = 0.75; Σxx = 0.75, Σyy = 2.75; r = 0.75 / √2.0625.
    assert discrimination(LADDER, 0) == pytest.approx(0.522233)
    assert discrimination_word(-0.1) == "check-key"
    assert discrimination_word(0.1) == "weak"
    assert discrimination_word(0.3) is None


def test_an_item_that_good_learners_miss_points_to_its_key() -> None:
    matrix = [[*row, 1 - row[1]] for row in LADDER]

    found = discrimination(matrix, 3)

    assert found is not None
    assert found < 0


def test_too_little_gives_none_and_never_a_number() -> None:
    assert discrimination(LADDER[:2], 0) is None
    assert discrimination([[1.0, 0.0], [1.0, 1.0], [1.0, 0.0]], 0) is None
    assert discrimination([[1.0], [0.0], [1.0]], 0) is None
    assert cronbach_alpha([]) is None
    assert cronbach_alpha([[1.0], [0.0]]) is None
    assert cronbach_alpha([[1.0, 0.0], [0.0, 1.0]]) is None
    assert kr20([[1.0, 1.0], [1.0, 1.0]]) is None


def test_alpha_may_be_negative() -> None:
    # Items pull apart: variances 1/3 and 1, totals 1, 1, 2 vary by 1/3: 2 · (1 − 4) = −6.
    reliability = cronbach_alpha([[1.0, 0.0], [0.0, 1.0], [0.0, 2.0]])

    assert reliability is not None
    assert reliability.value == pytest.approx(-6)


def test_persons_with_gaps_count_for_items_and_not_for_alpha() -> None:
    matrix = [*LADDER, [1.0, None, 1.0]]

    reliability = cronbach_alpha(matrix)

    assert reliability is not None
    assert reliability.persons == 4
    # The others' means 0, 0, 0.5, 1, 1 against 0, 1, 1, 1, 1: 0.5 / √(0.8 · 1).
    assert discrimination(matrix, 0) == pytest.approx(0.559017)


def test_kr20_refuses_part_marks() -> None:
    with pytest.raises(ValueError, match="0 and 1"):
        kr20([[0.5, 1.0], [1.0, 0.0]])


def test_caution_depends_on_how_many_took_the_test() -> None:
    assert [guard_of(n) for n in (9, 10, 29, 30)] == ["guard", "indicative", "indicative", None]


def test_published_correlations_of_the_law_school_test_are_met() -> None:
    """Rizopoulos (2006), descriptive statistics of the data."""
    marks = lsat()

    included = [point_biserial(marks, item) for item in range(5)]
    excluded = [discrimination(marks, item) for item in range(5)]

    assert included == pytest.approx([0.3620, 0.5668, 0.6184, 0.5344, 0.4354], abs=5e-5)
    assert excluded == pytest.approx([0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5)


def test_a_facility_takes_floats_arrays_and_gaps() -> None:
    assert facility([1, 0.5, None]) == pytest.approx(0.75)
    assert facility(np.array([2.0, np.nan, 0.0]), 2) == pytest.approx(0.5)
    with pytest.raises(ValueError, match="no marks"):
        facility([None])


def test_upper_and_lower_share_equal_totals_in_proportion() -> None:
    # Totals 3, 2, 2, 1 of four persons; the best half is the first and half of each of the two with
    # 2: (1 + ½ · 1 + ½ · 0)/2 = 0.75 on item 1; the last half (0 + ½ · 1 + ½ · 0)/2 = 0.25.
    matrix = [[1, 1, 1], [1, 1, 0], [0, 1, 1], [0, 0, 1]]

    assert upper_lower(matrix, 0, share=0.5) == pytest.approx(0.5)
    assert upper_lower(matrix[::-1], 0, share=0.5) == pytest.approx(0.5)


def test_upper_and_lower_take_exactly_their_share_of_persons() -> None:
    # A hundred persons with totals 0 to 99 by a second item; the first is right for the best 20.
    matrix = [[float(at >= 80), at / 99] for at in range(100)]

    assert upper_lower(matrix, 0) == pytest.approx(20 / 27)
    assert upper_lower([[1.0, 1.0]] * 5, 0) is None
    with pytest.raises(ValueError, match="share"):
        upper_lower(matrix, 0, share=0.6)


def test_effective_weights_add_up_and_show_who_works_against_the_test() -> None:
    # Totals 0, 1, 2, 3 of the ladder: deviations −1.5, −0.5, 0.5, 1.5, sum of squares 5; with the
    # items −0 + … : item 1 1.5, item 2 2, item 3 1.5 over 5.
    assert effective_weights(LADDER) == pytest.approx((0.3, 0.4, 0.3))
    against = effective_weights([[*row, 1 - row[1]] for row in LADDER])
    assert against is not None
    assert against[3] < 0
    assert sum(against) == pytest.approx(1)
    assert effective_weights([[1.0, 0.0], [0.0, 1.0]]) is None
    assert effective_weights([]) is None


def test_a_matrix_that_is_none_is_refused() -> None:
    for matrix in ([[1.0], [1.0, 0.0]], [1.0, 0.0], [[float("inf")]]):
        with pytest.raises(ValueError, match=r"matrix|infinite"):
            discrimination(matrix, 0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no item 3"):
        discrimination(LADDER, 3)
    assert discrimination([], 0) is None
    assert point_biserial([], 0) is None


CELLS = st.floats(0, 1, width=16)


@PATIENT
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8))
def test_correlations_and_reliability_stay_within_bounds(matrix: list[list[float]]) -> None:
    found, reliability = discrimination(matrix, 0), cronbach_alpha(matrix)

    assert found is None or -1 <= found <= 1
    assert reliability is None or reliability.value <= 1 + 1e-9


@PATIENT
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=8), st.randoms())
def test_the_order_of_persons_changes_nothing(matrix: list[list[float]], random) -> None:
    shuffled = random.sample(matrix, len(matrix))

    assert upper_lower(shuffled, 0) == pytest.approx(upper_lower(matrix, 0), abs=1e-9)
    assert effective_weights(shuffled) == pytest.approx(effective_weights(matrix), abs=1e-6)
