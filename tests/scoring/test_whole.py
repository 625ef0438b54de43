"""All or nothing: only the whole right answer of several parts earns the mark."""

from fractions import Fraction

import pytest

from factories.questions import EXACT, SPECS, make_options, make_question
from lms.scoring import check_question, question_type

BY_TYPE = {one["type"]: one for one in EXACT}


def partly(spec):
    """The right answer without its last part."""
    right = question_type(spec["type"]).right_answer(spec)
    (name, parts), *_ = right.items()
    if isinstance(parts, list):
        return {name: parts[:-1]}
    return {name: dict(list(parts.items())[:-1])}


@pytest.mark.parametrize("kind", BY_TYPE)
def test_less_than_the_whole_earns_nothing(kind):
    type_, exact, parts = question_type(kind), BY_TYPE[kind], SPECS[kind]

    assert check_question(exact) == []
    assert type_.mark(exact, type_.right_answer(exact)).share == 1
    assert type_.mark(exact, partly(exact)).share == 0
    assert type_.mark(parts, partly(parts)).share > 0
    assert type_.formula_of(exact) == f"{kind}.exact"
    assert type_.guess_share(exact) < type_.guess_share(parts)


@pytest.mark.parametrize("kind", BY_TYPE)
def test_a_grading_that_nobody_knows_is_a_fault(kind):
    faults = check_question(BY_TYPE[kind] | {"grading": "half"})

    assert [one.code for one in faults] == ["question.bad-grading"]
    assert check_question(BY_TYPE[kind] | {"grading": "parts"}) == []


def test_of_a_choice_all_options_may_be_right_and_none_has_a_weight():
    everything = make_question("multiple_choice", options=make_options("abc", ""), grading="exact")
    weighed = make_question(
        "multiple_choice",
        options=[
            {**one, "weight": "1"} if one["correct"] else one for one in make_options("a", "b")
        ],
        grading="exact",
    )
    type_ = question_type("multiple_choice")

    assert check_question(everything) == []
    assert type_.mark(everything, {"choices": ["a", "b"]}).share == 0
    assert type_.guess_share(everything) == Fraction(1, 7)
    assert [one.code for one in check_question(weighed)] == ["question.weights-and-exact"]


def test_a_wrong_option_beside_all_right_ones_earns_nothing():
    exact = make_question("multiple_choice", options=make_options("ab", "cd"), grading="exact")

    assert question_type("multiple_choice").mark(exact, {"choices": ["a", "b", "c"]}).share == 0
