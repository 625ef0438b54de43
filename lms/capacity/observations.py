"""From evidence and posts to observations: pure, and the one path by which evidence reaches an indicator.

**Posts** are the denominator of competency indicators (`docs/capacity-index.md`): each requirement of a post
is one group, its value the incumbent's valid level against the required one, `min(1, level / required)`. A
vacant post, or an incumbent of whom nothing valid is known, is not observed: it lowers coverage and is never a
zero.

**Records** of an organisation (exercises, exchanges, partnership records, surveys) arrive as they were
recorded, each piece once. An assessment or an observed task speaks through the posts of whoever took it and
never a second time as a record of the organisation.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from lms.competencies.rules import Item, Standing, months_after, standing
from lms.index import Observation

#: Source word of the methodology file for what the posts feed.
COMPETENCIES = "competencies"
#: Kinds that grant levels to people; what comes from their records counts through posts alone.
THROUGH_POSTS = frozenset({"assessment", "practical-observation"})
SURVEY = "survey"
#: A supervisor saw the competency applied at work: grants no level, and says who checked what granted it.
CONFIRMED = "work-confirmation"
#: A survey of fewer respondents is never used, as none is shown (section 15 of the specification).
SMALLEST_SURVEY = 5
#: Reasons for which a piece never becomes an observation.
SMALL_SURVEY, COUNTS_THROUGH_POSTS, GIVEN_TWICE = (
    "small-survey",
    "counts-through-posts",
    "given-twice",
)


@dataclass(frozen=True, slots=True)
class Requirement:
    """One post's need of one competency on the day: who holds the post, if anybody.

    `required` is a level from 1 awareness to 4 mentor; 0 is no need.
    """

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
    """What the engine is given, and which evidence stands behind each observation.

    `populations` counts requirements by (organisation, indicator). `left_out` counts, by reason, what never became
    an observation.
    """

    observations: list[Observation] = field(default_factory=list)
    populations: dict[tuple[str, str], int] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)


def indicators_of(competency: str) -> tuple[str, str]:
    """The keys of the indicator that a competency may feed: its own first, else that of its domain.

    >>> indicators_of("gov-03")
    ('gov-03-posts-qualified', 'gov-posts-qualified')
    """
    return f"{competency}-posts-qualified", f"{competency.partition('-')[0]}-posts-qualified"


def observe(
    requirements: Iterable[Requirement],
    items: Mapping[tuple[UUID, str], list[Item]],
    pieces: Iterable[IndicatorEvidence],
    *,
    as_of: date,
    indicators: Iterable[str],
    valid_months: int,
    weights: Mapping[str, float] | None = None,
) -> Observed:
    """Map what is known on the day to observations of the methodology's indicators.

    `items` holds the evidence on people by (person, competency). Evidence on an indicator that the
    methodology does not have is left out: another methodology may use it. `weights` are of records that
    do not count in full, such as an exercise on which evaluators differ.
    """
    known = set(indicators)
    found = Observed()
    for need in requirements:
        # A competency feeds one indicator: where a methodology has both, the more particular one.
        indicator = next((key for key in indicators_of(need.competency) if key in known), None)
        if indicator is None or need.required <= 0:
            continue
        place = (need.organisation, indicator)
        found.populations[place] = found.populations.get(place, 0) + 1
        if need.holder_id is not None:
            own = items.get((need.holder_id, need.competency), [])
            where = standing(own, as_of, valid_months)
            _observe_post(
                found, need, indicator, own, where, _confirmation(own, where, as_of, valid_months)
            )
    through_posts = {item.record for own in items.values() for item in own if item.record}
    seen: set[UUID] = set()
    for piece in pieces:
        if piece.indicator not in known or piece.observed_on > as_of:
            continue
        reason = _left_out(piece, seen, through_posts)
        if reason:
            found.left_out[reason] += 1
            continue
        seen.add(piece.id)
        _observe_record(found, piece, (weights or {}).get(piece.record, 1.0))
    return found


def post_observation_id(need: Requirement, level: int, evidence: Iterable[UUID]) -> str:
    """The id of a post's observation: another one whenever holder's evidence, level or need is another.

    It says nothing of the holder: it stands in files that leave the site.
    """
    content = " ".join([str(need.required), str(level), *sorted(map(str, evidence))])
    return f"{_of_post(need.post_id, need.competency)}{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def post_and_competency(observation_id: str) -> tuple[UUID, str] | None:
    """The post and the competency of which an observation speaks; None for those of records."""
    parts = observation_id.split(":")
    return (UUID(parts[1]), parts[2]) if parts[0] == "post" and len(parts) == 4 else None


def piece_of(observation_id: str) -> UUID | None:
    """The piece of evidence that an observation of a record is; None for those of posts."""
    kind, _, key = observation_id.partition(":")
    return UUID(key) if kind == "evidence" else None


def _of_post(post_id: UUID, competency: str) -> str:
    return f"post:{post_id}:{competency}:"


def _confirmation(
    items: Iterable[Item], where: Standing, as_of: date, valid_months: int
) -> Item | None:
    """The newest confirmation, still valid, that the level is applied at work; of no level there is none."""
    valid = [
        item
        for item in items
        if item.kind == CONFIRMED
        and item.observed_on <= as_of
        and months_after(item.observed_on, valid_months) > as_of
    ]
    if not where.granted_by:
        return None
    return max(valid, key=lambda item: (item.observed_on, str(item.id)), default=None)


def _observe_post(
    found: Observed,
    need: Requirement,
    indicator: str,
    items: Iterable[Item],
    where: Standing,
    confirmed: Item | None,
) -> None:
    """Add what is known of a post's holder; nothing where the competency was never put to the test."""
    if not where.known:
        return
    by_id = {item.id: item for item in items}
    evidence = [by_id[key] for key in (where.granted_by or where.fell_short)]
    # The highest step decided the level; of tries that fell short, the newest.
    deciding = evidence[-1] if where.granted_by else evidence[0]
    key = post_observation_id(need, where.level, [item.id for item in evidence])
    found.observations.append(
        Observation(
            subject=need.organisation,
            indicator=indicator,
            value=min(1.0, where.level / need.required),
            id=key,
            unit="share",
            observed_on=max(item.observed_on for item in evidence),
            group=f"{need.post_id}:{need.competency}",
            kind=deciding.kind,
            source=_source(deciding, need),
            assessor=deciding.assessor,
            verified_by=confirmed.assessor if confirmed else "",
        )
    )
    behind = [*evidence, confirmed] if confirmed else evidence
    found.sources[key] = [str(item.id) for item in behind]


def _source(item: Item, need: Requirement) -> str:
    """The record, and of a quiz or task its part on the competency: other parts speak of other things.

    An exercise stands as a whole, so that one that feeds posts and the organisation's record is noticed.
    """
    if not item.record:
        return str(need.post_id)
    return f"{item.record}:{need.competency}" if item.kind in THROUGH_POSTS else item.record


def _left_out(
    piece: IndicatorEvidence, seen: Collection[UUID], through_posts: Collection[str]
) -> str:
    if piece.id in seen:
        return GIVEN_TWICE
    if piece.kind in THROUGH_POSTS and piece.record in through_posts:
        return COUNTS_THROUGH_POSTS
    if piece.kind == SURVEY and piece.denominator is not None:
        return SMALL_SURVEY if piece.denominator < SMALLEST_SURVEY else ""
    return ""


def _observe_record(found: Observed, piece: IndicatorEvidence, weight: float) -> None:
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
            weight=weight,
            group=piece.group or key,
            numerator=float(piece.numerator) if piece.numerator is not None else None,
            denominator=float(piece.denominator) if piece.denominator is not None else None,
            kind=piece.kind,
            source=piece.record,
            assessor=piece.assessor,
        )
    )
    found.sources[key] = [str(piece.id)]
