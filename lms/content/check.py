"""Everything at once: what the files say of themselves and of one another."""

from collections.abc import Iterator, Mapping
from typing import Any

from lms.content.assessments import Assessment
from lms.content.banks import AnyQuestion, Bank
from lms.content.course_check import course_problems
from lms.content.courses import Course
from lms.content.exercise_templates import ExerciseTemplate
from lms.content.indicators import PartnershipIndicators, item_problems
from lms.content.library import Library, Reading, library_of, read_roots
from lms.content.paths import unknown_courses
from lms.content.problems import Problem
from lms.content.reader import Document, Where
from lms.content.remedies import with_remedies
from lms.content.rubrics import Rubric
from lms.content.shape import texts_of
from lms.content.sources import Roots
from lms.content.surveys import Survey
from lms.errors import Refused
from lms.scoring import draw_questions

#: Types that can be answered in passing, inside a lesson.
CHECK_TYPES = frozenset(
    {
        "single_choice",
        "multiple_choice",
        "true_false",
        "numeric",
        "short_text",
        "matching",
        "ordering",
        "cloze",
        "situational_judgement",
    }
)


def check(roots: Roots) -> list[Problem]:
    """Return every problem of all files, sorted by file and line, each once."""
    reading = read_roots(roots.curricula, roots.assessments)
    return faults_of(reading, library_of(reading))


def faults_of(reading: Reading, library: Library) -> list[Problem]:
    """Return every problem of what was read, sorted by file and line, each once."""
    found = set(library.problems)
    for key, course in library.courses.items():
        found.update(course_problems(course, reading.documents["courses", key], library))
    for kind, values, problems_of in (
        ("banks", library.banks, _bank_problems),
        ("assessments", library.assessments, _assessment_problems),
        ("exercises", library.templates, _template_problems),
        ("rubrics", library.rubrics, _rubric_problems),
        ("indicators", library.indicators, _indicator_problems),
        ("surveys", library.surveys, _survey_problems),
    ):
        found.update(_each(kind, values, problems_of, reading, library))
    found.update(unknown_courses(library.paths, reading.path_places, library.courses))
    return sorted(with_remedies(found))


def _each(
    kind: str, values: Mapping[str, Any], problems_of: Any, reading: Reading, library: Library
) -> Iterator[Problem]:
    for key, value in values.items():
        yield from problems_of(value, reading.documents[kind, key], library)


def _bank_problems(bank: Bank, document: Document, library: Library) -> Iterator[Problem]:
    course = library.courses.get(bank.key)
    if course is None:
        message = f"key: {bank.key}: there is no such course"
        yield document.problem(("key",), "bank.course-unknown", message)
    for where, question in bank.with_places():
        if question.competency not in library.competencies:
            message = f"{question.key}: no framework has the competency {question.competency}"
            yield document.problem((*where, "competency"), "competency.unknown", message)
        if question.use == "check" and question.spec["type"] not in CHECK_TYPES:
            message = (
                f"{question.key}: a {question.spec['type']} question cannot be a check in a lesson"
            )
            yield document.problem((*where, "type"), "bank.check-type", message)
        if course is None:
            continue
        if question.lesson not in course.lessons:
            message = f"{question.key}: the course has no lesson {question.lesson}"
            yield document.problem((*where, "lesson"), "bank.lesson-unknown", message)
        if question.source is not None and question.source not in course.sources:
            message = f"{question.key}: course.yaml has no source {question.source}"
            yield document.problem((*where, "source"), "bank.source-unknown", message)
        yield from _image_problems(question, where, document, course)
        if len(where) == 2:
            # The texts of a set's questions are among its own.
            yield from _translation_problems(question, where, document, course.languages)


def _image_problems(
    question: AnyQuestion, where: Where, document: Document, course: Course
) -> Iterator[Problem]:
    pictures = [((*where, "image"), getattr(question, "image", None))]
    for at, option in enumerate(getattr(question, "options", ())):
        pictures.append(((*where, "options", at, "image"), getattr(option, "image", None)))
    for place, picture in pictures:
        if picture is not None and course.media(picture.file) is None:
            message = f"{question.key}: media/ of the course has no image {picture.file}"
            yield document.problem((*place, "file"), "bank.image-unknown", message)


