"""Pages of level records: who may record, confirm, read and withdraw."""

from datetime import date
from decimal import Decimal

import pytest

from factories.accounts import make_organisation, make_user
from factories.levels import make_level
from lms import clock
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.queries import organisation_by_code
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.db import db
from lms.level_records import operations
from lms.level_records.models import LevelRecord

COACHING = {
    "coachee": "two",
    "competency": "coo-01",
    "starts_on": "2026-01-05",
    "ends_on": "2026-02-05",
    "described": "We wrote letters together.",
    "request_key": "k",
}


@pytest.fixture
def site(app):
    """A coach in a district, whoever is coached in a mission, managers of both, and strangers."""
    with app.app_context():
        home, mission = make_organisation("home", name="Home"), make_organisation("mission")
        other = make_organisation("other")
        make_user("coach", organisation=home, name="Chiara Coach")
        make_user("colleague", organisation=home)
        make_user("boss", organisation=home, role=Role.PROGRAMME_MANAGER, name="Bea Boss")
        make_user("two", organisation=mission, name="Tomas Reyel")
        make_user("lead", organisation=mission, role=Role.PROGRAMME_MANAGER, name="Lena Lead")
        make_user("stranger", organisation=other, role=Role.PROGRAMME_MANAGER)
        return {
            "home": str(home.id),
            "mission": str(mission.id),
            "other": str(other.id),
            "coach": str(find_by_sign_in_name("coach").id),
        }


def test_coaching_is_recorded_by_the_coach_and_confirmed_by_the_other(app, login, site):
    coach, two = login("coach"), login("two")

    made = coach.post("/level-records/coaching", data=COACHING)
    page = coach.get(made.location).text
    home_page, listed = two.get("/").text, two.get("/level-records/").text
    asked = two.get(f"{made.location}/confirm")
    confirmed = two.post(f"{made.location}/confirm")

    assert made.status_code == 303
    assert "We wrote letters together." in page
    assert "waits for confirmation" in page
    # The coach wrote a sign-in name; it gives no name away before the other has confirmed.
    assert "Tomas Reyel" not in page
    assert made.location in home_page
    assert made.location in listed
    assert asked.status_code == 200
    assert confirmed.status_code == 303
    after = coach.get(made.location).text
    assert "Tomas Reyel" in after
    assert "It counts once whoever was coached has become a practitioner" in after
    assert made.location not in two.get("/").text


@pytest.mark.parametrize(
    ("who", "reads", "confirms"),
    [
        ("coach", 200, 404),
        ("two", 200, 200),
        ("lead", 200, 200),
        ("boss", 200, 404),
        ("colleague", 404, 404),
        ("stranger", 404, 404),
    ],
)
def test_who_reads_and_who_confirms_coaching(login, site, who, reads, confirms):
    address = login("coach").post("/level-records/coaching", data=COACHING).location
    browser = login(who)

    assert browser.get(address).status_code == reads
    assert browser.get(f"{address}/confirm").status_code == confirms


def test_a_sign_in_name_that_nobody_has_keeps_the_form(app, login, site):
    page = login("coach").post("/level-records/coaching", data=COACHING | {"coachee": "none"})

    assert page.status_code == 422
    assert "Nobody here has this sign-in name." in page.text
    assert "We wrote letters together." in page.text
    with app.app_context():
        assert db.session.scalar(everywhere(LevelRecord)) is None


def test_a_form_sent_twice_is_one_record(app, login, site):
    coach = login("coach")

    first = coach.post("/level-records/coaching", data=COACHING)
    second = coach.post("/level-records/coaching", data=COACHING)

    assert first.location == second.location


def test_an_improvement_is_confirmed_by_somebody_of_another_organisation_that_uses_it(login, site):
    coach = login("coach")
    data = {
        "title": "One form",
        "competency": "coo-01",
        "described": "One form instead of three.",
        "used_since": "2026-01-01",
        "used_by": [site["home"], site["mission"]],
        "request_key": "k",
    }
    alone = coach.post("/level-records/improvement", data=data | {"used_by": [site["home"]]})
    made = coach.post("/level-records/improvement", data=data)
    statuses = {
        who: login(who).get(f"{made.location}/confirm").status_code
        for who in ("coach", "boss", "lead", "two", "stranger")
    }
    lead = login("lead")
    lacking = lead.post(f"{made.location}/confirm", data={"decided_on": "2026-05-01"})
    done = lead.post(
        f"{made.location}/confirm", data={"decided_on": "2026-05-01", "minutes": "Minutes 7"}
    )

    assert alone.status_code == 422
    assert "At least 2 organisations use it" in alone.text
    assert made.status_code == 303
    assert statuses == {"coach": 404, "boss": 404, "lead": 200, "two": 404, "stranger": 404}
    assert lacking.status_code == 422
    assert done.status_code == 303
    page = coach.get(made.location).text
    assert "Minutes 7" in page
    assert "Lena Lead" in page
    assert "/evidence/" in page


