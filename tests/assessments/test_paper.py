"""A sheet of paper: codes for its rows, letters for its choices, and the way back to answers."""

import pytest

from factories.questions import ALL_SPECS
from lms.assessments import paper
from lms.scoring import TYPES
from lms.scoring.presentation import Choice, Control, Presentation, Text


def options(*values):
    return tuple(Choice(value, {"en": value}) for value in values)


RADIO = Control("radio", "answer", choices=options("x", "y", "z"))
BOXES = Control("checkbox", "answer", choices=options("p", "q", "r"))
LINE = Control("line", "answer")


def rows(*controls, number=1):
    return paper.rows_of(number, f"q{number}", Presentation((Text({"en": "?"}), *controls)))


def test_a_question_with_one_control_is_one_row_and_with_several_has_letters():
    two = rows(
        Control("select", "left-0", {"en": "boat"}, options("a", "b")),
        Control("select", "left-1", {"en": "tent"}, options("a", "b")),
        number=3,
    )

    assert [row.code for row in rows(RADIO)] == ["1"]
    assert [row.code for row in two] == ["3a", "3b"]


def test_a_file_has_no_row():
    assert rows(Control("file", "answer")) == []


@pytest.mark.parametrize("written", ["ac", "A, C", "c a", "A-C", "acca"])
def test_letters_may_be_written_as_one_likes(written):
    fields, faults = paper.fields_of(rows(BOXES), {"1": written})

    assert sorted(fields["q1"]["answer"]) == ["p", "r"]
    assert faults == {}


@pytest.mark.parametrize("written", ["d", "AD", "7", "?"])
def test_a_letter_that_stands_before_nothing_is_a_fault(written):
    fields, faults = paper.fields_of(rows(BOXES), {"1": written})

    assert fields == {}
    assert faults == {"1": "answer.not-a-letter"}


def test_an_empty_row_is_no_answer():
    assert paper.fields_of(rows(RADIO), {"1": "  "}) == ({}, {})


def test_words_and_numbers_are_taken_as_they_stand():
    fields, _faults = paper.fields_of(rows(LINE), {"1": " ١٢٫٥ "})

    assert fields == {"q1": {"answer": ["١٢٫٥"]}}


def test_what_was_entered_comes_back_as_it_is_written():
    chosen = Control("checkbox", "answer", choices=options("p", "q", "r"), values=("r", "p"))
    typed = Control("line", "answer", values=("rope",))

    assert paper.written_of(rows(chosen)) == {"1": "A C"}
    assert paper.written_of(rows(typed)) == {"1": "rope"}


PLACES = Control(
    "select", "place-i1", {"en": "Assess"}, tuple(Choice(str(n), str(n)) for n in (1, 2, 3))
)


@pytest.mark.parametrize("written", ["2", " 2. ", "2)", "٢", "۲"])
def test_the_place_of_an_item_is_written_as_its_number(written):
    fields, faults = paper.fields_of(rows(PLACES), {"1": written})

    assert fields == {"q1": {"place-i1": ["2"]}}
    assert faults == {}


@pytest.mark.parametrize("written", ["4", "0", "B", "second"])
def test_a_place_that_there_is_not_is_a_fault_that_speaks_of_numbers(written):
    assert paper.fields_of(rows(PLACES), {"1": written}) == ({}, {"1": "answer.not-a-place"})


def test_numbers_are_not_given_letters_which_people_would_write_in_their_stead():
    (row,) = rows(PLACES)

    assert row.letters == ()
    assert row.writes == "place"


def test_a_row_says_what_is_written_in_it():
    number = Control("number", "answer", unit={"en": "months"}, hint="number")
    with_unit = Control("number", "answer", hint="number-with-unit")

    said = [row.writes for one in (RADIO, BOXES, LINE, number, with_unit) for row in rows(one)]

    assert said == ["letter", "letters", "line", "number", "number-with-unit"]


@pytest.mark.parametrize(
    "spec",
    [one for one in ALL_SPECS if TYPES[one["type"]].asks and one["type"] != "file_upload"],
    ids=lambda spec: f"{spec['type']}-{spec['key']}",
)
def test_the_right_answer_of_every_type_can_be_written_and_entered_again(spec):
    kind = TYPES[spec["type"]]
    order, right = kind.order(spec, "seed", True), kind.right_answer(spec)
    filled = paper.rows_of(7, spec["key"], kind.present(spec, order, right))
    blank = paper.rows_of(7, spec["key"], kind.present(spec, order, None))

    fields, faults = paper.fields_of(blank, paper.written_of(filled))

    assert faults == {}
    assert kind.parse(spec, fields[spec["key"]]) == right
