"""Taking questions in, laying them over the files, withdrawing them."""

import pytest
from sqlalchemy.exc import IntegrityError

from factories.accounts import LONG_AGO, make_organisation, make_user
from factories.questions_files import GIFT
from lms.accounts.rules import Role
from lms.assessments.operations import start_attempt
from lms.assessments.queries import assessment
from lms.audit.models import AuditEntry
from lms.courses.library import library
from lms.errors import Refused
from lms.questions import operations, queries
from lms.questions.conversion import read_file, write_file
from lms.questions.models import BankQuestion, BankUpload, QuestionBank

COURSE = "village-well"


def take(text, bank="meetings", *, name="a.gift", at=LONG_AGO, **more):
    reading = read_file(text.encode(), name=name)
    options = {"language": "en", "file_name": name, "by": None, "at": at, **more}
    plan = operations.take_in(bank, reading, **options)
    from lms.db import db

    db.session.commit()
    return plan


def rows(db, **where):
    return list(db.session.scalars(db.select(BankQuestion).filter_by(**where)))


def test_a_new_bank_holds_what_the_file_holds(db):
    plan = take(GIFT, title="Meetings")

    assert len(plan.new) == 3
    assert [one["key"] for one in queries.questions_of("meetings")] == [
        "mtg-opens",
        "mtg-quorum",
        "mtg-notice",
    ]
    assert queries.titles_of("meetings") == {"en": "Meetings"}
    assert queries.bank_keys()[-1] == "meetings"


def test_the_same_file_again_changes_nothing(db):
    take(GIFT)
    before = len(rows(db))

    plan = take(GIFT)

    assert len(plan.same) == 3
    assert len(rows(db)) == before
    assert len(list(db.session.scalars(db.select(AuditEntry)))) == 1


def test_a_changed_question_becomes_the_next_version_in_its_place(db, at):
    take(GIFT)

    plan = take(GIFT.replace("A quorum is needed", "A quorum is always needed"), at=at)

    assert [one.key for one in plan.changed] == ["mtg-quorum"]
    first, second = rows(db, key="mtg-quorum")
    assert (first.number, first.ended_at, second.number, second.ended_at) == (1, at, 2, None)
    assert [one["key"] for one in queries.questions_of("meetings")][1] == "mtg-quorum"
    assert "always" in queries.questions_of("meetings")[1]["text"]["en"]


def test_the_database_itself_keeps_two_versions_from_being_asked_at_once(db):
    take(GIFT)
    (row,) = rows(db, key="mtg-quorum")
    again = {c.name: getattr(row, c.name) for c in BankQuestion.__table__.c if c.name != "id"}

    db.session.add(BankQuestion(**again | {"number": 2}))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_is_gone_from_a_file_stays_in_the_bank(db):
    take(GIFT)

    take("// [id:mtg-quorum]\nA quorum is needed to decide. {T}")

    assert len(queries.questions_of("meetings")) == 3


def test_an_exported_bank_taken_in_again_is_the_same_in_every_format(db):
    take(GIFT)
    specs = queries.questions_of("meetings")

    for format in ("gift", "moodle_xml", "yaml", "csv", "xlsx", "qti3", "qti21"):
        written = write_file(specs, format=format, title="M", language="en", key="meetings")
        reading = read_file(written.content, name=f"x.{written.extension}")
        plan = operations.plan("meetings", reading, language="en")
        assert (len(plan.same), plan.new, plan.changed) == (3, (), ()), format


def test_a_bank_of_the_files_goes_out_and_comes_back_the_same_though_its_format_carries_less(db):
    specs = queries.questions_of(COURSE)
    written = write_file(specs, format="gift", title="W", language="en", key=COURSE)

    assert written.left_out
    reading = read_file(written.content, name="x.gift")
    plan = operations.plan(COURSE, reading, language="en")

    assert len(plan.same) == len(reading.incoming)
    assert plan.changed == plan.left_out == ()


def edited(specs):
    """A file's question with another text, as YAML."""
    first = {**specs[0], "text": {**specs[0]["text"], "en": "Another wording?"}}
    return write_file([first], format="yaml", title="W", language="en", key=COURSE).content.decode()


def test_a_question_of_the_files_keeps_its_key(db):
    plan = take(edited(queries.questions_of(COURSE)), COURSE, name="a.yaml")

    assert [reason[:12] for _one, reason in plan.left_out] == ["key is taken"]
    assert queries.questions_of(COURSE) == [one.spec for one in library().banks[COURSE].questions]


def test_a_question_of_the_files_is_replaced_in_its_place_when_asked_for(db, at):
    shipped = queries.questions_of(COURSE)

    take(edited(shipped), COURSE, name="a.yaml", replace=True)
    laid_over = queries.questions_of(COURSE)

    assert laid_over[0]["text"]["en"] == "Another wording?"
    assert laid_over[1:] == shipped[1:]
    assert queries.titles_of(COURSE) == library().banks[COURSE].title

    operations.withdraw_question(COURSE, shipped[0]["key"], by=None, at=at)
    assert queries.questions_of(COURSE) == shipped


def test_a_bank_of_the_files_takes_questions_of_the_site_beside_its_own(db):
    before = len(queries.questions_of(COURSE))

    take(GIFT, COURSE)

    assert len(queries.questions_of(COURSE)) == before + 3
    row = next(one for one in queries.banks() if one.key == COURSE)
    assert (row.total, row.own, row.in_a_file) == (before + 3, 3, True)


