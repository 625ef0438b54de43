"""A survey instrument: its items, in order, and whether answers are anonymous."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, Where, read_document
from lms.content.rubrics import twice
from lms.content.shape import Key, LanguageCode, Line, Many, Model, Named, Translation, shaped
from lms.content.texts import Texts


class SurveyItem(Model):
    """An item. scale5: 1 strongly disagree to 5 strongly agree; yes_no; text: in own words."""

    key: Key
    kind: Literal["scale5", "yes_no", "text"]
    text: Texts
    #: Partnership indicator that the item informs, such as PI-07; for readers.
    indicator: Line | None = None
    #: Competencies with which the item is linked: the level lead asks for a mean of it. Only of a scale.
    competencies: Many[Key] = ()


class Survey(Named):
    """A survey instrument, used in rounds."""

    version: Line
    language: LanguageCode
    title: Texts
    translations: dict[LanguageCode, Translation] | None = None
    anonymous: bool
    items: Annotated[Many[SurveyItem], Field(min_length=1)]


def read_survey(path: Path) -> tuple[Survey | None, Document, list[Problem]]:
    """Read a survey instrument: it or None, its document, and all problems."""
    document = read_document(path)
    survey, faults = shaped(Survey, document, lambda made: made.language)
    problems = [*document.problems, *faults]
    if survey is not None:
        problems += twice(document, "items", [one.key for one in survey.items])
        for at, item in enumerate(survey.items):
            place: Where = ("items", at, "competencies")
            if item.competencies and item.kind != "scale5":
                message = f"{item.key}: a {item.kind} item has no mean, so no competency is linked"
                problems.append(document.problem(place, "survey.no-scale", message))
            for number, key in enumerate(item.competencies):
                if key in item.competencies[:number]:
                    message = f"{item.key}: {key} is named twice"
                    problems.append(document.problem((*place, number), "survey.twice", message))
    return (None if has_errors(problems) else survey), document, problems
