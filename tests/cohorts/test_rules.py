"""What a cohort may be."""

from datetime import UTC, date, datetime

import pytest

from lms.cohorts.rules import check_cohort, check_open
from lms.errors import Refused

FIRST, LAST = date(2026, 3, 1), date(2026, 5, 31)


def test_a_cohort_may_last_a_single_day():
    check_cohort("Spring", FIRST, FIRST, trainer_may=True)


@pytest.mark.parametrize(
    ("title", "first", "last", "trainer_may", "code"),
    [
        ("  ", FIRST, LAST, True, "cohort.title"),
        ("x" * 121, FIRST, LAST, True, "cohort.title"),
        ("Spring", LAST, FIRST, True, "cohort.order"),
        ("Spring", FIRST, LAST, False, "cohort.trainer"),
    ],
)
def test_what_makes_no_cohort_is_refused(title, first, last, trainer_may, code):
    with pytest.raises(Refused) as refused:
        check_cohort(title, first, last, trainer_may=trainer_may)

    assert refused.value.code == code


def test_a_closed_cohort_stays_as_it_is():
    check_open(None)
    with pytest.raises(Refused, match=r"cohort\.closed"):
        check_open(datetime(2026, 6, 1, tzinfo=UTC))
