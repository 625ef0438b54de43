"""What an attempt's page says of a question: the criteria beside it, and all of a check of an answer."""

import re

import pytest

from factories.accounts import make_organisation, make_user
from factories.assessments import ESSAY, begin
from factories.learning import publish
from factories.questions import SPECS, make_question
from lms import clock
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.assessments.models import Attempt
from lms.db import db as handle

MANY = make_question(
    "multiple_choice",
    "m-1",
    competency="gov-01",
    options=[
        {
            "key": key,
            "text": {"en": f"Option {key}"},
            "correct": key in "ab",
            "explanation": {"en": f"Why {key}."},
        }
        for key in "abcd"
    ],
    feedback_right={"en": "All of it."},
    feedback_partly={"en": "There is one more."},
    feedback_wrong={"en": "Read page two."},
    general_feedback={"en": "Page two says more."},
    hints=[{"en": "Two are right."}],
)
PAPER = {"paper_code": "ABCD2345"}
CHECKED = {"review": {"during": "all", "right_after": "all", "after_close": "all"}}


@pytest.fixture
def site(app):
    with app.app_context():
        publish()
        lumeya = make_organisation("lumeya")
        make_user("amina", organisation=lumeya)
        make_user("noor", organisation=lumeya, role=Role.TRAINER)
    return app


def amina():
    from lms.accounts.credentials import find_by_sign_in_name

    return find_by_sign_in_name("amina")


def address_of(site, *questions, **rules):
    with site.app_context():
        key = begin(amina(), *questions, at=clock.now(), **rules).id
    return f"/assessments/attempts/{key}"


def test_the_criteria_of_an_essay_stand_with_it_while_it_is_answered(site, login):
    page = login("amina").get(address_of(site, ESSAY)).text

    text = page[: page.index("<textarea")]
    for said in ("It is marked by:", "Task", "Nobody has it", "Somebody has it", "100 of 100"):
        assert said in text, said
    assert "by the criteria shown here" in page
    assert "that the result then shows" not in page


def test_the_criteria_of_an_essay_are_printed_with_it(site, login):
    with site.app_context():
        begin(amina(), ESSAY, at=clock.now(), start=PAPER)
        course = handle.session.scalar(everywhere(Attempt.assessment_key))

    page = login("noor").get(f"/assessing/{course}/papers/printed?paper=ABCD2345").text

    assert "Somebody has it" in page[: page.index("paper-sheet")]


def test_what_several_rows_offer_alike_is_printed_once_before_them(site, login):
    with site.app_context():
        begin(amina(), {**SPECS["matching"], "key": "p-1"}, at=clock.now(), start=PAPER)
        course = handle.session.scalar(everywhere(Attempt.assessment_key))

    page = login("noor").get(f"/assessing/{course}/papers/printed?paper=ABCD2345").text

    assert page.count(">three<") == 1
    assert page.index(">three<") < page.index("<strong>1a</strong>")


def test_an_essay_without_criteria_says_so(site, login):
    page = login("amina").get(address_of(site, {**ESSAY, "criteria": None})).text

    assert "It is marked by:" not in page
    assert "a part of the mark for the whole" in page


@pytest.mark.parametrize(
    ("given", "says", "not_says"),
    [
        (["a", "b"], ["Right.", "All of it.", "Why a."], ["Not quite", "Why c."]),
        (
            ["a"],
            ["Partly right.", "50 % of the mark", "There is one more.", "Why a.", "Why b."],
            ["Not quite", "Why c."],
        ),
        (["c"], ["Not quite.", "Read page two.", "Why c."], ["Partly"]),
    ],
)
def test_a_checked_answer_is_told_all_that_the_result_tells(site, login, given, says, not_says):
    address, client = address_of(site, MANY, **CHECKED), login("amina")

    client.post(address, data={"m-1:answer": given, "check": "m-1"})
    page = client.get(address).text
    told = page[page.index('role="status"') :]

    for said in (*says, "Because.", "Page two says more."):
        assert said in told, said
    for said in not_says:
        assert said not in told, said


def test_a_checked_answer_with_a_hint_is_worth_what_the_result_will_say(site, login):
    address, client = address_of(site, MANY, **CHECKED, hint_penalty="0.25"), login("amina")

    client.post(address, data={"hint": "m-1"})
    client.post(address, data={"m-1:answer": ["a", "b"], "check": "m-1"})
    page = client.get(address).text

    assert "75 % of the mark" in page
    assert re.search(r"Partly right\.", page)
