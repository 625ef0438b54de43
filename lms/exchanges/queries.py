"""Reading exchanges, the board of offers and requests, and stock; lists of exchanges and stock are scoped."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts import queries as accounts
from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, organisations_within, scoped, scoped_get, unscoped
from lms.db import db
from lms.exchanges import rules, stock
from lms.exchanges.evidence import Moments
from lms.exchanges.models import (
    Exchange,
    ExchangeLine,
    Offer,
    Request,
    ResourceType,
    StockAccount,
    StockMovement,
)
from lms.exchanges.rules import (
    ExchangeKind,
    Line,
    Reason,
    ResourceKind,
    Side,
    State,
    Step,
    Story,
    Turn,
)
from lms.web import paging
from lms.web.language import in_language, zone

_OPEN = tuple(state.value for state in rules.OPEN)
Notice = TypeVar("Notice", Offer, Request)


def resource_types() -> list[ResourceType]:
    """All types, by key."""
    return list(db.session.scalars(select(ResourceType).order_by(ResourceType.key)))


def figures(exchanges: Collection[Exchange]) -> dict[UUID, Line]:
    """What each line of the exchanges has come to, from the ledger."""
    lines = {line.id: line for exchange in exchanges for line in exchange.lines}
    found = {
        key: Line(
            agreed=line.quantity,
            places=line.resource_type.places,
            asset=line.resource_type.kind == ResourceKind.ASSET,
            name=in_language(line.resource_type.titles),
        )
        for key, line in lines.items()
    }
    statement = unscoped(
        db.select(StockMovement.line_id, StockMovement.reason, func.sum(StockMovement.quantity))
        .where(StockMovement.line_id.in_(lines))
        .group_by(StockMovement.line_id, StockMovement.reason)
    )
    for key, reason, quantity in db.session.execute(statement):
        found[key] = found[key].moved(Reason(reason), quantity)
    return found


def stories(exchanges: Collection[Exchange], at: datetime) -> dict[UUID, Story]:
    """What the rules need to know of each exchange, by its id."""
    lines = figures(exchanges)
    today = at.astimezone(zone()).date()
    return {
        exchange.id: Story(
            kind=ExchangeKind(exchange.kind),
            state=State(exchange.state),
            dispatch_by=exchange.dispatch_by,
            return_by=exchange.return_by,
            lines=tuple(lines[line.id] for line in exchange.lines),
            confirmed=frozenset((Step(c.step), Side(c.side)) for c in exchange.confirmations),
            today=today,
        )
        for exchange in exchanges
    }


def story(exchange: Exchange, at: datetime) -> Story:
    """What the rules need to know of one exchange."""
    return stories([exchange], at)[exchange.id]


def moments(exchange: Exchange) -> Moments:
    """When things moved last, and whether the giver stands by what was used up."""
    statement = unscoped(
        db.select(StockMovement.reason, func.max(StockMovement.at))
        .where(StockMovement.line_id.in_([line.id for line in exchange.lines]))
        .group_by(StockMovement.reason)
    )
    last = {Reason(reason): at for reason, at in db.session.execute(statement)}
    return Moments(
        dispatched=last.get(Reason.DISPATCH),
        received=last.get(Reason.RECEIPT),
        sent_back=last.get(Reason.SEND_BACK),
        returned=last.get(Reason.TAKE_BACK),
        use_agreed=exchange.confirmation(Step.CONSUME, Side.GIVER) is not None,
    )


def _whole(statement: Any) -> Any:
    """Load what a list shows besides, at once."""
    return statement.options(
        joinedload(Exchange.giver),
        joinedload(Exchange.receiver),
        selectinload(Exchange.lines).joinedload(ExchangeLine.resource_type),
        selectinload(Exchange.confirmations),
    )


def find(key: UUID) -> Exchange | None:
    """One exchange of the viewer's organisations."""
    return scoped_get(Exchange, key, Permission.BELONG)


def movements(exchange: Exchange) -> list[StockMovement]:
    """Every movement of an exchange that the viewer was allowed to open, oldest first."""
    statement = (
        everywhere(StockMovement)
        .where(StockMovement.line_id.in_([line.id for line in exchange.lines]))
        .options(joinedload(StockMovement.by))
        .order_by(StockMovement.at, StockMovement.id)
    )
    return list(db.session.scalars(statement))


