"""How sure and how fresh a level is: pure decisions over the evidence that grants it.

A level rests on one step for each level held (`rules.steps`), and no level is surer than the steps below it. The
words are the house's own; they apply the old advice to trust what two independent sources agree on.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from lms.competencies.rules import Item, Standing, Step, months_after, steps

#: A level that lapses within so many days is worth a reminder: time to sit an assessment once more.
SOON = timedelta(days=90)


class Certainty(StrEnum):
    """How sure a level is.

    A step is *firm* when two valid pieces met it, or when another organisation assessed one that did. With all
    steps firm a level is well supported, with some it is supported, with none it is thin. Where
    newer valid evidence fell short of a step that an older piece met, it is one word less sure.
    """

    WELL_SUPPORTED = "well-supported"
    SUPPORTED = "supported"
    THIN = "thin"


class Freshness(StrEnum):
    """How fresh a level is, by the piece that lapses first."""

    #: Younger than half of its validity, as the index's `fresh` counts.
    FRESH = "fresh"
    AGEING = "ageing"
    LAPSES_SOON = "lapses-soon"
    #: No level any more: what granted one has expired.
    LAPSED = "lapsed"
    #: There never was a level.
    NEVER = "never"


class Bearing(StrEnum):
    """What one piece of evidence does for the level."""

    #: The newest that met a step of the level held.
    GRANTS = "grants"
    #: Meets a step as well; of the level held, or of one that waits for a lower step.
    SUPPORTS = "supports"
    SHORT = "short"
    EXPIRED = "expired"
    #: Counts towards no level, such as a part in an exercise that was not a leading one.
    NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a level rests on.

    Args:
        certainty: None without a level.
        pieces: valid pieces that met a step of the level held; `independent`: those of them that another
            organisation assessed.
        contradicted: newer valid evidence fell short of a step that is held.
        newest_on: when the newest of those pieces was observed; None without a level.
        lapsed_on: when the next level, once held, lapsed; None where it was not held.
    """

    certainty: Certainty | None
    freshness: Freshness
    pieces: int = 0
    independent: int = 0
    contradicted: bool = False
    newest_on: date | None = None
    lapsed_on: date | None = None


def basis(
    items: Iterable[Item],
    where: Standing,
    as_of: date,
    valid_months: int,
    independent: Collection[UUID] = (),
) -> Basis:
    """Say how sure and how fresh a level is.

    Args:
        items: the person's evidence on the competency, as `where` was found from.
        independent: ids of pieces that another organisation assessed than the one the person works in.
    """
    known = [item for item in items if item.observed_on <= as_of]
    ladder = steps(valid_months)
    lapsed_on = _lapsed_on(known, ladder, where.level, as_of)
    if where.level == 0 or where.lapses_on is None:
        freshness = Freshness.LAPSED if lapsed_on else Freshness.NEVER
        return Basis(None, freshness, lapsed_on=lapsed_on)
    met: list[Item] = []
    firm = 0
    contradicted = False
    for step in ladder[: where.level]:
        valid = [item for item in known if step.holds(item, as_of)]
        enough = [item for item in valid if item.share >= step.least]
        newest = max(item.observed_on for item in enough)
        firm += len(enough) > 1 or any(item.id in independent for item in enough)
        contradicted |= any(item.share < step.least and item.observed_on > newest for item in valid)
        met += enough
    return Basis(
        certainty=_certainty(firm, where.level, contradicted),
        freshness=_freshness(known, where, ladder, as_of),
        pieces=len(met),
        independent=sum(item.id in independent for item in met),
        contradicted=contradicted,
        newest_on=max(item.observed_on for item in met),
        lapsed_on=lapsed_on,
    )


def bearing(item: Item, where: Standing, as_of: date, valid_months: int) -> Bearing:
    """Say what a piece of evidence does for the level on the day."""
    if item.id in where.granted_by:
        return Bearing.GRANTS
    for step in steps(valid_months):
        if item.kind == step.kind and (item.leading or not step.leading):
            if not step.holds(item, as_of):
                return Bearing.EXPIRED
            return Bearing.SUPPORTS if item.share >= step.least else Bearing.SHORT
    return Bearing.NOTED


def _certainty(firm: int, level: int, contradicted: bool) -> Certainty:
    words = list(Certainty)
    place = 0 if firm == level else 1 if firm else 2
    return words[min(2, place + contradicted)]


def _freshness(
    known: Iterable[Item], where: Standing, ladder: Iterable[Step], as_of: date
) -> Freshness:
    by_id = {item.id: item for item in known}
    assert where.lapses_on is not None
    if where.lapses_on - as_of <= SOON:
        return Freshness.LAPSES_SOON
    first = min(
        (
            (months_after(by_id[key].observed_on, step.months), by_id[key].observed_on)
            for key, step in zip(where.granted_by, ladder, strict=False)
        ),
    )
    lapses, observed = first
    young = (as_of - observed) * 2 < lapses - observed
    return Freshness.FRESH if young else Freshness.AGEING


def _lapsed_on(
    known: Iterable[Item], ladder: tuple[Step, ...], level: int, as_of: date
) -> date | None:
    """The first day on which the next step no longer held, where a piece once granted it."""
    if level >= len(ladder):
        return None
    step = ladder[level]
    ends = [
        months_after(item.observed_on, step.months)
        for item in known
        if item.kind == step.kind
        and item.share >= step.least
        and (item.leading or not step.leading)
    ]
    over = [end for end in ends if end <= as_of]
    return max(over) if over else None
