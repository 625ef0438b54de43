"""Marks by hand: who may give one, what two independent ones are worth, a third where they differ."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factories.accounts import make_organisation, make_user
from factories.learning import STARTED
from factories.marking import (
    CHOICE,
    ESSAY,
    GOOD,
    HALF,
    POOR,
    TWICE,
    WHOLE,
    begun,
    handed_in,
    written,
)
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import marking, operations
from lms.assessments.models import MARKED, SUBMITTED, HandMark
from lms.audit.models import AuditEntry
from lms.errors import Refused
from lms.evidence.models import Evidence

LATER = STARTED + timedelta(days=1)


@pytest.fixture
def people(db):
    lumeya = make_organisation("lumeya")
    made = {"amina": make_user("amina", organisation=lumeya)}
    for name in ("noor", "paul", "farah"):
        made[name] = make_user(name, organisation=lumeya, role=Role.TRAINER)
    return made


def counting(db, user):
    pieces = db.session.scalars(everywhere(Evidence).where(Evidence.user_id == user.id))
    return {one.competency: one.value for one in pieces if one.end is None}


def test_an_essay_waits_for_a_marker_and_then_counts(db, people):
    attempt = handed_in(people["amina"], [ESSAY, CHOICE], {"e-1": written(), "c-1": written("a")})

    assert (attempt.state, attempt.percent, counting(db, people["amina"])) == (SUBMITTED, None, {})

    row = marking.give_mark(
        attempt, "e-1", {**HALF, "tone": "yes"}, remark=" Clear. ", by=people["noor"], at=LATER
    )

    # ½, ½ and 1 of three criteria: two thirds; with the choice five sixths, cut to two places.
    assert (row.share, row.remark) == (Decimal("0.666667"), "Clear.")
    assert (attempt.state, attempt.percent, attempt.passed) == (MARKED, Decimal("83.33"), True)
    assert counting(db, people["amina"]) == {"gov-01": Decimal("0.833333")}
    assert attempt.marked_at == LATER


def test_an_answer_never_given_needs_no_marker(db, people):
    attempt = handed_in(people["amina"], [ESSAY, CHOICE], {"c-1": written("a")})

    assert (attempt.state, attempt.percent) == (MARKED, Decimal("50.00"))
    with pytest.raises(Refused, match=r"marking\.unanswered"):
        marking.give_mark(attempt, "e-1", GOOD, by=people["noor"], at=LATER)


def test_without_criteria_one_credit_is_given_for_the_whole(db, people):
    attempt = handed_in(people["amina"], [WHOLE], {"e-3": written()})

    marking.give_mark(attempt, "e-3", {"overall": "0.85"}, by=people["noor"], at=LATER)

    assert attempt.percent == Decimal("85.00")


def test_nobody_marks_an_own_answer(db, people):
    attempt = handed_in(people["noor"], [ESSAY], {"e-1": written()})

    with pytest.raises(Refused, match=r"marking\.own"):
        marking.give_mark(attempt, "e-1", GOOD, by=people["noor"], at=LATER)


def test_the_same_form_twice_is_one_mark_and_another_one_is_refused(db, people):
    attempt = handed_in(people["amina"], [TWICE], {"e-2": written()})

    first = marking.give_mark(attempt, "e-2", GOOD, by=people["noor"], at=LATER)
    again = marking.give_mark(attempt, "e-2", GOOD, by=people["noor"], at=LATER)
    with pytest.raises(Refused, match=r"marking\.given"):
        marking.give_mark(attempt, "e-2", POOR, by=people["noor"], at=LATER)

    assert first.id == again.id
    assert len(db.session.scalars(select(HandMark)).all()) == 1
    assert attempt.state == SUBMITTED


def test_a_second_marker_is_refused_where_one_was_asked_for(db, people):
    attempt = handed_in(people["amina"], [ESSAY], {"e-1": written()})
    marking.give_mark(attempt, "e-1", GOOD, by=people["noor"], at=LATER)

    with pytest.raises(Refused, match=r"marking\.done"):
        marking.give_mark(attempt, "e-1", POOR, by=people["paul"], at=LATER)

    assert attempt.percent == Decimal("100.00")


@pytest.mark.parametrize(
    ("ratings", "code"),
    [
        ({"facts": "yes", "order": "yes"}, "marking.unrated"),
        ({**GOOD, "tone": "splendid"}, "marking.unknown-level"),
    ],
)
def test_a_mark_needs_a_level_for_every_criterion(db, people, ratings, code):
    attempt = handed_in(people["amina"], [ESSAY], {"e-1": written()})

    with pytest.raises(Refused) as refused:
        marking.give_mark(attempt, "e-1", ratings, by=people["noor"], at=LATER)

    assert refused.value.code == code
    assert db.session.scalars(select(HandMark)).all() == []


@pytest.mark.parametrize("credit", ["1.5", "-0.1", "many", ""])
def test_a_credit_lies_between_nothing_and_everything(db, people, credit):
    attempt = handed_in(people["amina"], [WHOLE], {"e-3": written()})

    with pytest.raises(Refused, match=r"marking\."):
        marking.give_mark(attempt, "e-3", {"overall": credit}, by=people["noor"], at=LATER)


def test_what_is_not_handed_in_or_not_by_hand_is_not_marked(db, people):
    running = begun(people["amina"], [ESSAY, CHOICE], {"e-1": written()})
    with pytest.raises(Refused, match=r"marking\.closed"):
        marking.give_mark(running, "e-1", GOOD, by=people["noor"], at=LATER)
    with pytest.raises(Refused, match=r"marking\.not-by-hand"):
        marking.give_mark(running, "c-1", GOOD, by=people["noor"], at=LATER)
    with pytest.raises(Refused, match=r"attempt\.foreign-question"):
        marking.give_mark(running, "x-1", GOOD, by=people["noor"], at=LATER)


def test_two_who_agree_share_the_mark(db, people):
    attempt = handed_in(people["amina"], [TWICE], {"e-2": written()})

    marking.give_mark(attempt, "e-2", GOOD, by=people["noor"], at=LATER)
    assert attempt.state == SUBMITTED
    marking.give_mark(attempt, "e-2", {**GOOD, "tone": "partly"}, by=people["paul"], at=LATER)

    # 1 and 5/6 differ by 1/6, more than 0.15: open. See below for a difference within it.
    assert attempt.state == SUBMITTED
    assert marking.standing_of(attempt, "e-2").differing == ("tone",)


def test_within_the_tolerance_the_mean_counts(db, people):
    question = {**WHOLE, "markers": 2}
    attempt = handed_in(people["amina"], [question], {"e-3": written()})

    marking.give_mark(attempt, "e-3", {"overall": "0.80"}, by=people["noor"], at=LATER)
    marking.give_mark(attempt, "e-3", {"overall": "0.65"}, by=people["paul"], at=LATER)

    # Just as far apart as is allowed: 0.15.
    assert (attempt.state, attempt.percent) == (MARKED, Decimal("72.50"))


def test_a_third_person_decides_where_two_differ(db, people):
    attempt = handed_in(people["amina"], [TWICE], {"e-2": written()})
    marking.give_mark(attempt, "e-2", GOOD, by=people["noor"], at=LATER)
    marking.give_mark(attempt, "e-2", POOR, by=people["paul"], at=LATER)
    assert marking.standing_of(attempt, "e-2").differs

    for name in ("noor", "paul"):
        with pytest.raises(Refused, match=r"marking\.third"):
            marking.decide(attempt, "e-2", HALF, remark="So.", by=people[name], at=LATER)
    with pytest.raises(Refused, match=r"marking\.reason"):
        marking.decide(attempt, "e-2", HALF, remark=" ", by=people["farah"], at=LATER)
    decided = marking.decide(
        attempt, "e-2", HALF, remark="Facts, but no figures.", by=people["farah"], at=LATER
    )
    again = marking.decide(
        attempt, "e-2", HALF, remark="Facts, but no figures.", by=people["farah"], at=LATER
    )

    assert decided.id == again.id
    assert (attempt.state, attempt.percent) == (MARKED, Decimal("50.00"))
    assert counting(db, people["amina"]) == {"gov-01": Decimal("0.5")}
    # The two first marks stand as they were given.
    assert [row.share for row in marking.standing_of(attempt, "e-2").given] == [1, 0]


def test_there_is_nothing_to_decide_where_nobody_differs(db, people):
    attempt = handed_in(people["amina"], [TWICE], {"e-2": written()})
    marking.give_mark(attempt, "e-2", GOOD, by=people["noor"], at=LATER)

    with pytest.raises(Refused, match=r"marking\.no-disagreement"):
        marking.decide(attempt, "e-2", HALF, remark="So.", by=people["farah"], at=LATER)


def test_a_mark_given_by_one_is_corrected_once_with_its_reason(db, people):
    attempt = handed_in(people["amina"], [ESSAY], {"e-1": written()})
    with pytest.raises(Refused, match=r"marking\.not-marked"):
        marking.correct(attempt, "e-1", GOOD, remark="x", by=people["paul"], at=LATER)
    marking.give_mark(attempt, "e-1", POOR, by=people["noor"], at=LATER)

    marking.correct(
        attempt, "e-1", GOOD, remark="The annex was overlooked.", by=people["noor"], at=LATER
    )
    with pytest.raises(Refused, match=r"marking\.corrected"):
        marking.correct(attempt, "e-1", POOR, remark="No.", by=people["paul"], at=LATER)

    assert (attempt.percent, attempt.passed) == (Decimal("100.00"), True)
    assert counting(db, people["amina"]) == {"gov-01": Decimal(1)}
    ends = [
        one.end.reason
        for one in db.session.scalars(everywhere(Evidence).order_by(Evidence.id))
        if one.end
    ]
    assert ends == ["The annex was overlooked."]


def test_a_void_attempt_takes_no_mark(db, people):
    attempt = handed_in(people["amina"], [ESSAY], {"e-1": written()})
    operations.void_attempt(attempt, "Another person sat it", by=people["noor"], at=LATER)

    with pytest.raises(Refused, match=r"marking\.closed"):
        marking.give_mark(attempt, "e-1", GOOD, by=people["noor"], at=LATER)


def test_every_mark_is_in_the_trail(db, people):
    attempt = handed_in(people["amina"], [TWICE], {"e-2": written()})
    marking.give_mark(attempt, "e-2", GOOD, by=people["noor"], at=LATER)
    marking.give_mark(attempt, "e-2", POOR, by=people["paul"], at=LATER)
    marking.decide(attempt, "e-2", HALF, remark="Both, in part.", by=people["farah"], at=LATER)
    db.session.flush()

    trail = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.startswith("answer.")).order_by(AuditEntry.id)
    )
    assert [(one.action, one.by_name) for one in trail] == [
        ("answer.marked", "Noor"),
        ("answer.marked", "Paul"),
        ("answer.decided", "Farah"),
    ]
