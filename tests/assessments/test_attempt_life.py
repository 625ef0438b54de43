"""States of an attempt: over time, forward only, checked, with hints, handed in, marked, abandoned, void."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import create_engine

from factories.accounts import make_organisation, make_user
from factories.assessments import ESSAY, begin, rules_with, true_false
from factories.learning import COURSE, STARTED, complete, publish
from lms.accounts.queries import home_organisation_id
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import answering, operations, overrides, rules, standing
from lms.assessments.models import (
    ABANDONED,
    IN_PROGRESS,
    MARKED,
    SUBMITTED,
    VOIDED,
    Attempt,
    HandMark,
)
from lms.cohorts.models import Cohort, CohortMember
from lms.db import Base
from lms.errors import Refused
from lms.evidence.models import Evidence
from lms.jobs.models import Job
from lms.learning.operations import enrolment_of

TRUE, FALSE = {"answer": ["true"]}, {"answer": ["false"]}


def minutes(number):
    return timedelta(minutes=number)


@pytest.fixture
def learner(db):
    publish()
    return make_user("amina", organisation=make_organisation("lumeya"))


@pytest.fixture
def trainer(db, learner):
    return make_user("noor", organisation=make_organisation("programme"), role=Role.TRAINER)


def counting(db, user):
    found = db.session.scalars(everywhere(Evidence).where(Evidence.user_id == user.id))
    return {piece.competency: piece.value for piece in found if piece.end is None}


def test_an_attempt_that_is_not_handed_in_within_its_grace_is_abandoned(db, learner):
    attempt = begin(
        learner, true_false("a"), time_limit_minutes=10, time_up="grace", grace_minutes=5
    )
    answering.save_answers(attempt, {"a": TRUE}, at=STARTED)

    operations.close_attempt(attempt, at=STARTED + minutes(12))
    assert attempt.state == IN_PROGRESS

    operations.close_attempt(attempt, at=STARTED + minutes(16))
    assert (attempt.state, attempt.percent, counting(db, learner)) == (ABANDONED, None, {})


def test_in_its_grace_an_attempt_takes_no_answer_and_can_be_handed_in(db, learner):
    attempt = begin(
        learner, true_false("a"), time_limit_minutes=10, time_up="grace", grace_minutes=5
    )
    answering.save_answers(attempt, {"a": TRUE}, at=STARTED)
    late = STARTED + minutes(12)

    with pytest.raises(Refused, match=r"attempt\.over"):
        answering.save_answers(attempt, {"a": FALSE}, at=late)
    operations.submit_attempt(attempt, at=late)

    assert (attempt.state, attempt.percent) == (MARKED, Decimal(100))
    assert attempt.submitted_at == STARTED + minutes(10)


def test_an_abandoned_attempt_is_used_up(db, learner):
    more = {"time_limit_minutes": 10, "time_up": "abandon", "attempts_allowed": 1}
    attempt = begin(learner, true_false("a"), **more)
    operations.close_attempt(attempt, at=STARTED + minutes(11))

    with pytest.raises(Refused, match=r"attempt\.none-left"):
        begin(learner, true_false("a"), at=STARTED + minutes(20), **more)


def test_forward_only_an_answer_left_behind_stays(db, learner):
    attempt = begin(learner, true_false("a"), true_false("b"), layout="one", navigation="forward")
    answering.save_answers(attempt, {"a": TRUE}, at=STARTED)
    answering.reach_page(attempt, 1)

    faults = answering.save_answers(attempt, {"a": FALSE, "b": TRUE}, at=STARTED)

    assert faults == {"a": "answer.closed"}
    assert attempt.given() == {"a": {"answer": True}, "b": {"answer": True}}


def test_a_checked_answer_stays_as_it_was(db, learner):
    attempt = begin(learner, true_false("a"), review={"during": "all"})
    answering.save_answers(attempt, {"a": FALSE}, at=STARTED)
    answering.check_question(attempt, "a", at=STARTED)

    faults = answering.save_answers(attempt, {"a": TRUE}, at=STARTED)

    assert faults == {"a": "answer.closed"}
    assert attempt.given() == {"a": {"answer": False}}


def test_a_question_is_checked_only_where_the_rules_offer_it_and_only_when_answered(db, learner):
    closed = begin(learner, true_false("a"))
    with pytest.raises(Refused, match=r"attempt\.no-check"):
        answering.check_question(closed, "a", at=STARTED)
    operations.submit_attempt(closed, at=STARTED)
    opened = begin(learner, true_false("a"), at=STARTED + minutes(1), review={"during": "all"})
    with pytest.raises(Refused, match=r"attempt\.unanswered"):
        answering.check_question(opened, "a", at=STARTED + minutes(1))


def test_hints_are_counted_and_never_more_than_there_are(db, learner):
    spec = true_false("a", hints=[{"en": "Look again."}])
    attempt = begin(learner, spec, hint_penalty="0.5")

    assert [answering.show_hint(attempt, "a", at=STARTED) for _ in range(3)] == [1, 1, 1]
    answering.save_answers(attempt, {"a": TRUE}, at=STARTED)
    operations.submit_attempt(attempt, at=STARTED)

    assert attempt.percent == Decimal("50.00")


def test_an_essay_waits_for_its_marker_and_gives_evidence_only_then(db, learner, trainer):
    attempt = begin(learner, true_false("a"), ESSAY)
    answering.save_answers(attempt, {"a": TRUE, "e1": {"answer": ["Ada does it."]}}, at=STARTED)
    operations.submit_attempt(attempt, at=STARTED)
    assert (attempt.state, attempt.percent, counting(db, learner)) == (SUBMITTED, None, {})

    db.session.add(
        HandMark(
            attempt_id=attempt.id,
            question_key="e1",
            marker_id=trainer.id,
            ratings={"task": "not-yet"},
            share=Decimal(0),
            marked_at=STARTED,
        )
    )
    db.session.flush()
    operations.settle(attempt, by=trainer, at=STARTED + minutes(60))

    assert (attempt.state, attempt.percent) == (MARKED, Decimal("50.00"))
    assert attempt.marked_at == STARTED + minutes(60)
    assert counting(db, learner) == {"gov-01": Decimal("0.5")}


def test_an_essay_that_was_left_open_needs_no_marker(db, learner):
    attempt = begin(learner, true_false("a"), ESSAY)
    answering.save_answers(attempt, {"a": TRUE}, at=STARTED)
    operations.submit_attempt(attempt, at=STARTED)

    assert (attempt.state, attempt.percent) == (MARKED, Decimal("50.00"))


def test_a_mark_that_changes_supersedes_its_evidence_with_the_reason(db, learner):
    attempt = begin(learner, true_false("a"), true_false("b"))
    answering.save_answers(attempt, {"a": TRUE, "b": FALSE}, at=STARTED)
    operations.submit_attempt(attempt, at=STARTED)

    attempt.dropped = ["b"]
    operations.settle(attempt, by=None, at=STARTED, reason="b was unclear")
    attempt.dropped = []
    operations.settle(attempt, by=None, at=STARTED, reason="b was clear after all")

    pieces = db.session.scalars(everywhere(Evidence).order_by(Evidence.id)).all()
    assert [piece.value for piece in pieces] == [Decimal("0.5"), Decimal(1), Decimal("0.5")]
    assert [piece.end.reason if piece.end else None for piece in pieces] == [
        "b was unclear",
        "b was clear after all",
        None,
    ]
    assert len({piece.once_key for piece in pieces}) == 3


def test_a_void_attempt_counts_for_nothing_and_stays_readable(db, learner, trainer):
    complete(learner)
    enrolment = enrolment_of(learner, COURSE)
    attempt = db.session.get(Attempt, standing.attempts_and_allowances(learner, COURSE)[0][0].id)
    assert enrolment.completed_at is not None

    operations.void_attempt(attempt, "another person sat it", by=trainer, at=STARTED)

    assert attempt.state == VOIDED
    assert attempt.given()
    assert counting(db, learner) == {}
    assert enrolment.passed_at is None
    assert enrolment.completed_at is None
    with pytest.raises(Refused, match=r"attempt\.void-already"):
        operations.void_attempt(attempt, "again", by=trainer, at=STARTED)


def test_a_void_attempt_frees_its_place(db, learner, trainer):
    attempt = begin(learner, true_false("a"), attempts_allowed=1)
    operations.submit_attempt(attempt, at=STARTED)
    operations.void_attempt(attempt, "the power failed", by=trainer, at=STARTED)

    again = begin(learner, true_false("a"), at=STARTED + minutes(5), attempts_allowed=1)

    assert again.number == 2


def test_nobody_voids_their_own_attempt_or_without_a_reason(db, learner, trainer):
    attempt = begin(learner, true_false("a"))

    with pytest.raises(Refused, match=r"attempt\.void-own"):
        operations.void_attempt(attempt, "mine", by=learner, at=STARTED)
    with pytest.raises(Refused, match=r"attempt\.void-reason"):
        operations.void_attempt(attempt, "  ", by=trainer, at=STARTED)


def test_a_baseline_of_the_course_completes_nothing(db, learner):
    complete(learner)
    enrolment = enrolment_of(learner, COURSE)
    enrolment.passed_at = enrolment.completed_at = None
    db.session.flush()

    baseline = begin(learner, true_false("a"), key="village-well-baseline", at=STARTED)
    answering.save_answers(baseline, {"a": TRUE}, at=STARTED)
    operations.submit_attempt(baseline, at=STARTED)

    assert baseline.passed
    assert enrolment.passed_at is None


# -- overrides ------------------------------------------------------------------------------------


def grant(learner, trainer, allowance, **more):
    organisation = trainer.memberships[0].organisation
    values = {
        "user": learner,
        "reason": "broken arm",
        "request_key": "one",
        "by": trainer,
        "at": STARTED,
    }
    return overrides.grant(
        rules_with(time_limit_minutes=20, attempts_allowed=1),
        organisation,
        allowance,
        **values | more,
    )


def test_more_time_reaches_an_attempt_that_is_under_way_and_its_closing_job(db, learner, trainer):
    attempt = begin(learner, true_false("a"), time_limit_minutes=20)

    grant(learner, trainer, rules.Allowance(extra_minutes=15))

    assert attempt.deadline == STARTED + minutes(35)
    due = sorted(job.run_at for job in db.session.scalars(db.select(Job)))
    assert due[-1] == STARTED + minutes(35) + rules.GRACE
    operations.close_attempt(attempt, at=STARTED + minutes(21))
    assert attempt.state == IN_PROGRESS


def test_a_withdrawn_override_holds_no_longer_and_stays_on_the_record(db, learner, trainer):
    attempt = begin(learner, true_false("a"), time_limit_minutes=20)
    held = rules_with(time_limit_minutes=20)
    made = grant(learner, trainer, rules.Allowance(extra_minutes=15))

    with pytest.raises(Refused, match=r"override\.reason"):
        overrides.withdraw(made, held, reason=" ", by=trainer, at=STARTED + minutes(1))
    overrides.withdraw(
        made, held, reason=" the arm has healed ", by=trainer, at=STARTED + minutes(1)
    )

    assert attempt.deadline == STARTED + minutes(20)
    assert standing.allowances_of(learner, COURSE) == []
    assert made.reason == "broken arm"
    assert (made.withdrawn_reason, made.withdrawn_by) == ("the arm has healed", trainer)
    with pytest.raises(Refused, match=r"override\.withdrawn"):
        overrides.withdraw(made, held, reason="again", by=trainer, at=STARTED)


@pytest.mark.parametrize(
    ("allowance", "code"),
    [
        (rules.Allowance(extra_minutes=15), r"override\.no-time-limit"),
        (rules.Allowance(extra_attempts=1), r"override\.unlimited"),
        (rules.Allowance(opens_at=STARTED), r"override\.no-opening"),
        (rules.Allowance(closes_at=STARTED), r"override\.no-closing"),
    ],
)
def test_what_would_change_nothing_is_not_granted(db, learner, trainer, allowance, code):
    with pytest.raises(Refused, match=code):
        overrides.grant(
            rules_with(time_limit_minutes=None, attempts_allowed=None),
            trainer.memberships[0].organisation,
            allowance,
            user=learner,
            reason="broken arm",
            request_key="one",
            by=trainer,
            at=STARTED,
        )


def test_one_waits_after_an_attempt_that_was_let_go_by_as_well(db, learner):
    held = {"time_limit_minutes": 20, "time_up": "abandon", "delay_minutes": 60}
    left = begin(learner, true_false("a"), **held)
    operations.close_attempt(left, at=STARTED + minutes(30))
    assert left.state == ABANDONED

    with pytest.raises(Refused, match=r"attempt\.too-soon") as refused:
        begin(learner, true_false("a"), at=STARTED + minutes(50), **held)
    again = begin(learner, true_false("a"), at=STARTED + minutes(80), **held)

    # From the moment when time was up, 20 minutes after the start.
    assert refused.value.values["minutes"] == 30
    assert again.number == 2


def test_a_cohorts_override_is_for_its_members_alone(db, learner, trainer):
    other = make_user("joseph", organisation=make_organisation("karsa"))
    cohort = Cohort(
        once_key="c",
        title="March",
        course_key=COURSE,
        organisation_id=trainer.memberships[0].organisation_id,
        trainer_id=trainer.id,
        starts_on=STARTED.date(),
        ends_on=STARTED.date(),
        made_at=STARTED,
    )
    db.session.add(cohort)
    db.session.flush()
    db.session.add(CohortMember(cohort_id=cohort.id, user_id=learner.id, joined_at=STARTED))
    db.session.flush()

    grant(None, trainer, rules.Allowance(extra_attempts=1), user=None, cohort=cohort)

    assert standing.allowances_of(learner, COURSE) == [rules.Allowance(extra_attempts=1)]
    assert standing.allowances_of(other, COURSE) == []


def test_the_same_form_twice_is_one_override(db, learner, trainer):
    first = grant(learner, trainer, rules.Allowance(extra_minutes=5))

    assert grant(learner, trainer, rules.Allowance(extra_minutes=5)).id == first.id


@pytest.mark.parametrize(
    ("allowance", "more", "code"),
    [
        (rules.Allowance(), {}, "override.nothing"),
        (rules.Allowance(extra_minutes=5), {"reason": " "}, "override.reason"),
        (rules.Allowance(extra_minutes=5), {"user": None}, "override.whom"),
        (rules.Allowance(extra_minutes=5000), {}, "override.much"),
        (
            rules.Allowance(opens_at=STARTED, closes_at=STARTED),
            {},
            "override.order",
        ),
    ],
)
def test_what_makes_no_override(db, learner, trainer, allowance, more, code):
    with pytest.raises(Refused) as refused:
        grant(learner, trainer, allowance, **more)

    assert refused.value.code == code


def test_nobody_grants_themselves_an_override(db, learner, trainer):
    with pytest.raises(Refused, match=r"override\.own"):
        grant(trainer, trainer, rules.Allowance(extra_minutes=5))


def test_what_the_next_attempt_asks_of_those_before(db, learner):
    home = home_organisation_id(learner)
    assert home is not None
    assert standing.standing_of(learner, COURSE) == (rules.Earlier(), [], home)

    first = begin(learner)
    assert standing.standing_of(learner, COURSE).earlier.running
    operations.submit_attempt(first, at=STARTED + minutes(5))
    second = begin(learner, at=STARTED + minutes(10))
    operations.submit_attempt(second, at=STARTED + minutes(15))
    admin = make_user("admin", organisation=make_organisation("elsewhere"))
    operations.void_attempt(second, "Two people sat it.", by=admin, at=STARTED + minutes(20))

    found = standing.standing_of(learner, first.assessment_key).earlier
    assert (found.started, found.used, found.running) == (2, 1, False)
    assert found.ended_at == STARTED + minutes(5)


def test_it_reads_nobody_elses_attempts():
    """SQLite answers from the index of one's own attempts; another would lead it through those of everybody."""
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    text = str(
        standing._earlier().statement.compile(engine, compile_kwargs={"literal_binds": False})
    )
    text = re.sub(r"IN \(__\[POSTCOMPILE_\w+\]\)", "IN ('submitted', 'marked')", text)

    with engine.connect() as connection:
        values = ["x"] * text.count("?")
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", tuple(values)).all()

    assert "COVERING INDEX ix_attempts_standing (user_id=? AND assessment_key=?)" in str(plan)
