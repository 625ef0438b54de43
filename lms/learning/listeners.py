"""What learning hears: an assessment that was passed may complete a course, one marked anew may open it again."""

from typing import Any

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.courses.library import library
from lms.db import db
from lms.events import AttemptChanged, AttemptFinished, attempt_changed, attempt_finished
from lms.learning import operations
from lms.learning.models import Enrolment


def _attempt_finished(happened: AttemptFinished, **_more: Any) -> None:
    if not happened.passed or not _is_of_course(happened):
        return
    enrolment = _enrolment(happened)
    if enrolment is not None:
        operations.note_pass(enrolment, at=happened.at)


def _enrolment(happened: AttemptFinished | AttemptChanged) -> Enrolment | None:
    """Whoever caused it, a marker perhaps, may not see the person; what follows from it holds all the same."""
    user = db.session.scalar(everywhere(User).where(User.id == happened.user_id))
    return operations.enrolment_of(user, happened.course_key or "") if user else None


def _is_of_course(happened: AttemptFinished | AttemptChanged) -> bool:
    """Whether it is the assessment that the course asks for: a baseline of the same course completes nothing."""
    course = library().courses.get(happened.course_key or "")
    return course is not None and course.assessment == happened.assessment_key


def _attempt_changed(happened: AttemptChanged, **_more: Any) -> None:
    if not _is_of_course(happened):
        return
    enrolment = _enrolment(happened)
    if enrolment is None:
        return
    if happened.passed:
        operations.note_pass(enrolment, at=happened.at)
    elif not happened.passed_elsewhere:
        operations.take_back_pass(enrolment, at=happened.at)


def connect() -> None:
    """Listen; connecting twice is connecting once."""
    attempt_finished.connect(_attempt_finished)
    attempt_changed.connect(_attempt_changed)
