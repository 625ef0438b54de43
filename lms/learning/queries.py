"""Courses with one's own progress, lessons as safe HTML, and enrolments for those who see results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped
from lms.content.assessments import Assessment
from lms.content.courses import Course, Lesson
from lms.content.library import render_lesson
from lms.content.markdown import Rendered
from lms.content.paths import LearningPath, Step
from lms.courses.library import library
from lms.courses.queries import current_version, current_versions
from lms.db import db
from lms.learning import rules
from lms.learning.models import Enrolment
from lms.plugins import CourseBook


@dataclass(frozen=True, slots=True)
class Offer:
    """A published course as one person sees it."""

    course: Course
    enrolment: Enrolment | None
    progress: rules.Progress | None

    @property
    def resume(self) -> str:
        """The lesson to go on with."""
        if self.enrolment is None:
            return self.course.lessons[0]
        keys = [key for key in self.enrolment.version.lesson_keys if key in self.course.texts]
        return rules.resume_at(keys, self.enrolment.done_keys, self.enrolment.last_lesson)


def offers(user: User) -> list[Offer]:
    """Every published course, with the person's progress; by code."""
    statement = (
        everywhere(Enrolment)
        .where(Enrolment.user_id == user.id)
        .options(joinedload(Enrolment.version), selectinload(Enrolment.done))
    )
    own = {row.course_key: row for row in db.session.scalars(statement)}
    published = current_versions()
    return [
        offer_of(course, own.get(course.key))
        for course in sorted(library().courses.values(), key=lambda course: course.code)
        if course.key in published
    ]


@dataclass(frozen=True, slots=True)
class Way:
    """A learning path as one person sees it: its steps with their offers, those published."""

    path: LearningPath
    steps: tuple[tuple[Step, Offer], ...]

    @property
    def completed(self) -> int:
        """How many of its courses are completed."""
        return sum(
            offer.enrolment is not None and offer.enrolment.completed_at is not None
            for _step, offer in self.steps
        )

    @property
    def percent(self) -> int:
        """Completed courses of 100, rounded down."""
        return self.completed * 100 // len(self.steps)

    @property
    def next(self) -> Offer | None:
        """The first course that is not completed."""
        return next(
            (
                offer
                for _step, offer in self.steps
                if offer.enrolment is None or offer.enrolment.completed_at is None
            ),
            None,
        )


def ways(user: User, own: Sequence[Offer] | None = None) -> list[Way]:
    """Every learning path with a published course, as the person stands in it."""
    by_key = {one.course.key: one for one in (offers(user) if own is None else own)}
    found = []
    for path in library().paths.values():
        steps = tuple((one, by_key[one.course]) for one in path.steps if one.course in by_key)
        if steps:
            found.append(Way(path, steps))
    return found


def offer_of(course: Course, enrolment: Enrolment | None) -> Offer:
    """A course with an enrolment, or without."""
    if enrolment is None:
        return Offer(course, None, None)
    return Offer(
        course, enrolment, rules.progress(enrolment.version.lesson_keys, enrolment.done_keys)
    )


def around(*, domain: str | None = None, course: str | None = None) -> list[Assessment]:
    """The baseline of a domain or a course and what is sat at its end, in this order, beside its quiz."""
    order = {"baseline": 0, "end": 1}
    found = [
        one
        for one in library().assessments.values()
        if one.role in order
        and one.access == "open"
        and (one.domain == domain if domain is not None else one.course == course)
    ]
    return sorted(found, key=lambda one: (order[one.role], one.key))


def published_course(key: str) -> Course | None:
    """A course that is in the library and was published."""
    course = library().courses.get(key)
    return course if course is not None and current_version(key) is not None else None


def book_formats() -> list[str]:
    """In which formats a plugin writes courses, PDF first; none where no such plugin is active."""
    offered = current_app.extensions["lms.plugins"].exporters.values()
    formats = {one.extension for one in offered if one.accepts is CourseBook}
    return sorted(formats, key=lambda name: (name != "pdf", name))


@lru_cache(maxsize=512)
def _rendered(
    course_key: str,
    _content_hash: str,
    lesson_key: str,
    language: str,
    media: str,
    box_titles: tuple[tuple[str, str], ...],
) -> Rendered:
    """A lesson costs some 20 ms to render; the same files give the same HTML."""
    course = library().courses[course_key]
    return render_lesson(
        library(),
        course,
        course.texts[lesson_key][language],
        image_url=lambda name: _image_url(course, media, name, language),
        box_titles=dict(box_titles),
    )


def _image_url(course: Course, media: str, name: str, language: str) -> str:
    """A figure in the lesson's own language has an address of its own, so that it may be kept."""
    address = f"{media}/{name}"
    return f"{address}?language={language}" if name in course.figures else address


def rendered(course: Course, lesson: Lesson, box_titles: Mapping[str, Any]) -> Rendered:
    """A lesson as safe HTML and checks, with its terms and sources linked."""
    return _rendered(
        course.key,
        course.content_hash,
        lesson.key,
        lesson.language,
        url_for("learning.media", key=course.key, name="x").rpartition("/")[0],
        tuple(sorted((kind, str(title)) for kind, title in box_titles.items())),
    )


def card(user: User) -> dict[str, Any] | None:
    """What the home page says: the course to go on with, or that there are courses."""
    running = [
        (offer.enrolment.enrolled_at, offer)
        for offer in offers(user)
        if offer.enrolment is not None and offer.enrolment.completed_at is None
    ]
    if not running:
        return {"offer": None}
    _since, newest = max(running, key=lambda pair: pair[0])
    return {"offer": newest, "kind": "turn", "others": len(running) - 1}


def enrolments() -> list[Enrolment]:
    """Enrolments of the people whose results the viewer sees, for tables."""
    statement = (
        scoped(Enrolment, Permission.SEE_RESULTS)
        .options(
            joinedload(Enrolment.user),
            joinedload(Enrolment.organisation),
            joinedload(Enrolment.version),
            selectinload(Enrolment.done),
        )
        .order_by(Enrolment.course_key, Enrolment.enrolled_at)
    )
    return list(db.session.scalars(statement))
