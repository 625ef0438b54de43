"""Evidence is recorded once, never edited, superseded or withdrawn with a reason."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from factories.accounts import make_organisation, make_user
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
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
