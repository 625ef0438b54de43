"""An assessment: what is drawn from which banks, and under which rules it is sat."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from lms.content.courses import Level
from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.shape import Key, Many, Model, Named, Number, shaped
from lms.content.texts import Texts

QuestionTypeName = Literal[
    "single_choice", "multiple_choice", "true_false", "numeric", "short_text", "matching"
]
Percent = Annotated[Number, Field(ge=0, le=100)]


class Draw(Model):
    """`count` questions of a bank, of those that are left and that pass the filters."""

    bank: Key
    count: Annotated[int, Field(ge=1, le=200)]
    competency: Key | None = None
    level: Level | None = None
    type: QuestionTypeName | None = None

    @property
    def rule(self) -> dict[str, Any]:
        """The draw as `lms.scoring.draw_questions` takes it."""
        return self.model_dump()


class Assessment(Named):
    """The rules of an assessment. Percent from 0 to 100, times in minutes."""

    course: Key
    title: Texts
    pass_mark: Percent
    #: None: no limit.
    time_limit_minutes: Annotated[int, Field(ge=1, le=600)] | None = None
    #: None: as many as one likes.
    attempts_allowed: Annotated[int, Field(ge=1, le=100)] | None = None
    #: Between the end of one attempt and the start of the next.
    delay_minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    grading: Literal["best", "last", "first", "average"] = "best"
    #: none; marks: the marks alone; after_submit: marks, right answers, explanations.
    feedback: Literal["none", "marks", "after_submit"] = "after_submit"
    shuffle_questions: bool = True
    shuffle_options: bool = True
    draws: Annotated[Many[Draw], Field(min_length=1)]

    @property
    def questions_drawn(self) -> int:
        """How many questions an attempt has."""
        return sum(draw.count for draw in self.draws)


def read_assessment(path: Path) -> tuple[Assessment | None, Document, list[Problem]]:
    """Read an assessment: it or None, its document, and all problems."""
    document = read_document(path)
    assessment, faults = shaped(Assessment, document, lambda made: "en")
    problems = [*document.problems, *faults]
    return (None if has_errors(problems) else assessment), document, problems
