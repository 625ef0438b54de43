"""Joint exercises of the demo's year: four that were evaluated and closed, one that is still to come."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from lms.courses.library import library, plain
from lms.demo import cast
from lms.exercises import evaluation, operations
from lms.exercises.models import Exercise
from lms.exercises.rules import ExerciseRole

if TYPE_CHECKING:
    from lms.demo.story import World

ZONE = "Africa/Nairobi"


@dataclass(frozen=True, slots=True)
class Plan:
    """One exercise: how many days before today (negative: still to come), who is rated, where."""

    days_ago: int
    title: str
    rated: tuple[str, ...]
    venue: str


PLANS = (
    Plan(300, "Flood evacuation, Lumeya and Karsa", ("lumeya", "karsa"), "Old Ferry, council hall"),
    Plan(225, "Flood evacuation, Ombeni and Tiraz", ("ombeni", "tiraz"), "Ombeni, district office"),
    Plan(140, "Flood evacuation at Mill Crossing", ("lumeya", "ombeni"), "Mill Crossing, school"),
    Plan(60, "Flood evacuation, Karsa and Tiraz", ("karsa", "tiraz"), "Karsa, fire station"),
    Plan(-21, "Flood evacuation of the whole valley", ("lumeya", "karsa", "ombeni"), "Saltmarsh"),
)
#: Best first; a stronger organisation draws nearer to the front.
RATINGS = ("P", "S", "M", "U")


def add_exercises(world: "World") -> None:
    """Plan, run, evaluate and close the exercises; the last is only planned."""
    template = plain(library().templates["flood-evacuation"])
    for plan in PLANS:
        at = world.moment(plan.days_ago + 30)
        exercise = operations.schedule_exercise(
            template,
            host=world.organisations["programme"],
            organisations=[world.organisations[code] for code in (*plan.rated, "unmiv")],
            evaluated=[world.organisations[code] for code in plan.rated],
            starts_at=world.moment(plan.days_ago, hour=6),
            zone=ZONE,
            title=plan.title,
            venue=plan.venue,
            by=world.people["trainer"],
            at=min(at, world.moment(0)),
        )
        _invite(world, exercise, plan)
        if plan.days_ago > 0:
            _run(world, exercise, plan)


def _invite(world: "World", exercise: Exercise, plan: Plan) -> None:
    trainer, at = world.people["trainer"], world.moment(max(plan.days_ago + 20, 0))
    for person in cast.PEOPLE:
        if person.body not in plan.rated or not person.post:
            continue
        leads = person.post in ("administrator", "disaster-officer")
        participant = operations.invite(
            exercise,
            world.people[person.sign_in_name],
            world.organisations[person.body],
            ExerciseRole.LEADING_PLAYER if leads else ExerciseRole.PLAYER,
            by=trainer,
            at=at,
        )
        if plan.days_ago > 0 or world.chance.random() < 0.5:
            accepted = leads or world.chance.random() < 0.85
            operations.answer_invitation(
                participant, accepted=accepted, by=world.people[person.sign_in_name], at=at
            )
    for name, body in (("evaluator", "unmiv"), ("trainer", "programme")):
        operations.add_evaluator(
            exercise, world.people[name], world.organisations[body], by=trainer, at=at
        )


def _run(world: "World", exercise: Exercise, plan: Plan) -> None:
    trainer, lead = world.people["trainer"], world.people["evaluator"]
    start = world.moment(plan.days_ago, hour=6)
    operations.start_exercise(exercise, by=trainer, at=start)
    for inject in exercise.injects:
        operations.deliver_inject(
            inject, by=trainer, at=start + timedelta(minutes=inject.offset_minutes)
        )
    operations.add_log_entry(exercise, "Exercise, exercise, exercise: begun.", by=trainer, at=start)
    end = start + timedelta(hours=4)
    operations.finish_exercise(exercise, by=trainer, at=end)
    strength = sum(body.strength for body in cast.BODIES if body.code in plan.rated) / len(
        plan.rated
    )
    for objective in exercise.objectives:
        for evaluator in exercise.evaluators:
            weak = world.chance.gauss(3.2 * (1 - strength) - 0.4, 0.6)
            evaluation.rate(
                objective,
                evaluator,
                RATINGS[max(0, min(3, round(weak)))],
                "",
                at=end + timedelta(hours=1),
            )
    evaluation.close_exercise(exercise, by=lead, at=end + timedelta(days=2))
    for number, code in enumerate(plan.rated):
        owner = next(p for p in cast.PEOPLE if p.body == code and p.post == "disaster-officer")
        action = evaluation.add_corrective_action(
            exercise,
            "Test the radio batteries every month and log the result.",
            owner=world.people[owner.sign_in_name],
            organisation=world.organisations[code],
            due_on=(end + timedelta(days=45)).date(),
            request_key=f"demo:{plan.days_ago}:{number}",
            by=trainer,
            at=end + timedelta(days=3),
        )
        strong = next(body.strength for body in cast.BODIES if body.code == code)
        done_at = end + timedelta(days=25 if world.chance.random() < strong else 60)
        if done_at <= world.moment(0):
            evaluation.complete_action(action, by=world.people[owner.sign_in_name], at=done_at)
    if end + timedelta(days=50) < world.moment(0):
        evaluation.record_overdue_actions(end + timedelta(days=50))
