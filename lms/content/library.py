"""Everything that the content folders hold, as frozen values, with what is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from lms.content.assessments import Assessment, read_assessment
from lms.content.banks import AnyQuestion, Bank, read_bank
from lms.content.courses import Course, Lesson, read_course
from lms.content.exercise_templates import ExerciseTemplate, read_exercise_template
from lms.content.frameworks import Competency, Framework, read_framework
from lms.content.glossary import Glossary, Term, read_glossary
from lms.content.indicators import PartnershipIndicators, read_indicators
from lms.content.markdown import Rendered, render
from lms.content.methodologies import MethodologyFile, read_methodology
from lms.content.paths import LearningPath, Paths, read_paths
from lms.content.problems import Problem
from lms.content.reader import Document
from lms.content.rubrics import Rubric, read_rubric
from lms.content.surveys import Survey, SurveyItem, read_survey

#: Path in, value or None, its document and problems out.
Reader = Callable[[Path], tuple[Any, Document, list[Problem]]]

READERS: Mapping[str, Reader] = {
    "frameworks": read_framework,
    "rubrics": read_rubric,
    "banks": read_bank,
    "assessments": read_assessment,
    "exercises": read_exercise_template,
    "surveys": read_survey,
    "methodology": read_methodology,
    "indicators": read_indicators,
}


@dataclass(frozen=True)
class Library:
    """All content by key, in the order in which it was read. What is faulty is left out.

    `questions` are those of all banks; a question key stands in one bank only. `bank_of` gives the
    bank's key by question key. `problems` come sorted by file and line.
    """

    courses: Mapping[str, Course]
    banks: Mapping[str, Bank]
    questions: Mapping[str, AnyQuestion]
    bank_of: Mapping[str, str]
    assessments: Mapping[str, Assessment]
    frameworks: Mapping[str, Framework]
    competencies: Mapping[str, Competency]
    templates: Mapping[str, ExerciseTemplate]
    surveys: Mapping[str, Survey]
    rubrics: Mapping[str, Rubric]
    glossary: Mapping[str, Term]
    paths: Mapping[str, LearningPath]
    methodologies: Mapping[str, MethodologyFile]
    indicators: Mapping[str, PartnershipIndicators]
    problems: tuple[Problem, ...]

    def surveyed(self) -> dict[str, list[tuple[Survey, SurveyItem]]]:
        """The survey items that are linked with competencies, by competency, in the order of the files."""
        found: dict[str, list[tuple[Survey, SurveyItem]]] = {}
        for survey in self.surveys.values():
            for item in survey.items:
                for key in item.competencies:
                    found.setdefault(key, []).append((survey, item))
        return found

    def key_terms(self, lesson: Lesson) -> tuple[Term, ...]:
        """Return the glossary terms that a lesson names, in its order; unknown ones are left out."""
        return tuple(self.glossary[key] for key in lesson.head.key_terms if key in self.glossary)


def course_of(value: Any, library: Library) -> Course | None:
    """Return the course that a bank, an assessment or a rubric belongs to; itself for a course.

    None for what belongs to none, and where the course is not there.
    """
    if isinstance(value, Course):
        return value
    key = value.key if isinstance(value, Bank) else getattr(value, "course", None)
    return library.courses.get(key) if key is not None else None


def render_lesson(
    library: Library,
    course: Course,
    lesson: Lesson,
    *,
    image_url: Callable[[str], str],
    box_titles: Mapping[str, str] | None = None,
) -> Rendered:
    """Turn a lesson into parts, with links to its key terms and to the sources it lists.

    Args:
        image_url: gives the address of an image by its file name in the course's `media/`.
        box_titles: a title by kind of box, see `lms.content.markdown.render`.
    """
    terms = {term.key: term.wordings(lesson.language) for term in library.key_terms(lesson)}
    sources = [key for key in lesson.head.sources if key in course.sources]
    return render(
        lesson.body, image_url=image_url, terms=terms, sources=sources, box_titles=box_titles
    )


@dataclass
class Reading:
    """What is gathered while folders are read: values and documents by kind and key."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[tuple[str, str], Document] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    #: By learning path, its document and its place in it.
    path_places: dict[str, tuple[Document, int]] = field(default_factory=dict)

    def take(self, kind: str, value: Any, document: Document, problems: Iterable[Problem]) -> None:
        """Keep a value unless its key is taken; one that `replaces` takes the place."""
        self.problems += problems
        if value is None:
            return
        kept = self.values.setdefault(kind, {})
        if value.key in kept and not getattr(value, "replaces", False):
            first = self.documents[kind, value.key].path
            message = (
                f"key: {value.key} is taken by {first}; choose another, or write replaces: true"
            )
            self.problems.append(document.problem(("key",), "key.taken", message))
            return
        kept[value.key] = value
        self.documents[kind, value.key] = document

    def of(self, kind: str) -> dict[str, Any]:
        """The values of a kind by key."""
        return self.values.get(kind, {})


