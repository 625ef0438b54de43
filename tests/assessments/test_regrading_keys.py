"""What a new key may be, what it leaves alone, and that arithmetic stays exact under it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, STARTED
from factories.marking import (
    CHOICE,
    ESSAY,
    GOOD,
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
from lms.assessments import answering, marking, operations, regrading
from lms.assessments.models import Regrade
from lms.assessments.regrade_rules import FULL_CREDIT, NEW_KEY, Change
from lms.errors import Refused

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


def replying(**given):
    """Everything right, but for these."""
    return {**RIGHT, **{key.replace("_", "-"): {"answer": one} for key, one in given.items()}}


def do(change, by, *, reason="The key was wrong: see minute 12.", request_key="1", **more):
    return regrading.apply(
        COURSE, change, reason=reason, request_key=request_key, by=by, at=LATER, **more
    )


def test_what_people_read_stays_word_for_word(db, trainer, amina):
    attempt = handed_in(amina, QUESTIONS, replying())
    reworded = {
        **NOW_B,
        "text": {"en": "Another question altogether"},
        "options": [{**one, "text": {"en": "New"}} for one in NOW_B["options"]],
    }

    do(Change(NEW_KEY, "c-1", reworded), trainer)

    kept = attempt.questions[0]
    assert kept["spec"] == CHOICE
    assert kept["marked_by"]["text"] == CHOICE["text"]
    assert [one["text"] for one in kept["marked_by"]["options"]] == [
        one["text"] for one in CHOICE["options"]
    ]
    assert [one["key"] for one in kept["marked_by"]["options"] if one["correct"]] == ["b"]


def test_an_essay_takes_full_credit_but_no_new_key(db, trainer, amina):
    attempt = handed_in(amina, [CHOICE, ESSAY], {"c-1": written("a"), "e-1": written()})
    marking.give_mark(attempt, "e-1", HALF, by=trainer, at=LATER)

    with pytest.raises(Refused, match=r"regrade\.no-new-key"):
        do(Change(NEW_KEY, "e-1", ESSAY), trainer)
    do(Change(FULL_CREDIT, "e-1"), trainer)

    assert attempt.percent == Decimal("100.00")
    with pytest.raises(Refused, match=r"marking\.regraded"):
        marking.correct(attempt, "e-1", GOOD, remark="x", by=trainer, at=LATER)


def test_several_right_answers_of_a_single_choice(db, trainer, amina, samuel):
    first = handed_in(amina, QUESTIONS, replying(c_1=["a"]))
    second = handed_in(samuel, QUESTIONS, replying(c_1=["c"]))
    both = {
        **CHOICE,
        "type": "situational_judgement",
        "options": [
            {
                "key": one["key"],
                "text": one["text"],
                "credit": "1" if one["key"] in "ac" else "0",
                "explanation": {"en": "See above."},
            }
            for one in CHOICE["options"]
        ],
    }

    do(Change(NEW_KEY, "c-1", both), trainer)

    assert (first.percent, second.percent) == (Decimal("100.00"), Decimal("100.00"))
    # And back to one.
    do(NEW, trainer, request_key="2")
    assert (first.percent, second.percent) == (Decimal("75.00"), Decimal("75.00"))


@pytest.mark.parametrize(
    ("question", "given", "key"),
    [
        (NUMBER, "13", {**NUMBER, "value": "13"}),
        (NUMBER, "12.4", {**NUMBER, "tolerance": "0.5"}),
        (TEXT, "cord", {**TEXT, "accepted": {"en": ["rope", "cord"]}}),
        (MANY, "c", {**MANY, "options": make_options("c", "abd")}),
    ],
)
def test_every_kind_of_key_can_be_set_right(db, trainer, amina, question, given, key):
    attempt = handed_in(amina, [CHOICE, question], {question["key"]: written(given)})
    assert attempt.percent == 0

    do(Change(NEW_KEY, question["key"], key), trainer)

    assert attempt.percent == Decimal("50.00")


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ({**CHOICE, "options": make_options("a", "bc")}, "regrade.other-options"),
        ({**CHOICE, "options": make_options("ab", "cd")}, "regrade.bad-key"),
        ({**CHOICE, "options": make_options("", "abcd")}, "regrade.bad-key"),
        ({**TEXT, "key": "c-1"}, "regrade.no-new-key"),
    ],
)
def test_a_key_that_cannot_be_used_is_refused(db, trainer, amina, key, code):
    handed_in(amina, QUESTIONS, replying())

    with pytest.raises(Refused) as refused:
        do(Change(NEW_KEY, "c-1", key), trainer)

    assert refused.value.code == code
    assert db.session.scalars(select(Regrade)).all() == []


def test_an_earlier_wording_with_other_options_keeps_its_mark(db, trainer, amina, samuel):
    earlier = {**CHOICE, "options": make_options("a", "bz")}
    old = handed_in(amina, [earlier, TEXT], {"c-1": written("a")})
    new = handed_in(samuel, QUESTIONS, replying(), at=STARTED + timedelta(days=1))

    seen = regrading.preview(COURSE, NEW)
    do(NEW, trainer)

    assert (seen.other_wording, [one.user_id for one in seen.lines]) == (1, [samuel.id])
    assert (old.percent, new.percent) == (Decimal("50.00"), Decimal("75.00"))


def test_hints_cost_the_same_by_the_new_key(db, trainer, amina):
    hinted = {**CHOICE, "hints": [{"en": "Look up."}]}
    attempt = begun(amina, [hinted, TEXT], {"c-1": written("b")}, hint_penalty="0.25")
    answering.show_hint(attempt, "c-1", at=STARTED)
    operations.submit_attempt(attempt, at=STARTED + timedelta(minutes=5))

    seen = regrading.preview(COURSE, NEW)
    do(NEW, trainer)

    assert seen.lines[0].percent_after == attempt.percent == Decimal("37.50")


def test_69_995_neither_passes_at_70_nor_shows_as_70(db, trainer, amina):
    # A weight of 69.995 of 100 on what is right: rounded down, never up to the pass mark.
    light = {**CHOICE, "weight": "30.005"}
    heavy = {**TEXT, "weight": "69.995"}
    attempt = handed_in(
        amina, [light, heavy], {"c-1": written("b"), "t-1": written("rope")}, pass_mark="70"
    )
    assert (attempt.percent, attempt.passed) == (Decimal("69.99"), False)

    seen = regrading.preview(COURSE, NEW)
    do(NEW, trainer)
    assert seen.lines[0].percent_after == Decimal("100.00")
    do(Change(NEW_KEY, "c-1", CHOICE), trainer, request_key="2")

    assert (attempt.percent, attempt.passed) == (Decimal("69.99"), False)
    assert f"{attempt.percent:.2f}" == "69.99"
