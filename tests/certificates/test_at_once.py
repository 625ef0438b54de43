"""Two trainers who award, correct or revoke the same certificate at the same moment."""

import pytest

from factories.accounts import make_organisation, make_user
from factories.at_once import overlapping
from factories.learning import COURSE, STARTED, complete, publish
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.audit.models import AuditEntry
from lms.certificates import operations
from lms.certificates.models import Certificate
from lms.db import db as handle
from lms.learning.operations import enrolment_of


@pytest.fixture
def site(app):
    with app.app_context():
        publish()
        home = make_organisation("lumeya")
        for name in ("one", "two"):
            make_user(name, organisation=home, role=Role.TRAINER)
        complete(make_user("amina", organisation=home))


def enrolment():
    return enrolment_of(find_by_sign_in_name("amina"), COURSE)


def award(name="one"):
    operations.award(enrolment(), language="en", by=find_by_sign_in_name(name), at=STARTED)


def issued():
    return handle.session.scalars(everywhere(Certificate).order_by(Certificate.issued_at)).all()


def end(deed, code, name):
    certificate = handle.session.scalars(everywhere(Certificate).filter_by(code=code)).one()
    by = find_by_sign_in_name(name)
    if deed == "revoke":
        operations.revoke(certificate, reason=name, by=by, at=STARTED)
    else:
        operations.reissue(certificate, enrolment(), by=by, at=STARTED)


def test_a_certificate_awarded_twice_at_once_is_one(app, site):
    assert overlapping(app, lambda: award("one"), lambda: award("two")) == ["done", "done"]
    with app.app_context():
        assert [one.issued_by_id for one in issued()] == [find_by_sign_in_name("one").id]


@pytest.mark.parametrize("first", ["revoke", "reissue"])
@pytest.mark.parametrize("second", ["revoke", "reissue"])
def test_a_certificate_ends_once(app, site, first, second):
    with app.app_context():
        award()
        handle.session.commit()
        [code] = [one.code for one in issued()]

    found = overlapping(app, lambda: end(first, code, "one"), lambda: end(second, code, "two"))

    assert found == ["done", "certificate.ended"]
    with app.app_context():
        ended = [one for one in issued() if one.ended_at is not None]
        assert [one.code for one in ended] == [code]
        assert ended[0].revoke_reason == ("one" if first == "revoke" else "")
        assert len(issued()) == (1 if first == "revoke" else 2)
        actions = handle.session.scalars(handle.select(AuditEntry.action)).all()
        assert actions.count("certificate.revoked") == (first == "revoke")
