"""The marker's pages: a queue, one answer with its rubric, independence, names hidden, disagreements decided."""

import re
from datetime import timedelta

import pytest

from factories.accounts import make_organisation, make_user
from factories.learning import STARTED
from factories.marking import (
    CHOICE,
    ESSAY,
    GOOD,
    HALF,
    POOR,
    TWICE,
    WHOLE,
    handed_in,
    written,
)
from lms.accounts.rules import Role
from lms.assessments import marking
from lms.assessments.models import Attempt
from lms.content.assessments import read_assessment
from lms.db import db as handle

LATER = STARTED + timedelta(days=1)


@pytest.fixture
def site(app):
    """A district with two who answer and three who mark; nobody in the town next to it is their business."""
    with app.app_context():
        lumeya, karsa = make_organisation("lumeya"), make_organisation("karsa")
        make_user("amina", organisation=lumeya, name="Amina Dorval")
        make_user("samuel", organisation=lumeya, name="Samuel Oketo")
        for name in ("noor", "paul", "farah"):
            make_user(name, organisation=lumeya, role=Role.TRAINER, name=name.title())
        make_user("stranger", organisation=karsa, role=Role.TRAINER)
        make_user("paula", organisation=lumeya, role=Role.EVALUATOR)
    return app


def user_of(name):
    from lms.accounts.credentials import find_by_sign_in_name

    return find_by_sign_in_name(name)


def given(site, name, questions, answers, **more):
    """An attempt handed in, and the id of it."""
    with site.app_context():
        return handed_in(user_of(name), questions, answers, **more).id


def levels(ratings):
    return {f"criterion-{key}": level for key, level in ratings.items()}


def mark(site, attempt, key, ratings, by):
    with site.app_context():
        marking.give_mark(
            handle.session.get(Attempt, attempt), key, ratings, by=user_of(by), at=LATER
        )
        handle.session.commit()


def test_the_queue_lists_what_waits_the_oldest_first(site, login):
    given(site, "samuel", [ESSAY], {"e-1": written()}, at=STARTED + timedelta(days=2))
    given(site, "amina", [ESSAY, CHOICE], {"e-1": written(), "c-1": written("a")})
    given(site, "noor", [ESSAY], {"e-1": written()})

    page = login("noor").get("/marking/")

    assert page.text.index("Amina Dorval") < page.text.index("Samuel Oketo")
    assert "2 answers wait to be marked" in page.text
    # The third is the marker's own; nobody marks that.
    assert page.text.count("<tr><td><a href=") == 2


def test_an_evaluator_marks_and_a_learner_does_not(site, login):
    attempt = given(site, "amina", [ESSAY], {"e-1": written()})

    assert login("paula").get(f"/marking/{attempt}/e-1").status_code == 200
    assert login("samuel").get("/marking/").status_code == 403
    assert login("samuel").get(f"/marking/{attempt}/e-1").status_code == 403


def test_saving_goes_on_to_the_next_answer(site, login):
    first = given(site, "amina", [ESSAY], {"e-1": written("The first text.")})
    second = given(site, "samuel", [ESSAY], {"e-1": written()}, at=STARTED + timedelta(hours=2))
    noor = login("noor")
    address = f"/marking/{first}/e-1"

    shown = noor.get(address)
    missing = noor.post(address, data={"act": "give", "criterion-facts": "yes", "remark": "So far"})
    saved = noor.post(address, data={"act": "give", "remark": "", **levels(GOOD)})
    last = noor.post(saved.location, data={"act": "give", "remark": "", **levels(HALF)})

    assert "The first text." in shown.text
    assert "Criterion facts" in shown.text
    assert missing.status_code == 422
    assert "So far" in missing.text
    assert re.search(r'value="yes" checked', missing.text)
    assert saved.status_code == 303
    assert saved.location == f"/marking/{second}/e-1"
    assert last.location == "/marking/"
    assert "Nothing waits" in noor.get(last.location).text
    with site.app_context():
        assert handle.session.get(Attempt, first).percent == 100


