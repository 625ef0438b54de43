"""Essays marked by two, a disagreement decided, two still waiting; observations signed; a question left out."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments import marking, observing, regrading
from lms.assessments.models import SUBMITTED, Attempt, PracticalObservation
from lms.assessments.regrade_rules import DROP, Change
from lms.db import db

if TYPE_CHECKING:
    from lms.demo.story import World

FINAL, QUIZ = "crisis-response-final", "community-safety-and-protection"
FULL = {"objectives": "meets", "tasks": "meets", "handover": "meets"}
NEARLY = {**FULL, "handover": "partly"}
FAIR = {"objectives": "meets", "tasks": "partly", "handover": "partly"}
POOR = {"objectives": "not-yet", "tasks": "partly", "handover": "not-yet"}
#: Whose essay, who marks it with what; a third entry decides. Of the others one waits for a second marker, one for
#: both.
MARKED = {
    "amina": (("trainer", FULL, "Clear and complete."), ("admin", FULL, "")),
    "karsa-admin": (
        ("trainer", FULL, "Every objective can be checked."),
        ("karsa-trainer", FAIR, "Nobody is named, and the risks are missing."),
        (
            "admin",
            NEARLY,
            "The services are named; that is enough. The handover lacks the risks that remain.",
        ),
    ),
    "daniel": (("trainer", POOR, "Goods come before lives."),),
}
#: How many questions of the quiz are tried for one whose leaving out takes somebody's pass.
TRIED = 8
REASON = (
    "Two of the options can both be defended. The panel of the academy left the question out "
    "until it is worded anew."
)


def add_marking(world: "World") -> None:
    """Needs the supervised sitting, observed tasks and certificates; the index is best computed after it."""
    _mark_essays(world)
    _sign_observations(world)
    _leave_one_out(world)


def _mark_essays(world: "World") -> None:
    waiting = db.session.scalars(
        everywhere(Attempt).where(Attempt.assessment_key == FINAL, Attempt.state == SUBMITTED)
    ).all()
    of_person = {attempt.user_id: attempt for attempt in waiting}
    for name, marks in MARKED.items():
        attempt = of_person.get(world.people[name].id)
        if attempt is None:
            continue
        essay = next(one["spec"] for one in attempt.questions if one["spec"]["type"] == "essay")
        for number, (marker, ratings, remark) in enumerate(marks):
            act = marking.decide if number == 2 else marking.give_mark
            act(
                attempt,
                essay["key"],
                ratings,
                remark=remark,
                by=world.people[marker],
                at=world.moment(18 - 2 * number, hour=15),
            )


def _sign_observations(world: "World") -> None:
    """Most sign within three days and agree; one sees it differently, every fifth has not signed yet."""
    observed = db.session.scalars(
        everywhere(PracticalObservation).order_by(
            PracticalObservation.observed_on, PracticalObservation.id
        )
    ).all()
    for number, one in enumerate(observed):
        at = one.recorded_at + timedelta(days=1 + number % 3, hours=2)
        if number % 5 == 4 or at.date() > world.today:
            continue
        differs = number == 3
        observing.countersign(
            one,
            agreed=not differs,
            remark="The table was ready; it lay in the other folder." if differs else "",
            by=_person(world, one),
            at=at,
        )


def _person(world: "World", observation: PracticalObservation) -> User:
    return next(one for one in world.people.values() if one.id == observation.user_id)


def _leave_one_out(world: "World") -> None:
    """Leave out a question of the quiz; if there is one, such that somebody no longer passes."""
    newest = (
        everywhere(Attempt.questions)
        .where(Attempt.assessment_key == QUIZ)
        .order_by(Attempt.id.desc())
        .limit(1)
    )
    asked = db.session.scalar(newest)
    previews = [
        regrading.preview(QUIZ, Change(DROP, one["spec"]["key"])) for one in (asked or [])[:TRIED]
    ]
    usable = [one for one in previews if one.lines and not one.empty]
    if not usable:
        return
    chosen = next((one for one in usable if one.lost), usable[0])
    regrading.apply(
        QUIZ,
        chosen.change,
        reason=REASON,
        request_key="demo",
        by=world.people["trainer"],
        at=world.moment(3, hour=11),
        seen=chosen.fingerprint,
    )
