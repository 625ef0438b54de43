"""Options with credits and weights: what they earn, and what blind answers can expect."""

from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.questions import SPECS, VARIANTS, credited, make_options, make_question
from lms.scoring import TYPES, check_question

SINGLE, MULTIPLE = TYPES["single_choice"], TYPES["multiple_choice"]
JUDGEMENT = TYPES["situational_judgement"]
PARTLY = next(spec for spec in VARIANTS if spec["type"] == "single_choice")


def codes(question: Any) -> list[str]:
    return [problem.code for problem in check_question(question)]


def weighted(**weights: str) -> dict[str, Any]:
    return make_question("multiple_choice", options=credited("weight", **weights))


def worth(question: Any, *keys: str) -> Decimal:
    return MULTIPLE.mark(question, {"choices": list(keys)}).share


@pytest.mark.parametrize(("key", "share"), [("a", "1"), ("b", "0.5"), ("c", "0"), ("gone", "0")])
def test_an_option_earns_its_credit_and_never_less_than_nothing(key: str, share: str) -> None:
    mark = SINGLE.mark(PARTLY, {"choice": key})

    assert mark.share == Decimal(share)
    assert mark.right == (key == "a")
    assert mark.detail == {"chosen": key, "right": "a"}


def test_the_credit_is_shown_as_it_is_written() -> None:
    lines = SINGLE.review(PARTLY, {}, {"choice": "b"}, SINGLE.mark(PARTLY, {"choice": "b"}))

    assert [(line.credit, line.chosen, line.right) for line in lines] == [
        (Decimal(1), False, True),
        (Decimal("0.5"), True, False),
        (Decimal(-1), False, False),
    ]
    assert [line.feedback for line in lines] == [None, {"en": "Near."}, None]
    assert SINGLE.formula_of(PARTLY) == "single_choice.credits"
    assert SINGLE.formula_of(SPECS["single_choice"]) == "single_choice"


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (
            PARTLY | {"options": [*PARTLY["options"][:1], *credited(x="1")]},
            "question.credit-and-correct",
        ),
        (
            PARTLY | {"options": [PARTLY["options"][0] | {"credit": "0.5"}, PARTLY["options"][1]]},
            "question.credit-and-correct",
        ),
        (PARTLY | {"options": [*PARTLY["options"], *credited(x="-1.1")]}, "question.bad-credit"),
        (PARTLY | {"options": [*PARTLY["options"], *credited(x="half")]}, "question.bad-credit"),
        (weighted(a="0.5", b="0.4", c="0"), "question.weights-not-one"),
        (weighted(a="0", b="-0.5"), "question.weights-not-one"),
        (weighted(a="1", b="-2"), "question.bad-weight"),
        (
            make_question(
                "multiple_choice",
                options=[*credited("weight", a="1"), *make_options("b", "c")],
            ),
            "question.weight-and-correct",
        ),
        (
            make_question("situational_judgement", options=credited(a="0.5", b="0")),
            "question.no-full-credit",
        ),
        (
            make_question("situational_judgement", options=credited(a="1", b="-0.5")),
            "question.bad-credit",
        ),
        (
            make_question("situational_judgement", options=make_options("", "ab")),
            "question.bad-credit",
        ),
    ],
)
def test_a_fault_in_credits_and_weights_is_named(question: Any, code: str) -> None:
    assert code in codes(question)


def test_every_way_to_act_needs_its_reason() -> None:
    options = credited(a="1", b="0")
    del options[1]["explanation"]
    question = make_question("situational_judgement", options=options)

    assert [found.where for found in check_question(question)] == [("options", 1, "explanation")]


@pytest.mark.parametrize(
    ("keys", "share"),
    [("ab", "1"), ("a", "0.5"), ("ac", "0"), ("abc", "0.5"), ("abd", "1"), ("c", "0"), ("d", "0")],
)
def test_weights_decide_where_there_are_any(keys: str, share: str) -> None:
    assert worth(weighted(a="0.5", b="0.5", c="-0.5", d="0"), *keys) == Decimal(share)


@pytest.mark.parametrize("third", ["0.3333", "0.33333", "0.333333"])
def test_three_thirds_make_one_however_they_are_rounded(third: str) -> None:
    question = weighted(a=third, b=third, c=third, d="-1")

    assert codes(question) == []
    assert worth(question, "a", "b", "c") == 1
    assert worth(question, "a") == Decimal("0.333333")
    assert MULTIPLE.mark(question, MULTIPLE.right_answer(question)).right