def test_one_number_for_the_whole_is_given_of_100(site, login):
    attempt = given(site, "amina", [WHOLE], {"e-3": written()})
    noor, address = login("noor"), f"/marking/{attempt}/e-3"

    much = noor.post(address, data={"act": "give", "overall": "101"})
    empty = noor.post(address, data={"act": "give", "overall": ""})
    saved = noor.post(address, data={"act": "give", "overall": "72,5"})

    assert (much.status_code, empty.status_code, saved.status_code) == (422, 422, 303)
    with site.app_context():
        assert str(handle.session.get(Attempt, attempt).percent) == "72.50"


def test_a_second_marker_does_not_see_the_first_mark_before_giving_an_own(site, login):
    attempt = given(site, "amina", [TWICE], {"e-2": written()})
    noor, paul = login("noor"), login("paul")
    address = f"/marking/{attempt}/e-2"

    noor.post(address, data={"act": "give", "remark": "Remark of Noor", **levels(POOR)})
    before = paul.get(address).text
    queue = paul.get("/marking/").text
    mine = noor.get(address).text
    paul.post(address, data={"act": "give", "remark": "Remark of Paul", **levels(POOR)})
    after = paul.get(address).text

    for text in (before, queue):
        assert "Remark of Noor" not in text
        assert ">Noor<" not in text
        assert "Marks given" not in text
    assert "second mark" in queue
    assert "Remark of Noor" in mine
    assert "A second person marks this answer without seeing your mark" in mine
    assert "Remark of Noor" in after
    assert "Remark of Paul" in after


def test_names_are_hidden_until_the_attempt_is_marked_where_the_assessment_says_so(site, login):
    attempt = given(
        site,
        "amina",
        [ESSAY, WHOLE],
        {"e-1": written(), "e-3": written()},
        anonymous_marking=True,
    )
    noor = login("noor")
    pages = ["/marking/", f"/marking/{attempt}/e-1", f"/marking/{attempt}/e-3"]

    first = [noor.get(page).text for page in pages]
    noor.post(pages[1], data={"act": "give", **levels(GOOD)})
    between = [noor.get(page).text for page in pages]
    noor.post(pages[2], data={"act": "give", "overall": "50"})
    whole = noor.get(pages[1]).text

    assert not any("Dorval" in text for text in first + between)
    assert attempt.hex[-6:].upper() in first[0]
    assert "Amina Dorval" in whole


def test_two_ratings_stand_side_by_side_and_a_third_decides(site, login):
    attempt = given(site, "amina", [TWICE], {"e-2": written()})
    mark(site, attempt, "e-2", GOOD, "noor")
    mark(site, attempt, "e-2", {**GOOD, "facts": "no", "tone": "no"}, "paul")
    noor, farah = login("noor"), login("farah")
    address = f"/marking/{attempt}/e-2"

    listed = farah.get("/marking/disagreements").text
    own = noor.get(address).text
    refused = noor.post(address, data={"act": "decide", "remark": "Mine", **levels(GOOD)})
    unexplained = farah.post(address, data={"act": "decide", "remark": "", **levels(HALF)})
    decided = farah.post(address, data={"act": "decide", "remark": "Half is fair.", **levels(HALF)})
    after = farah.get("/marking/disagreements").text

    assert listed.count("differs") == 2
    assert "100 of 100" in listed
    assert "33 of 100" in listed
    assert "a third person decides" in own
    assert "Your decision" not in own
    assert refused.status_code == 422
    assert unexplained.status_code == 422
    assert "Say why in a sentence" in unexplained.text
    assert decided.status_code == 303
    assert "No disagreement waits" in after
    assert "Half is fair." in after


