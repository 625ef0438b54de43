"""A sheet of paper: codes for its rows, letters for its choices, and the way back to answers."""

import pytest

from lms.assessments import paper
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
