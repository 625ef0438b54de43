"""Items with slopes of their own."""

import numpy as np
import pytest

from factories.responses import lsat, simulated
from lms.scoring import two_parameter


def test_published_estimates_of_the_law_school_test_are_met() -> None:
    """Rizopoulos (2006), two-parameter model of the data, by a quasi-Newton search."""
    found = two_parameter(lsat())

    assert found is not None
    assert found.log_likelihood == pytest.approx(-2466.653, abs=5e-4)
    assert found.slope == pytest.approx([0.8254, 0.7229, 0.8905, 0.6886, 0.6575], abs=1e-3)
    assert found.difficulty == pytest.approx(
        [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236], abs=3e-3
    )
    assert found.slope_error == pytest.approx([0.2581, 0.1867, 0.2326, 0.1852, 0.2100], abs=1e-3)


def test_an_item_keyed_the_wrong_way_has_a_negative_slope_and_no_difficulty() -> None:
    marks = simulated(800, [-1, -0.5, 0, 0.5, 1, 0])
    marks[:, 5] = 1 - marks[:, 5]
    marks[::3, 0] = np.nan

    found = two_parameter(marks)

    assert found is not None
    assert (found.slope[5] or 0) < -0.5
    assert found.difficulty[5] is None
    assert all((one or 0) > 0.5 for one in found.slope[:5])
    assert (found.persons, found.persons_left_out) == (800, 0)


def test_items_that_all_or_none_solved_and_empty_persons_are_left_out() -> None:
    marks = np.insert(lsat(), [0, 5], [[1.0, 0.0]] * 1000, axis=1)
    marks = np.vstack([marks, np.full((2, 7), np.nan)])

    found, plain = two_parameter(marks), two_parameter(lsat())

    assert found is not None
    assert plain is not None
    assert (found.solved_by_all, found.solved_by_none) == ((0,), (6,))
    assert found.slope[1:6] == pytest.approx(plain.slope)
    assert found.persons_left_out == 2


def test_too_few_or_a_perfect_ladder_give_none() -> None:
    ladder = np.tril(np.ones((6, 5)), -1)[np.repeat(np.arange(6), 100)]

    assert two_parameter(lsat()[::3]) is None
    assert two_parameter(lsat()[:, :2]) is None
    assert two_parameter(ladder) is None
    assert two_parameter([]) is None
    with pytest.raises(ValueError, match="0 and 1"):
        two_parameter([[0.5, 1, 0]] * 600)
