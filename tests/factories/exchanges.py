"""Exchanges for tests: a mission with stock, two districts, and an exchange driven step by step."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from factories.accounts import LONG_AGO, make_organisation, make_user
from lms.accounts.models import Organisation, User
from lms.accounts.rules import OrganisationKind, Role
from lms.db import db
from lms.exchanges import operations, stock
from lms.exchanges.models import Exchange, ResourceType
from lms.exchanges.rules import AccountKind, ExchangeKind, ResourceKind, Side, Step

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DISPATCH_BY, RETURN_BY = date(2026, 3, 10), date(2026, 3, 20)


@dataclass
class Traders:
    """A mission and two districts, each with a liaison officer, and two resources."""

    mission: Organisation
    north: Organisation
    south: Organisation
    giver: User
    receiver: User
    outsider: User
    tents: ResourceType
    fuel: ResourceType


def make_traders(tents: int = 100, fuel: str = "500") -> Traders:
    """Sign-in names: giver (mission), receiver and learner (north), outsider (south). The mission has stock."""
    mission = make_organisation("mission", kind=OrganisationKind.PEACE_OPERATION)
    north, south = make_organisation("north"), make_organisation("south")
    officer = Role.LIAISON_OFFICER
    made = Traders(
        mission,
        north,
        south,
        make_user("giver", organisation=mission, role=officer, name="Gita Giver"),
        make_user("receiver", organisation=north, role=officer, name="Rami Receiver"),
        make_user("outsider", organisation=south, role=officer, name="Olga Outsider"),
        make_type("tents", kind=ResourceKind.ASSET, unit="tents"),
        make_type("fuel", unit="litres", places=1),
    )
    make_user("learner", organisation=north, name="Lena Learner")
    for kind, quantity in ((made.tents, Decimal(tents)), (made.fuel, Decimal(fuel))):
        if quantity:
            stock.record_stock(mission, kind, quantity, by=None, at=LONG_AGO)
    db.session.commit()
    return made


def make_type(
    key: str = "",
    *,
    kind: ResourceKind = ResourceKind.CONSUMABLE,
    unit: str = "kg",
    places: int = 0,
) -> ResourceType:
    """A resource type called by its key."""
    key = key or f"type-{uuid4().hex[:8]}"
    return operations.add_resource_type(
        key=key,
        titles={"en": key.title()},
        units={"en": unit},
        kind=kind,
        places=places,
        by=None,
        at=LONG_AGO,
    )


def make_exchange(traders: Traders, *, agreed: bool = True, **more: Any) -> Exchange:
    """A loan of ten tents and 4.5 litres from the mission to north, agreed by both."""
    given: dict[str, Any] = {
        "giver": traders.mission,
        "receiver": traders.north,
        "side": Side.RECEIVER,
        "kind": ExchangeKind.LOAN,
        "lines": [(traders.tents, Decimal(10)), (traders.fuel, Decimal("4.5"))],
        "dispatch_by": DISPATCH_BY,
        "return_by": RETURN_BY,
        "by": traders.receiver,
        "at": START,
    }
    exchange = operations.propose_exchange(**{**given, **more})
    if agreed:
        operations.confirm(exchange, Step.AGREE, Side.GIVER, by=traders.giver, at=START)
    db.session.commit()
    return exchange


def move(
    traders: Traders, exchange: Exchange, step: Step, *quantities: str, day: int = 0, **more: Any
) -> None:
    """Record quantities of the lines in order, so many days after the start, and commit."""
    side = operations.DOER[step]
    operations.move(
        exchange,
        step,
        {line.id: Decimal(q) for line, q in zip(exchange.lines, quantities, strict=True)},
        by=traders.giver if side is Side.GIVER else traders.receiver,
        at=START + timedelta(days=day),
        **more,
    )
    db.session.commit()


def confirm(
    traders: Traders, exchange: Exchange, step: Step, *sides: Side, day: int = 0, note: str = ""
) -> None:
    """Confirm for the sides, both unless told otherwise, and commit."""
    for side in sides or tuple(Side):
        by = traders.giver if side is Side.GIVER else traders.receiver
        at = START + timedelta(days=day)
        operations.confirm(exchange, step, side, note=note, by=by, at=at)
    db.session.commit()


def held(organisation: Organisation, kind: ResourceType) -> Decimal:
    """What an organisation has in stock."""
    own = stock.account(AccountKind.ORGANISATION, kind, organisation=organisation)
    return stock.balances([own.id])[own.id]
