"""What Moodle XML means, type by type, and what is told of the rest."""

from decimal import Decimal

import pytest

from lms.interchange import UnreadableFile, read_questions, to_json, write_questions

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'


def xml(kind: str, inside: str, text: str = "What?", name: str = "Name") -> str:
    return (
        f'<question type="{kind}"><name><text>{name}</text></name>'
        f'<questiontext format="html"><text><![CDATA[{text}]]></text></questiontext>'
        f"{inside}</question>\n"
    )


def quiz(*questions: str) -> str:
    return HEAD + "".join(questions) + "</quiz>"


def answer(text: str, fraction: str = "100", more: str = "", feedback: str = "") -> str:
    said = f"<feedback format='html'><text>{feedback}</text></feedback>" if feedback else ""
    return f'<answer fraction="{fraction}"><text>{text}</text>{said}{more}</answer>'


@pytest.fixture
def only(read):
    """Read one question out of Moodle XML; gives it as JSON."""

    def reader(question: str) -> dict:
        result = read(quiz(question), "moodle_xml")
        assert result.skipped == ()
        return to_json(result.questions[0])

    return reader


@pytest.mark.parametrize(
    ("single", "type"),
    [("true", "single_choice"), ("1", "single_choice"), ("false", "multiple_choice")],
)
def test_a_choice(only, single, type):
    options = answer("<![CDATA[<b>a</b>]]>", "100", feedback="Yes") + answer("b", "-33.33333")

    question = only(xml("multichoice", f"<single>{single}</single>{options}"))

    assert question["type"] == type
    assert question["options"] == [
        {"text": "<b>a</b>", "text_format": "html", "fraction": 1, "feedback": "Yes"},
        {"text": "b", "text_format": "html", "fraction": -0.3333333, "feedback": None},
    ]


def test_what_all_questions_may_have(only):
    question = only(
        xml(
            "multichoice",
            """<generalfeedback format="markdown"><text>Because.</text></generalfeedback>
            <defaultgrade>2.0000000</defaultgrade><penalty>0.3333333</penalty>
            <idnumber>w-1</idnumber>
            <correctfeedback format="html"><text>Right.</text></correctfeedback>
            <partiallycorrectfeedback><text>Nearly.</text></partiallycorrectfeedback>
            <incorrectfeedback><text>Wrong.</text></incorrectfeedback>
            <tags><tag><text>wells</text></tag><tag><text>use:check</text></tag></tags>
            <hint format="html"><text>Look down.</text></hint>"""
            + answer("a")
            + answer("b", "0"),
        )
    )

    assert (question["id"], question["tags"]) == ("w-1", ["wells", "use:check"])
    assert question["general_feedback"] == "Because."
    assert question["formats"] == {"general_feedback": "markdown"}
    assert (question["weight"], question["penalty"]) == (2, 0.3333333)
    assert question["hints"] == ["Look down."]
    said = [question[f"feedback_{result}"] for result in ("right", "partly", "wrong")]
    assert said == ["Right.", "Nearly.", "Wrong."]


@pytest.mark.parametrize(
    "answers",
    [
        answer("true", "0", feedback="No") + answer("false", "100", feedback="Yes"),
        answer("false", "100", feedback="Yes") + answer("true", "0", feedback="No"),
        answer("Vrai", "0", feedback="No") + answer("Faux", "100", feedback="Yes"),
    ],
)
def test_true_and_false_in_any_order_and_in_old_files(only, answers):
    question = only(xml("truefalse", answers))

    assert (question["type"], question["correct"]) == ("true_false", False)
    assert (question["feedback_right"], question["feedback_wrong"]) == ("Yes", "No")


def test_a_short_answer(only):
    question = only(xml("shortanswer", "<usecase>1</usecase>" + answer("a") + answer("*", "0")))

    assert question["type"] == "short_text"
    assert [(a["text"], a["fraction"]) for a in question["answers"]] == [("a", 1), ("*", 0)]
    assert question["case_sensitive"] is True


