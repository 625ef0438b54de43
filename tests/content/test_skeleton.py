"""A new course begins with files that pass the check."""

import pytest

from lms.content import Roots, load_library, roots_in, shipped_roots
from lms.content.inspection import inspect
from lms.content.skeleton import NewCourse, is_key, key_for, next_code, skeleton

TITLE = 'Wells: "safe" & ours, الماء'


@pytest.fixture
def folder(tmp_path):
    made = skeleton(NewCourse("safe-wells", TITLE, "C90", "gov-01", "gov", "2026.1"))
    for path, text in made.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_skeleton_has_no_faults_and_its_warnings_are_work_to_do(folder):
    shipped, own = shipped_roots(), roots_in(folder)
    # The framework that ships; the rest is the skeleton alone.
    found = inspect(Roots(own.curricula, (*shipped.assessments, *own.assessments)))
    mine = [one for one in (*found.faults, *found.warnings) if one.path.is_relative_to(folder)]

    assert [str(one) for one in mine if one.severity == "error"] == []
    assert {one.code for one in mine} == {
        "lesson.short", "bank.few-questions", "coverage.small-pool",
    }  # fmt: skip


def test_a_skeleton_has_a_lesson_a_bank_an_assessment_and_a_rubric(folder):
    shipped, own = shipped_roots(), roots_in(folder)
    library = load_library(own.curricula, (*shipped.assessments, *own.assessments))
    course = library.courses["safe-wells"]

    assert course.title == {"en": TITLE}
    assert (course.code, course.assessment, course.rubric) == ("C90", "safe-wells", "c90-p1")
    assert library.rubrics["c90-p1"].course == "safe-wells"
    assert library.assessments["safe-wells"].questions_drawn == 2
    assert {one.key for one in library.banks["safe-wells"].questions} == {
        "c90-q01", "c90-q02", "c90-q03", "c90-c01",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [("Safe Wells", "safe-wells"), ("../etc/passwd", "etc-passwd"), ("a--b", "a-b"), ("ماء", "")],
)
def test_what_is_no_key_comes_near_one(name, key):
    assert not is_key(name)
    assert key_for(name) == key
    assert key == "" or is_key(key)


def test_the_next_code_is_free():
    assert next_code([]) == "C01"
    assert next_code(["C09", "C10", "D99", "C3x"]) == "C11"
