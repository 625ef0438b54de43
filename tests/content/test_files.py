"""Each format: one fault put into a right file is reported with its file, its line and its code."""

import pytest

COURSE = "curricula/safe-wells/course.yaml"
LESSON = "curricula/safe-wells/en/01-why-wells-fail.md"
FRENCH = "curricula/safe-wells/fr/01-why-wells-fail.md"
GLOSSARY = "curricula/glossary.yaml"
PATHS = "curricula/paths.yaml"
BANK = "assessments/banks/safe-wells.yaml"
ASSESSMENT = "assessments/assessments/safe-wells.yaml"
OF_DOMAIN = "assessments/assessments/gov-before.yaml"
FRAMEWORK = "assessments/frameworks/wells.yaml"
RUBRIC = "assessments/rubrics/c90-p1.yaml"
TEMPLATE = "assessments/exercises/pump-failure.yaml"
SURVEY = "assessments/surveys/well-users.yaml"
INDICATORS = "assessments/indicators/wells.yaml"
METHODOLOGY = "assessments/methodology/wells.yaml"

#: File, what stands there, what is put in its place on the same line, the code.
SHAPES = [
    (COURSE, "hours: 2", "hours: two", "shape.int_type"),
    (COURSE, "hours: 2", "hours: 2.5", "shape.int_type"),
    (COURSE, 'version: "2026.1"', "version: 2026.1", "shape.string_type"),
    (COURSE, "domain: gov", "domain: law", "shape.literal_error"),
    (COURSE, "key: safe-wells", "key: Safe_Wells", "shape.string_pattern_mismatch"),
    (COURSE, "key: safe-wells", "key: other", "course.key-not-folder"),
    (COURSE, "code: C90", "cod: C90", "shape.extra_forbidden"),
    (COURSE, "title: {en: Safe wells,", "title: {de: Brunnen,", "texts.no-original"),
    (COURSE, "title: {en: Safe wells,", "title: {EN: Safe wells,", "shape.language"),
    (COURSE, "title: {en: Safe wells,", 'title: {en: " ",', "shape.blank"),
    (COURSE, "title: {en: Safe wells,", "title: [Safe wells,", "yaml.syntax"),
    (COURSE, "[01-why-wells-fail] ", "[01-why-wells-fail, 01-why-wells-fail]", "key.twice"),
    (COURSE, "[01-why-wells-fail] ", "[01-why-wells-fail, 02-no]", "course.no-lesson"),
    (LESSON, "minutes: 15", "minutes: 0", "shape.greater_than_equal"),
    (LESSON, "title: Why", "titel: Why", "shape.extra_forbidden"),
    (GLOSSARY, "meaning: {en: place", "meaning: {fr: place", "texts.no-original"),
    (PATHS, "{course: safe-wells}", "{curse: safe-wells}", "shape.missing"),
    (PATHS, "{course: safe-wells}", "{course: safe-wells, needs: [other]}", "path.needs-later"),
    (BANK, "type: true_false", "type: truefalse", "shape.union_tag_invalid"),
    (BANK, "answer: false", "answer: no", "shape.bool_type"),
    (BANK, 'value: "6"', "value: 6", "shape.string_type"),
    (BANK, 'value: "6"', 'value: "six"', "question.bad-value"),
    (BANK, "difficulty: 1", "difficulty: 4", "shape.less_than_equal"),
    (BANK, "key: c90-q02", "key: c90-q01", "key.twice"),
    (ASSESSMENT, 'pass_mark: "80"', "pass_mark: 80", "shape.decimal_text"),
    (ASSESSMENT, 'pass_mark: "80"', 'pass_mark: "180"', "shape.less_than_equal"),
    (ASSESSMENT, "grading: best", "grading: worst", "shape.literal_error"),
    (ASSESSMENT, "key: safe-wells", "key: unsafe-wells", "file.key-not-name"),
    (ASSESSMENT, "course: safe-wells", "domain: gov", "assessment.domain-role"),
    (
        OF_DOMAIN,
        "count: 2, competency: wells-01, level: awareness",
        "count: 2",
        "assessment.blueprint",
    ),
    (FRAMEWORK, "{key: lead, value: 3,", "{key: lead, value: 4,", "framework.level-order"),
    (FRAMEWORK, "lead: {en: Plans", "leader: {en: Plans", "shape.literal_error"),
    (FRAMEWORK, "full_from: 2027-01-01", "full_from: 1 January 2027", "shape.date_text"),
    (FRAMEWORK, "full_from: 2027-01-01", "full_from: 2027-02-30", "shape.date_text"),
    (
        FRAMEWORK,
        "full_from: 2027-01-01, transition_months: 12",
        "full_from: 2027-01-01",
        "shape.missing",
    ),
    (FRAMEWORK, "transition_months: 12", "transition_months: 1.5", "shape.int_type"),
    (FRAMEWORK, "transition_months: 12", "transition_months: -1", "shape.greater_than_equal"),
    (FRAMEWORK, "transition_months: 12", "transition_months: 37", "shape.less_than_equal"),
    (FRAMEWORK, "transition_months: 12", "transition_days: 12", "shape.extra_forbidden"),
    (RUBRIC, "not-yet:", "notyet:", "shape.literal_error"),
    (TEMPLATE, "offset_minutes: 0", "offset_minutes: 61", "exercise.inject-after-end"),
    (TEMPLATE, "channel: phone", "channel: pigeon", "shape.literal_error"),
    (TEMPLATE, "from: {en: Caretaker}", "from: {fr: Gardien}", "texts.no-original"),
    (INDICATORS, "key: wi-01b", "key: wi-01a", "key.twice"),
    (INDICATORS, "is: at_least", "is: at_last", "shape.literal_error"),
    (INDICATORS, "statistic: agree", "statistic: share", "indicator.share"),
    (SURVEY, "key: wu-02", "key: wu-01", "key.twice"),
    (SURVEY, "anonymous: true", "anonymous: maybe", "shape.bool_type"),
    (SURVEY, "{key: wu-02,", "{key: wu-02, competencies: [wells-01],", "survey.no-scale"),
    (SURVEY, "[wells-01]", "[wells-01, wells-01]", "survey.twice"),
]

