"""Progress and completion."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

ALL_LESSONS = "all-lessons"
ALL_LESSONS_AND_ASSESSMENT = "all-lessons-and-assessment"


@dataclass(frozen=True, slots=True)
class Progress:
    """`done` of `total` lessons of the enrolled version."""

    done: int
    total: int

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 only when nothing is left."""
        return 100 * self.done // self.total if self.total else 0


def progress(lessons: Sequence[str], done: Collection[str]) -> Progress:
    """Count what is done among the lessons of the version; a lesson dropped since does not count."""
    return Progress(sum(1 for key in lessons if key in done), len(lessons))


def is_complete(rule: str, lessons: Sequence[str], done: Collection[str], *, passed: bool) -> bool:
    """Whether a course is completed under its rule."""
    read = bool(lessons) and all(key in done for key in lessons)
    return read and (passed or rule != ALL_LESSONS_AND_ASSESSMENT)


def resume_at(lessons: Sequence[str], done: Collection[str], last: str) -> str:
    """The lesson to go on with: the one left open, else the first not done, else the first."""
    if last in lessons and last not in done:
        return last
    return next((key for key in lessons if key not in done), lessons[0])
