"""Exchanges from the promise to the evidence, against the database."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from factories.at_once import overlapping, together
from factories.exchanges import (
    DISPATCH_BY,
    START,
    confirm,
    held,
    make_exchange,
    make_traders,
    move,
)
from lms.audit.models import AuditEntry
from lms.db import db as handle
from lms.errors import Refused
from lms.evidence.models import Evidence
from lms.exchanges import operations, queries, stock
from lms.exchanges.models import Exchange, Offer, StockAccount, StockMovement
from lms.exchanges.rules import ExchangeKind, Reason, ResourceKind, Side, State, Step


def count(model=StockMovement):
    return handle.session.scalar(select(func.count()).select_from(model))


def ledger_sum():
    keys = handle.session.scalars(select(StockAccount.id)).all()
    return sum(stock.balances(keys).values())


def evidence(exchange):
    """Numerator and denominator by indicator and organisation."""
    pieces = handle.session.scalars(select(Evidence).where(Evidence.record_id == exchange.id))
    return {
        (p.indicator, p.organisation.code): (p.numerator, p.denominator, p.value) for p in pieces
    }


def test_a_loan_goes_out_and_comes_back(db):
    """Trap 20: partial receipt, loss on the way, use, return in parts; the ledger adds up after each."""
    traders = make_traders()
    loan = make_exchange(traders)
    figures = lambda: list(queries.figures([loan]).values())  # noqa: E731

    move(traders, loan, Step.DISPATCH, "10", "4.5", day=2)
    assert (held(traders.mission, traders.tents), ledger_sum()) == (90, 0)
    move(traders, loan, Step.RECEIVE, "7", "4.5", day=3)
    assert loan.state == State.DISPATCHED
    assert (held(traders.north, traders.tents), figures()[0].on_way) == (7, 3)
    move(traders, loan, Step.RECEIVE, "1", "0", day=4)
    confirm(traders, loan, Step.WRITE_OFF, note="Bridge washed away", day=5)
    assert loan.state == State.RECEIVED
    assert (figures()[0].lost, ledger_sum()) == (2, 0)
    confirm(traders, loan, Step.RECEIVE, Side.GIVER, day=5)
    move(traders, loan, Step.CONSUME, "0", "1.5", day=6, note="Generator")
    confirm(traders, loan, Step.CONSUME, Side.GIVER, day=6)
    move(traders, loan, Step.SEND_BACK, "5", "0", day=7)
    move(traders, loan, Step.TAKE_BACK, "5", "0", day=8)
    assert loan.state == State.RETURNING
    move(traders, loan, Step.SEND_BACK, "3", "3", day=9)
    assert held(traders.north, traders.tents) == 0
    move(traders, loan, Step.TAKE_BACK, "3", "3", day=10)
    assert loan.state == State.RETURNED
    confirm(traders, loan, Step.TAKE_BACK, Side.RECEIVER, day=10)
    confirm(traders, loan, Step.CLOSE, day=11)

    assert loan.state == State.CLOSED
    assert held(traders.mission, traders.tents) == 98
    assert held(traders.mission, traders.fuel) == Decimal("498.5")
    assert ledger_sum() == 0
    # By hand: tents 8 of 10, fuel 4.5 of 4.5, so 1.8 of 2 lines; owed 8 tents and 3 litres, all back in time.
    assert evidence(loan) == {
        ("exchange-timeliness", "mission"): (1, 1, 1),
        ("exchange-completeness", "mission"): (Decimal("1.8"), 2, Decimal("0.9")),
        ("exchange-timeliness", "north"): (1, 1, 1),
        ("exchange-completeness", "north"): (2, 2, 1),
    }
    piece = handle.session.scalars(
        select(Evidence).where(Evidence.indicator == "exchange-completeness").order_by(Evidence.id)
    ).first()
    assert (piece.group, piece.assessor.code) == (f"exchange:{loan.id}", "north")


def test_late_and_short_on_both_sides(db):
    """Dispatched a day late, one third received; of four owed three came back, after the day."""
    traders = make_traders()
    loan = make_exchange(traders, lines=[(traders.tents, Decimal(12))])

    move(traders, loan, Step.DISPATCH, "4", day=9)
    move(traders, loan, Step.RECEIVE, "4", day=10)
    confirm(traders, loan, Step.RECEIVE, Side.GIVER, day=10)
    move(traders, loan, Step.SEND_BACK, "3", day=19)
    move(traders, loan, Step.TAKE_BACK, "3", day=20)
    with pytest.raises(Refused, match=r"exchange.not-now"):
        operations.confirm(
            loan, Step.CLOSE, Side.GIVER, by=traders.giver, at=START + timedelta(days=12)
        )
    handle.session.rollback()
    confirm(traders, loan, Step.CLOSE, day=21)

    third = Decimal("0.333333")
    assert evidence(loan) == {
        ("exchange-timeliness", "mission"): (0, 1, 0),
        ("exchange-completeness", "mission"): (third, 1, third),
        ("exchange-timeliness", "north"): (0, 1, 0),
        ("exchange-completeness", "north"): (Decimal("0.75"), 1, Decimal("0.75")),
    }


def test_a_donation_speaks_of_its_giver_alone(db):
    traders = make_traders()
    gift = make_exchange(
        traders,
        kind=ExchangeKind.DONATION,
        return_by=None,
        lines=[(traders.fuel, Decimal("2.5"))],
    )

    move(traders, gift, Step.DISPATCH, "2.5", day=8)
    move(traders, gift, Step.RECEIVE, "2.5", day=9)
    confirm(traders, gift, Step.RECEIVE, Side.GIVER, day=9)
    confirm(traders, gift, Step.CLOSE, day=9)

    assert set(evidence(gift)) == {
        ("exchange-timeliness", "mission"),
        ("exchange-completeness", "mission"),
    }
    days = {p.indicator: p.observed_on for p in handle.session.scalars(select(Evidence))}
    assert days == {
        "exchange-timeliness": date(2026, 3, 10),
        "exchange-completeness": date(2026, 3, 11),
    }


def test_use_without_the_givers_word_counts_as_not_returned(db):
    traders = make_traders()
    loan = make_exchange(traders, lines=[(traders.fuel, Decimal(4))])

    move(traders, loan, Step.DISPATCH, "4")
    move(traders, loan, Step.RECEIVE, "4", day=1)
    confirm(traders, loan, Step.RECEIVE, Side.GIVER, day=1)
    move(traders, loan, Step.CONSUME, "4", day=2, note="Ambulance")
    assert loan.state == State.CONSUMED
    confirm(traders, loan, Step.CLOSE, day=3)

    assert evidence(loan)["exchange-completeness", "north"] == (0, 1, 0)
    assert evidence(loan)["exchange-timeliness", "north"] == (0, 1, 0)


def test_what_was_never_dispatched_can_be_closed_and_counts(db):
    traders = make_traders()
    loan = make_exchange(traders)

    confirm(traders, loan, Step.CLOSE, day=9)

    assert evidence(loan) == {
        ("exchange-timeliness", "mission"): (0, 1, 0),
        ("exchange-completeness", "mission"): (0, 2, 0),
    }
    pieces = handle.session.scalars(select(Evidence)).all()
    assert {piece.observed_on for piece in pieces} == {DISPATCH_BY}


def test_over_receipt_and_an_empty_store_are_refused_and_nothing_is_written(db):
    traders = make_traders(tents=5, fuel="10")
    loan = make_exchange(traders)

    # Fuel would be there, tents are not: neither moves.
    with pytest.raises(Refused, match=r"stock.short") as refused:
        move(traders, loan, Step.DISPATCH, "10", "4.5")
    handle.session.rollback()
    assert refused.value.values == {"name": "Tents", "available": "5"}
    assert (count(), loan.state) == (2, State.AGREED)
    move(traders, loan, Step.DISPATCH, "5", "4.5")
    with pytest.raises(Refused, match=r"exchange.over-receive"):
        move(traders, loan, Step.RECEIVE, "6", "4.5")
    handle.session.rollback()

    assert (count(), held(traders.north, traders.fuel)) == (4, 0)


def test_the_same_form_moves_stock_once(db):
    """Trap 22."""
    traders = make_traders()
    loan = make_exchange(traders)

    for _ in range(3):
        move(traders, loan, Step.DISPATCH, "10", "4.5", request_key="one")
        stock.record_stock(
            traders.north, traders.tents, Decimal(2), request_key="x", by=traders.receiver, at=START
        )

    assert (held(traders.mission, traders.tents), held(traders.north, traders.tents)) == (90, 2)


def test_nobody_stands_for_both_sides(db):
    traders = make_traders()
    loan = make_exchange(traders, agreed=False)

    with pytest.raises(Refused, match=r"exchange.other-side"):
        operations.confirm(loan, Step.AGREE, Side.GIVER, by=traders.receiver, at=START)


def test_cancelling_a_promise_takes_both_and_frees_the_offer(db):
    traders = make_traders()
    offer = operations.make_offer(
        traders.mission,
        traders.tents,
        Decimal(10),
        from_on=START.date(),
        until_on=date(2026, 4, 1),
        by=traders.giver,
        at=START,
    )
    seven = {"offer": offer, "lines": [(traders.tents, Decimal(7))]}
    first = make_exchange(traders, **seven, agreed=False)
    second = make_exchange(traders, **seven, agreed=False)
    confirm(traders, first, Step.AGREE, Side.GIVER)

    with pytest.raises(Refused, match=r"exchange.over-commitment"):
        confirm(traders, second, Step.AGREE, Side.GIVER)
    handle.session.rollback()
    with pytest.raises(Refused, match=r"exchange.over-commitment"):
        make_exchange(traders, **seven, agreed=False)
    handle.session.rollback()
    confirm(traders, first, Step.CANCEL, Side.GIVER, note="Needed here")
    assert first.state == State.AGREED
    confirm(traders, first, Step.CANCEL, Side.RECEIVER, note="We understand")
    assert first.state == State.CANCELLED
    confirm(traders, second, Step.AGREE, Side.GIVER)
    assert second.state == State.AGREED
    assert queries.notices(Offer, START.date()) == [(offer, Decimal(3))]


def test_a_new_movement_makes_half_a_word_void(db):
    traders = make_traders()
    loan = make_exchange(traders)
    move(traders, loan, Step.DISPATCH, "10", "4.5")
    confirm(traders, loan, Step.WRITE_OFF, Side.GIVER, note="Stolen, we hear")

    move(traders, loan, Step.RECEIVE, "9", "4.5", day=1)
    confirm(traders, loan, Step.WRITE_OFF, Side.RECEIVER, note="One is missing", day=1)

    assert loan.state == State.DISPATCHED
    confirm(traders, loan, Step.WRITE_OFF, Side.GIVER, note="So it is", day=2)
    assert queries.figures([loan])[loan.lines[0].id].lost == 1


def test_a_line_that_mixes_up_an_offer_or_repeats_a_type_is_refused(db):
    traders = make_traders()
    offer = operations.make_offer(
        traders.mission,
        traders.tents,
        Decimal(10),
        from_on=START.date(),
        until_on=date(2026, 4, 1),
        by=None,
        at=START,
    )

    for lines, code in (
        ([(traders.fuel, Decimal(1))], "exchange.notice"),
        ([(traders.tents, Decimal(1)), (traders.tents, Decimal(2))], "exchange.lines"),
        ([(traders.tents, Decimal("1.5"))], "quantity.places"),
        ([], "exchange.lines"),
    ):
        with pytest.raises(Refused, match=code):
            make_exchange(traders, offer=offer, lines=lines)
        handle.session.rollback()
    assert count(Exchange) == 0


def test_stock_is_used_up_and_lost_with_a_word_and_a_type_is_added_once(db):
    traders = make_traders(tents=3)
    for reason, note in ((Reason.USE, ""), (Reason.LOSS, "Burnt")):
        stock.record_stock(
            traders.mission, traders.tents, Decimal(1), reason=reason, note=note, by=None, at=START
        )

    assert (held(traders.mission, traders.tents), ledger_sum()) == (1, 0)
    for reason, quantity, code in (
        (Reason.LOSS, 1, "stock.note"),
        (Reason.USE, 2, "stock.short"),
        (Reason.DISPATCH, 1, "stock.reason"),
    ):
        with pytest.raises(Refused, match=code):
            stock.record_stock(
                traders.mission, traders.tents, Decimal(quantity), reason=reason, by=None, at=START
            )
    with pytest.raises(Refused, match=r"resource.known"):
        operations.add_resource_type(
            titles={"en": "  Tents "},
            units={"en": "tents"},
            kind=ResourceKind.ASSET,
            by=None,
            at=START,
        )


def test_a_movement_is_neither_edited_nor_deleted(db):
    make_traders()
    movement = handle.session.scalars(select(StockMovement)).first()

    movement.quantity = Decimal(1)
    with pytest.raises(RuntimeError, match="never edited"):
        handle.session.flush()
    handle.session.rollback()
    handle.session.delete(handle.session.scalars(select(StockMovement)).first())
    with pytest.raises(RuntimeError, match="never edited"):
        handle.session.flush()
    handle.session.rollback()
    for deed in ("UPDATE stock_movements SET quantity = 1", "DELETE FROM stock_movements"):
        with pytest.raises(DBAPIError, match="append-only"):
            handle.session.execute(text(deed))
        handle.session.rollback()


def test_what_has_exchanges_is_not_deleted(db):
    """Trap 21: the database refuses to lose an organisation, a type or an exchange with a ledger."""
    traders = make_traders()
    move(traders, make_exchange(traders), Step.DISPATCH, "1", "1")

    for table in (
        "organisations",
        "resource_types",
        "exchanges",
        "exchange_lines",
        "stock_accounts",
    ):
        with pytest.raises(DBAPIError):
            handle.session.execute(text(f"DELETE FROM {table}"))
        handle.session.rollback()


def test_two_dispatches_at_once_do_not_take_more_than_there_is(app):
    with app.app_context():
        traders = make_traders(tents=12)
        keys = [make_exchange(traders).id for _ in range(2)]

    def dispatch(key):
        exchange = handle.session.get(Exchange, key)
        amounts = {line.id: line.quantity for line in exchange.lines}
        operations.move(exchange, Step.DISPATCH, amounts, by=None, at=START)

    found = together(app, *(lambda key=key: dispatch(key) for key in keys))

    assert found == ["done", "stock.short"]
    with app.app_context():
        assert ledger_sum() == 0
        mission = handle.session.merge(traders.mission)
        assert held(mission, handle.session.merge(traders.tents)) == 2


def test_one_form_sent_twice_at_once_and_two_receipts_at_once(app):
    with app.app_context():
        traders = make_traders()
        loan = make_exchange(traders)
        move(traders, loan, Step.DISPATCH, "10", "4.5")
        key, receiver = loan.id, traders.receiver.id

    def receive(request_key):
        exchange = handle.session.get(Exchange, key)
        by = handle.session.get(type(traders.receiver), receiver)
        amounts = {line.id: line.quantity for line in exchange.lines}
        operations.move(exchange, Step.RECEIVE, amounts, request_key=request_key, by=by, at=START)

    assert together(app, lambda: receive("a"), lambda: receive("a")) == ["done", "done"]
    assert together(app, lambda: receive("b"), lambda: receive("c")) == ["exchange.not-now"] * 2
    with app.app_context():
        north = handle.session.merge(traders.north)
        assert held(north, handle.session.merge(traders.tents)) == 10


def test_an_offer_taken_off_the_board_twice_at_once_is_closed_once(app):
    with app.app_context():
        traders = make_traders()
        operations.make_offer(
            traders.mission,
            traders.tents,
            Decimal(5),
            from_on=START.date(),
            until_on=START.date() + timedelta(days=9),
            by=traders.giver,
            at=START,
        )
        handle.session.commit()

    def close():
        offer = handle.session.scalars(select(Offer)).one()
        operations.close_notice(offer, by=None, at=START)

    assert overlapping(app, close, close) == ["done", "done"]
    with app.app_context():
        closed = select(AuditEntry).where(AuditEntry.action == "offer.closed")
        assert len(handle.session.scalars(closed).all()) == 1