#: The same, where the fault lies between two files.
REFERENCES = [
    (COURSE, "key: wells-01", "key: wells-02", "competency.unknown"),
    (OF_DOMAIN, "competency: wells-01", "competency: wells-02", "competency.unknown"),
    (COURSE, "assessment: safe-wells  ", "assessment: other  ", "course.assessment-unknown"),
    (PATHS, "{course: safe-wells}", "{course: unsafe-wells}", "path.course-unknown"),
    (COURSE, "rubric: c90-p1", "rubric: c91-p1", "course.rubric-unknown"),
    (COURSE, "en: Write a maintenance", "en: Write <b>a</b> maintenance", "markdown.html"),
    (LESSON, "key_terms: [water-point]", "key_terms: [fire-point]", "lesson.term-unknown"),
    (LESSON, "sources: [WASH-12]", "sources: [WASH-12, WASH-13]", "lesson.source-unknown"),
    (LESSON, "spare part, not for want", "[WASH-14 p. 3]", "lesson.source-unknown"),
    (LESSON, "c90-c01", "c90-c02", "lesson.check-unknown"),
    (LESSON, "c90-c01", "c90-q01", "lesson.check-use"),
    (
        LESSON,
        "[The water office](https:",
        "![A pump](media/pump.png) [x](https:",
        "lesson.no-image",
    ),
    (BANK, "competency: wells-01", "competency: wells-09", "competency.unknown"),
    (BANK, "lesson: 01-why-wells-fail", "lesson: 09-other", "bank.lesson-unknown"),
    (BANK, "source: WASH-12", "source: WASH-99", "bank.source-unknown"),
    (BANK, "{en: Wears, fr: S'use}", "{en: Wears}", "bank.half-translated"),
    (ASSESSMENT, "course: safe-wells", "course: other", "assessment.course-unknown"),
    (ASSESSMENT, "{bank: safe-wells, count: 2}", "{bank: no, count: 2}", "assessment.bank-unknown"),
    (
        ASSESSMENT,
        "{bank: safe-wells, count: 2}",
        "{bank: safe-wells, count: 40}",
        "assessment.bank-too-small",
    ),
    (INDICATORS, "survey_items: [wu-01]", "survey_items: [wu-09]", "indicator.item-unknown"),
    (INDICATORS, "survey: well-users", "survey: well-owners", "indicator.survey-unknown"),
    (SURVEY, "competencies: [wells-01]", "competencies: [wells-09]", "competency.unknown"),
    (RUBRIC, "course: safe-wells", "course: other", "rubric.course-unknown"),
    (TEMPLATE, "competencies: [wells-01]", "competencies: [wells-09]", "competency.unknown"),
]


@pytest.mark.parametrize("case", SHAPES, ids=lambda case: f"{case[3]}-{case[2]}")
def test_a_fault_within_a_file(tree, case):
    name, line = tree.change(*case[:3])
    assert (name, line, case[3]) in tree.found()


