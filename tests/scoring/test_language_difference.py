"""Is a question harder in one language for people of equal totals?"""

from math import log

import numpy as np
import pytest

from factories.responses import simulated
from lms.scoring import dif


def answers(*cells: tuple[str, int, int, int]) -> tuple[list[list[int]], list[str]]:
    """Persons from (language, right on item 1, right on item 2, how many)."""
    rows = [[one, two] for _, one, two, number in cells for _ in range(number)]
    return rows, [language for language, *_, number in cells for _ in range(number)]


# At total 1 (one of the two right): reference 40 right, 20 wrong on item 1; focal 30 and 30. At
# totals 0 and 2 nobody differs.
MATRIX, GROUPS = answers(
    ("en", 1, 0, 40), ("en", 0, 1, 20), ("fr", 1, 0, 30), ("fr", 0, 1, 30),
    ("en", 1, 1, 9), ("fr", 1, 1, 11), ("en", 0, 0, 5), ("fr", 0, 0, 5),
)  # fmt: skip


def test_odds_are_compared_at_equal_totals() -> None:
    found = dif(MATRIX, 0, GROUPS)

    # 40 · 30/120 over 20 · 30/120 = 2; delta = −2.35 ln 2 = −1.629.
    assert found is not None
    assert found.alpha == pytest.approx(2)
    assert found.delta == pytest.approx(-2.35 * log(2))
    assert found.category == "C"
    assert (found.reference, found.focal, found.persons) == ("en", "fr", (74, 76))
    # One table counts: the variance of ln alpha is 1/40 + 1/20 + 1/30 + 1/30.
    assert found.standard_error == pytest.approx(2.35 * (1 / 40 + 1 / 20 + 2 / 30) ** 0.5)
    assert not found.certain


def test_two_totals_are_weighed_by_persons() -> None:
    """A·D/N and B·C/N summed over totals, by hand."""
    # Item 3 makes totals 1 and 2 both informative for item 1.
    rows = [[1, 0, 0]] * 30 + [[0, 1, 0]] * 20 + [[1, 1, 0]] * 24 + [[0, 1, 1]] * 12
    focal = [[1, 0, 0]] * 20 + [[0, 1, 0]] * 20 + [[1, 1, 0]] * 18 + [[0, 1, 1]] * 18
    found = dif(rows + focal, 0, [0] * len(rows) + [1] * len(focal))

    above = 30 * 20 / 90 + 24 * 18 / 72
    below = 20 * 20 / 90 + 12 * 18 / 72
    assert found is not None
    assert found.alpha == pytest.approx(above / below)


def test_the_other_way_round_turns_the_sign() -> None:
    there, back = dif(MATRIX, 0, GROUPS), dif(MATRIX, 0, GROUPS, reference="fr")

    assert there is not None
    assert back is not None
    assert back.delta == pytest.approx(-there.delta)


def test_small_groups_say_nothing() -> None:
    few = [label if at % 5 else "fr" for at, label in enumerate(["en"] * 150)]

    assert dif(MATRIX, 0, few) is None
    assert dif(MATRIX, 0, [None] * 150) is None
    assert dif(MATRIX, 0, ["en"] * 150) is None
    assert dif([[1.0, 1.0]] * 150, 0, GROUPS) is None


def test_an_item_that_one_language_never_solves_is_still_compared() -> None:
    matrix, groups = answers(("en", 1, 0, 60), ("fr", 0, 1, 60))

    found = dif(matrix, 0, groups)

    # ½ in each cell: 60.5 · 60.5 over ½ · ½.
    assert found is not None
    assert found.corrected
    assert found.alpha == pytest.approx((60.5 / 0.5) ** 2)
    assert found.certain


def test_a_planted_difference_is_found_and_the_rest_is_left_alone() -> None:
    matrix = simulated(2000, list(np.linspace(-1.5, 1.5, 20)))
    groups = np.array(["en", "fr"] * 1000)
    # In French every second right answer on item 5 is lost.
    hit = np.flatnonzero((groups == "fr") & (matrix[:, 5] == 1))[::2]
    matrix[hit, 5] = 0

    certain = [item for item in range(20) if (one := dif(matrix, item, groups)) and one.certain]

    assert certain == [5]


def test_gaps_and_third_languages_are_left_out() -> None:
    extended = [[*row, 1.0] for row in MATRIX] + [[None, 1.0, 1.0]] * 5 + [[1.0, 0.0, 1.0]] * 7
    groups = [*GROUPS, *["fr"] * 5, *["ar"] * 7]

    found = dif(extended, 0, groups, reference="en", focal="fr")

    assert found is not None
    assert found.alpha == pytest.approx(2)
    assert found.persons == (74, 76)


def test_groups_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="each person"):
        dif(MATRIX, 0, ["en"])
    with pytest.raises(ValueError, match="two"):
        dif(MATRIX, 0, [*GROUPS[:-1], "ar"])
