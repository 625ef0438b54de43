"""Marks into percents, passes, grades and shares by competency."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.scoring import Mark, by_competency, grade_of, passed, total
from lms.scoring.question import exact, share_of

# A shared machine may be slow, which says nothing about these functions.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

SHARES = st.fractions(0, 1, max_denominator=20).map(share_of)


def mark(share: str | Decimal) -> Mark:
    return Mark(Decimal(share), Decimal(share) == 1)


def test_weights_count() -> None:
    marks = [mark("1"), mark("0.5"), mark("0")]

    assert total(marks) == Decimal("50.00")
    assert total(marks, [Decimal(2), Decimal(1), Decimal(1)]) == Decimal("62.50")


def test_a_percent_just_under_the_pass_mark_neither_shows_nor_passes_as_it() -> None:
    percent = total([mark("0.69995")])

    assert str(percent) == "69.99"
    assert not passed(percent, Decimal(70))


def test_the_pass_mark_itself_passes() -> None:
    percent = total([mark("1")] * 7 + [mark("0")] * 3)

    assert str(percent) == "70.00"
    assert passed(percent, Decimal(70))
    assert not passed(percent, Decimal("70.01"))


def test_thirds_add_up_to_a_whole() -> None:
    third = mark(share_of(Fraction(1, 3)))

    assert str(total([third, third, third, mark("1")])) == "50.00"
    assert str(total([mark(share_of(Fraction(2, 3)))])) == "66.66"


@PATIENT
@given(shares=st.lists(SHARES, min_size=1, max_size=12), places=st.integers(0, 10000))
def test_rounding_never_changes_who_passes(shares: list[Decimal], places: int) -> None:
    pass_mark = Decimal(places).scaleb(-2)
    unrounded = sum(map(exact, shares), Fraction(0)) / len(shares) * 100

    percent = total([mark(share) for share in shares])

    assert 0 <= percent <= 100
    assert passed(percent, pass_mark) == (unrounded >= Fraction(pass_mark))


@PATIENT
@given(st.fractions(0, 1, max_denominator=100))
def test_a_share_of_six_places_is_the_fraction_it_came_from(value: Fraction) -> None:
    assert exact(share_of(value)) == value


@pytest.mark.parametrize(
    ("marks", "weights"),
    [([], None), ([mark("1")], []), ([mark("1")], [Decimal(-1)]), ([mark("1")], [Decimal(0)])],
)
def test_a_total_of_nothing_is_an_error(marks: list[Mark], weights: list[Decimal] | None) -> None:
    with pytest.raises(ValueError, match=r"weight|marks"):
        total(marks, weights)


@pytest.mark.parametrize("pass_mark", ["-1", "100.5", "69.995"])
def test_a_pass_mark_finer_than_the_percent_is_an_error(pass_mark: str) -> None:
    with pytest.raises(ValueError, match="pass mark"):
        passed(Decimal(70), Decimal(pass_mark))


@pytest.mark.parametrize("share", ["-0.1", "1.1"])
def test_a_share_outside_its_bounds_is_an_error(share: str) -> None:
    with pytest.raises(ValueError, match="share"):
        mark(share)


@pytest.mark.parametrize(
    ("method", "expected"),
    [("best", "80"), ("first", "60"), ("last", "70"), ("average", "70")],
)
def test_the_grade_follows_the_method(method: str, expected: str) -> None:
    percents = [Decimal("60"), Decimal("80"), Decimal("70")]

    assert grade_of(percents, method) == Decimal(expected)
    assert grade_of([], method) is None


def test_an_average_is_rounded_down_too() -> None:
    assert str(grade_of([Decimal("69.99"), Decimal("70.00")], "average")) == "69.99"


def test_an_unknown_method_is_an_error() -> None:
    with pytest.raises(ValueError, match="grading"):
        grade_of([], "worst")


def test_each_competency_has_the_mean_of_its_own_marks() -> None:
    marks = [
        ("gov-02", mark("1")),
        ("gov-01", mark("0.5")),
        ("gov-01", mark("1")),
        (None, mark("0")),
    ]

    assert by_competency(marks) == {"gov-01": Decimal("0.75"), "gov-02": Decimal(1)}
    weighted = by_competency(marks, [Decimal(0), Decimal(3), Decimal(1), Decimal(1)])
    assert weighted == {"gov-01": Decimal("0.625")}
    assert by_competency([]) == {}
