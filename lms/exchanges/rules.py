"""What an exchange may and may not do: its steps, whose turn it is, and how much may move.

Every quantity that can be reckoned from the stock ledger is reckoned from it; the state of an exchange that has
begun to move follows from its lines alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from lms.errors import Refused

#: More than any store holds; keeps exact quantities inside a 64-bit column.
MOST = Decimal(10**9)


class ResourceKind(StrEnum):
    """A consumable is used up; an asset is counted in whole pieces and comes back."""

    CONSUMABLE = "consumable"
    ASSET = "asset"


class ExchangeKind(StrEnum):
    """A loan comes back, a donation does not."""

    LOAN = "loan"
    DONATION = "donation"


class Side(StrEnum):
    """The two partners of an exchange."""

    GIVER = "giver"
    RECEIVER = "receiver"

    @property
    def other(self) -> "Side":
        """The partner."""
        return Side.RECEIVER if self is Side.GIVER else Side.GIVER


class State(StrEnum):
    """How far an exchange is; proposed is before one side has agreed, cancelled the other end."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DISPATCHED = "dispatched"
    RECEIVED = "received"
    RETURNING = "returning"
    RETURNED = "returned"
    CONSUMED = "consumed"
    CLOSED = "closed"
    CANCELLED = "cancelled"


#: States in which an exchange can still change.
OPEN = tuple(state for state in State if state not in (State.CLOSED, State.CANCELLED))


class Step(StrEnum):
    """What both sides confirm."""

    AGREE = "agree"
    DISPATCH = "dispatch"
    RECEIVE = "receive"
    WRITE_OFF = "write-off"
    CONSUME = "consume"
    SEND_BACK = "send-back"
    TAKE_BACK = "take-back"
    WRITE_OFF_BACK = "write-off-back"
    CLOSE = "close"
    CANCEL = "cancel"


class AccountKind(StrEnum):
    """Who holds stock: an organisation, the road, or one of the ledger's sources and sinks."""

    ORGANISATION = "organisation"
    IN_TRANSIT = "in-transit"
    OPENING = "opening"
    CONSUMED = "consumed"
    LOST = "lost"


#: Accounts that never fall below zero.
GUARDED = (AccountKind.ORGANISATION, AccountKind.IN_TRANSIT)


class Reason(StrEnum):
    """Why stock moved."""

    OPENING = "opening"
    USE = "use"
    LOSS = "loss"
    DISPATCH = "dispatch"
    RECEIPT = "receipt"
    LOSS_ON_WAY = "loss-on-way"
    CONSUMPTION = "consumption"
    LOSS_ON_LOAN = "loss-on-loan"
    SEND_BACK = "send-back"
    TAKE_BACK = "take-back"
    LOSS_ON_WAY_BACK = "loss-on-way-back"


#: Who does a step in which quantities move; the other side confirms it.
DOER = {
    Step.DISPATCH: Side.GIVER,
    Step.RECEIVE: Side.RECEIVER,
    Step.CONSUME: Side.RECEIVER,
    Step.SEND_BACK: Side.RECEIVER,
    Step.TAKE_BACK: Side.GIVER,
}
#: Steps that one side asks for with a reason and the other confirms with its own.
WITH_REASON = (Step.WRITE_OFF, Step.WRITE_OFF_BACK, Step.CANCEL)
#: Steps that wait for the second side; quantities that move meanwhile make the first word void.
ASKED_FOR = (Step.CLOSE, *WITH_REASON)
#: Doing this shows that the same side knows of that.
IMPLIED = {Step.RECEIVE: Step.DISPATCH, Step.TAKE_BACK: Step.SEND_BACK}


