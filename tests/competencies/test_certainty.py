"""How sure and how fresh a level is."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from lms.competencies.certainty import Basis, Certainty, Freshness, basis
from lms.competencies.rules import FULL, Item, Rule, standing

AS_OF = date(2026, 6, 1)


def item(number, kind, share, day, leading=False):
    return Item(UUID(int=number), kind, Decimal(share), day, leading)


def quiz(number, share="0.9", day=date(2026, 1, 10)):
    return item(number, "assessment", share, day)


def task(number, share="1", day=date(2026, 2, 10)):
    return item(number, "practical-observation", share, day)


def work(number, share="1", day=date(2026, 2, 20)):
    return item(number, "work-confirmation", share, day)


def led(number, share="1", day=date(2026, 3, 10)):
    return item(number, "exercise-evaluation", share, day, leading=True)


def said(*items, independent=(), as_of=AS_OF):
    where = standing(items, as_of)
    return basis(items, where, as_of, FULL, {UUID(int=number) for number in independent})


def test_one_quiz_alone_is_thin():
    assert said(quiz(1)) == Basis(
        Certainty.THIN, Freshness.FRESH, pieces=1, newest_on=date(2026, 1, 10)
    )


@pytest.mark.parametrize(
    ("items", "independent", "expected"),
    [
        ((quiz(1), quiz(2)), (), Certainty.WELL_SUPPORTED),
        ((quiz(1),), (1,), Certainty.WELL_SUPPORTED),
        # A confirmation beside the task makes the second step firm, and not the first.
        ((quiz(1), task(2), work(5)), (), Certainty.SUPPORTED),
        ((quiz(1), quiz(3), task(2), work(5)), (), Certainty.WELL_SUPPORTED),
        ((quiz(1), quiz(3), task(2), work(5), led(4)), (), Certainty.SUPPORTED),
        ((quiz(1), quiz(3), task(2), work(5), led(4)), (4,), Certainty.WELL_SUPPORTED),
    ],
)
def test_two_pieces_or_another_organisation_make_a_step_firm(items, independent, expected):
    assert said(*items, independent=independent).certainty is expected


def test_newer_evidence_that_fell_short_makes_it_less_sure_and_takes_nothing_away():
    found = said(quiz(1), quiz(2), quiz(3, "0.5", date(2026, 5, 1)))

    assert standing([quiz(1), quiz(3, "0.5", date(2026, 5, 1))], AS_OF).level == 1
    assert (found.certainty, found.contradicted, found.pieces) == (Certainty.SUPPORTED, True, 2)


def test_an_older_try_that_fell_short_is_no_contradiction():
    assert not said(quiz(1, "0.5", date(2025, 9, 1)), quiz(2)).contradicted


def test_what_expired_or_met_no_step_supports_nothing():
    expired = quiz(2, day=date(2023, 6, 1))

    found = said(quiz(1), expired, led(3))

    assert (found.pieces, found.certainty) == (1, Certainty.THIN)


def test_pieces_of_another_organisation_are_counted():
    found = said(quiz(1), task(2), task(3), work(4), independent=(2,))

    assert (found.pieces, found.independent) == (4, 1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        # 36 months from 10 January 2026 are 1,096 days; half of them are over after 548.
        (date(2027, 7, 11), Freshness.FRESH),
        (date(2027, 7, 12), Freshness.AGEING),
        (date(2028, 10, 11), Freshness.AGEING),
        # 90 days before 10 January 2029.
        (date(2028, 10, 12), Freshness.LAPSES_SOON),
        (date(2029, 1, 9), Freshness.LAPSES_SOON),
        (date(2029, 1, 10), Freshness.LAPSED),
    ],
)
def test_freshness_is_that_of_the_piece_that_lapses_first(day, expected):
    assert said(quiz(1), as_of=day).freshness is expected


def test_the_exercise_ages_faster_than_the_quiz():
    # Lead: the exercise of March 2026 lapses after 24 months, and half of them end in March 2027.
    assert (
        said(quiz(1), task(2), work(4), led(3), as_of=date(2027, 4, 1)).freshness
        is Freshness.AGEING
    )


def test_a_level_that_was_held_says_when_it_lapsed():
    found = said(quiz(1), task(2), work(4), led(3), as_of=date(2028, 4, 1))

    assert found.lapsed_on == date(2028, 3, 10)
    assert found.certainty is Certainty.SUPPORTED


def test_a_level_lapsed_with_the_piece_that_ended_first_of_those_it_asked_for():
    early = work(4, day=date(2025, 8, 1))

    found = said(quiz(1), task(2), early, as_of=date(2028, 9, 1))

    assert (found.certainty, found.lapsed_on) == (Certainty.THIN, date(2028, 8, 1))
    assert said(quiz(1), task(2), as_of=date(2028, 9, 1)).lapsed_on is None


def test_a_level_of_the_earlier_rule_lapsed_when_the_transition_was_over():
    rule = Rule(full_from=date(2026, 7, 1), transition_months=6)
    items, day = [quiz(1), task(2)], date(2027, 2, 1)
    where = standing(items, day, rule.ladder("gov-01"))

    assert basis(items, where, day, rule.ladder("gov-01")).lapsed_on == date(2027, 1, 1)


def test_without_a_level_there_is_no_certainty():
    assert said() == Basis(None, Freshness.NEVER)
    assert said(quiz(1, "0.5")) == Basis(None, Freshness.NEVER)
    assert said(quiz(1, day=date(2023, 6, 1))) == Basis(
        None, Freshness.LAPSED, lapsed_on=date(2026, 6, 1)
    )
