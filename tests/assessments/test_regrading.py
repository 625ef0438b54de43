"""Marking a question anew: what the preview says, what applying does, and that the two are the same."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factories.accounts import make_organisation, make_post, make_user
from factories.learning import COURSE, STARTED, publish
from factories.marking import (
    CHOICE,
    ESSAY,
    HALF,
    MANY,
    NUMBER,
    TEXT,
    begun,
    handed_in,
    written,
)
from factories.questions import make_options
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import marking, operations, regrading
from lms.assessments.evidence import pieces_of
from lms.assessments.ledger import counting as counted
from lms.assessments.models import MARKED, SUBMITTED, VOIDED, Attempt, Regrade, RegradeChange
from lms.assessments.regrade_rules import DROP, FULL_CREDIT, NEW_KEY, Change
from lms.audit.models import AuditEntry
from lms.capacity.operations import compute_run
from lms.errors import Refused
from lms.evidence.models import Evidence
from lms.learning import operations as learning

LATER = STARTED + timedelta(days=30)
QUESTIONS = [CHOICE, MANY, NUMBER, TEXT]
#: Everything right by the first key.
RIGHT = {
    "c-1": {"answer": ["a"]},
    "m-1": {"answer": ["a", "b"]},
    "n-1": {"answer": ["12"]},
    "t-1": {"answer": ["rope"]},
}
NOW_B = {**CHOICE, "options": make_options("b", "acd")}
NEW = Change(NEW_KEY, "c-1", NOW_B)
FULL, OUT = Change(FULL_CREDIT, "c-1"), Change(DROP, "c-1")


@pytest.fixture
def lumeya(db):
    return make_organisation("lumeya")


@pytest.fixture
def trainer(lumeya):
    return make_user("noor", organisation=lumeya, role=Role.TRAINER)


@pytest.fixture
def amina(lumeya):
    return make_user("amina", organisation=lumeya)


@pytest.fixture
def samuel(lumeya):
    return make_user("samuel", organisation=lumeya)


def answering(**given):
    """Everything right, but for these."""
    return {**RIGHT, **{key.replace("_", "-"): {"answer": one} for key, one in given.items()}}


def do(change, by, *, reason="The key was wrong: see minute 12.", request_key="1", **more):
    return regrading.apply(
        COURSE, change, reason=reason, request_key=request_key, by=by, at=LATER, **more
    )


def counting(db, user):
    pieces = db.session.scalars(everywhere(Evidence).where(Evidence.user_id == user.id))
    return {one.competency: one.value for one in pieces if one.end is None}


def test_a_new_key_moves_mark_pass_and_evidence_and_says_so_before(db, trainer, amina, samuel):
    first = handed_in(amina, QUESTIONS, answering())
    second = handed_in(samuel, QUESTIONS, answering(c_1=["b"]))
    assert (first.percent, second.percent) == (Decimal("100.00"), Decimal("75.00"))

    seen = regrading.preview(COURSE, NEW)

    assert {
        (one.user_id, one.percent_before, one.percent_after, one.passed_before, one.passed_after)
        for one in seen.lines
    } == {
        (amina.id, Decimal("100.00"), Decimal("75.00"), True, False),
        (samuel.id, Decimal("75.00"), Decimal("100.00"), False, True),
    }
    # gov-01 is asked by the choice and the text: half of it moves.
    assert [one.moved for one in seen.lines] == [
        [("gov-01", Decimal(1), Decimal("0.5"))],
        [("gov-01", Decimal("0.5"), Decimal(1))],
    ]
    assert seen.lost == {amina.id}
    # Nothing is written by looking.
    assert (first.percent, db.session.scalars(select(Regrade)).all()) == (Decimal("100.00"), [])

    regrade = do(NEW, trainer, seen=seen.fingerprint)

    assert (first.percent, first.passed) == (Decimal("75.00"), False)
    assert (second.percent, second.passed) == (Decimal("100.00"), True)
    assert counting(db, amina) == {"gov-01": Decimal("0.5"), "gov-02": Decimal(1)}
    changes = {one.attempt_id: one for one in regrade.changes}
    assert changes[first.id].percent_before == Decimal("100.00")
    assert changes[first.id].percent_after == Decimal("75.00")
    assert (changes[first.id].passed_before, changes[first.id].passed_after) == (True, False)
    assert changes[first.id].mark_before == {
        "share": "1.000000",
        "right": True,
        "detail": {"chosen": "a", "right": "a"},
    }


def test_the_old_evidence_is_superseded_with_the_reason_and_stays_readable(db, trainer, amina):
    handed_in(amina, QUESTIONS, answering())

    do(NEW, trainer)

    pieces = db.session.scalars(
        everywhere(Evidence).where(Evidence.competency == "gov-01").order_by(Evidence.id)
    ).all()
    assert [piece.value for piece in pieces] == [Decimal(1), Decimal("0.5")]
    assert pieces[0].end.kind == "superseded"
    assert pieces[0].end.successor_id == pieces[1].id
    assert pieces[0].end.reason == "The key was wrong: see minute 12."
    assert pieces[0].end.by_id == trainer.id


def test_full_credit_goes_to_everybody_also_to_who_left_it_open(db, trainer, amina, samuel):
    wrong = handed_in(amina, QUESTIONS, answering(c_1=["d"]))
    blank = handed_in(samuel, QUESTIONS, {key: RIGHT[key] for key in ("m-1", "n-1")})

    do(FULL, trainer)

    assert (wrong.percent, wrong.passed) == (Decimal("100.00"), True)
    assert blank.percent == Decimal("75.00")
    assert counting(db, samuel)["gov-01"] == Decimal("0.5")


def test_a_dropped_question_weighs_nothing_for_anybody(db, trainer, amina, samuel):
    wrong = handed_in(amina, QUESTIONS, answering(c_1=["d"]))
    less = handed_in(samuel, QUESTIONS, answering(t_1=["string"]))

    do(OUT, trainer)

    assert wrong.percent == Decimal("100.00")
    # Two of three instead of three of four: leaving out what was right lowers the mark, and it is said.
    assert less.percent == Decimal("66.66")
    assert less.dropped == ["c-1"]
    assert counting(db, samuel) == {"gov-01": Decimal(0), "gov-02": Decimal(1)}


def test_a_competency_that_nothing_asks_for_any_more_loses_its_evidence(db, trainer, amina):
    handed_in(amina, [CHOICE, MANY], answering())

    seen = regrading.preview(COURSE, OUT)
    do(OUT, trainer)

    assert seen.lines[0].moved == [("gov-01", Decimal(1), None)]
    assert counting(db, amina) == {"gov-02": Decimal(1)}


def test_where_nothing_would_be_left_to_mark_nothing_is_dropped(db, trainer, amina):
    attempt = handed_in(amina, [CHOICE], answering())

    with pytest.raises(Refused) as refused:
        do(OUT, trainer)

    assert (refused.value.code, refused.value.values) == ("regrade.nothing-left", {"count": 1})
    assert attempt.dropped == []


def test_an_attempt_under_way_is_marked_by_the_new_key(db, trainer, amina):
    attempt = begun(amina, QUESTIONS, answering(c_1=["b"]))

    seen = regrading.preview(COURSE, NEW)
    do(NEW, trainer)
    operations.submit_attempt(attempt, at=STARTED + timedelta(minutes=10))

    assert (seen.running, seen.lines) == (1, ())
    assert attempt.questions[0]["spec"] == CHOICE
    assert attempt.percent == Decimal("100.00")


def test_a_void_attempt_is_counted_apart_and_stays_as_it_is(db, trainer, amina):
    attempt = handed_in(amina, QUESTIONS, answering())
    operations.void_attempt(attempt, "Another sat it", by=trainer, at=LATER)
    other = handed_in(amina, QUESTIONS, answering(), at=STARTED + timedelta(days=1))

    seen = regrading.preview(COURSE, NEW)
    do(NEW, trainer)

    assert (seen.void, len(seen.lines)) == (1, 1)
    assert (attempt.state, "marked_by" in attempt.questions[0]) == (VOIDED, False)
    assert other.percent == Decimal("75.00")


def test_an_attempt_that_waits_for_a_marker_is_marked_that_way_later(db, trainer, amina):
    attempt = handed_in(amina, [CHOICE, ESSAY], {"c-1": written("b"), "e-1": written()})

    seen = regrading.preview(COURSE, NEW)
    do(NEW, trainer)
    assert (seen.waiting, seen.lines, attempt.state) == (1, (), SUBMITTED)
    marking.give_mark(attempt, "e-1", HALF, by=trainer, at=LATER)

    # The choice is right now, the essay is worth a half.
    assert attempt.percent == Decimal("75.00")


def test_dropping_the_essay_that_was_waited_for_marks_the_attempt(db, trainer, amina):
    attempt = handed_in(amina, [CHOICE, ESSAY], {"c-1": written("a"), "e-1": written()})

    regrade = do(Change(DROP, "e-1"), trainer)

    assert (attempt.state, attempt.percent, attempt.passed) == (MARKED, Decimal("100.00"), True)
    assert counting(db, amina) == {"gov-01": Decimal(1)}
    assert regrade.changes[0].mark_before["pending"] is True


def test_a_question_that_no_attempt_holds_is_not_regraded(db, trainer, amina):
    handed_in(amina, [TEXT], {"t-1": written("c-1")})

    with pytest.raises(Refused, match=r"regrade\.unknown-question"):
        regrading.preview(COURSE, NEW)


def test_it_is_done_for_all_or_for_nobody(db, trainer, amina, lumeya):
    karsa = make_organisation("karsa")
    theirs = handed_in(make_user("esther", organisation=karsa), QUESTIONS, answering())
    ours = handed_in(amina, QUESTIONS, answering())

    seen = regrading.preview(COURSE, NEW, within={lumeya.id})
    with pytest.raises(Refused) as refused:
        do(NEW, trainer, within={lumeya.id})

    assert (seen.foreign, [one.user_id for one in seen.lines]) == (1, [amina.id])
    assert (refused.value.code, refused.value.values) == ("regrade.foreign", {"count": 1})
    db.session.rollback()
    assert (ours.percent, theirs.percent) == (Decimal("100.00"), Decimal("100.00"))


def test_a_reason_is_needed_and_the_trail_has_it(db, trainer, amina):
    handed_in(amina, QUESTIONS, answering())

    with pytest.raises(Refused, match=r"regrade\.reason"):
        do(NEW, trainer, reason="  ")
    do(NEW, trainer)
    db.session.flush()

    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "question.regraded"))
    assert entry.by_id == trainer.id
    assert entry.changes["reason"] == "The key was wrong: see minute 12."
    assert entry.changes["attempts"] == 1


def test_the_same_form_twice_is_one_regrade_and_the_same_key_twice_is_refused(db, trainer, amina):
    attempt = handed_in(amina, QUESTIONS, answering())

    first, again = do(NEW, trainer), do(NEW, trainer)
    db.session.commit()
    with pytest.raises(Refused, match=r"regrade\.same"):
        do(NEW, trainer, request_key="2")
    db.session.rollback()

    assert first.id == again.id
    assert attempt.percent == Decimal("75.00")
    assert len(db.session.scalars(select(RegradeChange)).all()) == 1


def test_what_was_looked_at_is_what_is_done(db, trainer, amina, samuel):
    handed_in(amina, QUESTIONS, answering())
    seen = regrading.preview(COURSE, NEW)
    late = handed_in(samuel, QUESTIONS, answering(), at=STARTED + timedelta(days=1))
    db.session.commit()

    with pytest.raises(Refused, match=r"regrade\.moved"):
        do(NEW, trainer, seen=seen.fingerprint)
    db.session.rollback()

    assert late.percent == Decimal("100.00")
    assert db.session.scalars(select(Regrade)).all() == []


def test_the_last_regrade_of_a_question_counts(db, trainer, amina):
    attempt = handed_in(amina, QUESTIONS, answering(c_1=["d"]))

    do(OUT, trainer, request_key="1")
    assert (attempt.percent, attempt.dropped) == (Decimal("100.00"), ["c-1"])
    do(FULL, trainer, request_key="2")
    assert (attempt.percent, attempt.dropped) == (Decimal("100.00"), [])
    do(NEW, trainer, request_key="3")
    assert (attempt.percent, attempt.questions[0].get("full_credit")) == (Decimal("75.00"), None)

    pieces = db.session.scalars(everywhere(Evidence).where(Evidence.competency == "gov-01")).all()
    assert sum(piece.end is None for piece in pieces) == 1


def test_a_pass_that_is_taken_away_opens_the_course_again_unless_another_holds(db, trainer, amina):
    publish()
    enrolment = learning.enrol(amina, COURSE, by=amina, at=STARTED)
    for key in enrolment.version.lesson_keys:
        learning.mark_done(enrolment, key, at=STARTED)
    handed_in(amina, QUESTIONS, answering())
    assert enrolment.completed_at is not None
    other = handed_in(amina, [MANY, NUMBER, TEXT], answering(), at=STARTED + timedelta(days=1))

    seen = regrading.preview(COURSE, NEW)
    do(NEW, trainer)
    assert seen.lost == frozenset()
    assert enrolment.completed_at is not None

    operations.void_attempt(other, "Another sat it", by=trainer, at=LATER)
    assert (enrolment.passed_at, enrolment.completed_at) == (None, None)


def test_two_attempts_of_one_person_that_change_places_leave_the_course_completed(
    db, trainer, amina
):
    publish()
    enrolment = learning.enrol(amina, COURSE, by=amina, at=STARTED)
    for key in enrolment.version.lesson_keys:
        learning.mark_done(enrolment, key, at=STARTED)
    handed_in(amina, QUESTIONS, answering())
    handed_in(amina, QUESTIONS, answering(c_1=["b"]), at=STARTED + timedelta(days=1))
    completed = enrolment.completed_at

    assert regrading.preview(COURSE, NEW).lost == frozenset()
    do(NEW, trainer)

    assert (enrolment.completed_at, enrolment.passed_at is None) == (completed, False)


def test_the_preview_is_what_is_done_in_every_attempt(db, trainer, lumeya):
    """A property over many answers and all kinds of change: previewed figures are those that then stand."""
    chosen = ["a", "b", "c", "d"]
    for number in range(16):
        user = make_user(f"user-{number}", organisation=lumeya)
        given = answering(c_1=[chosen[number % 4]], m_1=[chosen[number // 4]])
        if number % 5 == 0:
            given.pop("c-1")
        handed_in(user, QUESTIONS, given)
    for number, change in enumerate((NEW, FULL, OUT, Change(NEW_KEY, "c-1", CHOICE))):
        seen = regrading.preview(COURSE, change)
        do(change, trainer, request_key=str(number), seen=seen.fingerprint)

        told = {one.id: one for one in seen.lines}
        ledger = pieces_of([*told])
        for attempt in db.session.scalars(everywhere(Attempt)):
            assert 0 <= attempt.percent <= 100
            if attempt.id in told:
                line = told[attempt.id]
                assert (attempt.percent, attempt.passed) == (
                    line.percent_after,
                    line.passed_after,
                )
                assert counted(ledger[attempt.id]) == line.evidence_after
        if change is FULL:
            assert all(one.percent_after >= one.percent_before for one in seen.lines)
        # Doing it once more would move nothing.
        assert regrading.preview(COURSE, change).lines == ()


def test_a_regrade_moves_the_index_that_is_computed_after_it(db, trainer, amina, lumeya):
    make_post(lumeya, requirements={"gov-01": 1}, holder=amina)
    handed_in(amina, QUESTIONS, answering())
    before = compute_run(LATER.date(), draws=20, by=trainer, at=LATER)

    do(NEW, trainer)
    after = compute_run(LATER.date(), draws=20, by=trainer, at=LATER + timedelta(hours=1))

    # The post asks for awareness; half of the mark is no evidence for it any more.
    assert before.evidence_hash != after.evidence_hash
