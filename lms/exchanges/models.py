"""Resource types, custodian accounts and the stock ledger; offers, requests and exchanges."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    event,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from lms.accounts.models import Organisation, User
from lms.accounts.scope import Viewer, scoped_by, scoped_by_organisation
from lms.db import Base, Identified
from lms.db.types import Exact, UtcDateTime
from lms.exchanges.rules import (
    AccountKind,
    ExchangeKind,
    Reason,
    ResourceKind,
    Side,
    State,
    Step,
)


def _one_of(column: str, kinds: Any) -> CheckConstraint:
    return CheckConstraint(f"{column} IN {tuple(one.value for one in kinds)}", name=column)


class ResourceType(Identified, Base):
    """What can be exchanged, in which unit. Shared by all partners, like the names of organisations."""

    __tablename__ = "resource_types"
    __table_args__ = (
        _one_of("kind", ResourceKind),
        CheckConstraint("places BETWEEN 0 AND 3", name="places"),
        CheckConstraint("kind = 'consumable' OR places = 0", name="whole"),
    )

    key: Mapped[str] = mapped_column(Text, unique=True)
    #: By language.
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    kind: Mapped[str] = mapped_column(Text)
    #: By language, such as litres or tents.
    units: Mapped[dict[str, str]] = mapped_column(JSON)
    #: Digits after the point that a quantity may have.
    places: Mapped[int] = mapped_column(default=0)


@scoped_by_organisation("organisation_id")
class StockAccount(Identified, Base):
    """Who or what holds stock of one type: its balance is never stored, only reckoned from movements.

    `code` is unique and says which: one account for each organisation and type, one for each line on the road,
    and one opening, consumed and lost account for each type.
    """

    __tablename__ = "stock_accounts"
    __table_args__ = (
        _one_of("kind", AccountKind),
        CheckConstraint("(kind = 'organisation') = (organisation_id IS NOT NULL)", name="owner"),
        CheckConstraint("(kind = 'in-transit') = (line_id IS NOT NULL)", name="line"),
    )

    code: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    resource_type_id: Mapped[UUID] = mapped_column(ForeignKey("resource_types.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_lines.id"))

    resource_type: Mapped[ResourceType] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


def _touching(cls: Any, within: Any, _viewer: Viewer) -> Any:
    accounts = select(StockAccount.id).where(StockAccount.organisation_id.in_(within))
    return or_(cls.from_account_id.in_(accounts), cls.to_account_id.in_(accounts))


@scoped_by(_touching)
class StockMovement(Identified, Base):
    """What left one account and entered another: written once, never edited or deleted."""

    __tablename__ = "stock_movements"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("from_account_id <> to_account_id", name="accounts"),
        _one_of("reason", Reason),
        Index(None, "from_account_id"),
        Index(None, "to_account_id"),
        Index(None, "line_id"),
    )

    once_key: Mapped[str] = mapped_column(Text, unique=True)
    resource_type_id: Mapped[UUID] = mapped_column(ForeignKey("resource_types.id"))
    from_account_id: Mapped[UUID] = mapped_column(ForeignKey("stock_accounts.id"))
    to_account_id: Mapped[UUID] = mapped_column(ForeignKey("stock_accounts.id"))
    quantity: Mapped[Decimal] = mapped_column(Exact(3))
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, default="")
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_lines.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))

    from_account: Mapped[StockAccount] = relationship(foreign_keys=[from_account_id])
    to_account: Mapped[StockAccount] = relationship(foreign_keys=[to_account_id])
    line: Mapped["ExchangeLine | None"] = relationship()
    by: Mapped[User | None] = relationship()


@event.listens_for(Session, "before_flush")
def _append_only(session: Session, _context: object, _instances: object) -> None:
    """The ledger's first guard; the second is a trigger in the database."""
    changed = [row for row in session.dirty if session.is_modified(row, include_collections=False)]
    if any(isinstance(row, StockMovement) for row in (*changed, *session.deleted)):
        raise RuntimeError("a stock movement is never edited or deleted: record another")


class Offer(Identified, Base):
    """What an organisation can spare. All partners read offers: that is what they are for."""

    __tablename__ = "exchange_offers"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("until_on >= from_on", name="days"),
    )

    once_key: Mapped[str] = mapped_column(Text, unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    resource_type_id: Mapped[UUID] = mapped_column(ForeignKey("resource_types.id"))
    quantity: Mapped[Decimal] = mapped_column(Exact(3))
    from_on: Mapped[date]
    until_on: Mapped[date]
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default="open")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    resource_type: Mapped[ResourceType] = relationship()


