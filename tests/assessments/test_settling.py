"""Many attempts are settled as one is: the same rows, the same evidence, the same things told."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import event, select

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, STARTED, publish
from factories.marking import CHOICE, ESSAY, GOOD, HALF, MANY, NUMBER, POOR, TEXT, begun
from factories.questions import make_options
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments import answering, marking, operations, regrading, settling
from lms.assessments.models import MARKED, SUBMITTED, Attempt, RegradeChange, Response
from lms.assessments.regrade_rules import (
    DROP,
    FULL_CREDIT,
    KINDS,
    NEW_KEY,
    Change,
    laid_over,
    left_out,
    takes,
)
from lms.assessments.rules import Outcome
from lms.audit.models import AuditEntry
from lms.events import attempt_changed, attempt_finished
from lms.evidence.models import Evidence, EvidenceEnd
from lms.learning import operations as learning
from lms.learning.models import Enrolment

LATER = STARTED + timedelta(days=30)
REASON = "See minute 12."
HINTED = {**CHOICE, "hints": [{"en": "Look up."}]}
HEAVY = {**TEXT, "weight": "2.5"}
#: The choice as an earlier wording showed it, with other options.
EARLIER = {**CHOICE, "options": make_options("a", "bz")}
CHANGES = [
    Change(NEW_KEY, "c-1", {**HINTED, "options": make_options("b", "acd")}),
    Change(FULL_CREDIT, "t-1"),
    Change(DROP, "e-1"),
    Change(FULL_CREDIT, "e-1"),
    Change(NEW_KEY, "n-1", {**NUMBER, "value": "13"}),
    Change(DROP, "m-1"),
]


@pytest.fixture
def lumeya(db):
    return make_organisation("lumeya")


@pytest.fixture
def trainer(lumeya):
    return make_user("noor", organisation=lumeya, role=Role.TRAINER)


@pytest.fixture
def sat(db, lumeya, trainer):
    """Attempts of every state, some of one person; with hints, hand marks, pass marks by competency, a course."""
    publish()
    random = Random("settling")
    for number in range(24):
        person = make_user(f"p-{number:02}", organisation=lumeya)
        if number % 3:
            enrolment = learning.enrol(person, COURSE, by=person, at=STARTED)
            for key in enrolment.version.lesson_keys if number % 2 else ():
                learning.mark_done(enrolment, key, at=STARTED)
        for again in range(1 + number % 3):
            sit(random, person, trainer, number, again)
    db.session.commit()
    return db


def sit(random, person, trainer, number, again):
    choice = EARLIER if number == 5 else HINTED
    given = {
        "c-1": [random.choice("aab" if choice is EARLIER else "aaabcd")],
        "m-1": random.sample("abcd", random.randint(1, 3)),
        "n-1": [random.choice(["12", "13", "40"])],
        "t-1": [random.choice(["rope", "cord"])],
        "e-1": ["So we met."],
    }
    asked = random.sample([choice, MANY, NUMBER, HEAVY, ESSAY], random.randint(3, 5))
    answers = {key: {"answer": one} for key, one in given.items() if random.random() < 0.85}
    at = STARTED + timedelta(days=again)
    attempt = begun(
        person,
        asked,
        answers,
        at=at,
        hint_penalty="0.25",
        pass_mark="60",
        competency_pass_marks={"gov-02": "50"} if number % 4 == 0 else {},
    )
    if choice in asked and random.random() < 0.3 and choice.get("hints"):
        answering.show_hint(attempt, "c-1", at=at)
    if again == 2 and number % 2:
        return
    operations.submit_attempt(attempt, at=at + timedelta(minutes=5))
    if "e-1" in attempt.given() and random.random() < 0.6:
        marking.give_mark(attempt, "e-1", random.choice([GOOD, HALF, POOR]), by=trainer, at=at)
    if number % 11 == 7:
        operations.void_attempt(attempt, "Another sat it", by=trainer, at=at)


def one_by_one(db, change, trainer):
    """What a regrade does, to one attempt after the other by `operations.settle`, those that pass first."""
    attempts = [
        one
        for one in db.session.scalars(everywhere(Attempt).order_by(Attempt.id))
        if one.state in (MARKED, SUBMITTED, "in-progress")
        for asked in one.questions
        if asked["spec"]["key"] == change.question_key and takes(asked, change)
    ]
    for one in attempts:
        one.questions = [
            laid_over(asked, change) if asked["spec"]["key"] == change.question_key else asked
            for asked in one.questions
        ]
        one.dropped = left_out(one.dropped, change)
    handed_in = [one for one in attempts if one.state in (MARKED, SUBMITTED)]
    for one in sorted(handed_in, key=lambda one: not operations.outcome_of(one).passed):
        operations.settle(one, by=trainer, at=LATER, reason=REASON)
    db.session.flush()


def all_at_once(db, change, trainer):
    regrading.apply(COURSE, change, reason=REASON, request_key="1", by=trainer, at=LATER)
    db.session.flush()


def every_row(db):
    """All that settling writes, by table; ids that are made anew are told by what they stand for."""
    db.session.expire_all()
    keys = dict(db.session.execute(everywhere(Evidence.id, Evidence.once_key)).all())
    return {
        "attempts": rows(db, Attempt),
        "evidence": rows(db, Evidence, without=("id",)),
        "ends": rows(db, EvidenceEnd, without=("id",), keys=keys),
        "trail": [
            one
            for one in rows(db, AuditEntry, without=("id",), keys=keys)
            if "question.regraded" not in one
        ],
        "enrolments": rows(db, Enrolment),
    }


def rows(db, model, *, without=(), keys=None):
    columns = [one for one in model.__table__.columns if one.name not in without]
    found = db.session.execute(select(*columns)).all()
    return sorted(
        " | ".join(
            str((keys or {}).get(value, value) if not isinstance(value, dict | list) else value)
            for value in row
        )
        for row in found
    )


class Heard:
    """What is told while it listens: attempt, whether it passes, and whether another one does."""

    def __enter__(self):
        self.told = []
        for signal in (attempt_changed, attempt_finished):
            signal.connect(self.hear)
        return self.told

    def hear(self, happened, **_more):
        self.told.append(happened)

    def __exit__(self, *_fault):
        for signal in (attempt_changed, attempt_finished):
            signal.disconnect(self.hear)


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: f"{one.kind} {one.question_key}")
def test_all_at_once_leaves_the_same_rows_as_one_by_one(sat, trainer, change):
    with Heard() as told_of_all:
        all_at_once(sat, change, trainer)
    together = every_row(sat)
    logged = Counter(key for key in sat.session.scalars(select(RegradeChange.attempt_id)))
    sat.session.rollback()
    before = every_row(sat)
    with Heard() as told_of_each:
        one_by_one(sat, change, trainer)
    apart = every_row(sat)

    assert together == apart
    assert {name for name, found in apart.items() if found != before[name]} >= {"attempts", "trail"}
    known = [(type(one), one.attempt_id, one.user_id, one.passed) for one in told_of_all]
    assert sorted(map(str, known)) == sorted(
        str((type(one), one.attempt_id, one.user_id, one.passed)) for one in told_of_each
    )
    assert set(logged.values()) == {1}
    assert {one.attempt_id for one in told_of_all} <= set(logged)


def test_the_cases_that_the_comparison_is_about_occur(sat):
    """Or else it would compare little: each kind of change, waiting, under way, void, several attempts."""
    states = Counter(sat.session.scalars(everywhere(Attempt.state)))
    assert {one.kind for one in CHANGES} == set(KINDS)
    assert min(states[name] for name in (MARKED, SUBMITTED, "in-progress", "voided")) >= 2
    assert max(Counter(sat.session.scalars(everywhere(Attempt.user_id))).values()) == 3
    assert sat.session.scalar(select(Response).where(Response.hints_shown > 0)) is not None
    seen = regrading.preview(COURSE, CHANGES[0])
    assert min(len(seen.lines), seen.unchanged, seen.waiting, seen.other_wording) >= 1
    assert {one.passed_after for one in seen.lines if one.flips} == {True, False}


def test_those_that_pass_are_told_first_and_with_what_holds_in_the_end(sat, trainer):
    with Heard() as told:
        for change in CHANGES[:2]:
            regrading.apply(
                COURSE, change, reason="x", request_key=change.kind, by=trainer, at=LATER
            )
            passing = [one.passed for one in told]
            assert passing == sorted(passing, reverse=True)
            for one in told:
                others = everywhere(Attempt.id).where(
                    Attempt.user_id == one.user_id,
                    Attempt.id != one.attempt_id,
                    Attempt.passed.is_(True),
                )
                elsewhere = sat.session.scalar(others) is not None
                assert getattr(one, "passed_elsewhere", elsewhere) == elsewhere
            told.clear()


def test_what_an_attempt_keeps_is_after_every_change_what_marking_it_again_gives(sat, trainer):
    """Also where it is worth the same: the right answer stands beside the mark."""
    for number, change in enumerate((*CHANGES, Change(NEW_KEY, "c-1", HINTED))):
        if change.kind == DROP and change.question_key == "m-1":
            continue
        try:
            regrading.apply(
                COURSE, change, reason="x", request_key=str(number), by=trainer, at=LATER
            )
        finally:
            sat.session.commit()
        for attempt in sat.session.scalars(everywhere(Attempt)):
            if attempt.state in (MARKED, SUBMITTED):
                again = operations.outcome_of(attempt)
                assert attempt.marks == {key: mark.plain for key, mark in again.marks.items()}
                assert (attempt.percent, attempt.passed) == (again.percent, again.passed)


def statements(db, deed):
    """How many statements a deed makes."""
    count = 0

    def one_more(*_more):
        nonlocal count
        count += 1

    engine = db.engine
    event.listen(engine, "before_cursor_execute", one_more)
    try:
        deed()
    finally:
        event.remove(engine, "before_cursor_execute", one_more)
    return count


def test_a_regrade_of_many_takes_no_more_statements_than_one_of_few(db, lumeya, trainer):
    publish()
    taken = []
    changed = []
    for people in (range(5), range(5, 40)):
        for number in people:
            person = make_user(f"p-{number}", organisation=lumeya)
            learning.enrol(person, COURSE, by=person, at=STARTED)
            given = {"c-1": {"answer": ["b"]}, "t-1": {"answer": ["rope"]}}
            attempt = begun(person, [HINTED, TEXT], given, pass_mark="10")
            operations.submit_attempt(attempt, at=STARTED)
        db.session.commit()
        taken.append(statements(db, lambda: all_at_once(db, CHANGES[0], trainer)))
        changed.append(len(db.session.scalars(select(RegradeChange.id)).all()))
        db.session.rollback()

    assert changed == [5, 40]
    assert taken[0] == taken[1] < 40


def test_columns_are_written_past_objects_and_into_them(db, lumeya):
    one, other = (
        begun(make_user(name, organisation=lumeya), [CHOICE, TEXT]) for name in ("amina", "samuel")
    )
    keys = [one.id, other.id]
    del one
    db.session.expunge_all()
    held = db.session.get(Attempt, keys[0], execution_options={"lms_scoped": True})

    settling.write({key: {"dropped": ["c-1"], "furthest": 1} for key in keys})

    assert (held.dropped, held.furthest) == (["c-1"], 1)
    assert db.session.scalars(everywhere(Attempt.dropped)).all() == [["c-1"], ["c-1"]]


def test_while_a_mark_is_awaited_there_is_nothing_to_tell_and_no_evidence(db, lumeya):
    attempt = begun(make_user("amina", organisation=lumeya), [CHOICE, TEXT])
    batch = settling.Batch(LATER)

    batch.add(attempt, Outcome(None, None, {}, {"gov-01": Decimal(1)}, (), ("e-1",)), [])

    assert (batch.told, batch.entries.new) == ([], [])
    assert batch.columns[attempt.id]["state"] == SUBMITTED
