"""The item analysis of an assessment, in one call."""

import numpy as np
import pytest

from factories.responses import lsat, simulated
from lms.scoring import (
    AnalysedItem,
    Analysis,
    analyse,
    cronbach_alpha,
    dif,
    discrimination,
    drawn_reliability,
    effective_weights,
    kr20,
    livingston_k2,
    option_table,
    point_biserial,
    rasch,
    two_parameter,
    upper_lower,
)

PLAIN = [AnalysedItem(f"q{at}") for at in range(5)]
CHOICE = [AnalysedItem(f"q{at}", right=frozenset("a"), options=tuple("abcd")) for at in range(8)]


def codes(found: Analysis, item: int) -> list[str]:
    return [flag.code for flag in found.items[item].flags]


def chosen(marks: np.ndarray, seed: int = 1) -> np.ndarray:
    """Right answers are a; wrong ones b, c or d by chance."""
    random = np.random.default_rng(seed)
    return np.where(marks == 1, "a", random.choice(list("bcd"), marks.shape)).astype(object)


def test_figures_are_those_of_the_single_functions() -> None:
    marks = lsat()

    found = analyse(marks, PLAIN, pass_mark=0.6)

    alpha, scale, weights = (
        cronbach_alpha(marks),
        rasch(marks, slope=None),
        effective_weights(marks),
    )
    assert alpha is not None
    assert scale is not None
    assert weights is not None
    for at, item in enumerate(found.items):
        assert item.facility == pytest.approx(marks[:, at].mean())
        assert item.discrimination == pytest.approx(discrimination(marks, at))
        assert item.point_biserial == pytest.approx(point_biserial(marks, at))
        assert item.upper_lower == pytest.approx(upper_lower(marks, at))
        assert item.effective_weight == pytest.approx(weights[at])
        assert item.alpha_if_deleted == pytest.approx(alpha.alpha_if_deleted[at])
        assert item.difficulty == pytest.approx(scale.difficulty[at])
        assert item.infit == pytest.approx(scale.infit[at])
        assert (item.n, item.intended_weight, item.options, item.dif) == (1000, 0.2, None, ())
    whole = found.whole
    assert whole.alpha == pytest.approx(kr20(marks))
    assert whole.right_or_wrong
    totals = marks.mean(axis=1)
    sd = totals.std(ddof=1)
    assert whole.sem == pytest.approx(sd * (1 - alpha.value) ** 0.5)
    assert whole.k2 == pytest.approx(livingston_k2(alpha.value, totals.mean(), sd, 0.6))
    assert whole.passed == pytest.approx((totals >= 0.6 - 1e-9).mean())
    assert (whole.n, whole.items, whole.guard) == (1000, 5, None)


def test_options_and_languages_are_those_of_the_single_functions() -> None:
    marks = simulated(400, list(np.linspace(-1, 1, 8)))
    choices, groups = chosen(marks), ["en"] * 250 + ["fr"] * 150

    found = analyse(marks, CHOICE, choices=choices, groups=groups)

    tables = option_table(choices, ["a"] * 8, options=[tuple("abcd")] * 8)
    for at, item in enumerate(found.items):
        assert item.options is not None
        for mine, other in zip(item.options.options, tables[at].options, strict=True):
            assert (mine.option, mine.count) == (other.option, other.count)
            assert mine.point_biserial == pytest.approx(other.point_biserial)
            # Totals are shares of the maximum here, sums there.
            assert mine.mean_total == pytest.approx((other.mean_total or 0) / 8)
        assert item.dif == (dif(marks, at, groups),)
    assert found.reference == "en"


def test_a_wrong_key_is_found_with_the_option_that_is_right() -> None:
    marks = simulated(300, list(np.linspace(-1, 1, 8)), slope=1.5)
    choices = chosen(marks)
    # Item 2 is keyed a, and who knows the answer chooses c.
    swap = {"a": "c", "c": "a"}
    choices[:, 2] = [swap.get(one, one) for one in choices[:, 2]]
    marks[:, 2] = choices[:, 2] == "a"

    found = analyse(marks, CHOICE, choices=choices)

    assert codes(found, 2)[0] == "item.check-key"
    figures = found.items[2].flags[0].figures
    assert figures["option"] == "c"
    assert figures["discrimination"] < 0
    assert figures["mean_total"] > figures["key_mean_total"]
    assert all(codes(found, at) == [] for at in range(8) if at != 2)


def test_hard_easy_weak_and_dead_are_flagged_with_their_figures() -> None:
    marks = simulated(500, [-4, 3, 0, 0, 0, 0.5, -0.5, 0.2], slope=1.5)
    marks[:, 2] = np.random.default_rng(8).random(500) < 0.5
    choices = chosen(marks)
    choices[choices[:, 3] == "d", 3] = "b"

    found = analyse(marks, CHOICE, choices=choices)

    assert "item.easy" in codes(found, 0)
    assert "item.hard" in codes(found, 1)
    assert {"item.weak", "item.check-key"} & set(codes(found, 2))
    dead = next(flag for flag in found.items[3].flags if flag.code == "item.dead-option")
    assert dead.figures["options"] == (("d", 0.0),)
    hard = next(flag for flag in found.items[1].flags if flag.code == "item.hard")
    assert hard.figures["facility"] == found.items[1].facility


