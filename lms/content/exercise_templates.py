"""An exercise template: situation, objectives with rating anchors, and the injects of the MSEL."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.rubrics import twice
from lms.content.shape import (
    Key,
    LanguageCode,
    Line,
    Many,
    Model,
    Named,
    Translation,
    complete,
    shaped,
)
from lms.content.texts import Texts

Kind = Literal["seminar", "workshop", "tabletop", "game", "drill", "functional", "full-scale"]
Channel = Literal["phone", "radio", "message", "face", "media"]
RatingKey = Literal["P", "S", "M", "U"]
RATINGS: tuple[RatingKey, ...] = ("P", "S", "M", "U")


class Objective(Model):
    """What evaluators rate, with a text for each rating that says what it looks like."""

    key: Key
    title: Texts
    competencies: Annotated[Many[Key], Field(min_length=1)]
    ratings: Annotated[dict[RatingKey, Texts], AfterValidator(complete(*RATINGS))]


class Inject(Model):
    """A message of the scenario: when (minutes from the start), from whom to whom, and how."""

    key: Key
    offset_minutes: Annotated[int, Field(ge=0, le=20_000)]
    sender: Annotated[Texts, Field(alias="from")]
    recipient: Annotated[Texts, Field(alias="to")]
    channel: Channel
    content: Texts
    expected: Texts


class ExerciseTemplate(Named):
    """An exercise that can be planned again and again. `aims` are what players are told."""

    code: Line
    version: Line
    language: LanguageCode
    title: Texts
    translations: dict[LanguageCode, Translation] | None = None
    kind: Kind
    duration_minutes: Annotated[int, Field(ge=1, le=20_000)]
    purpose: Texts
    situation: Texts
    set_up: Texts
    aims: Annotated[Many[Texts], Field(min_length=1)]
    objectives: Annotated[Many[Objective], Field(min_length=1)]
    injects: Many[Inject] = ()


def read_exercise_template(path: Path) -> tuple[ExerciseTemplate | None, Document, list[Problem]]:
    """Read an exercise template: it or None, its document, and all problems."""
    document = read_document(path)
    template, faults = shaped(ExerciseTemplate, document, lambda made: made.language)
    problems = [*document.problems, *faults]
    if template is None:
        return None, document, problems
    problems += twice(document, "objectives", [one.key for one in template.objectives])
    problems += twice(document, "injects", [one.key for one in template.injects])
    for at, inject in enumerate(template.injects):
        where = ("injects", at, "offset_minutes")
        if inject.offset_minutes > template.duration_minutes:
            message = (
                f"{inject.key}: {inject.offset_minutes} minutes is after the end of the exercise, "
                f"{template.duration_minutes} minutes"
            )
            problems.append(document.problem(where, "exercise.inject-after-end", message))
        if at and inject.offset_minutes < template.injects[at - 1].offset_minutes:
            message = f"{inject.key}: earlier than the inject before it; put them in order of time"
            problems.append(document.problem(where, "exercise.inject-order", message))
    return (None if has_errors(problems) else template), document, problems
