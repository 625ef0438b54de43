"""The rule that grants a level, case by case."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from lms.competencies.rules import Item, Missing, first_valid_day, months_after, standing

AS_OF = date(2026, 6, 1)


def item(number: int, kind: str, share: str, day: date, leading: bool = False) -> Item:
    return Item(UUID(int=number), kind, Decimal(share), day, leading)


QUIZ = item(1, "assessment", "0.80", date(2026, 1, 10))
TASK = item(2, "practical-observation", "1", date(2026, 2, 10))
LED = item(3, "exercise-evaluation", "0.666667", date(2026, 3, 10), leading=True)


def test_without_evidence_there_is_no_level_and_an_assessment_is_missing():
    found = standing([], AS_OF)

    assert (found.level, found.missing, found.lapses_on) == (0, Missing.ASSESSMENT, None)


def test_eighty_percent_grants_awareness_and_a_little_less_does_not():
    below = item(9, "assessment", "0.799999", date(2026, 1, 10))

    assert standing([QUIZ], AS_OF).level == 1
    assert standing([below], AS_OF).level == 0


def test_the_levels_build_on_one_another():
    assert standing([QUIZ, TASK], AS_OF).level == 2
    assert standing([QUIZ, TASK, LED], AS_OF).level == 3
    assert standing([TASK, LED], AS_OF).level == 0


def test_a_rating_of_some_challenges_counts_only_in_a_leading_role():
    followed = item(3, "exercise-evaluation", "1", date(2026, 3, 10))

    found = standing([QUIZ, TASK, followed], AS_OF)

    assert (found.level, found.missing) == (2, Missing.EXERCISE_LEAD)


def test_a_bad_rating_never_takes_a_level_away():
    bad = item(4, "exercise-evaluation", "0", date(2026, 5, 1), leading=True)

    assert standing([QUIZ, TASK, LED, bad], AS_OF).level == 3


def test_a_level_lapses_with_the_first_evidence_that_carries_it():
    found = standing([QUIZ, TASK, LED], AS_OF)

    assert found.lapses_on == date(2028, 3, 10)
    assert standing([QUIZ, TASK, LED], date(2028, 3, 9)).level == 3
    assert standing([QUIZ, TASK, LED], date(2028, 3, 10)).level == 2
    assert standing([QUIZ], date(2029, 1, 10)).level == 0


def test_evidence_after_the_day_does_not_count():
    assert standing([QUIZ], date(2026, 1, 9)).level == 0


def test_months_end_where_the_month_ends():
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_the_first_valid_day_is_the_first_whose_lapse_lies_after_the_day():
    for months in (1, 24, 36):
        for number in range(1500):
            as_of = date(2023, 12, 1) + timedelta(days=number)
            first = first_valid_day(as_of, months)

            assert months_after(first, months) > as_of
            assert months_after(first - timedelta(days=1), months) <= as_of


def test_before_there_were_so_many_months_every_day_is_valid():
    assert first_valid_day(date(3, 12, 31), 36) == date.min
    assert first_valid_day(date(4, 1, 1), 36) == date(1, 1, 2)
