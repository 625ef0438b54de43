"""What may be recorded, and when coaching counts."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from lms.competencies.rules import FULL, SURVEY_SHARE, Item, Rule
from lms.errors import Refused
from lms.level_records.rules import check_days, check_survey, reached_on, survey_share

TODAY = date(2026, 6, 1)


def item(number, kind, day, share="1"):
    return Item(UUID(int=number), kind, Decimal(share), day)


QUIZ = item(1, "assessment", date(2026, 1, 10))
TASK = item(2, "practical-observation", date(2026, 3, 10))
WORK = item(3, "work-confirmation", date(2026, 4, 10))
SINCE = date(2026, 2, 1)


def test_a_mean_of_three_and_a_half_is_exactly_on_the_threshold():
    assert survey_share(Decimal("3.5")) == SURVEY_SHARE
    assert survey_share(Decimal("3.49")) < SURVEY_SHARE
    assert [survey_share(Decimal(one)) for one in (1, 3, 5)] == [0, Decimal("0.5"), 1]


@pytest.mark.parametrize(
    ("answered", "mean", "code"),
    [
        (4, "4", "level-record.few"),
        (5, "0.99", "level-record.mean"),
        (5, "5.01", "level-record.mean"),
        # Five answers have means of fifths.
        (5, "3.5", "level-record.mean-impossible"),
        (7, "3.58", "level-record.mean-impossible"),
    ],
)
def test_a_survey_of_too_few_or_with_a_mean_that_cannot_be_is_refused(answered, mean, code):
    with pytest.raises(Refused) as refused:
        check_survey(answered, Decimal(mean))

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("answered", "mean"),
    [(5, "3.6"), (6, "3.5"), (7, "3.57"), (8, "3.63"), (8, "3.62"), (200, "3.5"), (5, "1")],
)
def test_means_that_answers_can_have_are_taken_whichever_way_the_half_was_rounded(answered, mean):
    check_survey(answered, Decimal(mean))


def test_days_come_in_order_and_are_over():
    check_days(TODAY, TODAY, TODAY)
    for first, last, code in (
        (TODAY, TODAY - timedelta(days=1), "level-record.days"),
        (TODAY, TODAY + timedelta(days=1), "level-record.future"),
    ):
        with pytest.raises(Refused) as refused:
            check_days(first, last, TODAY)
        assert refused.value.code == code


def test_coaching_counts_from_the_day_on_which_the_other_became_a_practitioner():
    assert reached_on([QUIZ, TASK], SINCE, TODAY, FULL) is None
    assert reached_on([QUIZ, TASK, WORK], SINCE, TODAY, FULL) == WORK.observed_on
    # What was observed after today is not known yet.
    assert reached_on([QUIZ, TASK, WORK], SINCE, date(2026, 4, 9), FULL) is None


def test_who_was_a_practitioner_before_was_not_coached_to_it():
    assert reached_on([QUIZ, TASK, WORK], date(2026, 5, 1), TODAY, FULL) is None
    assert reached_on([QUIZ, TASK, WORK], WORK.observed_on, TODAY, FULL) == WORK.observed_on


def test_by_the_earlier_rule_the_task_alone_makes_a_practitioner():
    ladder = Rule(full_from=date(2027, 1, 1), transition_months=12).ladder("gov-01")

    assert reached_on([QUIZ, TASK, WORK], SINCE, TODAY, ladder) == TASK.observed_on


def test_it_counts_by_the_day_it_was_reached_though_the_level_lapsed_since():
    later = date(2029, 6, 1)

    assert reached_on([QUIZ, TASK, WORK], SINCE, later, FULL) == WORK.observed_on
