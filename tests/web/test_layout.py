"""The bar: four places at most for the leading role, the others one level below."""

import pytest

from lms.web.layout import IN_BAR, LEADING, Place, split


def place(label, *roles):
    return Place(label, f"{label}.index", "belong", 0, frozenset(roles))


PLACES = [
    place("courses", "learner", "trainer"),
    place("record", "learner"),
    place("exercises", "learner", "trainer"),
    place("people", "trainer", "administrator"),
    place("results", "trainer"),
    place("log", "trainer"),
]


def labels(places):
    return [one.label for one in places]


def test_the_places_of_the_leading_role_stand_in_the_bar_and_the_others_below():
    bar = split(PLACES, {"learner"})

    assert labels(bar.first) == ["courses", "record", "exercises"]
    assert labels(bar.more) == ["people", "results", "log"]


def test_the_bar_holds_four_places_at_most():
    bar = split(PLACES, {"trainer"})

    assert len(bar.first) == IN_BAR
    assert labels(bar.more) == ["record", "log"]


def test_of_several_roles_the_one_with_most_to_do_leads():
    assert labels(split(PLACES, {"learner", "administrator"}).first) == ["people"]


def test_somebody_without_a_role_sees_the_places_of_a_learner():
    assert labels(split(PLACES, ()).first) == ["courses", "record", "exercises"]


@pytest.mark.parametrize("role", LEADING)
def test_every_role_has_places_of_its_own_in_the_bar(app, role):
    offered = sorted(app.extensions["lms.places"], key=lambda one: one.order)

    assert 1 <= len(split(offered, {role}).first) <= IN_BAR
