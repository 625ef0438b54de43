"""Administrators who do the same at the same moment."""

from datetime import date

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_post, make_user
from factories.at_once import overlapping
from lms.accounts import operations
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.models import Incumbency, Invitation, Membership, Organisation, Post, User
from lms.accounts.rules import OrganisationKind, Role
from lms.accounts.scope import everywhere
from lms.audit.models import AuditEntry
from lms.db import db as handle


@pytest.fixture
def site(app):
    with app.app_context():
        home = make_organisation("home")
        make_post(home)
        for name in ("one", "two"):
            make_user(name, organisation=home)


def entries(action):
    statement = handle.select(AuditEntry).where(AuditEntry.action == action)
    return handle.session.scalars(statement).all()


def home():
    return handle.session.scalars(everywhere(Organisation)).one()


def test_a_role_given_twice_at_once_is_one(app, site):
    def give():
        user = find_by_sign_in_name("one")
        operations.add_membership(user, home(), Role.TRAINER, by=None, at=LONG_AGO)

    assert overlapping(app, give, give) == ["done", "done"]
    with app.app_context():
        trainers = everywhere(Membership).where(Membership.role == Role.TRAINER.value)
        assert len(handle.session.scalars(trainers).all()) == 1


def test_a_sign_in_name_and_a_code_that_two_take_at_once_are_refused_to_the_later(app, site):
    def person(name):
        operations.add_user(sign_in_name="same", name=name, by=None, at=LONG_AGO)

    def organisation(name):
        operations.add_organisation(
            code="same", name=name, kind=OrganisationKind.UN_AGENCY, by=None, at=LONG_AGO
        )

    assert overlapping(app, lambda: person("A"), lambda: person("B")) == ["done", "name.taken"]
    found = overlapping(app, lambda: organisation("A"), lambda: organisation("B"))
    assert found == ["done", "organisation.code-taken"]
    with app.app_context():
        same = everywhere(User).where(User.sign_in_name == "same")
        assert handle.session.scalars(same).one().name == "A"


def test_two_who_take_up_a_post_on_the_same_day_do_not_hold_it_both(app, site):
    def appoint(name):
        post = handle.session.scalars(everywhere(Post)).one()
        operations.appoint(
            post,
            find_by_sign_in_name(name),
            starts_on=date(2026, 3, 1),
            by=None,
            at=LONG_AGO,
        )

    found = overlapping(app, lambda: appoint("one"), lambda: appoint("two"))

    assert found == ["done", "incumbency.earlier"]
    with app.app_context():
        assert len(handle.session.scalars(everywhere(Incumbency)).all()) == 1


def test_a_role_ended_twice_at_once_is_ended_once(app, site):
    def end():
        user = find_by_sign_in_name("one")
        [held] = user.memberships
        operations.end_membership(held, by=find_by_sign_in_name("two"), at=LONG_AGO)

    assert overlapping(app, end, end) == ["done", "done"]
    with app.app_context():
        assert len(entries("membership.ended")) == 1


def test_an_invitation_is_not_withdrawn_once_somebody_came_in_by_it(app, site):
    with app.app_context():
        by = find_by_sign_in_name("one")
        token = operations.invite(
            home(), Role.LEARNER, name="Amina", language="en", by=by, at=LONG_AGO
        ).text
        handle.session.commit()

    def accept():
        operations.accept_invitation(
            token,
            sign_in_name="amina",
            name="Amina",
            password="under the baraza tree",
            language="en",
            at=LONG_AGO,
        )

    def withdraw():
        invitation = handle.session.scalars(everywhere(Invitation)).one()
        operations.withdraw_invitation(invitation, by=find_by_sign_in_name("one"), at=LONG_AGO)

    assert overlapping(app, accept, withdraw) == ["done", "done"]
    with app.app_context():
        invitation = handle.session.scalars(everywhere(Invitation)).one()
        assert (invitation.used_at, invitation.withdrawn_at) == (LONG_AGO, None)
