"""Learning paths: which courses somebody takes, in which order, for the work that they do."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from lms.content.problems import Problem, has_errors
from lms.content.reader import Document, read_document
from lms.content.rubrics import twice
from lms.content.shape import Key, LanguageCode, Many, Model, shaped
from lms.content.texts import Texts


class Step(Model):
    """A course of a path. `needs` are courses before it in the path on which it builds."""

    course: Key
    needs: Many[Key] = ()


class LearningPath(Model):
    """Courses in order, for one audience."""

    key: Key
    title: Texts
    audience: Texts
    steps: Annotated[Many[Step], Field(min_length=1)]

    @property
    def courses(self) -> tuple[str, ...]:
        """The keys of its courses, in order."""
        return tuple(step.course for step in self.steps)


class Paths(Model):
    """What stands in `paths.yaml`."""

    language: LanguageCode = "en"
    paths: Annotated[Many[LearningPath], Field(min_length=1)]


def read_paths(path: Path) -> tuple[Paths | None, Document, list[Problem]]:
    """Read the learning paths of a folder: them or None, the document, and all problems."""
    document = read_document(path)
    paths, faults = shaped(Paths, document, lambda made: made.language)
    problems = [*document.problems, *faults]
    if paths is not None:
        problems += twice(document, "paths", [one.key for one in paths.paths])
        for at, one in enumerate(paths.paths):
            problems += _order_problems(one, at, document)
    return (None if has_errors(problems) else paths), document, problems


def _order_problems(path: LearningPath, at: int, document: Document) -> Iterator[Problem]:
    """Each course once, and what a course needs before it: so there is no circle either."""
    before: set[str] = set()
    for number, step in enumerate(path.steps):
        where = ("paths", at, "steps", number)
        if step.course in before:
            message = (
                f"{path.key}: the course {step.course} stands in the path before; name it once"
            )
            yield document.problem((*where, "course"), "path.course-twice", message)
        for needed in step.needs:
            if needed not in before:
                message = (
                    f"{path.key}: {step.course} needs {needed}, which does not come before it; "
                    "put it earlier, or leave it out of needs"
                )
                yield document.problem((*where, "needs"), "path.needs-later", message)
        before.add(step.course)


def unknown_courses(
    paths: Mapping[str, LearningPath],
    places: Mapping[str, tuple[Document, int]],
    courses: Mapping[str, Any],
) -> Iterator[Problem]:
    """Yield a problem for each course of a path that does not exist.

    Args:
        places: by path key, its document and its place in it.
        courses: by key.
    """
    for key, path in paths.items():
        document, at = places[key]
        for number, step in enumerate(path.steps):
            if step.course not in courses:
                message = f"{key}: there is no course {step.course}"
                where = ("paths", at, "steps", number, "course")
                yield document.problem(where, "path.course-unknown", message)
