"""What to do about a fault, by its code, where the message does not say it already."""

from collections.abc import Iterable
from dataclasses import replace

from lms.content.problems import Problem

REMEDIES = {
    "assessment.bank-too-small": "write more questions, or ask for fewer",
    "assessment.bank-unknown": "write the key of a bank",
    "assessment.course-unknown": "write the key of a course",
    "assessment.pair-roles": "give role: baseline to the one that is sat first",
    "assessment.pair-unknown": "write the key of another assessment",
    "bank.check-type": "choose another type, or write use: assessment",
    "bank.course-unknown": "give the bank the key of its course",
    "bank.half-translated": "translate it as well",
    "bank.image-unknown": "put the image there, or correct its name",
    "bank.lesson-unknown": "write one of the lessons in course.yaml",
    "bank.not-translated": "translate it, or take the language out of the course's translations",
    "bank.source-unknown": "add it to sources in course.yaml",
    "competency.unknown": "write a key of a framework, such as gov-01",
    "course.assessment-of-another": "name the course's own",
    "course.assessment-unknown": "write that file, or correct the key",
    "course.check-unused": "show it in its lesson, or take it out of the bank",
    "course.language-not-named": "name it there, or take the folder out",
    "course.lesson-not-listed": "list it under lessons, or take the file out",
    "course.no-file": "write course.yaml, or take the folder out",
    "course.no-lesson": "write it, or take it out of lessons or translations",
    "course.rubric-unknown": "write that file, or correct the key",
    "lesson.check-unknown": "write the question with use: check, or correct the key",
    "lesson.no-image": "put the image there, or correct its name",
    "lesson.source-unknown": "add it to sources in course.yaml",
    "lesson.term-unknown": "add it to glossary.yaml, or correct the key",
    "rubric.course-unknown": "write the key of a course",
    "survey.no-scale": "write kind: scale5, or take the competencies out",
    "survey.twice": "write each competency once",
    "yaml.syntax": "check indentation, and put texts with a colon, a hash or a quote in quotes",
}


def with_remedies(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems, each with the remedy of its code where it has none of its own."""
    return [
        replace(problem, remedy=problem.remedy or REMEDIES.get(problem.code, ""))
        for problem in problems
    ]
