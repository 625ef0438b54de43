"""The pages of question banks."""

import io
import re

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_user
from factories.questions import ALL_SPECS
from factories.questions_files import GIFT
from lms.accounts.rules import Role
from lms.questions import operations, queries
from lms.questions.conversion import Incoming, Reading, hash_of, read_file, settled

COURSE = "village-well"
GIFT_BYTES = GIFT.encode()


@pytest.fixture
def trainer(app, login):
    with app.app_context():
        make_user("trainer", organisation=make_organisation("ours"), role=Role.TRAINER)
    return login("trainer")


def take(app, text=GIFT, bank="meetings"):
    with app.app_context():
        from lms.db import db

        reading = read_file(text.encode(), name="a.gift")
        operations.take_in(
            bank, reading, language="en", file_name="a.gift", by=None, at=LONG_AGO, title="Meetings"
        )
        db.session.commit()


def send(browser, content=GIFT_BYTES, name="a.gift", **fields):
    data = {"file": (io.BytesIO(content), name), "language": "en", **fields}
    return browser.post("/questions/import", data=data, content_type="multipart/form-data")


def test_banks_stand_in_a_list_with_what_they_hold(app, trainer):
    take(app)

    page = trainer.get("/questions/").text

    assert "Meetings" in page
    assert "The village well" in page or "village" in page.lower()
    assert "number 1, single choice 1, true or false 1" in page


@pytest.mark.parametrize("role", [Role.LEARNER, Role.EVALUATOR, Role.PROGRAMME_MANAGER])
@pytest.mark.parametrize(
    "address", ["/questions/", "/questions/import", f"/questions/banks/{COURSE}"]
)
def test_only_who_manages_assessments_opens_them(app, login, role, address):
    with app.app_context():
        make_user("other", organisation=make_organisation(), role=role)

    assert login("other").get(address).status_code == 403


def test_a_bank_shows_its_questions_and_finds_among_them(app, trainer):
    take(app)

    everything = trainer.get("/questions/banks/meetings").text
    found = trainer.get("/questions/banks/meetings?q=quorum").text
    none = trainer.get("/questions/banks/meetings?q=zebra").text

    assert "Who opens the meeting?" in everything
    assert "A quorum is needed" in found
    assert "Who opens the meeting?" not in found
    assert "No question of this bank is like that" in none


@pytest.mark.parametrize(
    "address",
    ["/questions/banks/nowhere", "/questions/banks/nowhere/export", "/questions/banks/nowhere/file",
     f"/questions/banks/{COURSE}/questions/nothing", f"/questions/banks/{COURSE}/file?format=word",
     f"/questions/banks/{COURSE}/export?format=qti"],
)  # fmt: skip
def test_what_is_not_there_is_a_404(trainer, address):
    assert trainer.get(address).status_code == 404


def test_a_question_is_shown_in_all_its_languages(trainer):
    page = trainer.get(f"/questions/banks/{COURSE}/questions/t01-q01").text

    assert 'id="in-en"' in page
    assert 'id="in-fr"' in page
    assert page.count("As it is asked") == 2


def test_every_type_is_shown_as_it_is_asked_and_reviewed(app, trainer):
    incoming = []
    for number, spec in enumerate(ALL_SPECS):
        kept, _faults = settled({**spec, "key": f"every-{number}"})
        if kept is not None:
            incoming.append(Incoming(kept, hash_of(kept), 0, kept["key"]))
    with app.app_context():
        from lms.db import db

        reading = Reading("yaml", (), tuple(incoming), ())
        operations.take_in(
            "every", reading, language="en", file_name="x", by=None, at=LONG_AGO, replace=True
        )
        db.session.commit()
        keys = [one["key"] for one in queries.questions_of("every")]

    assert len(keys) > 20
    for key in keys:
        answer = trainer.get(f"/questions/banks/every/questions/{key}")
        assert answer.status_code == 200, key
        assert "As it is asked" in answer.text
    for page in (1, 2):
        assert trainer.get(f"/questions/banks/every?page={page}").status_code == 200


