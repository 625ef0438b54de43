"""What is translated, missing, stale and reviewed."""

import pytest

from lms.content.library import library_of, read_roots
from lms.content.translation_status import translation_status

COURSE = "curricula/safe-wells/course.yaml"
FRENCH = "curricula/safe-wells/fr/01-why-wells-fail.md"
BANK = "assessments/banks/safe-wells.yaml"
SURVEY = "assessments/surveys/well-users.yaml"
FIGURES = "curricula/safe-wells/figures.yaml"
REVIEW = "machine-drafted, awaiting a native reviewer"


def status(tree, kind, key, language="fr"):
    reading = read_roots(*tree.roots)
    (found,) = [
        one
        for one in translation_status(reading, library_of(reading), ("en", "fr", "ar"))
        if (one.kind, one.key, one.language) == (kind, key, language)
    ]
    return found


@pytest.fixture(autouse=True)
def without_figures(tree):
    """Figures have a test of their own; what the guide shows of them may change."""
    tree.path(FIGURES).unlink()


def places(tree, found):
    return [
        (one.path.relative_to(tree.folder).as_posix(), one.line, one.place) for one in found.missing
    ]


def test_every_kind_is_told_in_every_language_but_its_own(tree):
    reading = read_roots(*tree.roots)
    found = translation_status(reading, library_of(reading), ("en", "fr", "ar"))

    assert {one.kind for one in found} == {
        "course", "bank", "assessment", "rubric", "exercise", "survey", "framework", "glossary",
    }  # fmt: skip
    assert {one.language for one in found} == {"fr", "ar"}
    assert len(found) == 2 * len({(one.kind, one.key) for one in found})


def test_a_course_in_french_is_complete_and_not_reviewed(tree):
    found = status(tree, "course", "safe-wells")

    # Title, summary, audience, an objective, the practical task; the lesson.
    assert (found.texts, found.translated, found.missing) == (6, 6, ())
    assert (found.review, found.is_reviewed, found.state) == (REVIEW, False, "not reviewed")


def test_what_is_missing_is_named_with_file_and_line(tree):
    line = tree.change(
        COURSE, "title: {en: Safe wells, fr: Des puits sûrs}", "title: {en: Safe wells}"
    )[1]
    tree.path(FRENCH).unlink()

    found = status(tree, "course", "safe-wells")

    assert (found.translated, found.state) == (4, "partly missing")
    assert places(tree, found) == [
        (COURSE, line, "title"),
        ("curricula/safe-wells/en/01-why-wells-fail.md", 1, "the lesson 01-why-wells-fail"),
    ]


def test_a_language_without_a_text_is_missing(tree):
    found = status(tree, "course", "safe-wells", "ar")

    assert (found.translated, found.texts, found.state, found.review) == (0, 6, "missing", None)


def test_a_translation_of_another_version_is_stale_and_so_is_the_bank(tree):
    tree.change(COURSE, 'version: "2026.1"', 'version: "2026.2"')

    for kind, key in (("course", "safe-wells"), ("bank", "safe-wells")):
        found = status(tree, kind, key)
        assert found.is_stale
        assert found.state == "stale"
        assert (found.of_version, found.version) == ("2026.1", "2026.2")


def test_a_course_is_reviewed_when_the_course_and_every_lesson_are(tree):
    tree.change(COURSE, f'"{REVIEW}"', '"reviewed by N. K., May 2026"')
    assert status(tree, "course", "safe-wells").state == "not reviewed"
    # The bank is as reviewed as its course says.
    assert status(tree, "bank", "safe-wells").state == "ready"

    tree.change(FRENCH, REVIEW, "Reviewed by N. K., May 2026")
    assert status(tree, "course", "safe-wells").state == "ready"


def test_accepted_words_are_texts_as_well(tree):
    before = status(tree, "bank", "safe-wells")
    line = tree.change(
        BANK,
        "accepted: {en: [caretaker, the caretaker], fr: [gardien, gardienne]}",
        "accepted: {en: [caretaker]}",
    )[1]

    found = status(tree, "bank", "safe-wells")

    assert found.texts == before.texts
    assert places(tree, found) == [(BANK, line, "questions.4.accepted")]


def test_a_survey_says_itself_what_it_was_made_of(tree):
    found = status(tree, "survey", "well-users")
    assert (found.texts, found.translated, found.state, found.of_version) == (4, 0, "missing", None)

    tree.change(
        SURVEY,
        "title: {en: Well users}",
        "title: {en: Well users, fr: Usagers}\n"
        'translations: {fr: {review: reviewed by N. K., of_version: "2025.4"}}',
    )
    found = status(tree, "survey", "well-users")
    assert (found.translated, found.is_stale, found.is_reviewed) == (1, True, True)


def test_labels_of_figures_are_texts_of_the_course(tree):
    figures = """\
figures:
  - file: seal.svg
    title: {fr: Un joint}
    description: {fr: Un anneau}
    labels:
      ring: {fr: anneau, ar: حلقة}
"""
    tree.write(FIGURES, figures)

    assert status(tree, "course", "safe-wells").texts == 9
    missing = places(tree, status(tree, "course", "safe-wells", "ar"))
    assert [one for one in missing if one[0] == FIGURES] == [
        (FIGURES, 3, "figures.0.title"),
        (FIGURES, 4, "figures.0.description"),
    ]
