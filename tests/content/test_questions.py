"""The newer question types and fields in a bank, and what assessments say of them."""

import re
from decimal import Decimal

import pytest

from lms.content import AnyQuestion
from lms.content.assessments import read_assessment
from lms.content.questions import SHIPPED, PluginQuestion
from lms.scoring import TYPES, expand
from lms.scoring.types.short_text import ShortText

BANK = "assessments/banks/safe-wells.yaml"
DROUGHT = "assessments/assessments/safe-wells-drought.yaml"

#: What stands there, what is put in its place on the same line, the code.
BANK_FAULTS = [
    ('credit: "0.5"}', "credit: 0.5}", "shape.string_type"),
    ('credit: "-0.5"}', 'credit: "-5"}', "question.bad-credit"),
    ('credit: "-0.5"}', 'weight: "-0.5"}', "shape.extra_forbidden"),
    ('weight: "-1"}', 'weight: "-2"}', "question.bad-weight"),
    ('{low: "30", high: "100"}', '{low: "300", high: "100"}', "question.bad-range"),
    ('factor: "1000"}', 'factor: "0"}', "question.bad-factor"),
    ('unit_penalty: "0.25"', 'unit_penalty: "25"', "question.bad-unit_penalty"),
    ("unit_required: true", 'unit_required: "yes"', "shape.bool_type"),
    ('- {text: {en: "*date*part*"', '- {texts: {en: "*date*part*"', "shape.extra_forbidden"),
    ("{key: b, text: {en: Take out the rod", "{key: a, text: {en: Take out", "question.item-key"),
    ("    items:\n", "    grading: places\n    items:\n", "shape.literal_error"),
    ("A seal _____ and is", "A seal ______ and is", "question.gap-count"),
    ('kind: number, value: "6"', 'kind: number, value: "six"', "question.bad-value"),
    ("{kind: number,", "{kind: date,", "shape.literal_error"),
    ('credit: "0.25"', 'credit: "2"', "question.bad-credit"),
    ("key: c90-s01-b", "key: c90-q01", "key.twice"),
    ("key: c90-s01-b", "key: c90-s01-a", "question.key-twice"),
    (
        "        answer: false\n        feedback",
        "        answer: no\n        feedback",
        "shape.bool_type",
    ),
    ("        type: short_text", "        type: scenario_set", "shape.union_tag_invalid"),
    ("        type: short_text", "        type: essays", "shape.union_tag_invalid"),
    ("markers: 2", "markers: 3", "shape.less_than_equal"),
    ("max_words: 300", "max_words: 30", "question.bad-words"),
    ("accept: [pdf, jpg, xlsx]", "accept: [.pdf, jpg, xlsx]", "question.bad-accept"),
    ("max_bytes: 2000000", 'max_bytes: "2 MB"', "shape.int_type"),
    ("max_bytes: 2000000", "max_bytes: 8388609", "question.bad-size"),
    ("use: text", "use: assessment", "shape.literal_error"),
    ("image: {file: seal.svg,", "image: {file: ../seal.svg,", "question.bad-image"),
    ("tags: [parts]", "tags: parts", "shape.tuple_type"),
    ('weight: "0.5"\n    points', 'weight: "-1"\n    points', "question.bad-weight"),
    ('points: "5"', "points: 5", "shape.string_type"),
]

ASSESSMENT_FAULTS = [
    ("section: facts}", "section: figures}", "assessment.section-unknown"),
    ("{key: facts,", "{key: figures,", "assessment.section-empty"),
    ("{key: practice,", "{key: facts,", "key.twice"),
    ("type: scenario_set", "type: scenario", "shape.literal_error"),
    ("type: scenario_set", "type: description", "shape.literal_error"),
    ("tag: drought", "tag: flood", "assessment.bank-too-small"),
    ("count: 1, type: scenario_set", "count: 2, type: scenario_set", "assessment.bank-too-small"),
    ("tag: drought", "tag: []", "shape.string_type"),
    ("count: 3, level: awareness", "count: 6, type: file_upload", "assessment.too-many-files"),
]


@pytest.mark.parametrize("case", BANK_FAULTS, ids=lambda case: f"{case[2]}-{case[1][:30]}")
def test_a_fault_in_a_bank_has_its_line(tree, case):
    name, line = tree.change(BANK, *case[:2])
    assert (name, line, case[2]) in tree.found()
    assert "safe-wells" not in tree.library().banks


@pytest.mark.parametrize("case", ASSESSMENT_FAULTS, ids=lambda case: f"{case[2]}-{case[1][:30]}")
def test_a_fault_in_an_assessment_has_its_line(tree, case):
    name, line = tree.change(DROUGHT, *case[:2])
    assert (name, line, case[2]) in tree.found()


@pytest.mark.parametrize(
    ("layout", "draws", "too_many"),
    [
        ("all", [(5, "facts")], None),
        ("all", [(3, "facts"), (1, "practice")], None),
        ("all", [(3, "facts"), (3, "practice"), (2, "practice")], 1),
        ("section", [(5, "facts"), (5, "practice")], None),
        ("section", [(5, "facts"), (6, "practice")], 1),
        ("one", [(9, "facts"), (9, "practice")], None),
    ],
)
def test_a_page_asks_for_as_many_files_as_can_be_sent_at_once(tree, layout, draws, too_many):
    lines = [
        f"  - {{bank: safe-wells, type: file_upload, count: {count}, section: {section}}}"
        for count, section in draws
    ]
    sections = sorted({section for _count, section in draws})
    path = tree.write(
        "assessments/assessments/plans.yaml",
        "key: plans\ncourse: safe-wells\ntitle: {en: Plans}\npass_mark: '60'\n"
        f"layout: {layout}\nsections:\n"
        + "".join(f"  - {{key: {one}, title: {{en: {one}}}}}\n" for one in sections)
        + "draws:\n"
        + "\n".join(lines),
    )

    _assessment, _document, problems = read_assessment(path)

    # On the line of the draw with which there are too many.
    line = None if too_many is None else 8 + len(sections) + too_many
    found = [(one.code, one.line) for one in problems]
    assert found == ([] if line is None else [("assessment.too-many-files", line)])


