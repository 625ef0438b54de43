"""Cut scores: what is judged, what estimates come to, and who sees them when."""

from fractions import Fraction
from types import SimpleNamespace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, STARTED, publish
from factories.questions import SPECS, make_options, make_question
from lms.accounts.rules import Role
from lms.assessments import cut_scores
from lms.assessments.models import CutScoreJudgement, CutScoreRound
from lms.assessments.queries import assessment, banks_of
from lms.audit.models import AuditEntry
from lms.errors import Refused

KEYS = ["t01-q01", "t01-q02", "t01-q03"]


def question(key, **more):
    return make_question("single_choice", key, options=make_options("a", "bc"), **more)


def kept(*keys, counts="1"):
    return [{"spec": question(key), "order": {}, "counts": counts} for key in keys]


def judgements(*rows):
    """Judges with their estimates by question."""
    return [
        SimpleNamespace(judge_id=judge, question_key=key, estimate=estimate)
        for judge, estimates in rows
        for key, estimate in estimates.items()
    ]


def test_candidates_are_what_the_draws_may_take():
    bank = [
        question("q1", competency="gov-01"),
        question("q2", competency="gov-02"),
        question("q3", competency="gov-01", tags=["maps"]),
        {**question("q4", competency="gov-01"), "use": "check"},
        SPECS["description"] | {"key": "q5", "competency": "gov-01"},
        SPECS["scenario_set"] | {"key": "q6", "competency": "gov-01"},
    ]
    draw = {"bank": "b", "count": 1}

    def offered(*draws):
        return [one["key"] for one in cut_scores.candidates({"draws": draws}, {"b": bank})]

    assert offered(draw) == ["q1", "q2", "q3"]
    assert offered({**draw, "competency": "gov-01"}) == ["q1", "q3"]
    assert offered({**draw, "tag": "maps"}) == ["q3"]
    assert offered({**draw, "type": "scenario_set"}) == ["q6"]
    assert offered({**draw, "tag": "maps"}, {**draw, "competency": "gov-02"}) == ["q2", "q3"]
    assert offered({**draw, "bank": "other"}) == []


def test_a_question_counts_as_often_as_an_attempt_holds_it():
    specs = [question(f"a{n}", competency="a") for n in range(4)]
    specs += [question(f"b{n}", competency="b") for n in range(2)]
    rules = {
        "draws": [
            {"bank": "x", "count": 2, "competency": "a"},
            {"bank": "x", "count": 1, "competency": "b"},
            {"bank": "x", "count": 1},
        ]
    }

    often = cut_scores.expected_draws(rules, specs)

    # Of a two are left of four, of b one of two, and the last draw takes one of these three.
    assert often["a0"] == Fraction(1, 2) + Fraction(1, 2) * Fraction(1, 3)
    assert often["b0"] == Fraction(1, 2) + Fraction(1, 2) * Fraction(1, 3)
    assert sum(often.values()) == 4


@given(st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["a", "b", None])), max_size=5))
def test_no_question_is_held_more_than_once(draws):
    specs = [question(f"q{n}", competency="ab"[n % 2]) for n in range(6)]
    rules = {"draws": [{"bank": "x", "count": count, "competency": one} for count, one in draws]}

    often = cut_scores.expected_draws(rules, specs)

    assert all(0 <= one <= 1 for one in often.values())
    assert sum(often.values()) <= sum(count for count, _one in draws)


def test_the_pass_mark_is_the_mean_of_the_judges_sums():
    """Angoff (1971); by hand: sums 2.1 and 1.5 of three questions, mean 1.8, sd/√2 0.3."""
    one, two = uuid4(), uuid4()
    rows = judgements(
        (one, dict(zip("abc", (90, 70, 50), strict=True))),
        (two, dict(zip("abc", (70, 50, 30), strict=True))),
    )

    found = cut_scores.cut_score(kept(*"abc"), rows)

    assert found.angoff.cut_score == pytest.approx(1.8)
    assert found.angoff.standard_error == pytest.approx(0.3)
    assert found.percent == pytest.approx(60)
    assert found.error == pytest.approx(10)
    assert found.written == 60
    assert found.even
    assert found.angoff.guard == "guard"
    assert [(line.sum, line.percent) for line in found.judges] == [
        (pytest.approx(2.1), pytest.approx(70)),
        (pytest.approx(1.5), pytest.approx(50)),
    ]


