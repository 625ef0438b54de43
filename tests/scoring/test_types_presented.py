"""What pages, paper and phones are given to show, and what a result says."""

from decimal import Decimal
from typing import Any

from factories.questions import SPECS, VARIANTS, make_question
from lms.scoring import TYPES, Choice, Image, Mark, Text, right_sides


def present(name: str, response: Any = None, order: Any = None) -> Any:
    return TYPES[name].present(SPECS[name], order or {}, response)


def review(name: str, response: Any) -> Any:
    kind = TYPES[name]
    return kind.review(SPECS[name], {}, response, kind.mark(SPECS[name], response))


def test_options_are_shown_in_the_order_of_the_attempt() -> None:
    (control,) = present(
        "single_choice", {"choice": "c"}, {"options": ["d", "b", "a", "c"]}
    ).controls

    assert (control.kind, control.field, control.label) == ("radio", "answer", None)
    assert [choice.value for choice in control.choices] == ["d", "b", "a", "c"]
    assert control.choices[0].label == {"en": "Option d"}
    assert control.values == ("c",)


def test_several_options_have_boxes_and_the_order_of_the_bank_without_an_attempt() -> None:
    (control,) = present("multiple_choice", {"choices": ["a", "e"]}).controls

    assert control.kind == "checkbox"
    assert [choice.value for choice in control.choices] == list("acbde")
    assert control.values == ("a", "e")


def test_true_and_false_are_codes_that_the_page_translates() -> None:
    (control,) = present("true_false", {"answer": False}).controls

    assert control.choices == (Choice("true", "true"), Choice("false", "false"))
    assert control.values == ("false",)


def test_a_number_comes_with_its_unit() -> None:
    (control,) = present("numeric", {"number": "12.5"}).controls

    assert (control.kind, control.unit, control.values) == ("number", {"en": "toilets"}, ("12.5",))
    units = next(spec for spec in VARIANTS if spec.get("units"))
    (control,) = TYPES["numeric"].present(units, {}, {"number": "2", "unit": "km"}).controls
    assert (control.hint, control.unit, control.values) == ("number-with-unit", None, ("2 km",))


def test_matching_offers_the_whole_pool_for_each_left_side() -> None:
    order = TYPES["matching"].order(SPECS["matching"], 5, True)

    controls = present("matching", {"pairs": {"2": order["rights"][0]}}, order).controls

    assert [control.field for control in controls] == [f"left-{at}" for at in order["lefts"]]
    assert [choice.value for choice in controls[0].choices] == order["rights"]
    assert {control.field: control.values for control in controls if control.values} == {
        "left-2": (order["rights"][0],)
    }
    assert next(one.label for one in controls if one.field == "left-1") == {"en": "B"}


def test_right_sides_do_not_stand_beside_their_left_sides_even_without_an_order() -> None:
    shown = [choice.value for choice in present("matching").controls[0].choices]

    assert sorted(shown) == sorted(right_sides(SPECS["matching"]))
    assert shown != list(right_sides(SPECS["matching"]))


def test_pictures_come_with_the_words_for_whoever_does_not_see_them() -> None:
    with_images = next(spec for spec in VARIANTS if spec.get("image"))

    shown = TYPES["single_choice"].present(with_images, {}, None)

    assert shown.image == Image("map.png", {"en": "A map"})
    assert shown.controls[0].choices[1].image == Image("b.png", {"en": "A sign"})


def test_every_question_shows_its_text_first() -> None:
    for name, spec in SPECS.items():
        first = present(name).parts[0]
        assert isinstance(first, Text)
        assert spec["text"]["en"].startswith(first.texts["en"])


def test_the_review_of_options_explains_what_was_chosen_and_what_is_right() -> None:
    options = [
        {
            "key": key,
            "text": {"en": key},
            "correct": key == "b",
            "explanation": {"en": f"Why {key}"},
        }
        for key in "abc"
    ]
    question = make_question("single_choice", options=options)
    kind = TYPES["single_choice"]

    lines = kind.review(question, {}, {"choice": "a"}, kind.mark(question, {"choice": "a"}))

    assert [(line.chosen, line.right) for line in lines] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    assert [line.feedback for line in lines] == [{"en": "Why a"}, {"en": "Why b"}, None]
    assert all(line.credit is None and line.wanted is None for line in lines)


def test_feedback_on_a_statement_goes_to_whoever_gave_that_answer() -> None:
    question = SPECS["true_false"] | {
        "feedback_true": {"en": "Look again."},
        "feedback_false": {"en": "Well seen."},
    }
    kind = TYPES["true_false"]

    lines = kind.review(question, {}, {"answer": True}, kind.mark(question, {"answer": True}))

    assert [(line.text, line.chosen, line.right, line.feedback) for line in lines] == [
        ("true", True, False, {"en": "Look again."}),
        ("false", False, True, None),
    ]


def test_the_review_of_a_number_gives_what_was_typed_and_what_was_wanted() -> None:
    (line,) = review("numeric", {"number": "14"})

    assert (line.text, line.given, line.wanted) == ("answer", "14", {"en": "12 ± 0.5 toilets"})
    assert (line.chosen, line.right, line.credit) == (True, False, Decimal(0))
    (line,) = review("numeric", None)
    assert (line.chosen, line.given) == (False, None)


def test_the_review_of_a_short_text_gives_the_accepted_ones_of_each_language() -> None:
    (line,) = review("short_text", {"text": "READ-BACK"})

    assert (line.given, line.right) == ("READ-BACK", True)
    assert line.wanted == {"en": "read-back", "fr": "répétition", "ar": "الإعادة"}


def test_the_review_of_matching_goes_left_side_by_left_side() -> None:
    right = TYPES["matching"].right_answer(SPECS["matching"])["pairs"]

    lines = review("matching", {"pairs": {"0": right["0"], "1": right["2"]}})

    assert [(line.text, line.given, line.wanted, line.right) for line in lines[:3]] == [
        ({"en": "A"}, {"en": "one"}, {"en": "one"}, True),
        ({"en": "B"}, {"en": "three"}, {"en": "two"}, False),
        ({"en": "C"}, None, {"en": "three"}, False),
    ]
    assert [line.chosen for line in lines] == [True, True, False, False]


def test_marks_as_they_stand_in_old_attempts_are_reviewed_as_well() -> None:
    old = Mark(Decimal("0.000000"), False, {"number": "9", "value": "12", "tolerance": "0.5"})

    (line,) = TYPES["numeric"].review(SPECS["numeric"], {}, {"number": "9"}, old)

    assert (line.given, line.right) == ("9", False)
