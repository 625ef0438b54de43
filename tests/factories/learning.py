"""Courses published and taken, for tests."""

from datetime import UTC, datetime

from factories.accounts import LONG_AGO
from lms.accounts.models import User
from lms.assessments import answering
from lms.assessments import operations as assessments
from lms.assessments.models import Attempt
from lms.assessments.queries import assessment, banks_of
from lms.courses import operations as courses
from lms.db import db
from lms.demo.learning_story import right_fields
from lms.learning import operations as learning

COURSE = "village-well"
STARTED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def publish() -> None:
    """Publish every course, the sample among them."""
    courses.publish_all(by=None, at=LONG_AGO)
    db.session.commit()


def start(user: User, *, at: datetime = STARTED) -> Attempt:
    """An attempt in progress at the sample's assessment."""
    rules = assessment(COURSE)
    assert rules is not None
    attempt = assessments.start_attempt(user, rules, banks_of(rules), at=at, seed="test")
    db.session.commit()
    return attempt


def right_answers(attempt: Attempt) -> dict[str, dict[str, list[str]]]:
    """What somebody sends who knows everything."""
    return {one["spec"]["key"]: right_fields(one) for one in attempt.questions}


def complete(user: User, *, at: datetime = STARTED) -> None:
    """Take the sample course to its end: lessons done, assessment passed."""
    enrolment = learning.enrol(user, COURSE, by=user, at=at)
    for key in enrolment.version.lesson_keys:
        learning.mark_done(enrolment, key, at=at)
    attempt = start(user, at=at)
    answering.save_answers(attempt, right_answers(attempt), at=at)
    assessments.submit_attempt(attempt, at=at)
    db.session.commit()
