"""Calendars: the file of one exercise, the private feed, zones and clock changes."""

import re
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from factories.exercises import STARTS, make_exercise, make_partners, make_staffed
from lms import clock
from lms.db import db as handle
from lms.exercises import feeds
from lms.exercises.calendar import calendar_of


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    """The day before the exercise."""
    monkeypatch.setattr(clock, "now", lambda: STARTS - timedelta(days=1))


def staffed(app):
    with app.app_context():
        return make_staffed(make_partners()).id


def test_a_calendar_keeps_moments_across_a_clock_change_and_two_zones(db):
    """Clocks in New York go forward at 07:00 UTC on 8 March 2026, in the middle of the first exercise."""
    partners = make_partners()
    start = datetime(2026, 3, 8, 6, 30, tzinfo=UTC)
    zones = "America/New_York", "Asia/Beirut"
    exercises = [make_exercise(partners, starts_at=start, zone=zone) for zone in zones]

    data = calendar_of(exercises, name="Baraza", title=lambda one: "T", address=lambda one: "/")

    calendar = icalendar.Calendar.from_ical(data)
    assert {str(one["tzid"]) for one in calendar.timezones} == set(zones)
    for event in calendar.events:
        assert event.start == start
        assert event.end == start + timedelta(hours=2)
    first = calendar.events[0]
    assert (f"{first.start:%H:%M}", f"{first.end:%H:%M}") == ("01:30", "04:30")


def test_moving_and_cancelling_raise_the_sequence_of_one_event(app, login):
    key = staffed(app)
    trainer = login("trainer")
    address = f"/exercises/{key}/calendar.ics"

    def event():
        (found,) = icalendar.Calendar.from_ical(trainer.get(address).data).events
        return found

    first = event()
    move = {"starts": "2026-06-11T09:00", "ends": "2026-06-11T11:00", "zone": "Asia/Beirut"}
    for _ in range(2):
        trainer.post(f"/exercises/{key}/reschedule", data={**move, "venue": "Ward hall"})
    second = event()
    assert trainer.post(f"/exercises/{key}/cancel", data={"reason": ""}).status_code == 422
    trainer.post(f"/exercises/{key}/cancel", data={"reason": "Real flood"})
    third = event()

    assert {str(one["uid"]) for one in (first, second, third)} == {f"{key}@baraza"}
    assert [int(one["sequence"]) for one in (first, second, third)] == [0, 1, 2]
    assert [str(one["status"]) for one in (first, second, third)] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert first.start == STARTS
    assert second.start == datetime(2026, 6, 11, 6, tzinfo=UTC)
    assert "Real flood" in login("amina").get(f"/exercises/{key}").text
    assert "Small flood" in login("amina").get("/exercises/").text


def test_the_calendar_file_brings_its_zone_and_no_names(app, login):
    key = staffed(app)
    data = login("amina").get(f"/exercises/{key}/calendar.ics")

    calendar = icalendar.Calendar.from_ical(data.data)

    assert data.content_type == "text/calendar; charset=utf-8"
    assert [str(one["tzid"]) for one in calendar.timezones] == ["Africa/Monrovia"]
    assert calendar.events[0]["dtstart"].params["TZID"] == "Africa/Monrovia"
    for name in ("Amina", "Eva", "Tilda", "amina", "ATTENDEE", "ORGANIZER"):
        assert name not in data.text


def test_a_private_feed_opens_without_signing_in_until_it_is_renewed_or_revoked(app, login, client):
    staffed(app)
    amina = login("amina")

    def made():
        page = amina.post("/exercises/feed/renew").text
        return re.search(r"/exercises/feed/[0-9a-f]{40}\.ics", page)[0]

    first = made()
    opened = client.get(first)
    second = made()

    assert [str(one["summary"]) for one in icalendar.Calendar.from_ical(opened.data).events] == [
        "Small flood"
    ]
    assert "Amina" not in opened.text
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    amina.post("/exercises/feed/revoke")
    assert client.get(second).status_code == 404
    assert client.get(f"/exercises/feed/{'0' * 40}.ics").status_code == 404


def test_a_feed_holds_only_ones_own_exercises_and_keeps_no_token(app, login, client):
    with app.app_context():
        partners = make_partners()
        make_staffed(partners)
        make_exercise(partners, title="Elsewhere")
        token = feeds.renew_feed(partners.amina, at=STARTS)
        handle.session.commit()
        rows = handle.session.execute(handle.text("SELECT * FROM calendar_feeds")).all()

    text = client.get(f"/exercises/feed/{token}.ics").text

    assert text.count("BEGIN:VEVENT") == 1
    assert "Elsewhere" not in text
    assert token not in str(rows)