def test_a_number_with_units(only):
    question = only(
        xml(
            "numerical",
            answer("2.5", more="<tolerance>0.05</tolerance>")
            + answer("*", "0", feedback="No")
            + """<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>
            <unit><multiplier>100</multiplier><unit_name>cm</unit_name></unit></units>
            <unitgradingtype>1</unitgradingtype><unitpenalty>0.25</unitpenalty>""",
        )
    )

    assert [(a["value"], a["tolerance"]) for a in question["answers"]] == [(2.5, 0.05), ("*", 0)]
    assert question["units"] == [
        {"name": "m", "multiplier": 1},
        {"name": "cm", "multiplier": 100},
    ]
    assert (question["unit_required"], question["unit_penalty"]) == (True, 0.25)


@pytest.mark.parametrize("kind", ["matching", "match", "ddmatch"])
def test_matching(only, kind):
    pairs = [("Italy", "Rome"), ("Japan", "Tokyo"), ("", "Paris")]
    inside = "".join(
        f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer>'
        "</subquestion>"
        for left, right in pairs
    )

    question = only(xml(kind, inside))

    assert question["type"] == "matching"
    assert question["pairs"] == [list(pair) for pair in pairs]


def test_an_essay(only):
    question = only(
        xml(
            "essay",
            """<attachments>2</attachments><minwordlimit>50</minwordlimit>
            <graderinfo format="html"><text>Dates.</text></graderinfo>
            <responsetemplate format="html"><text>First,</text></responsetemplate>""",
        )
    )

    assert (question["type"], question["attachments"], question["min_words"]) == ("essay", 2, 50)
    assert (question["grader_info"], question["response_template"]) == ("Dates.", "First,")


def test_an_ordering_goes_by_its_places(only):
    inside = answer("Harrow", "2") + answer("Plough", "1") + answer("Sow", "3")

    question = only(xml("ordering", inside + "<gradingtype>ALL_OR_NOTHING</gradingtype>"))

    assert question["items"] == ["Plough", "Harrow", "Sow"]
    assert question["grading"] == "exact"


def test_embedded_answers_become_gaps(only):
    question = only(
        xml(
            "cloze",
            "",
            "Plants need {1:SHORTANSWER:=water#Yes~%50%H2O} and pH {2:NUMERICAL:=7:0.5} in "
            "{:MCV:=soil~moon dust#Dry!}; {1:SAC:%100%Cl\\}a&#8217;}.",
        )
    )

    assert question["text"] == "Plants need _____ and pH _____ in _____; _____."
    assert question["gaps"] == [
        {
            "kind": "text",
            "weight": 1,
            "answers": [
                {"text": "water", "fraction": 1, "feedback": "Yes"},
                {"text": "H2O", "fraction": 0.5, "feedback": None},
            ],
        },
        {
            "kind": "number",
            "weight": 2,
            "answers": [{"value": 7, "tolerance": 0.5, "fraction": 1, "feedback": None}],
        },
        {
            "kind": "choice",
            "weight": 1,
            "options": [
                {"text": "soil", "text_format": "html", "fraction": 1, "feedback": None},
                {"text": "moon dust", "text_format": "html", "fraction": 0, "feedback": "Dry!"},
            ],
        },
        {
            "kind": "text",
            "weight": 1,
            "answers": [{"text": "Cl}a’", "fraction": 1, "feedback": None}],
            "case_sensitive": True,
        },
    ]


@pytest.mark.parametrize(
    ("kind", "element"), [("gapselect", "selectoption"), ("ddwtos", "dragbox")]
)
def test_missing_words_become_gaps_with_the_choices_of_their_group(only, kind, element):
    inside = "".join(
        f"<{element}><text>{text}</text><group>{group}</group></{element}>"
        for text, group in [("cat", 1), ("dog", 1), ("ran", 2), ("sat", 2)]
    )

    question = only(xml(kind, inside, "The [[1]] [[4]]."))

    assert question["text"] == "The _____ _____."
    found = [[(o["text"], o["fraction"]) for o in gap["options"]] for gap in question["gaps"]]
    assert found == [[("cat", 1), ("dog", 0)], [("ran", 0), ("sat", 1)]]


def test_a_set_of_which_only_the_whole_counts(only):
    question = only(xml("multichoiceset", answer("a") + answer("b") + answer("c", "0")))

    assert (question["type"], question["grading"]) == ("multiple_choice", "exact")
    assert [option["fraction"] for option in question["options"]] == [0.5, 0.5, 0]