def test_an_item_that_is_harder_in_a_language_names_it() -> None:
    marks = simulated(1500, list(np.linspace(-1, 1, 8)))
    groups = np.array(["en", "fr", "ar"] * 500)
    marks[np.flatnonzero((groups == "ar") & (marks[:, 4] == 1))[::2], 4] = 0

    found = analyse(marks, CHOICE, groups=groups, reference="en")

    flag = next(one for one in found.items[4].flags if one.code == "item.harder-in-language")
    assert flag.figures["language"] == "ar"
    assert flag.figures["compared_with"] == "en"
    assert flag.figures["delta"] < -1.5
    assert [codes(found, at) for at in (0, 2, 6)] == [[], [], []]
    # Turned round: English is the language in which it is easier, and nobody is blamed for that.
    turned = analyse(marks, CHOICE, groups=groups, reference="ar").items[4].flags
    assert {flag.figures["language"] for flag in turned} == {"ar"}


def test_few_persons_are_told_of_and_nothing_else_is() -> None:
    marks = simulated(9, [-5, 0, 0, 1, 5])

    nine = analyse(marks, PLAIN)
    twenty = analyse(simulated(20, [0, 0, 0, 0, 5]), PLAIN)

    assert all(codes(nine, at) == ["item.few"] for at in range(5))
    assert nine.items[0].flags[0].figures == {"n": 9}
    assert nine.whole.guard == "guard"
    assert codes(twenty, 4)[-1] == "item.few"
    assert "item.hard" in codes(twenty, 4)
    assert twenty.rasch is None


def test_points_weigh_the_total() -> None:
    # Items of 1 and 3 points: totals (0 + 3)/4, (1 + 0)/4, 1, 0.
    marks = [[0, 1], [1, 0], [1, 1], [0, 0]]

    found = analyse(marks, [AnalysedItem("a"), AnalysedItem("b", weight=3)])

    assert found.whole.mean == pytest.approx(0.5)
    assert [item.intended_weight for item in found.items] == [0.25, 0.75]
    assert [item.effective_weight for item in found.items] == pytest.approx([0.1, 0.9])


def test_attempts_drawn_from_a_bank_are_analysed_with_their_gaps() -> None:
    bank = simulated(600, list(np.linspace(-1.5, 1.5, 8)))
    drawn, choices = bank.copy(), chosen(bank)
    random = np.random.default_rng(2)
    for row, mine in zip(drawn, choices, strict=True):
        out = random.permutation(8)[4:]
        row[out] = np.nan
        mine[out] = None

    found = analyse(drawn, CHOICE, choices=choices, pass_mark=0.5, groups=["en", "fr"] * 300)

    whole = found.whole
    assert whole.n == 600
    assert (whole.alpha, whole.complete_persons) == (None, 0)
    assert whole.reliability == whole.drawn_reliability == drawn_reliability(drawn)
    assert whole.sem is not None
    assert whole.k2 is not None
    for at, item in enumerate(found.items):
        assert item.n == int((~np.isnan(drawn[:, at])).sum())
        assert item.discrimination == pytest.approx(discrimination(drawn, at))
        assert item.effective_weight is None
        assert item.options is not None
        assert (item.options.persons, item.options.unanswered) == (item.n, 0)
        assert item.difficulty is not None
        assert len(item.dif) == 1


def test_an_item_that_nobody_was_given_yet_stands_beside_the_others() -> None:
    marks = np.insert(simulated(600, [-1, 0, 0.5, 1]), 2, np.nan, axis=1)

    found = analyse(marks, PLAIN, pass_mark=0.5, groups=["en", "fr"] * 300)

    unseen = found.items[2]
    assert (unseen.n, unseen.facility, unseen.difficulty, unseen.dif) == (0, None, None, ())
    assert codes(found, 2) == ["item.few"]
    assert found.rasch is not None
    assert found.rasch.solved_by_none == found.rasch.solved_by_all == ()
    assert found.items[3].difficulty is not None
    two = two_parameter(marks)
    assert two is not None
    assert (two.slope[2], two.solved_by_none) == (None, ())


def test_items_with_part_marks_stay_off_the_rasch_scale() -> None:
    marks = simulated(200, [-1, 0, 0.5, 1, 0])
    marks[:20, 0] = 0.5

    found = analyse(marks, PLAIN)

    assert found.rasch is not None
    assert found.rasch_items == (1, 2, 3, 4)
    assert found.items[0].difficulty is None
    assert found.items[1].difficulty == found.rasch.difficulty[0]
    assert not found.whole.right_or_wrong


def test_nobody_and_one_person_give_none_and_no_number() -> None:
    nobody, one = analyse([], PLAIN, pass_mark=0.5, groups=[]), analyse([[1, 0, 1, 0, 1]], PLAIN)

    assert (nobody.whole.n, nobody.whole.mean, nobody.whole.k2) == (0, None, None)
    assert nobody.items[0].facility is None
    assert (one.whole.mean, one.whole.sd, one.whole.sem) == (0.6, None, None)
    assert one.items[0].discrimination is None
    assert codes(one, 0) == ["item.few"]


def test_all_equal_has_no_reliability_and_no_discrimination() -> None:
    found = analyse([[1, 1, 0, 1, 0]] * 40, PLAIN, pass_mark=0.6)

    assert (found.whole.alpha, found.whole.sem, found.whole.k2) == (None, None, None)
    assert found.whole.passed == 1
    assert all(item.discrimination is None for item in found.items)


def test_what_does_not_fit_is_refused() -> None:
    marks = [[1, 0], [0, 1]]
    two = [AnalysedItem("a"), AnalysedItem("b")]
    with pytest.raises(ValueError, match="each column"):
        analyse(marks, two[:1])
    with pytest.raises(ValueError, match="weight"):
        analyse(marks, [two[0], AnalysedItem("b", weight=0)])
    with pytest.raises(ValueError, match="pass mark"):
        analyse(marks, two, pass_mark=60)
    with pytest.raises(ValueError, match="each person"):
        analyse(marks, two, groups=["en"])
    with pytest.raises(ValueError, match="same persons"):
        analyse(marks, two, choices=[["a", "b"]])
