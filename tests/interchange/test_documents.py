"""`docs/questions.md` says what the code does, and the package stands alone."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from interchange.specs import SPECS

from lms.interchange import FORMATS, from_spec, read_questions, to_json
from lms.interchange.json_form import Json
from lms.interchange.limits import MOST_MEMBERS, MOST_QUESTIONS
from lms.interchange.questions import TEXT_FORMATS, TYPES
from lms.interchange.sheet_cells import LEADING, PART_COLUMNS, TRAILING

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```(gift|aiken)\n(.*?)```\n```json\n(.*?)```", GUIDE, re.S)
ABSENT = ("flask", "flask_sqlalchemy", "sqlalchemy", "wtforms", "flask_wtf", "jinja2")


@pytest.mark.parametrize(("format", "text", "shown"), EXAMPLES)
def test_an_example_of_the_guide_reads_as_the_guide_says(format, text, shown):
    result = read_questions(text.encode(), name="", format=format)

    assert result.skipped == ()
    assert [to_json(question) for question in result.questions] == [json.loads(shown)]


def test_there_are_examples():
    assert len(EXAMPLES) == 3


def fields_of(value: Json) -> set[str]:
    """The names of all fields, those inside too; paths of `formats` are none."""
    found = set(value)
    for name, inside in value.items():
        for one in inside if isinstance(inside, list) else [inside]:
            if isinstance(one, dict) and name != "formats":
                found |= fields_of(one)
    return found


def test_the_guide_names_every_format_type_field_and_column():
    fields = set().union(
        *(fields_of(to_json(from_spec(spec, language="en")[0])) for spec in SPECS.values())
    )
    columns = {*LEADING, *TRAILING, *(f"{name}_1" for name in (*PART_COLUMNS, "hint"))}

    named = set(re.findall(r"`([^`\s]+)`", GUIDE))
    assert (fields | columns | set(FORMATS) | set(TYPES) | set(TEXT_FORMATS)) - named == set()


def test_the_guide_names_the_limits():
    assert f"{MOST_QUESTIONS:,} questions" in GUIDE
    assert f"{MOST_MEMBERS:,} files" in GUIDE


@pytest.mark.slow
def test_the_package_needs_no_web_and_no_database():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in sorted((ROOT / "lms" / "interchange").glob("*.py"))
    ]
    code = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({ABSENT!r}))\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
    )

    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stderr


def test_the_examples_of_the_modules_hold():
    import doctest
    from importlib import import_module

    for name in (
        "amounts",
        "source_text",
        "gift_read",
        "qti_xml",
        "sheet_cells",
        "formats",
        "bank_tags",
    ):
        found = doctest.testmod(import_module(f"lms.interchange.{name}"))
        assert (found.failed, found.attempted > 0) == (0, True), name
