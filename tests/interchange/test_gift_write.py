"""What GIFT cannot say is told; what it can say comes back."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.interchange import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Pair,
    Rich,
    Unit,
    read_questions,
    write_questions,
)


def question(type: str = "essay", **parts) -> ExchangedQuestion:
    return ExchangedQuestion(type=type, name="Name", text=Rich("What?", "plain"), **parts)


def options(*fractions: str) -> tuple[Option, ...]:
    return tuple(Option(Rich(f"Option {one}"), Decimal(one)) for one in fractions)


def words(*texts: str) -> tuple[Answer, ...]:
    return tuple(Answer(text=text) for text in texts)


def gift(*questions: ExchangedQuestion):
    return write_questions(questions, format="gift", title="")


@pytest.mark.parametrize(
    "text",
    [
        "{a} ~ = # : \\ \\n \\= end",
        "[html]not a format",
        "%50%not a weight",
        "// not a comment",
        "::not a title::",
        "$CATEGORY: not one",
        "two\n\nparagraphs\nand a line",
        "_____ is a gap",
        "Où ? ماء <b>&amp;</b>",
    ],
)
@pytest.mark.parametrize("form", ["plain", "html", "markdown", "moodle"])
def test_no_sign_of_a_text_means_anything(text, form, without_lines):
    rich = Rich(text, form)
    asked = replace(
        question("single_choice"),
        name=" ".join(text.split()),
        text=rich,
        options=(Option(rich, Decimal(1), rich), Option(Rich("b", form), Decimal(0), rich)),
        general_feedback=rich,
    )

    again = read_questions(gift(asked).content, name="a.gift")

    assert without_lines(again.questions) == [asked]


def test_a_weight_that_moodle_does_not_know_becomes_the_nearest_and_is_told():
    written = gift(question("single_choice", options=options("1", "0.15")))

    assert b"~%14.28571%Option 0.15" in written.content
    assert [(one.whole, one.reason) for one in written.left_out] == [
        (
            False,
            "a weight of 15 % became 14.28571 %: Moodle takes only weights of its own list",
        )
    ]


def test_a_weight_of_the_list_is_written_as_it_is():
    written = gift(question("multiple_choice", options=options("0.3333333", "0.6666667", "-0.5")))

    assert written.left_out == ()
    assert b"~%33.33333%" in written.content
    assert b"~%66.66667%" in written.content


def test_feedback_for_a_right_answer_alone_stands_in_the_second_place():
    written = gift(question("true_false", correct=False, feedback_right=Rich("Good.")))

    assert b"{FALSE##Good.}" in written.content


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (question("ordering", items=(Rich("a"), Rich("b"))), "no questions of the type ordering"),
        (
            question("cloze", gaps=(Gap("text", answers=words("a")),)),
            "no questions of the type cloze",
        ),
        (question("single_choice", options=options("0.5", "0")), "without an option of 100 %"),
        (question("single_choice", options=options("1", "1")), "every option is right"),
        (question("short_text", answers=words("a -> b")), "a matching pair"),
        (
            question("matching", pairs=(Pair(Rich("a->b"), Rich("c")), Pair(Rich("d"), Rich("e")))),
            "the left side of a pair",
        ),
        (question("short_text", answers=words("a\x00b")), "U+0000 is not allowed"),
        (replace(question(), text=Rich("")), "no text"),
    ],
)
def test_what_gift_cannot_hold_is_left_out_whole_and_told(asked, reason):
    written = gift(asked, question())

    assert [one.whole for one in written.left_out] == [True]
    assert reason in written.left_out[0].reason
    assert len(read_questions(written.content, name="a.gift").questions) == 1


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"hints": (Rich("Look up."),)}, "the hints"),
        ({"weight": Decimal(2)}, "its weight of 2"),
        ({"penalty": Decimal("0.1")}, "its penalty of 0.1"),
        ({"feedback_wrong": Rich("No.")}, "the feedback for a wrong answer"),
        ({"grader_info": Rich("Look for dates.")}, "the notes for markers"),
        ({"min_words": 20}, "the least number of words"),
        ({"attachments": 1}, "the files that may be attached"),
        ({"tags": ("a<b",)}, "the tag 'a<b'"),
    ],
)
def test_a_part_that_gift_has_no_place_for_is_told_and_the_rest_is_written(parts, reason):
    written = gift(question("essay", **parts))

    assert [one.whole for one in written.left_out] == [False]
    assert reason in written.left_out[0].reason
    assert b"What?{}" in written.content


def test_the_usual_penalty_of_moodle_is_not_worth_a_word():
    assert gift(question(penalty=Decimal("0.3333333"))).left_out == ()


def test_a_unit_that_is_only_shown_travels_as_a_tag():
    asked = question("numeric", answers=(Answer(value=Decimal(6)),), units=(Unit("months"),))

    written = gift(asked)

    assert written.left_out == ()
    assert read_questions(written.content, name="a.gift").questions[0].tags == ("unit:months",)


@pytest.mark.parametrize("part", ["Water: wells", "{a} = ~b #1", "a\\b", "a\\n", "1/2", "الماء"])
def test_a_category_stands_as_it_is_for_moodle_keeps_backslashes_in_it(part):
    asked = question(category=("top", part), id="q")

    written = gift(asked, replace(asked, id="= r", type="description"))

    line = written.content.decode().splitlines()[0]
    assert line == "$CATEGORY: top/" + part.replace("\\", "\\\\").replace("/", "//")
    found = read_questions(written.content, name="a.gift")
    assert found.skipped == ()
    assert [one.category for one in found.questions] == [("top", part)] * 2


def test_a_question_without_a_category_after_one_with_it_is_told():
    written = gift(question(category=("Wells",)), question(), question(category=("Wells",)))

    assert written.content.count(b"$CATEGORY") == 1
    assert [one.reason for one in written.left_out] == [
        "that it has no category; it stands under Wells now"
    ]


def test_the_same_questions_give_the_same_bytes():
    asked = [question("single_choice", options=options("1", "0")), question()]

    for format in ("gift", "moodle_xml", "aiken", "qti3", "qti21", "csv", "xlsx", "yaml"):
        first, second = (write_questions(asked, format=format, title="T") for _ in range(2))
        assert first.content == second.content, format
