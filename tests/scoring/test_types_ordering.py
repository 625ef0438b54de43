"""Putting items into their right order."""

from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import Any

import pytest

from factories.questions import SPECS, make_items, make_question
from lms.scoring import TYPES, UnusableAnswer, check_question, filled_in

ORDERING = TYPES["ordering"]
STEPS = SPECS["ordering"]
EXACT = STEPS | {"grading": "exact"}
RIGHT = filled_in(ORDERING.present(STEPS, {}, ORDERING.right_answer(STEPS)))
FIELDS = {place[0]: field for field, place in RIGHT.items()}


def placed(question: Any, order: str) -> Any:
    """The mark of items given in that order, keys by place; a dot leaves a place empty."""
    places = {key: at for at, key in enumerate(order, 1) if key != "."}
    return ORDERING.mark(question, {"places": places})


@pytest.mark.parametrize(
    ("order", "share"),
    [
        ("abcd", "1"),
        ("abdc", "0.666667"),  # (5 − 1)/6
        ("bacd", "0.666667"),
        ("badc", "0.333333"),
        ("dbca", "0"),  # (1 − 5)/6
        ("dcba", "0"),
        ("bcda", "0"),  # (3 − 3)/6
        ("abc.", "0.5"),  # three pairs of six
        ("ab..", "0.166667"),
        ("ba..", "0"),
        ("a...", "0"),
    ],
)
def test_the_mark_is_kendalls_tau_of_the_order_given_and_never_below_nothing(
    order: str, share: str
) -> None:
    assert placed(STEPS, order).share == Decimal(share)


@pytest.mark.parametrize(("order", "share"), [("abcd", 1), ("abdc", 0), ("abc.", 0)])
def test_all_or_nothing_where_the_question_says_so(order: str, share: int) -> None:
    assert placed(EXACT, order).share == share
    assert ORDERING.formula_of(EXACT) == "ordering.exact"


def test_detail_counts_the_pairs() -> None:
    assert placed(STEPS, "bac.").detail == {"concordant": 2, "discordant": 1, "pairs": 6}


@pytest.mark.parametrize("count", range(2, 7))
def test_what_a_blind_order_can_expect_is_the_mean_over_all_orders(count: int) -> None:
    names = "abcdef"[:count]
    question = make_question("ordering", items=make_items(*names))
    shares = [Fraction(placed(question, "".join(order)).share) for order in permutations(names)]

    guess = ORDERING.guess_share(question)

    assert guess is not None
    assert abs(guess - sum(shares, Fraction(0)) / len(shares)) < Fraction(1, 1_000_000)


def test_blind_orders_earn_little() -> None:
    three = make_question("ordering", items=make_items("x", "y", "z"))

    # Three items: 1, twice 1/3, three times 0, over six orders.
    assert ORDERING.guess_share(three) == Fraction(5, 18)
    assert ORDERING.guess_share(EXACT) == Fraction(1, 24)


def test_items_are_placed_by_number_in_fields_that_tell_nothing_of_their_place() -> None:
    shown = ORDERING.present(STEPS, {"items": list("cadb")}, {"places": {"a": 3}})

    assert [control.label["en"] for control in shown.controls] == [
        "act",
        "look",
        "check",
        "understand",
    ]
    assert [choice.label for choice in shown.controls[0].choices] == ["1", "2", "3", "4"]
    assert [control.values for control in shown.controls] == [(), ("3",), (), ()]
    assert all(len(control.field) == len("place-i") + 10 for control in shown.controls)


def test_the_order_shown_is_mixed_even_where_nothing_is_to_be_shuffled() -> None:
    orders = {tuple(ORDERING.order(STEPS, seed, False)["items"]) for seed in range(200)}

    assert len(orders) == 24


def test_places_are_read_from_the_fields() -> None:
    assert ORDERING.parse(STEPS, RIGHT) == ORDERING.right_answer(STEPS)
    assert ORDERING.parse(STEPS, {FIELDS["2"]: ["4"]}) == {"places": {"b": 4}}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({FIELDS["1"]: ["2"], FIELDS["2"]: ["2"]}, "answer.position-twice"),
        ({FIELDS["1"]: ["5"]}, "answer.not-an-option"),
        ({FIELDS["1"]: ["0"]}, "answer.not-an-option"),
        ({FIELDS["1"]: ["1", "2"]}, "answer.more-than-one"),
        ({"place-i0000000000": ["1"]}, "answer.not-in-question"),
    ],
)
def test_places_that_cannot_be_are_refused(sent: Any, code: str) -> None:
    with pytest.raises(UnusableAnswer) as refusal:
        ORDERING.parse(STEPS, sent)

    assert refusal.value.code == code


def test_the_review_goes_in_the_right_order() -> None:
    response = {"places": {"b": 1, "a": 2, "c": 3}}

    lines = ORDERING.review(STEPS, {}, response, ORDERING.mark(STEPS, response))

    assert [(line.text["en"], line.given, line.wanted, line.right) for line in lines] == [
        ("look", "2", "1", False),
        ("understand", "1", "2", False),
        ("act", "3", "3", True),
        ("check", None, "4", False),
    ]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"items": make_items("one")}, "question.bad-items"),
        ({"items": [f"step {at}" for at in range(21)]}, "question.bad-items"),
        ({"items": ["one", "two"]}, "question.bad-items"),
        ({"items": make_items("same", "same")}, "question.item-twice"),
        ({"items": make_items("a", "b")[:1] + make_items("c")}, "question.item-key"),
        ({"items": make_items("a", " ")}, "question.blank-text"),
        ({"grading": "places"}, "question.bad-grading"),
    ],
)
def test_a_fault_in_items_is_named(parts: Any, code: str) -> None:
    assert code in [problem.code for problem in check_question(STEPS | parts)]
