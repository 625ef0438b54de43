"""From the plan to evidence, with numbers worked by hand."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from factories.accounts import make_organisation, make_post, make_user
from factories.exercises import (
    STARTS,
    TEMPLATE,
    make_exercise,
    make_partners,
    make_staffed,
    play,
    rate_all,
)
from lms.accounts.scope import everywhere
from lms.errors import Refused
from lms.evidence.models import Evidence
from lms.exercises import evaluation, operations, queries, words
from lms.exercises.models import CorrectiveAction, Exercise, LogEntry
from lms.exercises.rules import ExerciseRole, State
from lms.jobs.models import Job

CLOSED = STARTS + timedelta(days=1)


def evidence(db, **narrowed):
    return list(db.session.scalars(everywhere(Evidence).filter_by(**narrowed)))


def refusal(function, *args, **kwargs) -> str:
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    return caught.value.code


def test_the_template_is_frozen_into_the_exercise(db):
    template = {**TEMPLATE, "title": {"en": "Before"}}
    exercise = operations.schedule_exercise(
        template,
        host=make_organisation("a"),
        organisations=[b := make_organisation("b")],
        evaluated=[b],
        starts_at=STARTS,
        zone="UTC",
        by=None,
        at=STARTS,
    )
    db.session.commit()

    template["title"] = {"en": "After"}
    db.session.expire_all()

    assert exercise.titles == {"en": "Before"}
    assert exercise.template["aims"] == TEMPLATE["aims"]
    assert exercise.ends_at == STARTS + timedelta(minutes=120)
    assert len(exercise.organisations) == 2


def test_a_bad_plan_changes_nothing(db, at):
    partners = make_partners()

    assert refusal(make_exercise, partners, ends_at=STARTS) == "exercise.order"
    assert refusal(make_exercise, partners, zone="Nowhere") == "exercise.zone"
    assert refusal(make_exercise, partners, organisations=[]) == "exercise.alone"
    assert db.session.scalars(everywhere(Exercise)).all() == []


def test_injects_follow_an_exercise_that_moves_across_a_clock_change(db):
    """Beirut goes to summer time on 29 March 2026: 09:00 is 07:00 UTC the day before and 06:00 that day."""
    exercise = make_exercise(
        make_partners(), starts_at=datetime(2026, 3, 28, 7, 0, tzinfo=UTC), zone="Asia/Beirut"
    )
    moved = datetime(2026, 3, 29, 6, 0, tzinfo=UTC)

    operations.reschedule_exercise(
        exercise,
        starts_at=moved,
        ends_at=moved + timedelta(hours=2),
        zone="Asia/Beirut",
        venue="Ward hall",
        by=None,
        at=STARTS,
    )

    assert [one.due_at for one in exercise.injects] == [moved, moved + timedelta(minutes=45)]
    assert exercise.sequence == 1


def test_moving_asks_again_once_and_a_repeated_form_changes_nothing(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    new = {
        "starts_at": STARTS + timedelta(days=7),
        "ends_at": STARTS + timedelta(days=7, hours=2),
        "zone": exercise.zone,
        "venue": exercise.venue,
        "by": partners.trainer,
        "at": STARTS,
    }

    operations.reschedule_exercise(exercise, **new)
    asked = {one.answer for one in exercise.participants}
    operations.answer_invitation(exercise.participants[0], accepted=True, by=None, at=STARTS)
    operations.reschedule_exercise(exercise, **new)

    assert asked == {"invited"}
    assert exercise.sequence == 1
    assert exercise.participants[0].answer == "accepted"


def test_moving_shows_who_is_booked_elsewhere(db):
    partners = make_partners()
    first = make_staffed(partners)
    second = make_exercise(partners, starts_at=STARTS + timedelta(days=3))
    operations.invite(
        second, partners.amina, partners.north, ExerciseRole.PLAYER, by=None, at=STARTS
    )
    before = queries.booked_elsewhere(second)

    operations.reschedule_exercise(
        second,
        starts_at=STARTS + timedelta(hours=1),
        ends_at=STARTS + timedelta(hours=3),
        zone="UTC",
        venue="",
        by=None,
        at=STARTS,
    )

    assert before == set()
    assert queries.booked_elsewhere(second) == {partners.amina.id}
    assert queries.booked_elsewhere(first) == {partners.amina.id}


def test_nobody_both_plays_and_evaluates(db):
    partners = make_partners()
    exercise = make_staffed(partners)

    with pytest.raises(Refused, match=r"exercise\.both"):
        operations.add_evaluator(exercise, partners.amina, partners.north, by=None, at=STARTS)
    with pytest.raises(Refused, match=r"exercise\.both"):
        operations.invite(
            exercise, partners.evaluator, partners.mission, ExerciseRole.PLAYER, by=None, at=STARTS
        )
    stranger, elsewhere = make_user(), make_organisation("elsewhere")
    with pytest.raises(Refused, match=r"exercise\.foreign-organisation"):
        operations.invite(exercise, stranger, elsewhere, ExerciseRole.PLAYER, by=None, at=STARTS)


def test_an_evaluator_is_dismissed_until_a_rating_was_given(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    lead, helper = exercise.evaluators
    operations.dismiss_evaluator(lead, by=None, at=STARTS)
    db.session.commit()
    play(exercise)
    rate_all(exercise, {"noor": ("P", "P")})

    with pytest.raises(Refused, match=r"exercise\.has-rated"):
        operations.dismiss_evaluator(helper, by=None, at=STARTS)
    assert exercise.lead_evaluator_id is None
    assert exercise.evaluators == [helper]


def test_only_the_lead_evaluator_closes(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    play(exercise)
    rate_all(exercise, {"eva": ("P", "P")})

    assert (
        refusal(evaluation.close_exercise, exercise, by=partners.trainer, at=CLOSED)
        == "exercise.not-lead"
    )
    assert exercise.state == "evaluating"


def test_an_exercise_with_unrated_objectives_stays_open(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    play(exercise)
    rate_all(exercise, {"noor": ("P", "P")})

    # Noor is of the north: her ratings count for the south alone.
    with pytest.raises(Refused) as caught:
        evaluation.close_exercise(exercise, by=partners.evaluator, at=CLOSED)

    assert caught.value.code == "exercise.unrated"
    assert caught.value.values["objectives"] == ["Alert at trigger", "Share boats"]
    assert evidence(db) == []


def test_an_evaluator_who_also_belongs_to_the_rated_house_is_not_independent(db):
    """By post or membership, in the house or an office below it."""
    partners = make_partners()
    exercise = make_exercise(partners)
    office = make_organisation("north-office", parent=partners.north)
    make_post(office, holder=partners.evaluator)

    evaluator = operations.add_evaluator(
        exercise, partners.evaluator, partners.mission, by=None, at=STARTS
    )

    assert {partners.mission.id.hex, partners.north.id.hex, office.id.hex} == set(evaluator.belongs)


def test_closing_turns_ratings_into_evidence(db):
    """Eva (mission): S, N/O. Noor (north): U, P. For the north only Eva counts: alert 2/3, boats unobserved.
    For the south both: alert (2/3 + 0)/2 = 1/3, boats 1."""
    partners = make_partners()
    exercise = make_staffed(partners)
    play(exercise)
    rate_all(exercise, {"eva": ("S", "N/O"), "noor": ("U", "P")})

    evaluation.close_exercise(exercise, by=partners.evaluator, at=CLOSED)
    evaluation.close_exercise(exercise, by=partners.evaluator, at=CLOSED)
    db.session.commit()

    performance = evidence(db, indicator="exercise-performance")
    shares = sorted((one.organisation.code, one.value) for one in performance)
    assert shares == [
        ("north", Decimal("0.666667")),
        ("south", Decimal("0.333333")),
        ("south", Decimal("1.000000")),
    ]
    assert {one.group for one in performance} == {f"exercise:{exercise.id}"}
    assert {one.unit for one in performance} == {"share"}
    assert {one.observed_on for one in performance} == {date(2026, 6, 10)}
    south = {
        one.value: one.assessor.code for one in performance if one.organisation.code == "south"
    }
    assert south == {Decimal("0.333333"): "mission", Decimal("1.000000"): "north"}

    personal = [one for one in evidence(db) if one.competency]
    assert sorted((p.user.sign_in_name, p.competency, p.value, p.leading) for p in personal) == [
        ("amina", "cri-02", Decimal("0.666667"), True),
        ("omar", "cri-02", Decimal("0.666667"), False),
        ("salma", "coo-04", Decimal("1.000000"), False),
        ("salma", "cri-01", Decimal("1.000000"), False),
        ("salma", "cri-02", Decimal("0.333333"), False),
    ]
    assert {one.kind for one in personal} == {"exercise-evaluation"}
    results = queries.results(exercise)
    assert queries.means(results, exercise.rated_organisations)[partners.south.id] == (
        Decimal("1.333333") / 2
    )


def test_who_did_not_accept_or_only_watches_earns_no_evidence(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    operations.answer_invitation(exercise.participants[1], accepted=False, by=None, at=STARTS)
    operations.invite(
        exercise, partners.salma, partners.south, ExerciseRole.OBSERVER, by=None, at=STARTS
    )
    play(exercise)
    rate_all(exercise, {"eva": ("P", "P")})

    evaluation.close_exercise(exercise, by=partners.evaluator, at=CLOSED)

    assert {one.user.sign_in_name for one in evidence(db) if one.user} == {"amina"}
    assert {one.organisation.code for one in evidence(db)} == {"north"}


def test_a_closed_or_cancelled_exercise_changes_no_more(db):
    partners = make_partners()
    closed, cancelled = make_staffed(partners), make_exercise(partners)
    play(closed)
    rate_all(closed, {"eva": ("P", "P")})
    evaluation.close_exercise(closed, by=partners.evaluator, at=CLOSED)
    operations.cancel_exercise(cancelled, reason="Flood", by=None, at=CLOSED)

    answer = operations.answer_invitation
    part = closed.participants[0]
    assert refusal(answer, part, accepted=False, by=None, at=CLOSED) == "exercise.state-closed"
    assert refusal(operations.start_exercise, cancelled, by=None, at=CLOSED) == (
        "exercise.state-cancelled"
    )
    with pytest.raises(Refused, match=r"exercise\.state-closed"):
        evaluation.rate(closed.objectives[0], closed.evaluators[0], "U", at=CLOSED)


def test_a_rating_is_one_by_objective_and_evaluator(db):
    exercise = make_staffed(make_partners())
    play(exercise)
    rate_all(exercise, {"eva": ("P", "M")})
    rate_all(exercise, {"eva": ("S", "M")})

    assert [[one.rating for one in row.ratings] for row in exercise.objectives] == [["S"], ["M"]]


def test_forms_sent_twice_make_one_thing(db, at):
    partners = make_partners()
    once = [make_exercise(partners, request_key="k").id for _ in range(3)]
    exercise = make_staffed(partners)
    operations.start_exercise(exercise, by=None, at=STARTS)
    for minute in (0, 5):
        moment = STARTS + timedelta(minutes=minute)
        operations.deliver_inject(exercise.injects[0], by=partners.trainer, at=moment)
        operations.add_log_entry(exercise, "Siren", request_key="k", by=partners.trainer, at=moment)
        evaluation.add_corrective_action(
            exercise,
            "Repair the siren",
            owner=partners.amina,
            organisation=partners.north,
            due_on=date(2026, 7, 1),
            request_key="k",
            by=partners.trainer,
            at=moment,
        )

    assert len(set(once)) == 1
    assert exercise.injects[0].delivered_at == STARTS
    assert len(db.session.scalars(db.select(LogEntry)).all()) == 1
    assert len(db.session.scalars(everywhere(CorrectiveAction)).all()) == 1
    assert len(db.session.scalars(db.select(Job)).all()) == 1


def make_action(partners, exercise, due_on=date(2026, 7, 1)):
    return evaluation.add_corrective_action(
        exercise,
        "Repair the siren",
        owner=partners.amina,
        organisation=partners.north,
        due_on=due_on,
        by=partners.trainer,
        at=STARTS,
    )


def test_corrective_actions_count_one_in_time_and_none_when_late(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    play(exercise)
    in_time, late, dropped = (make_action(partners, exercise) for _ in range(3))
    # 1 July is the last day in Monrovia (UTC+0).
    evaluation.complete_action(in_time, by=None, at=datetime(2026, 7, 1, 23, 59, tzinfo=UTC))
    evaluation.drop_action(dropped, reason="Not needed", by=None, at=STARTS)

    before = evaluation.record_overdue_actions(datetime(2026, 7, 1, 23, 59, tzinfo=UTC))
    after = evaluation.record_overdue_actions(datetime(2026, 7, 2, 0, 1, tzinfo=UTC))
    evaluation.record_overdue_actions(datetime(2026, 7, 9, tzinfo=UTC))
    evaluation.complete_action(late, by=None, at=datetime(2026, 7, 10, tzinfo=UTC))

    found = evidence(db, indicator="corrective-actions-on-time")
    assert (before, after) == (0, 1)
    assert sorted((one.numerator, one.denominator, one.observed_on) for one in found) == [
        (Decimal(0), Decimal(1), date(2026, 7, 1)),
        (Decimal(1), Decimal(1), date(2026, 7, 1)),
    ]
    assert {one.organisation.code for one in found} == {"north"}
    assert late.state == "done"


def test_a_corrective_action_needs_words_and_a_day_to_come(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    play(exercise)

    with pytest.raises(Refused, match=r"exercise\.due-past"):
        make_action(partners, exercise, due_on=date(2026, 6, 9))


def test_the_home_card_names_what_waits(db):
    partners = make_partners()
    exercise = make_staffed(partners)
    operations.invite(
        exercise, partners.north_trainer, partners.north, ExerciseRole.PLANNER, by=None, at=STARTS
    )
    before = STARTS - timedelta(days=1)

    assert queries.card(partners.amina, before)["next"] is exercise
    assert queries.card(partners.north_trainer, before)["kind"] == "turn"
    assert queries.card(partners.south_trainer, before) is None
    play(exercise)
    rate_all(exercise, {"noor": ("P", "P")})
    assert queries.card(partners.evaluator, CLOSED)["to_rate"] == [(exercise, 2)]
    assert queries.card(partners.north_evaluator, CLOSED) is None


def test_every_refusal_has_words():
    folder = Path(operations.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'Refused\(\s*"([^"]+)"', text))
    codes |= {f"exercise.state-{state.value}" for state in State}

    assert len(codes) > 15
    assert codes - words.REFUSALS.keys() == set()
