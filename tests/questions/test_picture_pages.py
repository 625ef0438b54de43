"""Pictures of banks: their page, and who is given them."""

import io
from uuid import UUID

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from factories.accounts import make_organisation, make_user
from factories.assessments import ESSAY, begin
from factories.pictures import GATE_NAME, WELL, WELL_NAME, make_png, make_svg
from factories.question_pictures import BANK, asked, image, take, zipped
from lms import clock
from lms.accounts.rules import Role
from lms.assessments.answering import save_answers
from lms.assessments.models import Attempt
from lms.assessments.operations import submit_attempt
from lms.db import db as handle
from lms.interchange.limits import MOST_PICTURE_BYTES
from lms.questions import queries

COURSE = "village-well"


# Giving out


@pytest.fixture
def site(app):
    """A bank with pictures, and people of two organisations."""
    with app.app_context():
        ours, theirs = make_organisation("ours"), make_organisation("theirs")
        make_user("trainer", organisation=ours, role=Role.TRAINER)
        make_user("evaluator", organisation=ours, role=Role.EVALUATOR)
        make_user("stranger", organisation=theirs, role=Role.EVALUATOR)
        make_user("idle", organisation=ours)
        person = make_user("person", organisation=ours)
        take(zipped(asked()))
        attempt = begin(
            person, *queries.questions_of(BANK), at=clock.now(), feedback="after_submit"
        )
        return str(attempt.id)


def test_a_picture_is_given_out_so_that_it_can_run_nothing(site, login):
    answer = login("trainer").get(f"/questions/pictures/{WELL_NAME}")

    assert (answer.status_code, answer.data, answer.mimetype) == (200, WELL, "image/png")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert (
        answer.headers["Content-Security-Policy"]
        == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    )
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


@pytest.mark.parametrize(
    ("who", "status"),
    [("trainer", 200), ("person", 200), ("evaluator", 200), ("stranger", 404), ("idle", 404)],
)
def test_who_meets_a_picture_in_an_attempt_sees_it(site, login, who, status):
    assert login(who).get(f"/assessments/pictures/{WELL_NAME}").status_code == status


@pytest.mark.parametrize("who", ["person", "evaluator", "idle"])
def test_the_pictures_of_banks_are_for_those_who_keep_banks(site, login, who):
    assert login(who).get(f"/questions/pictures/{WELL_NAME}").status_code == 403


def test_nobody_sees_a_picture_without_signing_in(site, client):
    for address in ("questions", "assessments"):
        assert client.get(f"/{address}/pictures/{WELL_NAME}").status_code in (302, 303, 401)


@pytest.mark.parametrize(
    "name", ["0" * 64 + ".png", "well.png", WELL_NAME.upper(), WELL_NAME + ".png"]
)
def test_what_is_not_there_is_not_found(site, login, name):
    assert login("trainer").get(f"/questions/pictures/{name}").status_code == 404
    assert login("trainer").get(f"/assessments/pictures/{name}").status_code == 404


def test_an_attempt_and_its_review_show_the_pictures_with_what_they_show(app, site, login):
    person = login("person")

    page = person.get(f"/assessments/attempts/{site}").text
    with app.app_context():
        submit_attempt(handle.session.get(Attempt, UUID(site)), at=clock.now())
        handle.session.commit()
    review = person.get(f"/assessments/attempts/{site}/result").text

    assert f'<img src="/assessments/pictures/{WELL_NAME}" alt="A well"' in review
    assert f'<img src="/assessments/pictures/{WELL_NAME}" alt="A well"' in page
    assert f'<img src="/assessments/pictures/{GATE_NAME}" alt="Lid"' in page


# Pages