def test_a_withdrawn_question_is_asked_no_more_and_kept(db, at):
    take(GIFT)

    operations.withdraw_question("meetings", "mtg-quorum", by=None, at=at)

    assert "mtg-quorum" not in [one["key"] for one in queries.questions_of("meetings")]
    assert queries.question("meetings", "mtg-quorum") is None
    (version,) = queries.versions_of("meetings", "mtg-quorum")
    assert version.ended_at == at


def test_a_withdrawn_question_comes_back_as_its_next_version(db, at):
    take(GIFT)
    operations.withdraw_question("meetings", "mtg-quorum", by=None, at=at)

    plan = take(GIFT, at=at)

    assert [one.key for one in plan.new] == ["mtg-quorum"]
    assert [one.number for one in queries.versions_of("meetings", "mtg-quorum")] == [2, 1]


@pytest.mark.parametrize(("bank", "key"), [("nowhere", "q"), (COURSE, "t01-q01")])
def test_what_the_site_does_not_keep_it_cannot_withdraw(db, at, bank, key):
    with pytest.raises(Refused, match=r"question\.not-the-sites"):
        operations.withdraw_question(bank, key, by=None, at=at)


def test_who_brought_what_is_on_the_trail(db, at):
    trainer = make_user("trainer", organisation=make_organisation(), role=Role.TRAINER)

    take(GIFT, by=trainer, at=at)
    operations.withdraw_question("meetings", "mtg-quorum", by=trainer, at=at)

    told = list(db.session.scalars(db.select(AuditEntry).where(AuditEntry.by_id == trainer.id)))
    assert sorted(one.action for one in told) == ["question.withdrawn", "questions.taken-in"]
    taken = next(one for one in told if one.action == "questions.taken-in")
    assert (taken.changes["new"], taken.changes["file_name"]) == (3, "a.gift")


def test_assessments_draw_from_files_and_site_as_from_one_bank(db):
    take(GIFT, COURSE)

    banks = queries.banks_for([{"bank": COURSE}, {"bank": "nowhere"}])

    assert list(banks) == [COURSE]
    assert {"mtg-quorum", library().banks[COURSE].questions[0].key} <= {
        one["key"] for one in banks[COURSE]
    }


def test_an_attempt_asks_questions_that_name_no_competency(db, at):
    person = make_user(organisation=make_organisation())
    take(GIFT)
    rules = {**assessment(COURSE), "draws": [{"bank": "meetings", "count": 3}]}

    attempt = start_attempt(person, rules, queries.banks_for(rules["draws"]), at=at, seed="x")

    assert {one["spec"]["key"] for one in attempt.questions} == {
        "mtg-opens",
        "mtg-quorum",
        "mtg-notice",
    }


def test_two_banks_may_hold_the_same_keys_and_be_drawn_together(db, at):
    person = make_user(organisation=make_organisation())
    take(GIFT)
    take(GIFT, "copy")
    draws = [{"bank": "meetings", "count": 3}, {"bank": "copy", "count": 3}]

    attempt = start_attempt(
        person, {**assessment(COURSE), "draws": draws}, queries.banks_for(draws), at=at, seed="x"
    )

    assert len({one["spec"]["key"] for one in attempt.questions}) == 6


def test_a_table_finds_by_type_competency_and_words(db):
    take(GIFT, COURSE)

    def found(**filters):
        return [one.key for one in queries.entries(COURSE, size=1000, **filters)]

    assert found(search="QUORUM") == ["mtg-quorum"]
    assert found(search="chair", kind="single_choice") == ["mtg-opens"]
    assert found(competency="-") == ["mtg-opens", "mtg-quorum", "mtg-notice"]
    assert set(found(kind="numeric")) > {"mtg-notice"}
    assert len(found()) == len(queries.questions_of(COURSE))
    assert found(search="100%") == []


def test_a_table_turns_its_pages(db):
    take(GIFT)

    assert [one.key for one in queries.entries("meetings", page=1, size=2)] == [
        "mtg-opens",
        "mtg-quorum",
        "mtg-notice",
    ]
    assert [one.key for one in queries.entries("meetings", page=2, size=2)] == ["mtg-notice"]


def test_a_question_says_which_assessments_may_ask_it(db):
    used = [one for one in queries.entries(COURSE, size=1000) if one.assessments]

    assert {assessment.key for one in used for assessment in one.assessments} == {
        COURSE,
        "gov-before",
    }


def test_a_file_waits_for_its_owner_alone_and_not_for_ever(db, at):
    home = make_organisation()
    owner = make_user("owner", organisation=home, role=Role.TRAINER)
    other = make_user("other", organisation=home, role=Role.TRAINER)

    def keep(by, moment):
        return operations.keep_upload(
            b"x",
            bank_key="b",
            title="",
            file_name="a.gift",
            file_format="",
            defaults={},
            by=by,
            at=moment,
        )

    first = keep(owner, LONG_AGO)
    assert queries.upload(first.id, owner, LONG_AGO) is first
    assert queries.upload(first.id, other, LONG_AGO) is None
    assert queries.upload(first.id, owner, at) is None

    second = keep(other, at)
    kept = list(db.session.scalars(db.select(BankUpload.id)))
    assert kept == [second.id]


def test_a_bank_is_made_once(db):
    take(GIFT)
    take(GIFT + "\nOne more {F}")

    assert len(list(db.session.scalars(db.select(QuestionBank)))) == 1
