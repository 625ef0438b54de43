"""Enrolling and marking lessons as done. Asked twice, each happens once."""

from datetime import datetime

from lms.accounts.models import User
from lms.accounts.queries import home_organisation
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.courses.models import CourseVersion
from lms.courses.queries import current_version
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.learning import rules
from lms.learning.models import Enrolment, LessonDone

#: Attributes of an enrolment on which depends whether the course is completed.
_WHAT_COMPLETES = ("passed_at", "completed_at", "done")


def enrolment_of(user: User, course_key: str) -> Enrolment | None:
    """A person's enrolment in a course, or None."""
    return db.session.scalar(
        everywhere(Enrolment).where(
            Enrolment.user_id == user.id, Enrolment.course_key == course_key
        )
    )


def enrol(user: User, course_key: str, *, by: User, at: datetime) -> Enrolment:
    """Enrol a person in the published version of a course.

    Raises:
        Refused: `course.unpublished`, `enrolment.nowhere` for somebody without an organisation.
    """
    known = enrolment_of(user, course_key)
    if known is not None:
        return known
    version = current_version(course_key)
    if version is None:
        raise Refused("course.unpublished", course=course_key)
    organisation = home_organisation(user)
    if organisation is None:
        raise Refused("enrolment.nowhere")
    enrolment = Enrolment(
        user=user,
        organisation=organisation,
        course_key=course_key,
        version=version,
        enrolled_at=at,
        last_lesson=version.lesson_keys[0],
    )
    db.session.add(enrolment)
    db.session.flush()
    audit(by, "enrolment.made", enrolment, at=at, organisation_id=organisation.id)
    return enrolment


def mark_done(enrolment: Enrolment, lesson_key: str, *, at: datetime) -> None:
    """Mark a lesson as done; the next one becomes the place to resume.

    Raises:
        Refused: `lesson.unknown` when the enrolled version has no such lesson.
    """
    # Of two last lessons that are marked at once the later one completes the course.
    hold(enrolment)
    keys = enrolment.version.lesson_keys
    if lesson_key not in keys:
        raise Refused("lesson.unknown", lesson=lesson_key)
    if lesson_key not in enrolment.done_keys:
        enrolment.done.append(LessonDone(lesson_key=lesson_key, at=at))
    following = keys[keys.index(lesson_key) + 1 :]
    enrolment.last_lesson = following[0] if following else lesson_key
    _complete_if_due(enrolment, at)


def leave_at(enrolment: Enrolment, lesson_key: str) -> None:
    """Remember a lesson as the place to resume."""
    if lesson_key in enrolment.version.lesson_keys:
        enrolment.last_lesson = lesson_key


def note_pass(enrolment: Enrolment, *, at: datetime) -> None:
    """Note that the course's assessment was passed."""
    hold(enrolment, *_WHAT_COMPLETES)
    if enrolment.passed_at is None:
        enrolment.passed_at = at
        _complete_if_due(enrolment, at)


def take_back_pass(enrolment: Enrolment, *, at: datetime) -> None:
    """Take a pass back that no attempt bears out any more; a course that asks for it is open again."""
    hold(enrolment, *_WHAT_COMPLETES)
    if enrolment.passed_at is None:
        return
    enrolment.passed_at = None
    version = enrolment.version
    if enrolment.completed_at is not None and not rules.is_complete(
        version.completion, version.lesson_keys, enrolment.done_keys, passed=False
    ):
        enrolment.completed_at = None
        audit(None, "course.reopened", enrolment, at=at, organisation_id=enrolment.organisation_id)
    db.session.flush()


def move_to_version(enrolment: Enrolment, version: CourseVersion, *, at: datetime) -> None:
    """Go on with a newer version of the course; what is done stays done."""
    hold(enrolment)
    enrolment.version = version
    _complete_if_due(enrolment, at)


def _complete_if_due(enrolment: Enrolment, at: datetime) -> None:
    version = enrolment.version
    if enrolment.completed_at is None and rules.is_complete(
        version.completion,
        version.lesson_keys,
        enrolment.done_keys,
        passed=enrolment.passed_at is not None,
    ):
        enrolment.completed_at = at
        db.session.flush()
        audit(None, "course.completed", enrolment, at=at, organisation_id=enrolment.organisation_id)
