"""A new key for pairs, items and gaps: what it may be, what the form makes of it."""

from copy import deepcopy
from decimal import Decimal

import pytest

from factories.questions import make_options, make_question
from factories.regrading import FIVE, FOUR, GAPS, ITEMS, ONE, PAIRS, THREE, TWO, fields_of, keyed
from lms.assessments.regrade_keys import key_of, shown
from lms.assessments.regrade_rules import NEW_KEY, Change, takes
from lms.assessments.regrade_types import check_new_key, corrected
from lms.errors import Refused
from lms.scoring import check_question, question_type
from lms.scoring.types.matching import right_sides


def share(spec, response):
    return question_type(spec["type"]).mark(spec, response).share


def translated(spec, part, texts):
    """The question after somebody added French to its parts."""
    made = deepcopy(spec)
    for one in made[part]:
        for name in texts:
            one[name]["fr"] = f"fr {one[name]['en']}"
    return made


# Pairs


def test_the_form_of_pairs_offers_every_right_side_to_every_left_side():
    form = shown(PAIRS, PAIRS)

    assert [(name, left["en"], right) for name, left, right in form.parts] == [
        ("left-1", "A", ONE),
        ("left-2", "B", TWO),
        ("left-3", "C", THREE),
        ("left-4", "D", FOUR),
    ]
    assert [side for side, _texts in form.sides] == [ONE, TWO, THREE, FOUR, FIVE]


def test_pairs_put_together_anew_earn_what_they_are_worth_now():
    made = corrected(PAIRS, keyed(PAIRS, left_1=TWO, left_2=ONE))
    swapped = {"pairs": {"0": TWO, "1": ONE, "2": THREE, "3": FOUR}}

    assert check_question(made) == []
    assert share(PAIRS, swapped) == Decimal("0.5")
    assert share(made, swapped) == 1
    # The left sides, and the pool that people chose from, stay word for word.
    assert [pair["left"] for pair in made["pairs"]] == [pair["left"] for pair in PAIRS["pairs"]]
    assert right_sides(made).keys() == right_sides(PAIRS).keys()


def test_a_distractor_may_turn_out_to_be_right_and_a_right_side_to_belong_to_none():
    made = corrected(PAIRS, keyed(PAIRS, left_4=FIVE))

    assert share(made, {"pairs": {"0": ONE, "1": TWO, "2": THREE, "3": FIVE}}) == 1
    assert made["distractors"] == [{"en": "four"}]
    # And back again, from the key that holds now.
    back = key_of(PAIRS, made, fields_of(made, left_4=FOUR))
    assert corrected(PAIRS, back)["pairs"] == PAIRS["pairs"]
    assert corrected(PAIRS, back)["distractors"] == [{"en": "five"}]


def test_the_form_shows_the_pairs_that_hold_now():
    made = corrected(PAIRS, keyed(PAIRS, left_4=FIVE))

    form = shown(PAIRS, made)

    assert form.parts[3][2] == FIVE
    assert [side for side, _texts in form.sides] == [ONE, TWO, THREE, FOUR, FIVE]


@pytest.mark.parametrize("side", ["", "r0000000000", "four"])
def test_a_left_side_without_a_right_one_is_refused(side):
    with pytest.raises(Refused) as refused:
        keyed(PAIRS, left_3=side)

    assert (refused.value.code, refused.value.values) == ("regrade.no-side", {"number": 3})


def test_one_right_side_for_all_is_refused():
    key = keyed(PAIRS, left_1=ONE, left_2=ONE, left_3=ONE, left_4=ONE)

    with pytest.raises(Refused) as refused:
        check_new_key(PAIRS, key)

    assert refused.value.values["problems"] == ["question.one-right-side"]