@pytest.mark.parametrize("case", REFERENCES, ids=lambda case: f"{case[3]}-{case[2]}")
def test_a_fault_between_files(tree, case):
    name, line = tree.change(*case[:3])
    assert (name, line, case[3]) in tree.found()


def test_two_right_options_are_a_problem_of_the_question(tree):
    name, _ = tree.change(BANK, "      - key: b\n", "      - key: b\n        correct: true\n")
    found = [entry for entry in tree.found() if entry[0] == name]
    assert found
    assert all(code.startswith("question.") for _, _, code in found)
    assert "safe-wells" not in tree.library().banks


def test_no_right_option_is_a_problem_of_the_question(tree):
    name, line = tree.change(BANK, "{key: a, text: {en: The part,", "{key: a, text: {en: x,")
    tree.change(BANK, "La pièce}, correct: true}", "La pièce}}")
    tree.change(BANK, "La date}, correct: true}", "La date}}")
    assert any(
        entry[0] == name and entry[2].startswith("question.") and abs(entry[1] - line) <= 1
        for entry in tree.found()
    )


def test_a_missing_field_is_reported_where_its_part_begins(tree):
    tree.change(
        BANK, "    explanation: {en: The caretaker holds the key., fr: Le gardien a la clé.}\n", ""
    )
    problems = [found for found in tree.problems() if found.code == "shape.missing"]
    text = tree.path(BANK).read_text(encoding="utf-8")
    assert [problem.line for problem in problems] == [
        text.split("\n").index("  - key: c90-q01") + 1
    ]
    assert "explanation: is missing" in str(problems[0])


def test_a_completion_that_asks_for_an_assessment_needs_one(tree):
    tree.change(COURSE, "assessment: safe-wells  ", "#")
    assert (COURSE, 19, "course.no-assessment") in tree.found()


def test_every_fault_of_a_file_is_reported_at_once(tree):
    lines = {
        tree.change(COURSE, *pair)[1]
        for pair in (
            ("hours: 2", "hours: x"),
            ("domain: gov", "domain: x"),
            ('year: "2012"', "year: 2012"),
        )
    }
    assert lines <= {line for name, line, _ in tree.found() if name == COURSE}


def test_a_course_without_its_file_is_a_problem(tree):
    tree.path(COURSE).unlink()
    assert ("curricula/safe-wells", 1, "course.no-file") in tree.found()


def test_a_translation_that_lacks_a_check_is_a_problem(tree):
    tree.change(FRENCH, "```check\nc90-c01\n```\n", "")
    assert (FRENCH, 8, "lesson.checks-differ") in tree.found()


def test_what_nobody_lists_is_a_problem(tree):
    tree.write("curricula/safe-wells/ar/01-why-wells-fail.md", "x")
    tree.write("curricula/safe-wells/en/02-more.md", "x")
    found = {(name, code) for name, _, code in tree.found()}
    assert (COURSE, "course.language-not-named") in found
    assert ("curricula/safe-wells/en/02-more.md", "course.lesson-not-listed") in found


def test_media_are_small_pictures_without_script(tree):
    media = "curricula/safe-wells/media"
    tree.write(f"{media}/a.svg", '<svg><a onclick = "x()"/></svg>')
    tree.write(f"{media}/b.svg", "<svg><path/></svg>")
    tree.write(f"{media}/c.png", b"0" * (256 * 1024 + 1))
    tree.write(f"{media}/d.exe", "x")
    assert tree.found() == [
        (f"{media}/a.svg", 1, "media.active"),
        (f"{media}/c.png", 1, "media.too-large"),
        (f"{media}/d.exe", 1, "media.kind"),
    ]


def test_a_faulty_methodology_has_its_line(tree):
    name, line = tree.change(METHODOLOGY, "statistic: mean", "statistic: guess")
    assert (name, line) in [entry[:2] for entry in tree.found()]
    assert "wells" not in tree.library().methodologies


def test_a_day_that_is_none_says_what_is_expected(tree):
    tree.change(FRAMEWORK, "full_from: 2027-01-01", "full_from: soon")

    (problem,) = [one for one in tree.problems() if one.code == "shape.date_text"]
    assert "rule.full_from: expected a day such as 2027-01-01" in problem.message


def test_the_survey_items_that_are_linked_with_a_competency_are_found_by_it(tree):
    found = tree.library().surveyed()

    assert [(survey.key, item.key) for survey, item in found["wells-01"]] == [
        ("well-users", "wu-01")
    ]
