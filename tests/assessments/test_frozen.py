"""Wordings are kept once, by their digest; an attempt reads word for word as it was asked."""

from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from factories.accounts import make_organisation, make_user
from factories.assessments import begin, true_false
from factories.learning import STARTED, publish
from lms.accounts.scope import everywhere
from lms.assessments import frozen, operations
from lms.assessments.frozen import FrozenQuestion
from lms.assessments.models import Attempt
from lms.assessments.own import own_attempt


@pytest.fixture
def people(db):
    publish()
    north = make_organisation("north")
    return [make_user(name, organisation=north) for name in ("amina", "idris")]


def wordings(db):
    return db.session.scalar(select(func.count()).select_from(FrozenQuestion))


def forget():
    """As a process that has just started."""
    frozen._remembered.specs.clear()
    frozen._remembered.digests.clear()


def test_the_same_question_is_kept_once_and_an_edited_one_beside_it(db, people):
    first = begin(people[0], true_false("a"), true_false("b"))
    again = begin(people[1], true_false("a"), true_false("b"))
    assert wordings(db) == 2
    edited = {**true_false("a"), "text": {"en": "Is it so?"}}

    operations.submit_attempt(first, at=STARTED + timedelta(minutes=1))
    later = begin(people[0], edited, true_false("b"))
    db.session.commit()
    db.session.expire_all()
    forget()

    assert wordings(db) == 3
    assert {one["spec"]["key"]: one["spec"] for one in later.questions}["a"] == {
        **edited,
        "tags": ["a"],
    }
    for attempt in (first, again):
        kept = {one["spec"]["key"]: one["spec"] for one in attempt.questions}
        assert kept == {key: true_false(key, tags=[key]) for key in "ab"}
        assert all(set(one) <= {"of", "key", "order", "section"} for one in attempt.asked)


def test_a_wording_is_written_again_after_the_transaction_that_wrote_it_was_undone(db, people):
    db.session.commit()
    asked = true_false("a", tags=["a"])
    frozen.whole(frozen.freeze([{"spec": asked}]))
    db.session.rollback()
    assert wordings(db) == 0

    attempt = begin(people[0], true_false("a"))
    db.session.commit()
    forget()

    assert wordings(db) == 1
    found = own_attempt(attempt.id, people[0].id)
    assert [one["spec"] for one in found.questions] == [asked]


def test_one_undone_in_a_savepoint_is_written_again(db, people):
    db.session.commit()
    inner = db.session.begin_nested()
    frozen.freeze([{"spec": true_false("a")}])
    inner.rollback()
    frozen.freeze([{"spec": true_false("a")}])
    db.session.commit()

    assert wordings(db) == 1


def test_a_wording_that_is_there_for_good_costs_no_statement(db, people):
    frozen.freeze([{"spec": true_false("a")}])
    db.session.commit()
    sent = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: sent.append(given[2]))

    frozen.freeze([{"spec": true_false("a")}])

    assert not [one for one in sent if "frozen_questions" in one]


def test_a_question_whose_words_were_changed_has_another_digest(db, people):
    attempt = begin(people[0], true_false("a"))
    questions = [dict(one) for one in attempt.questions]
    questions[0]["spec"] = {**questions[0]["spec"], "text": {"en": "Otherwise?"}}

    attempt.questions = questions
    db.session.commit()
    db.session.expire_all()

    assert attempt.questions[0]["spec"]["text"] == {"en": "Otherwise?"}
    assert wordings(db) == 2


def test_the_order_of_languages_is_part_of_a_wording():
    spec = true_false("a")
    one = {**spec, "text": {"en": "So?", "fr": "Alors ?"}}
    other = {**spec, "text": {"fr": "Alors ?", "en": "So?"}}

    assert frozen.digest_of(one) != frozen.digest_of(other)
    assert frozen.digest_of(one) == frozen.digest_of(dict(one))


def test_an_attempt_is_small(db, people):
    long = {**true_false("a"), "explanation": {"en": "word " * 2000}}
    attempt = begin(people[0], long)
    db.session.commit()

    asked = db.session.scalar(everywhere(Attempt.asked).where(Attempt.id == attempt.id))
    assert len(str(asked)) < 200


def test_what_a_process_remembers_has_an_end():
    remembered = frozen._Remembered()
    for number in range(frozen.MOST + 10):
        remembered.add(str(number), {"key": str(number)})

    assert max(len(remembered.specs), len(remembered.digests)) <= frozen.MOST


def test_two_wordings_are_read_also_where_only_one_is_remembered(db, people, monkeypatch):
    attempt = begin(people[0], true_false("a"), true_false("b"))
    forget()
    monkeypatch.setattr(frozen, "MOST", 1)

    for _again in range(2):
        found = frozen.whole(attempt.asked)
        assert [one["spec"]["key"] for one in found] == ["a", "b"]


def test_a_wording_that_is_lost_is_said_by_its_digest(db):
    with pytest.raises(LookupError, match="f" * 32):
        frozen.whole([{"of": "f" * 32, "key": "a", "order": {}}])
