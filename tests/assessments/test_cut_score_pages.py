"""The pages of a cut-score round: opening, judging without seeing the others, the result."""

import re

import pytest

from factories.accounts import make_organisation, make_user
from factories.analysis import make_group, sit_ladder
from factories.learning import COURSE, publish
from lms.accounts.queries import organisation_by_code
from lms.accounts.rules import Role

NEW = f"/cut-scores/new/{COURSE}"
KEYS = ("t01-q01", "t01-q02", "t01-q03")


@pytest.fixture
def north(app):
    """A district with a trainer and two evaluators; an evaluator elsewhere. Returns the district's id."""
    with app.app_context():
        publish()
        north = make_organisation("north")
        make_user("trainer", organisation=north, role=Role.TRAINER, name="Tilda Trainer")
        make_user("eva", organisation=north, role=Role.EVALUATOR, name="Eva Evaluator")
        make_user("noor", organisation=north, role=Role.EVALUATOR, name="Noor Northern")
        make_user("learner", organisation=north)
        make_user("stranger", organisation=make_organisation("south"), role=Role.TRAINER)
        return north.id


@pytest.fixture
def opened(north, login):
    """The address of a round on three questions."""
    data = {"title": "March panel", "organisation": str(north), "question": list(KEYS)}
    answer = login("trainer").post(NEW, data=data)
    assert answer.status_code == 303
    return answer.location


def estimates(*values):
    return {f"estimate-{key}": str(value) for key, value in zip(KEYS, values, strict=False)}


def test_a_round_is_opened_on_the_questions_that_may_be_drawn(north, login):
    trainer = login("trainer")

    page = trainer.get(NEW)
    none = trainer.post(NEW, data={"title": "x", "organisation": str(north)})
    nameless = trainer.post(
        NEW, data={"title": "", "organisation": str(north), "question": list(KEYS)}
    )

    assert page.text.count('name="question"') == 6
    assert page.text.count("checked") == 6
    assert none.status_code == 422
    assert "Choose at least one question" in none.text
    assert nameless.status_code == 422
    assert nameless.text.count("checked") == 3


def test_the_same_form_twice_is_one_round(north, login):
    trainer = login("trainer")
    data = {"title": "March panel", "organisation": str(north), "question": list(KEYS)}

    assert trainer.post(NEW, data=data).location == trainer.post(NEW, data=data).location


def test_only_who_manages_opens_and_closes_and_only_who_marks_judges(opened, login):
    eva, learner, stranger = login("eva"), login("learner"), login("stranger")

    assert eva.get(NEW).status_code == 403
    assert eva.post(f"{opened}/close").status_code == 403
    assert eva.get(opened).status_code == 200
    assert learner.get(opened).status_code == 403
    for answer in (
        stranger.get(opened),
        stranger.get(f"{opened}/judge"),
        stranger.post(f"{opened}/judge", data=estimates(1)),
        stranger.post(f"{opened}/close"),
    ):
        assert answer.status_code == 404


def test_a_round_cannot_be_opened_for_an_organisation_of_others(app, north, login):
    with app.app_context():
        south = organisation_by_code("south").id

    answer = login("trainer").post(
        NEW, data={"title": "x", "organisation": str(south), "question": list(KEYS)}
    )

    assert answer.status_code == 422


def test_nobody_sees_the_others_before_giving_all_of_their_own(opened, login):
    eva, noor = login("eva"), login("noor")
    eva.post(f"{opened}/judge", data=estimates(90, 70, 50))
    noor.post(f"{opened}/judge", data=estimates(70, 50))

    before = noor.get(opened)
    noor.post(f"{opened}/judge", data={"estimate-t01-q03": "30"})
    after = noor.get(opened)

    assert "The pass mark" not in before.text
    assert "2.10" not in before.text
    assert "You have given 2 of 3" in before.text
    assert "60.0 of 100" in after.text
    assert 'pass_mark: "60"' in after.text
    assert "Fewer than three judges" in after.text
    # Judges see sums, not names.
    assert "Judge 1" in after.text
    assert "Eva Evaluator" not in after.text


