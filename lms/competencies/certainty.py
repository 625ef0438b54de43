"""How sure and how fresh a level is: pure decisions over the evidence that grants it.

A level rests on one step for each level held (`rules.Ladder`), and no level is surer than the steps below it. The
words are the house's own; they apply the old advice to trust what two independent sources agree on.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from lms.competencies.rules import FULL, Item, Ladder, Proof, Standing, months_after, standing

#: A level that lapses within so many days is worth a reminder: time to sit an assessment once more.
SOON = timedelta(days=90)


class Certainty(StrEnum):
    """How sure a level is.

    A step is *firm* when two valid pieces that it asks for are there, such as an observed task and a supervisor's
    confirmation, or when another organisation assessed one of them. With all
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
    ladder: Ladder = FULL,
    independent: Collection[UUID] = (),
) -> Basis:
    """Say how sure and how fresh a level is.

    Args:
        items: the person's evidence on the competency, as `where` was found from.
        ladder: the rule by which `where` was found.
        independent: ids of pieces that another organisation assessed than the one the person works in.
    """
    known = [item for item in items if item.observed_on <= as_of]
    lapsed_on = _lapsed_on(known, ladder, where.level, as_of)
    if where.level == 0 or where.lapses_on is None:
        freshness = Freshness.LAPSED if lapsed_on else Freshness.NEVER
        return Basis(None, freshness, lapsed_on=lapsed_on)
    met: list[Item] = []
    firm = 0
    contradicted = False
    for step in where.grants:
        enough: list[Item] = []
        for found in step:
            valid = [item for item in known if found.proof.holds(item, as_of)]
            own = [item for item in valid if found.proof.met_by(item, as_of)]
            newest = max(item.observed_on for item in own)
            contradicted |= any(
                item.share < found.proof.least and item.observed_on > newest for item in valid
            )
            enough += own
        firm += len(enough) > 1 or any(item.id in independent for item in enough)
        met += enough
    return Basis(
        certainty=_certainty(firm, where.level, contradicted),
        freshness=_freshness(known, where, as_of),
        pieces=len(met),
        independent=sum(item.id in independent for item in met),
        contradicted=contradicted,
        newest_on=max(item.observed_on for item in met),
        lapsed_on=lapsed_on,
    )


def bearing(item: Item, where: Standing, as_of: date, ladder: Ladder = FULL) -> Bearing:
    """Say what a piece of evidence does for the level on the day."""
    if item.id in where.granted_by:
        return Bearing.GRANTS
    for proof in (proof for step in ladder.steps for proof in step):
        if item.kind == proof.kind and (item.leading or not proof.leading):
            if not proof.holds(item, as_of):
                return Bearing.EXPIRED
            return Bearing.SUPPORTS if item.share >= proof.least else Bearing.SHORT
    return Bearing.NOTED


def _certainty(firm: int, level: int, contradicted: bool) -> Certainty:
    words = list(Certainty)
    place = 0 if firm == level else 1 if firm else 2
    return words[min(2, place + contradicted)]


def _freshness(known: Iterable[Item], where: Standing, as_of: date) -> Freshness:
    by_id = {item.id: item for item in known}
    assert where.lapses_on is not None
    if where.lapses_on - as_of <= SOON:
        return Freshness.LAPSES_SOON
    lapses, observed = min(
        _validity(by_id[key], found.proof)
        for step in where.grants
        for found in step
        for key in found.pieces
    )
    young = (as_of - observed) * 2 < lapses - observed
    return Freshness.FRESH if young else Freshness.AGEING


def _validity(item: Item, proof: Proof) -> tuple[date, date]:
    """When a piece lapses, and when it was observed."""
    return months_after(item.observed_on, proof.months), item.observed_on


def _lapsed_on(known: Collection[Item], ladder: Ladder, level: int, as_of: date) -> date | None:
    """The last day up to this one on which a higher level was no more; None where there was none."""
    proofs = [proof for step in ladder.steps[level:] for proof in step]
    ends = {
        months_after(item.observed_on, proof.months)
        for proof in proofs
        for item in known
        if item.kind == proof.kind
    }
    if ladder.until is not None:
        ends.add(ladder.until)
    for end in sorted((end for end in ends if end <= as_of), reverse=True):
        if standing(known, end - timedelta(days=1), ladder).level > level:
            return end
    return None
