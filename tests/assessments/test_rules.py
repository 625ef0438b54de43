"""What an attempt's rules decide: when, how long, page by page, what is shown, what it is worth."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from lms.assessments import rules
from lms.assessments.rules import Allowance, Phase
from lms.errors import Refused
from lms.scoring import Mark

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def minutes(number):
    return timedelta(minutes=number)


def question(key, competency="gov-01", **more):
    spec = {
        "key": key,
        "type": "true_false",
        "competency": competency,
        "answer": True,
        "text": {"en": key},
        **more.pop("spec", {}),
    }
    return {"spec": spec, "order": {}, **more}


RIGHT, WRONG = {"answer": True}, {"answer": False}


def test_an_assessment_opens_and_closes_by_the_servers_clock():
    held = {"opens_at": "2026-03-02T12:00+00:00", "closes_at": "2026-03-02T15:00+02:00"}

    rules.check_may_start(held, rules.Earlier(), at=NOON)

    with pytest.raises(Refused, match=r"assessment\.not-open"):
        rules.check_may_start(held, rules.Earlier(), at=NOON - minutes(1))
    with pytest.raises(Refused, match=r"assessment\.closed"):
        rules.check_may_start(held, rules.Earlier(), at=NOON + minutes(60))


def test_the_deadline_is_the_sooner_of_limit_and_closing():
    assert rules.deadline_of({"time_limit_minutes": 30}, NOON) == NOON + minutes(30)
    closing = {"time_limit_minutes": 30, "closes_at": "2026-03-02T12:10+00:00"}
    assert rules.deadline_of(closing, NOON) == NOON + minutes(10)
    assert rules.deadline_of({}, NOON) is None


def test_of_several_overrides_the_kindest_part_counts():
    base = {
        "time_limit_minutes": 30,
        "attempts_allowed": 1,
        "closes_at": "2026-03-02T12:00+00:00",
    }
    given = [
        Allowance(extra_minutes=10, extra_attempts=1),
        Allowance(extra_minutes=15, extra_attempts=1, closes_at=NOON + minutes(90)),
    ]

    held = rules.with_allowances(base, given)

    assert held["time_limit_minutes"] == 45
    assert held["attempts_allowed"] == 3
    assert rules.moment_of(held, "closes_at") == NOON + minutes(90)
    assert base["time_limit_minutes"] == 30


def test_an_override_limits_nothing_that_had_no_limit():
    assert rules.with_allowances({}, [Allowance(10, 1, NOON, NOON)]) == {}


@pytest.mark.parametrize(
    ("time_up", "after_s", "phase"),
    [
        ("submit", 30, Phase.OPEN),
        ("submit", 31, Phase.OVER),
        ("grace", 31, Phase.OVERDUE),
        ("grace", 330, Phase.OVERDUE),
        ("grace", 331, Phase.OVER),
        ("abandon", 31, Phase.OVER),
    ],
)
def test_where_an_attempt_stands_after_its_deadline(time_up, after_s, phase):
    held = {"time_up": time_up, "grace_minutes": 5}

    assert rules.phase(held, NOON, NOON + timedelta(seconds=after_s)) is phase


def test_only_the_site_hands_in_where_the_rules_say_so():
    assert rules.counts_when_time_is_up({})
    assert not rules.counts_when_time_is_up({"time_up": "grace"})
    assert not rules.counts_when_time_is_up({"time_up": "abandon"})


def places(layout, questions):
    return [page.places for page in rules.pages_of({"layout": layout}, questions)]


def test_pages_keep_the_questions_of_a_scenario_together():
    scenario = {"scenario": {"key": "fire"}}
    questions = [
        question("a", section="facts"),
        question("b", section="facts"),
        question("c", section="writing", spec=scenario),
        question("d", section="writing", spec=scenario),
        question("e", section="writing"),
    ]

    assert places("all", questions) == [(0, 1, 2, 3, 4)]
    assert places("section", questions) == [(0, 1), (2, 3, 4)]
    assert places("one", questions) == [(0,), (1,), (2, 3), (4,)]


def test_a_page_left_behind_does_not_open_again_where_one_goes_forward():
    assert rules.check_page({"navigation": "forward"}, 2, furthest=2, count=4) == 2
    assert rules.check_page({}, 0, furthest=2, count=4) == 0
    assert rules.check_page({}, 99, furthest=2, count=4) == 3
    with pytest.raises(Refused, match=r"attempt\.page-passed"):
        rules.check_page({"navigation": "forward"}, 1, furthest=2, count=4)


@pytest.mark.parametrize(
    ("held", "shown"),
    [
        ({"feedback": "none"}, "none"),
        ({"feedback": "after_submit"}, "all"),
        ({"review": {"right_after": "marks", "after_close": "all"}}, "marks"),
        (
            {
                "review": {"right_after": "none", "after_close": "all"},
                "closes_at": "2026-03-02T12:00+00:00",
            },
            "all",
        ),
        (
            {
                "review": {"right_after": "none", "after_close": "all"},
                "closes_at": "2026-03-02T12:01+00:00",
            },
            "none",
        ),
    ],
)
def test_what_is_shown_right_after_and_after_closing(held, shown):
    assert rules.shown_after(held, at=NOON) == shown


def test_a_competency_below_its_own_pass_mark_fails_the_attempt():
    questions = [question("a"), question("b"), question("c", "gov-02"), question("d", "gov-02")]
    responses = {"a": RIGHT, "b": RIGHT, "c": RIGHT, "d": WRONG}
    held = {"pass_mark": "70", "competency_pass_marks": {"gov-01": "60", "gov-02": "60"}}

    outcome = rules.mark_attempt(questions, responses, held)

    assert outcome.percent == Decimal("75.00")
    assert outcome.passed is False
    assert outcome.failed_on == ("gov-02",)


def test_a_competency_of_which_no_question_is_left_leaves_the_pass_open():
    questions = [question("a"), question("b"), question("c", "gov-02")]
    held = {"pass_mark": "70", "competency_pass_marks": {"gov-01": "60", "gov-02": "60"}}

    reached = rules.mark_attempt(questions, {"a": RIGHT, "b": RIGHT}, held, dropped=["c"])
    missed = rules.mark_attempt(questions, {"a": WRONG, "b": WRONG}, held, dropped=["c"])

    assert (reached.percent, reached.passed) == (Decimal("100.00"), None)
    assert (reached.failed_on, reached.not_shown) == ((), ("gov-02",))
    # What is failed is failed, whatever else cannot be shown.
    assert (missed.passed, missed.failed_on, missed.not_shown) == (False, ("gov-01",), ("gov-02",))


def test_a_dropped_question_weighs_nothing():
    questions = [question("a"), question("b", "gov-02")]

    outcome = rules.mark_attempt(questions, {"a": RIGHT}, {"pass_mark": "70"}, dropped=["b"])

    assert outcome.percent == Decimal("100.00")
    assert outcome.competencies == {"gov-01": Decimal(1)}
    assert set(outcome.marks) == {"a", "b"}


def test_full_credit_is_for_everybody_also_for_those_who_left_it_open():
    questions = [question("a"), question("b", full_credit=True)]

    outcome = rules.mark_attempt(questions, {"a": WRONG}, {"pass_mark": "50"})

    assert outcome.percent == Decimal("50.00")
    assert outcome.marks["b"].right


def test_a_regraded_question_is_marked_by_its_new_key():
    shown = question("a")
    shown["marked_by"] = {**shown["spec"], "answer": False}

    assert rules.mark_attempt([shown], {"a": WRONG}, {"pass_mark": "50"}).percent == 100


def test_weights_of_questions_count():
    questions = [question("a", spec={"weight": "3"}), question("b")]

    assert rules.mark_attempt(questions, {"a": RIGHT}, {"pass_mark": "50"}).percent == 75


def test_a_hint_costs_its_share_and_never_more_than_the_mark():
    held = {"pass_mark": "50", "hint_penalty": "0.25"}
    questions = [question("a"), question("b")]
    both = {"a": RIGHT, "b": WRONG}

    one = rules.mark_attempt(questions, both, held, hints={"a": 1, "b": 3})
    many = rules.mark_attempt(questions, both, held, hints={"a": 9})

    assert one.marks["a"].share == Decimal("0.75")
    assert not one.marks["a"].right
    assert one.percent == Decimal("37.50")
    assert many.percent == 0


def test_while_a_hand_mark_is_missing_there_is_no_percent():
    essay = question("e", spec={"type": "essay"})
    responses = {"a": RIGHT, "e": {"text": "Lives first."}}

    waiting = rules.mark_attempt([question("a"), essay], responses, {"pass_mark": "50"})
    marked = rules.mark_attempt(
        [question("a"), essay],
        responses,
        {"pass_mark": "50"},
        hand={"e": Mark(Decimal("0.5"), False)},
    )

    assert (waiting.percent, waiting.passed, waiting.pending) == (None, None, ("e",))
    assert (marked.percent, marked.passed) == (Decimal("75.00"), True)


def test_abandoned_attempts_count_against_the_number_allowed():
    with pytest.raises(Refused, match=r"attempt\.none-left"):
        rules.check_may_start({"attempts_allowed": 2}, rules.Earlier(started=2, used=2), at=NOON)
