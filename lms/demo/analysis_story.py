"""A pass mark set by judges: the police academy's panel on the quiz of community safety, closed with a result."""

from random import Random
from typing import TYPE_CHECKING, Any

from lms.assessments import cut_scores
from lms.assessments.queries import assessment, banks_of

if TYPE_CHECKING:
    from lms.demo.story import World

ASSESSMENT = "community-safety-and-protection"
#: Each judge, and by how much they expect more or less than the others. The last one thinks again at the end.
JUDGES = (("academy", 4), ("instructor", -6), ("trainer", 0), ("admin", 2))
#: Of a hundred just good enough, how many solve a question of each difficulty.
EXPECTED = {1: 82, 2: 68, 3: 54}
SEED = "a pass mark"


def add_analysis(world: "World") -> None:
    """Open a round three months ago, let four judges judge, and close it. Needs people and courses."""
    rules = assessment(ASSESSMENT)
    if rules is None:
        return
    banks = banks_of(rules)
    opened = cut_scores.open_round(
        rules,
        banks,
        world.organisations["police-academy"],
        title=f"{world.moment(95):%Y}: panel of the academy",
        chosen=[spec["key"] for spec in cut_scores.candidates(rules, banks)],
        by=world.people["academy"],
        at=world.moment(95),
    )
    chance = Random(SEED)
    for number, (name, leaning) in enumerate(JUDGES):
        estimates = {
            one["spec"]["key"]: str(_estimate(one["spec"], leaning, chance))
            for one in opened.questions
        }
        cut_scores.save_estimates(
            opened, world.people[name], estimates, at=world.moment(93 - number, hour=14)
        )
    first = opened.questions[0]["spec"]["key"]
    cut_scores.save_estimates(
        opened, world.people[JUDGES[-1][0]], {first: "75"}, at=world.moment(88, hour=10)
    )
    cut_scores.close_round(opened, by=world.people["academy"], at=world.moment(88, hour=16))


def _estimate(spec: dict[str, Any], leaning: int, chance: Random) -> int:
    """A judge's estimate in steps of five, as people give them."""
    expected = EXPECTED.get(spec.get("difficulty", 2), 60) + leaning + chance.gauss(0, 7)
    return min(95, max(25, 5 * round(expected / 5)))
