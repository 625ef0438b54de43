"""Marks given by hand, by one marker or by two."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.questions import CRITERIA, SPECS
from lms.errors import Refused
from lms.scoring import compare_markers, hand_mark, resolved_share, share_of_ratings

LEVELS = ("no", "partly", "yes")
RATINGS = st.fixed_dictionaries(
    {key: st.sampled_from(LEVELS) for key in ("facts", "order", "tone")}
)


def rated(facts: str, order: str, tone: str) -> dict[str, str]:
    return {"facts": facts, "order": order, "tone": tone}


@pytest.mark.parametrize(
    ("ratings", "share"),
    [
        (rated("yes", "yes", "yes"), "1"),
        (rated("no", "no", "no"), "0"),
        (rated("yes", "partly", "no"), "0.5"),
        (rated("yes", "partly", "yes"), "0.833333"),
    ],
)
def test_the_share_is_the_mean_credit_of_the_levels(ratings: Any, share: str) -> None:
    assert share_of_ratings(CRITERIA, ratings) == Decimal(share)


def test_without_criteria_one_credit_is_given_for_the_whole() -> None:
    assert share_of_ratings([], {"overall": "0.85"}) == Decimal("0.85")
    assert hand_mark({"type": "essay"}, {"overall": "1"}).right


def test_a_mark_by_hand_keeps_its_ratings_and_waits_no_longer() -> None:
    mark = hand_mark(SPECS["essay"], rated("yes", "yes", "partly"))

    assert (mark.share, mark.right, mark.pending) == (Decimal("0.833333"), False, False)
    assert mark.detail == {"ratings": rated("yes", "yes", "partly")}


@pytest.mark.parametrize(
    ("criteria", "ratings", "code"),
    [
        (CRITERIA, {"facts": "yes", "order": ""}, "marking.unrated"),
        (CRITERIA, rated("yes", "no", "maybe"), "marking.unknown-level"),
        ([], {}, "marking.unrated"),
        ([], {"overall": "1.2"}, "marking.bad-credit"),
        ([], {"overall": "half"}, "marking.bad-credit"),
    ],
)
def test_ratings_that_cannot_be_are_refused(criteria: Any, ratings: Any, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        share_of_ratings(criteria, ratings)

    assert refusal.value.code == code


def test_the_criteria_without_a_rating_are_named() -> None:
    with pytest.raises(Refused) as refusal:
        share_of_ratings(CRITERIA, {"order": "yes"})

    assert refusal.value.values == {"criteria": ["facts", "tone"]}


def test_markers_who_differ_in_one_step_of_one_criterion_of_three_do_not_agree() -> None:
    # Half a level of three criteria: 0.5/3 = 0.1667, more than 0.15.
    found = compare_markers(CRITERIA, rated("yes", "yes", "no"), rated("yes", "partly", "no"))

    assert (found.agree, found.difference) == (False, Decimal("0.166667"))
    assert found.differing == ("order",)


def test_markers_may_reach_the_same_mark_by_different_ways() -> None:
    found = compare_markers(CRITERIA, rated("yes", "no", "partly"), rated("no", "yes", "partly"))

    assert (found.agree, found.difference) == (True, Decimal(0))
    assert found.differing == ("facts", "order")


def test_a_difference_at_the_tolerance_is_still_agreement() -> None:
    assert compare_markers([], {"overall": "0.70"}, {"overall": "0.85"}).agree
    assert not compare_markers([], {"overall": "0.70"}, {"overall": "0.86"}).agree
    assert compare_markers([], {"overall": "0.7"}, {"overall": "0.70"}).differing == ()
    assert compare_markers([], {"overall": "0"}, {"overall": "0.3"}, Decimal("0.3")).agree


def test_the_mean_of_two_who_agree_counts_and_otherwise_the_third() -> None:
    near = ({"overall": "0.7"}, {"overall": "0.8"})
    far = ({"overall": "0.2"}, {"overall": "0.8"})

    assert resolved_share([], *near) == Decimal("0.75")
    assert resolved_share([], *near, {"overall": "0"}) == Decimal("0.75")
    assert resolved_share([], *far) is None
    assert resolved_share([], *far, {"overall": "0.6"}) == Decimal("0.6")


@given(RATINGS, RATINGS)
def test_which_marker_came_first_does_not_matter(first: Any, second: Any) -> None:
    assert compare_markers(CRITERIA, first, second) == compare_markers(CRITERIA, second, first)
    assert resolved_share(CRITERIA, first, second) == resolved_share(CRITERIA, second, first)


@given(RATINGS)
def test_only_the_best_level_of_every_criterion_makes_the_whole_mark(ratings: Any) -> None:
    share = share_of_ratings(CRITERIA, ratings)

    assert (share == 1) == (set(ratings.values()) == {"yes"})
    assert compare_markers(CRITERIA, ratings, ratings).agree
