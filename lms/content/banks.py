"""A question bank: questions of the types of `lms.scoring`, in the languages of a course."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lms.content.problems import Problem, has_errors
from lms.content.questions import AnyQuestion, Question, ScenarioSetQuestion
from lms.content.reader import Document, Where, read_document
from lms.content.shape import LanguageCode, Many, Named, shaped
from lms.content.texts import Texts
from lms.scoring import check_question

__all__ = ["AnyQuestion", "Bank", "read_bank"]


class Bank(Named):
    """The questions of a course; its key is the course's."""

    language: LanguageCode
    title: Texts
    questions: Annotated[Many[Question], Field(min_length=1)]

    def with_places(self) -> Iterator[tuple[Where, AnyQuestion]]:
        """Yield every question with its place in the file; after a scenario set, its questions."""
        for at, question in enumerate(self.questions):
            yield ("questions", at), question
            if isinstance(question, ScenarioSetQuestion):
                for number, child in enumerate(question.questions):
                    yield ("questions", at, "questions", number), child


def read_bank(path: Path) -> tuple[Bank | None, Document, list[Problem]]:
    """Read a bank: the bank or None, its document, and all problems, those of marking too.

    A question key is used once in a bank, by a question of a scenario set as by any other.
    """
    document = read_document(path)
    bank, faults = shaped(Bank, document, lambda made: made.language)
    problems = [*document.problems, *faults]
    if bank is None:
        return None, document, problems
    seen: set[str] = set()
    for where, question in bank.with_places():
        if question.key in seen:
            message = f"{question.key}: two questions have this key; keys are used once"
            problems.append(document.problem((*where, "key"), "key.twice", message))
        seen.add(question.key)
    for at, question in enumerate(bank.questions):
        problems += [
            document.problem(
                ("questions", at, *found.where), found.code, f"{question.key}: {found.message}"
            )
            for found in check_question(question.spec)
        ]
    return (None if has_errors(problems) else bank), document, problems