@dataclass(frozen=True, slots=True)
class Line:
    """The quantities of one line of an exchange, all from the ledger but `agreed`."""

    agreed: Decimal
    places: int = 3
    asset: bool = False
    name: str = ""
    dispatched: Decimal = Decimal(0)
    received: Decimal = Decimal(0)
    lost: Decimal = Decimal(0)
    consumed: Decimal = Decimal(0)
    lost_on_loan: Decimal = Decimal(0)
    sent_back: Decimal = Decimal(0)
    returned: Decimal = Decimal(0)
    lost_back: Decimal = Decimal(0)

    @property
    def on_way(self) -> Decimal:
        """What has left the giver and neither arrived nor been written off."""
        return self.dispatched - self.received - self.lost

    @property
    def on_way_back(self) -> Decimal:
        """What has left the receiver and neither arrived nor been written off."""
        return self.sent_back - self.returned - self.lost_back

    @property
    def with_receiver(self) -> Decimal:
        """What arrived and has been neither sent back nor used up nor lost."""
        return self.received - self.consumed - self.lost_on_loan - self.sent_back

    def most(self, step: Step) -> Decimal:
        """The largest quantity that the step may move now."""
        return {
            Step.DISPATCH: self.agreed - self.dispatched,
            Step.RECEIVE: self.on_way,
            Step.WRITE_OFF: self.on_way,
            Step.CONSUME: self.with_receiver,
            Step.SEND_BACK: self.with_receiver,
            Step.TAKE_BACK: self.on_way_back,
            Step.WRITE_OFF_BACK: self.on_way_back,
        }[step]

    def reason(self, step: Step) -> Reason:
        """Why stock moves in the step; an asset is not used up but lost."""
        return {
            Step.DISPATCH: Reason.DISPATCH,
            Step.RECEIVE: Reason.RECEIPT,
            Step.WRITE_OFF: Reason.LOSS_ON_WAY,
            Step.CONSUME: Reason.LOSS_ON_LOAN if self.asset else Reason.CONSUMPTION,
            Step.SEND_BACK: Reason.SEND_BACK,
            Step.TAKE_BACK: Reason.TAKE_BACK,
            Step.WRITE_OFF_BACK: Reason.LOSS_ON_WAY_BACK,
        }[step]

    def moved(self, reason: Reason, quantity: Decimal) -> "Line":
        """The line after a movement."""
        part = PARTS[reason]
        return replace(self, **{part: getattr(self, part) + quantity})


#: Which quantity of a line a movement adds to.
PARTS = {
    Reason.DISPATCH: "dispatched",
    Reason.RECEIPT: "received",
    Reason.LOSS_ON_WAY: "lost",
    Reason.CONSUMPTION: "consumed",
    Reason.LOSS_ON_LOAN: "lost_on_loan",
    Reason.SEND_BACK: "sent_back",
    Reason.TAKE_BACK: "returned",
    Reason.LOSS_ON_WAY_BACK: "lost_back",
}
Holder = Side | AccountKind
#: From whom to whom stock goes, by reason; a side stands for its organisation's account.
FLOW: dict[Reason, tuple[Holder, Holder]] = {
    Reason.DISPATCH: (Side.GIVER, AccountKind.IN_TRANSIT),
    Reason.RECEIPT: (AccountKind.IN_TRANSIT, Side.RECEIVER),
    Reason.LOSS_ON_WAY: (AccountKind.IN_TRANSIT, AccountKind.LOST),
    Reason.CONSUMPTION: (Side.RECEIVER, AccountKind.CONSUMED),
    Reason.LOSS_ON_LOAN: (Side.RECEIVER, AccountKind.LOST),
    Reason.SEND_BACK: (Side.RECEIVER, AccountKind.IN_TRANSIT),
    Reason.TAKE_BACK: (AccountKind.IN_TRANSIT, Side.GIVER),
    Reason.LOSS_ON_WAY_BACK: (AccountKind.IN_TRANSIT, AccountKind.LOST),
}


