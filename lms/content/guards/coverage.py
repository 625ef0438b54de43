"""Whether a course asks for what it says it builds: questions and draws by competency and level."""

from collections.abc import Iterator

from lms.content.assessments import Assessment, Draw
from lms.content.banks import AnyQuestion, Bank
from lms.content.courses import Course
from lms.content.frameworks import LEVELS
from lms.content.guards.codes import warning
from lms.content.library import Library
from lms.content.problems import Problem
from lms.content.reader import Document
from lms.scoring.scenarios import by_type_alone

#: A competency with fewer questions is tested by luck.
FEWEST_QUESTIONS = 3
#: So many of them ask for the level that the course declares, or for a higher one.
FEWEST_AT_LEVEL = 2
#: Questions to draw from, for each that is drawn: people who try again meet others.
POOL = 2


def course_coverage(course: Course, document: Document, bank: Bank | None) -> Iterator[Problem]:
    """Warn of competencies that a course declares and its bank hardly asks for."""
    if bank is None:
        return
    asked = list(_asked(bank))
    for at, declared in enumerate(course.competencies):
        line = document.line(("competencies", at))
        own = [question for question in asked if question.competency == declared.key]
        rank = LEVELS.index(declared.level)
        high = [question for question in own if LEVELS.index(question.level) >= rank]
        if len(own) < FEWEST_QUESTIONS:
            found = (
                f"{declared.key}: {_questions(len(own))} in the bank; "
                f"{FEWEST_QUESTIONS} or more are expected"
            )
            yield warning(document.path, line, "coverage.few-questions", found)
        elif len(high) < FEWEST_AT_LEVEL:
            found = (
                f"{declared.key}: {_questions(len(high))} at {declared.level} or above; "
                f"{FEWEST_AT_LEVEL} or more are expected"
            )
            yield warning(document.path, line, "coverage.level", found)


def undeclared_competencies(course: Course, document: Document, bank: Bank) -> Iterator[Problem]:
    """Warn of questions about a competency that the course does not declare.

    Args:
        document: that of the bank.
    """
    declared = {one.key for one in course.competencies}
    for where, question in bank.with_places():
        if question.competency not in declared:
            line = document.line((*where, "competency"))
            found = f"{question.key}: the course does not declare {question.competency}"
            yield warning(document.path, line, "coverage.undeclared", found)


def draws(assessment: Assessment, document: Document, library: Library) -> Iterator[Problem]:
    """Warn of an assessment that leaves a declared competency out, or draws from too few questions.

    A draw without a competency may bring any. The first is asked of the course's own quiz alone,
    the second of what may be sat again: the next attempt brings other questions.
    """
    course = library.courses.get(assessment.course or "")
    if course is None:
        return
    drawn = {draw.competency for draw in assessment.draws}
    if course.assessment == assessment.key and None not in drawn:
        for declared in course.competencies:
            if declared.key not in drawn:
                found = f"draws: none is for {declared.key}, which the course declares"
                line = document.line(("draws",))
                yield warning(document.path, line, "coverage.not-drawn", found)
    for at, draw in enumerate(assessment.draws if assessment.attempts_allowed != 1 else ()):
        bank = library.banks.get(draw.bank)
        pool = len(pool_of(draw, bank)) if bank else 0
        if bank and draw.count > 1 and pool < POOL * draw.count:
            found = (
                f"draws.{at}: {draw.count} are drawn of {pool} questions; "
                f"{POOL * draw.count} or more are expected"
            )
            line = document.line(("draws", at))
            yield warning(document.path, line, "coverage.small-pool", found)


def pool_of(draw: Draw, bank: Bank) -> list[AnyQuestion]:
    """Return the questions of a bank that a draw may bring, before others have taken from them."""
    return [
        question
        for question in bank.questions
        if question.use == "assessment"
        and draw.competency in (None, question.competency)
        and draw.level in (None, question.level)
        and (draw.tag is None or draw.tag in (question.tags or ()))
        and (draw.type == question.spec["type"] if draw.type else not by_type_alone(question.spec))
    ]


def _asked(bank: Bank) -> Iterator[AnyQuestion]:
    """Questions of assessments; for a scenario set those within it."""
    for _where, question in bank.with_places():
        if question.use == "assessment" and question.spec["type"] != "scenario_set":
            yield question


def _questions(number: int) -> str:
    return "1 question" if number == 1 else f"{number} questions"
