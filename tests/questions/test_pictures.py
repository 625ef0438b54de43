"""Pictures of banks: kept by their content, frozen with the version, given out to those who may see them."""

import io
import json
from datetime import timedelta
from uuid import UUID

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from factories.accounts import LONG_AGO, make_organisation, make_user
from factories.assessments import begin, rules_with
from factories.pictures import FILES, GATE, GATE_NAME, WELL, WELL_NAME, make_gif, make_png, make_svg
from lms import clock
from lms.accounts.rules import Role
from lms.assessments.models import Attempt
from lms.assessments.operations import start_attempt, submit_attempt
from lms.assessments.picture_models import AttemptPicture
from lms.audit.models import AuditEntry
from lms.db import db as handle
from lms.errors import Refused
from lms.interchange.limits import MOST_PICTURE_BYTES
from lms.questions import operations, pictures, queries, rules
from lms.questions.conversion import read_file, write_file
from lms.questions.models import BankPicture, BankQuestion
from lms.scoring.pictures import held_in

COURSE = "village-well"
BANK = "wells"
CARRYING = ("moodle_xml", "qti3", "qti22", "qti21", "yaml")


def image(name=WELL_NAME, **alt):
    return {"file": name, "alt": alt or {"en": "A well"}}


def asked(key="w-1", **more):
    return {
        "key": key,
        "type": "single_choice",
        "use": "assessment",
        "text": {"en": "Which  well is closed?"},
        "explanation": {"en": "The first."},
        "image": image(),
        "options": [
            {
                "key": "a",
                "text": {"en": "This"},
                "correct": True,
                "image": image(GATE_NAME, en="Lid"),
            },
            {"key": "b", "text": {"en": "That"}, "correct": False},
        ],
        **more,
    }


def zipped(*specs, key=BANK):
    written = write_file(
        specs or [asked()], format="yaml", title="Wells", language="en", key=key, files=FILES.get
    )
    assert (written.extension, written.left_out) == ("zip", ())
    return written.content


def take(content, bank=BANK, *, name="a.zip", at=LONG_AGO, **more):
    reading = read_file(content, name=name)
    options = {"language": "en", "file_name": name, "by": None, "at": at, **more}
    plan = operations.take_in(bank, reading, **options)
    handle.session.commit()
    return plan


def kept(db):
    return {one.sha256: one for one in db.session.scalars(db.select(BankPicture))}


def change(key="w-1", place="text", *, version=1, content=None, alt=None, **more):
    made = operations.set_picture(
        BANK,
        key,
        place,
        version=version,
        content=content,
        file_name=more.pop("file_name", ""),
        alt={"en": "Said"} if alt is None else alt,
        by=None,
        at=LONG_AGO + timedelta(days=1),
    )
    handle.session.commit()
    return made


# Keeping


def test_a_picture_is_kept_once_by_its_content(db):
    take(zipped(asked("w-1"), asked("w-2")))
    take(zipped(asked("w-3"), key="other"), "other")

    found = kept(db)

    assert set(found) == {WELL_NAME[:64], GATE_NAME[:64]}
    well = found[WELL_NAME[:64]]
    assert (well.media_type, well.width, well.height, well.size_bytes) == (
        "image/png",
        4,
        3,
        len(WELL),
    )
    assert well.content == WELL


def test_pictures_of_what_is_not_taken_in_are_not_kept(db):
    take(zipped(asked()))
    before = set(kept(db))

    plan = take(zipped(asked()))

    assert len(plan.same) == 1
    assert set(kept(db)) == before


@pytest.mark.parametrize("format", CARRYING)
def test_a_bank_with_pictures_goes_out_and_comes_back_the_same(db, format):
    take(zipped(asked("w-1"), asked("w-2", image={"file": WELL_NAME})))
    specs = queries.questions_of(BANK)

    written = write_file(
        specs,
        format=format,
        title="W",
        language="en",
        key=BANK,
        files=pictures.files_of(BANK, specs),
    )
    reading = read_file(written.content, name=f"a.{written.extension}")
    plan = operations.plan(BANK, reading, language="en")

    assert written.left_out == ()
    assert (len(plan.same), plan.new, plan.changed) == (2, (), ())
    assert set(reading.pictures) == {WELL_NAME, GATE_NAME}
    assert [one.spec for one in reading.incoming] == specs


@pytest.mark.parametrize("format", ["gift", "csv", "xlsx"])
def test_what_a_format_leaves_out_does_not_change_the_bank(db, format):
    take(zipped(asked()))
    specs = queries.questions_of(BANK)

    written = write_file(
        specs,
        format=format,
        title="W",
        language="en",
        key=BANK,
        files=pictures.files_of(BANK, specs),
    )
    plan = operations.plan(
        BANK, read_file(written.content, name=f"a.{written.extension}"), language="en"
    )

    assert len(written.left_out) == 2
    assert len(plan.same) == 1


def test_a_version_names_its_picture_whatever_comes_later(db, at):
    take(zipped(asked()))
    person = make_user(organisation=make_organisation())
    attempt = begin(person, *queries.questions_of(BANK))

    take(zipped(asked(image=image(GATE_NAME, en="A gate"))), at=at)

    first, second = db.session.scalars(db.select(BankQuestion).order_by(BankQuestion.number))
    assert (first.spec["image"]["file"], second.spec["image"]["file"]) == (WELL_NAME, GATE_NAME)
    db.session.refresh(attempt)
    assert attempt.questions[0]["spec"]["image"] == image()
    assert set(kept(db)) == {WELL_NAME[:64], GATE_NAME[:64]}


