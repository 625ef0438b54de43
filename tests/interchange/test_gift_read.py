"""What GIFT means, sign by sign."""

import pytest

from lms.interchange import read_questions


def test_a_single_choice_may_give_part_of_the_mark(one):
    question = one("Difficult question.{~wrong ~%50%half right =right #Yes!}")

    assert question["type"] == "single_choice"
    assert [(o["text"], o["fraction"], o["feedback"]) for o in question["options"]] == [
        ("wrong", 0, None),
        ("half right", 0.5, None),
        ("right", 1, "Yes!"),
    ]


def test_without_a_whole_right_answer_several_may_be_chosen(one):
    question = one("Two people? {~%-50%No one ~%50%Grant ~%50%His wife ~%-50%His father}")

    assert question["type"] == "multiple_choice"
    assert [option["fraction"] for option in question["options"]] == [-0.5, 0.5, 0.5, -0.5]


def test_thirds_are_kept_to_seven_places(one):
    question = one("Continents?{~%33.33333%Africa ~%33.33333%Asia ~%33.33333%Europe ~%-100%Peru}")

    assert [option["fraction"] for option in question["options"]] == [
        0.3333333,
        0.3333333,
        0.3333333,
        -1,
    ]


def test_a_weight_after_an_equals_sign_is_a_weight_in_a_choice_too(one):
    question = one("Q{=%100%right ~%-25%wrong}")

    assert [(o["text"], o["fraction"]) for o in question["options"]] == [
        ("right", 1),
        ("wrong", -0.25),
    ]


def test_the_first_feedback_of_true_and_false_is_for_the_wrong_answer(one):
    question = one("The sun rises in the east.{TRUE#Look again.#Right you are.####Every day.}")

    assert (question["type"], question["correct"]) == ("true_false", True)
    assert question["feedback_wrong"] == "Look again."
    assert question["feedback_right"] == "Right you are."
    assert question["general_feedback"] == "Every day."


@pytest.mark.parametrize("word", ["t", "true", "True", "f", "Yes"])
def test_only_capitals_make_a_question_true_or_false(one, word):
    question = one(f"Is it?{{{word}}}")

    assert question["type"] == "short_text"
    assert question["answers"][0]["text"] == word


@pytest.mark.parametrize(
    ("written", "answers"),
    [
        ("{#3}", [(3, 0, 1)]),
        ("{#3:0.5}", [(3, 0.5, 1)]),
        ("{#=3:2}", [(3, 2, 1)]),
        ("{#1..5}", [(3, 2, 1)]),
        ("{#-5..-2}", [(-3.5, 1.5, 1)]),
        ("{#.5}", [(0.5, 0, 1)]),
        ("{#1e3}", [(1000, 0, 1)]),
        ("{#=1822:0 =%50%1822:2}", [(1822, 0, 1), (1822, 2, 0.5)]),
        ("{#3:2~#No}", [(3, 2, 1), ("*", 0, 0)]),
        ("{#=3 =%25%*}", [(3, 0, 1), ("*", 0, 0.25)]),
    ],
)
def test_numbers(one, written, answers):
    question = one(f"How many? {written}")

    assert question["type"] == "numeric"
    found = [(a["value"], a["tolerance"], a["fraction"]) for a in question["answers"]]
    assert found == answers


def test_a_number_with_more_digits_than_a_float_holds_is_text(one):
    assert one("Pi?{#3.14159265358979323846}")["answers"][0]["value"] == "3.14159265358979323846"


def test_an_empty_left_side_is_one_more_wrong_choice(one):
    question = one("Match.{=[html]<b>Canada</b> -> Ottawa =Italy -> Rome = -> Paris}")

    assert question["pairs"] == [["<b>Canada</b>", "Ottawa"], ["Italy", "Rome"], ["", "Paris"]]
    assert question["formats"] == {"pairs.0.left": "html"}


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Two and two are {=four =4}.", "Two and two are _____."),
        ("{=Asia} is large.", "_____ is large."),
        ("Grant is {~here =there} in it.", "Grant is _____ in it."),
        ("What is it? {=water}", "What is it?"),
        ("What is it? {\n=water\n}\n// a comment", "What is it?"),
    ],
)
def test_answers_within_the_sentence_leave_a_gap(one, written, text):
    assert one(written)["text"] == text


