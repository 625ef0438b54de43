"""A double tap on a weak link, and a phone that sends all it kept at once: nothing fails, nothing is lost."""

import pytest

from factories.accounts import make_organisation, make_user
from factories.at_once import overlapping
from factories.learning import COURSE, STARTED, publish, right_answers, start
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.scope import everywhere
from lms.assessments import answering
from lms.assessments import operations as assessments
from lms.assessments.models import Attempt
from lms.audit.models import AuditEntry
from lms.db import db as handle
from lms.learning import operations
from lms.learning.models import Enrolment


@pytest.fixture
def site(app):
    with app.app_context():
        publish()
        make_user("amina", organisation=make_organisation("lumeya"))


def amina():
    return find_by_sign_in_name("amina")


def enrolled():
    return operations.enrolment_of(amina(), COURSE)


def count(action):
    statement = handle.select(AuditEntry).where(AuditEntry.action == action)
    return len(handle.session.scalars(statement).all())


def test_whoever_taps_enrol_twice_is_enrolled_once_and_sees_no_fault(app, site, login):
    browser = login("amina")

    found = overlapping(
        app,
        lambda: operations.enrol(amina(), COURSE, by=amina(), at=STARTED),
        lambda: browser.post(f"/courses/{COURSE}/enrol").status_code,
    )

    assert found == ["done", 303]
    with app.app_context():
        assert len(handle.session.scalars(everywhere(Enrolment)).all()) == 1
        assert count("enrolment.made") == 1


def nearly_complete(missing):
    """Amina has done all lessons but the last ones, whose keys it gives, and answered all that is asked."""
    enrolment = operations.enrol(amina(), COURSE, by=amina(), at=STARTED)
    keys = enrolment.version.lesson_keys
    for key in keys[:-missing]:
        operations.mark_done(enrolment, key, at=STARTED)
    attempt = start(amina())
    answering.save_answers(attempt, right_answers(attempt), at=STARTED)
    handle.session.commit()
    return keys[-missing:]


def test_of_two_last_lessons_marked_at_once_one_completes_the_course(app, site):
    with app.app_context():
        last_but_one, last = nearly_complete(missing=2)
        assessments.submit_attempt(handle.session.scalars(everywhere(Attempt)).one(), at=STARTED)
        handle.session.commit()

    found = overlapping(
        app,
        lambda: operations.mark_done(enrolled(), last_but_one, at=STARTED),
        lambda: operations.mark_done(enrolled(), last, at=STARTED),
    )

    assert found == ["done", "done"]
    with app.app_context():
        assert enrolled().completed_at == STARTED
        assert count("course.completed") == 1


def test_the_same_lesson_marked_twice_at_once_is_done_once(app, site):
    with app.app_context():
        enrolment = operations.enrol(amina(), COURSE, by=amina(), at=STARTED)
        key = enrolment.version.lesson_keys[0]
        handle.session.commit()

    def mark():
        operations.mark_done(enrolled(), key, at=STARTED)

    assert overlapping(app, mark, mark) == ["done", "done"]
    with app.app_context():
        assert [one.lesson_key for one in enrolled().done] == [key]


def test_a_pass_and_the_last_lesson_at_once_complete_the_course(app, site):
    with app.app_context():
        [last] = nearly_complete(missing=1)

    def submit():
        attempt = handle.session.scalars(everywhere(Attempt)).one()
        assessments.submit_attempt(attempt, at=STARTED)

    found = overlapping(app, lambda: operations.mark_done(enrolled(), last, at=STARTED), submit)

    assert found == ["done", "done"]
    with app.app_context():
        assert enrolled().completed_at == STARTED
