"""Evidence is recorded once, never edited, superseded or withdrawn with a reason."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from factories.accounts import make_organisation, make_user
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.audit.models import AuditEntry
from lms.errors import Refused
from lms.evidence import operations, queries
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence


def fact(organisation, **more):
    given = {
        "once_key": uuid4().hex,
        "kind": Kind.EXCHANGE,
        "organisation_id": organisation.id,
        "indicator": "exchange-timeliness",
        "value": Decimal("0.5"),
        "observed_on": date(2026, 3, 1),
        "record_kind": "exchange",
        "record_id": uuid4(),
    }
    return Fact(**given | more)


def test_the_same_record_twice_is_one_piece(db, at):
    organisation = make_organisation()
    told = fact(organisation)

    first = operations.record(told, by=None, at=at)
    second = operations.record(told, by=None, at=at)

    assert first.id == second.id


def test_a_fact_is_about_one_thing_and_in_range():
    organisation = type("O", (), {"id": uuid4()})

    with pytest.raises(Refused, match=r"evidence\.subject"):
        fact(organisation, competency="gov-01")
    with pytest.raises(Refused, match=r"evidence\.person"):
        fact(organisation, indicator="", competency="gov-01")
    with pytest.raises(Refused, match=r"evidence\.range"):
        fact(organisation, value=Decimal("1.01"))


def test_withdrawn_and_superseded_evidence_counts_no_longer_and_stays(db, at):
    organisation = make_organisation()
    withdrawn = operations.record(fact(organisation), by=None, at=at)
    corrected = operations.record(fact(organisation), by=None, at=at)

    operations.withdraw(withdrawn, reason="typed for the wrong district", by=None, at=at)
    successor = operations.supersede(
        corrected, fact(organisation, value=Decimal(1)), reason="recounted", by=None, at=at
    )

    counting = db.session.scalars(queries.counting(everywhere(Evidence))).all()
    assert counting == [successor]
    assert len(db.session.scalars(everywhere(Evidence)).all()) == 3
    with pytest.raises(Refused, match=r"evidence\.ended"):
        operations.withdraw(withdrawn, reason="again", by=None, at=at)


def test_many_are_superseded_and_withdrawn_as_one_is(db, at):
    organisation, noor = make_organisation(), make_user("noor")
    pieces = [operations.record(fact(organisation), by=None, at=at) for _ in range(5)]
    assert [piece.end for piece in pieces] == [None] * 5
    facts = [fact(organisation, value=Decimal(n) / 10) for n in range(3)]

    successors = operations.supersede_all(
        list(zip(pieces, facts, strict=False)), reason="recounted", by=noor, at=at
    )
    operations.withdraw_all(pieces[3:4], reason=" a slip ", by=noor, at=at)

    values = dict(db.session.execute(everywhere(Evidence.id, Evidence.value)).all())
    assert [values[key] for key in successors] == [0, Decimal("0.1"), Decimal("0.2")]
    # Objects that the session held before look anew.
    told = [(one.end.kind, one.end.reason, one.end.by_id) if one.end else None for one in pieces]
    assert told == [("superseded", "recounted", noor.id)] * 3 + [
        ("withdrawn", "a slip", noor.id),
        None,
    ]
    assert [piece.end.successor_id for piece in pieces[:3]] == successors
    trail = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("evidence.")))
    assert {
        (
            one.action,
            one.thing_kind,
            one.thing_id,
            one.organisation_id,
            one.by_name,
            one.changes["reason"],
        )
        for one in trail
    } == {
        (f"evidence.{one.end.kind}", "evidence", one.id, organisation.id, noor.name, one.end.reason)
        for one in pieces[:4]
    }


def test_one_that_ended_before_stops_all_of_them(db, at):
    organisation = make_organisation()
    ended, other = (operations.record(fact(organisation), by=None, at=at) for _ in range(2))
    operations.withdraw(ended, reason="a slip", by=None, at=at)
    told = fact(organisation)

    for deed in (
        lambda: operations.withdraw_all([other, ended], reason="x", by=None, at=at),
        lambda: operations.supersede_all(
            [(other, told), (ended, told)], reason="x", by=None, at=at
        ),
    ):
        with pytest.raises(Refused, match=r"evidence\.ended"):
            deed()

    assert other.end is None
    assert len(db.session.scalars(everywhere(Evidence)).all()) == 2


def test_facts_recorded_together_keep_their_order_and_what_was_there(db, at):
    organisation = make_organisation()
    known, new = fact(organisation), fact(organisation)
    first = operations.record(known, by=None, at=at)

    keys = operations.record_all([new, known, new], by=None, at=at)

    assert keys == [keys[0], first.id, keys[0]]
    assert operations.record_all([], by=None, at=at) == []
    assert len(db.session.scalars(everywhere(Evidence)).all()) == 2


def test_evidence_cannot_be_withdrawn_without_a_reason(db, at):
    piece = operations.record(fact(make_organisation()), by=None, at=at)

    with pytest.raises(Refused, match=r"evidence\.reason"):
        operations.withdraw(piece, reason="  ", by=None, at=at)


def test_the_session_refuses_to_edit_evidence(db, at):
    piece = operations.record(fact(make_organisation()), by=None, at=at)
    db.session.commit()

    piece.value = Decimal(1)

    with pytest.raises(RuntimeError, match="never edited"):
        db.session.flush()


@pytest.mark.parametrize("deed", ["UPDATE evidence SET value = 1", "DELETE FROM evidence"])
def test_the_database_itself_refuses(db, at, deed):
    operations.record(fact(make_organisation()), by=None, at=at)
    db.session.commit()

    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(deed))


def test_evidence_of_another_organisation_is_not_found(app, login, at):
    with app.app_context():
        ours, theirs = make_organisation("ours"), make_organisation("theirs")
        make_user("manager", organisation=ours, role=Role.PROGRAMME_MANAGER)
        make_user("admin", organisation=theirs, role=Role.ADMINISTRATOR)
        key = operations.record(fact(theirs), by=None, at=at).id
        app.extensions["sqlalchemy"].session.commit()

    assert login("manager").get(f"/evidence/{key}").status_code == 404
    admin = login("admin")
    assert admin.get(f"/evidence/{key}").status_code == 200
    assert admin.post(f"/evidence/{key}", data={"reason": ""}).status_code == 422
    assert admin.post(f"/evidence/{key}", data={"reason": "a slip"}).status_code == 303
    assert "a slip" in admin.get(f"/evidence/{key}").text
