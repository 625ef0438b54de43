"""What the pages show to whom, what they change, and what they refuse."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from factories.exercises import (
    STARTS,
    TEMPLATE,
    make_exercise,
    make_partners,
    make_staffed,
    play,
    rate_all,
)
from lms import clock
from lms.accounts.scope import everywhere
from lms.db import db as handle
from lms.exercises import evaluation, queries
from lms.exercises.models import CorrectiveAction, Exercise, LogEntry, ObjectiveRating, Participant


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    """The day before the exercise."""
    monkeypatch.setattr(clock, "now", lambda: STARTS - timedelta(days=1))


@pytest.fixture
def templates(monkeypatch):
    monkeypatch.setattr(queries, "templates", lambda: {TEMPLATE["key"]: TEMPLATE})


def staffed(app, *, played=False, **ratings):
    """The exercise's id; with ratings it is rated, and closed by its lead evaluator when Eva rated."""
    with app.app_context():
        exercise = make_staffed(make_partners())
        if played:
            play(exercise)
        if ratings:
            rate_all(exercise, ratings)
        return exercise.id


def planned(app):
    with app.app_context():
        return make_exercise(make_partners()).id


def stored(app, model, **narrowed):
    with app.app_context():
        return list(handle.session.scalars(everywhere(model).filter_by(**narrowed)))


def organisation_ids(app):
    from lms.accounts.queries import organisation_by_code

    with app.app_context():
        return {code: str(organisation_by_code(code).id) for code in ("mission", "north", "south")}


def form(app, **more):
    ids = organisation_ids(app)
    return {
        "template": "small-flood",
        "title": "",
        "starts": "2026-06-10T09:00",
        "ends": "",
        "zone": "Asia/Beirut",
        "venue": "Hall",
        "host": ids["mission"],
        "organisations": [ids["north"]],
        "evaluated": [ids["north"]],
        "purpose": "",
        "request_key": "one",
        **more,
    }


def test_a_trainer_plans_an_exercise_and_a_form_sent_thrice_is_one(app, login, templates):
    with app.app_context():
        make_partners()
    trainer = login("trainer")

    page = trainer.get("/exercises/new")
    answers = [trainer.post("/exercises/new", data=form(app)) for _ in range(3)]

    assert "Small flood" in page.text
    assert {one.status_code for one in answers} == {303}
    (exercise,) = stored(app, Exercise)
    assert answers[0].location == f"/exercises/{exercise.id}/people"
    # 09:00 in Beirut is 06:00 UTC in June; two hours as the template says.
    assert exercise.starts_at == datetime(2026, 6, 10, 6, tzinfo=UTC)
    assert exercise.ends_at == datetime(2026, 6, 10, 8, tzinfo=UTC)
    assert "Small flood" in trainer.get("/exercises/").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"ends": "2026-06-10T08:00"}, "must end after it starts"),
        ({"organisations": []}, "needs two organisations"),
        ({"evaluated": []}, "whose performance is rated"),
        ({"zone": "Moon/Base"}, "Not a valid choice"),
        ({"starts": "soon"}, "Not a valid datetime"),
        ({"starts": "2026-03-29T00:30"}, "leap over 00:30"),
        ({"template": "none"}, "Not a valid choice"),
        ({"title": "x" * 161}, "160"),
    ],
)
def test_a_bad_plan_is_explained_and_changes_nothing(app, login, templates, wrong, words):
    with app.app_context():
        make_partners()

    answer = login("trainer").post("/exercises/new", data=form(app, **wrong))

    assert answer.status_code == 422
    assert words in answer.text
    assert stored(app, Exercise) == []


def test_a_learner_plans_nothing_and_a_trainer_only_for_the_own_organisation(app, login, templates):
    with app.app_context():
        make_partners()
    ids = organisation_ids(app)

    assert login("amina").get("/exercises/new").status_code == 403
    foreign = login("north-trainer").post("/exercises/new", data=form(app, host=ids["mission"]))
    assert foreign.status_code == 422
    assert stored(app, Exercise) == []


def test_an_exercise_of_other_organisations_is_not_found_and_leaks_nothing(app, login):
    with app.app_context():
        partners = make_partners()
        key = make_exercise(partners, organisations=[partners.north], evaluated=[partners.north]).id
    outsider, trainer = login("salma"), login("south-trainer")
    address = f"/exercises/{key}"

    assert "Small flood" not in outsider.get("/exercises/").text
    pages = "", "/people", "/injects", "/log", "/evaluation", "/report", "/calendar.ics"
    for page in (*pages, "/reschedule", "/cancel", "/objectives/t1-e1"):
        assert outsider.get(address + page).status_code == 404, page
    for deed in ("/start", "/finish", "/close", f"/people/{uuid4()}/answer"):
        assert trainer.post(address + deed).status_code == 404, deed
    assert login("amina").get(address).status_code == 200


