"""Angoff's pass mark."""

import pytest

from lms.scoring import angoff, icc

JUDGES = [[0.5, 0.6, 0.9, 0.4], [0.6, 0.7, 0.8, 0.5], [0.4, 0.5, 0.9, 0.4]]


def test_a_cut_is_the_mean_of_the_judges_sums() -> None:
    found = angoff(JUDGES)

    # Sums 2.4, 2.6, 2.2: mean 2.4, sd 0.2, error 0.2/√3.
    assert found is not None
    assert found.cut_score == pytest.approx(2.4)
    assert found.cut_share == pytest.approx(0.6)
    assert found.standard_error == pytest.approx(0.2 / 3**0.5)
    assert found.judge_sums == pytest.approx((2.4, 2.6, 2.2))
    assert (found.judges, found.guard, found.far_off) == (3, None, ())
    assert found.icc == icc([list(item) for item in zip(*JUDGES, strict=True)], "2,k")


def test_fewer_than_three_judges_carry_a_guard() -> None:
    two, one = angoff(JUDGES[:2]), angoff(JUDGES[:1])

    assert two is not None
    assert two.guard == "guard"
    assert one is not None
    assert (one.standard_error, one.icc, one.guard) == (None, None, "guard")
    assert angoff([]) is None


def test_a_judge_far_from_the_others_is_named() -> None:
    found = angoff([[0.5, 0.5, 0.5 + at / 100] for at in range(9)] + [[1, 1, 1]])

    assert found is not None
    assert found.far_off == (9,)
    same = angoff([[0.5, 0.6]] * 7)
    assert same is not None
    assert same.far_off == ()


@pytest.mark.parametrize(
    ("means", "far"),
    [
        ([0.5, 0.5, 0.9], (2,)),
        ([0.5, 0.55, 0.6, 0.2], (3,)),
        ([0.5, 0.55, 0.6, 0.62, 0.95], (4,)),
        # A tight panel, and one in which 15 points are just reached: nobody is named.
        ([0.5, 0.52, 0.51, 0.5, 0.53], ()),
        ([0.5, 0.5, 0.65], ()),
        # Two judges differ from each other, and nobody can say who is off.
        ([0.2, 0.9], ()),
    ],
)
def test_in_a_small_panel_whoever_is_far_from_the_middle_is_named(means, far) -> None:
    found = angoff([[mean] * 7 for mean in means])

    assert found is not None
    assert found.far_off == far


def test_a_judge_with_a_gap_is_left_out() -> None:
    found, plain = angoff([JUDGES[0], [0.1, None, 0.1, 0.1], *JUDGES[1:]]), angoff(JUDGES)

    assert found is not None
    assert plain is not None
    assert found.cut_score == plain.cut_score
    assert found.judge_sums[1] is None
    assert angoff([[None, 0.5]]) is None


def test_a_judgement_is_a_share() -> None:
    with pytest.raises(ValueError, match="share"):
        angoff([[60, 70]])
