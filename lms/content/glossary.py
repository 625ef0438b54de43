"""The glossary: terms in every language, with their meaning in plain words."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.rubrics import twice
from lms.content.shape import (
    Accepted,
    Key,
    LanguageCode,
    Line,
    Many,
    Model,
    Translation,
    shaped,
)
from lms.content.texts import Texts

IN_BRACKETS = re.compile(r"\s*[(（][^()]*[)）]")


class Term(Model):
    """A term. Several wordings of one language stand side by side, parted by a semicolon."""

    key: Key
    term: Texts
    meaning: Texts
    #: The word has an everyday sense as well ("10 minutes"), in every language or in those listed:
    #: no lesson is asked to link it there.
    everyday: bool | Many[LanguageCode] = False

    def is_everyday(self, language: str) -> bool:
        """Whether its word in that language is used in other senses as well."""
        return self.everyday if isinstance(self.everyday, bool) else language in self.everyday

    def wordings(self, language: str) -> tuple[str, ...]:
        """Return the wordings in a language without remarks in brackets, perhaps none."""
        parts = re.split(r"[;؛/]", IN_BRACKETS.sub("", self.term.get(language, "")))
        return tuple(part.strip() for part in parts if part.strip())


class Glossary(Model):
    """What stands in `glossary.yaml`. The version is needed to tell whether a translation is behind."""

    version: Line | None = None
    translations: dict[LanguageCode, Translation] | None = None
    accepted: Many[Accepted] | None = None
    terms: Annotated[Many[Term], Field(min_length=1)]


def read_glossary(path: Path) -> tuple[Glossary | None, Document, list[Problem]]:
    """Read a glossary: it or None, its document, and all problems."""
    document = read_document(path)
    glossary, faults = shaped(Glossary, document, lambda made: "en")
    problems = [*document.problems, *faults]
    if glossary is not None:
        problems += twice(document, "terms", [one.key for one in glossary.terms])
    return (None if has_errors(problems) else glossary), document, problems