def test_the_method_in_force_is_named() -> None:
    assert MULTIPLE.formula_of(SPECS["multiple_choice"]) == "multiple_choice"
    assert MULTIPLE.formula_of(weighted(a="1", b="0")) == "multiple_choice.weights"


@pytest.mark.parametrize(("key", "share"), [("a", "0.25"), ("b", "1"), ("c", "0"), ("d", "0.5")])
def test_a_way_to_act_earns_its_credit(key: str, share: str) -> None:
    assert JUDGEMENT.mark(SPECS["situational_judgement"], {"choice": key}).share == Decimal(share)


def test_the_review_of_a_judgement_gives_every_reason() -> None:
    question, response = SPECS["situational_judgement"], {"choice": "d"}

    lines = JUDGEMENT.review(question, {}, response, JUDGEMENT.mark(question, response))

    assert [line.feedback for line in lines] == [{"en": f"Why {key}."} for key in "abcd"]
    assert [line.right for line in lines] == [False, True, False, False]


def test_what_a_blind_answer_can_expect_of_options() -> None:
    # One of four; a half; (0.25 + 1 + 0 + 0.5)/4; (1 + 0.5 + 0)/3.
    assert SINGLE.guess_share(SPECS["single_choice"]) == Fraction(1, 4)
    assert TYPES["true_false"].guess_share(SPECS["true_false"]) == Fraction(1, 2)
    assert JUDGEMENT.guess_share(SPECS["situational_judgement"]) == Fraction(7, 16)
    assert SINGLE.guess_share(PARTLY) == Fraction(1, 2)
    # A pool of five right sides: each left side is right once in five.
    assert TYPES["matching"].guess_share(SPECS["matching"]) == Fraction(1, 5)


def test_what_a_blind_answer_can_expect_of_a_multiple_choice_worked_by_hand() -> None:
    # a and b right, c wrong. Sets: a ½, b ½, ab 1; c, ac, bc, abc 0 (a wrong one costs 1): 2/7.
    question = make_question("multiple_choice", options=make_options("ab", "c"))

    assert MULTIPLE.guess_share(question) == Fraction(2, 7)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["-1", "-0.5", "-0.25", "0"]), min_size=1, max_size=5))
def test_what_a_blind_answer_can_expect_is_the_mean_over_all_sets(wrong: list[str]) -> None:
    names = "stuvw"[: len(wrong)]
    question = weighted(a="0.75", b="0.25", **dict(zip(names, wrong, strict=True)))
    plain = make_question("multiple_choice", options=make_options("ab", names))
    for one in (question, plain):
        keys = [option["key"] for option in one["options"]]
        sets = [chosen for size in range(1, len(keys) + 1) for chosen in combinations(keys, size)]
        mean = sum((Fraction(worth(one, *chosen)) for chosen in sets), Fraction(0)) / len(sets)
        guess = MULTIPLE.guess_share(one)
        assert guess is not None
        # Shares are rounded to six places, the expectation is not.
        assert abs(guess - mean) < Fraction(1, 1_000_000)


def test_of_very_many_weighted_options_nothing_is_expected() -> None:
    names = [f"k{at}" for at in range(16)]
    question = weighted(a="1", **dict.fromkeys(names, "-0.01"))

    assert codes(question) == []
    assert MULTIPLE.guess_share(question) is None


def test_option_analysis_knows_what_was_chosen_and_what_is_keyed() -> None:
    assert MULTIPLE.choices_made(SPECS["multiple_choice"], {"choices": ["a", "e"]}) == ("a", "e")
    assert MULTIPLE.keyed_choices(SPECS["multiple_choice"]) == ("a", "c")
    assert MULTIPLE.choice_texts(SPECS["multiple_choice"])["e"] == {"en": "Option e"}
    assert TYPES["true_false"].choices_made(SPECS["true_false"], {"answer": True}) == ("true",)
    assert TYPES["true_false"].keyed_choices(SPECS["true_false"]) == ("false",)
    matching = TYPES["matching"]
    made = matching.choices_made(SPECS["matching"], matching.right_answer(SPECS["matching"]))
    assert made == matching.keyed_choices(SPECS["matching"])
    texts = matching.choice_texts(SPECS["matching"])
    assert len(texts) == 4 * 5
    assert texts[matching.keyed_choices(SPECS["matching"])[1]] == {"en": "B: two"}


def test_where_all_options_have_weights_all_may_be_right():
    spec = weighted(a="0.5", b="0.5")

    assert check_question(spec) == []
    assert (worth(spec, "a"), worth(spec, "a", "b")) == (Decimal("0.5"), 1)