def test_a_category_holds_until_the_next(read):
    switch = '<question type="category"><category><text>$course$/top/A</text></category></question>'

    result = read(quiz(xml("essay", ""), switch, xml("essay", ""), xml("essay", "")), "moodle_xml")

    assert [q.category for q in result.questions] == [None, *[("$course$", "top", "A")] * 2]


def test_a_file_in_a_question_is_told_and_the_question_is_kept(read):
    picture = '<file name="well.png" path="/" encoding="base64">iVBORw0KGgo=</file>'
    inside = f"<generalfeedback><text>See.</text>{picture}</generalfeedback>"

    result = read(quiz(xml("essay", inside)), "moodle_xml")

    assert [(one.line, one.name, one.reason, one.whole) for one in result.skipped] == [
        (3, "Name", "a picture 'well.png': it is not carried", False)
    ]
    assert len(result.questions) == 1


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        (xml("calculated", ""), "not supported: calculated"),
        (xml("ddmarker", ""), "not supported: ddmarker"),
        (xml("", ""), "not supported: a question without a type"),
        (xml("multichoice", answer("a")), "two options or more"),
        (xml("multichoice", answer("a", "0") + answer("b", "0")), "no option is right"),
        (xml("multichoice", answer("a", "much") + answer("b")), "'much' is not a number"),
        (xml("multichoice", answer("a", "101") + answer("b")), "between −100 and 100"),
        (xml("truefalse", answer("true")), "expected two answers"),
        (xml("shortanswer", ""), "no answer is right"),
        (xml("numerical", answer("zero")), "'zero' is not a number"),
        (xml("matching", ""), "two pairs or more"),
        (xml("ordering", answer("a", "1")), "two items or more"),
        (xml("gapselect", "", "No gap."), "no gap"),
        (xml("gapselect", "", "One [[1]]."), "[[1]] has no choice"),
        (xml("essay", "", ""), "no text"),
        # The five of Moodle's own tests of broken embedded answers.
        (xml("cloze", "", "Please select the fruits."), "no gap"),
        (xml("cloze", "", "Select {1:MULTICHOICE}"), "no gap"),
        (xml("cloze", "", "Select {1:MULTICHOICE:=Apple#Correct}"), "gap 1: a choice needs two"),
        (xml("cloze", "", "Select {1:MULTICHOICE:Pear~%50%Apple}"), "earns the whole mark"),
        (xml("cloze", "", "Grade? {3:NUMERICAL:=zero}"), "gap 1: 'zero' is not a number"),
        (xml("cloze", "", "Open {1:SA:=a"), "gap 1 is not closed"),
        (xml("cloze", "", "Several {1:MR:=a~=b}"), "not supported: MR"),
        (xml("cloze", "", "A {1:SA:=a} and {1:REGEXP:=b}"), "not supported: the gap REGEXP"),
        (xml("cloze", "", "A {1:mc:=a~b} and {1:SA:=b}"), "written in capitals: MC"),
    ],
)
def test_a_broken_question_is_told_and_the_others_are_kept(read, question, reason):
    result = read(quiz(xml("essay", "", name="First"), question, xml("essay", "")), "moodle_xml")

    assert [one.name for one in result.questions] == ["First", "Name"]
    assert [(one.line, one.name, one.whole) for one in result.skipped] == [(4, "Name", True)]
    assert reason in result.skipped[0].reason


def test_a_file_that_is_not_well_formed_gives_what_is(read):
    broken = xml("essay", "", name="Broken").replace("</questiontext>", "&nbsp;</questiontext>")

    result = read(
        quiz(xml("essay", "", name="A"), broken, xml("essay", "", name="B")), "moodle_xml"
    )

    assert [(one.name, one.line) for one in result.questions] == [("A", 3), ("B", 5)]
    assert [(one.line, one.name) for one in result.skipped] == [(4, "Broken")]
    assert "nbsp" in result.skipped[0].reason