def test_a_type_that_no_plugin_brings_any_more_is_shown_as_text(app, trainer):
    take(app)
    with app.app_context():
        from lms.db import db

        row = queries.question("meetings", "mtg-quorum")[1]
        row.spec = {**row.spec, "type": "hologram"}
        db.session.commit()

    page = trainer.get("/questions/banks/meetings/questions/mtg-quorum").text

    assert "A quorum is needed" in page
    assert "No plugin of this site brings this type" in page


def test_versions_of_a_question_can_be_read_again(app, trainer):
    take(app)
    take(app, GIFT.replace("A quorum is needed", "A quorum is always needed"))

    now = trainer.get("/questions/banks/meetings/questions/mtg-quorum").text
    before = trainer.get("/questions/banks/meetings/questions/mtg-quorum?version=1").text

    assert "always needed" in now
    assert "Version 1" in now
    assert "always needed" not in before
    assert "it is not drawn" in before
    assert (
        trainer.get("/questions/banks/meetings/questions/mtg-quorum?version=9").status_code == 404
    )


def test_a_question_is_withdrawn(app, trainer):
    take(app)

    answer = trainer.post("/questions/banks/meetings/questions/mtg-quorum/withdraw")
    page = trainer.get("/questions/banks/meetings/questions/mtg-quorum?version=1")

    assert answer.status_code == 303
    assert "A quorum" not in trainer.get("/questions/banks/meetings").text
    assert "it is not drawn" in page.text


def test_a_question_of_a_file_is_not_withdrawn(trainer):
    answer = trainer.post(f"/questions/banks/{COURSE}/questions/t01-q01/withdraw")

    assert answer.status_code == 409
    assert "stands in a file" in answer.text


def test_a_file_is_looked_at_then_taken_in(app, trainer):
    sent = send(trainer, title="Our meetings", competency="gov-01")
    preview = trainer.get(sent.location)

    assert sent.status_code == 303
    assert "Our meetings" in preview.text
    assert "Take in 3 questions" in preview.text
    assert "Broken" in preview.text
    assert "names no competency" not in preview.text
    with app.app_context():
        assert not queries.is_bank("our-meetings")

    taken = trainer.post(sent.location)

    assert (taken.status_code, taken.location) == (303, "/questions/banks/our-meetings")
    with app.app_context():
        assert [one["competency"] for one in queries.questions_of("our-meetings")] == ["gov-01"] * 3


def test_a_yes_that_is_sent_three_times_is_one(app, trainer):
    sent = send(trainer, title="Our meetings")
    answers = [trainer.post(sent.location) for _time in range(3)]

    assert {one.location for one in answers} == {"/questions/banks/our-meetings"}
    assert trainer.get(sent.location).status_code == 303
    with app.app_context():
        assert [one.number for one in queries.versions_of("our-meetings", "mtg-quorum")] == [1]


def test_the_preview_tells_new_changed_same_and_left_out(app, trainer):
    take(app)
    text = GIFT.replace("A quorum is needed", "A quorum is always needed") + "\nOne more {T}\n"

    page = trainer.get(send(trainer, text.encode(), bank="meetings").location).text

    counts = dict(re.findall(r"<dt>([A-Za-z ]+)</dt><dd>(\d+)</dd>", page))
    assert counts == {
        "Questions in the file": "4",
        "New": "1",
        "Changed": "1",
        "The same": "2",
        "Left out": "1",
    }
    assert "2 questions name no competency" in page


def test_a_question_of_the_files_is_never_replaced_by_a_page(app, trainer):
    text = "// [id:t01-q01]\nAnother wording {T}\n"

    page = trainer.get(send(trainer, text.encode(), bank=COURSE).location).text

    assert "key is taken" in page
    assert "There is nothing to take in" in page


def test_a_file_that_is_not_wanted_is_let_go(app, trainer):
    sent = send(trainer, title="Our meetings")

    answer = trainer.post(sent.location + "/discard")

    assert answer.status_code == 303
    assert trainer.get(sent.location).status_code == 404
    with app.app_context():
        assert not queries.is_bank("our-meetings")


