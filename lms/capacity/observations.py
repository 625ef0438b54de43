"""From evidence and posts to observations: pure, and the one path by which evidence reaches an indicator.

Posts are the denominator of competency indicators (`docs/capacity-index.md`): each requirement of a post is one
group, its value the incumbent's level against the required one, `min(1, level / required)`. A vacant post, or an
incumbent on whom nothing valid is known, is not observed: it lowers coverage and is never a zero.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from lms.competencies.rules import Item, standing
from lms.index import Observation

#: Source words of the methodology file, and what the site feeds them from.
COMPETENCIES = "competencies"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One post's need of one competency on the day: who holds the post, if anybody."""

    organisation: str
    post_id: UUID
    competency: str
    required: int
    holder_id: UUID | None


@dataclass(frozen=True, slots=True)
class IndicatorEvidence:
    """One piece of evidence about an organisation's indicator."""

    id: UUID
    organisation: str
    indicator: str
    kind: str
    value: Decimal
    unit: str
    observed_on: date
    group: str
    record: str
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    assessor: str = ""


@dataclass(slots=True)
class Observed:
    """What the engine is given, and which evidence stands behind each observation."""

    observations: list[Observation] = field(default_factory=list)
    populations: dict[tuple[str, str], int] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)


def indicator_of(competency: str) -> str:
    """The competency indicator to which a competency belongs: ``gov-03`` → ``gov-posts-qualified``."""
    return f"{competency.partition('-')[0]}-posts-qualified"


def observe(
    requirements: Iterable[Requirement],
    items: Mapping[tuple[UUID, str], list[Item]],
    pieces: Iterable[IndicatorEvidence],
    *,
    as_of: date,
    indicators: Iterable[str],
    valid_months: int,
) -> Observed:
    """Map what is known on the day to observations of the methodology's indicators.

    `items` holds the evidence on people by (person, competency). Evidence on an indicator that the
    methodology does not have is left out: another methodology may use it.
    """
    known = set(indicators)
    found = Observed()
    for need in requirements:
        indicator = indicator_of(need.competency)
        if indicator not in known:
            continue
        place = (need.organisation, indicator)
        found.populations[place] = found.populations.get(place, 0) + 1
        if need.holder_id is None:
            continue
        where = standing(items.get((need.holder_id, need.competency), []), as_of, valid_months)
        evidence = [
            item
            for item in items.get((need.holder_id, need.competency), [])
            if item.id in set(where.granted_by or where.evidence)
        ]
        if not evidence:
            continue
        key = f"post:{need.post_id}:{need.competency}"
        newest = max(evidence, key=lambda item: item.observed_on)
        found.observations.append(
            Observation(
                subject=need.organisation,
                indicator=indicator,
                value=min(1.0, where.level / need.required),
                id=key,
                unit="share",
                observed_on=newest.observed_on,
                group=f"{need.post_id}:{need.competency}",
                kind="competency",
                source=str(need.post_id),
            )
        )
        found.sources[key] = [str(item.id) for item in evidence]
    for piece in pieces:
        if piece.indicator not in known or piece.observed_on > as_of:
            continue
        key = f"evidence:{piece.id}"
        rate = piece.denominator is not None
        found.observations.append(
            Observation(
                subject=piece.organisation,
                indicator=piece.indicator,
                value=None if rate else float(piece.value),
                id=key,
                unit=piece.unit,
                observed_on=piece.observed_on,
                group=piece.group or key,
                numerator=float(piece.numerator) if piece.numerator is not None else None,
                denominator=float(piece.denominator) if piece.denominator is not None else None,
                kind=piece.kind,
                source=piece.record,
                assessor=piece.assessor,
            )
        )
        found.sources[key] = [str(piece.id)]
    return found
