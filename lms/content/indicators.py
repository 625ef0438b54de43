"""Partnership indicators: what each measures, from which records, and which target was proposed for it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.rubrics import twice
from lms.content.shape import Key, LanguageCode, Line, Many, Model, Named, Number, shaped
from lms.content.texts import Texts

Frequency = Literal["month", "quarter", "half-year", "year"]
Clock = Literal["clock-hours", "working-hours", "working-days", "days"]


class Within(Model):
    """What "in time" means: so many units of a clock."""

    value: Number
    unit: Literal["minutes", "hours", "days"] | None = None
    clock: Clock


class Target(Model):
    """A value to reach. `class_` narrows it to a class of messages, `only` to a kind of record."""

    is_: Annotated[Literal["at_least", "at_most"], Field(alias="is")]
    value: Number
    class_: Annotated[Key | None, Field(alias="class")] = None
    unit: Literal["hours"] | None = None
    clock: Clock | None = None
    within: Within | None = None
    #: Where it does not hold for one period of the frequency.
    per: Literal["year"] | None = None
    #: Asks besides that the value is above that of the round before.
    rising: bool = False
    only: Key | None = None
    #: Holds so many months before the mission ends.
    months_before_end: int | None = None


class Measure(Model):
    """One figure of an indicator; the head of the shipped file says what each `statistic` is."""

    key: Key
    title: Texts
    role: Literal["value", "context"]
    statistic: Literal["share", "median", "mean", "agree", "change", "count"]
    unit: Literal["percent", "hours", "days", "number", "points", "score-1-5"]
    numerator: Texts | None = None
    denominator: Texts | None = None
    frequency: Frequency | None = None
    by_class: Many[Key] = ()
    clock: dict[Key, Clock] | None = None
    sources: Many[Key] = ()
    not_yet_recorded: Many[Line] = ()
    survey: Key | None = None
    survey_items: Many[Key] = ()
    competencies: Many[Key] = ()
    checklist: Any = None
    also_list: Any = None
    direction: Literal["up", "down", "none"]
    targets: Many[Target] = ()


class PartnershipIndicator(Model):
    """An indicator with its measures."""

    key: Key
    code: Line
    title: Texts
    definition: Texts
    remarks: Texts
    frequency: Frequency
    measures: Annotated[Many[Measure], Field(min_length=1)]


class PartnershipIndicators(Named):
    """What stands in a file of `indicators/`. `rules` and `calendars` are for whoever computes them."""

    version: Line
    language: LanguageCode
    title: Texts
    rules: dict[str, Any]
    calendars: dict[Clock, dict[str, Any]]
    indicators: Annotated[Many[PartnershipIndicator], Field(min_length=1)]


def read_indicators(path: Path) -> tuple[PartnershipIndicators | None, Document, list[Problem]]:
    """Read a file of indicators: it or None, its document, and all problems."""
    document = read_document(path)
    found, faults = shaped(PartnershipIndicators, document, lambda made: made.language)
    problems = [*document.problems, *faults]
    if found is not None:
        problems += twice(document, "indicators", [one.key for one in found.indicators])
        problems += _measure_problems(found, document)
    return (None if has_errors(problems) else found), document, problems


def _measure_problems(found: PartnershipIndicators, document: Document) -> Iterator[Problem]:
    """A share needs both its parts, a mean of answers its items, and each key stands once."""
    seen: set[str] = set()
    for at, indicator in enumerate(found.indicators):
        for number, measure in enumerate(indicator.measures):
            where = ("indicators", at, "measures", number)
            if measure.key in seen:
                message = f"{measure.key}: a measure of this key stands before; choose another"
                yield document.problem((*where, "key"), "key.twice", message)
            seen.add(measure.key)
            if measure.statistic == "share" and not (measure.numerator and measure.denominator):
                message = f"{measure.key}: a share needs numerator and denominator"
                yield document.problem((*where, "statistic"), "indicator.share", message)
            if measure.statistic in ("mean", "agree") and not measure.survey_items:
                message = f"{measure.key}: {measure.statistic} needs survey_items"
                yield document.problem((*where, "statistic"), "indicator.items", message)


def item_problems(
    found: PartnershipIndicators, document: Document, surveys: dict[str, set[str]]
) -> Iterator[Problem]:
    """Yield a problem for each survey or survey item that does not exist.

    Args:
        surveys: keys of the items by the survey's key.
    """
    for at, indicator in enumerate(found.indicators):
        for number, measure in enumerate(indicator.measures):
            where = ("indicators", at, "measures", number)
            if measure.survey is not None and measure.survey not in surveys:
                message = f"{measure.key}: there is no survey {measure.survey}"
                yield document.problem((*where, "survey"), "indicator.survey-unknown", message)
                continue
            known = (
                surveys[measure.survey]
                if measure.survey is not None
                else set().union(*surveys.values())
            )
            for item in measure.survey_items:
                if item not in known:
                    message = f"{measure.key}: no survey has the item {item}"
                    yield document.problem(
                        (*where, "survey_items"), "indicator.item-unknown", message
                    )
