"""The stock ledger: accounts, balances and movements. Nothing else writes a movement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from uuid_utils.compat import uuid4

from lms.accounts.models import Organisation, User
from lms.accounts.scope import everywhere, unscoped
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused
from lms.exchanges import rules
from lms.exchanges.models import ExchangeLine, ResourceType, StockAccount, StockMovement
from lms.exchanges.rules import GUARDED, AccountKind, Reason
from lms.web.language import in_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A movement to be made."""

    origin: StockAccount
    target: StockAccount
    quantity: Decimal
    reason: Reason
    once_key: str
    note: str = ""
    line: ExchangeLine | None = None


def account(
    kind: AccountKind,
    resource_type: ResourceType,
    *,
    organisation: Organisation | None = None,
    line: ExchangeLine | None = None,
) -> StockAccount:
    """The account of a custodian, opened at its first use."""
    owner = organisation or line
    code = f"{kind.value}:{resource_type.id}" + (f":{owner.id}" if owner else "")
    statement = everywhere(StockAccount).where(StockAccount.code == code)
    known = db.session.scalar(statement)
    if known is not None:
        return known
    made = StockAccount(
        code=code,
        kind=kind.value,
        resource_type=resource_type,
        organisation=organisation,
        line_id=line.id if line else None,
    )
    db.session.add(made)
    db.session.flush()
    return made


def balances(keys: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What each account holds: all that came in less all that went out."""
    found = dict.fromkeys(keys, Decimal(0))
    for column, sign in ((StockMovement.to_account_id, 1), (StockMovement.from_account_id, -1)):
        statement = unscoped(
            db.select(column, func.sum(StockMovement.quantity))
            .where(column.in_(found))
            .group_by(column)
        )
        for key, total in db.session.execute(statement):
            found[key] += sign * total
    return found


def lock(accounts: Iterable[StockAccount]) -> None:
    """Hold the accounts until the end of the transaction, in one order, so that nobody waits in a circle."""
    keys = {one.id for one in accounts}
    statement = unscoped(
        select(StockAccount.id)
        .where(StockAccount.id.in_(keys))
        .order_by(StockAccount.id)
        .with_for_update()
    )
    db.session.execute(statement).all()


def is_posted(once_keys: Iterable[str]) -> bool:
    """Whether any of the movements was made before: the request is a repetition."""
    statement = everywhere(StockMovement.id).where(StockMovement.once_key.in_(list(once_keys)))
    return db.session.scalar(statement.limit(1)) is not None


def post(postings: list[Posting], *, by: User | None, at: datetime) -> None:
    """Write movements, all or none; no organisation and no road ever holds less than nothing.

    Raises:
        Refused: `stock.short` with what there is.
    """
    guarded = {
        one.origin.id: one.origin for one in postings if AccountKind(one.origin.kind) in GUARDED
    }
    lock(guarded.values())
    left = balances(guarded)
    for one in postings:
        if one.origin.id in guarded:
            if left[one.origin.id] < one.quantity:
                raise Refused(
                    "stock.short",
                    name=in_language(one.origin.resource_type.titles),
                    available=format(left[one.origin.id].normalize(), "f"),
                )
            left[one.origin.id] -= one.quantity
        db.session.add(
            StockMovement(
                once_key=one.once_key,
                resource_type_id=one.origin.resource_type_id,
                from_account=one.origin,
                to_account=one.target,
                quantity=one.quantity,
                reason=one.reason.value,
                note=one.note,
                line=one.line,
                at=at,
                by_id=by.id if by else None,
            )
        )
    db.session.flush()


def record_stock(
    organisation: Organisation,
    resource_type: ResourceType,
    quantity: Decimal,
    *,
    reason: Reason = Reason.OPENING,
    note: str = "",
    request_key: str = "",
    by: User | None,
    at: datetime,
) -> None:
    """Take stock into the books (opening), or out of them (use, loss); the same form sent twice counts once.

    Raises:
        Refused: `stock.reason`, `quantity.…`, `stock.short`; `stock.note` for a loss without a word why.
    """
    name = in_language(resource_type.titles)
    rules.check_quantity(quantity, resource_type.places, name)
    own = account(AccountKind.ORGANISATION, resource_type, organisation=organisation)
    if reason is Reason.LOSS and not note.strip():
        raise Refused("stock.note")
    other = {
        Reason.OPENING: AccountKind.OPENING,
        Reason.USE: AccountKind.CONSUMED,
        Reason.LOSS: AccountKind.LOST,
    }.get(reason)
    if other is None:
        raise Refused("stock.reason")
    once_key = f"{by.id if by else ''}:{request_key or uuid4().hex}"
    lock([own])
    if is_posted([once_key]):
        return
    outside = account(other, resource_type)
    origin, target = (outside, own) if reason is Reason.OPENING else (own, outside)
    posting = Posting(
        origin=origin,
        target=target,
        quantity=quantity,
        reason=reason,
        once_key=once_key,
        note=note.strip(),
    )
    post([posting], by=by, at=at)
    audit(
        by,
        f"stock.{reason.value}",
        own,
        at=at,
        organisation_id=organisation.id,
        changes={"quantity": str(quantity), "resource": resource_type.key},
    )
