"""The walk of docs/writing-a-course.md gives what the page says that it gives."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.content import Roots, load_library, roots_in, shipped_roots
from lms.content.guards.codes import REMEDIES
from lms.content.guards.limits import LIMITS
from lms.content.guards.readability import MEASURES
from lms.content.inspection import Inspection, inspect
from lms.content.skeleton import NewCourse, skeleton

PAGE = Path(__file__).parents[2] / "docs" / "writing-a-course.md"
BLOCK = re.compile(r"^(`{3,})(\w+) ?([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
NEW = NewCourse("clean-market", "A clean market", "C17", "gov-01", "gov", "2026.1")
FIRST_LESSON = "curricula/clean-market/en/01-first-lesson.md"


def blocks() -> Iterator[tuple[str, str, str]]:
    """Kind, what stands behind it, and text of every block of the page, in order."""
    for found in BLOCK.finditer(PAGE.read_text(encoding="utf-8")):
        yield found[2], found[3], found[4]


def inspected(folder: Path) -> Inspection:
    """The check of a folder beside what ships."""
    shipped, own = shipped_roots(), roots_in(folder)
    return inspect(
        Roots((*shipped.curricula, *own.curricula), (*shipped.assessments, *own.assessments))
    )


def told(folder: Path, found: Inspection) -> list[str]:
    """What the command prints about the folder, with paths from there."""
    return [
        str(problem).replace(f"{folder}/", "")
        for problem in sorted((*found.faults, *found.warnings))
        if problem.path.is_relative_to(folder)
    ]


def test_the_course_that_the_page_begins_with_is_the_next_one():
    codes = {course.code for course in load_library(*shipped_roots()).courses.values()}

    assert "C16" in codes
    assert "C17" not in codes


@pytest.mark.slow
def test_the_walk_gives_what_the_page_shows(tmp_path):
    walked = []
    for kind, rest, text in blocks():
        if (kind, rest) == ("text", "run"):
            made = skeleton(NEW)
            for path, content in made.items():
                (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
                (tmp_path / path).write_text(content, encoding="utf-8")
            assert [f"written: {path}" for path in made] == text.splitlines()[1:]
            (tmp_path / FIRST_LESSON).unlink()
            walked.append("run")
        elif kind == "text":
            assert told(tmp_path, inspected(tmp_path)) == text.splitlines()
            walked.append(rest)
        elif "/" in rest:
            (tmp_path / rest).write_text(text, encoding="utf-8")

    assert walked == ["run", "check", "check"]


def test_the_page_explains_every_code_and_no_other():
    rows = re.findall(
        r"^\| `([a-z-]+\.[a-z-]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )

    assert sorted(rows) == sorted(REMEDIES)


def test_the_limits_on_the_page_are_those_that_hold():
    page = PAGE.read_text(encoding="utf-8")
    shown = {
        "lesson.short": [LIMITS[code].shortest for code in ("en", "fr", "ar")],
        "lesson.long": [LIMITS[code].longest for code in ("en", "fr", "ar")],
        "sentence.long": [LIMITS[code].sentence for code in ("en", "fr", "ar")],
        "sentence.mean": [LIMITS[code].mean_sentence for code in ("en", "fr", "ar")],
        "readability.hard": [int(MEASURES[code].limit) for code in ("en", "fr", "ar")],
    }
    for code, limits in shown.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{code}` |"))
        assert [int(number) for number in re.findall(r"\d+", row.split("|")[3])] == limits