def test_an_attempt_says_which_pictures_it_holds(db):
    take(zipped(asked()))
    person = make_user(organisation=make_organisation())

    attempt = begin(person, *queries.questions_of(BANK))

    held = db.session.scalars(
        db.select(AttemptPicture.sha256).where(AttemptPicture.attempt_id == attempt.id)
    )
    assert sorted(held) == sorted([WELL_NAME[:64], GATE_NAME[:64]])


# Changing


def test_a_picture_put_into_a_question_makes_its_next_version(db):
    take(zipped(asked()))

    assert change(
        place="options.1", content=make_svg(), file_name="lid.svg", alt={"en": "Open", "fr": " "}
    )

    spec, row = queries.question(BANK, "w-1")
    assert row.number == 2
    assert row.file_name == "lid.svg"
    assert spec["options"][1]["image"]["file"].endswith(".svg")
    assert spec["options"][1]["image"]["alt"] == {"en": "Open"}
    assert spec["image"] == image()
    audited = db.session.scalars(db.select(AuditEntry.action)).all()
    assert "question.picture" in audited


def test_what_is_said_of_a_picture_can_be_changed_alone(db):
    take(zipped(asked(image={"file": WELL_NAME})))

    assert change(alt={"en": "A  deep\nwell"})
    assert not change(version=2, alt={"en": "A deep well"})

    spec, row = queries.question(BANK, "w-1")
    assert (row.number, row.file_name) == (2, "a.zip")
    assert spec["image"] == image(en="A deep well")


def test_a_picture_taken_out_stays_with_the_versions_that_show_it(db):
    take(zipped(asked()))

    operations.remove_picture(BANK, "w-1", "text", version=1, by=None, at=LONG_AGO)
    db.session.commit()

    assert "image" not in queries.question(BANK, "w-1")[0]
    assert WELL_NAME[:64] in kept(db)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"place": "options.7", "content": WELL}, "picture.no-place"),
        ({"place": "options.x", "content": WELL}, "picture.no-place"),
        ({"place": "options.1"}, "picture.none"),
        ({"content": WELL, "alt": {"en": "  "}}, "picture.no-alt"),
        ({"content": b"%PDF"}, "picture.kind"),
        ({"content": make_gif(9_000, 1)}, "picture.points"),
        ({"content": make_svg("<script/>")}, "picture.drawing"),
        ({"content": WELL + b"\0" * MOST_PICTURE_BYTES}, "picture.large"),
        ({"content": WELL, "version": 2}, "question.changed"),
        ({"content": WELL, "key": "w-9"}, "question.not-the-sites"),
    ],
)
def test_what_cannot_be_a_picture_changes_nothing(db, what, code):
    take(zipped(asked()))

    with pytest.raises(Refused) as refused:
        change(**what)

    assert refused.value.code == code
    assert [one.number for one in queries.versions_of(BANK, "w-1")] == [1]


def test_a_question_of_the_files_has_its_pictures_there(db):
    with pytest.raises(Refused, match=r"question\.not-the-sites"):
        operations.set_picture(
            COURSE,
            "t01-q01",
            "text",
            version=1,
            content=WELL,
            file_name="",
            alt={"en": "x"},
            by=None,
            at=LONG_AGO,
        )


def test_places_of_a_scenario_are_those_of_its_questions_too():
    child = asked("in")
    places = rules.picture_places({"text": {"en": "S"}, "questions": [child]})

    assert [one.code for one in places] == [
        "text",
        "questions.0.text",
        "questions.0.options.0",
        "questions.0.options.1",
    ]
    spec = {"text": {"en": "S"}, "questions": [child]}
    changed = rules.with_picture(spec, "questions.0.options.1", image())
    assert len(list(held_in(changed))) == 3
    assert len(list(held_in(spec))) == 2


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


# Commands


def run(app, *arguments, given=None):
    return app.test_cli_runner().invoke(args=["questions", *arguments], input=given)


def test_commands_carry_pictures_in_a_zip_and_from_the_folder(app, tmp_path):
    out, folder = tmp_path / "wells.zip", tmp_path / "bank"
    with app.app_context():
        take(zipped(asked()))

    whole = run(app, "export", BANK, "--format", "yaml", "-o", str(out))
    again = run(app, "import", str(out), "--to", BANK)
    names = run(app, "export", BANK, "--format", "yaml", "-o", str(tmp_path / "wells.yaml"))

    assert (whole.exit_code, again.exit_code, names.exit_code) == (0, 0, 2)
    assert "0 new, 0 changed, 1 the same" in again.output
    assert "its name is kept, the file is not carried" in names.output
    (folder / "media").mkdir(parents=True)
    (folder / "media" / WELL_NAME).write_bytes(WELL)
    (folder / GATE_NAME).write_bytes(GATE)
    (folder / "bank.yaml").write_bytes((tmp_path / "wells.yaml").read_bytes())
    beside = run(app, "import", str(folder / "bank.yaml"), "--to", "copy", "--json")
    assert beside.exit_code == 0
    shown = json.loads(beside.output)["questions"][0]
    assert shown["image"]["alt"] == "A well"
    assert shown["options"][0]["image"]["sha256"] == GATE_NAME[:64]


def test_rules_that_draw_from_a_bank_with_pictures_need_nothing_more(db, at):
    take(zipped(asked()))
    person = make_user(organisation=make_organisation())
    rules_now = rules_with(draws=[{"bank": BANK, "count": 1}])
    attempt = start_attempt(
        person, rules_now, queries.banks_for(rules_now["draws"]), at=at, seed="x"
    )

    assert attempt.questions[0]["spec"]["image"] == image()
