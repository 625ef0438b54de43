"""Warnings that an author has looked at and lets stand, where they stand and with a reason."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from lms.content.guards.codes import warning
from lms.content.library import Reading
from lms.content.problems import Problem
from lms.content.reader import Document, Where
from lms.content.shape import Accepted

Entry = tuple[Document, Where, Accepted]


def sort_accepted(
    problems: Iterable[Problem], entries: Iterable[Entry]
) -> tuple[list[Problem], list[Problem]]:
    """Part problems into those that stay and warnings that their own file accepts.

    An entry accepts the warnings of its file that have its code and its `about` in the message. One
    that accepts nothing is warned of: the text was mended, or the entry never fitted.
    """
    by_file: dict[Path, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_file[entry[0].path].append(entry)
    stay: list[Problem] = []
    accepted: list[Problem] = []
    used: set[tuple[Path, Where]] = set()
    for problem in problems:
        fitting = [entry for entry in by_file[problem.path] if _accepts(entry[2], problem)]
        used.update((problem.path, entry[1]) for entry in fitting)
        (accepted if fitting else stay).append(problem)
    for path, listed in by_file.items():
        for document, where, one in listed:
            if (path, where) not in used:
                found = f"accepted: nothing here is {one.code} about {one.about!r}"
                stay.append(warning(path, document.line(where), "accepted.unused", found))
    return stay, accepted


def entries_of(reading: Reading) -> Iterator[Entry]:
    """Yield what every file accepts, with its document and its place there."""
    for (kind, key), document in reading.documents.items():
        value = reading.of(kind)[key]
        yield from _entries(document, getattr(value, "accepted", None))
        if kind == "courses":
            for versions in value.texts.values():
                for lesson in versions.values():
                    yield from _entries(lesson.document, lesson.head.accepted)


def _entries(document: Document, accepted: Iterable[Accepted] | None) -> Iterator[Entry]:
    for at, entry in enumerate(accepted or ()):
        yield document, ("accepted", at), entry


def _accepts(entry: Accepted, problem: Problem) -> bool:
    return (
        problem.severity == "warning"
        and entry.code == problem.code
        and entry.about in problem.message
    )
