"""What ships is without problems."""

import pytest

from lms.content import check, load_library, shipped_roots
from lms.content.inspection import inspect


def test_the_shipped_content_has_no_problems():
    assert [str(problem) for problem in check(shipped_roots())] == []


@pytest.mark.slow
def test_the_shipped_content_leaves_no_warning_and_accepts_two():
    found = inspect(shipped_roots())

    assert [str(one) for one in found.warnings] == []
    # A scene in which people hear letters without words.
    assert [(one.path.name, one.code) for one in found.accepted] == [
        ("01-the-words-and-the-logic.md", "acronym.unexplained"),
        ("01-the-words-and-the-logic.md", "acronym.unexplained"),
    ]


def test_the_shipped_framework_glossary_and_exercise_are_whole():
    library = load_library(*shipped_roots())
    framework = library.frameworks["partnership"]
    assert [len(domain.competencies) for domain in framework.domains] == [6, 6, 6, 6]
    for _, competency in framework.competencies():
        assert set(competency.title) == {"en", "fr", "ar"}
    assert len(library.glossary) == 223
    assert all(set(term.term) == {"en", "fr", "ar"} for term in library.glossary.values())
    template = library.templates["flood-evacuation"]
    assert (len(template.objectives), len(template.injects)) == (6, 14)
    assert set(library.rubrics) >= {"c05-p1", "c07-p1", "c11-p1"}
    assert len(library.surveys["partner-survey"].items) == 13
    assert "district-capacity" in library.methodologies
