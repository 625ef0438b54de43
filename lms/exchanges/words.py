"""States, steps, sides, reasons and refusals in words."""

from flask_babel import lazy_gettext as _l

from lms.exchanges.rules import ExchangeKind, Reason, ResourceKind, Side, State, Step

RESOURCE_KIND_NAMES = {
    ResourceKind.CONSUMABLE: _l("consumable: it is used up"),
    ResourceKind.ASSET: _l("asset: whole pieces that last"),
}
KIND_NAMES = {
    ExchangeKind.LOAN: _l("loan"),
    ExchangeKind.DONATION: _l("donation"),
}
SIDE_NAMES = {Side.GIVER: _l("We give"), Side.RECEIVER: _l("We receive")}
STATE_NAMES = {
    State.PROPOSED: _l("proposed"),
    State.AGREED: _l("agreed"),
    State.DISPATCHED: _l("on the way"),
    State.RECEIVED: _l("received"),
    State.RETURNING: _l("being returned"),
    State.RETURNED: _l("returned"),
    State.CONSUMED: _l("used up"),
    State.CLOSED: _l("closed"),
    State.CANCELLED: _l("cancelled"),
}
STATE_TAGS = {
    State.PROPOSED: "turn",
    State.DISPATCHED: "turn",
    State.RETURNING: "turn",
    State.CLOSED: "good",
    State.CANCELLED: "wrong",
}
#: What has happened when both sides have confirmed.
STEP_NAMES = {
    Step.AGREE: _l("Agreed"),
    Step.DISPATCH: _l("Dispatched"),
    Step.RECEIVE: _l("Received"),
    Step.WRITE_OFF: _l("Written off as lost"),
    Step.CONSUME: _l("Used up"),
    Step.SEND_BACK: _l("Sent back"),
    Step.TAKE_BACK: _l("Taken back"),
    Step.WRITE_OFF_BACK: _l("Written off as lost on the way back"),
    Step.CLOSE: _l("Closed"),
    Step.CANCEL: _l("Cancelled"),
}
#: What a side does in its turn: quantities are recorded by one side …
RECORD_NAMES = {
    Step.DISPATCH: _l("Record what you dispatch"),
    Step.RECEIVE: _l("Record what you received"),
    Step.CONSUME: _l("Record what was used up or lost"),
    Step.SEND_BACK: _l("Record what you send back"),
    Step.TAKE_BACK: _l("Record what you took back"),
}
#: … and confirmed by the other, or by both.
CONFIRM_NAMES = {
    Step.AGREE: _l("Agree to this exchange"),
    Step.DISPATCH: _l("Confirm that it is on the way"),
    Step.RECEIVE: _l("Confirm the quantities received"),
    Step.WRITE_OFF: _l("Write off what is missing"),
    Step.CONSUME: _l("Agree to what was used up"),
    Step.TAKE_BACK: _l("Confirm the quantities taken back"),
    Step.WRITE_OFF_BACK: _l("Write off what is missing on the way back"),
    Step.CLOSE: _l("Close the exchange"),
    Step.CANCEL: _l("Cancel the exchange"),
}
#: What the page says when quantities were recorded or a step was confirmed.
DONE = {
    Step.AGREE: _l("You have agreed. Next: the giver dispatches."),
    Step.DISPATCH: _l("The dispatch is on record. Next: the receiver records what arrives."),
    Step.RECEIVE: _l("The receipt is on record."),
    Step.WRITE_OFF: _l("Your word is on record. A loss counts once both sides have confirmed it."),
    Step.CONSUME: _l("What was used up is on record."),
    Step.SEND_BACK: _l("The return is on its way. Next: the giver records what arrives."),
    Step.TAKE_BACK: _l("What came back is on record."),
    Step.WRITE_OFF_BACK: _l(
        "Your word is on record. A loss counts once both sides have confirmed it."
    ),
    Step.CLOSE: _l("Your side has closed. The exchange ends once both have."),
    Step.CANCEL: _l("Your side has cancelled. An agreed exchange ends once both have."),
}
REASON_NAMES = {
    Reason.OPENING: _l("taken into the books"),
    Reason.USE: _l("used up"),
    Reason.LOSS: _l("lost or broken"),
    Reason.DISPATCH: _l("dispatched"),
    Reason.RECEIPT: _l("received"),
    Reason.LOSS_ON_WAY: _l("lost on the way"),
    Reason.CONSUMPTION: _l("used up in an exchange"),
    Reason.LOSS_ON_LOAN: _l("lost while on loan"),
    Reason.SEND_BACK: _l("sent back"),
    Reason.TAKE_BACK: _l("taken back"),
    Reason.LOSS_ON_WAY_BACK: _l("lost on the way back"),
}
_OVER = _l("%(name)s: at most %(most)s are left for this step.")
REFUSALS = {
    "resource.places": _l(
        "A quantity has between 0 and 3 digits after the point; an asset is counted in whole pieces."
    ),
    "resource.known": _l("There is a resource of that name already: %(name)s."),
    "resource.title": _l("Give the resource a name and a unit."),
    "quantity.range": _l("%(name)s: write a quantity above zero."),
    "quantity.places": _l("%(name)s: write at most %(places)s digits after the point."),
    "stock.short": _l("%(name)s: there are only %(available)s in stock. Nothing was moved."),
    "stock.reason": _l("Stock is taken into the books, used up or lost; nothing else."),
    "stock.note": _l("Say in a few words how it was lost."),
    "offer.days": _l("The last day must not lie before the first, nor in the past."),
    "exchange.same": _l("An exchange needs two organisations; choose a partner."),
    "exchange.day-past": _l("The day %(day)s lies in the past; choose today or later."),
    "exchange.return-day": _l("A loan needs a day of return after the day of dispatch."),
    "exchange.lines": _l("Choose at least one resource, and each only once."),
    "exchange.half-line": _l("Line %(number)s needs both a resource and a quantity."),
    "exchange.notice": _l("This is not what was offered or asked for."),
    "exchange.notice-closed": _l("The offer or request has been closed or has run out."),
    "exchange.over-commitment": _l("%(name)s: only %(most)s are left to be agreed on."),
    "exchange.not-now": _l(
        "This step is not open to you at present. Load the page again to see whose turn it is."
    ),
    "exchange.other-side": _l(
        "You have acted for %(organisation)s in this exchange; a colleague must act for the other side."
    ),
    "exchange.reason": _l("Say why in a few words."),
    "exchange.quantities": _l("Record the quantities for this step."),
    "exchange.nothing": _l("Write a quantity above zero for at least one line."),
    "exchange.over-dispatch": _OVER,
    "exchange.over-receive": _OVER,
    "exchange.over-write-off": _OVER,
    "exchange.over-consume": _OVER,
    "exchange.over-send-back": _OVER,
    "exchange.over-take-back": _OVER,
    "exchange.over-write-off-back": _OVER,
}
