"""What learning hears: an assessment that was passed may complete a course, one marked anew may open it again."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement
from sqlalchemy.orm import selectinload

from lms.accounts.scope import everywhere
from lms.courses.library import library
from lms.db import db
from lms.events import AttemptChanged, AttemptFinished, attempt_changed, attempt_finished
from lms.learning import operations
from lms.learning.models import Enrolment

Happened = TypeVar("Happened", bound=AttemptFinished | AttemptChanged)


def _attempt_finished(
    happened: AttemptFinished, together: Sequence[AttemptFinished] = (), **_more: Any
) -> None:
    together = together or (happened,)
    if happened is together[0]:
        _note_passes([one for one in together if one.passed and _is_of_course(one)])


def _attempt_changed(
    happened: AttemptChanged, together: Sequence[AttemptChanged] = (), **_more: Any
) -> None:
    together = together or (happened,)
    if happened is not together[0]:
        # With the first of those that were sent together all were looked at.
        return
    of_course = [one for one in together if _is_of_course(one)]
    _note_passes([one for one in of_course if one.passed])
    lost = [one for one in of_course if not one.passed and not one.passed_elsewhere]
    for one, enrolment in _enrolments(lost, Enrolment.passed_at.is_not(None)):
        operations.take_back_pass(enrolment, at=one.at)


def _note_passes(passed: Sequence[AttemptFinished | AttemptChanged]) -> None:
    if not passed:
        return
    for one, enrolment in _enrolments(passed, Enrolment.passed_at.is_(None)):
        operations.note_pass(enrolment, at=one.at)


def _enrolments(
    happened: Sequence[Happened], to_be_changed: ColumnElement[bool]
) -> Iterator[tuple[Happened, Enrolment]]:
    """What happened, with the person's enrolment, where something follows for it: of many few change.

    Whoever caused it, a marker perhaps, may not see the person; what follows from it holds all the same.
    """
    by_person = {(one.user_id, one.course_key): one for one in reversed(happened)}
    if not by_person:
        return
    statement = (
        everywhere(Enrolment)
        .where(
            Enrolment.user_id.in_({user_id for user_id, _course in by_person}),
            Enrolment.course_key.in_({course for _user, course in by_person}),
            to_be_changed,
        )
        .options(selectinload(Enrolment.done))
    )
    for enrolment in db.session.scalars(statement).all():
        one = by_person.get((enrolment.user_id, enrolment.course_key))
        if one is not None:
            yield one, enrolment


def _is_of_course(happened: AttemptFinished | AttemptChanged) -> bool:
    """Whether it is the assessment that the course asks for: a baseline of the same course completes nothing."""
    course = library().courses.get(happened.course_key or "")
    return course is not None and course.assessment == happened.assessment_key


def connect() -> None:
    """Listen; connecting twice is connecting once."""
    attempt_finished.connect(_attempt_finished)
    attempt_changed.connect(_attempt_changed)
