"""What QTI items mean, in every version, and what is told of the rest."""

from pathlib import Path

import pytest
from interchange.qti_samples import choices, declared, item, mapping

from lms.interchange import read_questions, to_json

DATA = Path(__file__).parent / "data"
ENTRY = '<textEntryInteraction responseIdentifier="{}"/>'


def read(text: str):
    return read_questions(text.encode(), name="item.xml")


def only(text: str) -> dict:
    result = read(text)
    assert result.skipped == ()
    return to_json(result.questions[0])


def test_the_samples_read_as_their_source_says():
    """SOURCE.md: of choice.xml answer A scores 1; of text-entry.xml answer SCORE; nothing else."""
    choice = read_questions((DATA / "qti3/choice.xml").read_bytes(), name="choice.xml")
    entry = read_questions((DATA / "qti3/text-entry.xml").read_bytes(), name="text-entry.xml")

    assert (choice.format, choice.skipped, entry.skipped) == ("qti3", (), ())
    question = to_json(choice.questions[0])
    assert (question["type"], question["name"], question["id"]) == (
        "single_choice",
        "basic-choice",
        "basic-choice",
    )
    assert question["text"] == "Choose the response declaration."
    assert [(option["text"], option["fraction"]) for option in question["options"]] == [
        ("response declaration", 1),
        ("outcome declaration", 0),
    ]
    question = to_json(entry.questions[0])
    assert question["type"] == "short_text"
    assert question["text"] == "Type the built-in score outcome name: _____"
    assert question["answers"] == [{"text": "SCORE", "fraction": 1, "feedback": None}]


ITEMS = {
    "single": (choices("a", "<b>b</b>", prompt="Which?"), [declared("B")], "match_correct"),
    "several": (
        choices("a", "b", "c", most="0", prompt="Which?"),
        [declared("A", "C", cardinality="multiple")],
        "match_correct",
    ),
    "mapped": (
        choices("a", "b", "c", prompt="Which?"),
        [declared("A", mapping=mapping(A="2", B="1", C="-1"))],
        "map_response",
    ),
    "word": (
        f"<p>Say {ENTRY.format('RESPONSE')}.</p>",
        [declared("yes", base="string", mapping=mapping(yes="1", yep="0.5"))],
        "map_response",
    ),
    "number": (
        f"<p>How many?</p><p>{ENTRY.format('RESPONSE')}</p>",
        [declared("12.50", base="float")],
        "match_correct",
    ),
    "gaps": (
        f"<p>A {ENTRY.format('G1')} and <inlineChoiceInteraction responseIdentifier='G2'>"
        "<inlineChoice identifier='X'>one</inlineChoice>"
        "<inlineChoice identifier='Y'>two</inlineChoice></inlineChoiceInteraction>.</p>",
        [declared("well", base="string", name="G1"), declared("Y", name="G2")],
        "",
    ),
    "order": (
        choices("first", "last", name="orderInteraction", prompt="Order."),
        [declared("B", "A", cardinality="ordered")],
        "match_correct",
    ),
    "match": (
        "<matchInteraction responseIdentifier='RESPONSE'><prompt>Match.</prompt>"
        "<simpleMatchSet><simpleAssociableChoice identifier='L1'>Italy</simpleAssociableChoice>"
        "<simpleAssociableChoice identifier='L2'>Japan</simpleAssociableChoice></simpleMatchSet>"
        "<simpleMatchSet><simpleAssociableChoice identifier='R1'>Tokyo</simpleAssociableChoice>"
        "<simpleAssociableChoice identifier='R2'>Rome</simpleAssociableChoice>"
        "<simpleAssociableChoice identifier='R3'>Paris</simpleAssociableChoice></simpleMatchSet>"
        "</matchInteraction>",
        [declared("L1 R2", "L2 R1", cardinality="multiple", base="directedPair")],
        "match_correct",
    ),
    "gap match": (
        "<gapMatchInteraction responseIdentifier='RESPONSE'>"
        "<gapText identifier='W' matchMax='1'>winter</gapText>"
        "<gapText identifier='S' matchMax='1'>summer</gapText>"
        "<p>Now is the <gap identifier='G1'/> of our discontent.</p></gapMatchInteraction>",
        [declared("W G1", cardinality="multiple", base="directedPair")],
        "match_correct",
    ),
    "essay": (
        "<extendedTextInteraction responseIdentifier='RESPONSE'><prompt>Write.</prompt>"
        "</extendedTextInteraction>",
        [declared(base="string")],
        "",
    ),
    "text": ("<p>Read <i>this</i>.</p><p>And this.</p>", [], ""),
}


