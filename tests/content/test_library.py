"""The library serves what is right and says what is left out."""

from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path

import pytest

from lms.content import Check, content_roots, load_library, render_lesson, roots_in
from lms.content.reader import LARGEST_BYTES
from lms.scoring import check_question, question_type

BANK = "assessments/banks/safe-wells.yaml"
COURSE = "curricula/safe-wells"


def test_everything_is_found_by_key(tree):
    library = tree.library()
    course = library.courses["safe-wells"]
    assert library.problems == ()
    assert course.languages == ("en", "fr")
    assert course.minutes == 15
    assert course.lesson("01-why-wells-fail", "fr").title.startswith("Pourquoi")
    assert course.lesson("01-why-wells-fail", "ar").language == "en"
    assert library.assessments["safe-wells"].pass_mark == Decimal(80)
    assert library.assessments["safe-wells"].questions_drawn == 4
    assert library.bank_of["c90-q01"] == "safe-wells"
    assert library.competencies["wells-01"].levels["lead"]["en"].startswith("Plans")
    assert library.templates["pump-failure"].injects[0].sender == {"en": "Caretaker"}
    assert library.rubrics["c90-p1"].criteria[0].levels["not-yet"] == {"en": "Parts are missing."}
    lesson = course.lesson("01-why-wells-fail", "en")
    assert [term.key for term in library.key_terms(lesson)] == ["water-point"]
    assert library.glossary["water-point"].wordings("fr") == ("point d'eau", "borne-fontaine")
    assert [item.kind for item in library.surveys["well-users"].items] == [
        "scale5",
        "yes_no",
        "text",
    ]


def test_a_lesson_is_shown_with_its_terms_sources_and_checks(tree):
    library = tree.library()
    course = library.courses["safe-wells"]
    lesson = course.lesson("01-why-wells-fail", "en")
    rendered = render_lesson(library, course, lesson, image_url=str)
    assert [part for part in rendered.parts if isinstance(part, Check)] == [Check("c90-c01")]
    assert 'href="#source-WASH-12"' in rendered.parts[0].html
    assert 'href="#term-water-point"' in rendered.parts[0].html
    assert [heading.id for heading in rendered.contents] == ["h-who-looks-after-it"]


def test_values_are_frozen(tree):
    library = tree.library()
    with pytest.raises(FrozenInstanceError):
        library.courses = {}
    with pytest.raises(TypeError):
        library.courses["x"] = None
    with pytest.raises(ValueError, match="frozen"):
        library.courses["safe-wells"].code = "C91"


def test_questions_are_what_scoring_takes(tree):
    for question in tree.library().questions.values():
        assert check_question(question.spec) == []
        kind = question_type(question.type)
        mark = kind.mark(question.spec, kind.right_answer(question.spec))
        assert mark.right == (kind.asks and not kind.marked_by_hand)


def test_a_broken_bank_is_left_out_and_the_rest_is_served(tree):
    tree.change(BANK, "answer: false", "answer: perhaps")
    library = tree.library()
    assert (dict(library.banks), dict(library.questions)) == ({}, {})
    assert set(library.courses) == {"safe-wells"}
    assert [problem.code for problem in library.problems] == ["shape.bool_type"]


def test_a_broken_translation_costs_that_translation_alone(tree):
    tree.write(f"{COURSE}/fr/01-why-wells-fail.md", "no head")
    course = tree.library().courses["safe-wells"]
    assert course.lesson("01-why-wells-fail", "fr").language == "en"


def test_a_broken_original_costs_the_course(tree):
    tree.write(f"{COURSE}/en/01-why-wells-fail.md", "no head")
    library = tree.library()
    assert dict(library.courses) == {}
    assert [problem.code for problem in library.problems] == ["page.no-head"]


def test_a_key_is_taken_by_the_first_unless_the_later_replaces_it(tree, tmp_path):
    rubric = "assessments/rubrics/c90-p1.yaml"
    text = tree.path(rubric).read_text(encoding="utf-8").replace("Maintenance", "Other")
    own = tmp_path / "own"
    (own / "assessments" / "rubrics").mkdir(parents=True)
    file = own / rubric
    file.write_text(text, encoding="utf-8")
    library = load_library(*roots_in(tree.folder, own))
    assert library.rubrics["c90-p1"].title["en"] == "Maintenance list"
    assert [(one.path, one.line, one.code) for one in library.problems] == [(file, 1, "key.taken")]

    file.write_text("replaces: true\n" + text, encoding="utf-8")
    library = load_library(*roots_in(tree.folder, own))
    assert (library.rubrics["c90-p1"].title["en"], library.problems) == ("Other list", ())


def test_a_question_key_stands_in_one_bank_alone(tree):
    text = tree.path(BANK).read_text(encoding="utf-8")
    tree.write(
        "assessments/banks/wells-two.yaml", text.replace("key: safe-wells", "key: wells-two")
    )
    library = tree.library()
    assert set(library.banks) == {"safe-wells"}
    assert {problem.code for problem in library.problems} == {"key.taken"}
    assert len(library.problems) == len(library.questions)


def test_the_hash_of_a_course_changes_with_each_of_its_files(tree):
    before = tree.library().courses["safe-wells"].content_hash
    assert tree.library().courses["safe-wells"].content_hash == before
    tree.write(f"{COURSE}/media/pump.png", b"x")
    after = tree.library().courses["safe-wells"].content_hash
    assert len({before, after}) == 2


def test_the_hash_of_a_question_changes_with_its_words_and_not_with_their_order(tree):
    before = tree.library().questions["c90-c01"].content_hash
    tree.change(BANK, "    answer: false\n", "")
    tree.change(BANK, "    type: true_false\n", "    answer: false\n    type: true_false\n")
    assert tree.library().questions["c90-c01"].content_hash == before
    tree.change(BANK, "For want of a spare part.", "For want of spare parts.")
    assert tree.library().questions["c90-c01"].content_hash != before


def test_a_translation_of_an_older_version_is_behind(tree):
    assert not tree.library().courses["safe-wells"].is_behind("fr")
    tree.change(f"{COURSE}/course.yaml", 'of_version: "2026.1"', 'of_version: "2025.1"')
    assert tree.library().courses["safe-wells"].is_behind("fr")


def test_media_lie_in_the_media_folder_alone(tree):
    tree.write(f"{COURSE}/media/pump.png", b"x")
    course = tree.library().courses["safe-wells"]
    assert course.media("pump.png") == tree.path(f"{COURSE}/media/pump.png")
    for name in ("../course.yaml", "pump", "other.png", "..", "media/pump.png", ""):
        assert course.media(name) is None


def test_roots_come_in_order(tmp_path):
    roots = content_roots(["a"], ["b"], [tmp_path])
    assert roots.curricula[1:] == (Path("a"),)
    assert roots.assessments[1:] == (Path("b"),)
    assert (roots.curricula[0] / "glossary.yaml").is_file()


def test_a_huge_file_and_a_missing_folder_are_no_trouble(tree, tmp_path):
    tree.write(BANK, b"x" * (LARGEST_BYTES + 1))
    library = load_library([tmp_path / "nowhere", *tree.roots.curricula], tree.roots.assessments)
    assert [problem.code for problem in library.problems] == ["file.too-large"]