def load_library(curricula: Iterable[Path], assessments: Iterable[Path]) -> Library:
    """Read all folders, in order. A faulty file is left out with its problems; nothing is raised.

    Problems between files (a competency that no framework has) are the business of
    `lms.content.check`.
    """
    return library_of(read_roots(curricula, assessments))


def read_roots(curricula: Iterable[Path], assessments: Iterable[Path]) -> Reading:
    """Read all folders into values, documents and problems."""
    reading = Reading()
    for root in curricula:
        for folder in _inside(root):
            if (folder / "course.yaml").is_file():
                reading.take("courses", *read_course(folder))
            elif folder.is_dir() and any(folder.rglob("*.md")):
                message = "a folder with lessons, and no course.yaml in it"
                reading.problems.append(Problem(folder, 1, "course.no-file", message))
        if (root / "glossary.yaml").is_file():
            _take_glossary(reading, *read_glossary(root / "glossary.yaml"))
        if (root / "paths.yaml").is_file():
            _take_paths(reading, *read_paths(root / "paths.yaml"))
    for root in assessments:
        for kind, read in READERS.items():
            for path in _inside(root / kind):
                if path.suffix == ".yaml":
                    _take_file(reading, kind, path, *read(path))
    return reading


def library_of(reading: Reading) -> Library:
    """Return what was read as one frozen value."""
    questions: dict[str, AnyQuestion] = {}
    bank_of: dict[str, str] = {}
    banks: dict[str, Bank] = {}
    problems = list(reading.problems)
    for key, bank in reading.of("banks").items():
        placed = list(bank.with_places())
        taken = [(where, one) for where, one in placed if one.key in questions]
        document = reading.documents["banks", key]
        for where, question in taken:
            message = f"{question.key}: the bank {bank_of[question.key]} has a question of this key"
            problems.append(document.problem((*where, "key"), "key.taken", message))
        if taken:
            continue
        banks[key] = bank
        questions.update({one.key: one for _where, one in placed})
        bank_of.update(dict.fromkeys((one.key for _where, one in placed), key))
    competencies: dict[str, Competency] = {}
    for framework in reading.of("frameworks").values():
        for _, competency in framework.competencies():
            competencies.setdefault(competency.key, competency)
    return Library(
        courses=MappingProxyType(reading.of("courses")),
        banks=MappingProxyType(banks),
        questions=MappingProxyType(questions),
        bank_of=MappingProxyType(bank_of),
        assessments=MappingProxyType(reading.of("assessments")),
        frameworks=MappingProxyType(reading.of("frameworks")),
        competencies=MappingProxyType(competencies),
        templates=MappingProxyType(reading.of("exercises")),
        surveys=MappingProxyType(reading.of("surveys")),
        rubrics=MappingProxyType(reading.of("rubrics")),
        glossary=MappingProxyType(reading.of("terms")),
        paths=MappingProxyType(reading.of("paths")),
        methodologies=MappingProxyType(reading.of("methodology")),
        indicators=MappingProxyType(reading.of("indicators")),
        problems=tuple(sorted(problems)),
    )


def _take_file(
    reading: Reading, kind: str, path: Path, value: Any, document: Document, found: list[Problem]
) -> None:
    if value is not None and value.key != path.stem:
        message = f"key: {value.key}: expected the name of the file, {path.stem}"
        found = [*found, document.problem(("key",), "file.key-not-name", message)]
        value = None
    reading.take(kind, value, document, found)


def _take_glossary(
    reading: Reading, glossary: Glossary | None, document: Document, found: list[Problem]
) -> None:
    reading.problems += found
    if glossary is not None:
        reading.values.setdefault("glossaries", {})[str(document.path)] = glossary
        reading.documents["glossaries", str(document.path)] = document
    kept = reading.values.setdefault("terms", {})
    for at, term in enumerate(glossary.terms if glossary else ()):
        if term.key in kept:
            message = f"{term.key}: another glossary has a term of this key"
            reading.problems.append(document.problem(("terms", at, "key"), "key.taken", message))
            continue
        kept[term.key] = term


def _take_paths(
    reading: Reading, paths: Paths | None, document: Document, found: list[Problem]
) -> None:
    reading.problems += found
    kept = reading.values.setdefault("paths", {})
    for at, path in enumerate(paths.paths if paths else ()):
        if path.key in kept:
            message = f"{path.key}: another folder has a learning path of this key"
            reading.problems.append(document.problem(("paths", at, "key"), "key.taken", message))
            continue
        kept[path.key] = path
        reading.path_places[path.key] = (document, at)


def _inside(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(folder.iterdir())
