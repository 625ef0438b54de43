"""A supervisor confirms that somebody applied a competency at work: who may, what is kept, and what it does."""

from datetime import timedelta

import pytest

from factories.accounts import make_organisation, make_post, make_user
from factories.learning import STARTED, complete, publish
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import confirming
from lms.assessments.models import WorkConfirmation
from lms.capacity.operations import methodology_mapping, observed_on
from lms.competencies.queries import items_of
from lms.competencies.rules import standing
from lms.db import db as handle
from lms.errors import Refused
from lms.evidence.models import Evidence
from lms.evidence.queries import of_person
from lms.index import Methodology

LATER = STARTED + timedelta(days=70)


@pytest.fixture
def site(app):
    """Amina and a colleague in a district, her supervisor in the ministry above, another manager elsewhere."""
    with app.app_context():
        publish()
        ministry = make_organisation("ministry")
        home = make_organisation("home", parent=ministry)
        amina = make_user("amina", organisation=home, name="Amina Dorval")
        make_user("colleague", organisation=home)
        make_user("desk", organisation=ministry, role=Role.PROGRAMME_MANAGER, name="Bea Amsel")
        make_user("stranger", organisation=make_organisation("other"), role=Role.PROGRAMME_MANAGER)
        make_user("trainer", organisation=home, role=Role.TRAINER)
        make_post(home, requirements={"gov-01": 1}, holder=amina)
        complete(amina)
        return str(amina.id)


def confirm(app, **more):
    given = {
        "observed_on": LATER.date(),
        "seen": "Led the meeting.",
        "request_key": "one",
        "at": LATER,
        "by": find_by_sign_in_name("desk"),
    }
    made = confirming.confirm_work(
        find_by_sign_in_name("amina"), more.pop("competency", "gov-01"), **given | more
    )
    handle.session.commit()
    return made


def test_it_is_kept_once_and_is_evidence_that_grants_no_level(app, site):
    with app.app_context():
        first, second = confirm(app), confirm(app)
        pieces = of_person(first.user_id)
        (piece,) = [one for one in pieces if one.kind == "work-confirmation"]
        items = items_of(pieces)["gov-01"]

        assert first.id == second.id
        assert (piece.competency, piece.value, piece.observed_on) == ("gov-01", 1, LATER.date())
        assert piece.assessor.code == "ministry"
        assert standing(items, LATER.date()).level == 1
        assert len(items) == 2


def test_in_the_index_it_says_who_checked_what_others_assessed(app, site):
    with app.app_context():
        methodology = Methodology.from_mapping(methodology_mapping("district-capacity"))
        (before,) = observed_on(LATER.date(), methodology).observations
        made = confirm(app)
        found = observed_on(LATER.date(), methodology)
        (after,) = found.observations
        evidence = handle.session.scalar(
            everywhere(Evidence.id).where(Evidence.record_id == made.id)
        )

        assert (before.verified_by, after.verified_by) == ("", "ministry")
        assert (before.id, before.value) == (after.id, after.value)
        assert str(evidence) in found.sources[after.id]
        # Before the day on which it was seen it says nothing.
        assert observed_on(STARTED.date(), methodology).observations[0].verified_by == ""


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"seen": "  "}, "confirmation.seen"),
        ({"competency": "gov-99"}, "confirmation.competency"),
        ({"observed_on": LATER.date() + timedelta(days=1)}, "confirmation.future"),
    ],
)
def test_what_does_not_hold_is_refused_and_nothing_kept(app, site, more, code):
    with app.app_context():
        with pytest.raises(Refused) as refused:
            confirm(app, **more)

        assert refused.value.code == code
        assert handle.session.scalar(everywhere(WorkConfirmation)) is None


def test_nobody_confirms_their_own_work(app, site):
    with app.app_context(), pytest.raises(Refused, match="own"):
        confirm(app, by=find_by_sign_in_name("amina"))


def test_the_supervisor_finds_the_person_and_both_read_it_afterwards(app, login, site):
    desk = login("desk")
    listed = desk.get("/confirmations/?q=Amina")
    form = desk.get(f"/confirmations/record/{site}")
    sent = {
        "competency": "gov-01",
        "observed_on": "2026-05-04",
        "seen": "Led the meeting of the wards.",
        "work_record": "Minutes 14",
        "request_key": "k",
    }
    made = desk.post(f"/confirmations/record/{site}", data=sent)
    page = login("amina").get(made.location)

    assert f"/confirmations/record/{site}" in listed.text
    assert form.status_code == 200
    assert made.status_code == 303
    for text in ("Led the meeting of the wards.", "Minutes 14", "Bea Amsel", "Amina Dorval"):
        assert text in page.text
    assert login("colleague").get(made.location).status_code == 404
    assert login("stranger").get(made.location).status_code == 404


def test_a_form_that_lacks_what_was_seen_keeps_the_rest(login, site):
    page = login("desk").post(
        f"/confirmations/record/{site}",
        data={"competency": "gov-02", "observed_on": "2026-05-04", "seen": "", "request_key": "k"},
    )

    assert page.status_code == 422
    assert "Say in a sentence or two what you saw" in page.text
    assert 'selected value="gov-02"' in page.text


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 404), ("trainer", 403), ("amina", 403), ("colleague", 403)]
)
def test_only_who_manages_the_organisation_confirms(login, site, who, status):
    assert login(who).get(f"/confirmations/record/{site}").status_code == status


def test_a_manager_does_not_confirm_themselves(app, login, site):
    with app.app_context():
        own = find_by_sign_in_name("desk").id

    assert login("desk").get(f"/confirmations/record/{own}").status_code == 404


def test_who_gave_a_confirmation_withdraws_it_with_a_reason(app, site, login):
    with app.app_context():
        key = confirm(app).id
    address = f"/confirmations/{key}"
    desk = login("desk")

    without = desk.post(f"{address}/withdraw", data={"reason": ""})
    done = desk.post(f"{address}/withdraw", data={"reason": "It was her colleague."})
    again = desk.post(f"{address}/withdraw", data={"reason": "Once more."})

    assert without.status_code == 422
    assert done.status_code == 303
    assert "It was her colleague." in desk.get(address).text
    assert "It was her colleague." in login("amina").get(address).text
    assert again.status_code == 422
    assert login("amina").get(f"{address}/withdraw").status_code in (403, 404)
    assert login("stranger").get(f"{address}/withdraw").status_code == 404
    with app.app_context():
        piece = handle.session.scalars(everywhere(Evidence).where(Evidence.record_id == key)).one()
        assert (piece.end.kind, piece.end.reason) == ("withdrawn", "It was her colleague.")
