"""The pages of cohorts."""

import pytest

from factories.accounts import make_organisation, make_user
from factories.cohorts import COURSE, make_cohort
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.cohorts import queries
from lms.cohorts.models import Cohort
from lms.db import db


@pytest.fixture
def world(app):
    """Organisation, trainer and people as ids, since each block has a session of its own."""
    with app.app_context():
        home = make_organisation("home", name="Home")
        trainer = make_user("trainer", organisation=home, role=Role.TRAINER)
        people = [make_user(f"person-{n}", organisation=home, name=f"Person {n}") for n in "abc"]
        return {
            "home": home.id,
            "trainer": trainer.id,
            "people": [one.id for one in people],
        }


@pytest.fixture
def cohort(app, world):
    with app.app_context():
        from lms.accounts.models import Organisation, User

        made = make_cohort(
            db.session.get(Organisation, world["home"]),
            db.session.get(User, world["trainer"]),
            members=(db.session.get(User, world["people"][0]),),
        )
        return made.id


@pytest.fixture
def trainer(world, login):
    return login("trainer")


def sent(world, **more):
    return {
        "title": "Lumeya, spring",
        "course": COURSE,
        "organisation": str(world["home"]),
        "trainer": str(world["trainer"]),
        "starts_on": "2026-03-01",
        "ends_on": "2026-05-31",
        "request_key": "once",
        **more,
    }


@pytest.mark.parametrize("role", [Role.LEARNER, Role.EVALUATOR, Role.PROGRAMME_MANAGER])
@pytest.mark.parametrize("address", ["/cohorts/", "/cohorts/new"])
def test_only_who_manages_assessments_opens_them(app, login, role, address):
    with app.app_context():
        make_user("other", organisation=make_organisation(), role=role)

    assert login("other").get(address).status_code == 403


def test_a_cohort_is_made_then_its_people_are_added(app, world, trainer):
    made = trainer.post("/cohorts/new", data=sent(world))
    again = trainer.post("/cohorts/new", data=sent(world))

    assert made.status_code == 303
    assert made.location == again.location
    added = trainer.post(made.location, data={"people": [str(key) for key in world["people"][:2]]})
    page = trainer.get(added.location).text
    assert "2 people were added." in page
    assert "Person a" in page
    assert "Person c" not in page
    assert "Lumeya, spring" in trainer.get("/cohorts/").text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "Title"),
        ({"ends_on": "2026-02-01"}, "before it starts"),
        ({"organisation": "nobody"}, "Holding organisation"),
        ({"course": "nothing"}, "Course"),
    ],
)
def test_a_form_with_a_fault_says_so_and_keeps_what_was_typed(app, world, trainer, fields, words):
    answer = trainer.post("/cohorts/new", data=sent(world, **fields))

    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="2026-03-01"' in answer.text
    with app.app_context():
        assert list(db.session.scalars(everywhere(Cohort))) == []


def test_people_are_found_by_name(trainer, cohort):
    page = trainer.get(f"/cohorts/{cohort}/add?q=Person").text

    assert "Person b" in page
    assert "Person a" not in page
    assert "Person b" not in trainer.get(f"/cohorts/{cohort}/add?q=zzz").text


@pytest.mark.parametrize("people", [[], ["nobody"], ["00000000-0000-0000-0000-000000000000"]])
def test_nobody_is_added_who_is_not_offered(app, trainer, cohort, people):
    answer = trainer.post(f"/cohorts/{cohort}/add", data={"people": people})

    assert answer.status_code == 422
    with app.app_context():
        assert len(queries.members_of(db.session.get(Cohort, cohort))) == 1


def test_a_stranger_is_not_added(app, trainer, cohort):
    with app.app_context():
        stranger = make_user(organisation=make_organisation(), name="Zebulon").id

    answer = trainer.post(f"/cohorts/{cohort}/add", data={"people": [str(stranger)]})

    assert answer.status_code == 422
    assert "Zebulon" not in answer.text


def test_somebody_leaves_and_the_cohort_closes(app, trainer, cohort):
    with app.app_context():
        (member,) = queries.members_of(db.session.get(Cohort, cohort))
        key = member.id

    removed = trainer.post(f"/cohorts/{cohort}/members/{key}/remove")
    page = trainer.get(f"/cohorts/{cohort}").text
    closed = trainer.post(f"/cohorts/{cohort}/close")

    assert removed.status_code == closed.status_code == 303
    assert "Nobody is in it yet" in page
    assert "1 person has left it" in page
    after = trainer.get(f"/cohorts/{cohort}").text
    assert "Add people" not in after
    refused = trainer.post(f"/cohorts/{cohort}/members/{key}/remove")
    assert refused.status_code == 409
    assert "The cohort is closed" in refused.text


def test_people_of_other_organisations_are_counted_and_not_named(app, world, login):
    with app.app_context():
        from lms.accounts.models import Organisation

        top = make_organisation("top")
        home = db.session.get(Organisation, world["home"])
        boss = make_user("boss", organisation=top, role=Role.TRAINER, name="Zebulon Boss")
        from lms.accounts import operations as accounts

        accounts.add_membership(boss, home, Role.TRAINER, by=None, at=boss.made_at)
        far = make_user("far", organisation=top, name="Zebulon Far")
        key = make_cohort(home, boss, members=(far,)).id

    page = login("trainer").get(f"/cohorts/{key}").text

    assert "1 person of other organisations is in it too." in page
    assert "Zebulon Far" not in page


def test_results_are_linked_where_the_site_has_such_a_page(app, trainer, cohort):
    page = trainer.get(f"/cohorts/{cohort}").text

    assert ("cohort=" in page) == ("analysis.show" in app.view_functions)


def test_another_organisations_cohort_is_not_there(app, cohort, login):
    with app.app_context():
        make_user("other", organisation=make_organisation(), role=Role.TRAINER)
    other = login("other")

    assert other.get(f"/cohorts/{cohort}").status_code == 404
    assert other.get(f"/cohorts/{cohort}/add").status_code == 404
    assert other.post(f"/cohorts/{cohort}/close").status_code == 404
    assert "Spring 2026" not in other.get("/cohorts/?show=all").text
