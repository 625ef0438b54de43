"""Texts with gaps."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from factories.questions import SPECS, VARIANTS, make_options
from lms.scoring import TYPES, Control, Text, UnusableAnswer, check_question

CLOZE = TYPES["cloze"]
WORDS = SPECS["cloze"]
ALL = {"gap-0": ["b"], "gap-1": ["The clerk"], "gap-2": ["3"]}


def mark(sent: Any) -> Any:
    return CLOZE.mark(WORDS, CLOZE.parse(WORDS, sent))


@pytest.mark.parametrize(
    ("sent", "share"),
    [
        (ALL, "1"),
        (ALL | {"gap-0": ["a"]}, "0.75"),
        (ALL | {"gap-2": ["4"]}, "0.5"),
        ({"gap-0": ["b"]}, "0.25"),
        ({"gap-1": ["nobody"]}, "0"),
    ],
)
def test_the_mark_is_the_weighted_mean_of_the_gaps(sent: Any, share: str) -> None:
    assert mark(sent).share == Decimal(share)


def test_detail_says_what_each_gap_earned() -> None:
    detail = mark({"gap-0": ["a"], "gap-2": ["٣"]}).detail["gaps"]

    assert set(detail) == {"0", "2"}
    assert Decimal(detail["0"]["share"]) == 0
    assert detail["0"]["detail"] == {"chosen": "a", "right": "b"}
    assert detail["2"]["right"] is True


def test_the_gaps_stand_within_the_text_in_every_language() -> None:
    french = "La _____ ouvre; _____ contrôle sous _____ jours."
    question = WORDS | {"text": WORDS["text"] | {"fr": french}}

    shown = CLOZE.present(question, {}, {"gaps": {"1": {"text": "clerk"}}})

    assert [part.texts["fr"] for part in shown.parts if isinstance(part, Text)] == [
        "La ",
        " ouvre; ",
        " contrôle sous ",
        " jours.",
    ]
    assert [type(part) for part in shown.parts[:3]] == [Text, Control, Text]
    assert [(one.kind, one.field, one.label, one.inline) for one in shown.controls] == [
        ("select", "gap-0", "1", True),
        ("line", "gap-1", "2", True),
        ("number", "gap-2", "3", True),
    ]
    assert [control.values for control in shown.controls] == [(), ("clerk",), ()]


def test_the_words_to_choose_from_are_shuffled_by_seed() -> None:
    orders = [CLOZE.order(WORDS, seed, True) for seed in range(20)]

    assert {tuple(order["gaps"]["0"]["options"]) for order in orders} == {("b", "a"), ("a", "b")}
    reverse = next(order for order in orders if order["gaps"]["0"]["options"] == ["a", "b"])
    shown = CLOZE.present(WORDS, reverse, None).controls[0]
    assert [choice.value for choice in shown.choices] == ["a", "b"]


def test_the_review_goes_gap_by_gap() -> None:
    response = {"gaps": {"0": {"choice": "a"}, "1": {"text": "the clerk"}}}

    lines = CLOZE.review(WORDS, {}, response, CLOZE.mark(WORDS, response))

    assert [(line.text, line.given, line.wanted, line.right) for line in lines] == [
        ("1", {"en": "Option a"}, {"en": "Option b"}, False),
        ("2", "the clerk", {"en": "the clerk"}, True),
        ("3", None, "3", False),
    ]
    assert [line.chosen for line in lines] == [True, True, False]


def test_option_analysis_sees_the_gaps_that_have_options() -> None:
    assert CLOZE.choices_made(WORDS, {"gaps": {"0": {"choice": "a"}, "2": {"number": "3"}}}) == (
        "0:a",
    )
    assert CLOZE.keyed_choices(WORDS) == ("0:b",)
    assert CLOZE.choice_texts(WORDS)["0:a"] == {"en": "1: Option a"}
    typed = next(spec for spec in VARIANTS if spec["type"] == "cloze")
    assert CLOZE.choices_made(typed, {"gaps": {"0": {"text": "stop"}}}) is None


def test_what_a_blind_answer_can_expect_is_the_weighted_mean() -> None:
    # A half of the first gap of weight 1; nothing of 1 + 2 more.
    assert CLOZE.guess_share(WORDS) == Fraction(1, 8)


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"gap-0": ["z"]}, "answer.not-an-option"),
        ({"gap-2": ["many"]}, "answer.not-a-number"),
        ({"gap-3": ["x"]}, "answer.not-in-question"),
        ({"gap-1": ["x" * 201]}, "answer.too-long"),
    ],
)
def test_what_fits_no_gap_is_refused(sent: Any, code: str) -> None:
    with pytest.raises(UnusableAnswer) as refusal:
        CLOZE.parse(WORDS, sent)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "count"), [("_____ and ____", 1), ("______", 0), ("a_____b, _____!", 2), ("", 0)]
)
def test_a_gap_is_five_underscores_no_more_and_no_fewer(text: str, count: int) -> None:
    question = WORDS | {"text": {"en": WORDS["text"]["en"], "fr": text}}

    faults = {fault.where: fault.message for fault in check_question(question)}

    assert faults["text", "fr"].startswith(f"{count} gaps in the text, 3 in gaps") or not text


@pytest.mark.parametrize(
    ("gap", "where"),
    [
        ("word", ("gaps", 0, "kind")),
        ({"kind": "essay"}, ("gaps", 0, "kind")),
        ({"kind": "choice", "options": make_options("ab", "")}, ("gaps", 0, "options")),
        ({"kind": "text", "accepted": {"en": []}}, ("gaps", 0, "accepted", "en")),
        ({"kind": "number", "value": "x"}, ("gaps", 0, "value")),
        ({"kind": "number", "value": "1", "weight": "0"}, ("gaps", 0, "weight")),
    ],
)
def test_a_fault_in_a_gap_has_its_place(gap: Any, where: Any) -> None:
    question = WORDS | {"gaps": [gap, *WORDS["gaps"][1:]]}

    assert [fault.where for fault in check_question(question)] == [where]


def test_a_text_without_gaps_is_named() -> None:
    codes = [fault.code for fault in check_question(WORDS | {"gaps": []})]

    assert codes == ["question.no-gaps"]