def test_questions_that_are_drawn_more_often_count_more():
    questions = kept("a", counts="1") + kept("b", counts="0.25")

    found = cut_scores.cut_score(questions, judgements((uuid4(), {"a": 80, "b": 30})))

    assert found.percent == pytest.approx(70)
    assert found.angoff.cut_share == pytest.approx(0.55)
    assert not found.even


def test_half_a_percent_is_written_up():
    found = cut_scores.cut_score(kept(*"ab"), judgements((uuid4(), {"a": 60, "b": 65})))

    assert (found.percent, found.written) == (62.5, 63)


def test_who_left_something_out_does_not_count():
    whole, part = uuid4(), uuid4()
    rows = judgements((part, {"a": 10}), (whole, {"a": 50, "b": 70}))

    found = cut_scores.cut_score(kept(*"ab"), rows)

    assert found.percent == pytest.approx(60)
    assert found.error is None
    assert [(line.judge_id, line.given, line.sum) for line in found.judges] == [
        (part, 1, None),
        (whole, 2, pytest.approx(1.2)),
    ]
    assert found.questions[0].low == 50
    assert cut_scores.cut_score(kept(*"ab"), judgements((part, {"a": 10}))) is None
    assert cut_scores.cut_score(kept(*"ab"), []) is None


def test_a_judge_far_from_the_others_is_named():
    crowd = [(uuid4(), {"a": 60 + n % 2, "b": 60}) for n in range(8)]
    far = uuid4()

    found = cut_scores.cut_score(kept(*"ab"), judgements(*crowd, (far, {"a": 5, "b": 5})))

    assert [line.judge_id for line in found.judges if line.far] == [far]


def test_questions_on_which_judges_differ_most_come_first():
    rows = judgements(
        (uuid4(), {"a": 50, "b": 10, "c": 40}), (uuid4(), {"a": 50, "b": 90, "c": 60})
    )

    found = cut_scores.cut_score(kept(*"abc"), rows)

    assert [(one.spec["key"], one.low, one.high) for one in found.widest()] == [
        ("b", 10, 90),
        ("c", 40, 60),
    ]


@pytest.fixture
def panel(db):
    """An open round on three questions of the sample, with a manager and two more judges."""
    publish()
    north = make_organisation("north")
    trainer = make_user("trainer", organisation=north, role=Role.TRAINER)
    rules = assessment(COURSE)
    opened = cut_scores.open_round(
        rules, banks_of(rules), north, title="March", chosen=KEYS, by=trainer, at=STARTED
    )
    db.session.commit()
    return SimpleNamespace(
        round=opened, north=north, trainer=trainer, rules=rules, banks=banks_of(rules)
    )


def test_a_round_keeps_the_questions_word_for_word(db, panel):
    assert cut_scores.keys_of(panel.round) == KEYS
    assert panel.round.questions[0]["spec"] == panel.banks[COURSE][0]
    # Six are drawn of the bank's six, so each of the three chosen is held for certain.
    assert {one["counts"] for one in panel.round.questions} == {"1.000000"}


def test_a_scenario_is_judged_question_by_question(db, panel):
    rules = {"key": "other", "draws": [{"bank": "b", "count": 1, "type": "scenario_set"}]}
    opened = cut_scores.open_round(
        rules,
        {"b": [SPECS["scenario_set"]]},
        panel.north,
        title="Scenes",
        chosen=["q-1"],
        by=panel.trainer,
        at=STARTED,
    )

    assert cut_scores.keys_of(opened) == ["q-1-1", "q-1-2"]
    assert opened.questions[0]["spec"]["scenario"]["key"] == "q-1"


