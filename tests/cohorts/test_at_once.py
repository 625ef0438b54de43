"""A cohort's forms that come twice at the same moment."""

from datetime import date

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_user
from factories.at_once import overlapping
from factories.cohorts import COURSE
from factories.cohorts import make_cohort as made_cohort
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.models import Organisation
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.audit.models import AuditEntry
from lms.cohorts import operations
from lms.cohorts.models import Cohort, CohortMember
from lms.db import db as handle


@pytest.fixture
def site(app):
    with app.app_context():
        home = make_organisation("home")
        make_user("amina", organisation=home)
        make_user("trainer", organisation=home, role=Role.TRAINER)


def trainer():
    return find_by_sign_in_name("trainer")


def cohort():
    return handle.session.scalars(everywhere(Cohort)).one()


def make():
    operations.make_cohort(
        "Spring",
        course_key=COURSE,
        organisation=handle.session.scalars(everywhere(Organisation)).one(),
        trainer=trainer(),
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 5, 31),
        request_key="one",
        by=trainer(),
        at=LONG_AGO,
    )


def add():
    operations.add_members(cohort(), [find_by_sign_in_name("amina")], by=trainer(), at=LONG_AGO)


def close():
    operations.close_cohort(cohort(), by=trainer(), at=LONG_AGO)


def test_a_cohort_made_twice_at_once_is_one_with_each_member_once(app, site):
    assert overlapping(app, make, make) == ["done", "done"]
    assert overlapping(app, add, add) == ["done", "done"]
    with app.app_context():
        assert len(handle.session.scalars(handle.select(CohortMember)).all()) == 1


def test_nobody_slips_into_a_cohort_that_is_being_closed(app, site):
    with app.app_context():
        made_cohort(handle.session.scalars(everywhere(Organisation)).one(), trainer())

    assert overlapping(app, close, add) == ["done", "cohort.closed"]
    assert overlapping(app, close, close) == ["done", "done"]
    with app.app_context():
        closed = handle.select(AuditEntry).where(AuditEntry.action == "cohort.closed")
        assert len(handle.session.scalars(closed).all()) == 1