def test_names_of_another_organisation_are_not_shown(app, login):
    """Trap 15: a district sees its own people, and of others how many."""
    key = staffed(app)
    address = f"/exercises/{key}/people"

    north, player, south = login("north-trainer"), login("amina"), login("south-trainer")
    manager, evaluator = login("trainer"), login("eva")

    for page in (north.get(address).text, player.get(address).text):
        assert "Omar Hill" in page
        assert "Salma Reed" not in page
        assert "Eva Evaluator" not in page
    assert "Amina Bell" not in south.get(address).text
    for page in (manager.get(address).text, evaluator.get(address).text):
        assert all(name in page for name in ("Omar Hill", "Salma Reed", "Eva Evaluator"))


def test_a_partner_brings_its_own_people_and_nobody_elses(app, login):
    key = planned(app)
    ids = organisation_ids(app)
    trainer = login("north-trainer")
    address = f"/exercises/{key}/people/{ids['north']}"

    page = trainer.get(address).text
    people = re.findall(r'name="people"[^>]*value="([^"]+)"', page)
    added = [trainer.post(address, data={"role": "player", "people": people[:2]}) for _ in range(2)]
    foreign = trainer.get(f"/exercises/{key}/people/{ids['south']}")
    with app.app_context():
        from lms.accounts.operations import find_by_sign_in_name

        salma = str(find_by_sign_in_name("salma").id)
    smuggled = trainer.post(address, data={"role": "player", "people": [salma]})

    assert "Amina Bell" in page
    assert "Salma Reed" not in page
    # The second time they are no longer to be chosen.
    assert [one.status_code for one in added] == [303, 422]
    assert foreign.status_code == 404
    assert smuggled.status_code == 422
    assert len(stored(app, Participant)) == 2


def test_an_invitation_is_answered_by_oneself_or_ones_trainer(app, login):
    key = staffed(app)
    parts = {one.role: one for one in stored(app, Participant, exercise_id=key)}
    amina = parts["leading-player"]
    address = f"/exercises/{key}/people/{amina.id}/answer"

    declined = login("amina").post(address, data={"answer": "decline"})
    noted = login("north-trainer").post(address, data={"answer": "accept"})
    stranger = login("south-trainer").post(address, data={"answer": "decline"})
    odd = login("amina").post(address, data={"answer": "perhaps"})

    assert (declined.status_code, noted.status_code) == (303, 303)
    assert (stranger.status_code, odd.status_code) == (404, 400)
    assert stored(app, Participant, id=amina.id)[0].answer == "accepted"


def test_players_learn_of_injects_when_they_are_given(app, login):
    key = staffed(app)
    address = f"/exercises/{key}/injects"
    trainer, player = login("trainer"), login("amina")

    before = player.get(address).text
    trainer.post(f"/exercises/{key}/start")
    page = trainer.get(address).text
    deliver = re.search(r'action="([^"]+/deliver)"', page)[1]
    refused = player.post(deliver)
    trainer.post(deliver)
    after = player.get(address).text

    assert "Gauge four metres" not in before
    assert "Expected after A boat is lost" in page
    assert refused.status_code == 403
    assert "Gauge four metres" in after
    assert "Expected after" not in after
    assert "A boat is lost" not in after


def test_the_log_is_kept_by_those_who_conduct_or_evaluate(app, login):
    key = staffed(app)
    login("trainer").post(f"/exercises/{key}/start")
    evaluator = login("eva")

    for _ in range(3):
        evaluator.post(f"/exercises/{key}/log", data={"text": "Siren at 9:20", "request_key": "a"})

    assert len(stored(app, LogEntry)) == 1
    assert "Siren at 9:20" in login("trainer").get(f"/exercises/{key}/log").text
    assert login("amina").get(f"/exercises/{key}/log").status_code == 403
    assert evaluator.post(f"/exercises/{key}/log", data={"text": ""}).status_code == 422


def test_an_evaluator_rates_objective_by_objective(app, login):
    key = staffed(app, played=True)
    evaluator = login("eva")
    first, second = (f"/exercises/{key}/objectives/t1-e{n}" for n in (1, 2))

    page = evaluator.get(first).text
    on = [evaluator.post(first, data={"rating": "S", "remark": "Slow"}) for _ in range(3)]
    wrong = evaluator.post(second, data={"rating": "X"})
    end = evaluator.post(second, data={"rating": "N/O"})

    assert all(f"Alert at trigger, as {one}" in page for one in "PSMU")
    assert {one.location for one in on} == {second}
    assert wrong.status_code == 422
    assert end.location == f"/exercises/{key}/evaluation"
    assert len(stored(app, ObjectiveRating)) == 2
    assert login("trainer").get(first).status_code == 404


