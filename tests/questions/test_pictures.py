"""Pictures of banks: kept by their content, frozen with the version, given out to those who may see them."""

import json
from datetime import timedelta

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_user
from factories.assessments import begin, rules_with
from factories.pictures import GATE, GATE_NAME, WELL, WELL_NAME, make_gif, make_svg
from factories.question_pictures import BANK, asked, image, take, zipped
from lms.assessments.operations import start_attempt
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
CARRYING = ("moodle_xml", "qti3", "qti22", "qti21", "yaml")


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
