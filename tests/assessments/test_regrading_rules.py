"""What a change does to one attempt, and what a form's fields make of a question: pure."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from factories.marking import CHOICE, ESSAY, MANY, NUMBER, TEXT
from factories.questions import SPECS, VARIANTS, make_options
from factories.regrading import answer_fields
from lms.assessments import rules
from lms.assessments.ledger import Piece, counting
from lms.assessments.models import MARKED, SUBMITTED
from lms.assessments.regrade_keys import form_of, key_of, shown
from lms.assessments.regrade_rules import (
    DROP,
    FULL_CREDIT,
    NEW_KEY,
    Change,
    Effect,
    Held,
    Laying,
    corrected,
    effect_of,
    laid_over,
    left_out,
)
from lms.errors import Refused
from lms.scoring import check_question, question_type

RULES = {"key": "q", "course": "q", "title": {"en": "Q"}, "pass_mark": "70"}
SPECS_ASKED = [CHOICE, MANY, NUMBER, TEXT]
CHANGES = [
    Change(NEW_KEY, "c-1", {**CHOICE, "options": make_options("b", "acd")}),
    Change(FULL_CREDIT, "c-1"),
    Change(DROP, "c-1"),
    Change(DROP, "m-1"),
    Change(FULL_CREDIT, "m-1"),
    Change(NEW_KEY, "n-1", {**NUMBER, "value": "13"}),
]
NOBODY = UUID(int=1)
#: Every question that has a form for a new key.
FORMED = [spec for spec in (*SPECS.values(), *VARIANTS) if form_of(spec)]


def questions_of(specs):
    return [{"spec": spec, "order": {}} for spec in specs]


def regraded(questions, dropped, change):
    """The questions of an attempt and those left out, after a change."""
    made = [
        laid_over(one, change) if one["spec"]["key"] == change.question_key else one
        for one in questions
    ]
    return made, left_out(dropped, change)


def plain(marks):
    return {key: mark.plain for key, mark in marks.items()}


ASKED = questions_of(SPECS_ASKED)


def held(given, specs=SPECS_ASKED, *, asked="c-1", dropped=(), **more):
    """An attempt as it was settled with these answers; of them it brings the one to the question `asked` about."""
    questions = questions_of(specs)
    outcome = rules.mark_attempt(questions, given, RULES, dropped=dropped)
    return Held(
        id=NOBODY,
        user_id=NOBODY,
        organisation_id=NOBODY,
        assessment_key="q",
        number=1,
        state=SUBMITTED if outcome.pending else MARKED,
        submitted_at=None,
        marked_at=None,
        assessment=RULES,
        dropped=list(dropped),
        marks={key: mark.plain for key, mark in outcome.marks.items()},
        percent=outcome.percent,
        passed=outcome.passed,
        given=given.get(asked),
        pieces=[
            Piece(UUID(int=2), NOBODY, competency, share, ended=False)
            for competency, share in outcome.competencies.items()
        ],
        **more,
    )


answers = st.fixed_dictionaries(
    {},
    optional={
        "c-1": st.sampled_from("abcd").map(lambda key: {"choice": key}),
        "m-1": st.lists(st.sampled_from("abcd"), min_size=1, unique=True).map(
            lambda keys: {"choices": sorted(keys)}
        ),
        "n-1": st.sampled_from(["12", "13", "40"]).map(lambda number: {"number": number}),
        "t-1": st.sampled_from(["rope", "cord"]).map(lambda text: {"text": text}),
    },
)


@examples(answers, st.sampled_from(CHANGES))
def test_what_is_told_is_what_marking_the_whole_attempt_again_gives(given, change):
    attempt = held(given, asked=change.question_key)

    seen = effect_of(attempt, ASKED, Laying(change))

    questions, dropped = regraded(ASKED, attempt.dropped, change)
    whole = rules.mark_attempt(questions, given, RULES, dropped=dropped)
    line = seen.line
    assert (seen.questions or ASKED, seen.dropped or []) == (questions, dropped)
    if seen.effect is Effect.NONE:
        assert (whole.percent, whole.passed) == (attempt.percent, attempt.passed)
        assert whole.competencies == counting(attempt.pieces)
    else:
        assert plain(seen.outcome.marks) == plain(whole.marks)
        assert replace(seen.outcome, marks={}) == replace(whole, marks={})
        assert (line.percent_after, line.passed_after) == (whole.percent, whole.passed)
        assert line.evidence_after == whole.competencies
        assert 0 <= line.percent_after <= 100


@examples(answers, st.sampled_from(["c-1", "m-1", "n-1", "t-1"]))
def test_full_credit_takes_nothing_from_anybody(given, key):
    attempt = held(given, asked=key)

    line = effect_of(attempt, ASKED, Laying(Change(FULL_CREDIT, key))).line

    if line is not None:
        assert line.percent_after >= attempt.percent
        assert line.passed_after or not line.passed_before


@examples(answers, st.sampled_from(CHANGES), st.sampled_from(CHANGES))
def test_the_last_change_of_a_question_is_the_one_that_holds(given, first, second):
    if first.question_key != second.question_key:
        return
    questions, dropped = regraded(questions_of(SPECS_ASKED), [], first)
    twice = regraded(questions, dropped, second)
    once = regraded(questions_of(SPECS_ASKED), [], second)

    one, other = (
        rules.mark_attempt(asked, given, RULES, dropped=out) for asked, out in (twice, once)
    )
    if second.kind != FULL_CREDIT and first.kind != NEW_KEY:
        assert (one.percent, one.competencies) == (other.percent, other.competencies)


def test_an_attempt_with_nothing_left_is_no_attempt():
    seen = effect_of(held({}, [CHOICE]), questions_of([CHOICE]), Laying(Change(DROP, "c-1")))

    assert (seen.effect, seen.questions, seen.line) == (Effect.EMPTY, None, None)


def test_a_question_that_weighs_nothing_is_all_that_would_be_left():
    idle = {**TEXT, "weight": "0"}

    seen = effect_of(
        held({}, [CHOICE, idle]), questions_of([CHOICE, idle]), Laying(Change(DROP, "c-1"))
    )

    assert seen.effect is Effect.EMPTY


def test_what_waits_for_a_marker_goes_on_waiting():
    attempt = held({"c-1": {"choice": "b"}, "e-1": {"text": "So."}}, [CHOICE, ESSAY])

    seen = effect_of(attempt, questions_of([CHOICE, ESSAY]), Laying(CHANGES[0]))

    assert (seen.effect, seen.line) == (Effect.WAITING, None)
    assert seen.outcome.pending == ("e-1",)


def sent_back(form):
    """What the form sends where nobody changed anything in it."""
    fields = {name: [value] for name, value in (form.fields or {}).items()}
    fields["right"] = [key for key, _text, right, _worth in form.options if right]
    fields |= {f"credit-{key}": [worth] for key, _text, _right, worth in form.options}
    fields |= {name: [value] for name, _text, value in form.parts} | answer_fields(form)
    for number, gap in enumerate(form.gaps, 1):
        fields |= {f"gap-{number}-{name}": values for name, values in sent_back(gap).items()}
    return fields


@pytest.mark.parametrize("spec", FORMED, ids=lambda spec: spec["type"])
def test_the_form_sent_back_as_it_is_shown_is_the_key_that_holds(spec):
    form = shown(spec, spec)
    fields = sent_back(form)
    made = corrected(spec, key_of(spec, spec, fields))

    assert check_question(made) == []
    kind = question_type(spec["type"])
    right = kind.right_answer(spec)
    assert kind.mark(made, right).share == 1
    assert made["text"] == spec["text"]
    for part in ("answers", "accepted"):
        assert made.get(part) == spec.get(part)


@pytest.mark.parametrize("kind", ["essay", "file_upload", "scenario_set", "description"])
def test_other_types_have_no_form(kind):
    spec = SPECS[kind]

    assert shown(spec, spec).form is None
    with pytest.raises(Refused, match=r"regrade\.no-new-key"):
        key_of(spec, spec, {})


def test_part_credits_of_a_single_choice_stay_when_another_option_becomes_right():
    spec = next(
        one for one in VARIANTS if one["type"] == "single_choice" and len(one["options"]) == 3
    )

    made = key_of(spec, spec, {"right": ["a", "c"]})
    marks = {
        key: question_type(made["type"]).mark(made, {"choice": key}).share
        for key in ("a", "b", "c")
    }

    assert check_question(made) == []
    assert marks == {"a": 1, "b": Decimal("0.5"), "c": 1}