class Request(Identified, Base):
    """What an organisation needs, until when and for what. All partners read requests."""

    __tablename__ = "exchange_requests"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("state IN ('open', 'closed')", name="state"),
    )

    once_key: Mapped[str] = mapped_column(Text, unique=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    resource_type_id: Mapped[UUID] = mapped_column(ForeignKey("resource_types.id"))
    quantity: Mapped[Decimal] = mapped_column(Exact(3))
    needed_by: Mapped[date]
    purpose: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default="open")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation] = relationship()
    resource_type: Mapped[ResourceType] = relationship()


@scoped_by(lambda cls, within, _viewer: cls.giver_id.in_(within) | cls.receiver_id.in_(within))
class Exchange(Identified, Base):
    """A loan or donation between two organisations; both see it, and both confirm each step."""

    __tablename__ = "exchanges"
    __table_args__ = (
        _one_of("kind", ExchangeKind),
        _one_of("state", State),
        CheckConstraint("giver_id <> receiver_id", name="sides"),
        CheckConstraint("(kind = 'loan') = (return_by IS NOT NULL)", name="loan"),
        CheckConstraint("return_by IS NULL OR return_by > dispatch_by", name="days"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index(None, "state"),
    )

    once_key: Mapped[str] = mapped_column(Text, unique=True)
    giver_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default=State.PROPOSED.value)
    #: Last days, by the calendar of the site's time zone.
    dispatch_by: Mapped[date]
    return_by: Mapped[date | None]
    offer_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_offers.id"), index=True)
    request_id: Mapped[UUID | None] = mapped_column(ForeignKey("exchange_requests.id"), index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    giver: Mapped[Organisation] = relationship(foreign_keys=[giver_id])
    receiver: Mapped[Organisation] = relationship(foreign_keys=[receiver_id])
    offer: Mapped[Offer | None] = relationship()
    request: Mapped[Request | None] = relationship()
    lines: Mapped[list["ExchangeLine"]] = relationship(
        back_populates="exchange", order_by="ExchangeLine.number"
    )
    confirmations: Mapped[list["Confirmation"]] = relationship(
        back_populates="exchange", order_by="Confirmation.at, Confirmation.id"
    )

    def organisation(self, side: Side) -> Organisation:
        """The organisation on a side."""
        return self.giver if side is Side.GIVER else self.receiver

    def confirmation(self, step: Step, side: Side) -> "Confirmation | None":
        """Who confirmed a step for a side, or None."""
        return next((c for c in self.confirmations if (c.step, c.side) == (step, side)), None)


class ExchangeLine(Identified, Base):
    """One resource type of an exchange. What was moved is reckoned from the ledger.

    Reached through its exchange.
    """

    __tablename__ = "exchange_lines"
    __table_args__ = (
        UniqueConstraint("exchange_id", "resource_type_id"),
        CheckConstraint("quantity > 0", name="quantity"),
    )

    exchange_id: Mapped[UUID] = mapped_column(ForeignKey("exchanges.id"))
    number: Mapped[int]
    resource_type_id: Mapped[UUID] = mapped_column(ForeignKey("resource_types.id"))
    #: What was agreed.
    quantity: Mapped[Decimal] = mapped_column(Exact(3))

    exchange: Mapped[Exchange] = relationship(back_populates="lines")
    resource_type: Mapped[ResourceType] = relationship()


class Confirmation(Identified, Base):
    """That a side stands by a step, once. Reached through its exchange."""

    __tablename__ = "exchange_confirmations"
    __table_args__ = (
        UniqueConstraint("exchange_id", "step", "side"),
        _one_of("step", Step),
        _one_of("side", Side),
    )

    exchange_id: Mapped[UUID] = mapped_column(ForeignKey("exchanges.id"))
    step: Mapped[str] = mapped_column(Text)
    side: Mapped[str] = mapped_column(Text)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: The reason for a loss or for cancelling.
    note: Mapped[str] = mapped_column(Text, default="")

    exchange: Mapped[Exchange] = relationship(back_populates="confirmations")
    user: Mapped[User | None] = relationship()
