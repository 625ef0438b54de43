"""Profiles and desired against existing as pages: what they say, and who may open them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_post, make_user
from factories.exercises import make_exercise, make_partners
from factories.learning import COURSE, publish
from lms import clock
from lms.accounts import operations as accounts
from lms.accounts.rules import Role
from lms.competencies import gap_queries, next_steps
from lms.competencies.gaps import GapState
from lms.competencies.rules import Missing
from lms.db import db
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind


def evidence(user, organisation, competency, share="0.9", *, kind=Kind.ASSESSMENT, days=30, **more):
    """A piece about a person, so many days old."""
    given = {
        "once_key": uuid4().hex,
        "kind": kind,
        "organisation_id": organisation.id,
        "user_id": user.id,
        "competency": competency,
        "value": Decimal(share),
        "observed_on": clock.today() - timedelta(days=days),
        "record_kind": "attempt",
        "record_id": uuid4(),
    }
    piece = ledger.record(Fact(**given | more), by=None, at=LONG_AGO)
    db.session.commit()
    return piece


@pytest.fixture
def site(app):
    """District Lumeya with a council below it, beside Karsa; three posts, one of them vacant."""
    with app.app_context():
        publish()
        home, away = (
            make_organisation("lumeya", name="Lumeya"),
            make_organisation("karsa", name="Karsa"),
        )
        council = make_organisation("council", name="Lumeya council", parent=home)
        amina = make_user("amina", organisation=home, name="Amina Dorval")
        basil = make_user("basil", organisation=council, name="Basil Tarr")
        stranger = make_user("nobody", organisation=away, name="Nadir Stranger")
        make_user("trainer", organisation=home, role=Role.TRAINER)
        make_user("liaison", organisation=home, role=Role.LIAISON_OFFICER)
        make_user("manager", organisation=council, role=Role.PROGRAMME_MANAGER)
        make_user("other", organisation=away, role=Role.TRAINER)
        first = make_post(home, requirements={"gov-01": 2, "gov-02": 1}, holder=amina)
        make_post(home, requirements={"gov-01": 1})
        make_post(council, requirements={"gov-01": 1}, holder=basil)
        elsewhere = make_post(away, requirements={"sec-01": 3}, holder=amina)
        quiz = evidence(amina, home, "gov-01")
        evidence(amina, away, "gov-01", "0.95", days=60)
        evidence(basil, council, "gov-01", "0.5")
        return {
            "home": str(home.id),
            "council": str(council.id),
            "away": str(away.id),
            "amina": str(amina.id),
            "basil": str(basil.id),
            "stranger": str(stranger.id),
            "first": first.titles["en"],
            "elsewhere": elsewhere.titles["en"],
            "quiz": str(quiz.id),
        }


def test_the_profile_says_how_sure_how_fresh_and_what_is_missing(login, site):
    page = login("amina").get("/record/").text

    assert "Local governance and service delivery" in page
    assert "well supported" in page
    assert "2 pieces of evidence" in page
    assert "fresh" in page
    assert f"/evidence/{site['quiz']}" in page
    assert "assessment," in page
    assert "95 of 100" in page
    # Awareness is held; the next step is the observed task of a course.
    assert "For the next level:" in page
    assert "a practical task, observed, that meets every criterion" in page
    assert "a record of real work that a supervisor confirmed" in page
    assert "/courses/" in page
    assert "/record/gap" in page


def test_evidence_of_another_organisation_is_named_and_not_linked_for_a_viewer_of_one(login, site):
    own = login("amina").get("/record/").text
    page = login("trainer").get(f"/record/people/{site['amina']}").text

    assert own.count('href="/evidence/') == 2
    assert page.count('href="/evidence/') == 1
    assert "95 of 100" in page


def test_ones_own_gap_shows_every_post_and_anothers_only_those_one_may_see(login, site):
    own = login("amina").get("/record/gap").text
    seen = login("trainer").get(f"/record/people/{site['amina']}/gap").text

    assert site["first"] in own
    assert site["elsewhere"] in own
    assert "2 requirements: 0 met, 1 with a gap, 1 not known, 0 vacant." in own
    assert "Of what is known, 1 of 2 levels asked for are there" in own
    assert "Known are 50 of 100." in own
    assert "never used for discipline or pay" in own
    assert site["first"] in seen
    assert site["elsewhere"] not in seen
    assert "Karsa" not in seen


def test_the_posts_of_an_organisation_show_who_holds_them_and_what_lacks(login, site):
    page = login("trainer").get(f"/record/organisations/{site['home']}/posts").text

    assert "Amina Dorval" in page
    assert "Basil Tarr" not in page
    assert "Nobody holds this post." in page
    # gov-01 2 against 1, gov-02 unknown, and the vacant post's gov-01.
    assert "3 requirements: 0 met, 1 with a gap, 1 not known, 1 vacant." in page
    assert f"/record/people/{site['amina']}" in page


def test_an_organisation_counts_the_posts_below_it_by_competency(login, site):
    trainer = login("trainer")
    page = trainer.get(f"/record/organisations/{site['home']}").text
    below = trainer.get(f"/record/organisations/{site['council']}").text

    assert "3 posts of this organisation and of those below it." in page
    # Known: Amina 1 of 2, Basil 0 of 1; mean share (0.5 + 0)/2.
    assert "4 requirements: 0 met, 2 with a gap, 1 not known, 1 vacant." in page
    assert "1 of 3 levels asked for are there" in page
    assert "is 25 of 100" in page
    assert "2 levels missing, in 2 posts" in page
    assert "Amina" not in page
    assert "1 requirement: 0 met, 1 with a gap, 0 not known, 0 vacant." in below


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("amina", "/record/gap", 200),
        ("liaison", "/record/gap", 200),
        ("amina", "/record/people/{basil}/gap", 403),
        ("amina", "/record/organisations/{home}", 403),
        ("amina", "/record/organisations/{home}/posts", 403),
        ("liaison", "/record/people/{amina}/gap", 403),
        ("liaison", "/record/organisations/{home}", 403),
        ("manager", "/record/organisations/{council}", 200),
        ("manager", "/record/organisations/{council}/posts", 200),
        ("manager", "/record/organisations/{home}", 404),
        ("manager", "/record/organisations/{home}/posts", 404),
        ("manager", "/record/people/{basil}/gap", 200),
        ("manager", "/record/people/{amina}/gap", 404),
        ("trainer", "/record/people/{basil}/gap", 200),
        ("trainer", "/record/people/{stranger}/gap", 404),
        ("trainer", "/record/organisations/{away}", 404),
        ("other", "/record/organisations/{home}", 404),
        ("other", "/record/people/{amina}", 404),
    ],
)
def test_only_those_who_see_the_results_of_an_organisation_see_its_gaps(
    login, site, who, address, status
):
    assert login(who).get(address.format(**site)).status_code == status


def test_nobody_signed_in_sees_nothing(client, site):
    for address in ("/record/gap", f"/record/organisations/{site['home']}"):
        assert client.get(address).status_code == 303


def test_the_organisations_page_leads_there_for_those_who_may(login, site):
    address = f"/record/organisations/{site['home']}"

    assert address in login("trainer").get(f"/organisations/{site['home']}").text
    assert address not in login("amina").get(f"/organisations/{site['home']}").text


def test_a_person_without_a_post_is_told_so(login, site):
    assert "nothing is asked for" in login("trainer").get("/record/gap").text


def test_pages_of_a_tree_ask_the_database_as_often_for_many_posts_as_for_few(app, login, site):
    from sqlalchemy import event

    counted = []

    def count():
        trainer = login("trainer")
        with app.app_context():
            engine = db.engine

        def heard(*_args):
            counted[-1] += 1

        counted.append(0)
        event.listen(engine, "before_cursor_execute", heard)
        assert trainer.get(f"/record/organisations/{site['home']}/posts").status_code == 200
        event.remove(engine, "before_cursor_execute", heard)

    count()
    with app.app_context():
        from lms.accounts.queries import organisation_by_code

        home = organisation_by_code("lumeya")
        for number in range(6):
            holder = make_user(f"more-{number}", organisation=home)
            make_post(home, requirements={"gov-01": 1, "gov-03": 2}, holder=holder)
            evidence(holder, home, "gov-01")
    count()

    assert counted[1] == counted[0]


def test_a_closed_post_and_a_requirement_of_0_ask_for_nothing(app, site, at):
    from lms.accounts.queries import organisation_by_code
    from lms.accounts.scope import acting_as
    from lms.accounts.session import viewer_of

    with app.app_context():
        from lms.accounts.credentials import find_by_sign_in_name

        home = organisation_by_code("lumeya")
        make_post(home, requirements={"gov-03": 0})
        closed = make_post(home, requirements={"gov-03": 1})
        closed.closed_on = date(2026, 1, 1)
        db.session.commit()
        with acting_as(viewer_of(find_by_sign_in_name("trainer"))):
            posts = gap_queries.of_team(home, clock.today())
            rows = gap_queries.by_competency(gap_queries.of_tree(home, clock.today()))

    assert [len(one.needs) for one in sorted(posts, key=lambda one: len(one.needs))] == [0, 1, 2]
    assert [row.competency for row in rows] == ["gov-01", "gov-02"]
    assert rows[0].lacks == [
        (Missing.PRACTICAL_OBSERVATION, 1),
        (Missing.WORK_CONFIRMATION, 1),
        (Missing.ASSESSMENT, 1),
    ]
    assert [need.gap.state for one in posts for need in one.needs].count(GapState.VACANT) == 1


def test_a_planned_exercise_that_the_viewer_may_see_is_offered(app):
    from lms.accounts.scope import acting_as
    from lms.accounts.session import viewer_of

    with app.app_context():
        partners = make_partners()
        exercise = make_exercise(partners)
        outsider = make_user("outsider", organisation=make_organisation("away"))
        accounts.add_membership(partners.amina, partners.north, Role.LEARNER, by=None, at=LONG_AGO)
        db.session.commit()
        before = datetime(2026, 5, 1, tzinfo=UTC)

        def found(user, at=before):
            with acting_as(viewer_of(user)):
                step = next_steps.offers(at).step("cri-02", Missing.EXERCISE_LEAD)
            assert "flood-evacuation" in {one.key for one in step.templates}
            return [one.id for one in step.exercises]

        assert found(partners.amina) == [exercise.id]
        assert found(outsider) == []
        assert found(partners.amina, at=datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_each_step_names_what_gives_it(app):
    with app.app_context():
        publish()
        offers = next_steps.offers(clock.now())
        quiz = offers.step("gov-01", Missing.ASSESSMENT)
        task = offers.step("gov-01", Missing.PRACTICAL_OBSERVATION)

        assert COURSE in {one.key for one in quiz.courses}
        assert all(one.assessment for one in quiz.courses)
        assert task.tasks["local-governance-after-conflict"].key == "c05-p1"
        assert offers.step("gov-01", Missing.COACHING).courses == ()
        assert offers.step("nothing-99", Missing.ASSESSMENT).courses == ()


def test_a_course_that_is_not_published_is_not_offered(app):
    with app.app_context():
        assert next_steps.offers(clock.now()).step("gov-01", Missing.ASSESSMENT).courses == ()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_render_in_every_language(login, site, language):
    browser = login("trainer")
    with browser.session_transaction() as cookie:
        cookie["language"] = language

    for address in (
        "/record/",
        f"/record/people/{site['amina']}",
        f"/record/people/{site['amina']}/gap",
        f"/record/organisations/{site['home']}",
        f"/record/organisations/{site['home']}/posts",
    ):
        answer = browser.get(address)
        assert answer.status_code == 200, address
        assert f'lang="{language}"' in answer.text
