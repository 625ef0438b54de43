"""A competency framework: domains, competencies, and what each level looks like."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from lms.content.courses import Domain as DomainKey
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
    Translation,
    complete,
    shaped,
)
from lms.content.texts import Texts

LEVELS = ("awareness", "practitioner", "lead", "mentor")


class ProficiencyLevel(Model):
    """A level, its rank from 1, and what it means in general."""

    key: Level
    value: Annotated[int, Field(ge=1, le=4)]
    title: Texts
    description: Texts


class Competency(Model):
    """Something a person can do: what each level looks like, and what counts as evidence."""

    key: Key
    title: Texts
    description: Texts
    levels: Annotated[dict[Level, Texts], AfterValidator(complete(*LEVELS))]
    #: For readers: courses, practical tasks, exercises, records, survey items.
    evidence: Many[Line] = ()


class Domain(Model):
    """A field of work and its competencies."""

    key: DomainKey
    title: Texts
    competencies: Annotated[Many[Competency], Field(min_length=1)]


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise PydanticCustomError("date_text", "expected a day such as 2027-01-01") from None


class LevelRule(Model):
    """From when the full rule for granting a level holds, where a site ran by the earlier one before.

    The earlier rule asked for neither a supervisor's confirmation nor a survey. What was observed before
    `full_from` goes on counting by it for `transition_months` from that day, at most.
    """

    full_from: Annotated[Line, AfterValidator(_day)]
    transition_months: Annotated[int, Field(ge=0, le=36)]


class Framework(Named):
    """A version of a competency framework. A level holds for `valid_months` once granted."""

    version: Line
    title: Texts
    translations: dict[LanguageCode, Translation] | None = None
    levels: Annotated[Many[ProficiencyLevel], Field(min_length=4, max_length=4)]
    valid_months: Annotated[int, Field(ge=1, le=240)]
    rule: LevelRule | None = None
    domains: Annotated[Many[Domain], Field(min_length=1)]

    def competencies(self) -> Iterator[tuple[Domain, Competency]]:
        """Yield every competency with its domain, in the order of the file."""
        for domain in self.domains:
            for competency in domain.competencies:
                yield domain, competency

    def level(self, key: str) -> ProficiencyLevel:
        """Return a level by its key.

        Raises:
            KeyError: there is no such level.
        """
        return {level.key: level for level in self.levels}[key]  # type: ignore[index]


def read_framework(path: Path) -> tuple[Framework | None, Document, list[Problem]]:
    """Read a framework: it or None, its document, and all problems."""
    document = read_document(path)
    framework, faults = shaped(Framework, document, lambda made: "en")
    problems = [*document.problems, *faults]
    if framework is None:
        return None, document, problems
    for at, (level, wanted) in enumerate(zip(framework.levels, LEVELS, strict=True)):
        if (level.key, level.value) != (wanted, at + 1):
            message = f"expected level {wanted} with value {at + 1} here"
            problems.append(document.problem(("levels", at), "framework.level-order", message))
    seen: set[str] = set()
    for domain_at, domain in enumerate(framework.domains):
        for at, competency in enumerate(domain.competencies):
            if competency.key in seen:
                where = ("domains", domain_at, "competencies", at, "key")
                message = f"{competency.key}: two competencies have this key; keys are used once"
                problems.append(document.problem(where, "key.twice", message))
            seen.add(competency.key)
    return (None if has_errors(problems) else framework), document, problems