def _late(today: date) -> ColumnElement[bool]:
    """Not dispatched, or not back, by the day: the same as `Story.late`."""
    return or_(
        and_(Exchange.state == State.AGREED, Exchange.dispatch_by < today),
        and_(
            Exchange.state.in_([State.RECEIVED.value, State.RETURNING.value]),
            Exchange.return_by < today,
        ),
    )


def sides(exchange: Exchange, organisations: Iterable[Organisation]) -> list[Side]:
    """The sides for which somebody who manages exchanges of `organisations` may act."""
    keys = {one.id for one in organisations}
    return [side for side in Side if exchange.organisation(side).id in keys]


@dataclass(frozen=True, slots=True)
class Row:
    """An exchange in a list, with what is due from the viewer's organisations."""

    exchange: Exchange
    story: Story
    due: list[Turn]


def listing(
    at: datetime, *, show: str = "open", organisation_id: UUID | None = None, page: int = 1
) -> list[Row]:
    """Exchanges of the viewer's organisations: `show` is open, turn, late or all.

    One more than a page holds, so that the page knows whether there are more.
    """
    statement = _whole(scoped(Exchange, Permission.BELONG)).order_by(
        Exchange.dispatch_by.desc(), Exchange.id.desc()
    )
    if organisation_id is not None:
        statement = statement.where(
            or_(Exchange.giver_id == organisation_id, Exchange.receiver_id == organisation_id)
        )
    if show != "all":
        statement = statement.where(Exchange.state.in_(_OPEN))
    mine = accounts.organisations_with(Permission.MANAGE_EXCHANGES)
    skip = (page - 1) * paging.SIZE
    # Whose turn it is, and whether anything is still owed, follows from the ledger, not from a column.
    if show in ("turn", "late"):
        if show == "late":
            statement = statement.where(_late(at.astimezone(zone()).date()))
        rows = _rows(db.session.scalars(statement).all(), mine, at)
        kept = [row for row in rows if (row.story.late if show == "late" else row.due)]
        return kept[skip : skip + paging.SIZE + 1]
    return _rows(db.session.scalars(paging.window(statement, page)).all(), mine, at)


def _rows(exchanges: Sequence[Exchange], mine: Collection[Organisation], at: datetime) -> list[Row]:
    told = stories(exchanges, at)
    rows = []
    for exchange in exchanges:
        own = sides(exchange, mine)
        due = [turn for turn in rules.turns(told[exchange.id]) if turn.due and turn.side in own]
        rows.append(Row(exchange, told[exchange.id], due))
    return rows


def card(user: User, at: datetime) -> dict[str, Any] | None:
    """What waits for the organisations to which a person belongs, and what is overdue."""
    manageable = {one.id for one in accounts.organisations_with(Permission.MANAGE_EXCHANGES)}
    mine = [one for one in accounts.own_organisations(user) if one.id in manageable]
    if not mine:
        return None
    keys = [one.id for one in mine]
    statement = (
        _whole(scoped(Exchange, Permission.MANAGE_EXCHANGES))
        .where(
            or_(Exchange.giver_id.in_(keys), Exchange.receiver_id.in_(keys)),
            Exchange.state.in_(_OPEN),
        )
        .order_by(Exchange.dispatch_by, Exchange.id)
    )
    rows = _rows(db.session.scalars(statement).all(), mine, at)
    due = [row for row in rows if row.due]
    late = [row for row in rows if row.story.late]
    if not (due or late):
        return None
    return {"due": due, "late": late, "kind": "turn" if due else ""}


def notices(model: type[Notice], on: date) -> list[tuple[Notice, Decimal]]:
    """Open offers or requests of all partners with what is left of each, soonest first."""
    last = Offer.until_on if model is Offer else Request.needed_by
    statement = (
        select(model)
        .where(model.state == "open")
        .options(joinedload(model.organisation), joinedload(model.resource_type))
        .order_by(last, model.id)
    )
    if model is Offer:
        statement = statement.where(Offer.until_on >= on)
    found = db.session.scalars(statement).all()
    taken = promised(found)
    left = [(one, one.quantity - taken[one.id]) for one in found]
    return [(one, rest) for one, rest in left if rest > 0]


