"""What is translated, what is missing, and what nobody has reviewed: by file and language.

A bank, an assessment and a rubric belong to a course, and are as old and as reviewed as its
translation says. Exercises, surveys, frameworks and the glossary say it themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from lms.content.courses import Course, is_reviewed
from lms.content.figures import read_figures
from lms.content.library import Library, Reading, course_of
from lms.content.reader import Document, Where
from lms.content.shape import Translation, texts_of

#: Kinds in the order in which they are told; what `Reading` calls them, and what people do.
KINDS = {
    "courses": "course",
    "banks": "bank",
    "assessments": "assessment",
    "rubrics": "rubric",
    "exercises": "exercise",
    "surveys": "survey",
    "frameworks": "framework",
    "glossaries": "glossary",
}


@dataclass(frozen=True)
class MissingText:
    """A text that is not there in the language: the file and line of its original, and its place."""

    path: Path
    line: int
    place: str


@dataclass(frozen=True)
class TranslationStatus:
    """How far a file, or a course with its lessons and figures, is translated into a language.

    Args:
        texts: how many texts it has; a lesson counts as one.
        missing: those that are not there, in the order of the files.
        version: of the original; None where the file has none.
        of_version: of the original that the translation was made from; None where nothing says so.
        review: what is told of its review; None where nothing is.
    """

    kind: str
    key: str
    language: str
    path: Path
    texts: int
    missing: tuple[MissingText, ...]
    version: str | None
    of_version: str | None
    review: str | None

    @property
    def translated(self) -> int:
        """How many of its texts are there."""
        return self.texts - len(self.missing)

    @property
    def is_stale(self) -> bool:
        """Whether it was made of another version of the original than the one that stands."""
        return self.of_version is not None and self.of_version != self.version

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody who reads the language has gone over it."""
        return is_reviewed(self.review)

    @property
    def state(self) -> str:
        """In a word, the worst first: missing, partly missing, stale, not reviewed, ready."""
        if not self.translated:
            return "missing"
        if self.missing:
            return "partly missing"
        if self.is_stale:
            return "stale"
        return "ready" if self.is_reviewed else "not reviewed"


def translation_status(
    reading: Reading, library: Library, languages: Sequence[str]
) -> tuple[TranslationStatus, ...]:
    """Return the status of everything that was read, by kind and key, in each of the languages.

    The original language of a file is left out.
    """
    found = []
    for kind, name in KINDS.items():
        for key, value in sorted(reading.of(kind).items()):
            document = reading.documents[kind, key]
            course = course_of(value, library)
            texts = list(_texts(value, document))
            for language in languages:
                if language != getattr(value, "language", "en"):
                    shown = Path(key).name if kind == "glossaries" else key
                    found.append(_status(name, shown, language, value, document, texts, course))
    return tuple(found)


#: A text: what language codes it holds, and where it stands.
Placed = tuple[frozenset[str], MissingText]


def _status(
    kind: str,
    key: str,
    language: str,
    value: Any,
    document: Document,
    texts: Sequence[Placed],
    course: Course | None,
) -> TranslationStatus:
    own: Mapping[str, Translation] | None = getattr(value, "translations", None)
    source = value if own is not None or course is None else course
    said = (getattr(source, "translations", None) or {}).get(language)
    return TranslationStatus(
        kind=kind,
        key=key,
        language=language,
        path=document.path,
        texts=len(texts),
        missing=tuple(place for languages, place in texts if language not in languages),
        version=getattr(source, "version", None),
        of_version=said.of_version if said else None,
        review=_review(value, language, said),
    )


def _review(value: Any, language: str, said: Translation | None) -> str | None:
    """The word on the review; of a course that of the first lesson that is not reviewed."""
    if said is not None and isinstance(value, Course):
        for versions in value.texts.values():
            lesson = versions.get(language)
            if lesson is not None and not lesson.is_reviewed:
                return lesson.head.review
    return said.review if said else None


def _texts(value: Any, document: Document) -> Iterator[Placed]:
    for where, texts in texts_of(value):
        if where[0] != "figures":
            yield frozenset(texts), _place(document, where)
    for where, languages in _accepted_words(value):
        yield languages, _place(document, where)
    if isinstance(value, Course):
        for key in value.lessons:
            original = value.texts[key][value.language]
            yield frozenset(value.texts[key]), MissingText(original.path, 1, f"the lesson {key}")
        _figures, figures_document, _problems = read_figures(value.folder)
        for at, figure in enumerate(value.figures.values()):
            for where, texts in texts_of(figure):
                # Labels of the original stand in the drawing itself.
                place = _place(figures_document, ("figures", at, *where))
                yield frozenset(texts) | {value.language}, place


def _accepted_words(value: Any, where: Where = ()) -> Iterator[tuple[Where, frozenset[str]]]:
    """Yield the accepted words of short texts, which are lists by language."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            child = getattr(value, name)
            if name == "accepted" and isinstance(child, dict):
                yield (*where, name), frozenset(child)
            elif isinstance(child, tuple):
                for at, part in enumerate(child):
                    yield from _accepted_words(part, (*where, name, at))


def _place(document: Document, where: Where) -> MissingText:
    return MissingText(document.path, document.line(where), ".".join(str(part) for part in where))
