"""Observed tasks: rated on a tablet, signed by the person, who may see it differently; both views stand."""

import re

import pytest
from sqlalchemy import select

from factories.accounts import make_organisation, make_user
from factories.learning import STARTED
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import observing
from lms.assessments.models import PracticalObservation
from lms.assessments.queries import rubric
from lms.audit.models import AuditEntry
from lms.db import db as handle
from lms.errors import Refused
from lms.evidence.models import Evidence

SEEN = {"rope-checked": "meets", "bucket-full": "partly"}


def observed(user, by, *, request_key="x", remark="Calm and quick."):
    made = observing.record_observation(
        user,
        rubric("t01-p1"),
        SEEN,
        competencies=["gov-01"],
        observed_on=STARTED.date(),
        remark=remark,
        request_key=request_key,
        by=by,
        at=STARTED,
    )
    handle.session.commit()
    return made


@pytest.fixture
def people(db):
    lumeya = make_organisation("lumeya")
    return {
        "amina": make_user("amina", organisation=lumeya, name="Amina Dorval"),
        "paul": make_user("paul", organisation=lumeya, role=Role.EVALUATOR, name="Paul Iweta"),
    }


def test_whoever_was_observed_signs_once_and_nobody_else_does(db, people):
    made = observed(people["amina"], people["paul"])

    with pytest.raises(Refused, match=r"observation\.not-yours"):
        observing.countersign(made, agreed=True, remark="", by=people["paul"], at=STARTED)
    observing.countersign(made, agreed=True, remark="", by=people["amina"], at=STARTED)
    with pytest.raises(Refused, match=r"observation\.signed"):
        observing.countersign(made, agreed=False, remark="No", by=people["amina"], at=STARTED)

    assert (made.countersigned_at, made.agreed) == (STARTED, True)


def test_seeing_it_differently_needs_a_word_and_moves_no_rating(db, people):
    made = observed(people["amina"], people["paul"])
    before = db.session.scalars(everywhere(Evidence)).all()

    with pytest.raises(Refused, match=r"observation\.disagree"):
        observing.countersign(made, agreed=False, remark="  ", by=people["amina"], at=STARTED)
    observing.countersign(
        made, agreed=False, remark="The bucket leaks.", by=people["amina"], at=STARTED
    )
    db.session.flush()

    assert (made.agreed, made.person_remark, made.ratings) == (False, "The bucket leaks.", SEEN)
    assert [piece.id for piece in db.session.scalars(everywhere(Evidence))] == [
        piece.id for piece in before
    ]
    assert all(piece.end is None for piece in before)
    trail = db.session.scalar(
        select(AuditEntry).where(AuditEntry.action == "observation.countersigned")
    )
    assert trail.changes == {"agreed": False}


@pytest.fixture
def site(app):
    with app.app_context():
        lumeya, karsa = make_organisation("lumeya"), make_organisation("karsa")
        amina = make_user("amina", organisation=lumeya, name="Amina Dorval")
        make_user("samuel", organisation=lumeya, name="Samuel Oketo")
        paul = make_user("paul", organisation=lumeya, role=Role.EVALUATOR, name="Paul Iweta")
        make_user("noor", organisation=lumeya, role=Role.TRAINER)
        make_user("stranger", organisation=karsa, role=Role.TRAINER)
        app.config["OBSERVATION"] = str(observed(amina, paul).id)
        app.config["AMINA"] = str(amina.id)
    return app


def address(site, tail=""):
    return f"/observations/{site.config['OBSERVATION']}{tail}"


def test_the_form_shows_what_each_level_looks_like_and_keeps_what_was_chosen(site, login):
    paul = login("paul")
    form = f"/observations/record/t01-p1/{site.config['AMINA']}"

    shown = paul.get(form).text
    missing = paul.post(
        form,
        data={"observed_on": "2026-03-01", "request_key": "y", "criterion-rope-checked": "partly"},
    )

    for level in ("not looked at", "looked at", "tried and looked at", "empty", "half", "full"):
        assert level in shown
    assert missing.status_code == 422
    assert re.findall(r'value="(\S+)" checked', missing.text) == ["partly"]


def test_an_evaluator_reads_what_they_recorded(site, login):
    paul = login("paul")

    assert paul.get(address(site)).status_code == 200
    index = paul.get("/observations/").text
    assert "Recorded by you" in index
    assert "waits for a signature" in index


def test_what_waits_for_a_signature_stands_at_home_and_on_the_record(site, login):
    amina = login("amina")

    for page in ("/", "/record/", "/observations/mine"):
        assert address(site, "/sign") in amina.get(page).text, page
    assert address(site, "/sign") not in login("samuel").get("/record/").text


def test_signing_through_the_page(site, login):
    amina = login("amina")

    shown = amina.get(address(site, "/sign")).text
    neither = amina.post(address(site, "/sign"), data={"remark": ""})
    no_word = amina.post(address(site, "/sign"), data={"agreed": "disagree", "remark": ""})
    signed = amina.post(
        address(site, "/sign"), data={"agreed": "disagree", "remark": "The bucket leaks."}
    )
    again = amina.post(address(site, "/sign"), data={"agreed": "agree", "remark": ""})
    page = login("noor").get(address(site)).text

    assert "Calm and quick." in shown
    assert "tried and looked at" in shown
    assert (neither.status_code, no_word.status_code) == (422, 422)
    assert "Say in the remark what you see differently." in no_word.text
    assert signed.status_code == 303
    assert again.status_code == 422
    assert "signed, seen differently" in page
    assert "The bucket leaks." in page
    assert "Calm and quick." in page
    assert "Paul Iweta" in page
    assert amina.get(address(site, "/sign")).status_code == 303
    assert address(site, "/sign") not in amina.get("/record/").text
    with site.app_context():
        kept = handle.session.scalar(everywhere(PracticalObservation))
        assert kept.agreed is False


@pytest.mark.parametrize(
    ("who", "tail", "status"),
    [
        ("samuel", "", 404),
        ("samuel", "/sign", 404),
        ("stranger", "", 404),
        ("stranger", "/sign", 404),
        ("noor", "", 200),
        ("noor", "/sign", 404),
        ("paul", "/sign", 404),
    ],
)
def test_who_reads_and_who_signs(site, login, who, tail, status):
    assert login(who).get(address(site, tail)).status_code == status


def test_the_list_of_people_is_searched(site, login):
    paul = login("paul")

    assert "Samuel Oketo" in paul.get("/observations/").text
    found = paul.get("/observations/?q=dorval").text
    assert "Amina Dorval" in found
    assert "Samuel Oketo" not in found
    assert "Nobody of that name" in paul.get("/observations/?q=zzz").text
