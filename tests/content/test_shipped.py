"""What ships is without problems."""

from lms.content import check, load_library, shipped_roots


def test_the_shipped_content_has_no_problems():
    assert [str(problem) for problem in check(shipped_roots())] == []


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
