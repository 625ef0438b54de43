"""Essays marked by two, a disagreement decided, two still waiting; observations signed, work confirmed; a question
left out."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments import confirming, marking, observing, regrading
from lms.assessments.models import SUBMITTED, Attempt, PracticalObservation
from lms.assessments.regrade_rules import DROP, Change
from lms.assessments.regrading import Preview
from lms.certificates.models import Certificate
from lms.db import db

if TYPE_CHECKING:
    from lms.demo.story import World

FINAL = "crisis-response-final"
#: The quizzes of the courses, whose keys are the courses'.
QUIZZES = ("community-safety-and-protection", "local-governance-after-conflict", "crisis-response")
#: Who confirms work in the organisations right below a ministry.
SUPERVISORS = {"ministry-local": "local-desk", "ministry-interior": "interior-desk"}
#: What was seen at work, and the record of it.
SEEN = (
    (
        "Led the weekly meeting with the wards, and every decision had a name and a day.",
        "Minutes 14",
    ),
    ("Published the list of complaints and answers on the board, as the course asks.", ""),
    (
        "Briefed the patrol leaders before the market day; two of them told me what changed.",
        "Log 7",
    ),
    ("Kept the stock cards of the store up to date for a month; I counted and they agreed.", ""),
)
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
REASON = (
    "Two of its answers can both be defended. The panel of the academy left the question out "
    "until it is worded anew."
)


def add_marking(world: "World") -> None:
    """Needs the supervised sitting, observed tasks and certificates; the index is best computed after it."""
    _mark_essays(world)
    _sign_observations(world)
    _confirm_work(world)
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


def _confirm_work(world: "World") -> None:
    """Two months after a task that met every criterion, every second person is seen to apply it at work."""
    observed = db.session.scalars(
        everywhere(PracticalObservation).order_by(
            PracticalObservation.observed_on, PracticalObservation.id
        )
    ).all()
    met = [one for one in observed if set(one.ratings.values()) == {"meets"}]
    for number, one in enumerate(met):
        parent = one.organisation.parent
        supervisor = SUPERVISORS.get(parent.code) if parent is not None else None
        at = one.recorded_at + timedelta(days=62, hours=1)
        if supervisor is None or number % 2 or at.date() > world.today:
            continue
        seen, work_record = SEEN[number // 2 % len(SEEN)]
        confirming.confirm_work(
            _person(world, one),
            one.competencies[0],
            observed_on=at.date(),
            seen=seen,
            work_record=work_record,
            request_key=f"demo:{one.user_id}:{one.competencies[0]}",
            by=world.people[supervisor],
            at=at,
        )


def _person(world: "World", observation: PracticalObservation) -> User:
    return next(one for one in world.people.values() if one.id == observation.user_id)


def _leave_one_out(world: "World") -> None:
    """Leave out a question of a quiz, if there is one, under which somebody with a certificate passed."""
    found = [one for quiz in QUIZZES for one in _previews(quiz)]
    if not found:
        return
    quiz, preview, _certified = max(
        found, key=lambda one: (one[2], bool(one[1].lost), -len(one[1].lost), len(one[1].lines))
    )
    regrading.apply(
        quiz,
        preview.change,
        reason=REASON,
        request_key="demo",
        by=world.people["trainer"],
        at=world.moment(3, hour=11),
        seen=preview.fingerprint,
    )


def _previews(quiz: str) -> list[tuple[str, Preview, bool]]:
    """What leaving out each question would move, and whether a certificate hangs on it."""
    questions = everywhere(Attempt.asked).where(Attempt.assessment_key == quiz)
    keys = {one["key"] for asked in db.session.scalars(questions) for one in asked}
    certified = set(
        db.session.scalars(
            everywhere(Certificate.user_id).where(
                Certificate.course_key == quiz, Certificate.ended_at.is_(None)
            )
        )
    )
    previews = [regrading.preview(quiz, Change(DROP, key)) for key in sorted(keys)]
    return [
        (quiz, one, bool(one.lost & certified)) for one in previews if one.lines and not one.empty
    ]
