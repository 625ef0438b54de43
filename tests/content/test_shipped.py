"""What ships is without problems."""

from collections import Counter

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


def test_the_fourteen_partnership_indicators_are_in_three_languages():
    found = load_library(*shipped_roots()).indicators["partnership"]

    assert [one.code for one in found.indicators] == [f"PI-{at:02}" for at in range(1, 15)]
    assert all(
        set(text) == {"en", "fr", "ar"}
        for one in found.indicators
        for text in (one.title, one.definition, one.remarks, *(m.title for m in one.measures))
    )


def test_there_are_sixteen_courses_of_ninety_two_lessons_with_a_bank_each():
    library = load_library(*shipped_roots())

    assert [one.code for one in sorted(library.courses.values(), key=lambda one: one.code)] == [
        f"C{at:02}" for at in range(1, 17)
    ]
    assert sum(len(one.lessons) for one in library.courses.values()) == 92
    for key, course in library.courses.items():
        asked = [one for one in library.banks[key].questions if one.use == "assessment"]
        assert len(asked) >= 18, key
        assert course.assessment == key
        assert course.rubric in library.rubrics
        assert course.scenario
        assert course.practical_task


def test_every_domain_has_situational_judgement_a_baseline_and_an_end():
    library = load_library(*shipped_roots())
    judged = Counter(
        one.competency.split("-")[0]
        for one in library.questions.values()
        if one.type == "situational_judgement"
    )

    for domain in ("gov", "sec", "cri", "coo"):
        assert judged[domain] >= 6
        for role in ("baseline", "end"):
            found = library.assessments[f"{domain}-{role}"]
            assert found.domain == domain
            assert sum(found.blueprint.values()) == found.questions_drawn == 24


def test_survey_items_are_linked_with_the_competencies_that_the_curriculum_names():
    """Its section 1.1, at the end of each competency: S with the items; of COO-06 all of them."""
    library = load_library(*shipped_roots())
    found = {
        key: [item.key for _survey, item in items] for key, items in library.surveyed().items()
    }
    last = found.pop("coo-06")

    assert found == {
        "gov-01": ["sv-20"],
        "gov-02": ["sv-18"],
        "gov-04": ["sv-19"],
        "sec-01": ["sv-14"],
        "sec-06": ["sv-21"],
        "coo-02": ["sv-15"],
    }
    assert sorted(last) == [f"sv-{number:02}" for number in range(1, 23)]