def test_every_type_that_ships_has_a_model(tree):
    assert set(TYPES) == SHIPPED


def test_what_is_not_written_is_not_in_the_spec(tree):
    spec = tree.library().questions["c90-c01"].spec

    assert set(spec) == {
        "key",
        "type",
        "use",
        "competency",
        "level",
        "difficulty",
        "lesson",
        "text",
        "explanation",
        "answer",
    }


def test_what_is_written_is_in_the_spec(tree):
    questions = tree.library().questions

    assert questions["c90-q15"].spec["image"] == {
        "file": "seal.svg",
        "alt": {"en": "A rubber ring", "fr": "Un anneau de caoutchouc"},
    }
    assert questions["c90-q15"].spec["hints"][0]["fr"] == "Regardez en bas."
    assert questions["c90-q11"].spec["gaps"][1]["weight"] == "2"
    assert questions["c90-q13"].spec["criteria"][0]["levels"][1]["credit"] == "0.5"


def test_the_questions_of_a_scenario_come_with_it(tree):
    bank = tree.library().banks["safe-wells"]

    inner = [question for where, question in bank.with_places() if len(where) == 4]

    assert [question.key for question in inner] == ["c90-s01-a", "c90-s01-b"]
    assert all(isinstance(question, AnyQuestion) for question in inner)
    children = expand(tree.library().questions["c90-s01"].spec)
    assert [child["scenario"]["key"] for child in children] == ["c90-s01", "c90-s01"]
    assert children[0] == inner[0].spec | {"scenario": children[0]["scenario"]}


def test_half_a_translation_within_a_scenario_or_a_gap_is_reported(tree):
    for old, new in (("fr: Qui décide lequel", "ar: Qui décide lequel"), ("fr: gèle}", "ar: x}")):
        name, line = tree.change(BANK, old, new)
        assert (name, line, "bank.half-translated") in tree.found()


def test_sections_are_read_in_order(tree):
    assessment = tree.library().assessments["safe-wells-drought"]

    assert [section.key for section in assessment.sections] == ["facts", "practice"]
    assert assessment.sections[1].text == {"en": "Read the scenario first."}
    assert assessment.draws[1].rule == {
        "bank": "safe-wells",
        "count": 1,
        "competency": None,
        "level": None,
        "type": "scenario_set",
        "tag": "drought",
        "section": "practice",
    }
    assert (assessment.questions_drawn, assessment.pass_mark) == (4, Decimal(60))


class Riddle(ShortText):
    """A type as a plugin brings it."""

    name = "riddle"


OF_A_PLUGIN = (
    "type: short_text                    # capitals, accents and spaces do not matter",
    "type: riddle",
)


def test_a_bank_may_hold_a_type_that_a_plugin_brings(tree):
    tree.change(BANK, *OF_A_PLUGIN)
    tree.change(DROUGHT, "level: awareness, section", "type: riddle, section")
    tree.change(DROUGHT, "count: 3", "count: 1")
    with TYPES.having(Riddle()):
        assert tree.found() == []
        question = tree.library().questions["c90-q04"]

    assert isinstance(question, PluginQuestion)
    assert question.spec["accepted"]["fr"] == ["gardien", "gardienne"]


def test_a_type_of_a_plugin_checks_its_questions_itself(tree):
    tree.change(BANK, *OF_A_PLUGIN)
    name, line = tree.change(BANK, "accepted: {en: [caretaker,", "accepted: {en: [5,")
    with TYPES.having(Riddle()):
        assert (name, line, "question.bad-accepted") in tree.found()


def test_a_type_that_nobody_brings_is_named_with_those_that_there_are(tree):
    _, line = tree.change(BANK, *OF_A_PLUGIN)

    (problem,) = [one for one in tree.problems() if one.code == "shape.union_tag_invalid"]

    assert problem.line == line
    assert "riddle" in problem.message
    assert all(f"'{kind}'" in problem.message for kind in TYPES)


def test_a_picture_that_is_not_there_is_named_with_its_line(tree):
    name, line = tree.change(BANK, "image: {file: seal.svg,", "image: {file: gone.svg,")

    assert (name, line, "bank.image-unknown") in tree.found()


def test_a_question_of_a_scenario_set_is_held_to_the_framework(tree):
    bank = tree.path(BANK).read_text(encoding="utf-8")
    child = bank[bank.index("type: scenario_set") :]
    competency = re.search(r"questions:.*?competency: (\S+)", child, re.DOTALL)[1]
    start = bank.index("type: scenario_set") + child.index("questions:")
    changed = bank[:start] + bank[start:].replace(
        f"competency: {competency}", "competency: zzz-99", 1
    )
    tree.write(BANK, changed)

    assert "competency.unknown" in {code for _name, _line, code in tree.found()}
