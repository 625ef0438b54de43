"""What a cohort may be, and when it still takes people. Pure."""

from datetime import date, datetime

from lms.errors import Refused

LONGEST_TITLE = 120


def check_cohort(title: str, starts_on: date, ends_on: date, *, trainer_may: bool) -> None:
    """Refuse a cohort without a title, one that ends before it starts, and one that nobody may lead.

    Args:
        trainer_may: the trainer manages assessments in the organisation that holds the cohort.

    Raises:
        Refused: `cohort.title`, `cohort.order` with both days, `cohort.trainer`.
    """
    if not title.strip() or len(title.strip()) > LONGEST_TITLE:
        raise Refused("cohort.title", most=LONGEST_TITLE)
    if ends_on < starts_on:
        raise Refused("cohort.order", starts_on=starts_on, ends_on=ends_on)
    if not trainer_may:
        raise Refused("cohort.trainer")


def check_open(closed_at: datetime | None) -> None:
    """Refuse to change who is in a cohort that is closed.

    Raises:
        Refused: `cohort.closed`.
    """
    if closed_at is not None:
        raise Refused("cohort.closed")