def converted(name: str, version: str) -> dict:
    body, declarations, rules = ITEMS[name]
    return only(item(body, *declarations, version=version, rules=rules))


@pytest.mark.parametrize("version", ["qti20", "qti22", "qti3"])
@pytest.mark.parametrize("name", ITEMS)
def test_every_version_says_the_same(name, version):
    assert converted(name, version) == converted(name, "qti21")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("single", {"type": "single_choice", "text": "Which?", "text_format": "plain"}),
        ("several", {"type": "multiple_choice", "grading": "exact"}),
        ("mapped", {"type": "single_choice"}),
        ("word", {"type": "short_text", "text": "Say _____."}),
        ("number", {"type": "numeric", "text": "How many?"}),
        ("gaps", {"type": "cloze", "text": "A _____ and _____."}),
        ("order", {"type": "ordering", "items": ["last", "first"], "text": "Order."}),
        (
            "match",
            {"type": "matching", "pairs": [["Italy", "Rome"], ["Japan", "Tokyo"], ["", "Paris"]]},
        ),
        ("gap match", {"type": "cloze", "text": "Now is the _____ of our discontent."}),
        ("essay", {"type": "essay", "text": "Write."}),
        ("text", {"type": "description", "text": "<p>Read <i>this</i>.</p><p>And this.</p>"}),
    ],
)
def test_every_interaction(name, expected):
    question = converted(name, "qti21")

    assert {field: question[field] for field in expected} == expected


def test_what_answers_earn():
    fractions = {
        name: [o["fraction"] for o in converted(name, "qti3").get("options", [])]
        for name in ("single", "several", "mapped")
    }

    assert fractions == {"single": [0, 1], "several": [0.5, 0, 0.5], "mapped": [1, 0.5, -0.5]}
    words = converted("word", "qti3")["answers"]
    assert [(one["text"], one["fraction"]) for one in words] == [("yes", 1), ("yep", 0.5)]
    assert converted("number", "qti3")["answers"][0]["value"] == 12.5
    gaps = converted("gap match", "qti3")["gaps"]
    assert [(o["text"], o["fraction"]) for o in gaps[0]["options"]] == [
        ("winter", 1),
        ("summer", 0),
    ]


def test_markup_of_an_option_is_kept_as_html():
    option = converted("single", "qti21")["options"][1]

    assert (option["text"], option["text_format"]) == ("<b>b</b>", "html")


def test_a_tolerance_in_the_rules_is_read():
    rules = (
        "<responseProcessing><responseCondition><responseIf>"
        "<equal toleranceMode='absolute' tolerance='0.5 0.5'><variable identifier='RESPONSE'/>"
        "<correct identifier='RESPONSE'/></equal>"
        "<setOutcomeValue identifier='SCORE'><baseValue baseType='float'>1</baseValue>"
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )

    question = only(
        item(f"<p>N: {ENTRY.format('RESPONSE')}</p>", declared("3", base="float"), rules=rules)
    )

    assert question["answers"] == [{"value": 3, "tolerance": 0.5, "fraction": 1, "feedback": None}]


def test_two_choices_called_true_and_false_are_true_or_false():
    body = (
        "<choiceInteraction responseIdentifier='RESPONSE' maxChoices='1'><prompt>Is it?</prompt>"
        "<simpleChoice identifier='true'>Vrai</simpleChoice>"
        "<simpleChoice identifier='false'>Faux</simpleChoice></choiceInteraction>"
    )

    question = only(item(body, declared("false"), rules="match_correct"))

    assert (question["type"], question["correct"]) == ("true_false", False)


def test_feedback_is_found_where_it_stands():
    body = choices(
        "a<feedbackInline outcomeIdentifier='F' identifier='A' showHide='show'>No."
        "</feedbackInline>",
        "b",
        prompt="Which?",
    )
    more = "".join(
        f"<modalFeedback outcomeIdentifier='F' identifier='{name}' showHide='show'>{name}!"
        "</modalFeedback>"
        for name in ("correct", "incorrect", "other")
    )

    result = read(item(body, declared("B"), rules="match_correct", more=more))

    question = to_json(result.questions[0])
    assert [(o["text"], o["feedback"]) for o in question["options"]] == [("a", "No."), ("b", None)]
    assert (question["feedback_right"], question["feedback_wrong"]) == ("correct!", "incorrect!")
    assert [one.reason for one in result.skipped] == ["the feedback 'other'"]


def test_what_is_written_for_whoever_answers_is_part_of_the_text():
    told = "<rubricBlock view='candidate tutor'><p>Read the table.</p></rubricBlock>"

    question = only(item(told + choices("a", "b", prompt="Which?"), ONE, rules="match_correct"))

    assert question["text"] == "<div><p>Read the table.</p></div><p>Which?</p>"


