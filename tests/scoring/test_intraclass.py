"""Intraclass correlations against Shrout and Fleiss."""

import numpy as np
import pytest

from factories.responses import published
from lms.scoring import icc

#: Six targets, four judges: Shrout & Fleiss (1979), table 2.
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize("case", published("icc"), ids=lambda case: case["id"])
def test_published_correlations_are_met(case: dict) -> None:
    found = icc(*case["args"], **case["kwargs"])

    assert found == pytest.approx(case["expected"]["value"], abs=case["tolerance"]["value"])


@pytest.mark.parametrize(
    ("model", "low", "high"),
    [
        ("1,1", -0.133, 0.723),
        ("2,1", 0.019, 0.761),
        ("3,1", 0.342, 0.946),
        ("1,k", -0.884, 0.912),
        ("2,k", 0.071, 0.927),
        ("3,k", 0.676, 0.986),
    ],
)
def test_intervals_of_the_same_example(model: str, low: float, high: float) -> None:
    """As R's psych and DescTools print them for the table of the source."""
    found = icc(TARGETS, model)

    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-4)
    assert (found.targets, found.judges, found.guard) == (6, 4, "guard")


def test_judges_who_differ_by_a_constant_agree_only_in_part() -> None:
    matrix = [[x, x + 2] for x in range(12)]

    consistent, absolute = icc(matrix, "3,1"), icc(matrix, "2,1")

    assert consistent == pytest.approx(1)
    assert consistent is not None
    assert (consistent.low, consistent.f) == (None, None)
    assert absolute is not None
    assert 0.8 < absolute < 1


def test_opposed_judges_stay_negative() -> None:
    found = icc([[x, 12 - x] for x in range(13)], "3,1")

    assert found is not None
    assert found.value == pytest.approx(-1)


def test_targets_with_a_gap_are_left_out() -> None:
    found = icc([*TARGETS, [1, None, 2, 3]], "2,1")

    assert found is not None
    assert found == icc(TARGETS, "2,1")
    assert found.left_out == 1


def test_no_variation_or_too_few_give_none() -> None:
    assert icc([[1, 1], [1, 1]]) is None
    assert icc([[1, 2]]) is None
    assert icc([[1], [2]]) is None
    assert icc([]) is None
    assert icc(np.full((3, 3), np.nan)) is None


def test_unknown_models_and_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="model"):
        icc(TARGETS, "4,1")
    with pytest.raises(ValueError, match="level"):
        icc(TARGETS, "2,1", level=1)
