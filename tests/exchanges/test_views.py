"""What the pages show to whom, what they change, and what they refuse."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest

from factories.exchanges import (
    START,
    confirm,
    held,
    make_exchange,
    make_traders,
    move,
)
from lms import clock
from lms.accounts.scope import everywhere
from lms.db import db as handle
from lms.exchanges import operations
from lms.exchanges.models import (
    Exchange,
    Offer,
    Request,
    ResourceType,
    StockAccount,
    StockMovement,
)
from lms.exchanges.rules import ExchangeKind, Side, Step


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: START)


def stored(app, model, **narrowed):
    with app.app_context():
        return list(handle.session.scalars(everywhere(model).filter_by(**narrowed)))


def world(app, *steps, agreed=True, **more):
    """An exchange on which the steps with their quantities were recorded; its id and those of its lines."""
    with app.app_context():
        traders = make_traders()
        loan = make_exchange(traders, agreed=agreed, **more)
        for step, *quantities in steps:
            move(traders, loan, step, *quantities)
        return loan.id, [line.id.hex for line in loan.lines]


def ids(app):
    """Ids of organisations by code and of types by key, as forms send them."""
    from lms.accounts.queries import organisation_by_code

    with app.app_context():
        found = {code: str(organisation_by_code(code).id) for code in ("mission", "north", "south")}
    return found | {one.key: str(one.id) for one in stored(app, ResourceType)}


def token(page):
    return re.search(r'name="request_key"[^>]*value="(\w+)"', page.text)[1]


def test_an_exchange_runs_through_the_browser(app, login):
    """From the resource to the evidence, with every form as a partner would fill it."""
    with app.app_context():
        make_traders(tents=0, fuel="0")
    giver, receiver = login("giver"), login("receiver")
    made = giver.post(
        "/exchanges/types/new",
        data={
            "kind": "asset",
            "places": "0",
            "title_en": "Boats",
            "unit_en": "boats",
            "title_fr": "Bateaux",
        },
    )
    assert made.status_code == 303
    known = ids(app)
    stocked = giver.post(
        "/exchanges/stock/record",
        data={
            "organisation": known["mission"],
            "reason": "opening",
            "resource_type": known["boats"],
            "quantity": "6",
            "request_key": "s",
        },
    )
    offered = giver.post(
        "/exchanges/offers/new",
        data={
            "organisation": known["mission"],
            "resource_type": known["boats"],
            "quantity": "4",
            "from_on": "2026-03-02",
            "until_on": "2026-04-01",
            "request_key": "o",
        },
    )
    assert (stocked.status_code, offered.status_code) == (303, 303)
    board = receiver.get("/exchanges/offers")
    assert "Boats" in board.text
    address = re.search(r'href="(/exchanges/new\?offer=[^"]+)"', board.text)[1]
    page = receiver.get(address)
    proposal = {
        "own": known["north"],
        "kind": "loan",
        "dispatch_by": "2026-03-10",
        "return_by": "2026-03-20",
        "type_1": known["boats"],
        "quantity_1": "3",
        "request_key": token(page),
    }
    answers = [receiver.post(address, data=proposal) for _ in range(2)]
    (exchange,) = stored(app, Exchange)
    assert {one.location for one in answers} == {f"/exchanges/{exchange.id}"}
    here = f"/exchanges/{exchange.id}"

    assert "Your turn" in giver.get(here).text
    assert "Waiting for" in receiver.get(here).text
    giver.post(f"{here}/confirm/agree?side=giver")
    for browser, step in (
        (giver, "dispatch"),
        (receiver, "receive"),
        (receiver, "send-back"),
        (giver, "take-back"),
    ):
        form = browser.get(f"{here}/record/{step}")
        line = re.search(r'name="(line_\w+)"[^>]*value="3"', form.text)[1]
        data = {line: "3", "request_key": token(form)}
        assert browser.post(f"{here}/record/{step}", data=data).status_code == 303
        # The answer was lost; the browser sends the form again.
        assert browser.post(f"{here}/record/{step}", data=data).status_code == 303
        if step == "receive":
            assert "Confirm the quantities received" in giver.get(here).text
            giver.post(f"{here}/confirm/receive?side=giver")
    receiver.post(f"{here}/confirm/take-back?side=receiver")
    receiver.post(f"{here}/confirm/close?side=receiver")
    giver.post(f"{here}/confirm/close?side=giver")

    assert stored(app, Exchange)[0].state == "closed"
    assert len(stored(app, StockMovement)) == 5
    from lms.evidence.models import Evidence

    pieces = stored(app, Evidence)
    assert [piece.value for piece in pieces] == [Decimal(1)] * 4
    assert "closed" in giver.get(here).text


def test_over_receipt_is_explained_and_writes_nothing(app, login):
    key, (tents, fuel) = world(app, (Step.DISPATCH, "10", "4.5"))
    receiver = login("receiver")
    address = f"/exchanges/{key}/record/receive"
    before = len(stored(app, StockMovement))

    for quantities, words in (
        (("11", "4.5"), "at most 10"),
        (("10", "4.55"), "1 digits"),
        (("9.5", "4.5"), "0 digits"),
        (("0", "0"), "above zero"),
        (("-1", "0"), "above zero"),
        (("many", "0"), "Write a number"),
        (("", "1"), "required"),
    ):
        data = dict(zip((f"line_{tents}", f"line_{fuel}"), quantities, strict=True))
        answer = receiver.post(address, data={**data, "request_key": "one"})
        assert answer.status_code == 422, quantities
        assert words in answer.text, quantities

    assert len(stored(app, StockMovement)) == before
    assert stored(app, Exchange)[0].state == "dispatched"


def test_an_empty_store_is_explained(app, login):
    with app.app_context():
        loan = make_exchange(make_traders(tents=1))
        key, lines = loan.id, [line.id.hex for line in loan.lines]

    answer = login("giver").post(
        f"/exchanges/{key}/record/dispatch",
        data={f"line_{lines[0]}": "10", f"line_{lines[1]}": "1", "request_key": "one"},
    )

    assert answer.status_code == 422
    assert "only 1 in stock" in answer.text
    assert stored(app, Exchange)[0].state == "agreed"


def test_a_third_organisation_finds_nothing(app, login):
    key, _ = world(app, (Step.DISPATCH, "10", "4.5"))
    account = stored(app, StockAccount, kind="organisation")[0].id
    outsider = login("outsider")

    for page in ("", "/record/receive", "/confirm/close?side=receiver"):
        assert outsider.get(f"/exchanges/{key}{page}").status_code == 404, page
        assert outsider.post(f"/exchanges/{key}{page}").status_code in (404, 405), page
    assert outsider.get(f"/exchanges/stock/{account}").status_code == 404
    for page in ("/exchanges/?show=all", "/exchanges/stock", "/"):
        assert "Tents" not in outsider.get(page).text, page


def test_a_learner_reads_and_a_side_acts_only_for_itself(app, login):
    key, _ = world(app)
    learner, receiver = login("learner"), login("receiver")

    assert "Tents" in learner.get(f"/exchanges/{key}").text
    assert "Your turn" not in learner.get(f"/exchanges/{key}").text
    assert learner.get("/exchanges/new").status_code == 403
    assert learner.post(f"/exchanges/{key}/record/dispatch").status_code == 403
    assert receiver.post(f"/exchanges/{key}/record/dispatch").status_code == 403
    assert receiver.post(f"/exchanges/{key}/confirm/close?side=giver").status_code == 403
    assert receiver.post(f"/exchanges/{key}/confirm/nothing?side=receiver").status_code == 404
    assert receiver.post(f"/exchanges/{key}/record/agree").status_code == 404
    assert receiver.post(f"/exchanges/{key}/confirm/close?side=us").status_code == 404
    # Not their turn: a sentence, not a form.
    assert receiver.get(f"/exchanges/{key}/record/receive").status_code == 409
    assert receiver.post(f"/exchanges/{key}/confirm/send-back?side=receiver").status_code == 404


def test_the_other_sides_people_are_not_named(app, login):
    """Trap 15: of the partner the organisation is shown, of one's own side who it was."""
    key, _ = world(app)

    giver, receiver = (login(name).get(f"/exchanges/{key}").text for name in ("giver", "receiver"))

    assert "Rami Receiver" in receiver
    assert "Gita Giver" not in receiver
    assert "Rami Receiver" not in giver
    assert "North" in giver


