"""Reading exercises for pages; what a list shows is scoped, one's own rows are one's own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import defer, joinedload, selectinload

from lms.accounts import queries as accounts
from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped, scoped_get, viewer
from lms.courses.library import library, plain
from lms.db import db
from lms.exercises.models import (
    CorrectiveAction,
    Evaluator,
    Exercise,
    ExerciseOrganisation,
    Objective,
    ObjectiveRating,
    Participant,
)
from lms.exercises.rules import Access, Answer, ExerciseRole, State, value_for
from lms.scoring.rubric import Agreement, agreement
from lms.web import paging

_UNDER_WAY = (State.RUNNING.value, State.EVALUATING.value)


def templates() -> dict[str, dict[str, Any]]:
    """The exercise templates of the library by key, as plain values that can be frozen."""
    return {key: plain(one) for key, one in library().templates.items()}


def find(key: UUID) -> Exercise | None:
    """One exercise of the viewer's organisations, or in which the viewer has a part."""
    return scoped_get(Exercise, key, Permission.BELONG)


def access(exercise: Exercise, user: User) -> Access:
    """What the person who is asking is in this exercise."""
    who = viewer()
    parts = {part.organisation_id: part.organisation for part in exercise.organisations}

    def within(permission: Permission) -> frozenset[UUID]:
        return frozenset(
            key for key, one in parts.items() if who is not None and who.may(permission, one.path)
        )

    own = next((one for one in exercise.participants if one.user_id == user.id), None)
    brings = within(Permission.SCHEDULE_EXERCISES)
    return Access(
        user_id=user.id,
        manages=exercise.host_id in brings,
        evaluates=any(one.user_id == user.id for one in exercise.evaluators),
        leads=exercise.lead_evaluator_id == user.id,
        role=ExerciseRole(own.role) if own else None,
        answer=Answer(own.answer) if own else None,
        for_organisation=own.organisation_id if own else None,
        brings=brings,
        belongs=within(Permission.BELONG),
        sees_people_of=within(Permission.SEE_PEOPLE),
    )


def listing(
    at: datetime, *, past: bool = False, organisation_id: UUID | None = None, page: int = 1
) -> list[Exercise]:
    """Exercises that the viewer may see: those to come and under way by date, or past ones newest first.

    Returns one more than a page holds when there is a next page.
    """
    upcoming = or_(Exercise.ends_at >= at, Exercise.state.in_(_UNDER_WAY))
    statement = _light(scoped(Exercise, Permission.BELONG)).where(~upcoming if past else upcoming)
    if organisation_id is not None:
        statement = statement.where(
            Exercise.id.in_(
                select(ExerciseOrganisation.exercise_id).where(
                    ExerciseOrganisation.organisation_id == organisation_id
                )
            )
        )
    order = Exercise.starts_at.desc() if past else Exercise.starts_at
    statement = paging.window(statement.order_by(order, Exercise.id), page)
    return list(db.session.scalars(statement))


def _light(statement: Select[Any]) -> Select[Any]:
    """Without the frozen template, which is long, and with the organisations."""
    return statement.options(
        defer(Exercise.template),
        selectinload(Exercise.organisations).joinedload(ExerciseOrganisation.organisation),
    )


def own_exercises(user: User) -> list[Exercise]:
    """Exercises in which a person takes part and did not decline, or evaluates; cancelled ones too."""
    statement = (
        _light(everywhere(Exercise))
        .where(
            or_(
                Exercise.id.in_(
                    select(Participant.exercise_id).where(
                        Participant.user_id == user.id,
                        Participant.answer != Answer.DECLINED.value,
                    )
                ),
                Exercise.id.in_(select(Evaluator.exercise_id).where(Evaluator.user_id == user.id)),
            )
        )
        .order_by(Exercise.starts_at, Exercise.id)
    )
    return list(db.session.scalars(statement))


def participant(exercise: Exercise, key: UUID) -> Participant | None:
    """One participant of the exercise."""
    return next((one for one in exercise.participants if one.id == key), None)


def evaluator_of(exercise: Exercise, user: User) -> Evaluator | None:
    """The person's appointment as evaluator."""
    return next((one for one in exercise.evaluators if one.user_id == user.id), None)


