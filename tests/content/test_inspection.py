"""Faults, warnings, and warnings that a file accepts with a reason."""

import pytest

from lms.content import check
from lms.content.guards.codes import REMEDIES, warning
from lms.content.inspection import inspect
from lms.content.remedies import REMEDIES as FAULT_REMEDIES

LESSON = "curricula/safe-wells/en/01-why-wells-fail.md"
BANK = "assessments/banks/safe-wells.yaml"
GLOSSARY = "curricula/glossary.yaml"


def of(tree, code, among="warnings"):
    return [one for one in getattr(inspect(tree.roots), among) if one.code == code]


def test_warnings_are_no_faults_and_faults_are_those_of_the_check(tree):
    found = inspect(tree.roots)
    assert found.faults == ()
    assert {one.severity for one in found.warnings} == {"warning"}

    tree.change(BANK, "answer: false", "answer: perhaps")
    found = inspect(tree.roots)
    assert "shape.bool_type" in {one.code for one in found.faults}
    assert list(found.faults) == check(tree.roots)
    # What is faulty is left out; the rest is still looked at.
    assert "lesson.short" in {one.code for one in found.warnings}


def test_a_warning_says_where_what_and_what_to_do_and_ends_in_its_code(tree, tmp_path):
    made = warning(tmp_path / "a.md", 4, "lesson.short", "12 words")
    assert str(made) == (
        f"{tmp_path}/a.md:4: warning: 12 words; say more about each point, "
        "or make it a part of another lesson [lesson.short]"
    )
    with pytest.raises(KeyError):
        warning(tmp_path / "a.md", 4, "lesson.dull", "dull")


def test_a_fault_says_what_to_do(tree):
    tree.change(BANK, "lesson: 01-why-wells-fail", "lesson: 09-elsewhere")
    (fault,) = check(tree.roots)

    assert fault.message == "c90-q01: the course has no lesson 09-elsewhere"
    assert str(fault).endswith("; write one of the lessons in course.yaml")
    assert "[bank" not in str(fault)


def test_codes_are_dotted_and_have_one_remedy():
    assert not set(REMEDIES) & set(FAULT_REMEDIES)
    for code, remedy in (*REMEDIES.items(), *FAULT_REMEDIES.items()):
        assert code.count(".") == 1
        assert remedy
        assert not remedy.endswith(".")


def test_every_warning_of_the_guides_examples_has_a_code_of_the_list(tree):
    assert {one.code for one in inspect(tree.roots).warnings} <= set(REMEDIES)


def accept(tree, about, reason="It is a first lesson."):
    entry = f"accepted:\n  - {{code: lesson.short, about: {about}, reason: {reason}}}\n"
    tree.change(LESSON, "minutes: 15\n", f"minutes: 15\n{entry}")


def test_a_lesson_accepts_a_warning_of_its_own(tree):
    short = [one.path for one in of(tree, "lesson.short")]
    assert tree.path(LESSON) in short

    accept(tree, "words")

    assert [one.path for one in of(tree, "lesson.short")] == [
        tree.path("curricula/safe-wells/fr/01-why-wells-fail.md")
    ]
    assert [one.path for one in of(tree, "lesson.short", "accepted")] == [tree.path(LESSON)]
    assert of(tree, "accepted.unused") == []


def test_what_is_accepted_is_one_warning_and_not_its_whole_kind(tree):
    accept(tree, "99999 words")

    assert tree.path(LESSON) in [one.path for one in of(tree, "lesson.short")]
    (unused,) = of(tree, "accepted.unused")
    assert (unused.path, unused.line) == (tree.path(LESSON), 5)
    assert unused.message == "accepted: nothing here is lesson.short about '99999 words'"


@pytest.mark.parametrize("file", [BANK, GLOSSARY])
def test_a_yaml_file_accepts_at_its_top(tree, file):
    tree.write(
        file,
        "accepted:\n  - {code: bank.few-questions, about: questions, reason: A sample.}\n"
        + tree.path(file).read_text(encoding="utf-8"),
    )

    if file == BANK:
        assert of(tree, "bank.few-questions") == []
        assert len(of(tree, "bank.few-questions", "accepted")) == 1
    else:
        # Another file's warning is not its own.
        assert len(of(tree, "bank.few-questions")) == 1
        assert len(of(tree, "accepted.unused")) == 1


@pytest.mark.parametrize("missing", ["code", "about", "reason"])
def test_without_a_reason_nothing_is_accepted(tree, missing):
    fields = {"code": "lesson.short", "about": "words", "reason": "A sample."}
    del fields[missing]
    entry = ", ".join(f"{name}: {value}" for name, value in fields.items())
    tree.change(LESSON, "minutes: 15\n", f"minutes: 15\naccepted:\n  - {{{entry}}}\n")

    told = [(one.path, one.message) for one in inspect(tree.roots).faults]
    assert (tree.path(LESSON), f"accepted.0.{missing}: is missing") in told


def test_a_fault_cannot_be_accepted(tree):
    accept(tree, "source")
    tree.change(LESSON, "code: lesson.short", "code: lesson.source-unknown")
    tree.change(LESSON, "sources: [WASH-12]", "sources: [WASH-12, NO-1]")

    found = inspect(tree.roots)

    assert [one.code for one in found.faults] == ["lesson.source-unknown"]
    assert "accepted.unused" in {one.code for one in found.warnings}
