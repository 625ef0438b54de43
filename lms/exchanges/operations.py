"""Offering, requesting, agreeing and confirming. Each operation takes `by` and `at`; the edge commits."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from uuid_utils.compat import uuid4

from lms.accounts.models import Organisation, User
from lms.accounts.once import made_before, once_key
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.errors import Refused
from lms.evidence.operations import record as record_evidence
from lms.exchanges import queries, rules, stock
from lms.exchanges.evidence import facts_of_exchange
from lms.exchanges.models import (
    Confirmation,
    Exchange,
    ExchangeLine,
    Offer,
    Request,
    ResourceType,
    StockAccount,
)
from lms.exchanges.rules import (
    ASKED_FOR,
    DOER,
    IMPLIED,
    WITH_REASON,
    AccountKind,
    ExchangeKind,
    Holder,
    ResourceKind,
    Side,
    State,
    Step,
)
from lms.web.language import in_language, zone

Row = TypeVar("Row", Offer, Request, Exchange)


def _once(
    model: type[Row], request_key: str, by: User | None, make: Callable[[str], Row]
) -> tuple[Row, bool]:
    """Make a row under a unique key, or give the one that the same form made before; and whether it is new."""
    key = once_key(by, request_key)
    known = made_before(model, key)
    if known is not None:
        return known, False
    made = make(key)
    db.session.add(made)
    db.session.flush()
    return made, True


def _key_of(title: str) -> str:
    """A key from a title: letters and digits of any script, joined by hyphens."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    return re.sub(r"[^\w]+", "-", plain).strip("-_")


def add_resource_type(
    *,
    titles: dict[str, str],
    units: dict[str, str],
    kind: ResourceKind,
    places: int = 0,
    key: str = "",
    by: User | None,
    at: datetime,
) -> ResourceType:
    """Add a type of resource that all partners can use; the key comes from the first title.

    Raises:
        Refused: `resource.known`, `resource.title`, `resource.places`.
    """
    key = key or _key_of(next(iter(titles.values()), ""))
    if not key or not units:
        raise Refused("resource.title")
    rules.check_places(kind, places)
    known = db.session.scalar(db.select(ResourceType).where(ResourceType.key == key))
    if known is not None:
        raise Refused("resource.known", name=in_language(known.titles))
    made = ResourceType(key=key, titles=titles, units=units, kind=kind.value, places=places)
    db.session.add(made)
    db.session.flush()
    audit(by, "resource-type.added", made, at=at)
    return made


def make_offer(
    organisation: Organisation,
    resource_type: ResourceType,
    quantity: Decimal,
    *,
    from_on: date,
    until_on: date,
    note: str = "",
    request_key: str = "",
    by: User | None,
    at: datetime,
) -> Offer:
    """Tell partners what can be spared; the same form sent twice is one offer.

    Raises:
        Refused: `quantity.…`, `offer.days`.
    """
    rules.check_quantity(quantity, resource_type.places, in_language(resource_type.titles))
    if until_on < max(from_on, at.astimezone(zone()).date()):
        raise Refused("offer.days")

    def make(once_key: str) -> Offer:
        return Offer(
            once_key=once_key,
            organisation=organisation,
            resource_type=resource_type,
            quantity=quantity,
            from_on=from_on,
            until_on=until_on,
            note=note.strip(),
            made_at=at,
        )

    return _once(Offer, request_key, by, make)[0]


def make_request(
    organisation: Organisation,
    resource_type: ResourceType,
    quantity: Decimal,
    *,
    needed_by: date,
    purpose: str = "",
    request_key: str = "",
    by: User | None,
    at: datetime,
) -> Request:
    """Tell partners what is needed; the same form sent twice is one request.

    Raises:
        Refused: `quantity.…`, `exchange.day-past`.
    """
    rules.check_quantity(quantity, resource_type.places, in_language(resource_type.titles))
    if needed_by < at.astimezone(zone()).date():
        raise Refused("exchange.day-past", day=needed_by.isoformat())

    def make(once_key: str) -> Request:
        return Request(
            once_key=once_key,
            organisation=organisation,
            resource_type=resource_type,
            quantity=quantity,
            needed_by=needed_by,
            purpose=purpose.strip(),
            made_at=at,
        )

    return _once(Request, request_key, by, make)[0]


def close_notice(notice: Offer | Request, *, by: User | None, at: datetime) -> None:
    """Take an offer or a request off the board; exchanges made from it go on."""
    hold(notice)
    if notice.state == "closed":
        return
    notice.state = "closed"
    db.session.flush()
    action = f"{'offer' if isinstance(notice, Offer) else 'request'}.closed"
    audit(by, action, notice, at=at, organisation_id=notice.organisation_id)


