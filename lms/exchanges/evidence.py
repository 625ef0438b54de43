"""A closed exchange as facts about both partners: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from lms.evidence.facts import Fact, Kind
from lms.exchanges.models import Exchange
from lms.exchanges.rules import ExchangeKind, Line, Side

TIMELINESS = "exchange-timeliness"
COMPLETENESS = "exchange-completeness"
_SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Moments:
    """When things moved last; None where nothing did."""

    dispatched: datetime | None = None
    received: datetime | None = None
    sent_back: datetime | None = None
    returned: datetime | None = None
    #: Whether the giver stands by what the receiver used up.
    use_agreed: bool = False


def facts_of_exchange(
    exchange: Exchange, lines: Sequence[Line], moments: Moments, zone: tzinfo
) -> list[Fact]:
    """Timeliness and completeness of the giver, and of the receiver of a loan.

    Indicator PI-03 of the curriculum, split by what each side answers for:

    - giver, timeliness: 1 of 1 when dispatched on or before the agreed day, else 0 of 1;
    - giver, completeness: received over agreed, summed over the lines, of as many as there are lines. Shares are
      summed, not quantities: litres and tents cannot be added;
    - receiver of a loan, timeliness: 1 of 1 when everything owed came back and was sent on or before the day;
    - receiver of a loan, completeness: returned over owed, summed over the lines on which something is owed.

    Owed is what was received less what was used up with the giver's agreement; a loan on which nothing is owed
    says nothing of its receiver. All facts of an exchange are one group, assessed by the other organisation.
    """

    def day(moment: datetime | None, otherwise: date) -> date:
        return moment.astimezone(zone).date() if moment else otherwise

    dispatched_on = day(moments.dispatched, date.max)
    found = [
        _fact(
            exchange,
            TIMELINESS,
            Side.GIVER,
            [Decimal(dispatched_on <= exchange.dispatch_by)],
            day(moments.dispatched, exchange.dispatch_by),
        ),
        _fact(
            exchange,
            COMPLETENESS,
            Side.GIVER,
            [_share(line.received, line.agreed) for line in lines],
            day(moments.received, exchange.dispatch_by),
        ),
    ]
    owed = [
        (line, line.received - (line.consumed if moments.use_agreed else Decimal(0)))
        for line in lines
    ]
    owed = [(line, quantity) for line, quantity in owed if quantity > 0]
    if exchange.kind == ExchangeKind.LOAN and owed and exchange.return_by is not None:
        complete = all(line.returned >= quantity for line, quantity in owed)
        in_time = complete and day(moments.sent_back, date.max) <= exchange.return_by
        back_on = day(moments.returned, exchange.return_by)
        shares = [_share(line.returned, quantity) for line, quantity in owed]
        found += [
            _fact(exchange, TIMELINESS, Side.RECEIVER, [Decimal(in_time)], back_on),
            _fact(exchange, COMPLETENESS, Side.RECEIVER, shares, back_on),
        ]
    return found


def _share(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole).quantize(_SIX_PLACES)


def _fact(
    exchange: Exchange, indicator: str, side: Side, shares: Sequence[Decimal], observed_on: date
) -> Fact:
    numerator, denominator = sum(shares, Decimal(0)), Decimal(len(shares))
    return Fact(
        once_key=f"exchange:{exchange.id}:{indicator}:{side.value}",
        kind=Kind.EXCHANGE,
        organisation_id=exchange.organisation(side).id,
        indicator=indicator,
        value=(numerator / denominator).quantize(_SIX_PLACES),
        numerator=numerator,
        denominator=denominator,
        observed_on=observed_on,
        record_kind="exchange",
        record_id=exchange.id,
        group=f"exchange:{exchange.id}",
        assessor_organisation_id=exchange.organisation(side.other).id,
    )
