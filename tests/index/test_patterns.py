"""Patterns that chance would hardly make."""

import math
from fractions import Fraction
from random import Random

import pytest

from lms.index.checks import Rated, identical_patterns, identical_ratings, marks_crowd
from lms.index.patterns import at_least


@pytest.mark.parametrize(
    ("count", "n", "p"), [(0, 5, 0.3), (3, 5, 0.3), (16, 20, 0.5), (5, 5, 0.9), (40, 300, 0.1)]
)
def test_the_binomial_tail_in_fractions(count, n, p):
    exact = Fraction(p)
    tail = sum(math.comb(n, k) * exact**k * (1 - exact) ** (n - k) for k in range(count, n + 1))
    assert at_least(count, n, p) == pytest.approx(float(tail), rel=1e-10)


@pytest.mark.parametrize(
    ("count", "n", "p", "expected"),
    [(1, 3, 0.0, 0), (3, 3, 1.0, 1), (4, 3, 1.0, 0), (4, 3, 0.5, 0)],
)
def test_the_binomial_tail_at_its_ends(count, n, p, expected):
    assert at_least(count, n, p) == expected


def test_marks_that_crowd_above_the_pass_mark():
    """17 of 20 is 2·(C(20,17) + … + 1)/2²⁰ = 2·1351/1048576."""
    near = [70.0] * 10 + [71, 71.5, 72, 72, 72, 72.9, 70, 70] + [69, 68]
    marks = [*near[:17], 67, 68, 69.9]
    (found,) = marks_crowd([*marks, 10, 95, 73, 66.9], 70)
    assert (found.figures["n"], found.figures["above"]) == (20, 17)
    assert found.figures["p"] == pytest.approx(2 * 1351 / 2**20)
    assert "17 lie at or above" in found.sentence


def test_marks_that_lie_evenly_or_are_few_say_nothing():
    assert marks_crowd([69] * 6 + [70] * 14, 70) == ()
    assert marks_crowd([70] * 19, 70) == ()


def test_marks_that_crowd_below_are_found_as_well():
    (found,) = marks_crowd([69] * 20, 70)
    assert (found.figures["above"], found.figures["p"]) == (0, pytest.approx(2 / 2**20))


def various(persons):
    """Patterns of 10 items that nobody shares."""
    random = Random(1)
    return [tuple(random.choice("abcd") for _ in range(10)) for _ in range(persons)]


def test_equal_patterns_beyond_chance():
    """Of 30 persons and 10 items with 4 options, six have the same wrong answers."""
    copied = tuple("bcdbcdbcdb")
    own = various(24)
    responses = [*own, *[copied] * 6]

    (found,) = identical_patterns(responses)

    shares = [sum(row[j] == copied[j] for row in responses) / 30 for j in range(10)]
    chance = math.prod(shares)
    tail = sum(math.comb(30, k) * chance**k * (1 - chance) ** (30 - k) for k in range(6, 31))
    assert found.figures["p"] == pytest.approx(tail, rel=1e-9)
    assert found.figures["persons"] == list(range(24, 30))


def test_five_equal_patterns_or_an_easy_test_are_no_finding():
    own = various(25)
    assert identical_patterns([*own, *[tuple("bcdbcdbcdb")] * 5]) == ()
    assert identical_patterns([["a", "a"]] * 40) == ()
    assert identical_patterns([]) == identical_patterns([[], []]) == ()


def test_a_sitting_has_one_number_of_items():
    with pytest.raises(ValueError, match="as many items"):
        identical_patterns([["a"], ["a", "b"]])


def test_equal_ratings_with_the_same_words():
    first = Rated("Ann", {"one": "S", "two": "P"}, "Radio  worked.\n")
    same = Rated("Ben", {"two": "P", "one": "S"}, "radio worked.")
    assert [one.figures for one in identical_ratings([first, same])] == [
        {"first": "Ann", "second": "Ben", "ratings": 2}
    ]
    for other in (
        Rated("Cleo", first.ratings, "Radio failed."),
        Rated("Cleo", {"one": "S", "two": "M"}, first.text),
        Rated("Cleo", {"one": "S"}, first.text),
    ):
        assert identical_ratings([first, other]) == ()
    silent = [Rated(name, {"one": "S"}, " ") for name in ("Ann", "Ben")]
    assert identical_ratings(silent) == ()
