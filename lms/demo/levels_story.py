"""How somebody became a mentor: work confirmed, people coached, an improvement; and records that wait."""

from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from lms.accounts import operations as accounts
from lms.assessments import confirming
from lms.competencies.queries import current_rule, items_of
from lms.competencies.rules import Missing, standing
from lms.courses.library import library
from lms.demo import learning_story
from lms.evidence.queries import of_person
from lms.level_records import operations

if TYPE_CHECKING:
    from lms.demo.story import World

COURSE = "crisis-response"
#: The disaster officer of Lumeya leads in every exercise of his district.
MENTOR = "idris"
#: Whom he coached, and who manages each of them.
COACHED = (("hawa", "local-desk"), ("tanaka", "engineer"))


def add_levels(world: "World") -> None:
    """Bring one person to the highest level, as the rule says; leave some records for others to confirm."""
    chance = Random("levels")
    _become_practitioner(world, MENTOR, "local-desk", chance, days_ago=330)
    competency = _led(world, MENTOR)
    if competency is not None:
        for number, (name, manager) in enumerate(COACHED):
            _coach(world, name, manager, competency, chance, days_ago=200 - 30 * number)
        _improve(world, competency)
    _surveys(world)
    _waiting(world)
    _needs(world)


def _become_practitioner(
    world: "World", name: str, manager: str, chance: Random, *, days_ago: int
) -> None:
    """The quiz with every answer right, a task that meets every criterion, and work that the manager confirmed."""
    user, trainer = world.people[name], world.people["trainer"]
    at = world.moment(days_ago)
    learning_story.take_course(user, COURSE, lessons=1, at=at)
    learning_story.sit(user, COURSE, knows=1.0, chance=chance, at=at + timedelta(days=14))
    task_at = at + timedelta(days=24)
    learning_story.observe(
        user, COURSE, trainer, meets=True, chance=chance, at=task_at, again=":levels"
    )
    seen_at = at + timedelta(days=40)
    for one in library().courses[COURSE].competencies:
        confirming.confirm_work(
            user,
            one.key,
            observed_on=seen_at.date(),
            seen="Ran the morning meeting of the crisis room and wrote its situation report.",
            work_record=f"Situation report of {seen_at:%d.%m.%Y}",
            request_key=f"demo:{name}:{one.key}",
            by=world.people[manager],
            at=seen_at,
        )


def _led(world: "World", name: str) -> str | None:
    """The first competency of the course in which an exercise made a lead of the person."""
    items = items_of(of_person(world.people[name].id))
    rule = current_rule()
    for one in library().courses[COURSE].competencies:
        found = standing(items.get(one.key, []), world.today, rule.ladder(one.key))
        if Missing.COACHING in found.missing and Missing.EXERCISE_LEAD not in found.missing:
            return one.key
    return None


def _coach(
    world: "World", name: str, manager: str, competency: str, chance: Random, *, days_ago: int
) -> None:
    """Coaching that is confirmed while it goes on; it counts once the other is a practitioner."""
    begun = world.moment(days_ago)
    record = operations.record_coaching(
        world.people[name],
        competency,
        starts_on=begun.date(),
        ends_on=(begun + timedelta(days=12)).date(),
        described="We went through three old incidents and wrote the plan for each of them together.",
        request_key=f"demo:{name}",
        by=world.people[MENTOR],
        at=begun + timedelta(days=12),
    )
    by = world.people[name if manager == "local-desk" else manager]
    operations.confirm(record, by=by, at=begun + timedelta(days=13))
    _become_practitioner(world, name, manager, chance, days_ago=days_ago - 15)


def _improve(world: "World", competency: str) -> None:
    """One form of several organisations, confirmed by the joint committee through the mission."""
    record = operations.record_improvement(
        "One situation report for district and mission",
        competency,
        described=(
            "Before, each of us wrote a report of its own, and the figures differed. Now one form of a page goes"
            " to all at 08:00. It stands in annex 2 of the standing procedure."
        ),
        used_since=world.moment(110).date(),
        used_by=[world.organisations[code] for code in ("lumeya", "karsa", "unmiv")],
        request_key="demo:report",
        by=world.people[MENTOR],
        at=world.moment(70),
    )
    operations.confirm(
        record,
        decided_on=world.moment(50).date(),
        minutes="Joint committee, minutes 11, item 4",
        by=world.people["engineer"],
        at=world.moment(48),
    )


def _surveys(world: "World") -> None:
    """What the mission's people answered about two people of Lumeya; one mean is short of 3.5."""
    for name, competency, item, answered, mean, manager in (
        ("amina", "gov-01", "sv-20", 18, "3.94", "local-desk"),
        ("ruth", "sec-01", "sv-14", 20, "3.35", "manager"),
    ):
        operations.record_survey(
            world.people[name],
            competency,
            item,
            answered=answered,
            mean=Decimal(mean),
            starts_on=world.moment(100).date(),
            ends_on=world.moment(86).date(),
            partner=world.organisations["unmiv"],
            request_key=f"demo:{name}:{item}",
            by=world.people[manager],
            at=world.moment(80),
        )


def _waiting(world: "World") -> None:
    """Coaching that Amina is asked to confirm, and an improvement that waits for the joint committee."""
    operations.record_coaching(
        world.people["amina"],
        "gov-02",
        starts_on=world.moment(40).date(),
        ends_on=world.moment(6).date(),
        described="We prepared the meeting with the women of Saltmarsh and looked at what changed after it.",
        request_key="demo:amina",
        by=world.people["salma"],
        at=world.moment(5),
    )
    operations.record_improvement(
        "A list of offers that everybody reads",
        "coo-04",
        described="Offers of boats, tents and pumps stand in one list instead of in letters.",
        used_since=world.moment(90).date(),
        used_by=[world.organisations[code] for code in ("karsa", "programme")],
        request_key="demo:offers",
        by=world.people["karsa-admin"],
        at=world.moment(4),
    )


def _needs(world: "World") -> None:
    """What two posts ask for changed four months ago, and will change in six weeks."""
    accounts.change_requirements(
        world.posts["lumeya", "police-liaison"],
        {"sec-01": 1, "sec-02": 2},
        valid_from=world.moment(120).date(),
        reason="The liaison takes part in the protection working group.",
        by=world.admin,
        at=world.moment(130),
    )
    accounts.change_requirements(
        world.posts["lumeya", "administrator"],
        {"gov-01": 3, "gov-02": 2, "cri-03": 1},
        valid_from=world.today + timedelta(days=42),
        reason="From the new year the administrator leads the planning cycle.",
        by=world.admin,
        at=world.moment(0),
    )