ONE = declared("A")
NAMED = "<p>Name it: <textEntryInteraction responseIdentifier='RESPONSE'/></p>"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            item(
                "<rubricBlock view='scorer'>x</rubricBlock>" + choices("a", "b", prompt="?"),
                ONE,
                rules="match_correct",
            ),
            "a block of text for scorer",
        ),
        (
            item(
                choices("a", "b", prompt="?"),
                declared("A", "Z", cardinality="multiple"),
                rules="match_correct",
            ),
            "the declared answer 'Z', which names no option",
        ),
        (
            item(
                "<extendedTextInteraction responseIdentifier='RESPONSE'><prompt>?</prompt>"
                "</extendedTextInteraction>",
                declared("As in the manual", base="string"),
            ),
            "the model answer",
        ),
        (
            item(
                choices("a", "b", prompt="?"),
                ONE + "<assessmentStimulusRef identifier='s' href='well.xml'/>",
                rules="match_correct",
            ),
            "the stimulus 'well.xml' in another file",
        ),
        (
            item(
                NAMED + "<p><feedbackInline outcomeIdentifier='F' identifier='f'>x"
                "</feedbackInline></p>",
                declared("x", base="string"),
                rules="match_correct",
            ),
            "the feedback 'f' in the text",
        ),
    ],
)
def test_what_an_item_says_beside_its_question_is_told(text, reason):
    result = read(text)

    assert len(result.questions) == 1
    assert [(one.reason, one.whole) for one in result.skipped] == [(reason, False)]


def test_a_picture_is_told_and_the_question_is_kept():
    result = read(
        item(
            f"<p><img src='map.png' alt='Map'/></p>{choices('a', 'b', prompt='Where?')}",
            declared("A"),
            rules="match_correct",
        )
    )

    assert [(one.reason, one.whole) for one in result.skipped] == [
        ("a picture 'map.png': it is not carried", False)
    ]
    assert len(result.questions) == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (item("<p>?</p><hotspotInteraction/>", ONE), "not supported: hotspotInteraction"),
        (item("<drawingInteraction/>", version="qti3"), "not supported: qti-drawing-interaction"),
        (item(choices("a", "b") + choices("a", "b"), ONE), "several interactions in one item"),
        (item(choices("a", "b"), declared(), rules="match_correct"), "no right answer is declared"),
        (item(choices("a", "b")), "the response RESPONSE is not declared"),
        (item(choices("a", "b"), ONE, rules="match_correct"), "the item asks nothing"),
        (item(choices("a", prompt="?"), ONE, rules="match_correct"), "two options or more"),
        (
            item("<p>It is <printedVariable identifier='X'/>.</p>" + choices("a", "b"), ONE),
            "not supported: printedVariable",
        ),
        (
            item(choices("a", "b", prompt="?").replace("'B'", "'A'").replace('"B"', '"A"'), ONE),
            "two options have the identifier 'A'",
        ),
        (item("<p>?</p>", ONE, rules="map_response_point"), "not supported: the response"),
        (item("<p>?</p>").replace('adaptive="false"', 'adaptive="true"'), "adaptive item"),
        (
            item("<p>?</p>", "<templateDeclaration identifier='T'/>"),
            "not supported: templateDeclaration",
        ),
        (
            item(choices("a", "b", prompt="?"), declared("A", mapping=mapping(A="x"))),
            "'x' is not a number",
        ),
        (
            item(choices("a", "b", name="orderInteraction", prompt="?"), declared("A")),
            "does not name each item once",
        ),
    ],
)
def test_an_item_that_cannot_be_read_is_told(text, reason):
    result = read(text)

    assert result.questions == ()
    assert [(one.name, one.whole) for one in result.skipped] == [("Title", True)]
    assert reason in result.skipped[0].reason


def test_rules_of_its_own_are_told():
    rules = "<responseProcessing><customOperator/></responseProcessing>"

    result = read(item(choices("a", "b", prompt="?"), ONE, rules=rules))

    assert len(result.questions) == 1
    assert "its own rules of marking" in result.skipped[0].reason


def test_a_question_that_is_answered_with_a_file():
    body = (
        "<uploadInteraction responseIdentifier='RESPONSE'><prompt>Send the list.</prompt>"
        "</uploadInteraction>"
    )

    question = only(item(body, declared(base="file")))

    assert (question["type"], question["text"]) == ("essay", "Send the list.")
    assert (question["attachments"], question["tags"]) == (1, ["type:file_upload"])