def test_a_loss_needs_a_reason_of_both(app, login):
    key, (tents, fuel) = world(app, (Step.DISPATCH, "10", "4.5"))
    giver, receiver = login("giver"), login("receiver")
    receiver.post(
        f"/exchanges/{key}/record/receive",
        data={f"line_{tents}": "9", f"line_{fuel}": "4.5", "request_key": "one"},
    )
    address = f"/exchanges/{key}/confirm/write-off?side="

    assert giver.post(address + "giver", data={"note": ""}).status_code == 422
    assert giver.post(address + "giver", data={"note": "Fell off"}).status_code == 303
    assert stored(app, Exchange)[0].state == "dispatched"
    assert "Fell off" in receiver.get(f"/exchanges/{key}").text
    assert receiver.post(address + "receiver", data={"note": "Searched"}).status_code == 303
    assert stored(app, Exchange)[0].state == "received"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"partner": "north"}, "needs two organisations"),
        ({"return_by": ""}, "day of return"),
        ({"dispatch_by": "2026-03-01"}, "in the past"),
        ({"quantity_1": "1.5"}, "0 digits"),
        ({"quantity_1": ""}, "required"),
        ({"type_2": "tents", "quantity_2": "2"}, "each only once"),
        ({"type_2": "fuel"}, "Line 2 needs both"),
        ({"partner": ""}, "required"),
        ({"own": "mission"}, "Not a valid choice"),
        ({"kind": "sale"}, "Not a valid choice"),
    ],
)
def test_a_bad_proposal_is_explained_and_changes_nothing(app, login, wrong, words):
    with app.app_context():
        make_traders()
    known = ids(app)
    data = {
        "side": "receiver",
        "own": "north",
        "partner": "mission",
        "kind": "loan",
        "dispatch_by": "2026-03-10",
        "return_by": "2026-03-20",
        "type_1": "tents",
        "quantity_1": "2",
        "request_key": "p",
    } | wrong

    answer = login("receiver").post(
        "/exchanges/new", data={name: known.get(value, value) for name, value in data.items()}
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert stored(app, Exchange) == []


def test_a_request_is_answered_and_closed_by_its_own(app, login):
    with app.app_context():
        make_traders()
    known = ids(app)
    giver, receiver, outsider = login("giver"), login("receiver"), login("outsider")
    data = {
        "organisation": known["north"],
        "resource_type": known["tents"],
        "quantity": "5",
        "needed_by": "2026-03-30",
        "purpose": "Families at the ford",
        "request_key": "r",
    }
    for _ in range(2):
        assert receiver.post("/exchanges/requests/new", data=data).status_code == 303
    (wanted,) = stored(app, Request)
    address = f"/exchanges/new?request={wanted.id}"

    assert 'value="5"' in giver.get(address).text
    answered = giver.post(
        address,
        data={
            "own": known["mission"],
            "kind": "donation",
            "dispatch_by": "2026-03-20",
            "type_1": known["tents"],
            "quantity_1": "5",
            "request_key": "a",
        },
    )
    assert answered.status_code == 303
    (exchange,) = stored(app, Exchange)
    assert (str(exchange.giver_id), exchange.request_id) == (known["mission"], wanted.id)
    assert "Families at the ford" in outsider.get("/exchanges/offers").text
    assert outsider.post(f"/exchanges/requests/{wanted.id}/close").status_code == 404
    assert receiver.post(f"/exchanges/requests/{wanted.id}/close").status_code == 303
    assert "Families" not in outsider.get("/exchanges/offers").text
    assert giver.get(f"/exchanges/new?offer={wanted.id}").status_code == 404
    assert giver.get("/exchanges/new?offer=nonsense").status_code == 404
    assert giver.post(f"/exchanges/{exchange.id}/confirm/agree?side=giver").status_code == 303


def test_bad_offers_are_explained(app, login):
    with app.app_context():
        make_traders()
    known = ids(app)
    data = {
        "organisation": known["mission"],
        "resource_type": known["tents"],
        "quantity": "5",
        "from_on": "2026-03-02",
        "until_on": "2026-03-30",
        "request_key": "o",
    }
    giver = login("giver")

    for wrong in (
        {"until_on": "2026-03-01"},
        {"quantity": "0"},
        {"quantity": "2.5"},
        {"organisation": known["north"]},
        {"from_on": "soon"},
    ):
        assert giver.post("/exchanges/offers/new", data=data | wrong).status_code == 422, wrong
    assert stored(app, Offer) == []
    wrong_type = {"kind": "asset", "places": "2", "title_en": "Cars", "unit_en": "cars"}
    assert giver.post("/exchanges/types/new", data=wrong_type).status_code == 422


def test_the_ledger_shows_a_running_balance(app, login):
    with app.app_context():
        traders = make_traders()
        gift = make_exchange(
            traders,
            kind=ExchangeKind.DONATION,
            return_by=None,
            lines=[(traders.tents, Decimal(30))],
        )
        move(traders, gift, Step.DISPATCH, "30")
        promise = make_exchange(traders)
        assert (held(traders.mission, traders.tents), promise.state) == (70, "agreed")
    giver = login("giver")

    page = giver.get("/exchanges/stock").text
    address = re.search(r'href="(/exchanges/stock/[0-9a-f-]{36})"><bdi>70', page)[1]
    ledger = giver.get(address).text

    # Seventy in stock, ten promised, sixty free.
    numbers = [
        re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r'<td class="number".*?</td>', page)
    ]
    assert "60 tents" in numbers
    assert "10 tents" in numbers
    assert ledger.index("-30") < ledger.index("+100")
    assert "Tents from Mission to North" in ledger


