"""What QTI items mean, in every version, and what is told of the rest."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from interchange.qti_samples import choices, declared, item, mapping, package

from lms.interchange import UnreadableFile, read_questions, to_json

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
ENTRY = "<p>Name it: <textEntryInteraction responseIdentifier='RESPONSE'/></p>"


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
                ENTRY + "<p><feedbackInline outcomeIdentifier='F' identifier='f'>x"
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


def good(name: str) -> str:
    text = item(choices("a", "b", prompt="Which?"), ONE, rules="match_correct")
    return text.replace("item-1", name).replace("Title", name)


def test_a_package_gives_its_items_in_the_order_of_its_manifest():
    data = package({"z.xml": good("z"), "a/b.xml": good("b"), "bad.xml": "<assessmentItem>"})

    result = read_questions(data, name="p.zip")

    assert [question.id for question in result.questions] == ["z", "b"]
    assert [one.name for one in result.skipped] == ["bad.xml"]


RESOURCE = '<resource identifier="r" type="imsqti_item_xmlv2p1" {}</resource>'


@pytest.mark.parametrize(
    ("resources", "file"),
    [
        (RESOURCE.format('href="items\\a.xml">'), "items/a.xml"),
        (RESOURCE.format('href="./items/a%20b.xml">'), "items/a b.xml"),
        (RESOURCE.format('><file href="a.xml"/>'), "a.xml"),
        (RESOURCE.format('xml:base="a/" href="b.xml">'), "items/a/b.xml"),
    ],
)
def test_an_item_is_found_however_its_address_is_written(resources, file):
    base = ' xml:base="items/"' if "xml:base" in resources else ""

    manifest = f"<manifest><resources{base}>{resources}</resources></manifest>"
    found = read_questions(package({file: good("Q")}, manifest), name="p.zip")

    assert [question.name for question in found.questions] == ["Q"]
    assert found.skipped == ()


def test_an_item_that_no_manifest_names_is_told_or_read_where_none_is_named():
    one = RESOURCE.format('href="a.xml">')
    items = {"a.xml": good("A"), "b.xml": good("B"), "notes.xml": "<notes/>"}

    some = read_questions(
        package(items, f"<manifest><resources>{one}</resources></manifest>"), name="p.zip"
    )
    none = read_questions(package(items, "<manifest><resources/></manifest>"), name="p.zip")

    assert [question.name for question in some.questions] == ["A"]
    assert [(skip.name, skip.reason) for skip in some.skipped] == [
        ("B", "b.xml: the manifest does not name it as an item")
    ]
    assert [question.name for question in none.questions] == ["A", "B"]
    assert none.skipped == ()


def test_what_a_mac_puts_into_a_zip_is_no_item():
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        archive.writestr("a.xml", good("A"))
        archive.writestr("__MACOSX/._a.xml", b"\x00\x05\x16\x07")

    found = read_questions(buffer.getvalue(), name="p.zip")

    assert [question.name for question in found.questions] == ["A"]
    assert found.skipped == ()


def test_a_package_that_names_a_missing_file_says_so_and_goes_on():
    manifest = (
        "<manifest>\n<resources>\n<resource type='imsqti_item_xmlv3p0' href='gone.xml'/>\n"
        "<resource type='imsqti_item_xmlv3p0' href='a%20b.xml'/>\n"
        "<resource type='webcontent' href='style.css'/></resources></manifest>"
    )

    result = read_questions(package({"a b.xml": good("x")}, manifest), name="p.zip")

    assert [question.id for question in result.questions] == ["x"]
    assert [(one.line, one.name) for one in result.skipped] == [(3, "gone.xml")]
    assert "is not in the zip" in result.skipped[0].reason


def test_a_zip_without_a_manifest_gives_the_items_that_are_in_it():
    data = package({"x.xml": good("x")}).replace(b"imsmanifest.xml", b"somethings.xml.")

    assert [one.id for one in read_questions(data, name="p.zip").questions] == ["x"]


def test_a_package_whose_manifest_is_broken_gives_its_items_all_the_same():
    result = read_questions(package({"x.xml": good("x")}, "<manifest"), name="p.zip")

    assert [question.id for question in result.questions] == ["x"]
    assert [(one.name, one.whole) for one in result.skipped] == [("imsmanifest.xml", False)]


def test_a_common_cartridge_has_questions_of_an_older_qti():
    folder = DATA / "common-cartridge/all-question-types"
    files = {
        path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.xml")
    }
    manifest = files.pop("imsmanifest.xml")

    result = read_questions(package(files, manifest), name="p.imscc")

    assert [(one.name, one.reason) for one in result.skipped] == [
        ("iaa8f9f400b29e514ea8d28fd7ed067f4", "not supported: QTI 1")
    ]


def test_a_cartridge_without_questions_is_refused():
    data = (DATA / "common-cartridge/canvas_cc_gem_course.imscc").read_bytes()

    with pytest.raises(UnreadableFile, match="no QTI item"):
        read_questions(data, name="course.imscc")


@pytest.mark.parametrize("root", ["manifest", "assessmentTest", "questestinterop"])
def test_parts_of_a_package_alone_are_refused_with_a_word(root):
    with pytest.raises(UnreadableFile, match=r"holds no question|not supported"):
        read_questions(f"<{root}/>".encode(), name="a.xml")


def test_a_question_that_is_answered_with_a_file():
    body = (
        "<uploadInteraction responseIdentifier='RESPONSE'><prompt>Send the list.</prompt>"
        "</uploadInteraction>"
    )

    question = only(item(body, declared(base="file")))

    assert (question["type"], question["text"]) == ("essay", "Send the list.")
    assert (question["attachments"], question["tags"]) == (1, ["type:file_upload"])


def test_entries_of_a_package_name_the_file_in_which_the_line_is():
    picture = good("y").replace("Which?", "<img src='m.png' alt='M'/>Which?")
    broken = good("z").replace("responseIdentifier", "nothing")
    data = package({"a/x.xml": broken, "a/y.xml": picture, "b/w.xml": "<assessmentItem>"})

    result = read_questions(data, name="p.zip")

    assert [one.reason for one in result.skipped][:2] == [
        "a/x.xml: the response of an interaction is not declared",
        "a/y.xml: a picture 'm.png': it is not carried",
    ]
    assert result.skipped[2].reason.startswith("b/w.xml: the XML cannot be read")
    assert [(one.file, one.place) for one in result.questions] == [("a/y.xml", 2)]
