"""Ratings of objectives by evaluators."""

from decimal import Decimal

import pytest

from lms.scoring import Rating, agreement, objective_value


def rating(evaluator: str, given: str, *organisations: str) -> Rating:
    return Rating(evaluator, frozenset(organisations), given)


def test_an_objective_is_worth_the_mean_of_outside_ratings() -> None:
    ratings = [
        rating("a", "P", "mission"),
        rating("b", "S", "mission"),
        rating("c", "M", "province"),
        rating("d", "U", "mission", "district"),
    ]

    assert objective_value(ratings, "district") == Decimal("0.666667")


def test_an_objective_that_only_its_own_people_rated_has_no_value() -> None:
    assert objective_value([rating("a", "P", "district")], "district") is None
    assert objective_value([], "district") is None


def test_unable_is_a_value_and_not_missing() -> None:
    assert objective_value([rating("a", "U", "mission")], "district") == 0


def test_an_evaluator_rates_once_and_by_the_four_letters() -> None:
    with pytest.raises(ValueError, match="once"):
        objective_value([rating("a", "P"), rating("a", "U")], "district")
    with pytest.raises(ValueError, match="P, S, M or U"):
        rating("a", "X")


def test_agreement_counts_objectives_and_pairs() -> None:
    # Objectives: all three agree, two of three agree (1 of 3 pairs), one rating only.
    found = agreement([["P", "P", "P"], ["S", "S", "M"], ["U"]])

    assert found is not None
    assert found.all_agree == Decimal(50)
    assert found.pairwise == Decimal("66.6667")
    assert (found.objectives, found.guard) == (2, "guard")


def test_agreement_needs_two_ratings_of_something() -> None:
    assert agreement([["P"], []]) is None
    enough = agreement([["P", "P"]] * 10)
    assert enough is not None
    assert enough.guard is None