def test_pairs_of_another_wording_keep_their_mark_but_a_translation_is_no_other_wording():
    change = Change(NEW_KEY, "p-1", keyed(PAIRS, left_1=TWO, left_2=ONE))
    later = translated(PAIRS, "pairs", ("left", "right"))
    reworded = deepcopy(PAIRS)
    reworded["pairs"][0]["left"] = {"en": "Another"}
    fewer = {**PAIRS, "pairs": PAIRS["pairs"][:3]}
    other_side = {**PAIRS, "distractors": [{"en": "six"}]}
    turned = {**PAIRS, "pairs": PAIRS["pairs"][::-1]}

    told = [
        takes({"spec": spec}, change)
        for spec in (PAIRS, later, reworded, fewer, other_side, turned)
    ]

    assert told == [True, True, False, False, False, False]
    # The translated one keeps its own texts, and its own ids of the sides.
    made = corrected(later, change.spec)
    assert made["pairs"][0]["right"] == {"en": "two", "fr": "fr two"}
    assert check_question(made) == []


def test_sides_that_only_a_translation_tells_apart_are_not_confused():
    apart = make_question(
        "matching",
        "p-1",
        pairs=[
            {"left": {"en": "A"}, "right": {"en": "seal", "fr": "sceau"}},
            {"left": {"en": "B"}, "right": {"en": "seal", "fr": "phoque"}},
            {"left": {"en": "C"}, "right": {"en": "lock", "fr": "serrure"}},
        ],
    )
    before = deepcopy(apart)
    for pair in before["pairs"]:
        del pair["right"]["fr"]

    assert takes({"spec": apart}, Change(NEW_KEY, "p-1", apart))
    assert not takes({"spec": before}, Change(NEW_KEY, "p-1", apart))
    assert not takes({"spec": apart}, Change(NEW_KEY, "p-1", before))


# Items


def test_items_in_another_order_earn_what_they_are_worth_now():
    made = corrected(ITEMS, keyed(ITEMS, place_a="2", place_b="1"))

    assert [item["key"] for item in made["items"]] == ["b", "a", "c", "d"]
    assert check_question(made) == []
    given = {"places": {"b": 1, "a": 2, "c": 3, "d": 4}}
    assert (share(ITEMS, given), share(made, given)) == (Decimal("0.666667"), 1)
    assert [place for _name, _text, place in shown(ITEMS, made).parts] == ["1", "2", "3", "4"]


def test_items_keep_the_texts_of_each_attempt():
    change = Change(NEW_KEY, "i-1", keyed(ITEMS, place_a="4", place_d="1"))
    later = translated(ITEMS, "items", ("text",))
    fewer = {**ITEMS, "items": ITEMS["items"][:3]}

    assert takes({"spec": later}, change)
    assert not takes({"spec": fewer}, change)
    assert corrected(later, change.spec)["items"][0] == {
        "key": "d",
        "text": {"en": "check", "fr": "fr check"},
    }


def test_digits_of_any_script_are_places():
    made = keyed(ITEMS, place_a="٢", place_b="१")

    assert [item["key"] for item in made["items"]] == ["b", "a", "c", "d"]


@pytest.mark.parametrize(
    ("place", "code", "values"),
    [
        ("0", "regrade.place", {"typed": "0", "count": 4}),
        ("5", "regrade.place", {"typed": "5", "count": 4}),
        ("-1", "regrade.place", {"typed": "-1", "count": 4}),
        ("first", "regrade.place", {"typed": "first", "count": 4}),
        ("1.5", "regrade.place", {"typed": "1.5", "count": 4}),
        ("²", "regrade.place", {"typed": "²", "count": 4}),
        ("", "regrade.no-place", {"count": 4}),
        ("9" * 5000, "regrade.place", {"typed": "9" * 40, "count": 4}),
        ("2", "regrade.place-twice", {"place": 2}),
    ],
)
def test_a_place_that_is_none_is_refused(place, code, values):
    with pytest.raises(Refused) as refused:
        keyed(ITEMS, place_a=place)

    assert (refused.value.code, refused.value.values) == (code, values)


# Gaps


def test_each_gap_has_the_form_of_its_kind():
    form = shown(GAPS, GAPS)

    assert [gap.form for gap in form.gaps] == ["choice", "variants", "number"]
    assert form.gaps[1].fields == {"accepted-en": "the clerk"}
    assert form.gaps[2].fields == {"value": "3", "tolerance": "0"}


