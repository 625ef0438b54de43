"""A question bank: questions of the types of `lms.scoring`, in the languages of a course."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from lms.content.courses import Level
from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.shape import (
    Key,
    LanguageCode,
    Line,
    Many,
    Model,
    Named,
    SourceKey,
    digest,
    plain,
    shaped,
)
from lms.content.texts import Texts
from lms.scoring import check_question

#: A number in quotes, so that it stays as it was written.
NumberText = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class AnyQuestion(Model):
    """What every question has. `use` says whether it is drawn or stands in a lesson as a check."""

    key: Key
    use: Literal["assessment", "check"]
    competency: Key
    level: Level
    #: 1 easy, 2 medium, 3 hard.
    difficulty: Annotated[int, Field(ge=1, le=3)]
    lesson: Key
    source: SourceKey | None = None
    text: Texts
    explanation: Texts

    @property
    def spec(self) -> dict[str, Any]:
        """The question as `lms.scoring` takes it and as an attempt keeps it: fit for JSON."""
        return plain(self)

    @property
    def content_hash(self) -> str:
        """SHA-256 over the question, whatever the order in which its fields were written."""
        written = json.dumps(self.spec, sort_keys=True, ensure_ascii=False)
        return digest(written.encode())


class Option(Model):
    """One of the options of a choice."""

    key: Line
    text: Texts
    correct: bool = False
    explanation: Texts | None = None


class SingleChoiceQuestion(AnyQuestion):
    """One option is right."""

    type: Literal["single_choice"]
    options: Many[Option]


class MultipleChoiceQuestion(AnyQuestion):
    """One option or more are right."""

    type: Literal["multiple_choice"]
    options: Many[Option]


class TrueFalseQuestion(AnyQuestion):
    """A statement that holds or does not."""

    type: Literal["true_false"]
    answer: bool


class NumericQuestion(AnyQuestion):
    """A number, right within a tolerance in the same unit."""

    type: Literal["numeric"]
    value: NumberText
    tolerance: NumberText = "0"
    unit: Texts | None = None


class ShortTextQuestion(AnyQuestion):
    """A word or short phrase: accepted variants by language."""

    type: Literal["short_text"]
    accepted: dict[LanguageCode, Many[Line]]


class Pair(Model):
    """A left side and the right side that belongs to it."""

    left: Texts
    right: Texts


class MatchingQuestion(AnyQuestion):
    """Pairs to be put together; distractors are right sides that belong to none."""

    type: Literal["matching"]
    pairs: Many[Pair]
    distractors: Many[Texts] = ()


Question = Annotated[
    SingleChoiceQuestion
    | MultipleChoiceQuestion
    | TrueFalseQuestion
    | NumericQuestion
    | ShortTextQuestion
    | MatchingQuestion,
    Field(discriminator="type"),
]


class Bank(Named):
    """The questions of a course; its key is the course's."""

    language: LanguageCode
    title: Texts
    questions: Annotated[Many[Question], Field(min_length=1)]


def read_bank(path: Path) -> tuple[Bank | None, Document, list[Problem]]:
    """Read a bank: the bank or None, its document, and all problems, those of marking too."""
    document = read_document(path)
    bank, faults = shaped(Bank, document, lambda made: made.language)
    problems = [*document.problems, *faults]
    if bank is None:
        return None, document, problems
    seen: set[str] = set()
    for at, question in enumerate(bank.questions):
        if question.key in seen:
            message = f"{question.key}: two questions have this key; keys are used once"
            problems.append(document.problem(("questions", at, "key"), "key.twice", message))
        seen.add(question.key)
        problems += [
            document.problem(
                ("questions", at, *found.where), found.code, f"{question.key}: {found.message}"
            )
            for found in check_question(question.spec)
        ]
    return (None if has_errors(problems) else bank), document, problems
