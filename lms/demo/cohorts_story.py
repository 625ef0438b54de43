"""Two cohorts of the demo's year, and a bank on the conduct of meetings that the trainer brings as a GIFT file."""

from datetime import timedelta
from typing import TYPE_CHECKING

from lms.cohorts import operations as cohorts
from lms.cohorts import queries
from lms.questions import operations as questions
from lms.questions.conversion import read_file

if TYPE_CHECKING:
    from lms.demo.story import World

#: Every statement stands in a lesson: 02-the-local-safety-body of community safety, 03-participation-safe-and-real
#: of local governance, 03-when-outside-teams-come of crisis response.
MEETINGS = """// Questions on the conduct of meetings, from the lessons of the three courses
$CATEGORY: Meetings

// [id:meetings-01] [tag:competency:sec-01] [tag:level:awareness] [tag:difficulty:1]
::Names in the meeting::A member of the safety body speaks about a suspect by name. What does the chair say? {
=Please bring this to the commander after the meeting.#Right. A person who is named may be innocent.
~Please give us the name slowly, so that the clerk can write it.#Names and cases stay out of the meeting.
~Please tell us who else knows about it.#A member who knows a secret can be put under pressure.
~Please leave the room.#The chair says it in a friendly way. Soon others do it too.
####The meeting uses open facts: places, times, kinds of incident, numbers.
}

// [id:meetings-02] [tag:competency:sec-01] [tag:level:awareness] [tag:difficulty:2]
::The hour of the safety body::Match each part of the one-hour meeting with its result. {
=Incidents since the last meeting -> One line each\\: what, where, when
=Actions that are late -> A new date, or a decision to stop
=One problem in depth -> Two or three measures with owner and date
=Public message -> Three sentences for the radio
####Meetings that have no end time become speeches.
}

// [id:meetings-03] [tag:competency:sec-01] [tag:level:awareness] [tag:difficulty:1]
::One problem in depth::In the plan for one hour, how many minutes are there for one problem in depth? {#25
####From minute 25 to minute 50. Five problems in one hour get five opinions; one problem gets a plan.
}

// [id:meetings-04] [tag:competency:sec-01] [tag:level:awareness] [tag:difficulty:1]
::A vote for the Mission::In the safety body of the lesson, the Mission adviser has a vote. {FALSE
#The Mission has no authority over local officials. The decisions remain yours.
#Right. The adviser brings facts, contacts and questions.
####The adviser sits at the table without a vote.
}

// [id:meetings-05] [tag:competency:gov-02] [tag:level:awareness] [tag:difficulty:1]
::Separate meetings::Women and youth cannot speak freely in a mixed meeting. What do you do first? {
=Hold separate meetings, then bring the results together.#Right. Each group names who presents its results.
~Ask them to write to the council.#Time, place and language decide who is heard.
~Give each of them one minute at the end.#Whoever cannot speak freely does not speak freely in one minute either.
####This is not a favour; it is how you get true answers.
}

// [id:meetings-06] [tag:competency:gov-02] [tag:level:awareness] [tag:difficulty:2]
::Four lines to report back::Which lines belong to the report after a public meeting? {
~%25%What you said
~%25%What we decided
~%25%Why
~%25%By when
~%-50%Who spoke against it#People who speak take a risk. Do not write their names.
~%-50%Who was photographed#Do not photograph people who speak about danger or abuse.
####The meeting ends when you have reported back, not when the chairs are stacked.
}

// [id:meetings-07] [tag:competency:cri-04] [tag:level:awareness] [tag:difficulty:1]
::Area meeting::In an area meeting, who sits at the head of the table beside the agency from outside? {
=A district officer#Right. A local co-chair is the first of the four rules.
~The Mission’s military liaison#Keep soldiers and aid visibly apart.
~The largest donor#The local emergency management authority keeps overall responsibility.
####A local co-chair, the local language, one sheet of who does what where, decisions on gaps and overlaps.
}

// [id:meetings-08] [tag:competency:cri-04] [tag:level:awareness] [tag:difficulty:1]
::Families on the sheet::The sheet of who does what where holds the names of the families that get help. {FALSE
#It holds activities and places, one line for each activity.
#Right. It holds activities and places.
####It does not hold names of families.
}
"""
BANK = "conduct-of-meetings"
#: Title, course, who holds it, its trainer, days ago of its first and last day, members.
COHORTS = (
    (
        "Local governance, two districts",
        "local-governance-after-conflict",
        "programme",
        "trainer",
        300,
        180,
        (
            "amina",
            "samuel",
            "joseph",
            "salma",
            "karsa-admin",
            "karsa-money",
            "karsa-clerk",
            "karsa-plan",
        ),
    ),
    (
        "Police and liaison, autumn",
        "community-safety-and-protection",
        "police-academy",
        "academy",
        120,
        -30,
        ("cadet-one", "cadet-two", "cadet-three"),
    ),
)


def add_cohorts(world: "World") -> None:
    """Two cohorts, of which the first is closed and lost one member on the way, and the bank on meetings."""
    for number, (title, course, code, trainer, first, last, members) in enumerate(COHORTS):
        by = world.people[trainer]
        made = cohorts.make_cohort(
            title,
            course_key=course,
            organisation=world.organisations[code],
            trainer=by,
            starts_on=world.today - timedelta(days=first),
            ends_on=world.today - timedelta(days=last),
            request_key=f"demo:cohort:{number}",
            by=by,
            at=world.moment(first + 10),
        )
        people = [world.people[name] for name in members]
        cohorts.add_members(made, people[:-1], by=by, at=world.moment(first + 9))
        cohorts.add_members(made, people[-1:], by=by, at=world.moment(first - 5))
        if last > 0:
            cohorts.remove_member(
                made, queries.members_of(made)[2], by=by, at=world.moment(first - 20)
            )
            cohorts.close_cohort(made, by=by, at=world.moment(last - 2))
    questions.take_in(
        BANK,
        read_file(MEETINGS.encode(), name="meetings.gift"),
        title="Conduct of meetings",
        language="en",
        file_name="meetings.gift",
        by=world.people["trainer"],
        at=world.moment(45),
    )