def test_escaped_signs_are_the_signs_themselves(one):
    question = one(r"::A\:B::x \{y\} \= \~ \# \\n \n z{=a\=b \\ \~#c\#d}")

    assert question["name"] == "A:B"
    assert question["text"] == "x {y} = ~ # \\n \n z"
    assert question["answers"] == [{"text": "a=b \\ ~", "fraction": 1, "feedback": "c#d"}]


@pytest.mark.parametrize("form", ["html", "markdown", "plain", "moodle"])
def test_a_format_in_brackets_holds_for_all_texts_of_a_question(one, form):
    question = one(f"[{form}]Q{{=a#b ~[plain]c#[html]d}}")

    assert question["text_format"] == form
    assert [option["text_format"] for option in question["options"]] == [form, "plain"]
    assert question["text"] == "Q"


def test_other_brackets_are_text(one):
    question = one("[note] Which [html]?{=[a] ~b}")

    assert question["text"] == "[note] Which [html]?"
    assert question["options"][0]["text"] == "[a]"


def test_a_comment_names_id_and_tags(one):
    question = one("// about water [id:w\\]1] [tag:wells]\n// [tag:clean water]\nQ{}")

    assert (question["id"], question["tags"]) == ("w]1", ["wells", "clean water"])
    assert question["type"] == "essay"
    assert question["line"] == 3


def test_a_comment_may_stand_between_answers(one):
    question = one("Q{\n  =a\n  // =b\n  ~c\n}")

    assert [option["text"] for option in question["options"]] == ["a", "c"]


def test_a_category_holds_until_the_next(read):
    result = read(
        "$CATEGORY: $course$/top/Wells // pumps/Care\n\nQ1{}\n\nQ2{}\n\n$CATEGORY: Other\n\nQ3{}",
        "gift",
    )

    assert [question.category for question in result.questions] == [
        ("$course$", "top", "Wells / pumps", "Care"),
        ("$course$", "top", "Wells / pumps", "Care"),
        ("Other",),
    ]


def test_a_question_right_below_its_category_is_not_lost(read):
    result = read("$CATEGORY: Wells\nWhat?{}", "gift")

    assert [(q.text.text, q.category) for q in result.questions] == [("What?", ("Wells",))]


def test_a_category_without_a_blank_line_around_it_is_no_text(read):
    result = read("Q1{T}\n// next\n$CATEGORY: A\n$CATEGORY: B\n::Two::Q2{F}", "gift")

    assert result.skipped == ()
    assert [(q.text.text, q.category, q.line) for q in result.questions] == [
        ("Q1", None, 1),
        ("Q2", ("B",), 5),
    ]


def test_a_category_that_is_not_utf_8_is_told_and_its_questions_kept():
    result = read_questions(b"$CATEGORY: Caf\xe9\n\nQ{T}", name="a.gift")

    assert [question.category for question in result.questions] == [("Caf�",)]
    assert [(one.line, one.whole) for one in result.skipped] == [(1, False)]
    assert "byte 0xe9 is not UTF-8" in result.skipped[0].reason


def test_a_missing_blank_line_is_named_among_the_reasons(read):
    result = read("Q1{T}\n::Two::Q2{F}", "gift")

    assert "a blank line parts two questions" in result.skipped[0].reason


def test_text_without_braces_is_a_description(one):
    question = one("::Before you begin::Use your pencil.\nAnd paper.")

    assert (question["type"], question["name"]) == ("description", "Before you begin")
    assert question["text"] == "Use your pencil.\nAnd paper."


