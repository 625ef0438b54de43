"""What the checks on an organisation's index look at: who rated it, and how.

Whether the viewer may see the organisation's capacity is asked before.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lms.accounts.scope import everywhere
from lms.db import db
from lms.exercises.models import (
    Evaluator,
    Exercise,
    ExerciseOrganisation,
    Objective,
    ObjectiveRating,
)
from lms.exercises.rules import NOT_OBSERVED

#: Ratings as levels, for the comparison of evaluators.
LEVELS = {"U": 0.0, "M": 1.0, "S": 2.0, "P": 3.0}


@dataclass(frozen=True, slots=True)
class GivenRatings:
    """What one evaluator gave in one exercise: a rating by objective, and all remarks in the objectives' order."""

    exercise_id: UUID
    evaluator_id: UUID
    ratings: dict[str, str]
    text: str


def ratings_of(organisation_id: UUID, since: date, until: date) -> list[GivenRatings]:
    """Ratings in closed exercises in which the organisation was rated, that ended from one day to another."""
    first, last = (
        datetime.combine(day, time.min, UTC) for day in (since, until + timedelta(days=1))
    )
    exercises = select(ExerciseOrganisation.exercise_id).where(
        ExerciseOrganisation.organisation_id == organisation_id,
        ExerciseOrganisation.evaluated.is_(True),
    )
    statement = _ratings().where(
        Exercise.id.in_(exercises),
        Exercise.closed_at.is_not(None),
        Exercise.ends_at >= first,
        Exercise.ends_at < last,
    )
    found: dict[tuple[UUID, UUID], list[ObjectiveRating]] = defaultdict(list)
    for one in db.session.scalars(statement):
        found[one.objective.exercise_id, one.evaluator.user_id].append(one)
    return [
        GivenRatings(
            exercise,
            evaluator,
            {one.objective.key: one.rating for one in own},
            "\n".join(one.remark for one in own if one.remark.strip()),
        )
        for (exercise, evaluator), own in found.items()
    ]


def sole_evaluators(exercises: Collection[UUID], organisation_id: UUID) -> dict[UUID, UUID]:
    """The person by exercise, where one alone from elsewhere gave the ratings that count for the organisation."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for one in db.session.scalars(_ratings().where(Exercise.id.in_(exercises))):
        if one.rating != NOT_OBSERVED and organisation_id.hex not in one.evaluator.belongs:
            found[one.objective.exercise_id].add(one.evaluator.user_id)
    return {key: next(iter(people)) for key, people in found.items() if len(people) == 1}


def beside_others(user_id: UUID) -> list[tuple[UUID, UUID, float]]:
    """(objective, person, level) of all ratings in closed exercises that the person evaluated."""
    own = select(Evaluator.exercise_id).where(Evaluator.user_id == user_id)
    statement = _ratings().where(Exercise.id.in_(own), Exercise.closed_at.is_not(None))
    return list(_triples(db.session.scalars(statement)))


def _triples(ratings: Iterable[ObjectiveRating]) -> Iterable[tuple[UUID, UUID, float]]:
    for one in ratings:
        level = LEVELS.get(one.rating)
        if level is not None:
            yield one.objective_id, one.evaluator.user_id, level


def _ratings() -> Select[Any]:
    return (
        everywhere(ObjectiveRating)
        .join(ObjectiveRating.objective)
        .join(Objective.exercise)
        .options(joinedload(ObjectiveRating.objective), joinedload(ObjectiveRating.evaluator))
        .order_by(Exercise.id, ObjectiveRating.evaluator_id, Objective.number)
    )
