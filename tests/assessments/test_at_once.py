"""Forms about people that come twice at the same moment, and two who end the same thing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from factories.accounts import make_organisation, make_user
from factories.at_once import overlapping
from factories.learning import COURSE, STARTED, publish, start
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.models import Organisation
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import confirming, cut_scores, observing, operations, overrides, sittings
from lms.assessments.models import (
    Attempt,
    CutScoreRound,
    Override,
    PracticalObservation,
    Sitting,
    WorkConfirmation,
)
from lms.assessments.overrides import Allowance
from lms.assessments.queries import assessment, banks_of, rubric
from lms.audit.models import AuditEntry
from lms.db import db as handle
from lms.evidence.models import Evidence
from lms.jobs.models import Job


@pytest.fixture
def site(app):
    with app.app_context():
        home = make_organisation("home")
        make_user("amina", organisation=home)
        make_user("paul", organisation=home, role=Role.EVALUATOR)
        make_user("trainer", organisation=home, role=Role.TRAINER)


def person(name="amina"):
    return find_by_sign_in_name(name)


def home():
    return handle.session.scalars(everywhere(Organisation)).one()


def all_of(model, **narrowed):
    return handle.session.scalars(everywhere(model).filter_by(**narrowed)).all()


def observe():
    observing.record_observation(
        person(),
        rubric("t01-p1"),
        {"rope-checked": "meets", "bucket-full": "partly"},
        competencies=["gov-01"],
        observed_on=STARTED.date(),
        remark="",
        request_key="one",
        by=person("paul"),
        at=STARTED,
    )


def confirm():
    confirming.confirm_work(
        person(),
        "gov-01",
        observed_on=STARTED.date(),
        seen="Led the meeting.",
        request_key="one",
        by=person("paul"),
        at=STARTED,
    )


def grant():
    overrides.grant(
        assessment(COURSE),
        home(),
        Allowance(extra_attempts=1),
        user=person(),
        reason="The power failed.",
        request_key="one",
        by=person("trainer"),
        at=STARTED,
    )


@pytest.mark.parametrize(
    ("deed", "model"),
    [(observe, PracticalObservation), (confirm, WorkConfirmation), (grant, Override)],
)
def test_a_form_sent_twice_at_once_is_one_record(app, site, deed, model):
    assert overlapping(app, deed, deed) == ["done", "done"]
    with app.app_context():
        assert len(all_of(model)) == 1
        assert len(all_of(AuditEntry, thing_kind=model.__tablename__)) == 1
        assert len(all_of(Evidence)) == (0 if model is Override else 1)


def test_an_override_withdrawn_twice_at_once_keeps_the_first_reason(app, site):
    with app.app_context():
        grant()
        handle.session.commit()

    def withdraw(reason):
        override = handle.session.scalars(everywhere(Override)).one()
        overrides.withdraw(
            override, assessment(COURSE), reason=reason, by=person("trainer"), at=STARTED
        )

    found = overlapping(app, lambda: withdraw("first"), lambda: withdraw("second"))

    assert found == ["done", "override.withdrawn"]
    with app.app_context():
        assert [one.withdrawn_reason for one in all_of(Override)] == ["first"]


def test_an_observation_signed_twice_at_once_keeps_the_first_word(app, site):
    with app.app_context():
        observe()
        handle.session.commit()

    def sign(agreed):
        made = handle.session.scalars(everywhere(PracticalObservation)).one()
        observing.countersign(made, agreed=agreed, remark="Mine", by=person(), at=STARTED)

    found = overlapping(app, lambda: sign(False), lambda: sign(True))

    assert found == ["done", "observation.signed"]
    with app.app_context():
        assert [one.agreed for one in all_of(PracticalObservation)] == [False]


def open_round():
    """A round of cut scores on one question, whose key it gives."""
    rules = assessment(COURSE)
    banks = banks_of(rules)
    chosen = [spec["key"] for spec in cut_scores.candidates(rules, banks)][:1]
    made = cut_scores.open_round(
        rules, banks, home(), title="A", chosen=chosen, by=person("trainer"), at=STARTED
    )
    handle.session.commit()
    return cut_scores.keys_of(made)[0]


def the_round():
    return handle.session.scalars(everywhere(CutScoreRound)).one()


def test_an_estimate_does_not_slip_into_a_round_that_is_being_closed(app, site):
    with app.app_context():
        key = open_round()

    found = overlapping(
        app,
        lambda: cut_scores.close_round(the_round(), by=person("trainer"), at=STARTED),
        lambda: cut_scores.save_estimates(the_round(), person("paul"), {key: "60"}, at=STARTED),
    )

    assert found == ["done", "cut-score.closed"]
    with app.app_context():
        assert cut_scores.judgements_of(the_round()) == []


def test_estimates_sent_twice_at_once_are_kept_once(app, site):
    with app.app_context():
        key = open_round()

    def save():
        cut_scores.save_estimates(the_round(), person("paul"), {key: "60"}, at=STARTED)

    assert overlapping(app, save, save) == ["done", "done"]
    with app.app_context():
        assert [one.estimate for one in cut_scores.judgements_of(the_round())] == [60]


def test_an_attempt_started_in_two_tabs_at_once_is_one(app, site):
    with app.app_context():
        publish()
        handle.session.commit()

    assert overlapping(app, lambda: start(person()), lambda: start(person())) == ["done", "done"]
    with app.app_context():
        [attempt] = all_of(Attempt)
        assert attempt.number == 1
        [job] = handle.session.scalars(select(Job))
        assert job.payload == {"attempt": str(attempt.id)}


def test_an_attempt_declared_void_twice_at_once_keeps_the_first_reason(app, site):
    with app.app_context():
        publish()
        attempt = start(person())
        operations.submit_attempt(attempt, at=STARTED)
        handle.session.commit()

    def void(reason):
        attempt = handle.session.scalars(everywhere(Attempt)).one()
        operations.void_attempt(attempt, reason, by=person("trainer"), at=STARTED)

    found = overlapping(app, lambda: void("first"), lambda: void("second"))

    assert found == ["done", "attempt.void-already"]
    with app.app_context():
        assert [one.void_reason for one in all_of(Attempt)] == ["first"]
        assert all(one.end is not None for one in all_of(Evidence))


def test_a_sitting_closed_twice_at_once_closes_at_the_first_moment(app, site):
    with app.app_context():
        sittings.hold_sitting(
            COURSE,
            home(),
            opens_at=STARTED,
            closes_at=STARTED + timedelta(hours=2),
            place="Hall",
            by=person("trainer"),
            at=STARTED,
        )
        handle.session.commit()

    def close(minutes):
        sitting = handle.session.scalars(everywhere(Sitting)).one()
        at = STARTED + timedelta(minutes=minutes)
        sittings.close_sitting(sitting, "Calm.", by=person("trainer"), at=at)

    assert overlapping(app, lambda: close(30), lambda: close(40)) == ["done", "done"]
    with app.app_context():
        assert [one.closes_at for one in all_of(Sitting)] == [STARTED + timedelta(minutes=30)]
