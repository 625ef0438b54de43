"""Krippendorff's alpha against its author's examples."""

import numpy as np
import pytest

from factories.responses import published
from lms.scoring import krippendorff_alpha

GAP = None
#: Krippendorff (2011), Computing Krippendorff's alpha-reliability, examples A, B and C.
TWO_YES_NO = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
TWO_LETTERS = ["aabbdcccedda", "babbbccceddd"]
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]


@pytest.mark.parametrize("case", published("krippendorff_alpha"), ids=lambda case: case["id"])
def test_published_alphas_are_met(case: dict) -> None:
    found = krippendorff_alpha(*case["args"], **case["kwargs"])

    assert found == pytest.approx(case["expected"]["value"], abs=case["tolerance"]["value"])


def test_two_observers_of_yes_and_no() -> None:
    assert krippendorff_alpha(TWO_YES_NO) == pytest.approx(0.095, abs=5e-4)


def test_two_observers_of_five_letters() -> None:
    assert krippendorff_alpha(TWO_LETTERS) == pytest.approx(0.692, abs=5e-4)


@pytest.mark.parametrize(
    ("level", "expected"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_four_observers_with_gaps_on_every_level(level: str, expected: float) -> None:
    found = krippendorff_alpha(FOUR, level)

    assert found is not None
    assert found.value == pytest.approx(expected, abs=5e-4)
    assert (found.units, found.ratings, found.guard) == (11, 40, "indicative")
    assert found.word == ("good" if expected >= 0.8 else "tentative")
    array = np.array([[np.nan if one is None else one for one in row] for row in FOUR])
    assert krippendorff_alpha(array, level) == pytest.approx(found.value)


def test_letters_are_rated_as_well_as_numbers() -> None:
    letters = krippendorff_alpha(TWO_LETTERS)
    numbers = krippendorff_alpha([[ord(one) for one in row] for row in TWO_LETTERS])

    assert letters == pytest.approx(numbers)
    assert krippendorff_alpha(TWO_LETTERS, "ordinal") is not None


def test_too_few_or_no_variation_give_none() -> None:
    assert krippendorff_alpha([row[:9] for row in TWO_YES_NO]) is None
    assert krippendorff_alpha([TWO_YES_NO[0]]) is None
    assert krippendorff_alpha([[1] * 12, [1] * 12]) is None
    assert krippendorff_alpha([]) is None
    assert krippendorff_alpha([[], []]) is None
    # Ten units, but nobody else rated the last.
    assert krippendorff_alpha([TWO_YES_NO[0], [*TWO_YES_NO[1][:9], GAP]]) is None


def test_agreement_below_chance_stays_negative() -> None:
    found = krippendorff_alpha([[0, 1] * 6, [1, 0] * 6])

    # All 24 pairs differ, as do 24 · 12 of the 24 · 23 that chance gives: 1 − 23/12.
    assert found is not None
    assert found.value == pytest.approx(1 - 23 / 12)


def test_what_a_level_cannot_take_is_refused() -> None:
    with pytest.raises(ValueError, match="one of"):
        krippendorff_alpha(FOUR, "cardinal")
    with pytest.raises(ValueError, match="numbers"):
        krippendorff_alpha(TWO_LETTERS, "interval")
    with pytest.raises(ValueError, match="from 0"):
        krippendorff_alpha([[-1, 1] * 6, [1, -1] * 6], "ratio")
    with pytest.raises(ValueError, match="equal length"):
        krippendorff_alpha([[1, 2], [1]])