def test_a_mark_is_corrected_with_a_reason(site, login):
    attempt = given(site, "amina", [ESSAY], {"e-1": written()})
    mark(site, attempt, "e-1", POOR, "noor")
    noor, address = login("noor"), f"/marking/{attempt}/e-1"

    shown = noor.get(address).text
    again = noor.post(address, data={"act": "give", **levels(GOOD)})
    corrected = noor.post(
        address, data={"act": "correct", "remark": "Read the annex.", **levels(GOOD)}
    )

    assert "Correct this mark" in shown
    assert again.status_code == 422
    assert "You have marked this answer already" in again.text
    assert corrected.status_code == 303
    with site.app_context():
        assert handle.session.get(Attempt, attempt).percent == 100


def test_progress_counts_answers_by_where_they_stand(site, login):
    one = given(site, "amina", [TWICE, ESSAY], {"e-2": written(), "e-1": written()})
    two = given(site, "samuel", [TWICE], {"e-2": written()}, at=STARTED + timedelta(days=1))
    mark(site, one, "e-1", GOOD, "noor")
    mark(site, one, "e-2", GOOD, "noor")
    mark(site, two, "e-2", GOOD, "noor")
    mark(site, two, "e-2", POOR, "paul")

    page = login("farah").get("/marking/").text

    assert "1 of 3" in page
    cells = re.findall(r'class="number" data-label="([^"]+)">(\d+)<', page)
    assert cells == [("Not marked", "0"), ("One of two marks", "1"), ("Differ", "1")]


def test_the_home_page_says_what_waits(site, login):
    given(site, "amina", [ESSAY], {"e-1": written()})

    assert "1 answer waits for your mark" in login("noor").get("/").text
    assert "waits for your mark" not in login("stranger").get("/").text
    assert "waits for your mark" not in login("amina").get("/").text


def test_another_district_neither_sees_nor_marks(site, login):
    attempt = given(site, "amina", [TWICE], {"e-2": written()})
    stranger = login("stranger")
    address = f"/marking/{attempt}/e-2"

    assert "Dorval" not in stranger.get("/marking/").text
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, data={"act": "give", **levels(GOOD)}).status_code == 404
    with site.app_context():
        attempt_now = handle.session.get(Attempt, attempt)
        assert marking.standing_of(attempt_now, "e-2").given == ()


def test_an_own_answer_does_not_open(site, login):
    attempt = given(site, "noor", [ESSAY], {"e-1": written()})

    assert login("noor").get(f"/marking/{attempt}/e-1").status_code == 404


def test_the_queue_filters_by_assessment(site, login):
    given(site, "amina", [ESSAY], {"e-1": written()})
    noor = login("noor")

    assert "Amina Dorval" in noor.get("/marking/?assessment=village-well").text
    assert "Amina Dorval" not in noor.get("/marking/?assessment=crisis-response").text


def test_a_page_of_the_queue_asks_the_database_no_more_often_for_more_answers(site, login):
    from sqlalchemy import event

    def asked(browser):
        count = 0

        def one_more(*_args):
            nonlocal count
            count += 1

        with site.app_context():
            engine = handle.engine
        event.listen(engine, "before_cursor_execute", one_more)
        browser.get("/marking/")
        event.remove(engine, "before_cursor_execute", one_more)
        return count

    given(site, "amina", [ESSAY], {"e-1": written()})
    noor = login("noor")
    few = asked(noor)
    for hour in range(1, 8):
        given(site, "samuel", [ESSAY], {"e-1": written()}, at=STARTED + timedelta(hours=hour))

    assert asked(noor) == few


def test_an_assessment_says_in_its_file_that_names_are_hidden(tmp_path):
    path = tmp_path / "quiz.yaml"
    path.write_text(
        "key: quiz\ncourse: quiz\ntitle: {en: Quiz}\npass_mark: '80'\nanonymous_marking: true\n"
        "draws:\n  - {bank: quiz, count: 1, type: essay}\n",
        encoding="utf-8",
    )

    found, _document, problems = read_assessment(path)

    assert problems == []
    assert found.anonymous_marking is True