@dataclass(frozen=True, slots=True)
class Story:
    """What the rules need to know of an exchange on a day."""

    kind: ExchangeKind
    state: State
    dispatch_by: date
    return_by: date | None
    lines: tuple[Line, ...]
    confirmed: frozenset[tuple[Step, Side]]
    today: date

    @property
    def late(self) -> bool:
        """Whether something should have left, or come back, before today."""
        if self.state is State.AGREED:
            return self.dispatch_by < self.today
        owed = any(line.with_receiver > 0 for line in self.lines)
        return self.return_passed and owed and self.state in (State.RECEIVED, State.RETURNING)

    @property
    def return_passed(self) -> bool:
        """Whether the day of return has gone by; never for a donation."""
        return self.return_by is not None and self.return_by < self.today


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that a side can do now; `due` when the exchange waits for it."""

    step: Step
    side: Side
    due: bool

    @property
    def moves(self) -> bool:
        """Whether quantities are recorded, not only confirmed."""
        return DOER.get(self.step) == self.side


def check_places(kind: ResourceKind, places: int) -> None:
    """Refuse a number of places out of 0 … 3, and any for an asset.

    Raises:
        Refused: `resource.places`.
    """
    if not 0 <= places <= 3 or (kind is ResourceKind.ASSET and places):
        raise Refused("resource.places")


def check_quantity(quantity: Decimal, places: int, name: str = "", *, least: int = 1) -> None:
    """Refuse what is not a quantity of a resource with so many places; with `least` 0 nothing is allowed too.

    Raises:
        Refused: `quantity.places`, `quantity.range`.
    """
    if not quantity.is_finite() or quantity > MOST or quantity < 0 or (least and not quantity):
        raise Refused("quantity.range", name=name)
    if quantity != quantity.quantize(Decimal(1).scaleb(-places)):
        raise Refused("quantity.places", name=name, places=places)


def check_terms(
    kind: ExchangeKind, dispatch_by: date, return_by: date | None, *, same: bool, today: date
) -> None:
    """Refuse an exchange with oneself, or days in the wrong order.

    Raises:
        Refused: `exchange.same`, `exchange.day-past`, `exchange.return-day`.
    """
    if same:
        raise Refused("exchange.same")
    if dispatch_by < today:
        raise Refused("exchange.day-past", day=dispatch_by.isoformat())
    if kind is ExchangeKind.LOAN and (return_by is None or return_by <= dispatch_by):
        raise Refused("exchange.return-day")


def check_amounts(step: Step, lines: Iterable[tuple[Line, Decimal]]) -> None:
    """Refuse quantities that the step may not move: too much of one line, or nothing at all.

    Raises:
        Refused: `exchange.nothing`, `exchange.over-<step>`, `quantity.places`, `quantity.range`.
    """
    total = Decimal(0)
    for line, amount in lines:
        check_quantity(amount, line.places, line.name, least=0)
        if amount > line.most(step):
            most = format(line.most(step).normalize(), "f")
            raise Refused(f"exchange.over-{step.value}", name=line.name, most=most)
        total += amount
    if not total:
        raise Refused("exchange.nothing")


def check_commitment(quantity: Decimal, promised: Decimal, offered: Decimal, name: str) -> None:
    """Refuse to promise more of an offer, or for a request, than it holds.

    Raises:
        Refused: `exchange.over-commitment`.
    """
    if promised + quantity > offered:
        rest = format(max(offered - promised, Decimal(0)).normalize(), "f")
        raise Refused("exchange.over-commitment", name=name, most=rest)


def state_of(kind: ExchangeKind, lines: Iterable[Line]) -> State:
    """The state of an exchange that has been dispatched, from its lines."""
    lines = tuple(lines)
    if any(line.on_way for line in lines):
        return State.DISPATCHED
    held = any(line.with_receiver for line in lines)
    if kind is ExchangeKind.DONATION:
        used = any(line.received for line in lines) and not held
        return State.CONSUMED if used else State.RECEIVED
    if any(line.on_way_back for line in lines):
        return State.RETURNING
    sent_back = any(line.sent_back for line in lines)
    if held:
        return State.RETURNING if sent_back else State.RECEIVED
    if sent_back:
        return State.RETURNED
    return State.CONSUMED if any(line.received for line in lines) else State.RECEIVED


def turns(story: Story) -> list[Turn]:
    """Everything that either side can do now."""
    found: list[Turn] = []

    def offer(step: Step, side: Side, due: bool) -> None:
        if (step, side) not in story.confirmed:
            found.append(Turn(step, side, due))

    def ask(step: Step, due: bool = False) -> None:
        """Either side may ask; once one has, the exchange waits for the other."""
        for side in Side:
            offer(step, side, due or (step, side.other) in story.confirmed)

    state, loan = story.state, story.kind is ExchangeKind.LOAN
    held = any(line.with_receiver > 0 for line in story.lines)
    if state is State.PROPOSED:
        ask(Step.AGREE)
        ask(Step.CANCEL)
    elif state is State.AGREED:
        offer(Step.DISPATCH, Side.GIVER, True)
        if story.dispatch_by < story.today:
            ask(Step.CLOSE)
        ask(Step.CANCEL)
    elif state is State.DISPATCHED:
        offer(Step.DISPATCH, Side.RECEIVER, False)
        found.append(Turn(Step.RECEIVE, Side.RECEIVER, True))
        ask(Step.WRITE_OFF)
    elif state not in (State.CLOSED, State.CANCELLED):
        found += _after_receipt(story, loan, held)
        gone = not any(line.on_way_back for line in story.lines)
        if gone and (not (loan and held) or story.return_passed):
            waiting = {turn.side for turn in found if turn.due and not turn.moves}
            for side in Side:
                if side not in waiting:
                    due = not (loan and held) or (Step.CLOSE, side.other) in story.confirmed
                    offer(Step.CLOSE, side, due)
    return found


def _after_receipt(story: Story, loan: bool, held: bool) -> list[Turn]:
    """What can be done while goods are with the receiver, come back, or are back."""
    found: list[Turn] = []
    arrived = any(line.received for line in story.lines)
    if arrived and (Step.RECEIVE, Side.GIVER) not in story.confirmed:
        found.append(Turn(Step.RECEIVE, Side.GIVER, True))
    consumed = any(line.consumed or line.lost_on_loan for line in story.lines)
    agreed_use = (Step.CONSUME, Side.GIVER) in story.confirmed
    if held and not agreed_use:
        found.append(Turn(Step.CONSUME, Side.RECEIVER, False))
    if consumed and not agreed_use:
        # The giver may close without it: what was used up then counts as not returned.
        found.append(Turn(Step.CONSUME, Side.GIVER, False))
    if loan and held:
        found.append(Turn(Step.SEND_BACK, Side.RECEIVER, story.state is State.RECEIVED))
    if story.state is State.RETURNING:
        if any(line.on_way_back for line in story.lines):
            found.append(Turn(Step.TAKE_BACK, Side.GIVER, True))
            for side in Side:
                if (Step.WRITE_OFF_BACK, side) not in story.confirmed:
                    due = (Step.WRITE_OFF_BACK, side.other) in story.confirmed
                    found.append(Turn(Step.WRITE_OFF_BACK, side, due))
    elif (
        story.state is State.RETURNED
        and (Step.TAKE_BACK, Side.RECEIVER) not in story.confirmed
        and any(line.returned for line in story.lines)
    ):
        found.append(Turn(Step.TAKE_BACK, Side.RECEIVER, True))
    return found


def check_turn(story: Story, step: Step, side: Side) -> None:
    """Refuse what is not this side's to do now.

    Raises:
        Refused: `exchange.not-now` with the state.
    """
    if not any(turn.step is step and turn.side is side for turn in turns(story)):
        raise Refused("exchange.not-now", state=story.state.value)


def void(step: Step, confirmed: Mapping[tuple[Step, Side], object]) -> list[tuple[Step, Side]]:
    """The confirmations that no longer hold once the step has moved quantities.

    What only one side had asked for was said of other quantities; and things sent back a second time can be
    lost a second time.
    """
    return [
        (asked, side)
        for asked, side in confirmed
        if asked in ASKED_FOR
        and (
            (asked, side.other) not in confirmed
            or (step is Step.SEND_BACK and asked is Step.WRITE_OFF_BACK)
        )
    ]
