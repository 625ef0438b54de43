"""Aiken: a question, lettered options, the line that names the answer."""

import pytest

from lms.interchange import Rich, read_questions, to_json, write_questions

GOOD = "What is two and two?\nA. Three\nB) Four\nC.Five\nANSWER: B\n"


def test_a_question(one):
    question = one(GOOD, "aiken")

    assert question["type"] == "single_choice"
    assert (question["name"], question["text"]) == ("What is two and two?",) * 2
    assert question["text_format"] == "plain"
    assert [(option["text"], option["fraction"]) for option in question["options"]] == [
        ("Three", 0),
        ("Four", 1),
        ("Five", 0),
    ]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("answer", ["ANSWER: B", "ANSWER:b", "Answer: B.", "ANSWER : B)"])
def test_a_mark_line_ends_and_the_ways_to_write_the_answer_say_nothing(mark, line_end, answer):
    text = mark + GOOD.replace("ANSWER: B", answer).replace("\n", line_end)

    result = read_questions(text.encode(), name="a.txt")

    assert result.format == "aiken"
    assert result.questions[0].options[1].fraction == 1


def test_a_question_may_run_over_lines_and_begin_with_a_letter(one):
    question = one("U.S. law.\nWho signs?\n\nA. The mayor\nB. The council\nANSWER: A", "aiken")

    assert question["text"] == "U.S. law.\nWho signs?"


def test_markup_is_text_here(one):
    text = one("Is <html> & so on?\nA) True\nB) False\nANSWER: A", "aiken")["text"]

    assert text == "Is <html> & so on?"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("Which?\nA) Only\nANSWER: A", "two options or more"),
        ("Which?\nA) a\nB) b", "ANSWER: is missing"),
        ("Which?\nA) a\nB) b\nANSWER: C", "'C' is not one of A, B"),
        ("Which?\nA) a\nB) b\nANSWER: A, B", "'A, B' is not one of"),
        ("Which?\nA) a\nB) b\nANSWER:", "'' is not one of"),
        ("Which?\nA) a\nA) b\nANSWER: A", "two options have the letter A"),
        ("Which?\nA)\nB) b\nANSWER: B", "an option has no text"),
        ("A) a\nB) b\nANSWER: B", "no question stands before"),
        ("ANSWER: B", "no question stands before"),
        ("A text alone", "ANSWER: is missing"),
    ],
)
def test_a_broken_question_is_told_and_the_others_are_kept(read, broken, reason):
    result = read(f"{GOOD}\n{broken}\n\n{GOOD}", "aiken")

    assert [question.line for question in result.questions] == [1, 9 + broken.count("\n")]
    assert [one.line for one in result.skipped] == [7]
    assert reason in result.skipped[0].reason


def test_the_faults_of_moodles_own_tests(read):
    """The cases of Moodle's tests of this format, in words of our own."""
    result = read(
        "Too few\nA) One\nANSWER: A\n\nA) No question\n\nANSWER: No question\n\nGood\nA) a\nB) b\n"
        "ANSWER: A\n\nNot finished\nA) a\nB) b\n\nGood too\nA)a\nB)b\nANSWER: B",
        "aiken",
    )

    assert [question.name for question in result.questions] == ["Good", "Good too"]
    assert [(one.line, one.name) for one in result.skipped] == [
        (1, "Too few"),
        (5, ""),
        (14, "Not finished"),
    ]


def test_single_choices_come_back_and_others_are_told(read, without_lines):
    questions = (*read(GOOD, "aiken").questions, *read("Q{=a ~%50%b}\n\nQ{T}", "gift").questions)

    written = write_questions(questions, format="aiken", title="")

    again = read_questions(written.content, name="a.txt")
    assert without_lines(again.questions) == without_lines(questions[:1])
    assert [one.reason for one in written.left_out] == [
        "Aiken has single choices with one right option and no part marks",
        "Aiken has no questions of the type true_false",
    ]


@pytest.mark.parametrize("text", ["A. Lincoln?", "Two\n\nparts", "ANSWER: A", "Is <b>?"])
def test_a_text_that_would_read_differently_is_not_written(read, text):
    (question,) = read(GOOD, "aiken").questions
    changed = type(question)(
        type="single_choice", name="N", text=Rich(text, "html"), options=question.options
    )

    written = write_questions([changed], format="aiken", title="")

    assert written.content == b""
    assert len(written.left_out) == 1


def test_a_name_of_its_own_is_told_where_it_gets_lost(read):
    (question,) = read("::Title::Q{=a ~b}", "gift").questions

    written = write_questions([question], format="aiken", title="")

    assert [one.reason for one in written.left_out] == ["its name: this format has no place for it"]
    assert to_json(read_questions(written.content, name="").questions[0])["name"] == "Q"
