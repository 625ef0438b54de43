"""Out of a bank and back into it: the same question, or a word on what is missing."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from interchange.specs import LOST, SPECS

from lms.content import read_bank
from lms.interchange import (
    from_spec,
    read_questions,
    to_spec,
    write_questions,
)
from lms.scoring import check_question

ROOT = Path(__file__).parents[2]
BANKS = sorted((ROOT / "assessments" / "banks").glob("*.yaml"))
FORMATS = list(LOST)
#: Told as lost, and yet the question that comes back is the same.
TOLD_ALONE = {("qti3", "ordering"), ("qti21", "ordering")}


def back(spec: dict, format: str):
    """Out in a format and in again: the spec or None, and what was told."""
    question, _ = from_spec(spec, language="en")
    written = write_questions([question], format=format, title="Wells")
    told = [one.reason for one in written.left_out]
    if any(one.whole for one in written.left_out):
        return None, told
    again = read_questions(written.content, name=f"a.{written.extension}", format=format)
    assert again.skipped == ()
    found, lost = to_spec(again.questions[0], language="en", defaults={})
    return found, told + lost


@pytest.mark.parametrize("name", SPECS)
def test_the_examples_are_questions_of_a_bank(name):
    assert check_question(SPECS[name]) == []


@pytest.mark.parametrize("name", SPECS)
@pytest.mark.parametrize("format", FORMATS)
def test_a_question_comes_back_the_same_or_what_is_missing_is_told(format, name):
    found, told = back(SPECS[name], format)

    expected = LOST[format].get(name)
    if expected is None:
        assert told == []
    else:
        assert any(expected in one for one in told), told
    if expected is None or (format, name) in TOLD_ALONE:
        assert normal(found) == normal(SPECS[name])


def normal(spec: dict) -> dict:
    """A spec in which what may be left unwritten is left unwritten."""
    made = deepcopy(spec)
    for holder in (made, *made.get("gaps", ())):
        for option in holder.get("options", ()):
            if option.get("correct") is False:
                del option["correct"]
        if holder.get("tolerance") == "0":
            del holder["tolerance"]
    for answer in made.get("answers", ()):
        if answer.get("tolerance") == "0":
            del answer["tolerance"]
    return made


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
@pytest.mark.parametrize("format", ["gift", "moodle_xml", "qti3", "qti21", "csv", "xlsx"])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_the_banks_that_ship_come_back_in_one_language(path, format, language):
    bank, _, _ = read_bank(path)
    assert bank is not None
    exported = [from_spec(question.spec, language=language)[0] for question in bank.questions]

    written = write_questions(exported, format=format, title="Bank")
    again = read_questions(written.content, name=f"a.{written.extension}", format=format)

    assert again.skipped == ()
    told = {one.reason.partition(" in ")[0] for one in written.left_out}
    assert told <= {"the texts"}
    for question, exchanged, returned in zip(
        bank.questions, exported, again.questions, strict=True
    ):
        spec, lost = to_spec(returned, language=language, defaults={})
        same, _ = from_spec(spec, language=language)
        assert lost == []
        assert spec["key"] == question.key
        assert same == exchanged


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_yaml_keeps_everything_of_the_banks_that_ship(path, tmp_path):
    bank, _, _ = read_bank(path)
    assert bank is not None
    questions = read_questions(path.read_bytes(), name=path.name).questions

    written = write_questions(questions, format="yaml", title=bank.title["en"], key=bank.key)

    assert written.left_out == ()
    copy = tmp_path / path.name
    copy.write_bytes(written.content)
    again, _, problems = read_bank(copy)
    assert problems == []
    assert [question.spec for question in again.questions] == [q.spec for q in bank.questions]
    assert again.key == bank.key


def test_yaml_keeps_texts_that_look_like_something_else():
    texts = [
        "yes",
        "1e3",
        "010",
        "null",
        "~",
        "a: b",
        "# no",
        "two\nlines",
        " 'x' ",
        "0x1F",
        "1.10",
    ]
    made = deepcopy(SPECS["word"])
    made["accepted"] = {"en": [text for text in texts if any(map(str.isalnum, text))]}
    question, _ = from_spec(made, language="en")

    written = write_questions([question], format="yaml", title="T")

    again = read_questions(written.content, name="a.yaml")
    assert again.questions[0].spec == made
    assert yaml.safe_load(written.content)["title"] == {"en": "T"}


def test_scenarios_travel_in_yaml_alone():
    scenario = {
        name: value
        for name, value in deepcopy(SPECS["word"]).items()
        if name not in ("accepted", "explanation")
    }
    child = {**SPECS["essay"], "key": "w-child"}
    scenario |= {"key": "w-set", "type": "scenario_set", "questions": [child]}
    question, _ = from_spec(scenario, language="en")

    kept = write_questions([question], format="yaml", title="T")
    told = write_questions([question], format="gift", title="T")

    assert read_questions(kept.content, name="a.yaml").questions[0].spec == scenario
    assert [one.reason for one in told.left_out] == [
        "GIFT has no questions of the type scenario_set"
    ]


def test_other_languages_are_told_in_every_format_but_yaml():
    made = deepcopy(SPECS["number without a unit"])
    made["text"] |= {"fr": "Combien ?", "ar": "كم؟"}
    question, lost = from_spec(made, language="fr")

    assert question.text.text == "Combien ?"
    assert lost == ["the texts in ar, en: one language travels in a file"]
    assert write_questions([question], format="yaml", title="T").left_out == ()
    told = write_questions([question], format="gift", title="T").left_out
    assert [one.reason for one in told] == lost


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"image": {"file": "a.png", "alt": {"en": "A"}}}, "the picture"),
        ({"points": "3"}, "its points"),
        ({"general_feedback": {"en": "Also."}}, "the general feedback beside the explanation"),
    ],
)
def test_what_other_formats_have_no_place_for_is_told(parts, reason):
    _, lost = from_spec(SPECS["word"] | parts, language="en")

    assert lost == [reason]
