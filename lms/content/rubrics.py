"""A rubric: the criteria of a practical task, and what each of three levels looks like."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.shape import Key, Many, Model, Named, complete, shaped
from lms.content.texts import Texts

RubricLevel = Literal["not-yet", "partly", "meets"]
RUBRIC_LEVELS: tuple[RubricLevel, ...] = ("not-yet", "partly", "meets")


class Criterion(Model):
    """One thing to look at."""

    key: Key
    text: Texts
    levels: Annotated[dict[RubricLevel, Texts], AfterValidator(complete(*RUBRIC_LEVELS))]


class Rubric(Named):
    """The rubric of a course's practical task, such as `c05-p1`."""

    course: Key
    title: Texts
    criteria: Annotated[Many[Criterion], Field(min_length=1)]


def read_rubric(path: Path) -> tuple[Rubric | None, Document, list[Problem]]:
    """Read a rubric: it or None, its document, and all problems."""
    document = read_document(path)
    rubric, faults = shaped(Rubric, document, lambda made: "en")
    problems = [*document.problems, *faults]
    if rubric is not None:
        problems += twice(document, "criteria", [one.key for one in rubric.criteria])
    return (None if has_errors(problems) else rubric), document, problems


def twice(document: Document, what: str, keys: list[str]) -> list[Problem]:
    """Return a problem for each key of a list of parts that stood there before."""
    return [
        document.problem((what, at, "key"), "key.twice", f"{key}: keys are used once in {what}")
        for at, key in enumerate(keys)
        if key in keys[:at]
    ]