def test_ratings_are_seen_by_the_lead_alone_until_the_exercise_closes(app, login):
    key = staffed(app, played=True, eva=("P", "P"), noor=("U", "M"))
    address = f"/exercises/{key}/evaluation"

    lead, other, player = login("eva"), login("noor"), login("amina")

    assert "Performed with major challenges" in lead.get(address).text
    assert "Performed without challenges" not in other.get(address).text
    assert "Performed with" not in player.get(address).text
    assert other.post(f"/exercises/{key}/close").status_code == 409
    assert player.post(f"/exercises/{key}/close").status_code == 403
    closed = [lead.post(f"/exercises/{key}/close") for _ in range(2)]
    assert {one.location for one in closed} == {f"/exercises/{key}/report"}
    # The north by Eva alone: P, P; the south by both: (1 + 0)/2 and (1 + 1/3)/2.
    report = player.get(f"/exercises/{key}/report").text
    assert "100 %" in report
    assert "50 %" in report
    assert "67 %" in report


def test_what_cannot_be_closed_says_why(app, login):
    key = staffed(app, played=True, eva=("P", "P"))
    with app.app_context():
        rows = handle.session.scalars(handle.select(ObjectiveRating)).all()
        handle.session.delete(rows[-1])
        handle.session.commit()
    lead = login("eva")

    page = lead.get(f"/exercises/{key}/evaluation").text
    refused = lead.post(f"/exercises/{key}/close")

    assert "Share boats" in page
    assert refused.status_code == 409
    assert "Share boats" in refused.text
    assert stored(app, Exercise)[0].state == "evaluating"


def test_a_corrective_action_has_an_owner_who_marks_it_as_done(app, login):
    key = staffed(app, played=True)
    address = f"/exercises/{key}/report"
    lead = login("eva")
    owner = re.search(r'value="([^"]+)">Amina Bell', lead.get(address).text)[1]
    data = {"text": "Repair", "owner": owner, "due_on": "2026-07-01", "request_key": "a"}

    added = [lead.post(address, data=data) for _ in range(3)]
    past = lead.post(address, data={**data, "due_on": "2020-01-01", "request_key": "b"})
    barred = login("salma").post(address, data={**data, "request_key": "c"})
    (action,) = stored(app, CorrectiveAction)
    done = f"/exercises/{key}/actions/{action.id}/done"
    foreign = login("south-trainer").post(done)
    own = [login("amina").post(done) for _ in range(2)]

    assert {one.status_code for one in added} == {303}
    assert (past.status_code, barred.status_code, foreign.status_code) == (422, 403, 403)
    assert {one.status_code for one in own} == {303}
    assert "Amina Bell" not in login("south-trainer").get(address).text
    assert stored(app, CorrectiveAction)[0].state == "done"


def test_only_who_manages_moves_or_cancels(app, login):
    key = staffed(app)

    for name in ("amina", "eva", "north-trainer"):
        for deed in ("reschedule", "cancel"):
            assert login(name).get(f"/exercises/{key}/{deed}").status_code == 403


def test_home_says_whose_turn_it_is(app, login):
    key = staffed(app)
    with app.app_context():
        part = handle.session.scalars(everywhere(Participant)).first()
        part.answer, part.answered_at = "invited", None
        handle.session.commit()

    assert "Answer the invitation: Small flood" in login("amina").get("/").text
    assert f"/exercises/{key}" in login("salma").get("/").text
    assert "Answer the invitation" not in login("salma").get("/").text


def test_the_list_filters_by_time_and_organisation(app, login):
    with app.app_context():
        partners = make_partners()
        make_exercise(partners, title="To come")
        make_exercise(partners, title="Long ago", starts_at=STARTS - timedelta(days=99))
        south = partners.south.id
        make_exercise(
            partners,
            title="North alone",
            organisations=[partners.north],
            evaluated=[partners.north],
        )
    trainer = login("trainer")

    upcoming, past = trainer.get("/exercises/").text, trainer.get("/exercises/?when=past").text
    narrowed = trainer.get(f"/exercises/?organisation={south}").text

    assert "To come" in upcoming
    assert "Long ago" not in upcoming
    assert "Long ago" in past
    assert "North alone" in upcoming
    assert "North alone" not in narrowed
    assert trainer.get("/exercises/?organisation=nonsense&page=-1").status_code == 200


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_opens_in_every_language(app, login, language, templates):
    key = staffed(app, played=True, eva=("P", "S"), noor=("P", "M"))
    with app.app_context():
        exercise = handle.session.scalars(everywhere(Exercise)).one()
        evaluation.add_corrective_action(
            exercise,
            "Repair",
            owner=exercise.participants[0].user,
            organisation=exercise.participants[0].organisation,
            due_on=STARTS.date(),
            by=None,
            at=STARTS,
        )
        evaluation.close_exercise(exercise, by=exercise.evaluators[0].user, at=STARTS)
        handle.session.commit()
    for name in ("eva", "trainer", "amina"):
        browser = login(name)
        browser.post("/language", data={"language": language})
        for page in ("", "/people", "/injects", "/evaluation", "/report", "/calendar.ics"):
            assert browser.get(f"/exercises/{key}{page}").status_code == 200, (name, page)
    assert browser.get("/exercises/feed").status_code == 200
    assert login("trainer").get("/exercises/new").status_code == 200
