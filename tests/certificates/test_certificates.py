"""Certificates: issued once, frozen, verified by anybody, revoked and never deleted."""

from datetime import date

import pytest

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, complete, publish
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.certificates import operations, rules
from lms.certificates.models import Certificate
from lms.certificates.rules import State
from lms.errors import Refused
from lms.learning.operations import enrol, enrolment_of


@pytest.fixture
def site(app):
    """A completed course, its holder, a trainer, and a trainer elsewhere; gives the enrolment's id."""
    with app.app_context():
        publish()
        home = make_organisation("lumeya", name="Lumeya District")
        holder = make_user("amina", organisation=home, name="Amina Dorval", names={"ar": "أمينة"})
        make_user("trainer", organisation=home, role=Role.TRAINER)
        make_user("stranger", organisation=make_organisation("karsa"), role=Role.TRAINER)
        complete(holder)
        return enrolment_of(holder, COURSE).id


def issued(app):
    with app.app_context():
        return app.extensions["sqlalchemy"].session.scalars(everywhere(Certificate)).all()


def test_a_code_has_eighty_bits_and_no_letters_that_are_misread():
    codes = {rules.new_code() for _ in range(200)}

    assert len(codes) == 200
    assert len(rules.ALPHABET) ** rules.CODE_LENGTH >= 2**80
    assert not set("O0I1") & set(rules.ALPHABET)
    code = codes.pop()
    assert rules.normal_code(rules.shown_code(code).lower()) == code
    assert rules.normal_code("O" * 16) == ""


def test_a_state_is_told_by_the_day():
    last = date(2026, 5, 1)

    assert rules.state_on(last, expires_on=last, revoked=False, superseded=False) is State.VALID
    assert (
        rules.state_on(date(2026, 5, 2), expires_on=last, revoked=False, superseded=False)
        is State.EXPIRED
    )
    assert rules.state_on(last, expires_on=last, revoked=True, superseded=True) is State.REVOKED


def test_a_trainer_issues_it_once(app, login, site):
    trainer = login("trainer")

    assert "Amina Dorval" in trainer.get("/certificates/").text
    first = trainer.post(f"/certificates/award/{site}")
    second = trainer.post(f"/certificates/award/{site}")

    assert first.location == second.location
    assert len(issued(app)) == 1


def test_nobody_else_issues_it(app, login, site):
    assert login("stranger").post(f"/certificates/award/{site}").status_code == 404
    assert login("amina").post(f"/certificates/award/{site}").status_code == 403
    assert issued(app) == []


def test_an_unfinished_course_and_oneself_are_refused(app, at):
    with app.app_context():
        publish()
        home = make_organisation()
        learner = make_user("learner", organisation=home)
        enrolment = enrol(learner, COURSE, by=learner, at=at)
        with pytest.raises(Refused, match=r"certificate\.incomplete"):
            operations.award(enrolment, language="en", by=make_user(), at=at)
        complete(learner, at=at)
        with pytest.raises(Refused, match=r"certificate\.own"):
            operations.award(enrolment, language="en", by=learner, at=at)


def test_anybody_verifies_it_and_it_does_not_move(app, client, login, site):
    login("trainer").post(f"/certificates/award/{site}")
    (certificate,) = issued(app)
    with app.app_context():
        session = app.extensions["sqlalchemy"].session
        kept = session.get(Certificate, certificate.id)
        kept.user.name = "Somebody Else"
        kept.organisation.name = "Renamed"
        session.commit()

    page = client.get(f"/verify/{rules.shown_code(certificate.code).lower()}")
    asked = client.get("/verify/", query_string={"code": rules.shown_code(certificate.code)})
    wrong = client.get("/verify/ABCD-ABCD-ABCD-ABCD")

    assert "genuine and valid" in page.text
    assert "Amina Dorval" in page.text
    assert "Lumeya District" in page.text
    assert "Somebody Else" not in page.text
    assert asked.location.endswith(certificate.code)
    assert wrong.status_code == 404


def test_a_revoked_one_says_so_and_stays(app, client, login, site):
    trainer = login("trainer")
    address = trainer.post(f"/certificates/award/{site}").location
    (certificate,) = issued(app)

    assert trainer.post(address, data={"reason": " "}).status_code == 422
    assert trainer.post(address, data={"reason": "a namesake"}).status_code == 303

    assert "was revoked" in client.get(f"/verify/{certificate.code}").text
    assert "a namesake" not in client.get(f"/verify/{certificate.code}").text
    assert login("stranger").get(address).status_code == 404


def test_a_correction_supersedes_with_a_link(app, client, login, site, at):
    login("trainer").post(f"/certificates/award/{site}")
    with app.app_context():
        session = app.extensions["sqlalchemy"].session
        old = session.scalars(everywhere(Certificate)).one()
        enrolment = enrolment_of(old.user, COURSE)
        old.user.name = "Amina Dorval-Keita"
        new = operations.reissue(old, enrolment, by=make_user("other"), at=at)
        session.commit()
        codes = old.code, new.code

    assert codes[1] in client.get(f"/verify/{codes[0]}").text
    assert "replaced by a newer one" in client.get(f"/verify/{codes[0]}").text
    assert "Amina Dorval-Keita" in client.get(f"/verify/{codes[1]}").text