def post(browser, question="w-1", **fields):
    data = {"place": "text", "version": "1", "alt-en": "A gate", "do": "save", **fields}
    # A large file as a field would be a temporary file, which nobody closes.
    boundary, body = encode_multipart(
        {
            name: FileStorage(io.BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
            for name, value in data.items()
        }
    )
    return browser.post(
        f"/questions/banks/{BANK}/questions/{question}/pictures",
        data=body,
        content_type=f"multipart/form-data; boundary={boundary}",
    )


def test_a_question_is_shown_with_its_pictures(site, login):
    page = login("trainer").get(f"/questions/banks/{BANK}/questions/w-1").text

    assert f'<img src="/questions/pictures/{WELL_NAME}" alt="A well"' in page
    assert f"/questions/banks/{BANK}/questions/w-1/pictures" in page


def test_the_page_puts_a_picture_in_and_takes_it_out(app, site, login):
    trainer = login("trainer")

    saved = post(trainer, file=(make_png(9, 9), "pictures/gate.png"))
    page = trainer.get(saved.location).text
    removed = post(trainer, version="2", do="remove")

    assert (saved.status_code, removed.status_code) == (303, 303)
    assert 'alt="A gate"' in page
    with app.app_context():
        spec, row = queries.question(BANK, "w-1")
        assert "image" not in spec
        assert (row.number, row.file_name) == (3, "gate.png")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"file": (b"%PDF-1.7", "a.png")}, "This is no picture that is taken here"),
        ({"file": (WELL + b"\0" * MOST_PICTURE_BYTES, "a.png")}, "larger than 1 MiB"),
        ({"file": (make_svg("<script/>"), "a.svg")}, "holds more than a drawing"),
        ({"file": (WELL, "a.png"), "alt-en": ""}, "Write in one language at least"),
        ({"version": "7"}, "Somebody has changed this question"),
        ({"place": "options.1"}, "Choose a file with a picture."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_written(
    app, site, login, fields, said
):
    answer = post(login("trainer"), **fields)

    assert answer.status_code == 422
    assert said in answer.text
    assert answer.text.count('role="alert"') == 1
    with app.app_context():
        assert [one.number for one in queries.versions_of(BANK, "w-1")] == [1]


def test_a_picture_without_a_description_is_flagged(app, site, login):
    with app.app_context():
        take(zipped(asked("w-2", image={"file": WELL_NAME})))
    trainer = login("trainer")

    listed = trainer.get(f"/questions/banks/{BANK}").text
    page = trainer.get(f"/questions/banks/{BANK}/questions/w-2").text

    assert listed.count("picture without a description") == 1
    assert "A picture of this question has no description" in page
    assert 'alt="A picture that nobody has described yet."' in page


@pytest.mark.parametrize("question", ["w-9", "t01-q01"])
def test_only_questions_of_the_site_have_a_page_for_pictures(site, login, question):
    bank = COURSE if question == "t01-q01" else BANK
    assert (
        login("trainer").get(f"/questions/banks/{bank}/questions/{question}/pictures").status_code
        == 404
    )


@pytest.mark.parametrize("role", ["person", "evaluator"])
def test_only_who_manages_assessments_changes_pictures(site, login, role):
    assert post(login(role)).status_code == 403


def test_a_file_with_pictures_is_brought_through_the_pages(app, site, login):
    trainer = login("trainer")
    content = zipped(asked("w-5", image=image(GATE_NAME, en="A gate")))
    data = {"file": (io.BytesIO(content), "wells.zip"), "language": "en", "title": "New"}

    preview = trainer.post("/questions/import", data=data, content_type="multipart/form-data")
    page = trainer.get(preview.location).text
    taken = trainer.post(preview.location)

    assert "<dt>Pictures</dt><dd>1</dd>" in page
    assert taken.status_code == 303
    out = trainer.get("/questions/banks/new/file?format=yaml&language=en")
    assert out.mimetype == "application/zip"
    assert "new.zip" in out.headers["Content-Disposition"]


def test_whoever_marks_marks_anew_or_looks_into_figures_sees_the_pictures(app, login):
    with app.app_context():
        ours = make_organisation("ours")
        make_user("trainer", organisation=ours, role=Role.TRAINER)
        essay = {**ESSAY, "key": "e-1", "image": image()}
        attempt = begin(make_user(organisation=ours), essay, asked(), at=clock.now())
        save_answers(attempt, {"e-1": {"answer": ["A lid."]}}, at=clock.now())
        submit_attempt(attempt, at=clock.now())
        handle.session.commit()
        key = attempt.id
    trainer = login("trainer")

    for address, shown in (
        (f"/marking/{key}/e-1", [WELL_NAME]),
        (f"/assessments/{COURSE}/questions/w-1/regrade", [WELL_NAME, GATE_NAME]),
        (f"/assessments/{COURSE}/questions/w-1/regrade?do=drop", [WELL_NAME]),
    ):
        page = trainer.get(address)
        assert page.status_code == 200, address
        for name in shown:
            assert f'<img src="/assessments/pictures/{name}"' in page.text, address
