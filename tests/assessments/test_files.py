"""Files handed in: the bytes are what the name says, nothing dangerous, nobody else's, and saved never shown."""

import io
import zipfile
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from factories.accounts import make_organisation, make_user
from factories.learning import STARTED
from factories.marking import CHOICE, FILE, begun, handed_in
from lms.accounts.rules import Role
from lms.assessments import answering, files, operations
from lms.assessments.file_kinds import KINDS, clean_name, fault_of
from lms.assessments.models import AnswerFile, Attempt
from lms.db import db as handle
from lms.errors import Refused

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
LATER = STARTED + timedelta(minutes=3)


def archive(*names, first=None):
    """A zip file with these members; `first` is stored before them without compression."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        if first is not None:
            made.writestr(zipfile.ZipInfo("mimetype"), first)
        for name in names:
            made.writestr(name, b"x")
    return out.getvalue()


WORD = archive("[Content_Types].xml", "word/document.xml")
ODT = archive("content.xml", first="application/vnd.oasis.opendocument.text")
GOOD = {
    "plan.pdf": PDF,
    "PLAN.PDF": PDF,
    "notes.txt": "Réunion à 8 h. اجتماع".encode(),
    "old.txt": "Réunion".encode("latin-1"),
    "wide.txt": "Réunion".encode("utf-16"),
    "table.csv": b"a;b\n1;2\n",
    "photo.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "photo.png": b"\x89PNG\r\n\x1a\n\x00",
    "photo.webp": b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    "plan.docx": WORD,
    "plan.odt": ODT,
    "plan.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64,
    "talk.ogg": b"OggS\x00",
    "talk.mp4": b"\x00\x00\x00\x18ftypmp42",
}
BAD = {
    "plan.exe": (b"MZ\x90\x00", "answer.file-kind"),
    "plan.html": (b"<html>", "answer.file-kind"),
    "plan.svg": (b"<svg/>", "answer.file-kind"),
    "plan.zip": (archive("a.txt"), "answer.file-kind"),
    "plan.docm": (WORD, "answer.file-kind"),
    "plan": (PDF, "answer.file-kind"),
    "plan.pdf": (b"MZ\x90\x00 not a document", "answer.file-content"),
    "page.pdf": (b"<html><script>alert(1)</script>%PDF-1.4", "answer.file-content"),
    "photo.png": (b"\xff\xd8\xff\xe0", "answer.file-content"),
    "notes.txt": (b"MZ\x90\x00\x03", "answer.file-content"),
    "page.txt": (b"  <!DOCTYPE html><script>", "answer.file-content"),
    "script.txt": (b"#!/bin/sh\nrm -rf /", "answer.file-content"),
    "plan.docx": (archive("xl/workbook.xml", "[Content_Types].xml"), "answer.file-content"),
    "broken.docx": (WORD[:40], "answer.file-content"),
    "macro.docx": (
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        "answer.file-program",
    ),
    "macro.odt": (
        archive("Basic/Standard/x.xml", first="application/vnd.oasis.opendocument.text"),
        "answer.file-program",
    ),
    "macro.xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"),
        "answer.file-program",
    ),
    "empty.pdf": (b"", "answer.file-empty"),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_its_name_says_is_taken(name):
    assert fault_of(name, GOOD[name]) is None


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_not_or_that_could_do_harm_is_refused(name):
    content, code = BAD[name]

    assert fault_of(name, content) == code


@examples(st.sampled_from(sorted(KINDS)), st.binary(max_size=300))
def test_any_bytes_get_an_answer(ending, content):
    assert fault_of(f"x.{ending}", content) in (
        None,
        "answer.file-empty",
        "answer.file-content",
        "answer.file-program",
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\amina\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("plan\r\nSet-Cookie: x.pdf", "planSet-Cookie: x.pdf"),
        ("خطة.pdf", "خطة.pdf"),
        ("a" * 300 + ".pdf", "a" * 251 + ".pdf"),
    ],
)
def test_names_lose_folders_and_what_nobody_sees(given, kept):
    assert clean_name(given) == kept


@examples(st.text(max_size=400))
def test_a_clean_name_can_stand_in_an_answer(given):
    name = clean_name(given)

    assert len(name) <= 255
    assert not set(name) & set("/\\\0\r\n")
    assert name == "" or name.isprintable()


@pytest.fixture
def amina(db):
    return make_user("amina", organisation=make_organisation("lumeya"))


def sent(name="plan.pdf", content=PDF, field="f-1:answer"):
    return {field: FileStorage(io.BytesIO(content), filename=name)}


def test_a_file_is_kept_and_the_answer_says_what_the_site_saw(db, amina):
    attempt = begun(amina, [FILE, CHOICE])

    answers, faults = files.take_uploads(attempt, sent(), at=LATER)
    assert answering.save_answers(attempt, answers, at=LATER) == {}

    assert faults == {}
    kept = files.handed_in(attempt)["f-1"]
    assert (kept.content, kept.size_bytes, kept.media_type) == (PDF, len(PDF), "application/pdf")
    assert attempt.given()["f-1"]["file"] == {
        "name": "plan.pdf",
        "size": len(PDF),
        "sha256": kept.sha256,
        "media_type": "application/pdf",
    }


def test_a_newer_file_stands_beside_the_older_and_is_the_answer(db, amina):
    attempt = begun(amina, [FILE])
    for content in (PDF, PDF + b"more", PDF):
        answers, _faults = files.take_uploads(attempt, sent(content=content), at=LATER)
        answering.save_answers(attempt, answers, at=LATER)

    assert len(db.session.scalars(select(AnswerFile)).all()) == 2
    assert files.handed_in(attempt)["f-1"].content == PDF


def test_no_file_chosen_keeps_the_one_before(db, amina):
    attempt = begun(amina, [FILE])
    answers, _faults = files.take_uploads(attempt, sent(), at=LATER)
    answering.save_answers(attempt, answers, at=LATER)

    assert files.take_uploads(attempt, sent(name="", content=b""), at=LATER) == ({}, {})
    assert files.handed_in(attempt)["f-1"].name == "plan.pdf"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("plan.png", b"\x89PNG\r\n\x1a\n", "answer.file-kind"),
        ("plan.pdf", PDF + b" " * 1000, "answer.file-too-large"),
        ("plan.pdf", b"", "answer.file-empty"),
        ("plan.pdf", b"no document", "answer.file-content"),
        ("plan.docx", WORD[:-200] + b"\0" * 100, "answer.file-content"),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_stored(db, amina, name, content, code):
    attempt = begun(amina, [FILE])

    answers, faults = files.take_uploads(attempt, sent(name, content), at=LATER)

    assert (answers, faults) == ({}, {"f-1": code})
    assert db.session.scalars(select(AnswerFile)).all() == []


def test_only_questions_that_take_files_get_them(db, amina):
    attempt = begun(amina, [FILE, CHOICE])

    for field in ("c-1:answer", "x-1:answer", "f-1:other", "picture"):
        answers, faults = files.take_uploads(attempt, sent(field=field), at=LATER)
        assert (answers, list(faults.values())) == ({}, ["answer.foreign-question"])
    assert db.session.scalars(select(AnswerFile)).all() == []


def test_nothing_is_taken_after_time_is_up_or_after_handing_in(db, amina):
    attempt = begun(amina, [FILE], time_limit_minutes=10)
    with pytest.raises(Refused, match=r"attempt\.over"):
        files.take_uploads(attempt, sent(), at=STARTED + timedelta(minutes=11))
    operations.submit_attempt(attempt, at=LATER)
    with pytest.raises(Refused, match=r"attempt\.over"):
        files.take_uploads(attempt, sent(), at=LATER)


def test_nobody_fills_the_disk_with_one_question(db, amina):
    attempt = begun(amina, [FILE])
    for number in range(files.MOST_FILES):
        files.take_uploads(attempt, sent(content=PDF + bytes([65 + number])), at=LATER)

    _answers, faults = files.take_uploads(attempt, sent(content=PDF + b"z"), at=LATER)
    again, none = files.take_uploads(attempt, sent(content=PDF + b"A"), at=LATER)

    assert faults == {"f-1": "answer.too-many-files"}
    # One that is there already is no further file.
    assert (list(again), none) == (["f-1"], {})


def test_a_file_is_never_claimed_by_its_description(db, amina):
    attempt = begun(amina, [FILE, CHOICE])
    claim = {"f-1": {"answer": ['{"name": "x.pdf"}']}, "c-1": {"answer": ["a"]}}

    assert files.without_claims(attempt, claim) == {"c-1": {"answer": ["a"]}}


@pytest.fixture
def site(app):
    with app.app_context():
        lumeya, karsa = make_organisation("lumeya"), make_organisation("karsa")
        amina = make_user("amina", organisation=lumeya)
        make_user("colleague", organisation=lumeya)
        make_user("marker", organisation=lumeya, role=Role.EVALUATOR)
        make_user("manager", organisation=lumeya, role=Role.PROGRAMME_MANAGER)
        make_user("stranger", organisation=karsa, role=Role.TRAINER)
        attempt = begun(amina, [FILE])
        answers, _faults = files.take_uploads(attempt, sent("خطة amina.pdf"), at=LATER)
        answering.save_answers(attempt, answers, at=LATER)
        operations.submit_attempt(attempt, at=LATER)
        handle.session.commit()
        app.config["FILE_KEY"] = str(files.handed_in(attempt)["f-1"].id)
        app.config["ATTEMPT_KEY"] = str(attempt.id)
    return app


@pytest.mark.parametrize(
    ("who", "status"),
    [("amina", 200), ("marker", 200), ("manager", 200), ("colleague", 404), ("stranger", 404)],
)
def test_only_the_person_markers_and_who_sees_results_get_the_file(site, login, who, status):
    assert login(who).get(f"/marking/files/{site.config['FILE_KEY']}").status_code == status


def test_a_file_is_saved_and_never_shown_inside_the_site(site, login):
    answer = login("marker").get(f"/marking/files/{site.config['FILE_KEY']}")

    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "no-store" in answer.headers["Cache-Control"]


def test_nobody_signed_in_gets_nothing(site, client):
    assert client.get(f"/marking/files/{site.config['FILE_KEY']}").status_code == 303


def test_the_markers_page_leads_to_the_file(site, login):
    page = login("marker").get(f"/marking/{site.config['ATTEMPT_KEY']}/f-1")

    assert f"/marking/files/{site.config['FILE_KEY']}" in page.text
    assert "خطة amina.pdf" in page.text


def test_a_file_name_does_not_tell_who_where_names_are_hidden(site, login):
    with site.app_context():
        attempt = handle.session.get(Attempt, UUID(site.config["ATTEMPT_KEY"]))
        attempt.assessment = {**attempt.assessment, "anonymous_marking": True}
        handle.session.commit()
        code = attempt.id.hex[-6:].upper()

    page = login("marker").get(f"/marking/{site.config['ATTEMPT_KEY']}/f-1").text
    file = login("marker").get(f"/marking/files/{site.config['FILE_KEY']}")
    own = login("amina").get(f"/marking/files/{site.config['FILE_KEY']}")

    assert "amina" not in page
    assert f"filename={code}.pdf" in file.headers["Content-Disposition"]
    assert "amina" in own.headers["Content-Disposition"]


def test_a_question_without_an_answer_has_no_file(db, amina):
    assert files.handed_in(handed_in(amina, [FILE, CHOICE])) == {}


def test_handing_a_file_in_through_the_page(app, login):
    with app.app_context():
        amina = make_user("amina", organisation=make_organisation("lumeya"))
        key = begun(amina, [FILE, CHOICE]).id
    browser, address = login("amina"), f"/assessments/attempts/{key}"

    def send(name, content, **more):
        data = {"f-1:answer": (io.BytesIO(content), name), **more}
        return browser.post(address, data=data, content_type="multipart/form-data")

    refused = send("plan.pdf", b"MZ no document", **{"c-1:answer": "a"})
    claimed = browser.post(address, data={"f-1:answer": '{"name": "x.pdf", "size": 1}'})
    with app.app_context():
        before = set(handle.session.get(Attempt, key).given())
    handed = send("plan.pdf", PDF, submit="1")

    assert refused.status_code == 422
    assert "The file is not what its name says" in refused.text
    # What is good is kept beside what is not, and a description of a file is no file.
    assert before == {"c-1"}
    assert claimed.status_code in (200, 303)
    assert handed.status_code == 303
    with app.app_context():
        attempt = handle.session.get(Attempt, key)
        assert files.handed_in(attempt)["f-1"].content == PDF
    assert "plan.pdf" in browser.get(handed.location).text