def propose_exchange(
    *,
    giver: Organisation,
    receiver: Organisation,
    side: Side,
    kind: ExchangeKind,
    lines: Sequence[tuple[ResourceType, Decimal]],
    dispatch_by: date,
    return_by: date | None = None,
    offer: Offer | None = None,
    request: Request | None = None,
    note: str = "",
    request_key: str = "",
    by: User | None,
    at: datetime,
) -> Exchange:
    """Propose an exchange for one side, which thereby agrees; the same form sent twice is one exchange.

    Args:
        side: the side that proposes.
        lines: each resource type once.
        return_by: only for a loan.

    Raises:
        Refused: `exchange.same`, `exchange.day-past`, `exchange.return-day`, `exchange.lines`, `quantity.…`,
            `exchange.notice`, `exchange.over-commitment`.
    """
    today = at.astimezone(zone()).date()
    rules.check_terms(kind, dispatch_by, return_by, same=giver.id == receiver.id, today=today)
    if not lines or len({one.id for one, _ in lines}) < len(lines):
        raise Refused("exchange.lines")
    for resource_type, quantity in lines:
        name = in_language(resource_type.titles)
        rules.check_quantity(quantity, resource_type.places, name)
    notices = ((offer, giver), (request, receiver))
    for notice, organisation in notices:
        if notice is not None and notice.organisation_id != organisation.id:
            raise Refused("exchange.notice")

    def make(once_key: str) -> Exchange:
        made = Exchange(
            once_key=once_key,
            giver=giver,
            receiver=receiver,
            kind=kind.value,
            state=State.PROPOSED.value,
            dispatch_by=dispatch_by,
            return_by=return_by if kind is ExchangeKind.LOAN else None,
            offer=offer,
            request=request,
            note=note.strip(),
            made_at=at,
        )
        for number, (resource_type, quantity) in enumerate(lines, start=1):
            made.lines.append(
                ExchangeLine(number=number, resource_type=resource_type, quantity=quantity)
            )
        _check_promises(made, at)
        _confirm(made, Step.AGREE, side, by=by, at=at)
        return made

    exchange, new = _once(Exchange, request_key, by, make)
    if new:
        _note(exchange, Step.AGREE, side, by, at, action="exchange.proposed")
    return exchange


def _check_promises(exchange: Exchange, at: datetime) -> None:
    """Refuse to promise more than was offered, or than is asked for; others wait until this is decided."""
    today = at.astimezone(zone()).date()
    for notice in (exchange.offer, exchange.request):
        if notice is None:
            continue
        hold(notice)
        over = isinstance(notice, Offer) and notice.until_on < today
        if notice.state == "closed" or over:
            raise Refused("exchange.notice-closed")
        promised = queries.promised([notice])[notice.id]
        name = in_language(notice.resource_type.titles)
        for line in exchange.lines:
            if line.resource_type.id != notice.resource_type_id:
                raise Refused("exchange.notice")
            rules.check_commitment(line.quantity, promised, notice.quantity, name)


def confirm(
    exchange: Exchange, step: Step, side: Side, *, note: str = "", by: User | None, at: datetime
) -> None:
    """Stand by a step for one side; confirmed before, it stays as it is.

    What follows once both have confirmed: agreed; written off; cancelled; closed, with evidence of both.

    Raises:
        Refused: `exchange.not-now`, `exchange.other-side`, `exchange.reason`, `exchange.over-commitment`.
    """
    hold(exchange)
    if exchange.confirmation(step, side) is not None:
        return
    if DOER.get(step) is side:
        raise Refused("exchange.quantities")
    rules.check_turn(queries.story(exchange, at), step, side)
    _check_one_side(exchange, side, by)
    if step in WITH_REASON and not note.strip():
        raise Refused("exchange.reason")
    if step is Step.AGREE:
        _check_promises(exchange, at)
    proposed = exchange.state == State.PROPOSED
    _confirm(exchange, step, side, note=note, by=by, at=at)
    if exchange.confirmation(step, side.other) is not None or (proposed and step is Step.CANCEL):
        _complete(exchange, step, by=by, at=at)
    db.session.flush()
    _note(exchange, step, side, by, at)


