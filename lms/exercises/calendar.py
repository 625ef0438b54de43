"""Exercises as an iCalendar file (RFC 5545), with the rules of their time zones and no person's name."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from zoneinfo import ZoneInfo

import icalendar

from lms.exercises.models import Exercise
from lms.exercises.rules import State

YEAR = timedelta(days=366)


def calendar_of(
    exercises: Iterable[Exercise],
    *,
    name: str,
    title: Callable[[Exercise], str],
    address: Callable[[Exercise], str],
) -> bytes:
    """Write exercises as one calendar in UTF-8.

    UID stays the same for good, SEQUENCE rises with each change, a cancelled exercise says so: a calendar that
    subscribes moves and strikes out what it has instead of adding to it. Each time zone that is used comes with
    its rules for the years around the exercises.

    Args:
        name: of the calendar.
        title: gives the summary of an exercise.
        address: gives the address of its page.
    """
    shown = list(exercises)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Baraza//exercises//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for exercise in shown:
        zone = ZoneInfo(exercise.zone)
        event = icalendar.Event()
        event.add("uid", exercise.uid)
        event.add("sequence", exercise.sequence)
        event.add("dtstamp", exercise.changed_at)
        event.add("last-modified", exercise.changed_at)
        event.add("dtstart", exercise.starts_at.astimezone(zone))
        event.add("dtend", exercise.ends_at.astimezone(zone))
        event.add("summary", title(exercise))
        event.add("url", address(exercise))
        event.add("status", "CANCELLED" if exercise.state == State.CANCELLED else "CONFIRMED")
        if exercise.venue:
            event.add("location", exercise.venue)
        calendar.add_component(event)
    if shown:
        calendar.add_missing_timezones(
            first_date=(min(one.starts_at for one in shown) - YEAR).date(),
            last_date=(max(one.ends_at for one in shown) + YEAR).date(),
        )
    return calendar.to_ical()
