"""The pages on regrades: choose, see what would move, confirm with a reason, and read what was done."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from factories.accounts import LONG_AGO, make_organisation, make_user
from factories.learning import COURSE, STARTED, publish
from factories.marking import CHOICE, MANY, NUMBER, TEXT, begun, handed_in, written
from factories.questions import make_options, make_question
from lms.accounts import operations as accounts
from lms.accounts.rules import Role
from lms.assessments import answering
from lms.assessments.models import Attempt, Regrade
from lms.certificates import operations as certificates
from lms.certificates.models import Certificate
from lms.db import db as handle
from lms.learning import operations as learning

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
    """A ministry over two districts, each with a trainer; two people of Lumeya have sat the assessment."""
    with app.app_context():
        ministry = make_organisation("ministry")
        lumeya = make_organisation("lumeya", parent=ministry)
        karsa = make_organisation("karsa", parent=ministry)
        make_user("top", organisation=ministry, role=Role.TRAINER, name="Top Trainer")
        make_user("noor", organisation=lumeya, role=Role.TRAINER, name="Noor Kassab")
        make_user("obel", organisation=karsa, role=Role.TRAINER)
        make_user("esther", organisation=karsa, name="Esther Vale")
        amina = make_user("amina", organisation=lumeya, name="Amina Dorval")
        samuel = make_user("samuel", organisation=lumeya, name="Samuel Oketo")
        handed_in(amina, QUESTIONS, RIGHT)
        handed_in(samuel, QUESTIONS, {**RIGHT, "c-1": {"answer": ["b"]}})
    return app


def user_of(name):
    from lms.accounts.credentials import find_by_sign_in_name

    return find_by_sign_in_name(name)


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


def confirmed(browser, query, reason="Option b is right: see the minutes."):
    page = browser.get(f"{ADDRESS}?{query}")
    return browser.post(ADDRESS, data={**hidden(page), "reason": reason})


def percents(site):
    with site.app_context():
        from lms.accounts.scope import everywhere

        rows = handle.session.scalars(everywhere(Attempt))
        return {one.user.sign_in_name: str(one.percent) for one in rows}


def test_from_the_question_over_the_preview_to_the_record(site, login):
    noor = login("noor")

    form = noor.get(ADDRESS)
    preview = noor.get(f"{ADDRESS}?do=new-key&right=b")
    nothing_yet = percents(site)
    unexplained = noor.post(ADDRESS, data={**hidden(preview), "reason": " "})
    done = noor.post(ADDRESS, data={**hidden(preview), "reason": "Option b is right."})
    again = noor.post(ADDRESS, data={**hidden(preview), "reason": "Option b is right."})
    record = noor.get(done.location)
    history = noor.get("/regrades/")

    assert re.search(r'name="right" value="a" checked', form.text)
    assert "Nothing changes until you confirm it" in form.text
    assert "100.00 %" in preview.text
    assert "75.00 %" in preview.text
    assert "no longer passes" in preview.text
    assert "passes now" in preview.text
    assert nothing_yet == {"amina": "100.00", "samuel": "75.00"}
    assert unexplained.status_code == 422
    assert done.status_code == 303
    assert again.location == done.location
    assert percents(site) == {"amina": "75.00", "samuel": "100.00"}
    for text in (record.text, history.text):
        assert "Noor Kassab" in text
        assert "Option b is right." in text
        assert "1 pass now, 1 no longer" in text
    # The person reads on the result that it was marked anew, and why.
    with site.app_context():
        attempt = handle.session.scalar(
            select(Attempt.id).where(Attempt.user_id == user_of("amina").id)
        )
    assert (
        "Option b is right." in login("amina").get(f"/assessments/attempts/{attempt}/result").text
    )


def test_only_those_whose_pass_changes(site, login):
    with site.app_context():
        poor = make_user("poor", organisation=user_of("amina").memberships[0].organisation)
        handed_in(poor, QUESTIONS, {"c-1": {"answer": ["b"]}})
    noor = login("noor")

    every = noor.get(f"{ADDRESS}?do=new-key&right=b").text
    flips = noor.get(f"{ADDRESS}?do=new-key&right=b&only=pass").text

    assert "Poor" in every
    assert "0.00 %" in every
    assert "Poor" not in flips
    assert "Amina Dorval" in flips


def test_keeping_it_changes_nothing(site, login):
    noor = login("noor")

    answer = noor.get(f"{ADDRESS}?do=keep&right=a")

    assert answer.status_code == 303
    assert "Nothing was changed" in noor.get(answer.location).text
    assert percents(site) == {"amina": "100.00", "samuel": "75.00"}


@pytest.mark.parametrize(
    ("query", "after"),
    [
        ("do=full-credit", {"amina": "100.00", "samuel": "100.00"}),
        ("do=drop", {"amina": "100.00", "samuel": "100.00"}),
        ("do=new-key&right=a&right=b", {"amina": "100.00", "samuel": "100.00"}),
        ("do=new-key&right=c", {"amina": "75.00", "samuel": "75.00"}),
    ],
)
def test_every_deed_through_the_page(site, login, query, after):
    assert confirmed(login("noor"), query).status_code == 303
    assert percents(site) == after


def test_after_two_right_options_the_form_shows_both_ticked(site, login):
    noor = login("noor")
    confirmed(noor, "do=new-key&right=a&right=b")

    form = noor.get(ADDRESS).text

    assert re.findall(r'name="right" value="(.)" checked', form) == ["a", "b"]
    assert "This question was marked anew before" in form


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("do=new-key", "Tick the option that is right."),
        ("do=new-key&right=z", "Tick the option that is right."),
    ],
)
def test_a_key_that_cannot_be_used_is_said_on_the_form(site, login, query, says):
    page = login("noor").get(f"{ADDRESS}?{query}")

    assert page.status_code == 422
    assert says in page.text


@pytest.mark.parametrize(
    ("question", "given", "query"),
    [
        (NUMBER, "13", "value=13&tolerance=0"),
        (NUMBER, "12,4", "value=12&tolerance=0,5"),
        (TEXT, "cord", "accepted-en=rope%0D%0Acord"),
        (make_question("true_false", "b-1", answer=True), "false", "whether=false"),
        (
            make_question(
                "numeric",
                "r-1",
                answers=[{"low": "1", "high": "2"}, {"value": "9", "credit": "0.5"}],
            ),
            "9",
            "answer-1-low=1&answer-1-high=2&answer-2-value=9&answer-2-share=100",
        ),
        (
            make_question(
                "multiple_choice",
                "w-1",
                options=[
                    {"key": key, "text": {"en": key}, "weight": weight}
                    for key, weight in (("a", "1"), ("b", "0"), ("c", "-0.5"))
                ],
            ),
            "b",
            "credit-a=0&credit-b=100&credit-c=-50",
        ),
        (
            make_question(
                "situational_judgement",
                "s-1",
                options=[
                    {
                        "key": key,
                        "text": {"en": key},
                        "credit": credit,
                        "explanation": {"en": "So."},
                    }
                    for key, credit in (("a", "1"), ("b", "0.25"))
                ],
            ),
            "b",
            "credit-a=50&credit-b=100",
        ),
    ],
)
def test_the_form_sets_every_kind_of_key(site, login, question, given, query):
    with site.app_context():
        pascal = make_user("pascal", organisation=user_of("amina").memberships[0].organisation)
        handed_in(pascal, [question], {question["key"]: written(given)})
    noor, address = login("noor"), ADDRESS.replace("c-1", question["key"])
    assert percents(site)["pascal"] != "100.00"

    shown = noor.get(address)
    preview = noor.get(f"{address}?do=new-key&{query}")
    answer = noor.post(address, data={**hidden(preview), "reason": "Wrong key"})

    assert shown.status_code == 200
    assert answer.status_code == 303
    assert percents(site)["pascal"] == "100.00"


def test_a_number_that_is_none_is_said(site, login):
    page = login("noor").get(f"{ADDRESS.replace('c-1', 'n-1')}?do=new-key&value=twelve")

    assert page.status_code == 422
    assert "“twelve” is no number" in page.text
    assert 'value="twelve"' in page.text


def test_one_district_cannot_regrade_for_all(site, login):
    with site.app_context():
        handed_in(user_of("esther"), QUESTIONS, RIGHT)
    noor = login("noor")

    preview = noor.get(f"{ADDRESS}?do=full-credit")
    answer = noor.post(
        ADDRESS,
        data={"do": "full-credit", "reason": "So", "request_key": "1", "seen": "x"},
    )

    assert "1 attempt of another organisation holds this question" in preview.text
    assert "Mark it anew</button>" not in preview.text
    assert "Esther" not in preview.text
    assert answer.status_code == 422
    assert "hold this question too: 1." in answer.text
    assert percents(site) == {"amina": "100.00", "samuel": "75.00", "esther": "100.00"}
    # Whoever manages all of them can.
    assert confirmed(login("top"), "do=new-key&right=b").status_code == 303
    assert percents(site) == {"amina": "75.00", "samuel": "100.00", "esther": "75.00"}


def test_a_district_reads_of_its_own_changes_alone(site, login):
    with site.app_context():
        handed_in(user_of("esther"), QUESTIONS, RIGHT)
    record = confirmed(login("top"), "do=new-key&right=b").location

    ours, theirs = login("noor").get(record).text, login("obel").get(record).text

    assert "Amina Dorval" in ours
    assert "Esther Vale" not in ours
    assert "Esther Vale" in theirs
    assert "Amina Dorval" not in theirs


def test_a_regrade_elsewhere_is_none_of_a_districts_business(site, login):
    record = confirmed(login("noor"), "do=new-key&right=b", "Because of Amina").location
    obel = login("obel")

    assert obel.get(record).status_code == 404
    assert "Because of Amina" not in obel.get("/regrades/").text
    assert obel.get(ADDRESS).status_code == 404
    assert obel.post(ADDRESS, data={"do": "drop", "reason": "x"}).status_code == 404
    assert "c-1" not in obel.get(f"/regrades/questions?assessment={COURSE}").text
    assert login("amina").get(ADDRESS).status_code == 403


def test_what_changed_since_is_shown_again_before_it_is_done(site, login):
    noor = login("noor")
    preview = noor.get(f"{ADDRESS}?do=new-key&right=b")
    with site.app_context():
        late = make_user("late", organisation=user_of("amina").memberships[0].organisation)
        handed_in(late, QUESTIONS, RIGHT, at=STARTED + timedelta(days=1))

    stopped = noor.post(ADDRESS, data={**hidden(preview), "reason": "Option b"})
    done = noor.post(ADDRESS, data={**hidden(stopped), "reason": "Option b"})

    assert stopped.status_code == 409
    assert "look again" in stopped.text
    assert "Option b" in stopped.text
    assert done.status_code == 303


def test_a_certificate_stays_and_is_listed_until_somebody_revokes_it(site, login):
    with site.app_context():
        publish()
        amina, top = user_of("amina"), user_of("top")
        enrolment = learning.enrol(amina, COURSE, by=amina, at=LONG_AGO)
        for key in enrolment.version.lesson_keys:
            learning.mark_done(enrolment, key, at=LONG_AGO)
        learning.note_pass(enrolment, at=STARTED)
        certificate = certificates.award(enrolment, language="en", by=top, at=STARTED)
        handle.session.commit()
        key, code = certificate.id, certificate.code
    noor = login("noor")
    assert "To be looked at" not in noor.get("/certificates/").text

    preview = noor.get(f"{ADDRESS}?do=new-key&right=b").text
    record = confirmed(noor, "do=new-key&right=b").location
    listed, index = noor.get(record).text, noor.get("/certificates/").text
    verified = noor.get(f"/verify/{code}").text
    noor.post(f"/certificates/{key}", data={"reason": "The pass was taken back."})

    assert "to be looked at" in preview
    assert "Certificates to be looked at" in preview
    for text in (listed, index):
        assert "To be looked at" in text
        assert f"/certificates/{key}" in text
    assert "genuine and valid" in verified
    assert "To be looked at" not in noor.get(record).text
    assert "To be looked at" not in noor.get("/certificates/").text
    with site.app_context():
        kept = handle.session.scalar(
            select(Certificate).execution_options(lms_scoped=True).where(Certificate.id == key)
        )
        assert kept.revoke_reason == "The pass was taken back."


def test_the_questions_of_an_assessment_lead_to_the_form(site, login):
    noor = login("noor")

    page = noor.get(f"/regrades/questions?assessment={COURSE}").text

    assert [key for key in ("c-1", "m-1", "n-1", "t-1") if f"/questions/{key}/regrade" in page] == [
        "c-1",
        "m-1",
        "n-1",
        "t-1",
    ]


def test_an_own_attempt_among_them_is_said(site, login):
    with site.app_context():
        handed_in(user_of("noor"), QUESTIONS, RIGHT)

    assert (
        "An attempt of your own is among them"
        in login("noor").get(f"{ADDRESS}?do=new-key&right=b").text
    )


def test_an_unknown_question_or_deed(site, login):
    noor = login("noor")

    assert noor.get(ADDRESS.replace("c-1", "zzz")).status_code == 404
    assert noor.get(f"{ADDRESS}?do=everything").status_code == 200
    assert noor.get("/regrades/").status_code == 200
    with site.app_context():
        assert handle.session.scalars(select(Regrade)).all() == []


def test_a_long_preview_is_paged_and_keeps_what_was_chosen(site, login):
    with site.app_context():
        organisation = user_of("amina").memberships[0].organisation
        for number in range(31):
            person = make_user(f"p-{number:02}", organisation=organisation)
            handed_in(person, [CHOICE, TEXT], {"c-1": written("b")})
    noor = login("noor")

    first = noor.get(f"{ADDRESS}?do=new-key&right=b").text
    following = re.search(r'href="([^"]*)" rel="next"', first).group(1).replace("&amp;", "&")
    second = noor.get(following).text

    assert "right=b" in following
    assert first.count('/result"') == 30
    assert second.count('/result"') == 3


def test_a_choice_of_one_option_is_still_one(site, login):
    confirmed(login("noor"), "do=new-key&right=b")

    with site.app_context():
        regrade = handle.session.scalar(select(Regrade))
        assert regrade.spec["type"] == "single_choice"
        assert regrade.spec["options"] == [
            {**one, "correct": one["key"] == "b"} for one in make_options("a", "bcd")
        ]


def test_the_permission_ends_with_the_membership(site, login):
    with site.app_context():
        noor = user_of("noor")
        accounts.end_membership(noor.memberships[0], by=noor, at=STARTED)
        handle.session.commit()

    assert login("noor").get(ADDRESS).status_code == 403


def test_with_two_right_options_every_page_of_the_person_says_so(site, login):
    with site.app_context():
        running = begun(
            make_user("pascal", organisation=user_of("amina").memberships[0].organisation),
            QUESTIONS,
            {"c-1": written("b")},
            review={"during": "all"},
        )
        answering.check_question(running, "c-1", at=STARTED)
        handle.session.commit()
        running_key = running.id
        done_key = handle.session.scalar(
            select(Attempt.id).where(Attempt.user_id == user_of("samuel").id)
        )
    assert "Not quite." in login("pascal").get(f"/assessments/attempts/{running_key}").text

    confirmed(login("noor"), "do=new-key&right=a&right=b")

    assert "Right." in login("pascal").get(f"/assessments/attempts/{running_key}").text
    result = login("samuel").get(f"/assessments/attempts/{done_key}/result").text
    first = result[result.index('id="q-c-1"') : result.index('id="q-m-1"')]
    assert first.count('<span class="tag good">') == 3
    assert "Option b" in first