def test_the_name_of_a_question_without_a_title_is_the_beginning_of_its_text(one):
    text = "Which of the following is the best way to keep the water of a well clean for a year?"

    name = one(f"{text}{{}}")["name"]
    assert name == "Which of the following is the best way to keep the water of a well clean for a"
    assert len(name) <= 80
    assert one("[html]<p>What <b>is</b> it?</p>{}")["name"] == "What is it?"


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_say_nothing(line_end, mark):
    text = line_end.join(["::A::Où ?{", "=là", "~ici", "}", "", "B{}"])

    result = read_questions(mark + text.encode(), name="a.gift")

    assert [question.name for question in result.questions] == ["A", "B"]
    assert [question.line for question in result.questions] == [1, 6]
    assert result.questions[0].options[0].text.text == "là"


def test_utf_16_with_its_mark_is_read():
    result = read_questions("Où ?{=là}".encode("utf-16"), name="a.gift")

    assert result.questions[0].text.text == "Où ?"


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("::Broken::Which? {=a ~b", "do not end with }"),
        ("Which? =a ~b}", "} without {"),
        ("Which? {=a {b} ~c}", "more than one pair of braces"),
        ("A {=a} and {=b}.", "more than one pair of braces"),
        ("How many? {#three}", "'three' is not a number"),
        ("How many? {#3,5}", "'3,5' is not a number"),
        ("How many? {#5..1}", "runs backwards"),
        ("How many? {#3:-1}", "less than 0"),
        ("How many? {#}", "no number is given"),
        ("Match. {=a -> b =c}", "-> is missing"),
        ("Match. {=a -> b =c ->}", "nothing stands after ->"),
        ("Match. {=a -> b}", "two pairs or more"),
        ("Which? {~a}", "two options or more"),
        ("Which? {~a ~b}", "no option is right"),
        ("Which? {~%150%a ~b}", "not between −100 and 100"),
        ("Which? {=}", "an answer is empty"),
        ("{=a}", "no text"),
        ("The sky is {1:SHORTANSWER:=blue}.", "embedded answers"),
        ("The sky is {:MC:red~=blue}.", "embedded answers"),
        ("Which? {\n\n=a\n\n// b\n~b\n}", "a blank line stands between { and }"),
        ("Which? {\n=a\n\n~b", "a blank line stands between { and }"),
    ],
)
def test_a_broken_question_is_told_and_the_others_are_kept(read, broken, reason):
    result = read(f"First{{=a ~b}}\n\n{broken}\n\nLast{{T}}", "gift")

    assert [question.name for question in result.questions] == ["First", "Last"]
    assert [(one.line, one.whole) for one in result.skipped] == [(3, True)]
    assert reason in result.skipped[0].reason


def test_answers_that_were_never_closed_do_not_swallow_the_next_question(read):
    result = read("Which? {\n=a\n\nNext? {=a ~b}\n\nA \\{\n\n= b {T}", "gift")

    assert [question.text.text for question in result.questions] == ["Next?", "A {", "= b"]
    assert [one.line for one in result.skipped] == [1]


def test_what_was_skipped_has_its_name(read):
    result = read("::My title::Which? {=a\n\nWhich one? {=a", "gift")

    assert [one.name for one in result.skipped] == ["My title", "Which one?"]


def test_bytes_that_are_not_utf_8_cost_their_question_alone():
    result = read_questions(b"A{T}\n\nO\xf9 ?{T}\n\nB{T}", name="a.gift")

    assert [question.name for question in result.questions] == ["A", "B"]
    assert [(one.line, one.reason) for one in result.skipped] == [
        (3, "byte 0xf9 is not UTF-8; save the file as UTF-8")
    ]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\ufdd0", "\ufffe"])
def test_characters_that_nothing_can_hold_are_told(read, sign):
    result = read(f"A{sign}?{{T}}", "gift")

    assert result.questions == ()
    assert "is not allowed" in result.skipped[0].reason


def test_json_has_every_field_that_all_questions_have(one):
    assert one("Q{}") == {
        "type": "essay",
        "name": "Q",
        "text": "Q",
        "text_format": "moodle",
        "category": None,
        "id": None,
        "tags": [],
        "line": 1,
        "general_feedback": None,
    }


def test_a_file_of_comments_holds_no_question(read):
    result = read("// nothing\n\n// at all\n", "gift")

    assert (result.questions, result.skipped) == ((), ())
