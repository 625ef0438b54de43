"""Exercises for tests: a small template, and a mission that exercises with two districts."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from factories.accounts import LONG_AGO, make_organisation, make_user
from lms.accounts.models import Organisation, User
from lms.accounts.rules import OrganisationKind, Role
from lms.db import db
from lms.exercises import evaluation, operations
from lms.exercises.models import Exercise
from lms.exercises.rules import ExerciseRole

STARTS = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def _objective(key: str, title: str, *competencies: str) -> dict[str, Any]:
    return {
        "key": key,
        "title": {"en": title},
        "competencies": list(competencies),
        "ratings": {one: {"en": f"{title}, as {one}"} for one in "PSMU"},
    }


def _inject(key: str, offset: int, content: str) -> dict[str, Any]:
    return {
        "key": key,
        "offset_minutes": offset,
        "from": {"en": "Gauge reader"},
        "to": {"en": "Duty officer"},
        "channel": "radio",
        "content": {"en": content},
        "expected": {"en": f"Expected after {content}"},
    }


TEMPLATE: dict[str, Any] = {
    "key": "small-flood",
    "code": "T1",
    "version": "1",
    "language": "en",
    "title": {"en": "Small flood", "fr": "Petite crue"},
    "kind": "functional",
    "duration_minutes": 120,
    "purpose": {"en": "Warn in time."},
    "situation": {"en": "It has rained for three days."},
    "set_up": {"en": "Two phones and a radio."},
    "aims": [{"en": "Warn the ward"}],
    "objectives": [
        _objective("t1-e1", "Alert at trigger", "cri-02"),
        _objective("t1-e2", "Share boats", "coo-04", "cri-01"),
    ],
    "injects": [_inject("t1-i01", 0, "Gauge four metres"), _inject("t1-i02", 45, "A boat is lost")],
}


@dataclass
class Partners:
    """A mission and two districts, each with a trainer and people."""

    mission: Organisation
    north: Organisation
    south: Organisation
    trainer: User
    north_trainer: User
    south_trainer: User
    evaluator: User
    north_evaluator: User
    amina: User
    omar: User
    salma: User


def make_partners() -> Partners:
    """Sign-in names: trainer, north-trainer, south-trainer, eva, noor (north), amina and omar (north), salma."""
    mission = make_organisation("mission", kind=OrganisationKind.PEACE_OPERATION)
    north, south = make_organisation("north"), make_organisation("south")
    return Partners(
        mission,
        north,
        south,
        make_user("trainer", organisation=mission, role=Role.TRAINER, name="Tilda Trainer"),
        make_user("north-trainer", organisation=north, role=Role.TRAINER, name="Nadia North"),
        make_user("south-trainer", organisation=south, role=Role.TRAINER, name="Sami South"),
        make_user("eva", organisation=mission, role=Role.EVALUATOR, name="Eva Evaluator"),
        make_user("noor", organisation=north, role=Role.EVALUATOR, name="Noor Northern"),
        make_user("amina", organisation=north, name="Amina Bell"),
        make_user("omar", organisation=north, name="Omar Hill"),
        make_user("salma", organisation=south, name="Salma Reed"),
    )


def make_exercise(partners: Partners, **more: Any) -> Exercise:
    """Planned by the mission with both districts, which are rated; nobody is invited yet."""
    given: dict[str, Any] = {
        "host": partners.mission,
        "organisations": [partners.north, partners.south],
        "evaluated": [partners.north, partners.south],
        "starts_at": STARTS,
        "zone": "Africa/Monrovia",
        "venue": "Ward hall",
        "by": partners.trainer,
        "at": LONG_AGO,
    }
    exercise = operations.schedule_exercise(TEMPLATE, **{**given, **more})
    db.session.commit()
    return exercise


def make_staffed(partners: Partners, **more: Any) -> Exercise:
    """Amina leads for north, Omar plays for it, Salma for south; Eva leads the evaluation, Noor rates too."""
    exercise = make_exercise(partners, **more)
    people = [
        (partners.amina, partners.north, ExerciseRole.LEADING_PLAYER),
        (partners.omar, partners.north, ExerciseRole.PLAYER),
        (partners.salma, partners.south, ExerciseRole.PLAYER),
    ]
    for user, organisation, role in people:
        invited = operations.invite(exercise, user, organisation, role, by=None, at=LONG_AGO)
        operations.answer_invitation(invited, accepted=True, by=user, at=LONG_AGO)
    operations.add_evaluator(exercise, partners.evaluator, partners.mission, by=None, at=LONG_AGO)
    operations.add_evaluator(
        exercise, partners.north_evaluator, partners.north, by=None, at=LONG_AGO
    )
    db.session.commit()
    return exercise


def play(exercise: Exercise) -> None:
    """Start and end it on its day."""
    operations.start_exercise(exercise, by=None, at=STARTS)
    operations.finish_exercise(exercise, by=None, at=STARTS + timedelta(hours=2))
    db.session.commit()


def rate_all(exercise: Exercise, ratings: dict[str, tuple[str, ...]]) -> None:
    """Let each evaluator, by sign-in name, rate the objectives in order."""
    evaluators = {one.user.sign_in_name: one for one in exercise.evaluators}
    for name, given in ratings.items():
        for objective, rating in zip(exercise.objectives, given, strict=True):
            evaluation.rate(objective, evaluators[name], rating, at=STARTS + timedelta(hours=3))
    db.session.commit()
