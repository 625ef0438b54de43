"""Every sample of GIFT gives what its own author expects, and comes back the same.

The samples are those of the GIFT grammar of C. Fuhrman (`data/gift/SOURCE.md`). Where it and Moodle
differ, Moodle's meaning is taken, and `expected` says so.
"""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from lms.interchange import read_questions, to_json, write_questions

DATA = Path(__file__).parent / "data" / "gift"
SAMPLES = sorted(path.stem for path in DATA.glob("*.gift"))
TYPES = {
    "TF": "true_false",
    "Essay": "essay",
    "Description": "description",
    "Short": "short_text",
    "Numerical": "numeric",
    "Matching": "matching",
}


def expected(found: dict) -> dict:
    """What a sample's JSON says, in the words of ours."""
    wanted = {
        "text": without_added_space(found["stem"]["text"]),
        "text_format": found["stem"]["format"],
        "id": found["id"],
        "tags": found["tags"] or [],
        "general_feedback": text(found.get("globalFeedback")),
    }
    if found["title"]:
        wanted["name"] = found["title"]
    if found["type"] == "MC":
        return wanted | choice(found)
    wanted["type"] = TYPES[found["type"]]
    if found["type"] == "TF":
        # Moodle: the first feedback is that for a wrong answer, the second for a right one.
        wanted["correct"] = found["isTrue"]
        wanted["feedback_wrong"] = text(found["trueFeedback"])
        wanted["feedback_right"] = text(found["falseFeedback"])
    elif found["type"] == "Matching":
        pairs = found["matchPairs"]
        wanted["pairs"] = [[pair["subquestion"]["text"], pair["subanswer"]] for pair in pairs]
    elif found["type"] == "Short":
        wanted["answers"] = [
            {"text": one["text"]["text"], **weighed(one)} for one in found["choices"]
        ]
    elif found["type"] == "Numerical":
        wanted["answers"] = numbers(found["choices"])
    return wanted


def choice(found: dict) -> dict:
    # Moodle: one answer with = makes the question a single choice.
    is_single = any(one["isCorrect"] for one in found["choices"])
    return {
        "type": "single_choice" if is_single else "multiple_choice",
        "options": [
            {"text": one["text"]["text"], "text_format": one["text"]["format"], **weighed(one)}
            for one in found["choices"]
        ],
    }


def weighed(one: dict) -> dict:
    full = 100 if one["isCorrect"] else 0
    percent = full if one["weight"] is None else one["weight"]
    return {"fraction": percent / 100, "feedback": text(one["feedback"])}


def numbers(choices: dict | list) -> list[dict]:
    if isinstance(choices, dict):
        return [{**number(choices), "fraction": 1, "feedback": None}]
    return [{**number(one["text"]), **weighed(one)} for one in choices]


def number(found: dict) -> dict:
    if found["type"] == "high-low":
        low, high = Decimal(str(found["numberLow"])), Decimal(str(found["numberHigh"]))
        return {"value": float((low + high) / 2), "tolerance": float((high - low) / 2)}
    return {"value": found["number"], "tolerance": found.get("range", 0)}


def text(found: dict | None) -> str | None:
    return found["text"] if found else None


def without_added_space(stem: str) -> str:
    """The grammar sets every gap off with spaces; Moodle leaves the text as it is written."""
    return re.sub(r"_____ (?=[.,;:])", "_____", stem)


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_reads_as_its_author_expects(sample):
    wanted = json.loads((DATA / f"{sample}.json").read_text())

    result = read_questions((DATA / f"{sample}.gift").read_bytes(), name=f"{sample}.gift")

    assert result.skipped == ()
    assert result.format == "gift"
    wanted = [expected(one) for one in wanted if one["type"] != "Category"]
    assert len(result.questions) == len(wanted)
    for question, one in zip(result.questions, wanted, strict=True):
        found = to_json(question)
        assert {name: found[name] for name in one} == one


@pytest.mark.parametrize("sample", SAMPLES)
@pytest.mark.parametrize("format", ["gift", "moodle_xml", "csv", "xlsx"])
def test_a_sample_comes_back_the_same(sample, format, without_lines):
    questions = read_questions((DATA / f"{sample}.gift").read_bytes(), name="a.gift").questions

    written = write_questions(questions, format=format, title="Samples")
    again = read_questions(written.content, name=f"a.{written.extension}", format=format)

    assert written.left_out == ()
    assert again.skipped == ()
    assert without_lines(again.questions) == without_lines(questions)