def _translation_problems(
    question: AnyQuestion, where: Where, document: Document, languages: tuple[str, ...]
) -> Iterator[Problem]:
    """A question is shown in one language: half of it in another is worse than none."""
    texts = list(texts_of(question))
    for language in languages:
        lacking = [place for place, text in texts if language not in text]
        if not lacking:
            continue
        if len(lacking) == len(texts):
            message = f"{question.key}: not translated; the course is there in {language}"
            yield document.problem(where, "bank.not-translated", message, "warning")
            continue
        for place in lacking:
            dotted = ".".join(str(part) for part in place)
            message = f"{question.key}: {dotted} is lacking in {language}, other parts are not"
            yield document.problem((*where, *place), "bank.half-translated", message)


def _assessment_problems(
    assessment: Assessment, document: Document, library: Library
) -> Iterator[Problem]:
    if assessment.course is not None and assessment.course not in library.courses:
        message = f"course: there is no course {assessment.course}"
        yield document.problem(("course",), "assessment.course-unknown", message)
    for at, draw in enumerate(assessment.draws):
        if draw.competency is not None and draw.competency not in library.competencies:
            message = f"draws.{at}: no framework has the competency {draw.competency}"
            yield document.problem(("draws", at, "competency"), "competency.unknown", message)
    yield from _pair_problems(assessment, document, library)
    unknown = [at for at, draw in enumerate(assessment.draws) if draw.bank not in library.banks]
    for at in unknown:
        message = f"draws.{at}.bank: there is no bank {assessment.draws[at].bank}"
        yield document.problem(("draws", at, "bank"), "assessment.bank-unknown", message)
    if unknown:
        return
    banks = {
        draw.bank: [question.spec for question in library.banks[draw.bank].questions]
        for draw in assessment.draws
    }
    rules: list[dict[str, Any]] = []
    for at, draw in enumerate(assessment.draws):
        try:
            draw_questions(banks, [*rules, draw.rule], seed=0, shuffle=False)
        except Refused as refused:
            available = refused.values["available"]
            message = f"draws.{at}: asks for {draw.count} questions, and {available} are left"
            yield document.problem(("draws", at), "assessment.bank-too-small", message)
        else:
            rules.append(draw.rule)


def _pair_problems(
    assessment: Assessment, document: Document, library: Library
) -> Iterator[Problem]:
    """A gain needs two assessments, and to know which of them comes first."""
    if assessment.paired_with is None:
        return
    other = library.assessments.get(assessment.paired_with)
    if other is None or other.key == assessment.key:
        message = f"paired_with: there is no other assessment {assessment.paired_with}"
        yield document.problem(("paired_with",), "assessment.pair-unknown", message)
    elif (assessment.role == "baseline") == (other.role == "baseline"):
        message = f"paired_with: one of {assessment.key} and {other.key} has role: baseline"
        yield document.problem(("paired_with",), "assessment.pair-roles", message)


def _template_problems(
    template: ExerciseTemplate, document: Document, library: Library
) -> Iterator[Problem]:
    for at, objective in enumerate(template.objectives):
        for number, key in enumerate(objective.competencies):
            if key not in library.competencies:
                where = ("objectives", at, "competencies", number)
                message = f"{objective.key}: no framework has the competency {key}"
                yield document.problem(where, "competency.unknown", message)


def _indicator_problems(
    found: PartnershipIndicators, document: Document, library: Library
) -> Iterator[Problem]:
    surveys = {key: {item.key for item in one.items} for key, one in library.surveys.items()}
    yield from item_problems(found, document, surveys)


def _rubric_problems(rubric: Rubric, document: Document, library: Library) -> Iterator[Problem]:
    if rubric.course not in library.courses:
        message = f"course: there is no course {rubric.course}"
        yield document.problem(("course",), "rubric.course-unknown", message)


def _survey_problems(survey: Survey, document: Document, library: Library) -> Iterator[Problem]:
    for at, item in enumerate(survey.items):
        for number, key in enumerate(item.competencies):
            if key not in library.competencies:
                where = ("items", at, "competencies", number)
                message = f"{item.key}: no framework has the competency {key}"
                yield document.problem(where, "competency.unknown", message)
