"""Translations whose readers are not told that nobody has looked at them, or who has."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lms.content.courses import Course
from lms.content.guards.codes import warning
from lms.content.guards.prose import Read
from lms.content.problems import Problem
from lms.content.reader import Document, Where
from lms.content.shape import Translation
from lms.content.texts import Texts


def unmarked_lesson(read: Read) -> Iterator[Problem]:
    """Warn of a translated lesson without a word on its review."""
    if not read.is_original and read.lesson.head.review is None:
        found = f"a translation into {read.lesson.language} without review"
        yield warning(read.lesson.path, 1, "translation.unmarked", found)


def unmarked_texts(
    texts: Sequence[tuple[Where, Texts]],
    document: Document,
    original: str,
    marked: Mapping[str, Translation] | None,
) -> Iterator[Problem]:
    """Warn of each language in a file that `translations` does not name; once a language.

    A title may stand in more languages than the rest: it names a thing that is not translated yet.

    Args:
        marked: the file's own `translations`, or those of its course.
    """
    seen = {original, *(marked or {})}
    for where, versions in texts:
        for language in versions if where != ("title",) else ():
            if language not in seen:
                seen.add(language)
                found = f"texts in {language}, which translations does not name"
                line = document.line((*where, language))
                yield warning(document.path, line, "translation.unmarked", found)


def marks_of(value: Any, course: Course | None) -> Mapping[str, Translation] | None:
    """Return what says of a file's translations who looked at them: itself, or its course."""
    own: Mapping[str, Translation] | None = getattr(value, "translations", None)
    return own if own is not None or course is None else course.translations
