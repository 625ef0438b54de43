"""What a regrade leaves open, the shares that a result tells, and the answers that the form of a new key shows."""

import re

import pytest

from factories.accounts import make_organisation, make_user
from factories.learning import COURSE, STARTED, publish
from factories.marking import CHOICE, ESSAY, MANY, NUMBER, TEXT, handed_in
from factories.questions import make_question
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.queries import organisation_by_code
from lms.accounts.rules import Role
from lms.assessments import regrading
from lms.assessments.models import Attempt
from lms.assessments.regrade_rules import DROP, Change
from lms.db import db as handle

QUESTIONS = [CHOICE, MANY, NUMBER, TEXT]
RIGHT = {
    "c-1": {"answer": ["a"]},
    "m-1": {"answer": ["a", "b"]},
    "n-1": {"answer": ["12"]},
    "t-1": {"answer": ["rope"]},
}
ADDRESS = f"/assessments/{COURSE}/questions/c-1/regrade"


@pytest.fixture
def site(app):
    """A district with a trainer."""
    with app.app_context():
        publish()
        lumeya = make_organisation("lumeya")
        make_user("noor", organisation=lumeya, role=Role.TRAINER, name="Noor Kassab")
    return app


def hidden(page):
    """The hidden fields of the form that confirms, with a reason."""
    form = page.text[page.text.index('method="post" action="/assessments') :]
    found = re.findall(r'<input[^>]*type="hidden"[^>]*>', form[: form.index("</form>")])
    fields: dict[str, list[str]] = {}
    for one in found:
        name = re.search(r'name="([^"]*)"', one).group(1)
        value = re.search(r'value="([^"]*)"', one)
        fields.setdefault(name, []).append(value.group(1) if value else "")
    return fields


def test_the_form_shows_every_answer_with_its_share_and_says_where_capitals_matter(site, login):
    near = {"en": "A little farther."}
    answers = [
        {"low": "30", "high": "100"},
        {"value": "25", "tolerance": "5", "credit": "0.5", "feedback": near},
    ]
    sign = make_question("short_text", "k-1", accepted={"en": ["pH"]}, case_sensitive=True)
    with site.app_context():
        pascal = make_user("pascal", organisation=organisation_by_code("lumeya"))
        handed_in(pascal, [make_question("numeric", "r-1", answers=answers), sign], {})
    noor = login("noor")

    number = noor.get(ADDRESS.replace("c-1", "r-1")).text
    text = noor.get(ADDRESS.replace("c-1", "k-1")).text

    for name, value in (
        ("answer-1-low", "30"),
        ("answer-1-high", "100"),
        ("answer-1-share", "100"),
        ("answer-2-value", "25"),
        ("answer-2-share", "50"),
    ):
        assert re.search(f'name="{name}"[^>]*value="{value}"', number), name
    assert "A little farther." in number
    assert 'name="value"' not in number
    assert "Capitals matter in this question" in text
    assert "Capitals and accents do not matter" not in text


def test_a_competency_that_can_no_longer_be_shown_leaves_the_pass_open(site, login):
    with site.app_context():
        pascal = make_user("pascal", organisation=organisation_by_code("lumeya"))
        attempt = handed_in(
            pascal, [CHOICE, NUMBER], RIGHT, competency_pass_marks={"gov-01": "60", "gov-02": "60"}
        )
        key = attempt.id
        assert attempt.passed is True
    noor, address = login("noor"), ADDRESS.replace("c-1", "n-1")

    preview = noor.get(f"{address}?do=drop")
    done = noor.post(address, data={**hidden(preview), "reason": "No pump has that number"})
    result = login("pascal").get(f"/assessments/attempts/{key}/result").text
    shown = noor.get(done.location).text

    assert "Can no longer be decided" in preview.text
    assert "can no longer be decided" in preview.text
    assert "can no longer be decided" in shown
    with site.app_context():
        attempt = handle.session.get(Attempt, key)
        assert (str(attempt.percent), attempt.passed) == ("100.00", None)
    assert "not decided" in result
    assert "not passed" not in result
    assert "can no longer be shown" in result
    assert "neither given nor refused" in result
    # The same question with the full mark instead: the pass is there again.
    preview = noor.get(f"{address}?do=full-credit")
    noor.post(address, data={**hidden(preview), "reason": "Nobody could know"})
    with site.app_context():
        assert handle.session.get(Attempt, key).passed is True


def test_the_result_shows_shares_by_competency_beside_their_pass_marks(site, login):
    with site.app_context():
        pascal = make_user("pascal", organisation=organisation_by_code("lumeya"))
        given = {**RIGHT, "m-1": {"answer": ["a"]}}
        key = handed_in(
            pascal, QUESTIONS, given, pass_mark="70", competency_pass_marks={"gov-02": "80"}
        ).id

    page = login("pascal").get(f"/assessments/attempts/{key}/result").text
    rows = re.findall(r"<tr>(?:(?!</tr>).)*</tr>", page[page.index("By competency") :], re.S)
    told = [" ".join(re.sub("<[^>]+>", " ", row).split()) for row in rows]

    # Half of one question and the whole of another: 75 of 100, one of two fully right.
    assert any("75" in row and "80 %" in row and "1 / 2" in row for row in told), told
    assert any("not reached" in row for row in told)
    assert "50 % of the mark" in page
    assert "of 100 of the mark" not in page


def test_a_result_says_that_it_waited_before_the_essay_was_left_out(site, login):
    with site.app_context():
        amina = make_user("amina", organisation=organisation_by_code("lumeya"))
        answers = {"c-1": {"answer": ["a"]}, "e-1": {"answer": ["Words."]}}
        key = handed_in(amina, [CHOICE, ESSAY], answers).id
        noor = find_by_sign_in_name("noor")
        change = Change(DROP, "e-1")
        regrading.apply(COURSE, change, reason="Too dark.", request_key="1", by=noor, at=STARTED)
        handle.session.commit()

    page = re.sub(
        r"<[^>]+>|\s+", " ", login("amina").get(f"/assessments/attempts/{key}/result").text
    )

    assert re.search(r"Too dark\. +waits +→ +becomes +100\.00 %", page)
    assert "0.00 % →" not in page.replace("100.00 % →", "")