def notice(model: type[Notice], key: UUID) -> Notice | None:
    """One offer or request; all partners may read it."""
    return db.session.get(model, key)


def own_notice(model: type[Notice], key: UUID) -> Notice | None:
    """One offer or request of an organisation whose exchanges the viewer manages."""
    statement = select(model).where(
        model.id == key,
        model.organisation_id.in_(organisations_within(Permission.MANAGE_EXCHANGES)),
    )
    return db.session.scalar(statement)


def promised(found: Sequence[Offer | Request]) -> dict[UUID, Decimal]:
    """How much of each offer, or for each request, has been agreed on."""
    taken: dict[UUID, Decimal] = defaultdict(Decimal)
    keys = [one.id for one in found]
    for column in (Exchange.offer_id, Exchange.request_id):
        statement = unscoped(
            db.select(column, func.sum(ExchangeLine.quantity))
            .join(ExchangeLine, ExchangeLine.exchange_id == Exchange.id)
            .where(
                column.in_(keys),
                Exchange.state.not_in([State.PROPOSED.value, State.CANCELLED.value]),
            )
            .group_by(column)
        )
        for key, quantity in db.session.execute(statement):
            taken[key] += quantity
    return taken


@dataclass(frozen=True, slots=True)
class Holding:
    """What an organisation has of one type, what of it is promised but not yet gone, and what is free."""

    account: StockAccount
    balance: Decimal
    promised: Decimal

    @property
    def free(self) -> Decimal:
        """What can be promised to others; below zero when more was promised than is there."""
        return self.balance - self.promised


def holdings() -> list[Holding]:
    """The stock of the viewer's organisations, by organisation and type."""
    statement = (
        scoped(StockAccount, Permission.BELONG)
        .join(StockAccount.organisation)
        .join(StockAccount.resource_type)
        .options(joinedload(StockAccount.organisation), joinedload(StockAccount.resource_type))
        .order_by(Organisation.path, ResourceType.key)
    )
    found = list(db.session.scalars(statement))
    promises = unscoped(
        db.select(Exchange.giver_id, ExchangeLine.resource_type_id, func.sum(ExchangeLine.quantity))
        .join(ExchangeLine, ExchangeLine.exchange_id == Exchange.id)
        .where(
            Exchange.state == State.AGREED.value,
            Exchange.giver_id.in_({one.organisation_id for one in found}),
        )
        .group_by(Exchange.giver_id, ExchangeLine.resource_type_id)
    )
    promised_now = {(giver, kind): total for giver, kind, total in db.session.execute(promises)}
    held = stock.balances([one.id for one in found])
    return [
        Holding(
            one,
            held[one.id],
            promised_now.get((one.organisation_id, one.resource_type_id), Decimal(0)),
        )
        for one in found
    ]


def stock_account(key: UUID) -> StockAccount | None:
    """One account of the viewer's organisations."""
    return scoped_get(StockAccount, key, Permission.BELONG)


@dataclass(frozen=True, slots=True)
class Entry:
    """A movement as one account sees it: `quantity` is below zero when it leaves; `balance` is after it."""

    movement: StockMovement
    quantity: Decimal
    balance: Decimal
    exchange: Exchange | None


def ledger(account: StockAccount, page: int = 1) -> list[Entry]:
    """The movements of an account, newest first, with the balance after each; one more than a page."""
    signed = case(
        (StockMovement.to_account_id == account.id, StockMovement.quantity),
        else_=-StockMovement.quantity,
    )
    running = func.sum(signed).over(order_by=(StockMovement.at, StockMovement.id))
    statement = (
        unscoped(select(StockMovement, signed, running))
        .where(
            or_(
                StockMovement.from_account_id == account.id,
                StockMovement.to_account_id == account.id,
            )
        )
        .options(
            joinedload(StockMovement.by),
            joinedload(StockMovement.line).joinedload(ExchangeLine.exchange),
        )
        .order_by(StockMovement.at.desc(), StockMovement.id.desc())
    )
    return [
        Entry(movement, quantity, balance, movement.line.exchange if movement.line else None)
        for movement, quantity, balance in db.session.execute(paging.window(statement, page))
    ]