SURVEY = {
    "item": "gov-01/sv-20",
    "starts_on": "2026-01-01",
    "ends_on": "2026-02-01",
    "answered": "8",
    "mean": "3,75",
    "request_key": "k",
}


def test_a_manager_records_what_the_partner_s_people_answered(login, site):
    boss = login("boss")
    address = f"/level-records/surveys/{site['coach']}"
    data = SURVEY | {"partner": site["mission"]}

    listed = boss.get("/level-records/surveys?q=Chiara").text
    few = boss.post(address, data=data | {"answered": "4"})
    impossible = boss.post(address, data=data | {"mean": "3.7"})
    made = boss.post(address, data=data)

    assert address in listed
    assert "A survey counts from 5 answers on" in few.text
    assert "8 answers from 1 to 5 cannot have the mean 3.7" in impossible.text
    assert (few.status_code, impossible.status_code, made.status_code) == (422, 422, 303)
    page = login("coach").get(made.location).text
    assert "3.75 of 5" in page
    assert "Bea Boss" in page


@pytest.mark.parametrize(
    ("who", "status"), [("lead", 404), ("stranger", 404), ("coach", 403), ("colleague", 403)]
)
def test_who_does_not_manage_the_person_records_no_survey(login, site, who, status):
    assert login(who).get(f"/level-records/surveys/{site['coach']}").status_code == status


def recorded(app):
    """A survey about the coach, as its manager recorded it."""
    with app.app_context():
        made = operations.record_survey(
            find_by_sign_in_name("coach"),
            "gov-01",
            "sv-20",
            answered=8,
            mean=Decimal("3.75"),
            starts_on=date(2026, 1, 1),
            ends_on=date(2026, 2, 1),
            partner=organisation_by_code("mission"),
            request_key="x",
            by=find_by_sign_in_name("boss"),
            at=clock.now(),
        )
        db.session.commit()
        return f"/level-records/{made.id}"


def test_who_recorded_it_withdraws_it_with_a_reason(app, login, site):
    address = recorded(app)
    boss = login("boss")

    assert login("coach").get(f"{address}/withdraw").status_code == 404
    assert boss.post(f"{address}/withdraw", data={"reason": ""}).status_code == 422
    assert boss.post(f"{address}/withdraw", data={"reason": "Counted wrongly"}).status_code == 303
    page = login("coach").get(address).text
    assert "Counted wrongly" in page
    assert "counts no longer" in page
    assert boss.get(f"{address}/withdraw").status_code == 404


def test_the_one_who_was_asked_to_confirm_says_that_it_is_not_so(login, site):
    address = login("coach").post("/level-records/coaching", data=COACHING).location
    two = login("two")

    assert two.post(f"{address}/withdraw", data={"reason": "We never met."}).status_code == 303
    assert "We never met." in login("coach").get(address).text
    assert two.get(f"{address}/confirm").status_code == 200
    assert "confirmed or withdrawn before" in two.post(f"{address}/confirm").text


def test_the_profile_names_each_thing_that_is_missing_and_how_it_is_recorded(app, login, site):
    with app.app_context():
        make_level(find_by_sign_in_name("coach"), organisation_by_code("home"), 3)
    own = login("coach").get("/record/").text
    seen = login("boss").get(f"/record/people/{site['coach']}").text

    for text in ("two people coached to practitioner", "a documented improvement that more than"):
        assert text in own
        assert text in seen
    assert "/level-records/coaching" in own
    assert "/level-records/improvement" in own
    assert "/level-records/coaching" not in seen


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_render_in_every_language(app, login, site, language):
    address = login("coach").post("/level-records/coaching", data=COACHING).location
    two, boss = login("two"), login("boss")
    for browser in (two, boss):
        with browser.session_transaction() as cookie:
            cookie["language"] = language

    for page in ("", "coaching", "improvement"):
        assert two.get(f"/level-records/{page}").status_code == 200
    for page in ("", "/confirm", "/withdraw"):
        assert two.get(address + page).status_code == 200
    for page in ("surveys", f"surveys/{site['coach']}"):
        assert boss.get(f"/level-records/{page}").status_code == 200


def test_names_that_nobody_has_are_counted_as_wrong_passwords_are(site, login):
    coach = login("coach")
    for _try in range(8):
        page = coach.post("/level-records/coaching", data=COACHING | {"coachee": "nobody"})

    right = coach.post("/level-records/coaching", data=COACHING)

    assert "Too many wrong tries" in page.text
    assert right.status_code == 422
