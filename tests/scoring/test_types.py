"""What each question type accepts, earns and shows."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.questions import ALL_SPECS, SPECS
from factories.questions import make_options as options
from factories.questions import make_question as spec
from lms.scoring import (
    TYPES,
    UNANSWERED,
    QuestionType,
    UnusableAnswer,
    check_question,
    filled_in,
    right_sides,
)
from lms.scoring.types.number_reading import read_numbers

# A shared machine may be slow, which says nothing about these functions.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


LETTERS = "abez019 .,-+é٣ةا\u200f\n"
PARTS = st.sampled_from(["", " ", *"abcdez", "true", "false", "12", "12,5", "1,500", "x" * 300])
VALUES = PARTS | st.text(LETTERS, max_size=8)
FIELDS = st.sampled_from(["answer", "left-0", "left-9", "gap-0", "gap-1", "gap-2", "place-x"])
SENT = st.dictionaries(FIELDS, st.lists(VALUES, max_size=5))
QUESTIONS = st.sampled_from(ALL_SPECS)
ASKED = [question for question in ALL_SPECS if TYPES[question["type"]].asks]
MARKED = [question for question in ASKED if not TYPES[question["type"]].marked_by_hand]


def name_of(question: dict[str, Any]) -> str:
    return str(question["type"])


def share(kind: str, response: dict[str, Any] | None) -> Decimal:
    return TYPES[kind].mark(SPECS[kind], response).share


def chosen(kind: str, *values: str) -> dict[str, Any] | None:
    return TYPES[kind].parse(SPECS[kind], {"answer": list(values)})


@pytest.mark.parametrize("question", ALL_SPECS, ids=name_of)
def test_a_well_written_question_has_no_problem(question: Any) -> None:
    assert check_question(question) == []
    assert isinstance(TYPES[question["type"]], QuestionType)


@pytest.mark.parametrize("question", MARKED, ids=name_of)
def test_the_right_answer_earns_full_marks(question: Any) -> None:
    kind = TYPES[question["type"]]

    mark = kind.mark(question, json.loads(json.dumps(kind.right_answer(question))))

    assert (mark.share, mark.right, mark.pending) == (Decimal(1), True, False)


@pytest.mark.parametrize("question", ALL_SPECS, ids=name_of)
@pytest.mark.parametrize("sent", [{}, {"answer": [""], "left-0": [" "], "gap-0": []}])
def test_a_blank_form_is_unanswered_and_earns_nothing(question: Any, sent: Any) -> None:
    kind = TYPES[question["type"]]

    response = kind.parse(question, sent)

    assert response is None
    assert kind.mark(question, response) == UNANSWERED


@PATIENT
@given(question=QUESTIONS, sent=SENT)
def test_whatever_is_sent_is_marked_within_bounds_or_refused(question: Any, sent: Any) -> None:
    kind, response = TYPES[question["type"]], None
    with suppress(UnusableAnswer):
        response = kind.parse(question, sent)

    mark = kind.mark(question, json.loads(json.dumps(response)))

    assert 0 <= mark.share <= 1
    assert mark.right == (mark.share == 1)
    json.dumps(mark.detail)
    assert isinstance(kind.review(question, {}, response, mark), tuple)


@PATIENT
@given(data=st.data(), question=st.sampled_from(ASKED))
def test_what_is_shown_filled_in_is_the_same_answer_when_it_is_sent_again(
    data: st.DataObject, question: Any
) -> None:
    kind = TYPES[question["type"]]
    sent = {}
    for control in kind.present(question, {}, None).controls:
        own = st.sampled_from([choice.value for choice in control.choices] or ["1,500", "٣ km"])
        most = 4 if control.kind == "checkbox" else 1
        sent[control.field] = data.draw(st.lists(own | VALUES, max_size=most))
    try:
        response = kind.parse(question, sent)
    except UnusableAnswer:
        return

    shown = kind.present(question, kind.order(question, 1, True), response)

    assert kind.parse(question, filled_in(shown)) == response


@pytest.mark.parametrize("question", ASKED, ids=name_of)
def test_an_answer_to_an_earlier_version_of_a_question_is_still_shown(question: Any) -> None:
    kind = TYPES[question["type"]]
    gone = {
        "choice": "gone",
        "choices": ["gone"],
        "pairs": {"99": "gone"},
        "places": {"gone": 1},
        "gaps": {"99": {"text": "gone"}, "0": {"choice": "gone", "text": "gone"}},
        "number": "5",
        "text": "gone",
        "answer": True,
        "file": {"name": "gone.xyz"},
    }

    mark = kind.mark(question, gone)

    assert mark.share < 1 or question["type"] == "true_false"
    assert kind.present(question, {"options": ["gone"], "lefts": [99]}, gone).parts
    assert kind.review(question, {}, gone, mark)


@PATIENT
@given(
    kind=st.sampled_from(["single_choice", "multiple_choice", "true_false"]), value=st.text(LETTERS)
)
def test_a_foreign_option_is_never_accepted(kind: str, value: str) -> None:
    own = {"true", "false"} if kind == "true_false" else set("abcde")
    if not value.strip() or value.strip() in own:
        return

    with pytest.raises(UnusableAnswer) as refusal:
        chosen(kind, value)

    assert refusal.value.code == "answer.not-an-option"


@PATIENT
@given(kind=st.sampled_from(sorted(TYPES)), seed=st.integers(), shuffle=st.booleans())
def test_the_order_depends_on_nothing_but_the_seed(kind: str, seed: int, shuffle: bool) -> None:
    first = TYPES[kind].order(SPECS[kind], seed, shuffle)

    assert TYPES[kind].order(json.loads(json.dumps(SPECS[kind])), seed, shuffle) == first
    assert json.loads(json.dumps(first)) == first
    if kind == "multiple_choice":
        assert sorted(first["options"]) == list("abcde")
    if kind == "matching":
        assert sorted(first["lefts"]) == [0, 1, 2, 3]
        assert sorted(first["rights"]) == sorted(right_sides(SPECS[kind]))
    if kind == "ordering":
        assert sorted(first["items"]) == list("abcd")


def test_options_stay_in_the_order_of_the_bank_unless_shuffled() -> None:
    kind = TYPES["single_choice"]
    orders = {tuple(kind.order(SPECS["single_choice"], n, True)["options"]) for n in range(40)}

    assert kind.order(SPECS["single_choice"], 1, False) == {"options": ["b", "a", "c", "d"]}
    assert len(orders) > 10


def test_one_option_of_a_single_choice_can_be_chosen() -> None:
    assert share("single_choice", chosen("single_choice", "b")) == 1
    assert share("single_choice", chosen("single_choice", "a")) == 0
    with pytest.raises(UnusableAnswer, match=r"answer\.more-than-one"):
        chosen("single_choice", "a", "b")


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("ac", "1"),
        ("a", "0.5"),
        ("acb", "0.5"),  # 2/2 − 1/min(2, 3)
        ("ab", "0"),
        ("acbd", "0"),
        ("acbde", "0"),
        ("bde", "0"),
    ],
)
def test_part_marks_of_a_multiple_choice_follow_the_stated_formula(
    keys: str, expected: str
) -> None:
    assert share("multiple_choice", chosen("multiple_choice", *keys)) == Decimal(expected)


@PATIENT
@given(right=st.integers(1, 8), wrong=st.integers(1, 8), data=st.data())
def test_choosing_everything_or_anything_extra_never_pays(
    right: int, wrong: int, data: st.DataObject
) -> None:
    good, bad = "abcdefgh"[:right], "stuvwxyz"[:wrong]
    question = spec("multiple_choice", options=options(good, bad))
    kind = TYPES["multiple_choice"]
    some = data.draw(st.sets(st.sampled_from(good + bad), min_size=1))
    extra = data.draw(st.sampled_from(bad))

    def worth(keys: Any) -> Decimal:
        return kind.mark(question, kind.parse(question, {"answer": list(keys)})).share

    assert worth(good + bad) == 0
    assert worth(some | {extra}) <= worth(some - {extra} or {extra})
    assert (worth(some) == 1) == (some == set(good))


def test_an_option_that_was_deleted_later_counts_for_nothing() -> None:
    response = {"choices": ["a", "c", "gone"]}

    assert share("multiple_choice", response) == 1
    assert share("single_choice", {"choice": "gone"}) == 0


def test_true_and_false_are_told_apart() -> None:
    assert share("true_false", chosen("true_false", "false")) == 1
    assert share("true_false", chosen("true_false", "true")) == 0


@pytest.mark.parametrize(
    "typed",
    [
        "12",
        "12.5",
        "12,5",
        "11.5",
        " 12 ",
        "+12",
        "١٢",
        "١٢٫٥",
        "۱۲",
        "12 toilets",
        "\u200f١٢",
        "12.",
    ],
)
def test_a_number_within_the_tolerance_is_right_however_it_is_written(typed: str) -> None:
    assert share("numeric", chosen("numeric", typed)) == 1


@pytest.mark.parametrize("typed", ["12.51", "11,49", "-12", "1.2", "120"])
def test_a_number_outside_the_tolerance_is_wrong(typed: str) -> None:
    assert share("numeric", chosen("numeric", typed)) == 0


@pytest.mark.parametrize(
    "typed",
    [
        "twelve",
        "1e1",
        "NaN",
        "Infinity",
        "12-13",
        "1 2",
        "1,2,3",
        "--1",
        "toilets",
        "½",
        "0x1",
        ".",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"answer\.not-a-number"):
        chosen("numeric", typed)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1 500", ["1500"]),
        ("1\u202f500,25", ["1500.25"]),
        ("1,500.25", ["1500.25"]),
        ("1.500,25", ["1500.25"]),
        ("1,500,000", ["1500000"]),
        ("١٬٥٠٠", ["1500"]),
        ("0,125", ["0.125"]),
        ("−3,5", ["-3.5"]),
        ("1,500", ["1.500", "1500"]),
        (".5", ["0.5"]),
    ],
)
def test_thousands_and_fractions_are_read_as_people_write_them(
    typed: str, expected: list[str]
) -> None:
    assert read_numbers(typed) == [Decimal(number) for number in expected]


@pytest.mark.parametrize("value", ["1500", "1.5"])
def test_a_number_with_two_readings_is_right_by_either(value: str) -> None:
    question = spec("numeric", value=value)
    kind = TYPES["numeric"]

    assert kind.mark(question, kind.parse(question, {"answer": ["1,500"]})).right


@pytest.mark.parametrize(
    "typed",
    ["Read-back", " read-back. ", "RÉPÉTITION", "repetition", "الاعاده", "إعادة", "الإِعَادَة"],
)
def test_a_short_text_is_right_whatever_its_case_accents_or_letter_forms(typed: str) -> None:
    assert share("short_text", chosen("short_text", typed)) == 1


def test_another_short_text_is_wrong_and_a_long_one_refused() -> None:
    assert share("short_text", chosen("short_text", "read")) == 0
    assert chosen("short_text", " ... ") is None
    with pytest.raises(UnusableAnswer, match=r"answer\.too-long"):
        chosen("short_text", "x" * 201)


def test_matching_earns_a_part_for_each_right_pair() -> None:
    kind, question = TYPES["matching"], SPECS["matching"]
    right = kind.right_answer(question)["pairs"]
    distractor = next(side for side in right_sides(question) if side not in right.values())
    sent = {"left-0": [right["0"]], "left-1": [right["1"]], "left-2": [distractor], "left-3": [""]}

    mark = kind.mark(question, kind.parse(question, sent))

    assert mark.share == Decimal("0.5")
    assert mark.detail == {"right": [0, 1], "wrong": [2], "pairs": right}


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"left-0": ["r0000000000"]}, "answer.not-an-option"),
        ({"left-4": [""]}, "answer.not-in-question"),
    ],
)
def test_matching_refuses_sides_that_are_not_its_own(sent: Any, code: str) -> None:
    with pytest.raises(UnusableAnswer) as refusal:
        TYPES["matching"].parse(SPECS["matching"], sent)

    assert refusal.value.code == code


def test_right_sides_are_mixed_even_where_nothing_is_to_be_shuffled() -> None:
    kind, question = TYPES["matching"], SPECS["matching"]

    orders = [kind.order(question, seed, False) for seed in range(20)]

    assert all(order["lefts"] == [0, 1, 2, 3] for order in orders)
    assert len({tuple(order["rights"]) for order in orders}) > 5


def test_two_equal_right_sides_fit_both_their_left_sides() -> None:
    same = {"en": "district"}
    pairs = [
        {"left": {"en": "A"}, "right": same},
        {"left": {"en": "B"}, "right": {"en": "state"}},
        {"left": {"en": "C"}, "right": same},
    ]
    question = spec("matching", pairs=pairs)

    assert check_question(question) == []
    assert len(right_sides(question)) == 2
    assert TYPES["matching"].right_answer(question)["pairs"]["0"] in right_sides(question)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({}, "question.no-key"),
        (spec("riddle"), "question.unknown-type"),
        (spec("true_false", answer=True) | {"explanation": {}}, "question.no-text"),
        (spec("true_false", answer=True) | {"text": {"en": " "}}, "question.blank-text"),
        (spec("true_false", answer="no"), "question.bad-answer"),
        (spec("single_choice", options=options("ab", "c")), "question.not-one-right-option"),
        (spec("single_choice", options=options("a", "")), "question.too-few-options"),
        (spec("single_choice", options=options("a", "bb")), "question.option-key-twice"),
        (spec("single_choice", options=["a", "b"]), "question.bad-option"),
        (spec("multiple_choice", options=options("", "ab")), "question.no-right-option"),
        (spec("multiple_choice", options=options("ab", "")), "question.no-wrong-option"),
        (spec("numeric", value=12.5), "question.bad-value"),
        (spec("numeric", value="NaN"), "question.bad-value"),
        (spec("numeric", value="1", tolerance="-1"), "question.bad-tolerance"),
        (spec("short_text", accepted={"en": []}), "question.no-accepted"),
        (spec("short_text", accepted={"en": [True]}), "question.bad-accepted"),
        (spec("matching", pairs=[{}]), "question.too-few-pairs"),
        (SPECS["matching"] | {"distractors": [{"en": "one"}]}, "question.right-distractor"),
    ],
)
def test_a_faulty_question_is_named(question: Any, code: str) -> None:
    assert code in [problem.code for problem in check_question(question)]