def test_who_manages_sees_who_has_judged_but_no_estimate_while_it_is_open(opened, login):
    login("eva").post(f"{opened}/judge", data=estimates(90, 70, 50))

    page = login("trainer").get(opened)

    assert "Eva Evaluator" in page.text
    assert "3 of 3" in page.text
    assert "The pass mark" not in page.text
    assert "2.10" not in page.text


def test_a_closed_round_shows_its_result_and_takes_no_more(opened, login):
    for name, values in (("eva", (90, 70, 50)), ("noor", (70, 50, 30)), ("trainer", (80, 60, 40))):
        login(name).post(f"{opened}/judge", data=estimates(*values))
    trainer = login("trainer")
    closed = trainer.post(f"{opened}/close")
    page = trainer.get(closed.location)

    assert "60.0 of 100" in page.text
    assert "Standard error over judges: 5.8 points" in page.text
    assert "ICC 2,k" in page.text
    assert "Fewer than three judges" not in page.text
    assert "Noor Northern" in page.text
    assert "from 70 to 90" in page.text
    assert trainer.get(f"{opened}/judge").status_code == 303
    assert trainer.post(f"{opened}/judge", data=estimates(1)).status_code == 303
    assert "Close the round" not in page.text


def test_a_round_that_nobody_finished_has_no_pass_mark(opened, login):
    trainer = login("trainer")
    trainer.post(f"{opened}/close")

    assert "there is no pass mark" in trainer.get(opened).text


def test_a_slip_is_named_and_what_is_right_is_kept(opened, login):
    eva = login("eva")

    answer = eva.post(f"{opened}/judge", data=estimates(60, "many"))
    page = eva.get(f"{opened}/judge")

    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert re.search(r'name="estimate-t01-q01"[^>]*value="60"', page.text)
    assert 'value="many"' not in page.text


def test_a_change_after_seeing_the_others_is_said_on_the_page(opened, login):
    eva = login("eva")
    eva.post(f"{opened}/judge", data=estimates(90, 70, 50))
    eva.post(f"{opened}/judge", data=estimates(80, 70, 50))

    assert "1 estimate was changed by a judge who had seen those of others" in eva.get(opened).text


def test_the_judge_sees_what_is_right(opened, login):
    page = login("eva").get(f"{opened}/judge").text

    assert "Where does water come from?" in page
    assert "From rain" in page
    assert "Rain fills the ground." in page


def test_what_the_pass_mark_would_do_is_said_from_five_people_on(app, opened, login):
    login("trainer").post(f"{opened}/judge", data=estimates(50, 50, 50))
    before = login("trainer").get(opened).text
    with app.app_context():
        sit_ladder(make_group(organisation_by_code("north"), 7))
    after = login("trainer").get(opened).text

    assert "would reach it" not in before
    assert "Of 7 people, by their first attempt, 4 would reach it" in after
    assert "The pass mark in force is reached by 2" in after


def test_the_list_names_rounds_and_how_far_one_is(opened, login):
    eva = login("eva")
    eva.post(f"{opened}/judge", data=estimates(90))

    assert "March panel" in eva.get("/cut-scores/").text
    assert "1 of 3" in eva.get("/cut-scores/").text
    assert "March panel" not in login("stranger").get("/cut-scores/").text
    assert login("learner").get("/cut-scores/").status_code == 403


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_pages_open_in_every_language(opened, login, language):
    trainer = login("trainer")
    trainer.post(f"{opened}/judge", data=estimates(90, 70, 50))
    with trainer.session_transaction() as cookie:
        cookie["language"] = language

    for address in (opened, f"{opened}/judge", NEW, "/cut-scores/"):
        assert trainer.get(address).status_code == 200
