"""Rating, closing and putting right: how an exercise becomes evidence."""

from datetime import date, datetime

from sqlalchemy.orm import joinedload

from lms.accounts.models import Organisation, User
from lms.accounts.once import made_before, once_key
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.evidence.operations import record
from lms.exercises import evidence, rules
from lms.exercises.models import (
    CorrectiveAction,
    Evaluator,
    Exercise,
    Objective,
    ObjectiveRating,
)
from lms.exercises.rules import RATINGS, ActionState, State
from lms.jobs.operations import enqueue
from lms.web.language import in_language

OVERDUE_JOB = "exercise-actions-overdue"


def rate(
    objective: Objective, evaluator: Evaluator, rating: str, remark: str = "", *, at: datetime
) -> ObjectiveRating:
    """Rate an objective P, S, M, U or N/O (not observed); an evaluator's later word replaces the earlier.

    Raises:
        Refused: `exercise.state-…`, `exercise.rating`, `exercise.not-evaluator`.
    """
    exercise = objective.exercise
    hold(exercise)
    rules.check_state(exercise.state, State.RUNNING, State.EVALUATING)
    if rating not in RATINGS:
        raise Refused("exercise.rating")
    if evaluator.exercise_id != exercise.id:
        raise Refused("exercise.not-evaluator")
    given = objective.rating_of(evaluator)
    if given is None:
        given = ObjectiveRating(objective=objective, evaluator=evaluator)
        db.session.add(given)
    given.rating, given.remark, given.at = rating, remark.strip(), at
    db.session.flush()
    return given


def check_closable(exercise: Exercise) -> None:
    """Refuse to close while the evaluation is not whole: see `rules.check_closable`."""
    rules.check_closable(
        {one.id.hex: one.name for one in exercise.rated_organisations},
        [frozenset(one.belongs) for one in exercise.evaluators],
        {in_language(one.titles, exercise.language): one.judgements for one in exercise.objectives},
    )


def close_exercise(exercise: Exercise, *, by: User, at: datetime) -> None:
    """Close an exercise and turn its ratings into evidence; closed already, it stays as it is.

    Raises:
        Refused: `exercise.not-lead`, `exercise.state-…`, `exercise.nobody-took-part`,
            `exercise.not-independent`, `exercise.unrated`.
    """
    hold(exercise)
    if exercise.lead_evaluator_id != by.id:
        raise Refused("exercise.not-lead")
    if exercise.state == State.CLOSED:
        return
    rules.check_state(exercise.state, State.EVALUATING)
    check_closable(exercise)
    exercise.state, exercise.closed_at = State.CLOSED.value, at
    db.session.flush()
    for fact in evidence.facts_of_exercise(exercise):
        record(fact, by=by, at=at)
    audit(by, "exercise.closed", exercise, at=at, organisation_id=exercise.host_id)


def add_corrective_action(
    exercise: Exercise,
    text: str,
    *,
    owner: User,
    organisation: Organisation,
    due_on: date,
    request_key: str = "",
    by: User | None,
    at: datetime,
) -> CorrectiveAction:
    """Agree on what must change, who sees to it for which organisation, and by when; a form sent twice is one.

    Raises:
        Refused: `exercise.state-…`, `exercise.text`, `exercise.due-past`, `exercise.foreign-organisation`.
    """
    key = once_key(by, request_key)
    known = made_before(CorrectiveAction, key)
    if known is not None:
        return known
    hold(exercise)
    rules.check_state(exercise.state, State.RUNNING, State.EVALUATING, State.CLOSED)
    if not text.strip():
        raise Refused("exercise.text")
    if due_on < rules.local_day(at, exercise.zone):
        raise Refused("exercise.due-past", day=due_on)
    if organisation.id not in {part.organisation_id for part in exercise.organisations}:
        raise Refused("exercise.foreign-organisation", organisation=organisation.name)
    action = CorrectiveAction(
        once_key=key,
        exercise=exercise,
        text=text.strip(),
        owner=owner,
        organisation=organisation,
        due_on=due_on,
        state=ActionState.OPEN.value,
        made_at=at,
    )
    db.session.add(action)
    db.session.flush()
    enqueue(
        OVERDUE_JOB,
        {},
        once_key=f"{OVERDUE_JOB}:{action.id}",
        at=rules.last_moment(due_on, exercise.zone),
    )
    audit(by, "corrective-action.added", action, at=at, organisation_id=organisation.id)
    return action


def complete_action(action: CorrectiveAction, *, by: User | None, at: datetime) -> None:
    """Mark a corrective action as done and record whether it was in time; done before, it stays as it is.

    Raises:
        Refused: `action.dropped`.
    """
    hold(action)
    if action.state == ActionState.DONE:
        return
    if action.state == ActionState.DROPPED:
        raise Refused("action.dropped")
    action.state, action.done_at = ActionState.DONE.value, at
    db.session.flush()
    _record_action(action, by=by, at=at)
    audit(by, "corrective-action.done", action, at=at, organisation_id=action.organisation_id)


def drop_action(action: CorrectiveAction, *, reason: str, by: User | None, at: datetime) -> None:
    """Give up a corrective action and say why; one that was overdue by then has counted as late and still does.

    Raises:
        Refused: `exercise.reason`, `action.done`.
    """
    hold(action)
    if action.state == ActionState.DONE:
        raise Refused("action.done")
    if not reason.strip():
        raise Refused("exercise.reason")
    if action.state == ActionState.DROPPED:
        return
    _record_action(action, by=by, at=at)
    action.state, action.drop_reason = ActionState.DROPPED.value, reason.strip()
    db.session.flush()
    audit(by, "corrective-action.dropped", action, at=at, organisation_id=action.organisation_id)


def record_overdue_actions(at: datetime) -> int:
    """Record each open action whose day has passed as not done in time; return how many are overdue.

    It can be called as often as one likes: an action is one piece of evidence.
    """
    statement = (
        everywhere(CorrectiveAction)
        .where(
            CorrectiveAction.state == ActionState.OPEN.value, CorrectiveAction.due_on <= at.date()
        )
        .options(joinedload(CorrectiveAction.exercise))
    )
    return sum(_record_action(one, by=None, at=at) for one in db.session.scalars(statement))


def _record_action(action: CorrectiveAction, *, by: User | None, at: datetime) -> bool:
    fact = evidence.fact_of_action(action, at)
    if fact is None:
        return False
    record(fact, by=by, at=at)
    return True
