"""Trainers and evaluators who act on the same exercise at the same moment."""

from datetime import timedelta

import pytest

from factories.at_once import overlapping
from factories.exercises import (
    LONG_AGO,
    STARTS,
    TEMPLATE,
    make_exercise,
    make_partners,
    make_staffed,
    play,
    rate_all,
)
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.models import Organisation
from lms.accounts.scope import everywhere
from lms.audit.models import AuditEntry
from lms.db import db as handle
from lms.evidence.models import Evidence
from lms.exercises import evaluation, feeds, operations
from lms.exercises.evidence import facts_of_exercise
from lms.exercises.models import CorrectiveAction, Exercise, LogEntry, Participant
from lms.exercises.rules import ExerciseRole, State

AFTER = STARTS + timedelta(days=1)


def person(name="trainer"):
    return find_by_sign_in_name(name)


def exercise():
    return handle.session.scalars(everywhere(Exercise)).one()


def organisation(code):
    return handle.session.scalars(everywhere(Organisation).where(Organisation.code == code)).one()


def all_of(model, **narrowed):
    return handle.session.scalars(everywhere(model).filter_by(**narrowed)).all()


def entries(action):
    return all_of(AuditEntry, action=action)


@pytest.fixture
def played(app):
    """Ended, rated whole, not closed; with a corrective action."""
    with app.app_context():
        made = make_staffed(make_partners())
        play(made)
        rate_all(made, {"eva": ("P", "S"), "noor": ("S", "M")})
        agree_on("one")
        handle.session.commit()


def agree_on(request_key):
    return evaluation.add_corrective_action(
        exercise(),
        "Buy a second radio.",
        owner=person("amina"),
        organisation=organisation("north"),
        due_on=(AFTER + timedelta(days=30)).date(),
        request_key=request_key,
        by=person(),
        at=AFTER,
    )


def schedule():
    operations.schedule_exercise(
        TEMPLATE,
        host=organisation("mission"),
        organisations=[organisation("north")],
        evaluated=[organisation("north")],
        starts_at=STARTS,
        zone="UTC",
        request_key="one",
        by=person(),
        at=LONG_AGO,
    )


def note():
    operations.add_log_entry(
        exercise(), "The hall is full.", request_key="one", by=person(), at=AFTER
    )


def close():
    evaluation.close_exercise(exercise(), by=person("eva"), at=AFTER)


def rate(rating):
    made = exercise()
    eva = next(one for one in made.evaluators if one.user.sign_in_name == "eva")
    evaluation.rate(made.objectives[0], eva, rating, at=AFTER)


def test_a_plan_sent_twice_at_once_is_one_exercise(app):
    with app.app_context():
        make_partners()

    assert overlapping(app, schedule, schedule) == ["done", "done"]
    with app.app_context():
        assert len(all_of(Exercise)) == len(entries("exercise.scheduled")) == 1


def test_a_log_entry_and_a_corrective_action_sent_twice_at_once_are_one(app, played):
    def agree():
        agree_on("two")

    assert overlapping(app, note, note) == ["done", "done"]
    assert overlapping(app, agree, agree) == ["done", "done"]
    with app.app_context():
        assert len(all_of(LogEntry)) == 1
        assert len(all_of(CorrectiveAction)) == 2


def test_whoever_is_invited_twice_at_once_takes_part_once(app):
    with app.app_context():
        make_exercise(make_partners())

    def invite():
        operations.invite(
            exercise(),
            person("omar"),
            organisation("north"),
            ExerciseRole.PLAYER,
            by=person(),
            at=LONG_AGO,
        )

    assert overlapping(app, invite, invite) == ["done", "done"]
    with app.app_context():
        assert len(all_of(Participant)) == 1


def test_an_exercise_is_not_called_off_while_it_ends(app):
    with app.app_context():
        make_staffed(make_partners())
        operations.start_exercise(exercise(), by=None, at=STARTS)
        handle.session.commit()

    found = overlapping(
        app,
        lambda: operations.finish_exercise(exercise(), by=person(), at=AFTER),
        lambda: operations.cancel_exercise(exercise(), reason="Rain", by=person(), at=AFTER),
    )

    assert found == ["done", "exercise.state-evaluating"]
    with app.app_context():
        assert exercise().state == State.EVALUATING


def test_no_rating_changes_once_the_exercise_was_closed_on_it(app, played):
    assert overlapping(app, close, lambda: rate("U")) == ["done", "exercise.state-closed"]


def test_closing_counts_what_was_rated_just_before(app, played):
    """The evidence is of the ratings that stand, not of those that were read before one changed."""
    assert overlapping(app, lambda: rate("U"), close) == ["done", "done"]
    with app.app_context():
        given = [one.rating for one in exercise().objectives[0].ratings]
        assert "U" in given
        pieces = all_of(Evidence, kind="exercise-evaluation")
        facts = facts_of_exercise(exercise())
        assert {(one.once_key, one.value) for one in pieces} == {
            (one.once_key, one.value) for one in facts
        }


def test_an_exercise_closed_twice_at_once_is_closed_once(app, played):
    assert overlapping(app, close, close) == ["done", "done"]
    with app.app_context():
        assert len(entries("exercise.closed")) == 1


def test_a_corrective_action_is_not_given_up_while_it_is_done(app, played):
    def action():
        return handle.session.scalars(everywhere(CorrectiveAction)).one()

    found = overlapping(
        app,
        lambda: evaluation.complete_action(action(), by=person(), at=AFTER),
        lambda: evaluation.drop_action(action(), reason="No money", by=person(), at=AFTER),
    )

    assert found == ["done", "action.done"]
    with app.app_context():
        assert action().state == "done"
        assert len(entries("corrective-action.done")) == 1


def test_of_two_private_addresses_made_at_once_the_later_one_opens(app):
    with app.app_context():
        make_partners()
    tokens = []

    def renew():
        tokens.append(feeds.renew_feed(person("amina"), at=AFTER))

    assert overlapping(app, renew, renew) == ["done", "done"]
    with app.app_context():
        opens = [feeds.user_of(token) is not None for token in tokens]
        assert opens == [False, True]
