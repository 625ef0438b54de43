"""Difficulties and persons on one scale."""

from itertools import product

import numpy as np
import pytest

from factories.responses import lsat, simulated
from lms.scoring import rasch

GUTTMAN = np.tril(np.ones((6, 5)), -1)[np.repeat(np.arange(6), 12)]


def test_published_estimates_with_a_slope_of_one_are_met() -> None:
    """Rizopoulos (2006), section 3.1: the Rasch model of the law school test, slope fixed at 1."""
    found = rasch(lsat())

    assert found is not None
    assert found.log_likelihood == pytest.approx(-2473.054, abs=5e-4)
    assert found.difficulty == pytest.approx(
        [-2.8720, -1.0630, -0.2576, -1.3881, -2.2188], abs=5e-5
    )
    assert found.standard_error == pytest.approx([0.1287, 0.0821, 0.0766, 0.0865, 0.1048], abs=5e-5)
    assert (found.slope, found.slope_error, found.persons) == (1, None, 1000)


def test_published_estimates_with_a_common_slope_are_met() -> None:
    """The same source, one slope estimated: 0.7551 with error 0.0694."""
    found = rasch(lsat(), slope=None)

    assert found is not None
    assert found.log_likelihood == pytest.approx(-2466.938, abs=5e-4)
    assert found.difficulty == pytest.approx(
        [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=5e-5
    )
    assert found.standard_error == pytest.approx([0.3266, 0.1422, 0.0977, 0.1691, 0.2510], abs=5e-5)
    assert found.slope == pytest.approx(0.7551, abs=5e-5)
    assert found.slope_error == pytest.approx(0.0694, abs=5e-5)


def conditional_likelihood(matrix: np.ndarray, difficulty: np.ndarray) -> float:
    """By writing out every pattern of answers: slow, and plain to see."""
    patterns = np.array(list(product([0, 1], repeat=matrix.shape[1])))
    weights = np.exp(-patterns @ difficulty)
    scores = patterns.sum(axis=1)
    return float(
        sum(-row @ difficulty - np.log(weights[scores == row.sum()].sum()) for row in matrix)
    )


def test_conditional_estimates_are_the_likeliest_of_all() -> None:
    marks = lsat()
    found = rasch(marks, method="conditional")
    assert found is not None
    difficulty = np.array(found.difficulty)
    inside = marks[(marks.sum(axis=1) > 0) & (marks.sum(axis=1) < 5)]

    best = conditional_likelihood(inside, difficulty)

    assert found.log_likelihood == pytest.approx(best, abs=1e-6)
    for one, other in product(range(5), range(5)):
        step = np.zeros(5)
        step[one] += 0.02
        step[other] -= 0.02
        assert conditional_likelihood(inside, difficulty + step) <= best
    assert difficulty.sum() == pytest.approx(0, abs=1e-9)
    assert found.difficulty == pytest.approx(found.difficulty_centred)
    assert (found.persons, found.extreme_persons) == (699, 301)


def test_conditional_errors_are_the_curve_of_the_likelihood() -> None:
    # Two items are equally hard here, which the sums must take a way round.
    marks = simulated(90, [-1, 0, 0, 1])
    marks[:, 2] = marks[::-1, 1]
    found = rasch(marks, method="conditional")
    assert found is not None
    scores = marks.sum(axis=1)
    inside, place = marks[(scores > 0) & (scores < 4)], np.array(found.difficulty)

    curve, h = np.zeros((4, 4)), 1e-3 * np.eye(4)
    for i, j in product(range(4), range(4)):
        signs = [(1, 1), (-1, -1), (1, -1), (-1, 1)]
        parts = [conditional_likelihood(inside, place + a * h[i] + b * h[j]) for a, b in signs]
        curve[i, j] = -(parts[0] + parts[1] - parts[2] - parts[3]) / 4e-6

    expected = np.sqrt(np.diag(np.linalg.pinv(curve, rcond=1e-4)))
    assert found.standard_error == pytest.approx(expected, rel=1e-4)
    assert found.difficulty[1] == pytest.approx(found.difficulty[2])


def test_both_methods_agree_on_what_is_hard() -> None:
    marginal, conditional = rasch(lsat(), slope=None), rasch(lsat(), method="conditional")

    assert marginal is not None
    assert conditional is not None
    scaled = [marginal.slope * (one or 0.0) for one in marginal.difficulty_centred]
    assert scaled == pytest.approx(conditional.difficulty, abs=0.01)


def test_true_difficulties_come_back() -> None:
    true = list(np.linspace(-2, 2, 12))
    marks = simulated(3000, true)

    for method in ("marginal", "conditional"):
        found = rasch(marks, method=method)
        assert found is not None
        assert found.difficulty_centred == pytest.approx(true, abs=0.2)
        assert found.misfit == ()


def test_persons_have_a_measure_by_raw_score() -> None:
    marginal, conditional = rasch(lsat()), rasch(lsat(), method="conditional")

    assert marginal is not None
    assert conditional is not None
    places = [one.measure for one in marginal.person_measure if one is not None]
    assert len(places) == 6
    assert places == sorted(places)
    assert all(one is not None and 0 < one.standard_error < 1 for one in marginal.person_measure)
    # Likeliest place for three right: the chances add up to three.
    assert conditional.person_measure[0] is None
    assert conditional.person_measure[5] is None
    three = conditional.person_measure[3]
    assert three is not None
    chances = [1 / (1 + np.exp((b or 0.0) - three.measure)) for b in conditional.difficulty]
    assert sum(chances) == pytest.approx(3)
    spread = sum(one * (1 - one) for one in chances)
    assert three.standard_error == pytest.approx(spread**-0.5)


def test_an_item_that_goes_its_own_way_is_named() -> None:
    marks = simulated(1500, list(np.linspace(-1.5, 1.5, 20)))
    marks[:, 4] = np.random.default_rng(3).random(1500) < 0.5

    for method in ("marginal", "conditional"):
        found = rasch(marks, method=method)
        assert found is not None
        assert found.misfit == (4,)
        assert (found.outfit[4] or 0) > 1.3


def test_items_that_all_or_none_solved_are_left_out_and_named() -> None:
    marks = np.insert(lsat(), [0, 3], [[1.0, 0.0]] * 1000, axis=1)

    for method in ("marginal", "conditional"):
        found, plain = rasch(marks, method=method), rasch(lsat(), method=method)
        assert found is not None
        assert plain is not None
        assert (found.solved_by_all, found.solved_by_none) == ((0,), (4,))
        assert found.difficulty[0] is None
        assert found.difficulty[4] is None
        assert [one for one in found.difficulty if one is not None] == pytest.approx(
            list(plain.difficulty)
        )
        assert len(found.person_measure) == 6


def test_gaps_are_used_by_the_marginal_method_and_left_out_by_the_conditional() -> None:
    true = list(np.linspace(-1.5, 1.5, 10))
    marks = simulated(4000, true)
    random = np.random.default_rng(5)
    for row in marks[:3000]:
        row[random.permutation(10)[6:]] = np.nan

    marginal, conditional = rasch(marks), rasch(marks, method="conditional")

    assert marginal is not None
    assert conditional is not None
    assert marginal.difficulty == pytest.approx(true, abs=0.2)
    assert (marginal.persons, marginal.persons_left_out) == (4000, 0)
    assert conditional.persons_left_out == 3000
    assert conditional.persons + conditional.extreme_persons == 1000


def test_a_person_without_any_item_changes_nothing() -> None:
    marks = simulated(100, [-1, 0, 0.5, 1])
    more = np.vstack([marks, np.full((1, 4), np.nan)])

    found, plain = rasch(more), rasch(marks)

    assert found is not None
    assert plain is not None
    assert found.difficulty == pytest.approx(plain.difficulty)
    assert found.persons_left_out == 1


def test_too_few_give_none() -> None:
    marks = lsat()
    assert rasch(marks[::25][:49]) is None
    assert rasch(marks[:, :2]) is None
    assert rasch(np.ones((100, 5))) is None
    assert rasch([]) is None
    assert rasch(np.full((60, 4), np.nan)) is None


def test_what_has_no_likeliest_scale_gives_none() -> None:
    # A perfect ladder: the steeper, and the farther apart, the likelier.
    assert rasch(GUTTMAN, slope=None) is None
    assert rasch(GUTTMAN, method="conditional") is None
    # With a given slope and a spread of persons the ladder has a place.
    assert rasch(GUTTMAN) is not None


def test_what_the_model_is_not_for_is_refused() -> None:
    with pytest.raises(ValueError, match="0 and 1"):
        rasch([[0.5, 1, 0]] * 60)
    with pytest.raises(ValueError, match="marginal or conditional"):
        rasch(lsat(), method="joint")
    with pytest.raises(ValueError, match="above 0"):
        rasch(lsat(), slope=0)


def test_many_items_do_not_overflow() -> None:
    marks = simulated(200, list(np.linspace(-3, 3, 120)))

    marginal, conditional = rasch(marks), rasch(marks, method="conditional")

    assert marginal is not None
    assert conditional is not None
    pairs = [
        (one, other)
        for one, other in zip(marginal.difficulty, conditional.difficulty, strict=True)
        if one is not None and other is not None
    ]
    assert np.corrcoef(np.array(pairs).T)[0, 1] > 0.99
