"""A course: a folder with `course.yaml` and, by language, lessons as markdown."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SkipValidation, StringConstraints

from lms.content.figures import Figure, figure_svg, read_figures
from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, Page, read_document, read_page
from lms.content.shape import (
    Accepted,
    Key,
    LanguageCode,
    Line,
    Many,
    Model,
    Named,
    SourceKey,
    Translation,
    digest,
    shaped,
)
from lms.content.texts import Texts

Domain = Literal["gov", "sec", "cri", "coo"]
Level = Literal["awareness", "practitioner", "lead", "mentor"]
Completion = Literal["all-lessons", "all-lessons-and-assessment"]
WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
#: Image files that a browser shows and that fit a lesson.
IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg"})


def is_reviewed(review: str | None) -> bool:
    """Whether the word on a translation's review begins with *reviewed*, as in "reviewed by …".

    >>> is_reviewed("machine-drafted, awaiting a native reviewer"), is_reviewed("Reviewed by N. K.")
    (False, True)
    """
    return (review or "").strip().casefold().startswith("reviewed")


class CourseCompetency(Model):
    """A competency that the course builds; `main` ones are what it is chiefly for."""

    key: Key
    level: Level
    main: bool = False


class Source(Model):
    """An entry of the source register: what a lesson cites by its key."""

    title: Line
    organisation: Line | None = None
    year: Line | None = None
    url: WebAddress | None = None


class CourseFile(Named):
    """What stands in `course.yaml`. `lessons` are file names without `.md`, in order."""

    code: Line
    version: Line
    domain: Domain
    #: Hours of learning in all.
    hours: Annotated[int, Field(ge=1, le=200)]
    language: LanguageCode
    title: Texts
    summary: Texts
    audience: Texts
    objectives: Annotated[Many[Texts], Field(min_length=1)]
    competencies: Annotated[Many[CourseCompetency], Field(min_length=1)]
    lessons: Annotated[Many[Key], Field(min_length=1)]
    sources: dict[SourceKey, Source] = Field(default_factory=dict)
    completion: Completion
    #: Key under `assessments/assessments/`.
    assessment: Key | None = None
    translations: dict[LanguageCode, Translation] = Field(default_factory=dict)
    scenario: Texts | None = None
    practical_task: Texts | None = None
    rubric: Key | None = None


class LessonHead(Model):
    """The head of a lesson. `minutes` is the time to read it and do its task."""

    title: Line
    minutes: Annotated[int, Field(ge=1, le=240)]
    key_terms: Many[Key] = ()
    sources: Many[SourceKey] = ()
    #: Statements that nobody has checked against a source yet.
    unverified: Many[Line] = ()
    review: Line | None = None
    accepted: Many[Accepted] | None = None


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language. `body` is markdown; it begins on `body_line` of its file."""

    key: str
    language: str
    head: LessonHead
    body: str
    body_line: int
    path: Path
    document: Document = field(repr=False, compare=False)

    @property
    def title(self) -> str:
        """The title in this language."""
        return self.head.title

    @property
    def minutes(self) -> int:
        """Minutes to read it and do its task."""
        return self.head.minutes

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody who reads the language has gone over it."""
        return is_reviewed(self.head.review)


class Course(CourseFile):
    """A course with its lessons.

    `texts` holds the lessons by key and then by language; each is there in the original language.
    `figures` are the drawings of `media/` whose labels are translated, by file name.
    `content_hash` is the SHA-256 over every file of the folder.
    """

    texts: Annotated[dict[str, dict[str, Lesson]], SkipValidation]
    figures: Annotated[dict[str, Figure], SkipValidation]
    folder: Path
    content_hash: str

    def lesson(self, key: str, language: str) -> Lesson:
        """Return a lesson in that language, or in the original where it is not translated.

        Raises:
            KeyError: the course has no such lesson.
        """
        versions = self.texts[key]
        return versions.get(language) or versions[self.language]

    @property
    def languages(self) -> tuple[str, ...]:
        """The original language, then those the course says it is translated into."""
        return (self.language, *(one for one in self.translations if one != self.language))

    @property
    def minutes(self) -> int:
        """Minutes of all lessons of the original together."""
        return sum(self.texts[key][self.language].minutes for key in self.lessons)

    def is_behind(self, language: str) -> bool:
        """Whether the translation was made of another version than the one that now stands."""
        translation = self.translations.get(language)
        return translation is not None and translation.of_version != self.version

    def media(self, name: str) -> Path | None:
        """Return the image of that file name in `media/`, or None; never a file elsewhere."""
        if Path(name).name != name or Path(name).suffix.lower() not in IMAGE_SUFFIXES:
            return None
        path = self.folder / "media" / name
        return path if path.is_file() else None

    def figure(self, name: str, language: str) -> str | None:
        """Return a drawing of `media/` in a language as SVG, or None where it is no drawing.

        Its labels are in the original where they are not translated.
        """
        path = self.media(name)
        if path is None or path.suffix.lower() != ".svg":
            return None
        return figure_svg(path, self.figures.get(name), language)


def read_course(folder: Path) -> tuple[Course | None, Document, list[Problem]]:
    """Read the course of a folder: the course or None, its `course.yaml`, and all problems.

    A faulty translation of a lesson is left out and its problems are reported; the course stands.
    """
    document = read_document(folder / "course.yaml")
    problems = list(document.problems)
    file, faults = shaped(CourseFile, document, lambda made: made.language)
    problems += faults
    if file is None:
        return None, document, problems
    problems += _own_faults(file, document, folder)
    figures, _document, faults = read_figures(folder)
    texts: dict[str, dict[str, Lesson]] = {key: {} for key in file.lessons}
    broken = has_errors(problems)
    # Without its labels a figure is shown in the original: no reason to do without the course.
    problems += faults
    for language in (file.language, *file.translations):
        if language in texts.get(file.lessons[0], {}):
            continue
        for at, key in enumerate(file.lessons):
            path = folder / language / f"{key}.md"
            if not path.is_file():
                message = f"there is no lesson file {language}/{key}.md"
                problems.append(document.problem(("lessons", at), "course.no-lesson", message))
                broken |= language == file.language
                continue
            lesson, faults = read_lesson(path, key, language)
            problems += faults
            if lesson is not None:
                texts[key][language] = lesson
            broken |= lesson is None and language == file.language
    if broken:
        return None, document, problems
    fields = {name: getattr(file, name) for name in CourseFile.model_fields}
    course = Course(
        **fields,
        texts=texts,
        figures=figures,
        folder=folder,
        content_hash=folder_hash(folder),
    )
    return course, document, problems


def read_lesson(path: Path, key: str, language: str) -> tuple[Lesson | None, list[Problem]]:
    """Read one lesson file: the lesson or None, and its problems."""
    page: Page = read_page(path)
    problems = list(page.head.problems)
    head, faults = shaped(LessonHead, page.head)
    problems += faults
    if not page.body.strip() and page.head.value is not None:
        problems.append(Problem(path, page.body_line, "lesson.empty", "the lesson has no text"))
    if head is None or has_errors(problems):
        return None, problems
    return Lesson(key, language, head, page.body, page.body_line, path, page.head), problems


def folder_hash(folder: Path) -> str:
    """Return the SHA-256 over the names and contents of all files of a folder, sorted by name."""
    parts = []
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            parts.append(f"{path.relative_to(folder).as_posix()}\0{digest(path.read_bytes())}\n")
    return digest("".join(parts).encode())


def _own_faults(file: CourseFile, document: Document, folder: Path) -> list[Problem]:
    problems = []
    if file.key != folder.name:
        message = f"key: {file.key}: expected the name of the folder, {folder.name}"
        problems.append(document.problem(("key",), "course.key-not-folder", message))
    for what, keys in (
        ("lessons", list(file.lessons)),
        ("competencies", [one.key for one in file.competencies]),
    ):
        problems += [
            document.problem((what, at), "key.twice", f"{what}: {key} is named twice; keep one")
            for at, key in enumerate(keys)
            if key in keys[:at]
        ]
    if file.completion == "all-lessons-and-assessment" and file.assessment is None:
        message = "completion asks for an assessment; name it under assessment"
        problems.append(document.problem(("completion",), "course.no-assessment", message))
    return problems