def test_the_list_and_the_home_page_say_what_waits_and_what_is_late(app, login, monkeypatch):
    key, _ = world(app)
    giver, receiver = login("giver"), login("receiver")
    name = "Tents, Fuel from Mission to North"

    assert name in giver.get("/exchanges/?show=turn").text
    assert name not in receiver.get("/exchanges/?show=turn").text
    assert "1 exchange waits for you" in giver.get("/").text
    assert "Nothing is late" in giver.get("/exchanges/?show=late").text
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(days=9))
    assert name in receiver.get("/exchanges/?show=late").text
    assert "1 exchange is late" in receiver.get("/").text
    with app.app_context():
        loan = handle.session.get(Exchange, key)
        for side in Side:
            operations.confirm(
                loan, Step.CANCEL, side, note="Not needed", by=None, at=START + timedelta(days=9)
            )
        handle.session.commit()
    assert name not in giver.get("/exchanges/").text
    assert name in giver.get("/exchanges/?show=all&page=1&organisation=bad").text
    assert "Not needed" in giver.get(f"/exchanges/{key}").text


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_opens_in_each_language(app, login, language):
    with app.app_context():
        traders = make_traders()
        loan = make_exchange(traders)
        move(traders, loan, Step.DISPATCH, "10", "4.5")
        move(traders, loan, Step.RECEIVE, "10", "4.5")
        confirm(traders, loan, Step.RECEIVE, Side.GIVER)
        key = loan.id
    account = stored(app, StockAccount, kind="organisation")[0].id
    giver = login("giver")
    with giver.session_transaction() as cookie:
        cookie["language"] = language

    for page in (
        "",
        "?show=late",
        "offers",
        "offers/new",
        "requests/new",
        "new",
        "stock",
        "stock/record",
        f"stock/{account}",
        "types/new",
        f"{key}",
    ):
        assert giver.get(f"/exchanges/{page}").status_code == 200, page
