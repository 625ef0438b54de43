"""A supervised sitting with an override, papers, and tests before a course to compare with those after it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lms.assessments import answering, operations, overrides, paper, papers, showing, sittings
from lms.assessments.queries import assessment, banks_of
from lms.assessments.rules import Allowance
from lms.demo import cast, learning_story

if TYPE_CHECKING:
    from lms.demo.story import World

FINAL, BASELINE = "crisis-response-final", "crisis-response-baseline"
#: Who sits the supervised assessment on a screen, and how much each knows.
SITS = (("amina", 0.9), ("daniel", 0.7), ("karsa-admin", 0.8), ("ombeni-admin", 0.6))
ON_PAPER = ("tiraz-admin", "tiraz-flood")
ESSAYS = (
    "Lives first: everybody out to the school by 11:00. Then close the gas. Hawa shows the bottles, the police"
    " keep the road free. I hand over: what happened, what is done, what is next, which risks remain.",
    "First we save the goods, then we look for who is guilty. Everybody helps.",
    "Objectives: people out, gas closed, know how many are missing. Fire service to the fire, police to the road.",
    "Ask the Mission to take command. Write down the time.",
)


def add_baselines(world: "World") -> None:
    """Before the course those who respond to crises sit the same kind of questions as after it, and know less."""
    rules = assessment(BASELINE)
    if rules is None:
        return
    responders = {
        key
        for key, _titles, needs in cast.DISTRICT_POSTS
        if any(one.startswith("cri") for one in needs)
    }
    names = [person.sign_in_name for person in cast.PEOPLE if person.post in responders]
    for number, name in enumerate(names):
        user, at = world.people[name], world.moment(372 - number)
        attempt = operations.start_attempt(
            user, rules, banks_of(rules), at=at, seed=f"baseline:{name}", language=user.language
        )
        later = at + timedelta(minutes=15)
        given = learning_story.answers_of(attempt, 0.45, world.chance)
        answering.save_answers(attempt, given, at=later)
        operations.submit_attempt(attempt, at=later)


def add_sitting(world: "World") -> None:
    """One morning in the council hall: four on a screen, one of them with more time."""
    rules, supervisor = assessment(FINAL), world.people["evaluator"]
    if rules is None:
        return
    begins = world.moment(20, hour=8)
    home = world.organisations["programme"]
    sitting = sittings.hold_sitting(
        FINAL,
        home,
        opens_at=begins,
        closes_at=begins + timedelta(hours=2),
        place="Lumeya, council hall",
        by=supervisor,
        at=begins,
    )
    overrides.grant(
        rules,
        home,
        Allowance(extra_minutes=15),
        user=world.people["daniel"],
        reason="Reads with a magnifying glass",
        request_key="demo:daniel",
        by=world.people["trainer"],
        at=begins - timedelta(days=1),
    )
    for number, (name, knows) in enumerate(SITS):
        user, at = world.people[name], begins + timedelta(minutes=number)
        attempt = operations.start_attempt(
            user,
            rules,
            banks_of(rules),
            at=at,
            seed=f"final:{name}",
            language=user.language,
            sitting=sitting,
        )
        ends = at + timedelta(minutes=45)
        given = learning_story.answers_of(attempt, knows, world.chance)
        essay = next(one["spec"] for one in attempt.questions if one["spec"]["type"] == "essay")
        given[essay["key"]] = {"answer": [ESSAYS[number]]}
        answering.save_answers(attempt, given, at=ends)
        operations.submit_attempt(attempt, at=ends)
    sittings.close_sitting(
        sitting,
        "One phone ran empty; it was charged.",
        by=supervisor,
        at=begins + timedelta(hours=1),
    )
    _on_paper(world)


def _on_paper(world: "World") -> None:
    """A quiz on paper for two people of Tiraz; one sheet is entered, one lies on the desk."""
    rules = assessment("crisis-response")
    if rules is None:
        return
    by, at = world.people["trainer"], world.moment(15)
    people = [world.people[name] for name in ON_PAPER]
    made = papers.print_papers(rules, banks_of(rules), people, by=by, at=at)
    attempt = made[0]
    shown = showing.asked(attempt, range(len(attempt.questions)))
    rows = [row for one in shown for row in paper.rows_of(one.number, one.key, one.presentation)]
    written = {row.code: row.letters[0][0] if row.letters else "5" for row in rows}
    papers.enter_sheet(
        attempt,
        rows,
        written,
        sat_at=at + timedelta(hours=2),
        hand_in=True,
        by=by,
        at=at + timedelta(days=1),
    )