def test_a_slip_of_xml_is_told_in_plain_words_with_the_line_of_the_file(read):
    broken = xml("essay", "", name="Broken", text="a").replace("<![CDATA[a]]>", "\nsalt & water")

    result = read(quiz(xml("essay", ""), xml("essay", ""), broken), "moodle_xml")

    assert [one.line for one in result.skipped] == [5]
    assert "a sign & by itself is written &amp;, line 6" in result.skipped[0].reason


@pytest.mark.parametrize(
    ("question", "reasons"),
    [
        (
            xml("essay", "<attachments>1</attachments><filetypeslist>.pdf</filetypeslist>"),
            ["which kinds of file are taken (.pdf)"],
        ),
        (
            xml(
                "essay",
                "<responseformat>noinline</responseformat><attachments>1</attachments>"
                "<attachmentsrequired>1</attachmentsrequired>",
            ),
            ["that nothing is written beside the files", "that files have to be sent"],
        ),
        (
            xml("numerical", answer("3") + "<instructions><text>In metres</text></instructions>"),
            ["the instructions for the unit"],
        ),
    ],
)
def test_what_a_question_here_cannot_ask_is_told(read, question, reasons):
    result = read(quiz(question), "moodle_xml")

    assert len(result.questions) == 1
    assert [(one.reason, one.whole) for one in result.skipped] == [(one, False) for one in reasons]


@pytest.mark.parametrize("kind", ["multichoice", "shortanswer"])
def test_an_answer_without_a_text_is_told_where_it_says_something(read, kind):
    answers = answer("a") + answer("b", "0")

    silent = read(quiz(xml(kind, answers + answer("", "0"))), "moodle_xml")
    worth = read(quiz(xml(kind, answers + answer("", "50"))), "moodle_xml")
    said = read(quiz(xml(kind, answers + answer("", "0", feedback="No."))), "moodle_xml")

    assert silent.skipped == ()
    for result in (worth, said):
        assert [(one.whole, "without a text" in one.reason) for one in result.skipped] == [
            (False, True)
        ]
        assert len(result.questions) == 1


def test_a_file_cut_off_in_the_middle_gives_its_beginning(read):
    whole = quiz(xml("essay", "", name="A"), xml("essay", "", name="B"))

    result = read(whole[: whole.rindex("<questiontext")], "moodle_xml")

    assert [one.name for one in result.questions] == ["A"]
    assert [(one.line, one.name) for one in result.skipped] == [(4, "B")]


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
        '<!ENTITY x "water">',
        '<!ENTITY % p SYSTEM "http://example.org/x"> %p;',
    ],
)
def test_entities_are_refused_with_the_whole_file(declared):
    text = f"<!DOCTYPE quiz [{declared}]><quiz>{xml('essay', '', '&x;')}</quiz>"

    with pytest.raises(UnreadableFile, match=r"document type|cannot be read"):
        read_questions(text.encode(), name="a.xml")


def test_an_entity_bomb_is_refused():
    levels = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 9))
    text = f'<!DOCTYPE quiz [<!ENTITY e0 "x">{levels}]><quiz><question type="&e8;"/></quiz>'

    with pytest.raises(UnreadableFile):
        read_questions(text.encode(), name="a.xml", format="moodle_xml")


def test_other_xml_is_refused_with_its_name():
    with pytest.raises(UnreadableFile, match="neither Moodle XML nor QTI"):
        read_questions(b"<html><body/></html>", name="a.xml")


def test_markup_is_kept_readable_and_comes_back():
    text = quiz(xml("essay", "", "<p>Wells &amp; pumps ]]&gt;</p>"))
    questions = read_questions(text.encode(), name="a.xml").questions

    written = write_questions(questions, format="moodle_xml", title="").content

    assert b"<![CDATA[<p>Wells &amp; pumps ]]&gt;</p>]]>" in written
    assert read_questions(written, name="a.xml").questions[0].text == questions[0].text


def test_weights_are_written_as_moodle_takes_them(read):
    questions = read("Q{~%33.33333%a ~%66.66667%b ~%-15%c}", "gift").questions

    written = write_questions(questions, format="moodle_xml", title="")

    for percent in (b'"33.33333"', b'"66.66667"', b'"-14.28571"'):
        assert percent in written.content
    assert [one.reason[:24] for one in written.left_out] == ["a weight of -15 % became"]
    assert questions[0].options[2].fraction == Decimal("-0.15")