def _complete(exchange: Exchange, step: Step, *, by: User | None, at: datetime) -> None:
    """What happens when the second side has confirmed."""
    if step is Step.AGREE:
        exchange.state = State.AGREED.value
    elif step is Step.CANCEL:
        exchange.state = State.CANCELLED.value
    elif step in (Step.WRITE_OFF, Step.WRITE_OFF_BACK):
        rest = {key: line.most(step) for key, line in queries.figures([exchange]).items()}
        _move(exchange, step, rest, once=f"{step.value}:{uuid4().hex}", by=by, at=at)
    elif step is Step.CLOSE:
        exchange.state, exchange.closed_at = State.CLOSED.value, at
        lines = list(queries.figures([exchange]).values())
        moments = queries.moments(exchange)
        for fact in facts_of_exchange(exchange, lines, moments, zone()):
            record_evidence(fact, by=by, at=at)


def move(
    exchange: Exchange,
    step: Step,
    amounts: Mapping[UUID, Decimal],
    *,
    note: str = "",
    request_key: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """Record the quantities that were dispatched, received, used up, sent back or taken back, by line.

    It confirms the step for the side that does it. The same form sent twice moves stock once.

    Raises:
        Refused: `exchange.not-now`, `exchange.other-side`, `exchange.nothing`, `exchange.over-…`,
            `quantity.…`, `stock.short`, `exchange.reason` for use without a word for what.
    """
    hold(exchange)
    side = DOER[step]
    once = once_key(by, request_key)
    if stock.is_posted(f"{once}:{line.id}" for line in exchange.lines):
        return
    rules.check_turn(queries.story(exchange, at), step, side)
    _check_one_side(exchange, side, by)
    if step is Step.CONSUME and not note.strip():
        raise Refused("exchange.reason")
    _move(exchange, step, amounts, once=once, note=note.strip(), by=by, at=at)
    for confirmed in (IMPLIED.get(step), step):
        if confirmed is not None and exchange.confirmation(confirmed, side) is None:
            _confirm(exchange, confirmed, side, note=note, by=by, at=at)
    standing = {(Step(one.step), Side(one.side)): one for one in exchange.confirmations}
    for key in rules.void(step, standing):
        db.session.delete(standing[key])
    db.session.flush()
    db.session.expire(exchange, ["confirmations"])
    _note(exchange, step, side, by, at)


def _move(
    exchange: Exchange,
    step: Step,
    amounts: Mapping[UUID, Decimal],
    *,
    once: str,
    note: str = "",
    by: User | None,
    at: datetime,
) -> None:
    figures = queries.figures([exchange])
    given = [(figures[line.id], amounts.get(line.id, Decimal(0))) for line in exchange.lines]
    rules.check_amounts(step, given)
    postings = []
    for line, (figure, amount) in zip(exchange.lines, given, strict=True):
        if not amount:
            continue
        reason = figure.reason(step)
        origin, target = (_account(exchange, line, holder) for holder in rules.FLOW[reason])
        postings.append(
            stock.Posting(
                origin=origin,
                target=target,
                quantity=amount,
                reason=reason,
                once_key=f"{once}:{line.id}",
                note=note,
                line=line,
            )
        )
    stock.post(postings, by=by, at=at)
    lines = queries.figures([exchange]).values()
    exchange.state = rules.state_of(ExchangeKind(exchange.kind), lines).value


def _account(exchange: Exchange, line: ExchangeLine, holder: Holder) -> StockAccount:
    if isinstance(holder, Side):
        return stock.account(
            AccountKind.ORGANISATION,
            line.resource_type,
            organisation=exchange.organisation(holder),
        )
    on_road = line if holder is AccountKind.IN_TRANSIT else None
    return stock.account(holder, line.resource_type, line=on_road)


def _check_one_side(exchange: Exchange, side: Side, by: User | None) -> None:
    """Nobody keeps the books of both sides: two pairs of eyes stand behind every step."""
    if by is not None and any(
        one.user_id == by.id and one.side == side.other for one in exchange.confirmations
    ):
        raise Refused("exchange.other-side", organisation=exchange.organisation(side.other).name)


def _confirm(
    exchange: Exchange, step: Step, side: Side, *, note: str = "", by: User | None, at: datetime
) -> None:
    exchange.confirmations.append(
        Confirmation(
            step=step.value,
            side=side.value,
            user_id=by.id if by else None,
            at=at,
            note=note.strip() if step in ASKED_FOR else "",
        )
    )


def _note(
    exchange: Exchange, step: Step, side: Side, by: User | None, at: datetime, action: str = ""
) -> None:
    audit(
        by,
        action or f"exchange.{step.value}",
        exchange,
        at=at,
        organisation_id=exchange.organisation(side).id,
        changes={"side": side.value, "state": exchange.state},
    )
