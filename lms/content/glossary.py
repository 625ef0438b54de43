"""The glossary: terms in every language, with their meaning in plain words."""

import re
from pathlib import Path
from typing import Annotated

from pydantic import Field

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.rubrics import twice
from lms.content.shape import Key, Many, Model, shaped
from lms.content.texts import Texts

IN_BRACKETS = re.compile(r"\s*[(（][^()]*[)）]")


class Term(Model):
    """A term. Several wordings of one language stand side by side, parted by a semicolon."""

    key: Key
    term: Texts
    meaning: Texts

    def wordings(self, language: str) -> tuple[str, ...]:
        """Return the wordings in a language without remarks in brackets, perhaps none."""
        parts = re.split(r"[;؛/]", IN_BRACKETS.sub("", self.term.get(language, "")))
        return tuple(part.strip() for part in parts if part.strip())


class Glossary(Model):
    """What stands in `glossary.yaml`."""

    terms: Annotated[Many[Term], Field(min_length=1)]


def read_glossary(path: Path) -> tuple[Glossary | None, Document, list[Problem]]:
    """Read a glossary: it or None, its document, and all problems."""
    document = read_document(path)
    glossary, faults = shaped(Glossary, document, lambda made: "en")
    problems = [*document.problems, *faults]
    if glossary is not None:
        problems += twice(document, "terms", [one.key for one in glossary.terms])
    return (None if has_errors(problems) else glossary), document, problems
