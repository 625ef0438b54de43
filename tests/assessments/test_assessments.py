"""Attempts: one under two tabs, a deadline of the server's, answers kept, decimals, evidence."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, STARTED, publish, right_answers, start
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import answering, operations, rules
from lms.assessments.models import Attempt, Response
from lms.errors import Refused
from lms.evidence.models import Evidence


@pytest.fixture
def learner(db):
    publish()
    return make_user("amina", organisation=make_organisation("lumeya"))


def evidence_of(db, user):
    found = db.session.scalars(everywhere(Evidence).where(Evidence.user_id == user.id))
    return {piece.competency: piece.value for piece in found}


def test_two_tabs_and_a_retry_are_one_attempt(db, learner):
    first, second = start(learner), start(learner, at=STARTED + timedelta(minutes=1))

    assert first.id == second.id
    assert db.session.scalars(everywhere(Attempt)).all() == [first]


def test_a_finished_attempt_is_marked_in_decimals_and_becomes_evidence(db, learner):
    attempt = start(learner)
    given = right_answers(attempt)
    given["t01-q02"] = {"answer": ["a"]}  # one of two right ones: half a mark

    answering.save_answers(attempt, given, at=STARTED)
    operations.submit_attempt(attempt, at=STARTED + timedelta(minutes=5))

    assert attempt.percent == Decimal("91.66")
    assert attempt.passed is True
    # gov-01: q01 1, q02 ½, q05 1 → 2.5 / 3; gov-02: all three right.
    assert evidence_of(db, learner) == {"gov-01": Decimal("0.833333"), "gov-02": Decimal(1)}


def test_submitting_again_changes_nothing(db, learner):
    attempt = start(learner)
    operations.submit_attempt(attempt, at=STARTED)
    before = (attempt.percent, attempt.submitted_at, len(evidence_of(db, learner)))

    operations.submit_attempt(attempt, at=STARTED + timedelta(hours=1))

    assert (attempt.percent, attempt.submitted_at, len(evidence_of(db, learner))) == before


def test_the_same_answers_sent_three_times_are_kept_once(db, learner):
    attempt = start(learner)

    for minute in range(3):
        answering.save_answers(
            attempt, {"t01-q01": {"answer": ["a"]}}, at=STARTED + timedelta(minutes=minute)
        )

    rows = db.session.scalars(select(Response)).all()
    assert [(row.question_key, row.saved_at) for row in rows] == [("t01-q01", STARTED)]


def test_the_deadline_is_the_servers(db, learner):
    attempt = start(learner)
    answering.save_answers(attempt, {"t01-q01": {"answer": ["a"]}}, at=STARTED)
    deadline = STARTED + timedelta(minutes=20)

    answering.save_answers(attempt, {"t01-q03": {"answer": ["false"]}}, at=deadline + rules.GRACE)
    with pytest.raises(Refused, match=r"attempt\.over"):
        answering.save_answers(
            attempt,
            {"t01-q05": {"answer": ["rope"]}},
            at=deadline + rules.GRACE + timedelta(seconds=1),
        )
    operations.submit_attempt(attempt, at=deadline + timedelta(hours=3))

    assert set(attempt.given()) == {"t01-q01", "t01-q03"}
    assert attempt.closed_by_site
    assert attempt.submitted_at == deadline
    assert attempt.percent == Decimal("33.33")


def test_a_question_that_is_not_in_the_attempt_is_named_and_logged_and_the_others_are_kept(
    db, learner, caplog
):
    attempt = start(learner)

    faults = answering.save_answers(
        attempt, {"t01-q01": {"answer": ["a"]}, "c99-q01": {"answer": ["a"]}}, at=STARTED
    )

    assert faults == {"c99-q01": "answer.foreign-question"}
    assert set(attempt.given()) == {"t01-q01"}
    assert "c99-q01" in caplog.text


def test_what_is_good_is_kept_beside_what_is_not(db, learner):
    attempt = start(learner)

    faults = answering.save_answers(
        attempt,
        {
            "t01-q01": {"answer": ["zebra"]},
            "t01-q04": {"answer": ["twelve"]},
            "t01-q05": {"answer": ["ROPE "]},
        },
        at=STARTED,
    )

    assert faults == {"t01-q01": "answer.not-an-option", "t01-q04": "answer.not-a-number"}
    assert set(attempt.given()) == {"t01-q05"}


def test_attempts_are_limited_and_a_new_one_draws_again(db, learner):
    for number in range(3):
        attempt = start(learner, at=STARTED + timedelta(hours=number))
        operations.submit_attempt(attempt, at=STARTED + timedelta(hours=number, minutes=1))

    with pytest.raises(Refused, match=r"attempt\.none-left"):
        start(learner, at=STARTED + timedelta(hours=9))


def test_a_delay_between_attempts_is_counted_from_the_last_submission():
    earlier = rules.Earlier(started=1, used=1, ended_at=STARTED)

    with pytest.raises(Refused) as refused:
        rules.check_may_start({"delay_minutes": 60}, earlier, at=STARTED + timedelta(minutes=30))

    assert refused.value.values == {"minutes": 30}


def test_a_sitting_through_the_browser(app, login):
    with app.app_context():
        publish()
        make_user("amina", organisation=make_organisation())
        make_user("stranger", organisation=make_organisation(), role=Role.TRAINER)
    amina, stranger = login("amina"), login("stranger")

    started = amina.post(f"/assessments/{COURSE}/start")
    page = amina.get(started.location)
    broken = amina.post(
        started.location, data={"t01-q04:answer": "twelve", "t01-q01:answer": "a", "submit": "1"}
    )
    with app.app_context():
        attempt = app.extensions["sqlalchemy"].session.scalar(everywhere(Attempt))
        fields = {
            f"{key}:{name}": values
            for key, given in right_answers(attempt).items()
            for name, values in given.items()
        }
    submitted = amina.post(started.location, data={**fields, "submit": "1"})
    retried = amina.post(started.location, data={**fields, "submit": "1"})
    result = amina.get(submitted.location)

    assert "Where does water come from?" in page.text
    assert broken.status_code == 422
    assert "Write a number" in broken.text
    assert "100.00" in result.text
    assert submitted.location == retried.location
    assert stranger.get(submitted.location).status_code == 404
    assert stranger.post(started.location, data=fields).status_code == 404


def test_autosave_answers_in_json(app, login):
    with app.app_context():
        publish()
        make_user("amina", organisation=make_organisation())
    amina = login("amina")
    address = amina.post(f"/assessments/{COURSE}/start").location

    answer = amina.post(address, data={"t01-q05:answer": "a rope"}, headers={"X-Autosave": "1"})

    assert answer.status_code == 200
    assert answer.json["said"].startswith("saved ")
    assert answer.json["faults"] == []
    assert set(answer.json["was"]) >= {"t01-q05"}
    assert answer.json["open"].endswith("still open")
    assert "a rope" in amina.get(address).text


def test_an_observed_task_is_evidence_for_practice(app, login):
    with app.app_context():
        publish()
        organisation = make_organisation()
        user = make_user("amina", organisation=organisation)
        make_user("trainer", organisation=organisation, role=Role.TRAINER)
        key = user.id
    trainer = login("trainer")
    address = f"/observations/record/t01-p1/{key}"
    data = {"observed_on": "2026-03-01", "request_key": "once", "remark": ""}

    missing = trainer.post(address, data={**data, "criterion-rope-checked": "meets"})
    full = {**data, "criterion-rope-checked": "meets", "criterion-bucket-full": "meets"}
    first, second = trainer.post(address, data=full), trainer.post(address, data=full)

    assert missing.status_code == 422
    assert first.location == second.location
    with app.app_context():
        pieces = app.extensions["sqlalchemy"].session.scalars(everywhere(Evidence)).all()
        assert {(p.competency, p.value, p.kind) for p in pieces} == {
            ("gov-01", Decimal(1), "practical-observation"),
            ("gov-02", Decimal(1), "practical-observation"),
        }
    assert login("amina").get(f"/observations/record/t01-p1/{key}").status_code == 403


def test_an_assessment_of_a_domain_shows_its_blueprint_and_belongs_to_no_course(app, login):
    with app.app_context():
        publish()
        make_user("amina", organisation=make_organisation("lumeya"))
    amina = login("amina")

    intro = amina.get("/assessments/gov-before")
    place = amina.post("/assessments/gov-before/start").location
    result = amina.get(amina.post(place, data={"submit": "1"}).location)

    rows = re.findall(r"<tr><td>([^<]+)</td><td[^>]*>(\d)</td></tr>", intro.text)
    assert [count for _title, count in rows] == ["2", "1"]
    assert "Nobody is judged by it" in intro.text
    assert "Back to the course" not in result.text
    assert result.text.count('<section class="card"') == 3
    assert "/assessments/gov-before" in amina.get("/courses/").text
