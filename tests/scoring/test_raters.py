"""Agreement of raters, with chance and without it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.responses import published
from lms.scoring import (
    agreement_word,
    cohen_kappa,
    counts_of,
    fleiss_kappa,
    gwet_ac1,
    percent_agreement,
)

#: Thirty patients, five diagnoses, six psychiatrists: Fleiss (1971), table 1.
PATIENTS = [
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0],
    [2, 0, 4, 0, 0], [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6],
    [1, 0, 0, 5, 0], [1, 1, 0, 4, 0], [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1],
    [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0], [0, 2, 0, 4, 0], [1, 0, 2, 0, 3],
    [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0], [1, 0, 0, 4, 1],
    [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
]  # fmt: skip
GAP = None
#: Four observers, twelve units: Krippendorff (2011), example C.
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]


def ratings(table: list[list[int]]) -> tuple[list[int], list[int]]:
    """Two raters' codes out of a table of counts."""
    cells = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return [i for i, _ in cells], [j for _, j in cells]


@pytest.mark.parametrize("case", published("fleiss_kappa"), ids=lambda case: case["id"])
def test_published_fleiss_kappas_are_met(case: dict) -> None:
    found = fleiss_kappa(*case["args"])

    assert found == pytest.approx(case["expected"]["value"], abs=case["tolerance"]["value"])


def test_the_psychiatrists_agree_as_published() -> None:
    """Fleiss (1971): kappa 0.430; z 17.65 with the error of Fleiss, Nee & Landis (1979)."""
    found = fleiss_kappa(PATIENTS)

    assert found is not None
    assert found.value == pytest.approx(0.430, abs=5e-4)
    assert found.value / (found.standard_error or 1) == pytest.approx(17.65, abs=5e-3)
    assert (found.units, found.raters, found.categories) == (30, 6, 5)
    assert found.ac1 is None


def test_cohens_kappa_and_its_error_are_as_published() -> None:
    """Fleiss, Cohen & Everitt (1969), 200 cases: kappa 0.429, variance 0.002885."""
    a, b = ratings([[106, 10, 4], [22, 28, 10], [2, 12, 6]])

    found = cohen_kappa(a, b)

    assert found is not None
    assert found.value == pytest.approx(0.429, abs=5e-4)
    assert (found.standard_error or 0) ** 2 == pytest.approx(0.002885, abs=5e-7)


def test_weights_make_near_misses_count_less() -> None:
    # Disagreements 32 + 22 by one place and 6 by two: linear costs (27 + 6)/200 = 0.165 against
    # chance 0.325, quadratic (13.5 + 6)/200 = 0.0975 against 0.225.
    a, b = ratings([[106, 10, 4], [22, 28, 10], [2, 12, 6]])

    assert cohen_kappa(a, b, weights="linear") == pytest.approx(1 - 0.165 / 0.325)
    assert cohen_kappa(a, b, weights="quadratic") == pytest.approx(1 - 0.0975 / 0.225)


def test_an_unused_category_changes_the_weights_and_not_the_plain_kappa() -> None:
    a, b = ["S", "M"] * 6, ["S", "M"] * 5 + ["M", "P"]

    # A category between two others sets them farther apart; one at the end only changes the unit.
    three = cohen_kappa(a, b, weights="linear", categories="PSM")
    assert cohen_kappa(a, b, weights="linear", categories="PXSM") != pytest.approx(three)
    assert cohen_kappa(a, b, weights="linear", categories="PSMU") == pytest.approx(three)
    plain = cohen_kappa(a, b, categories="PSM")
    assert cohen_kappa(a, b, categories="PXSM") == pytest.approx(plain)


def test_where_one_rating_holds_nearly_all_kappa_misleads_and_says_so() -> None:
    """Gwet (2002), 118 and 5, 2 and 0: agreement 0.944, kappa −0.0234, AC1 0.9408."""
    found = cohen_kappa(*ratings([[118, 5], [2, 0]]))

    assert found is not None
    assert found.misleading
    assert found.value == pytest.approx(-0.0234, abs=5e-5)
    assert found.percent_agreement == pytest.approx(0.944)
    assert found.ac1 == pytest.approx(0.9408, abs=5e-5)


def test_gwets_coefficient_with_gaps_is_as_published() -> None:
    """Gwet (2014), Handbook of Inter-Rater Reliability: AC1 0.77544 for the four observers."""
    table, categories = counts_of(zip(*OBSERVERS, strict=True))

    assert categories == (1, 2, 3, 4, 5)
    assert gwet_ac1(table) == pytest.approx(0.77544, abs=5e-6)


def test_plain_agreement_counts_units_and_pairs() -> None:
    # Units: all three agree; two of three (1 of 3 pairs); one rating only.
    found = percent_agreement([["P", "P", "P"], ["S", "S", "M"], ["U", None, None]])

    assert found is not None
    assert found.all_agree == found == 0.5
    assert found.pairwise == pytest.approx(4 / 6)
    assert (found.units, found.guard) == (2, "guard")
    assert percent_agreement([["P", None]]) is None
    assert percent_agreement([]) is None


def test_too_few_units_or_one_category_give_none() -> None:
    assert cohen_kappa("abababaab", "abababaab") is None
    assert cohen_kappa("a" * 12, "a" * 12) is None
    assert cohen_kappa([None, *"ababababa"], list("ababababab")) is None
    assert fleiss_kappa(PATIENTS[:9]) is None
    assert fleiss_kappa([*PATIENTS, [1, 0, 0, 0, 0]]) is None
    assert fleiss_kappa([[1, 0]] * 12) is None
    assert fleiss_kappa([[3, 0]] * 12) is None
    assert fleiss_kappa([]) is None
    assert gwet_ac1([[2, 0]] * 9) is None
    assert gwet_ac1([[2]] * 12) is None


def test_full_agreement_is_one() -> None:
    assert cohen_kappa("abcabcabcabc", "abcabcabcabc") == 1
    assert fleiss_kappa([[3, 0], [0, 3]] * 6) == 1
    assert gwet_ac1([[3, 0], [0, 3]] * 6) == 1


def test_ratings_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="same units"):
        cohen_kappa("ab", "a")
    with pytest.raises(ValueError, match="weights"):
        cohen_kappa("ab", "ab", weights="cubic")
    with pytest.raises(ValueError, match="categories"):
        cohen_kappa("ab", "ab", categories="bc")
    with pytest.raises(ValueError, match="one kind"):
        cohen_kappa([1, "a"], ["a", 1])
    with pytest.raises(ValueError, match="negative"):
        fleiss_kappa([[-1, 2]] * 12)
    with pytest.raises(ValueError, match="equal length"):
        percent_agreement([["a", "b"], ["a"]])


def test_words_follow_krippendorff() -> None:
    assert [agreement_word(one) for one in (0.8, 0.79, 0.667, 0.66, -0.1)] == [
        "good", "tentative", "tentative", "differ", "differ",
    ]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from("PSMU"), st.sampled_from("PSMU")), min_size=10))
def test_kappas_never_exceed_one_and_do_not_mind_who_is_first(pairs: list) -> None:
    a, b = [one for one, _ in pairs], [other for _, other in pairs]

    for weights in (None, "linear", "quadratic"):
        found = cohen_kappa(a, b, weights, categories="PSMU")
        turned = cohen_kappa(b, a, weights, categories="PSMU")
        assert (found is None) == (turned is None)
        if found is not None:
            assert found <= 1 + 1e-12
            assert found == pytest.approx(turned)
