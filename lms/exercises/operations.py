"""Planning and running an exercise. Each operation takes `by` and `at`; the edge commits."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from lms.accounts.models import Organisation, User
from lms.accounts.once import made_before, once_key
from lms.accounts.queries import own_organisations, posts_held
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.exercises import rules
from lms.exercises.models import (
    Evaluator,
    Exercise,
    ExerciseOrganisation,
    Inject,
    LogEntry,
    Objective,
    Participant,
)
from lms.exercises.rules import Answer, ExerciseRole, State

#: States in which an exercise can still change: neither closed nor cancelled.
ALIVE = (State.PLANNED, State.RUNNING, State.EVALUATING)


def schedule_exercise(
    template: Mapping[str, Any],
    *,
    host: Organisation,
    organisations: Collection[Organisation],
    evaluated: Collection[Organisation],
    starts_at: datetime,
    ends_at: datetime | None = None,
    zone: str,
    title: str = "",
    venue: str = "",
    purpose: str = "",
    request_key: str = "",
    by: User | None,
    at: datetime,
) -> Exercise:
    """Plan an exercise from a template, whose texts are frozen into it; the same form sent twice is one.

    Args:
        template: in the format of `assessments/exercises/*.yaml`, as plain values.
        host: takes part and manages; it is added to `organisations` if it is missing there.
        evaluated: those of the organisations whose performance is rated.
        ends_at: without it the template's duration counts.
        zone: name of the time zone of the venue.

    Raises:
        Refused: `exercise.alone`, `exercise.evaluated`, `exercise.order`, `exercise.zone`.
    """
    once = once_key(by, request_key)
    known = made_before(Exercise, once)
    if known is not None:
        return known
    ends_at = ends_at or starts_at + timedelta(minutes=template["duration_minutes"])
    taking_part = {one.id: one for one in (host, *organisations)}
    rated = {one.id for one in evaluated}
    rules.check_times(starts_at, ends_at, zone)
    rules.check_organisations(taking_part.keys(), rated)
    key = uuid7()
    exercise = Exercise(
        id=key,
        once_key=once,
        uid=f"{key}@baraza",
        titles={template["language"]: title.strip()} if title.strip() else template["title"],
        kind=template["kind"],
        template_key=template["key"],
        template=dict(template),
        host=host,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        venue=venue.strip(),
        purpose=purpose.strip(),
        made_at=at,
        made_by_id=by.id if by else None,
        changed_at=at,
        organisations=[
            ExerciseOrganisation(organisation=one, evaluated=one.id in rated)
            for one in taking_part.values()
        ],
        objectives=[
            Objective(
                key=one["key"],
                number=number,
                titles=one["title"],
                competencies=list(one["competencies"]),
                anchors=one["ratings"],
            )
            for number, one in enumerate(template["objectives"], start=1)
        ],
        injects=[
            Inject(
                key=one["key"],
                number=number,
                offset_minutes=one["offset_minutes"],
                sender=one["from"],
                recipient=one["to"],
                channel=one["channel"],
                content=one["content"],
                expected=one["expected"],
            )
            for number, one in enumerate(template.get("injects", ()), start=1)
        ],
    )
    db.session.add(exercise)
    db.session.flush()
    audit(by, "exercise.scheduled", exercise, at=at, organisation_id=host.id)
    return exercise


def reschedule_exercise(
    exercise: Exercise,
    *,
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    venue: str,
    by: User | None,
    at: datetime,
) -> None:
    """Move a planned exercise; injects follow, calendars learn of it, and who answered is asked again once.

    A change of the venue alone asks nobody again. The same form sent twice changes nothing the second time.

    Raises:
        Refused: `exercise.state-…`, `exercise.order`, `exercise.zone`.
    """
    hold(exercise)
    rules.check_state(exercise.state, State.PLANNED)
    rules.check_times(starts_at, ends_at, zone)
    before = (exercise.starts_at, exercise.ends_at, exercise.zone, exercise.venue)
    after = (starts_at, ends_at, zone, venue.strip())
    if before == after:
        return
    exercise.starts_at, exercise.ends_at, exercise.zone, exercise.venue = after
    exercise.sequence += 1
    exercise.changed_at = at
    if before[:2] != after[:2]:
        for participant in exercise.participants:
            participant.answer, participant.answered_at = Answer.INVITED.value, None
    db.session.flush()
    audit(
        by,
        "exercise.rescheduled",
        exercise,
        at=at,
        organisation_id=exercise.host_id,
        changes={"before": before[0].isoformat(), "after": starts_at.isoformat()},
    )


def cancel_exercise(exercise: Exercise, *, reason: str, by: User | None, at: datetime) -> None:
    """Call an exercise off; it stays visible, with the reason, and calendars learn of it.

    Raises:
        Refused: `exercise.state-…`, `exercise.reason` without a reason.
    """
    hold(exercise)
    if exercise.state == State.CANCELLED:
        return
    rules.check_state(exercise.state, State.PLANNED, State.RUNNING)
    if not reason.strip():
        raise Refused("exercise.reason")
    exercise.state = State.CANCELLED.value
    exercise.cancelled_at = exercise.changed_at = at
    exercise.cancel_reason = reason.strip()
    exercise.sequence += 1
    db.session.flush()
    audit(by, "exercise.cancelled", exercise, at=at, organisation_id=exercise.host_id)


def _check_takes_part(exercise: Exercise, organisation: Organisation) -> None:
    if organisation.id not in {part.organisation_id for part in exercise.organisations}:
        raise Refused("exercise.foreign-organisation", organisation=organisation.name)


def _evaluator_of(exercise: Exercise, user: User) -> Evaluator | None:
    statement = everywhere(Evaluator).where(
        Evaluator.exercise_id == exercise.id, Evaluator.user_id == user.id
    )
    return db.session.scalar(statement)


def _participant_of(exercise: Exercise, user: User) -> Participant | None:
    statement = everywhere(Participant).where(
        Participant.exercise_id == exercise.id, Participant.user_id == user.id
    )
    return db.session.scalar(statement)


def invite(
    exercise: Exercise,
    user: User,
    organisation: Organisation,
    role: ExerciseRole,
    *,
    by: User | None,
    at: datetime,
) -> Participant:
    """Invite a person for an organisation; who is invited already keeps the answer and takes the role.

    Raises:
        Refused: `exercise.state-…`, `exercise.foreign-organisation`, `exercise.both` for an evaluator.
    """
    hold(exercise)
    rules.check_state(exercise.state, *ALIVE)
    _check_takes_part(exercise, organisation)
    if _evaluator_of(exercise, user) is not None:
        raise Refused("exercise.both", name=user.name)
    known = _participant_of(exercise, user)
    if known is not None:
        known.role = role.value
        return known
    participant = Participant(
        exercise=exercise,
        user=user,
        organisation=organisation,
        role=role.value,
        answer=Answer.INVITED.value,
    )
    db.session.add(participant)
    db.session.flush()
    audit(by, "exercise.invited", participant, at=at, organisation_id=organisation.id)
    return participant


def answer_invitation(
    participant: Participant, *, accepted: bool, by: User | None, at: datetime
) -> None:
    """Accept or decline; a trainer may answer for somebody without a phone, and the trail says who did.

    Raises:
        Refused: `exercise.state-…`.
    """
    hold(participant.exercise)
    rules.check_state(participant.exercise.state, *ALIVE)
    answer = Answer.ACCEPTED if accepted else Answer.DECLINED
    if participant.answer == answer:
        return
    participant.answer, participant.answered_at = answer.value, at
    db.session.flush()
    audit(
        by,
        f"exercise.{answer.value}",
        participant,
        at=at,
        organisation_id=participant.organisation_id,
    )


def add_evaluator(
    exercise: Exercise, user: User, organisation: Organisation, *, by: User | None, at: datetime
) -> Evaluator:
    """Appoint an evaluator for one exercise; the first leads until another is appointed to.

    The organisations to which the person belongs now, by membership or post, are kept: a rating counts for
    none of them.

    Raises:
        Refused: `exercise.state-…`, `exercise.foreign-organisation`, `exercise.both` for a participant.
    """
    hold(exercise)
    rules.check_state(exercise.state, *ALIVE)
    _check_takes_part(exercise, organisation)
    known = _evaluator_of(exercise, user)
    if known is not None:
        return known
    if _participant_of(exercise, user) is not None:
        raise Refused("exercise.both", name=user.name)
    posts = [post.organisation for post in posts_held(user, at.date())]
    own = [organisation, *own_organisations(user), *posts]
    belongs = {part for one in own for part in one.path.strip("/").split("/")}
    evaluator = Evaluator(
        exercise=exercise, user=user, organisation=organisation, belongs=sorted(belongs)
    )
    db.session.add(evaluator)
    if exercise.lead_evaluator_id is None:
        exercise.lead_evaluator_id = user.id
    db.session.flush()
    audit(by, "exercise.evaluator-added", evaluator, at=at, organisation_id=organisation.id)
    return evaluator


def appoint_lead(evaluator: Evaluator, *, by: User | None, at: datetime) -> None:
    """Let an evaluator lead: only the lead evaluator closes the exercise.

    Raises:
        Refused: `exercise.state-…`.
    """
    exercise = evaluator.exercise
    hold(exercise)
    rules.check_state(exercise.state, *ALIVE)
    if exercise.lead_evaluator_id == evaluator.user_id:
        return
    exercise.lead_evaluator_id = evaluator.user_id
    audit(by, "exercise.lead-appointed", exercise, at=at, organisation_id=exercise.host_id)


def dismiss_evaluator(evaluator: Evaluator, *, by: User | None, at: datetime) -> None:
    """Take back an appointment; who led leads no more, and another must be appointed to.

    Raises:
        Refused: `exercise.state-…`, `exercise.has-rated` once a rating was given: it stays on record.
    """
    exercise = evaluator.exercise
    hold(exercise)
    rules.check_state(exercise.state, *ALIVE)
    if any(objective.rating_of(evaluator) for objective in exercise.objectives):
        raise Refused("exercise.has-rated", name=evaluator.user.name)
    if exercise.lead_evaluator_id == evaluator.user_id:
        exercise.lead_evaluator_id = None
    audit(
        by,
        "exercise.evaluator-removed",
        evaluator,
        at=at,
        organisation_id=evaluator.organisation_id,
    )
    db.session.delete(evaluator)
    db.session.flush()


def start_exercise(exercise: Exercise, *, by: User | None, at: datetime) -> None:
    """Begin to run; begun already, it stays as it is.

    Raises:
        Refused: `exercise.state-…`.
    """
    hold(exercise)
    if exercise.state == State.RUNNING:
        return
    rules.check_state(exercise.state, State.PLANNED)
    exercise.state, exercise.started_at = State.RUNNING.value, at
    audit(by, "exercise.started", exercise, at=at, organisation_id=exercise.host_id)


def finish_exercise(exercise: Exercise, *, by: User | None, at: datetime) -> None:
    """End the play; what remains is to rate and to close.

    Raises:
        Refused: `exercise.state-…`.
    """
    hold(exercise)
    if exercise.state == State.EVALUATING:
        return
    rules.check_state(exercise.state, State.RUNNING)
    exercise.state, exercise.finished_at = State.EVALUATING.value, at
    audit(by, "exercise.finished", exercise, at=at, organisation_id=exercise.host_id)


def deliver_inject(inject: Inject, *, by: User, at: datetime) -> None:
    """Note that an inject was given to the players; noted before, the first time stays.

    Raises:
        Refused: `exercise.state-…`.
    """
    hold(inject.exercise)
    rules.check_state(inject.exercise.state, State.RUNNING)
    if inject.delivered_at is None:
        inject.delivered_at, inject.delivered_by_id = at, by.id
        db.session.flush()


def add_log_entry(
    exercise: Exercise, text: str, *, request_key: str = "", by: User, at: datetime
) -> LogEntry:
    """Write down what was seen; the same form sent twice is one entry.

    Raises:
        Refused: `exercise.state-…`, `exercise.text` without words.
    """
    once = once_key(by, request_key)
    known = made_before(LogEntry, once)
    if known is not None:
        return known
    hold(exercise)
    rules.check_state(exercise.state, State.RUNNING, State.EVALUATING)
    if not text.strip():
        raise Refused("exercise.text")
    entry = LogEntry(once_key=once, exercise=exercise, at=at, by_id=by.id, text=text.strip())
    db.session.add(entry)
    db.session.flush()
    return entry
