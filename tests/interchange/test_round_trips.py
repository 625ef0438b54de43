"""Out of a bank and back into it: the same question, or a word on what is missing."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from interchange.specs import LOST, SPECS

from lms.content import read_bank
from lms.interchange import (
    from_spec,
    join_scenarios,
    read_questions,
    to_json,
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
    exported = {one.key: from_spec(one.spec, language=language)[0] for one in bank.questions}

    written = write_questions(list(exported.values()), format=format, title="Bank")
    again = read_questions(written.content, name=f"a.{written.extension}", format=format)

    assert again.skipped == ()
    changed = {one.name for one in written.left_out if "the texts in" not in one.reason}
    read = [to_spec(one, language=language, defaults={}) for one in again.questions]
    assert [lost for _, lost in read if lost] == []
    specs = join_scenarios([spec for spec, _ in read])
    returned = {spec["key"]: from_spec(spec, language=language)[0] for spec in specs}
    whole = [key for key, one in exported.items() if not names_of(one) & changed]
    assert len(whole) > 20
    assert [returned[key] for key in whole] == [exported[key] for key in whole]


def names_of(question) -> set[str]:
    """The names under which parts of a question may be told as left out."""
    return {question.name, *(child.name for child in question.children)}


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


def scenario(*children: str) -> dict:
    """A scenario of a bank with questions about it."""
    common = {name: value for name, value in SPECS["text"].items() if name != "use"}
    return common | {
        "key": "w-set",
        "type": "scenario_set",
        "use": "assessment",
        "text": {"en": "The pump broke."},
        "tags": ["pumps"],
        "questions": [deepcopy(SPECS[child]) for child in children],
    }


@pytest.mark.parametrize("format", FORMATS)
def test_a_scenario_comes_apart_and_together_again(format):
    whole = scenario("single choice", "matching", "number")
    question, _ = from_spec(whole, language="en")
    after, _ = from_spec(SPECS["true or false"], language="en")

    written = write_questions([question, after], format=format, title="T")
    again = read_questions(written.content, name="", format=format)

    specs = [to_spec(one, language="en", defaults={})[0] for one in again.questions]
    assert written.left_out == ()
    assert len(specs) == (2 if format == "yaml" else 5)
    found = join_scenarios(specs)
    assert [one["type"] for one in found] == ["scenario_set", "true_false"]
    assert list(map(normal, found[0].pop("questions"))) == [
        normal(one) for one in whole.pop("questions")
    ]
    assert found[0] == whole


def test_a_scenario_shows_its_questions_as_json():
    shown = to_json(from_spec(scenario("essay"), language="en")[0])

    assert (shown["type"], shown["text"]) == ("scenario_set", "The pump broke.")
    assert [one["type"] for one in shown["questions"]] == ["essay"]


def test_parts_of_a_scenario_that_do_not_belong_together_stay_apart():
    beginning = {**SPECS["text"], "key": "a", "tags": ["scenario:a"]}
    stray = {**SPECS["essay"], "tags": ["scenario:b"]}

    assert join_scenarios([beginning, stray]) == [
        {name: value for name, value in beginning.items() if name != "tags"},
        stray,
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
        ({"image": {"file": "a.png", "alt": {"en": "A"}}}, "a picture 'a.png': it is not carried"),
        ({"points": "3"}, "its points"),
        ({"general_feedback": {"en": "Also."}}, "the general feedback beside the explanation"),
    ],
)
def test_what_other_formats_have_no_place_for_is_told(parts, reason):
    _, lost = from_spec(SPECS["word"] | parts, language="en")

    assert lost == [reason]
