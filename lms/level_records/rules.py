"""What may be recorded, and when coaching counts: pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from lms.competencies.rules import PRACTITIONER, Item, Ladder, standing
from lms.errors import Refused

#: No group that is smaller is ever shown: section 15 of the specification of the capacity index.
SMALLEST_SURVEY = 5
LOWEST, HIGHEST = Decimal(1), Decimal(5)
_HUNDREDTH = Decimal("0.01")


class RecordKind(StrEnum):
    """What is recorded."""

    SURVEY = "survey"
    COACHING = "coaching"
    IMPROVEMENT = "improvement"


class State(StrEnum):
    """Where a record stands."""

    #: Somebody else has to confirm it.
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


def check_days(starts_on: date, ends_on: date, today: date) -> None:
    """Refuse days in the wrong order or to come.

    Raises:
        Refused: `level-record.days`, `level-record.future`.
    """
    if ends_on < starts_on:
        raise Refused("level-record.days", starts_on=starts_on, ends_on=ends_on)
    if ends_on > today:
        raise Refused("level-record.future", day=ends_on)


def check_survey(answered: int, mean: Decimal) -> None:
    """Refuse a survey of too few, and a mean that so many answers from 1 to 5 cannot have.

    Args:
        mean: on the scale from 1 to 5, rounded to at most two places.

    Raises:
        Refused: `level-record.few`, `level-record.mean`, `level-record.mean-impossible`.
    """
    if answered < SMALLEST_SURVEY:
        raise Refused("level-record.few", least=SMALLEST_SURVEY)
    if not LOWEST <= mean <= HIGHEST:
        raise Refused("level-record.mean")
    # The sum of whole answers is a whole number: the nearest one must give this mean.
    total = (mean * answered).to_integral_value(ROUND_HALF_UP)
    if abs(total / answered - mean) > _HUNDREDTH / 2:
        raise Refused("level-record.mean-impossible", answered=answered, mean=mean)


def survey_share(mean: Decimal) -> Decimal:
    """A mean from 1 to 5 as a share of the way: exact for means of two places.

    >>> survey_share(Decimal("3.5"))
    Decimal('0.625')
    """
    return (mean - LOWEST) / (HIGHEST - LOWEST)


def reached_on(items: Iterable[Item], since: date, today: date, ladder: Ladder) -> date | None:
    """The day on which somebody became a practitioner since they were coached; None where they did not.

    Who was one before the coaching began was not coached to it. `items` is all their evidence on the competency
    that counts today: where a piece is withdrawn later, the answer may become another.
    """
    known = list(items)
    if standing(known, since - timedelta(days=1), ladder).level >= PRACTITIONER:
        return None
    # A level only rises on a day on which something was observed.
    days = sorted({item.observed_on for item in known if since <= item.observed_on <= today})
    return next((day for day in days if standing(known, day, ladder).level >= PRACTITIONER), None)
