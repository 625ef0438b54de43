"""Two windows, a retry, an answer too late: nothing acknowledged is lost, and what is not kept is said."""

import logging
import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, publish
from lms import clock
from lms.accounts.scope import everywhere
from lms.assessments.models import Attempt


class Fields(HTMLParser):
    """What a browser would send of the page's form of answers as it was drawn."""

    def __init__(self, text):
        super().__init__()
        self.found = {}
        self.select = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        one = dict(attrs)
        name = one.get("name") or ""
        if tag == "select":
            self.select = name
            self.found[name] = [""]
        elif tag == "option" and "selected" in one and self.select:
            self.found[self.select] = [one["value"]]
        elif (
            tag == "input"
            and (":" in name or name in {"was", "page"})
            and (one.get("type") not in {"radio", "checkbox"} or "checked" in one)
        ):
            self.found.setdefault(name, []).append(one.get("value") or "")


def fields_of(page):
    return Fields(page.text).found


@pytest.fixture
def amina(app, login):
    with app.app_context():
        publish()
        make_user("amina", organisation=make_organisation())
    return login("amina")


@pytest.fixture
def address(amina):
    return amina.post(f"/assessments/{COURSE}/start").location


def given(app):
    with app.app_context():
        return app.extensions["sqlalchemy"].session.scalar(everywhere(Attempt)).given()


def shift(app, **columns):
    with app.app_context():
        db = app.extensions["sqlalchemy"]
        attempt = db.session.scalar(everywhere(Attempt))
        for name, value in columns.items():
            setattr(attempt, name, value)
        db.session.commit()


@pytest.mark.parametrize("automatic", [True, False])
def test_an_old_page_in_a_second_window_takes_nothing_back(app, amina, address, automatic):
    headers = {"X-Autosave": "1"} if automatic else {}
    old = fields_of(amina.get(address))
    first = {**old, "t01-q01:answer": ["b"], "t01-q02:answer": ["", "a"]}
    amina.post(address, data={**first, "t01-q04:answer": ["12"]}, headers=headers)

    second = amina.post(address, data={**old, "t01-q05:answer": ["a rope"]}, headers=headers)

    kept = given(app)
    assert set(kept) == {"t01-q01", "t01-q02", "t01-q04", "t01-q05"}
    if automatic:
        assert "changed in another window" in second.json["said"]
        # What is shown there is still the old one, and so it stays untouched by the next save as well.
        assert "t01-q01" not in second.json["was"]
        assert "t01-q05" in second.json["was"]
    else:
        page = amina.get(second.location)
        assert "gave in another window" in page.text
        assert fields_of(page)["t01-q01:answer"] == ["b"]


def test_what_was_changed_in_both_windows_is_as_it_was_sent_last(app, amina, address):
    old = fields_of(amina.get(address))
    amina.post(address, data={**old, "t01-q05:answer": ["a rope"]})
    amina.post(address, data={**old, "t01-q05:answer": ["a bucket"]})

    assert given(app)["t01-q05"]["text"] == "a bucket"


def test_an_answer_is_taken_back_on_the_page_that_shows_it(app, amina, address):
    old = fields_of(amina.get(address))
    amina.post(address, data={**old, "t01-q05:answer": ["a rope"]})
    shown = fields_of(amina.get(address))
    assert shown["t01-q05:answer"] == ["a rope"]

    amina.post(address, data={**shown, "t01-q05:answer": [""]})

    assert given(app) == {}


def test_an_answer_whose_acknowledgement_was_lost_counts_as_it_stands_on_the_page(
    app, amina, address
):
    old = fields_of(amina.get(address))
    amina.post(address, data={**old, "t01-q05:answer": ["a rope"]})

    # The page never heard of it, and the person typed what was there before: nothing.
    unsure = [re.sub("^t01-q05 .*", "t01-q05 ?", one) for one in old["was"]]
    amina.post(address, data={**old, "was": unsure})

    assert given(app) == {}


def test_what_a_page_saves_by_itself_is_told_question_by_question(amina, address):
    answer = amina.post(
        address,
        data={"t01-q04:answer": "twelve", "t01-q05:answer": "a rope"},
        headers={"X-Autosave": "1"},
    )

    assert answer.status_code == 422
    assert re.match(r"saved \d\d:\d\d\. Question \d was not: Write a number", answer.json["said"])
    assert answer.json["open"] == "5 questions still open"
    assert "t01-q04" not in answer.json["was"]
    assert 0 < answer.json["seconds_left"] <= 30 * 60


def test_an_answer_to_an_attempt_that_was_handed_in_is_told_and_logged(app, amina, address, caplog):
    shown = fields_of(amina.get(address))
    amina.post(address, data={**shown, "t01-q05:answer": ["a rope"], "submit": "1"})
    late = {**shown, "t01-q05:answer": ["a bucket"]}

    with caplog.at_level(logging.WARNING):
        automatic = amina.post(address, data=late, headers={"X-Autosave": "1"})
        by_hand = amina.post(address, data=late)
    retried = amina.post(address, data={**shown, "t01-q05:answer": ["a rope"], "submit": "1"})

    assert (automatic.status_code, automatic.json["over"]) == (409, True)
    assert "was submitted, or its time is up" in automatic.json["said"]
    assert "1 answer came too late and was not kept" in amina.get(by_hand.location).text
    assert "too late" not in amina.get(retried.location).text
    assert caplog.text.count("late answers to 1 of attempt") == 2
    assert given(app)["t01-q05"]["text"] == "a rope"


def test_answers_that_come_with_the_hand_in_after_the_deadline_are_told(
    app, amina, address, caplog
):
    shown = fields_of(amina.get(address))
    amina.post(address, data={**shown, "t01-q05:answer": ["a rope"]})
    shown = fields_of(amina.get(address))
    shift(app, deadline=clock.now() - timedelta(minutes=5))

    refused = amina.post(address, data={**shown, "t01-q04:answer": ["12"]})
    handed_in = amina.post(address, data={**shown, "t01-q04:answer": ["12"], "submit": "1"})

    assert refused.status_code == 409
    assert "1 answer came too late and was not kept" in amina.get(handed_in.location).text
    assert set(given(app)) == {"t01-q05"}