def test_one_round_is_open_for_an_assessment_at_a_time(db, panel):
    def again():
        return cut_scores.open_round(
            panel.rules,
            panel.banks,
            panel.north,
            title="March",
            chosen=KEYS,
            by=panel.trainer,
            at=STARTED,
        )

    assert again().id == panel.round.id
    cut_scores.close_round(panel.round, by=panel.trainer, at=STARTED)
    assert again().id != panel.round.id
    assert len(db.session.scalars(select(CutScoreRound)).all()) == 2


@pytest.mark.parametrize(
    ("title", "chosen", "code"),
    [
        (" ", KEYS, "cut-score.untitled"),
        ("x", [], "cut-score.no-questions"),
        ("x", ["t01-c01"], "cut-score.foreign-question"),
    ],
)
def test_a_round_needs_a_title_and_questions_of_the_assessment(panel, title, chosen, code):
    with pytest.raises(Refused, match=code):
        cut_scores.open_round(
            panel.rules,
            panel.banks,
            panel.north,
            title=title,
            chosen=chosen,
            by=panel.trainer,
            at=STARTED,
        )


def estimates_of(db, judge):
    rows = db.session.scalars(
        select(CutScoreJudgement).where(CutScoreJudgement.judge_id == judge.id)
    )
    return {row.question_key: row.estimate for row in rows}


def test_estimates_are_kept_as_they_are_given(db, panel):
    save, judge = cut_scores.save_estimates, panel.trainer

    assert save(panel.round, judge, {"t01-q01": "60", "t01-q02": ""}, at=STARTED) == []
    assert save(panel.round, judge, {"t01-q01": "", "t01-q02": "٧٠"}, at=STARTED) == []
    assert save(panel.round, judge, {"t01-q01": "55"}, at=STARTED) == []

    assert estimates_of(db, judge) == {"t01-q01": 55, "t01-q02": 70}


@pytest.mark.parametrize("text", ["101", "-1", "50.5", "half", "1000", "5e1", "²"])
def test_what_is_no_whole_number_is_named_and_the_rest_is_kept(db, panel, text):
    faults = cut_scores.save_estimates(
        panel.round, panel.trainer, {"t01-q01": text, "t01-q02": "100"}, at=STARTED
    )

    assert faults == ["t01-q01"]
    assert estimates_of(db, panel.trainer) == {"t01-q02": 100}


def test_a_question_of_another_round_keeps_nothing(db, panel):
    with pytest.raises(Refused, match=r"cut-score\.foreign-question"):
        cut_scores.save_estimates(
            panel.round, panel.trainer, {"t01-q01": "50", "t01-q06": "50"}, at=STARTED
        )

    assert estimates_of(db, panel.trainer) == {}


def test_a_closed_round_takes_nothing_and_closes_once(db, panel):
    cut_scores.close_round(panel.round, by=panel.trainer, at=STARTED)
    cut_scores.close_round(panel.round, by=panel.trainer, at=STARTED.replace(year=2027))

    assert panel.round.closed_at == STARTED
    with pytest.raises(Refused, match=r"cut-score\.closed"):
        cut_scores.save_estimates(panel.round, panel.trainer, {"t01-q01": "50"}, at=STARTED)


def test_who_thinks_again_after_seeing_the_others_leaves_a_trace(db, panel):
    save, judge = cut_scores.save_estimates, panel.trainer
    save(panel.round, judge, {"t01-q01": "50", "t01-q02": "50"}, at=STARTED)
    save(panel.round, judge, {"t01-q01": "40"}, at=STARTED)  # before the last one: no trace
    save(panel.round, judge, {"t01-q03": "50"}, at=STARTED)

    save(panel.round, judge, {"t01-q01": "70", "t01-q02": "50"}, at=STARTED)

    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == cut_scores.REVISED))
    assert [entry.changes for entry in entries] == [{"question": "t01-q01", "from": 40, "to": 70}]
