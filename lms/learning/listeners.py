"""What learning hears: an assessment that was passed may complete a course."""

from typing import Any

from lms.accounts.models import User
from lms.db import db
from lms.events import AttemptFinished, attempt_finished
from lms.learning import operations


def _attempt_finished(happened: AttemptFinished, **_more: Any) -> None:
    if not happened.passed:
        return
    user = db.session.get(User, happened.user_id)
    enrolment = operations.enrolment_of(user, happened.course_key) if user else None
    if enrolment is not None:
        operations.note_pass(enrolment, at=happened.at)


def connect() -> None:
    """Listen; connecting twice is connecting once."""
    attempt_finished.connect(_attempt_finished)