def test_a_file_that_cannot_be_read_is_told_in_words(trainer):
    sent = send(trainer, b"<html></html>", "a.xml", title="X")

    page = trainer.get(sent.location)

    assert page.status_code == 422
    assert "neither Moodle XML nor QTI" in page.text
    assert trainer.post(sent.location).location == sent.location


@pytest.mark.parametrize("fields", [{}, {"title": "  "}])
def test_a_new_bank_needs_a_title(trainer, fields):
    answer = send(trainer, **fields)

    assert answer.status_code == 422
    assert "give a new one a title" in answer.text


def test_a_form_without_a_file_says_so(trainer):
    answer = trainer.post("/questions/import", data={"title": "X", "language": "en"})

    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def send_large(browser, content):
    """Send a file as a browser does; the test client would leave its own temporary file open."""
    parts = [
        b'--limit\r\nContent-Disposition: form-data; name="file"; filename="a.gift"\r\n\r\n',
        content,
        b'\r\n--limit\r\nContent-Disposition: form-data; name="title"\r\n\r\nLarge\r\n--limit--\r\n',
    ]
    return browser.post(
        "/questions/import",
        data=b"".join(parts),
        content_type="multipart/form-data; boundary=limit",
    )


def test_a_file_at_the_limit_comes_through_and_one_beyond_it_does_not(trainer):
    limit = 8 * 1024 * 1024
    at_the_limit = (b"One {T}\n\n" + b"// a comment that goes on and on\n" * 300_000)[:limit]

    assert send_large(trainer, at_the_limit).status_code == 303
    beyond = send_large(trainer, at_the_limit + b"x")
    assert beyond.status_code == 422
    assert "larger than 8 MiB" in beyond.text


def test_others_do_not_see_what_somebody_looks_at(app, trainer, login):
    with app.app_context():
        make_user("other", organisation=make_organisation(), role=Role.TRAINER)
    address = send(trainer, title="Our meetings").location
    other = login("other")

    assert other.get(address).status_code == 404
    assert other.post(address).status_code == 404
    assert other.post(address + "/discard").status_code == 404


def test_an_export_says_first_what_it_leaves_out(app, trainer):
    take(app)

    choose = trainer.get("/questions/banks/meetings/export").text
    whole = trainer.get("/questions/banks/meetings/export?format=gift").text
    part = trainer.get("/questions/banks/meetings/export?format=aiken").text

    assert "Moodle XML" in choose
    assert "Nothing is left out." in whole
    assert "1 of 3 questions go into the file." in part
    assert "Aiken has no questions of the type true_false" in part


def test_a_bank_is_fetched_as_a_file(app, trainer):
    take(app)

    answer = trainer.get("/questions/banks/meetings/file?format=gift")

    assert answer.headers["Content-Disposition"] == "attachment; filename=meetings.gift"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [one.key for one in read_file(answer.data, name="a.gift").incoming] == [
        "mtg-opens",
        "mtg-quorum",
        "mtg-notice",
    ]


def test_the_name_of_who_brought_a_question_is_for_those_who_see_them(app, trainer, login):
    with app.app_context():
        make_user("theirs", organisation=make_organisation(), role=Role.TRAINER, name="Zebulon")
    theirs = login("theirs")
    theirs.post(send(theirs, title="Shared").location)
    address = "/questions/banks/shared/questions/mtg-quorum"

    assert "Zebulon" in theirs.get(address).text
    assert "Zebulon" not in trainer.get(address).text
    assert "somebody of another organisation" in trainer.get(address).text


def test_markup_in_a_file_is_shown_as_text(app, trainer):
    take(app, "::X::Is <script>alert(1)</script> this {=<b onclick\\=x>it</b> ~no}\n", bank="bad")
    with app.app_context():
        key = queries.questions_of("bad")[0]["key"]

    page = trainer.get(f"/questions/banks/bad/questions/{key}").text

    assert "<script>alert" not in page
    assert "<b onclick" not in page


def test_the_bar_has_a_place_for_banks(trainer):
    assert 'href="/questions/"' in trainer.get("/questions/").text
