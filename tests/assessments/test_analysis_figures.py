"""Groups of like marks, the geometry of charts, and figures in words: pure."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from factories.questions import SPECS
from lms.assessments import analysis_charts as charts
from lms.assessments import analysis_words as words
from lms.assessments.score_groups import score_groups
from lms.scoring import question_type
from lms.scoring.item_flags import ItemFlag
from lms.scoring.surveys import wilson_interval

TEXTS = {"a": {"en": "Rain"}, "b": {"en": "A rope"}, "c": {"en": "x" * 100}}


def grouped(totals, own=None, **more):
    totals = np.array(totals, dtype=float)
    own = np.ones(len(totals)) if own is None else np.array(own, dtype=float)
    return score_groups(totals, own, [None] * len(totals), [], **more)


def test_people_of_equal_marks_stay_together():
    groups = grouped([0.1] * 5 + [0.2] * 6 + [0.9])

    # One person alone makes no group and joins those before.
    assert [(one.low, one.high, one.n) for one in groups] == [(0.1, 0.1, 5), (0.2, 0.9, 7)]


@given(st.lists(st.sampled_from([0, 0.25, 0.5, 0.75, 1]), max_size=80))
def test_no_group_is_smaller_than_five_and_nobody_is_lost(totals):
    groups = grouped(totals)

    assert all(one.n >= 5 for one in groups)
    assert sum(one.n for one in groups) == (len(totals) if len(totals) >= 5 else 0)
    assert len(groups) <= 5
    assert all(first.high < second.low for first, second in pairwise(groups))


def test_a_group_says_what_it_solved_and_chose():
    totals, own = np.full(10, 0.5), np.array([1.0] * 6 + [0.0] * 4)
    choices = ["a"] * 6 + [("b", "c"), "b", None, None]

    (found,) = score_groups(totals, own, choices, ["a", "b", "c"])

    assert found.facility == 0.6
    assert found.interval == wilson_interval(6, 10, 0.9)
    assert found.chosen == {"a": 0.6, "b": 0.2, "c": 0.1}


def test_who_was_not_given_the_question_is_in_no_group():
    assert grouped([0.5] * 6, [1, 1, 1, 1, np.nan, np.nan]) == []
    assert grouped([np.nan] * 3 + [0.5] * 5)[0].n == 5


def test_charts_are_mirrored_and_stay_inside():
    assert charts.across(0, False) == charts.across(1, True) == charts.SIDE
    assert charts.across(1, False) == charts.WIDTH - charts.SIDE
    assert charts.up(1) == charts.TOP
    columns = charts.columns([0, 2, 4], False)
    assert [one.text for one in columns] == ["", "2", "4"]
    assert columns[2].height == 2 * columns[1].height
    assert columns[2].y == charts.TOP
    assert [one.x for one in charts.columns([0, 2, 4], True)] == [one.x for one in columns[::-1]]
    assert [one.height for one in charts.columns([0, 0], False)] == [0, 0]


def test_a_group_of_one_mark_is_written_once():
    low, high = grouped([0.5] * 5 + [0.7] * 3 + [0.8] * 2)

    assert (charts.span(low), charts.span(high)) == ("50", "70–80")


@pytest.fixture
def english(app):
    with app.test_request_context(), force_locale("en"):
        yield


def test_options_are_named_by_letter_and_text(english):
    assert words.option_name("b", TEXTS) == "B “A rope”"
    assert words.option_name("c", TEXTS).endswith("xx…”")
    assert words.option_name("gone", TEXTS) == "gone"
    assert words.option_name("0:r1", {"0:r1": {"en": "Rope: lifts"}}) == "“Rope: lifts”"
    assert (
        words.option_name("true", question_type("true_false").choice_texts(SPECS["true_false"]))
        == "“True”"
    )


def test_every_flag_has_a_sentence_and_a_remedy(english):
    flags = [
        ItemFlag("item.check-key", {"discrimination": -0.3}),
        ItemFlag(
            "item.check-key",
            {"option": "b", "share": 0.4, "mean_total": 0.8, "key_mean_total": 0.6},
        ),
        ItemFlag("item.harder-in-language", {"language": "fr", "compared_with": "en", "delta": -2}),
        ItemFlag("item.weak", {"discrimination": 0.1}),
        ItemFlag("item.hard", {"facility": 0.1}),
        ItemFlag("item.easy", {"facility": 0.95}),
        ItemFlag("item.dead-option", {"options": (("a", 0.01), ("b", 0.02))}),
        ItemFlag("item.few", {"n": 1}),
        ItemFlag("item.credited", {}),
    ]

    said = [words.said(flag, TEXTS, 200) for flag in flags]

    assert Counter(one.kind for one in said)["wrong"] == 3
    assert all(one.tag and one.sentence and one.remedy for one in said)
    assert said[1].sentence.startswith("The strongest people choose B “A rope” and not the key")
    assert said[2].sentence == (
        "In French this question is much harder than in English for people who are equally good: "
        "check the translation."
    )
    assert said[6].sentence == "Hardly anybody chooses A “Rain”, B “A rope”."
    assert said[7].sentence == "Only 1 person was given it."
    assert {flag.code for flag in flags} == set(words.FLAGS)


@pytest.mark.parametrize(
    ("figures", "n", "kind"),
    [
        # r = −0.3 among 15: z = −0.31·√12 = −1.07, which chance does often.
        ({"discrimination": -0.3}, 15, "turn"),
        ({"discrimination": -0.3}, 60, "wrong"),
        ({"discrimination": -1.0}, 12, "wrong"),
        ({"option": "b", "share": 0.1, "mean_total": 0.9, "key_mean_total": 0.8}, 20, "turn"),
        ({"option": "b", "share": 0.1, "mean_total": 0.9, "key_mean_total": 0.8}, 50, "wrong"),
    ],
)
def test_a_doubt_about_a_key_that_rests_on_a_handful_is_no_alarm(english, figures, n, kind):
    said = words.said(ItemFlag("item.check-key", figures), TEXTS, n)

    assert said.kind == kind
    assert ("may be chance" in said.sentence) == (kind == "turn")


def test_figures_have_no_minus_before_nothing(english):
    assert words.figure(-0.001) == "0.00"
    assert words.figure(-0.25) == "-0.25"
    assert words.figure(None) == "–"
    assert words.hundred(0.123, 1) == "12.3"


@pytest.mark.parametrize(
    ("scale", "value", "word"),
    [
        (words.GAINS, 0.7, "a high gain"),
        (words.GAINS, 0.3, "a medium gain"),
        (words.GAINS, 0.0, "a low gain"),
        (words.GAINS, -0.1, "a loss"),
        (words.EFFECTS, 0.5, "medium"),
        (words.EFFECTS, 0.1, "hardly any"),
        (words.AGREEMENT, 0.75, "good"),
        (words.RELIABILITY, -0.2, "too low to say anything about single people"),
    ],
)
def test_scales_give_the_word_of_the_step_reached(english, scale, value, word):
    assert str(words.word_for(value, scale)) == word


def test_the_fit_of_a_question_is_said(english):
    assert words.fit_word(None, None) is None
    assert "fits" in str(words.fit_word(1.0, 1.1))
    assert "guessing" in str(words.fit_word(1.0, 1.4))
    assert "much the same" in str(words.fit_word(0.6, 1.0))
