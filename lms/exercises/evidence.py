"""An exercise and its corrective actions as facts: pure."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lms.evidence.facts import Fact, Kind
from lms.exercises.models import CorrectiveAction, Exercise, Objective
from lms.exercises.rules import NOT_OBSERVED, ActionState, ExerciseRole, local_day, value_for

PERFORMANCE = "exercise-performance"
ACTIONS_ON_TIME = "corrective-actions-on-time"


def _assessor(exercise: Exercise, objective: Objective, organisation: str) -> UUID | None:
    """The organisation of the lead evaluator where that rating counts, else of the first that does."""
    counting = [
        one.evaluator
        for one in objective.ratings
        if one.rating != NOT_OBSERVED and organisation not in one.evaluator.belongs
    ]
    counting.sort(key=lambda one: (one.user_id != exercise.lead_evaluator_id, str(one.id)))
    return counting[0].organisation_id if counting else None


def facts_of_exercise(exercise: Exercise) -> list[Fact]:
    """What the ratings say of each rated organisation, and of each of its players who accepted.

    The value of an objective is the mean over evaluators from elsewhere of P = 1, S = 2/3, M = 1/3, U = 0;
    an objective that nobody observed gives no fact. All facts of an exercise are one group: they are not
    independent of each other.
    """
    facts: list[Fact] = []
    day = local_day(exercise.ends_at, exercise.zone)
    for organisation in exercise.rated_organisations:
        key = organisation.id.hex
        players = [
            one
            for one in exercise.participants
            if one.plays and one.organisation_id == organisation.id
        ]
        for objective in exercise.objectives:
            value = value_for(objective.judgements, key)
            if value is None:
                continue
            assessor = _assessor(exercise, objective, key)
            facts.append(
                Fact(
                    once_key=f"exercise:{exercise.id}:{objective.key}:{organisation.id}",
                    kind=Kind.EXERCISE_EVALUATION,
                    organisation_id=organisation.id,
                    indicator=PERFORMANCE,
                    value=value,
                    observed_on=day,
                    record_kind="exercise",
                    record_id=exercise.id,
                    group=f"exercise:{exercise.id}",
                    assessor_organisation_id=assessor,
                )
            )
            for player in players:
                leading = player.role == ExerciseRole.LEADING_PLAYER
                facts += [
                    Fact(
                        once_key=f"exercise:{exercise.id}:{objective.key}:{competency}:{player.user_id}",
                        kind=Kind.EXERCISE_EVALUATION,
                        organisation_id=organisation.id,
                        user_id=player.user_id,
                        competency=competency,
                        level="lead" if leading else "",
                        value=value,
                        observed_on=day,
                        record_kind="exercise",
                        record_id=exercise.id,
                        group=f"exercise:{exercise.id}",
                        leading=leading,
                        assessor_organisation_id=assessor,
                    )
                    for competency in objective.competencies
                ]
    return facts


def fact_of_action(action: CorrectiveAction, at: datetime) -> Fact | None:
    """One of one when the action was done by its day, none of one once the day has passed; None before.

    A late one is observed on the day when it was due, and stays late when it is done afterwards.
    """
    zone = action.exercise.zone
    done_on = local_day(action.done_at, zone) if action.done_at else None
    if done_on is not None and done_on <= action.due_on:
        share, day = Decimal(1), done_on
    elif done_on is not None or (
        action.state == ActionState.OPEN and local_day(at, zone) > action.due_on
    ):
        share, day = Decimal(0), action.due_on
    else:
        return None
    return Fact(
        once_key=f"corrective-action:{action.id}",
        kind=Kind.PARTNERSHIP_RECORD,
        organisation_id=action.organisation_id,
        indicator=ACTIONS_ON_TIME,
        value=share,
        numerator=share,
        denominator=Decimal(1),
        observed_on=day,
        record_kind="exercise",
        record_id=action.exercise_id,
    )
