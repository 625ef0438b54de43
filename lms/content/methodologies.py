"""A methodology of the capacity index: read here, judged by `lms.index`."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.texts import Texts
from lms.index.methodology import Methodology, MethodologyError, MethodologyProblem


@dataclass(frozen=True)
class MethodologyFile:
    """A methodology as it ships: `methodology` for sums, `mapping` as it was written."""

    key: str
    version: str
    title: Texts
    methodology: Methodology = field(repr=False)
    mapping: dict[str, Any] = field(repr=False)
    path: Path
    replaces: bool = False


def read_methodology(path: Path) -> tuple[MethodologyFile | None, Document, list[Problem]]:
    """Read a methodology: it or None, its document, and all problems with their lines."""
    document = read_document(path)
    problems = list(document.problems)
    if document.value is None:
        return None, document, problems
    if not isinstance(document.value, dict):
        message = "expected a mapping of fields"
        return None, document, [*problems, document.problem((), "methodology.shape", message)]
    # What YAML finds hides nothing else: all faults are told at once, but those that follow from it.
    told = {one.line for one in problems if one.severity == "error"}
    # Whether it takes another file's place is no part of how an index is computed.
    mapping = {name: value for name, value in document.value.items() if name != "replaces"}
    replaces = document.value.get("replaces", False)
    if not isinstance(replaces, bool):
        message = "replaces is true or false"
        problems.append(document.problem(("replaces",), "methodology.number", message))
    try:
        methodology = Methodology.from_mapping(mapping)
    except MethodologyError as error:
        faults = [
            document.problem(found.path, f"methodology.{found.code}", found.message)
            for found in error.problems
        ]
        faults += _warnings(document, error.warnings)
        problems += [one for one in faults if one.line not in told]
        return None, document, sorted(problems, key=lambda one: one.line)
    if has_errors(problems):
        return None, document, problems
    problems += _warnings(document, methodology.warnings)
    title = mapping.get("title", mapping["key"])
    texts = Texts(title if isinstance(title, dict) else {"en": str(title)})
    key, version = mapping["key"], mapping["version"]
    file = MethodologyFile(key, version, texts, methodology, mapping, path, replaces)
    return file, document, problems


def _warnings(document: Document, found: Iterable[MethodologyProblem]) -> list[Problem]:
    return [
        document.problem(one.path, f"methodology.{one.code}", one.message, "warning")
        for one in found
    ]
