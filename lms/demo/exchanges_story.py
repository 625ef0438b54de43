"""Thirty exchanges of the demo's year: most closed in time, some late, some incomplete, some still under way."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.accounts.models import User
from lms.demo import cast
from lms.exchanges import operations, stock
from lms.exchanges.models import Exchange, ResourceType
from lms.exchanges.rules import ExchangeKind, ResourceKind, Side, Step

if TYPE_CHECKING:
    from lms.demo.story import World

#: Titles, units, kind, places, and what the mission has of it.
TYPES = (
    (
        {"en": "Boat", "fr": "Bateau", "ar": "قارب"},
        {"en": "boats", "fr": "bateaux", "ar": "قوارب"},
        ResourceKind.ASSET,
        0,
        12,
    ),
    (
        {"en": "Water pump", "fr": "Pompe à eau", "ar": "مضخة مياه"},
        {"en": "pumps", "fr": "pompes", "ar": "مضخات"},
        ResourceKind.ASSET,
        0,
        16,
    ),
    (
        {"en": "Tent", "fr": "Tente", "ar": "خيمة"},
        {"en": "tents", "fr": "tentes", "ar": "خيام"},
        ResourceKind.ASSET,
        0,
        120,
    ),
    (
        {"en": "Diesel", "fr": "Gazole", "ar": "ديزل"},
        {"en": "litres", "fr": "litres", "ar": "لترات"},
        ResourceKind.CONSUMABLE,
        1,
        5000,
    ),
)
#: Who signs for an organisation.
SIGNS = {
    "unmiv": "logistics",
    "clean-water-now": "water-lead",
    "lumeya": "amina",
    "karsa": "karsa-admin",
    "ombeni": "ombeni-admin",
    "tiraz": "tiraz-admin",
}
DISTRICTS = ("lumeya", "karsa", "ombeni", "tiraz")
COUNT = 30


def add_exchanges(world: "World") -> None:
    """Resource types, opening stock, offers and requests, and thirty exchanges."""
    start = world.moment(395)
    types = []
    for titles, units, kind, places, amount in TYPES:
        made = operations.add_resource_type(
            titles=titles, units=units, kind=kind, places=places, by=world.admin, at=start
        )
        types.append(made)
        for code, share in (
            ("unmiv", Decimal(1)),
            ("lumeya", Decimal("0.25")),
            ("clean-water-now", Decimal("0.25")),
        ):
            stock.record_stock(
                world.organisations[code],
                made,
                Decimal(amount) * share,
                request_key=f"demo:{code}:{made.key}",
                by=world.people[SIGNS[code]],
                at=start,
            )
    _add_notices(world, types)
    for number in range(COUNT):
        _exchange(world, types, number)


def _add_notices(world: "World", types: list[ResourceType]) -> None:
    today = world.today
    operations.make_offer(
        world.organisations["unmiv"],
        types[1],
        Decimal(4),
        from_on=today,
        until_on=today + timedelta(days=60),
        note="With hoses of 50 m and an operator for the first day.",
        request_key="demo:offer",
        by=world.people["logistics"],
        at=world.moment(3),
    )
    operations.make_request(
        world.organisations["tiraz"],
        types[0],
        Decimal(2),
        needed_by=today + timedelta(days=25),
        purpose="Boats for the wards that flood first.",
        request_key="demo:request",
        by=world.people["tiraz-admin"],
        at=world.moment(2),
    )


def _exchange(world: "World", types: list[ResourceType], number: int) -> None:
    receiver = DISTRICTS[number % 4]
    giver = "unmiv" if receiver == "lumeya" or number % 3 else "lumeya"
    strength = next(body.strength for body in cast.BODIES if body.code == receiver)
    resource_type = types[number % 3 if giver == "lumeya" or number % 5 else 3]
    loan = resource_type.kind == ResourceKind.ASSET.value
    quantity = Decimal(40 + 10 * (number % 4)) if not loan else Decimal(1 + number % 2)
    # The last four are still under way: just agreed, on their way, lent out, and due back.
    at = world.moment(max(2, 340 - number * 12))
    people = {Side.GIVER: world.people[SIGNS[giver]], Side.RECEIVER: world.people[SIGNS[receiver]]}
    exchange = operations.propose_exchange(
        giver=world.organisations[giver],
        receiver=world.organisations[receiver],
        side=Side.RECEIVER,
        kind=ExchangeKind.LOAN if loan else ExchangeKind.DONATION,
        lines=[(resource_type, quantity)],
        dispatch_by=(at + timedelta(days=6)).date(),
        return_by=(at + timedelta(days=26)).date() if loan else None,
        request_key=f"demo:exchange:{number}",
        by=people[Side.RECEIVER],
        at=at,
    )
    operations.confirm(
        exchange, Step.AGREE, Side.GIVER, by=people[Side.GIVER], at=at + timedelta(days=1)
    )
    late = world.chance.random() > 0.85
    _follow(world, exchange, people, at + timedelta(days=9 if late else 4), strength, quantity)


def _follow(
    world: "World",
    exchange: Exchange,
    people: dict[Side, User],
    at: datetime,
    strength: float,
    quantity: Decimal,
) -> None:
    """Dispatch, receive, return and close, as far as the year has come."""
    (line,) = exchange.lines
    now, giver, receiver = world.moment(0, hour=17), people[Side.GIVER], people[Side.RECEIVER]
    loan = exchange.kind == ExchangeKind.LOAN.value
    if at > now:
        return
    operations.move(exchange, Step.DISPATCH, {line.id: quantity}, by=giver, at=at)
    arrives = at + timedelta(days=1)
    if arrives > now:
        return
    operations.move(exchange, Step.RECEIVE, {line.id: quantity}, by=receiver, at=arrives)
    operations.confirm(exchange, Step.RECEIVE, Side.GIVER, by=giver, at=arrives)
    done = arrives
    if loan:
        in_time = world.chance.random() < 0.35 + 0.65 * strength
        back = at + timedelta(days=16 if in_time else 40)
        if back > now:
            return
        operations.move(exchange, Step.SEND_BACK, {line.id: quantity}, by=receiver, at=back)
        done = back + timedelta(days=1)
        if done > now:
            return
        operations.move(exchange, Step.TAKE_BACK, {line.id: quantity}, by=giver, at=done)
        operations.confirm(exchange, Step.TAKE_BACK, Side.RECEIVER, by=receiver, at=done)
    operations.confirm(exchange, Step.CLOSE, Side.GIVER, by=giver, at=done)
    operations.confirm(exchange, Step.CLOSE, Side.RECEIVER, by=receiver, at=done)