def candidates(exercise: Exercise, organisation: Organisation) -> list[User]:
    """The people of an organisation whom the viewer may see and who have no part in the exercise yet."""
    busy = {one.user_id for one in exercise.everybody()}
    return [one for one in accounts.people_of(organisation) if one.id not in busy]


def booked_elsewhere(exercise: Exercise) -> set[UUID]:
    """Ids of participants and evaluators who have a part in another exercise at the same time.

    It is asked of the calendar each time, so that it holds after an exercise was moved.
    """
    people = [one.user_id for one in exercise.everybody()]
    same_time = and_(
        Exercise.id != exercise.id,
        Exercise.starts_at < exercise.ends_at,
        Exercise.ends_at > exercise.starts_at,
        Exercise.state.in_([State.PLANNED.value, *_UNDER_WAY]),
    )
    invited = (
        everywhere(Participant.user_id)
        .join(Exercise, Exercise.id == Participant.exercise_id)
        .where(same_time, Participant.user_id.in_(people))
        .where(Participant.answer != Answer.DECLINED.value)
    )
    rating = (
        everywhere(Evaluator.user_id)
        .join(Exercise, Exercise.id == Evaluator.exercise_id)
        .where(same_time, Evaluator.user_id.in_(people))
    )
    return {*db.session.scalars(invited), *db.session.scalars(rating)}


@dataclass(frozen=True, slots=True)
class Result:
    """What an objective came to: the value for each rated organisation, None where nobody observed it."""

    objective: Objective
    values: dict[UUID, Decimal | None]


def results(exercise: Exercise) -> list[Result]:
    """The value of each objective for each organisation that is rated, 0 … 1."""
    rated = exercise.rated_organisations
    return [
        Result(objective, {one.id: value_for(objective.judgements, one.id.hex) for one in rated})
        for objective in exercise.objectives
    ]


def means(
    found: Iterable[Result], organisations: Iterable[Organisation]
) -> dict[UUID, Decimal | None]:
    """The mean over the objectives that were observed, for each organisation."""
    table = list(found)
    means: dict[UUID, Decimal | None] = {}
    for one in organisations:
        values = [value for row in table if (value := row.values[one.id]) is not None]
        means[one.id] = sum(values, Decimal(0)) / len(values) if values else None
    return means


def agreement_of(exercise: Exercise) -> Agreement | None:
    """How far the evaluators agree, over objectives that two or more observed."""
    return agreement(
        [one.rating for one in objective.judgements if one.rating in "PSMU"]
        for objective in exercise.objectives
    )


def action(key: UUID) -> CorrectiveAction | None:
    """A corrective action by its id; whether its exercise may be seen is asked with it."""
    statement = (
        everywhere(CorrectiveAction)
        .where(CorrectiveAction.id == key)
        .options(joinedload(CorrectiveAction.owner), joinedload(CorrectiveAction.organisation))
    )
    return db.session.scalar(statement)


def card(user: User, at: datetime) -> dict[str, Any] | None:
    """What the home page says: invitations to answer, objectives to rate, own actions, the next exercise."""
    own = own_exercises(user)
    to_come = [
        one for one in own if one.state in (State.PLANNED, State.RUNNING) and one.ends_at >= at
    ]
    invitations = [one for one in to_come if any(_waits(part, user) for part in one.participants)]
    to_rate = [
        (one, count) for one in own if one.state in _UNDER_WAY and (count := _unrated(one, user))
    ]
    statement = (
        everywhere(CorrectiveAction)
        .where(CorrectiveAction.owner_id == user.id, CorrectiveAction.state == "open")
        .order_by(CorrectiveAction.due_on)
    )
    actions = list(db.session.scalars(statement))
    if not (to_come or to_rate or actions):
        return None
    return {
        "next": to_come[0] if to_come else None,
        "invitations": invitations,
        "to_rate": to_rate,
        "actions": actions,
        "kind": "turn" if invitations or to_rate else "",
    }


def _waits(part: Participant, user: User) -> bool:
    return part.user_id == user.id and part.answer == Answer.INVITED


def _unrated(exercise: Exercise, user: User) -> int:
    """How many objectives an evaluator has not rated yet."""
    evaluator = evaluator_of(exercise, user)
    if evaluator is None:
        return 0
    rated = set(
        db.session.scalars(
            select(ObjectiveRating.objective_id).where(ObjectiveRating.evaluator_id == evaluator.id)
        )
    )
    return sum(one.id not in rated for one in exercise.objectives)