@pytest.mark.parametrize(
    ("changed", "filled"),
    [
        ({"gap_1_right": "a"}, {"choice": "a"}),
        ({"gap_2_accepted_en": "the clerk\nthe teller"}, {"text": "The teller"}),
        ({"gap_3_value": "4", "gap_3_tolerance": "0,5"}, {"number": "4.5"}),
    ],
)
def test_a_gap_is_given_a_new_key_and_the_others_keep_theirs(changed, filled):
    number = int(next(iter(changed))[4]) - 1
    given = question_type("cloze").right_answer(GAPS)
    given = {"gaps": {**given["gaps"], str(number): filled}}

    made = corrected(GAPS, keyed(GAPS, **changed))

    assert check_question(made) == []
    assert share(GAPS, given) < 1
    assert share(made, given) == 1
    assert made["text"] == GAPS["text"]
    for place in {0, 1, 2} - {number}:
        assert (
            question_type("cloze").right_answer(made)["gaps"][str(place)]
            == (question_type("cloze").right_answer(GAPS)["gaps"][str(place)])
        )
    assert [gap.get("weight") for gap in made["gaps"]] == [None, None, "2"]


def test_a_number_with_several_answers_keeps_them_where_another_gap_changes():
    answers = [{"value": "3"}, {"low": "5", "high": "6", "credit": "0.5"}]
    spec = {**GAPS, "gaps": [*GAPS["gaps"][:2], {"kind": "number", "answers": answers}]}

    kept = corrected(spec, keyed(spec, gap_1_right="a"))
    set_anew = corrected(spec, keyed(spec, gap_3_answer_1_value="7"))

    assert [one.name for one in shown(spec, spec).gaps[2].answers if not one.is_new] == [
        "answer-1",
        "answer-2",
    ]
    assert kept["gaps"][2] == spec["gaps"][2]
    assert set_anew["gaps"][2]["answers"] == [{"value": "7"}, answers[1]]
    assert check_question(kept) == check_question(set_anew) == []


def test_part_credits_of_a_gap_stay_where_they_are():
    options = make_options("a", "bc")
    options[1]["credit"] = "0.5"
    spec = {**GAPS, "gaps": [{"kind": "choice", "options": options}, *GAPS["gaps"][1:]]}

    made = corrected(spec, keyed(spec, gap_1_right="c"))

    assert check_question(made) == []
    assert [
        question_type("single_choice").mark(made["gaps"][0], {"choice": key}).share for key in "abc"
    ] == [0, Decimal("0.5"), 1]


def test_what_cannot_be_a_key_of_a_gap_is_said_with_its_number():
    with pytest.raises(Refused) as number:
        keyed(GAPS, gap_3_value="three")
    with pytest.raises(Refused) as key:
        check_new_key(
            GAPS, keyed(GAPS, gap_1_right="z", gap_2_accepted_en=" ", gap_3_tolerance="-1")
        )

    assert (number.value.code, number.value.values) == (
        "regrade.number",
        {"gap": 3, "typed": "three"},
    )
    assert list(zip(key.value.values["gaps"], key.value.values["problems"], strict=True)) == [
        (1, "question.not-one-right-option"),
        (2, "question.no-accepted"),
        (3, "question.bad-tolerance"),
    ]


def test_another_text_or_other_gaps_keep_their_mark():
    change = Change(NEW_KEY, "g-1", keyed(GAPS, gap_1_right="a"))
    text = GAPS["text"]["en"]
    specs = [
        GAPS,
        {**GAPS, "text": {"en": text, "fr": text}},
        {**GAPS, "text": {"en": text.replace("box", "chest")}},
        {**GAPS, "text": {"fr": text}},
        {**GAPS, "gaps": GAPS["gaps"][::-1]},
        {
            **GAPS,
            "gaps": [{"kind": "choice", "options": make_options("b", "c")}, *GAPS["gaps"][1:]],
        },
    ]

    assert [takes({"spec": spec}, change) for spec in specs] == [True, True] + [False] * 4
