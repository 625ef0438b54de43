"""Every type that ships keeps the contract, and the check finds what breaks it."""

from fractions import Fraction
from typing import Any

import pytest

from factories.questions import ALL_SPECS, SPECS
from lms.scoring import TYPES, Mark
from lms.scoring.conformance import check_question_type
from lms.scoring.presentation import asked
from lms.scoring.types.single_choice import SingleChoice
from lms.scoring.types.unasked import Description


@pytest.mark.parametrize("name", sorted(TYPES))
def test_every_type_that_ships_keeps_the_contract(name: str) -> None:
    check_question_type(TYPES[name], [spec for spec in ALL_SPECS if spec["type"] == name])


def test_a_question_of_every_type_is_at_hand() -> None:
    assert set(SPECS) == set(TYPES)


def broken(**parts: Any) -> SingleChoice:
    """A single choice with one thing done otherwise."""
    kind = SingleChoice()
    for name, part in parts.items():
        setattr(kind, name, part)
    return kind


def changing(spec: Any) -> str:
    spec["options"].reverse()
    return "single_choice"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (object(), "it lacks name, marked_by_hand"),
        (broken(name="single choice"), "no word"),
        (broken(guess_share=lambda spec: 0.25), "guess"),
        (broken(guess_share=lambda spec: Fraction(2)), "guess"),
        (broken(formula_of=lambda spec: "other"), "does not name the type"),
        (broken(formula_of=changing), "changed the spec"),
        (broken(parse=lambda spec, sent: {"choice": "b"}), "an empty form is an answer"),
        (broken(mark=lambda spec, response: Mark(0, False)), "full mark"),
        (broken(mark=lambda spec, response: Mark(1, True)), "no answer is worth something"),
        (broken(marked_by_hand=True), "nothing to guess"),
        (broken(order=lambda spec, seed, shuffle: {"options": {1, 2}}), "plain JSON"),
        (broken(order=lambda spec, seed, shuffle: {"seed": object()}), "two orders"),
        (broken(present=lambda spec, order, response: asked(spec)), "not what was answered"),
        (broken(choices_made=lambda spec, response: None), "choices_made says there are none"),
        (broken(choice_texts=lambda spec: {}), "has no text"),
        (broken(review=lambda spec, order, response, mark: []), "tuple of ReviewLine"),
        (broken(review=lambda spec, order, response, mark: ()), "says nothing"),
    ],
)
def test_what_breaks_the_contract_is_named(kind: Any, said: str) -> None:
    with pytest.raises(AssertionError, match=said):
        check_question_type(kind, [SPECS["single_choice"]])


def test_a_faulty_sample_or_none_is_named() -> None:
    with pytest.raises(AssertionError, match="at least one question"):
        check_question_type(SingleChoice(), [])
    with pytest.raises(AssertionError, match="faults"):
        check_question_type(SingleChoice(), [SPECS["single_choice"] | {"options": []}])
    with pytest.raises(AssertionError, match="its type is another"):
        check_question_type(Description(), [SPECS["single_choice"]])
