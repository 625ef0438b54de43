"""A page of an attempt that saves by itself: while one types, beside a second window, against the clock."""

import re

import pytest
from playwright.sync_api import expect

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, publish

pytestmark = pytest.mark.browser


@pytest.fixture
def sitting(app, phone, live_url, signed_in):
    with app.app_context():
        publish()
        make_user("amina", organisation=make_organisation())
    signed_in(phone, "amina")
    phone.goto(f"{live_url}/assessments/{COURSE}")
    phone.get_by_role("button", name="Start").click()
    return phone


def test_typed_text_saves_itself_and_the_page_says_what_is_open(sitting, console, axe):
    expect(sitting.locator("#open")).to_contain_text("6 questions")
    expect(sitting.locator("#left .clock")).to_have_text(re.compile(r"^(20:00|19:\d\d)$"))

    sitting.locator("input[name='t01-q05:answer']").press_sequentially("a rope")

    # Without leaving the field.
    expect(sitting.locator("#saved")).to_contain_text(re.compile(r"saved \d\d:\d\d"), timeout=6000)
    expect(sitting.locator("#open")).to_contain_text("5 questions")
    sitting.reload()
    expect(sitting.locator("input[name='t01-q05:answer']")).to_have_value("a rope")
    assert axe(sitting) == []
    assert console == []


def test_an_old_window_undoes_nothing_and_says_that_it_is_old(sitting):
    old = sitting.context.new_page()
    old.goto(sitting.url)
    sitting.locator("input[name='t01-q05:answer']").fill("a rope")
    sitting.locator("input[name='t01-q05:answer']").blur()
    expect(sitting.locator("#saved")).to_contain_text("saved")

    old.locator("input[name='t01-q01:answer']").first.check()
    expect(old.locator("#saved")).to_contain_text("changed in another window")
    old.locator("input[name='t01-q01:answer']").last.check()
    expect(old.locator("#open")).to_contain_text("4 questions")

    sitting.reload()
    expect(sitting.locator("input[name='t01-q05:answer']")).to_have_value("a rope")
    expect(sitting.locator("input[name='t01-q01:answer']").last).to_be_checked()


def test_what_cannot_be_kept_is_named_and_what_was_not_sent_goes_when_the_link_is_back(sitting):
    sitting.locator("input[name='t01-q04:answer']").fill("twelve")
    sitting.locator("input[name='t01-q04:answer']").blur()
    expect(sitting.locator("#saved")).to_contain_text(
        re.compile(r"Question \d was not: Write a number")
    )

    sitting.context.set_offline(True)
    sitting.locator("input[name='t01-q04:answer']").fill("12")
    sitting.locator("input[name='t01-q04:answer']").blur()
    expect(sitting.locator("#saved")).to_contain_text("sent when the link is back")
    sitting.context.set_offline(False)

    expect(sitting.locator("#saved")).to_contain_text(re.compile(r"^saved \d\d:\d\d$"))
    sitting.reload()
    expect(sitting.locator("input[name='t01-q04:answer']")).to_have_value("12")
