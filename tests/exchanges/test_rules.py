"""What may be done when, and how much: by example, and for any sequence of allowed steps."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.errors import Refused
from lms.exchanges import rules
from lms.exchanges.rules import (
    DOER,
    FLOW,
    GUARDED,
    AccountKind,
    ExchangeKind,
    Line,
    Reason,
    ResourceKind,
    Side,
    State,
    Step,
    Story,
)

TODAY = date(2026, 3, 2)


def story(state=State.PROPOSED, *lines, kind=ExchangeKind.LOAN, confirmed=(), today=TODAY):
    return Story(
        kind=kind,
        state=state,
        dispatch_by=TODAY + timedelta(days=5),
        return_by=TODAY + timedelta(days=9) if kind is ExchangeKind.LOAN else None,
        lines=lines or (Line(agreed=Decimal(10)),),
        confirmed=frozenset(confirmed),
        today=today,
    )


def offered(told):
    return {(turn.step, turn.side) for turn in rules.turns(told)}


@pytest.mark.parametrize(
    ("quantity", "places", "code"),
    [
        ("0", 0, "quantity.range"),
        ("-1", 0, "quantity.range"),
        ("1000000001", 0, "quantity.range"),
        ("NaN", 0, "quantity.range"),
        ("1.5", 0, "quantity.places"),
        ("1.25", 1, "quantity.places"),
    ],
)
def test_a_quantity_must_suit_the_unit(quantity, places, code):
    with pytest.raises(Refused) as refused:
        rules.check_quantity(Decimal(quantity), places)

    assert refused.value.code == code


def test_an_asset_is_counted_in_whole_pieces():
    rules.check_places(ResourceKind.CONSUMABLE, 3)
    rules.check_places(ResourceKind.ASSET, 0)
    for kind, places in ((ResourceKind.ASSET, 1), (ResourceKind.CONSUMABLE, 4)):
        with pytest.raises(Refused, match=r"resource.places"):
            rules.check_places(kind, places)


def test_terms():
    def check(kind=ExchangeKind.LOAN, out=1, back=2, same=False):
        back_on = TODAY + timedelta(days=back) if back is not None else None
        rules.check_terms(kind, TODAY + timedelta(days=out), back_on, same=same, today=TODAY)

    check()
    check(ExchangeKind.DONATION, back=None)
    for wrong, code in (
        ({"same": True}, "exchange.same"),
        ({"out": -1}, "exchange.day-past"),
        ({"back": None}, "exchange.return-day"),
        ({"back": 1}, "exchange.return-day"),
    ):
        with pytest.raises(Refused, match=code):
            check(**wrong)


def test_more_than_is_there_is_refused_at_each_step():
    line = Line(
        agreed=Decimal(10), dispatched=Decimal(8), received=Decimal(6), sent_back=Decimal(2)
    )
    most = {
        Step.DISPATCH: 2,
        Step.RECEIVE: 2,
        Step.WRITE_OFF: 2,
        Step.CONSUME: 4,
        Step.SEND_BACK: 4,
        Step.TAKE_BACK: 2,
    }
    for step, quantity in most.items():
        rules.check_amounts(step, [(line, Decimal(quantity))])
        with pytest.raises(Refused, match=f"exchange.over-{step.value}"):
            rules.check_amounts(step, [(line, Decimal(quantity + 1))])
    with pytest.raises(Refused, match=r"exchange.nothing"):
        rules.check_amounts(Step.RECEIVE, [(line, Decimal(0))])


def test_an_offer_is_promised_once():
    rules.check_commitment(Decimal(4), Decimal(6), Decimal(10), "Tents")
    with pytest.raises(Refused, match=r"exchange.over-commitment") as refused:
        rules.check_commitment(Decimal(5), Decimal(6), Decimal(10), "Tents")

    assert refused.value.values["most"] == "4"


def test_whose_turn_it_is():
    agreed = (Step.AGREE, Side.RECEIVER)
    assert (Step.AGREE, Side.GIVER) in offered(story(confirmed=[agreed]))
    assert agreed not in offered(story(confirmed=[agreed]))
    assert (Step.DISPATCH, Side.GIVER) in offered(story(State.AGREED))
    assert (Step.CLOSE, Side.RECEIVER) not in offered(story(State.AGREED))
    undelivered = story(State.AGREED, today=TODAY + timedelta(days=6))
    assert undelivered.late
    assert (Step.CLOSE, Side.RECEIVER) in offered(undelivered)
    for ended in (State.CLOSED, State.CANCELLED):
        assert not rules.turns(story(ended))
    with pytest.raises(Refused, match=r"exchange.not-now"):
        rules.check_turn(story(State.AGREED), Step.RECEIVE, Side.RECEIVER)


def test_a_loan_that_is_owed_closes_only_after_its_day():
    line = Line(agreed=Decimal(3), dispatched=Decimal(3), received=Decimal(3))
    confirmed = [(Step.RECEIVE, Side.GIVER)]
    early = story(State.RECEIVED, line, confirmed=confirmed)
    late = replace(early, today=TODAY + timedelta(days=10))

    assert (Step.CLOSE, Side.GIVER) not in offered(early)
    assert (Step.CLOSE, Side.GIVER) in offered(late)
    assert late.late
    assert not early.late


def test_nobody_closes_before_confirming_what_was_received():
    line = Line(agreed=Decimal(3), dispatched=Decimal(3), received=Decimal(3))
    told = story(State.RECEIVED, line, kind=ExchangeKind.DONATION)

    assert (Step.CLOSE, Side.RECEIVER) in offered(told)
    assert (Step.CLOSE, Side.GIVER) not in offered(told)


def test_a_word_for_other_quantities_is_void():
    one_sided, both = (Step.WRITE_OFF, Side.GIVER), [(Step.CLOSE, side) for side in Side]
    told = dict.fromkeys([one_sided, *both, (Step.AGREE, Side.GIVER)])

    assert rules.void(Step.RECEIVE, told) == [one_sided]
    again = dict.fromkeys((Step.WRITE_OFF_BACK, side) for side in Side)
    assert set(rules.void(Step.SEND_BACK, again)) == set(again)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), kind=st.sampled_from(ExchangeKind), asset=st.booleans())
def test_the_ledger_adds_up_after_any_sequence_of_allowed_steps(data, kind, asset):
    """What leaves one account enters another; no organisation and no road holds less than nothing."""
    agreed = [Decimal(n) for n in data.draw(st.lists(st.integers(1, 20), min_size=1, max_size=2))]
    lines = [Line(agreed=quantity, places=0, asset=asset) for quantity in agreed]
    accounts = [defaultdict(Decimal) for _ in lines]
    for quantity, balance in zip(agreed, accounts, strict=True):
        balance[AccountKind.OPENING] -= quantity
        balance[Side.GIVER] += quantity
    state, confirmed, today = State.PROPOSED, set(), TODAY

    for _ in range(data.draw(st.integers(1, 30))):
        told = story(state, *lines, kind=kind, confirmed=confirmed, today=today)
        turns = rules.turns(told)
        if not turns:
            break
        turn = data.draw(st.sampled_from(turns))
        today += timedelta(days=data.draw(st.integers(0, 3)))
        step, amounts = turn.step, None
        if turn.moves:
            amounts = [Decimal(data.draw(st.integers(0, int(line.most(step))))) for line in lines]
            if not any(amounts):
                continue
        else:
            confirmed.add((step, turn.side))
            second = (step, turn.side.other) in confirmed
            if step is Step.AGREE and second:
                state = State.AGREED
            elif step is Step.CANCEL and (second or state is State.PROPOSED):
                state = State.CANCELLED
            elif step is Step.CLOSE and second:
                state = State.CLOSED
            elif step in (Step.WRITE_OFF, Step.WRITE_OFF_BACK) and second:
                amounts = [line.most(step) for line in lines]
        if amounts is not None:
            rules.check_amounts(step, zip(lines, amounts, strict=True))
            for number, amount in enumerate(amounts):
                reason = lines[number].reason(step)
                origin, target = FLOW[reason]
                accounts[number][origin] -= amount
                accounts[number][target] += amount
                lines[number] = lines[number].moved(reason, amount)
            state = rules.state_of(kind, lines)
            if turn.moves:
                confirmed.add((step, DOER[step]))
                confirmed -= set(rules.void(step, dict.fromkeys(confirmed)))

        for line, balance in zip(lines, accounts, strict=True):
            assert sum(balance.values()) == 0
            for holder in (*Side, *GUARDED):
                assert balance[holder] >= 0
            assert balance[AccountKind.IN_TRANSIT] == line.on_way + line.on_way_back
            assert balance[Side.RECEIVER] == line.with_receiver
            if state is State.CLOSED:
                assert not balance[AccountKind.IN_TRANSIT]


def test_every_movement_of_an_exchange_has_its_accounts_and_its_quantity():
    outside = {Reason.OPENING, Reason.USE, Reason.LOSS}

    assert set(FLOW) == set(rules.PARTS) == set(Reason) - outside
