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
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from lms.competencies.rules import Item, Rule, Standing, months_after, standing
from lms.index import Observation

#: Source word of the methodology file for what the posts feed.
COMPETENCIES = "competencies"
#: Kinds that grant levels to people; what comes from their records counts through posts alone.
THROUGH_POSTS = frozenset({"assessment", "practical-observation"})
SURVEY = "survey"
#: A supervisor saw the competency applied at work, and says so of what others assessed, whatever the level.
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
class Records:
    """Pieces of evidence about organisations' indicators as equally long columns, each as in `IndicatorEvidence`.

    Keys are text, numbers are floats.
    """

    id: list[str] = field(default_factory=list)
    organisation: list[str] = field(default_factory=list)
    indicator: list[str] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    unit: list[str] = field(default_factory=list)
    observed_on: list[date] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    record: list[str] = field(default_factory=list)
    numerator: list[float | None] = field(default_factory=list)
    denominator: list[float | None] = field(default_factory=list)
    assessor: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, pieces: Iterable[IndicatorEvidence]) -> "Records":
        """Pieces, one by one, as columns."""
        found = cls()
        for one in pieces:
            for name in cls.__slots__:
                value = getattr(one, name)
                if name == "id":
                    value = str(value)
                elif isinstance(value, Decimal):
                    value = float(value)
                getattr(found, name).append(value)
        return found

    def __len__(self) -> int:
        return len(self.id)

    def extend(self, more: "Records") -> None:
        """Add the rows of others."""
        for name in self.__slots__:
            getattr(self, name).extend(getattr(more, name))

    def taken(self, rows: Sequence[int]) -> "Records":
        """These rows, in this order."""
        if len(rows) == len(self):
            return self
        columns = (getattr(self, name) for name in self.__slots__)
        return Records(*([column[row] for row in rows] for column in columns))


#: Columns that evidence fills; in the others observations have the engine's defaults.
COLUMNS = (
    "subject", "indicator", "value", "id", "unit", "observed_on", "weight", "group", "numerator",
    "denominator", "kind", "source", "assessor", "verified_by",
)  # fmt: skip
RECORD = "evidence:"


@dataclass(slots=True)
class Observed:
    """What the engine is given, and which evidence stands behind each observation.

    `columns` are those of `COLUMNS`, equally long. `populations` counts requirements by (organisation, indicator).
    `behind_posts` are the pieces behind observations of posts; those of records name theirs. `left_out` counts, by
    reason, what never became an observation.
    """

    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    populations: dict[tuple[str, str], int] = field(default_factory=dict)
    behind_posts: dict[str, list[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def observations(self) -> list[Observation]:
        """The observations one by one."""
        rows = zip(*self.columns.values(), strict=True)
        return [Observation(**dict(zip(COLUMNS, row, strict=True))) for row in rows]

    @property
    def sources(self) -> dict[str, list[str]]:
        """The pieces of evidence behind each observation, by their ids."""
        return {key: self.evidence_behind(key) for key in self.columns["id"]}

    def evidence_behind(self, observation_id: str) -> list[str]:
        """The pieces of evidence behind an observation."""
        if observation_id.startswith(RECORD):
            return [observation_id.removeprefix(RECORD)]
        return self.behind_posts[observation_id]


def indicators_of(competency: str) -> tuple[str, str]:
    """The keys of the indicator that a competency may feed: its own first, else that of its domain.

    >>> indicators_of("gov-03")
    ('gov-03-posts-qualified', 'gov-posts-qualified')
    """
    return f"{competency}-posts-qualified", f"{competency.partition('-')[0]}-posts-qualified"


def observe(
    requirements: Iterable[Requirement],
    items: Mapping[tuple[UUID, str], list[Item]],
    pieces: Iterable[IndicatorEvidence] | Records,
    *,
    as_of: date,
    indicators: Iterable[str],
    rule: Rule,
    weights: Mapping[str, float] | None = None,
    of_people: Collection[str] = (),
) -> Observed:
    """Map what is known on the day to observations of the methodology's indicators.

    `items` holds the evidence on people by (person, competency), all of it or what decides their levels. Evidence
    on an indicator that the methodology does not have is left out: another methodology may use it. `weights` are
    of records that do not count in full, such as an exercise on which evaluators differ. `of_people` are records
    that evidence on people came from, besides those of `items`.
    """
    known = set(indicators)
    fed: dict[str, str | None] = {}
    found = Observed()
    rows = []
    for need in requirements:
        # A competency feeds one indicator: where a methodology has both, the more particular one.
        if need.competency not in fed:
            keys = indicators_of(need.competency)
            fed[need.competency] = next((key for key in keys if key in known), None)
        indicator = fed[need.competency]
        if indicator is None or need.required <= 0:
            continue
        place = (need.organisation, indicator)
        found.populations[place] = found.populations.get(place, 0) + 1
        if need.holder_id is None:
            continue
        own = items.get((need.holder_id, need.competency), [])
        where = standing(own, as_of, rule.ladder(need.competency))
        confirmed = _confirmation(own, where, as_of, rule.valid_months)
        seen = _observe_post(need, indicator, own, where, confirmed)
        if seen is not None:
            row, behind = seen
            rows.append(row)
            found.behind_posts[row[3]] = behind
    if rows:
        for name, column in zip(COLUMNS, zip(*rows, strict=True), strict=True):
            found.columns[name].extend(column)
    through_posts = {item.record for own in items.values() for item in own if item.record}
    through_posts.update(of_people)
    records = pieces if isinstance(pieces, Records) else Records.of(pieces)
    _observe_records(found, records, known, as_of, through_posts, weights or {})
    return found


def post_observation_id(place: str, required: int, level: int, evidence: Iterable[str]) -> str:
    """The id of a post's observation: another one whenever holder's evidence, level or need is another.

    It says nothing of the holder: it stands in files that leave the site.
    """
    content = " ".join([str(required), str(level), *sorted(evidence)])
    return f"post:{place}:{hashlib.sha256(content.encode()).hexdigest()[:12]}"


def post_and_competency(observation_id: str) -> tuple[UUID, str] | None:
    """The post and the competency of which an observation speaks; None for those of records."""
    parts = observation_id.split(":")
    return (UUID(parts[1]), parts[2]) if parts[0] == "post" and len(parts) == 4 else None


def piece_of(observation_id: str) -> UUID | None:
    """The piece of evidence that an observation of a record is; None for those of posts."""
    kind, _, key = observation_id.partition(":")
    return UUID(key) if kind == "evidence" else None


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
    need: Requirement,
    indicator: str,
    items: Iterable[Item],
    where: Standing,
    confirmed: Item | None,
) -> tuple[tuple[Any, ...], list[str]] | None:
    """The row of `COLUMNS` that says what is known of a post's holder, and the pieces behind it.

    None where the competency was never put to the test.
    """
    if not where.known:
        return None
    by_id = {item.id: item for item in items}
    evidence = [by_id[key] for key in (where.granted_by or where.fell_short)]
    # The highest step decided the level, by the first thing it asks for; of tries that fell short, the newest.
    deciding = by_id[where.grants[-1][0].pieces[0]] if where.grants else evidence[0]
    ids = [str(item.id) for item in evidence]
    place = f"{need.post_id}:{need.competency}"
    row = (
        need.organisation,
        indicator,
        min(1.0, where.level / need.required),
        post_observation_id(place, need.required, where.level, ids),
        "share",
        max(item.observed_on for item in evidence),
        1.0,
        place,
        None,
        None,
        deciding.kind,
        _source(deciding, need),
        deciding.assessor,
        confirmed.assessor if confirmed else "",
    )
    behind = [*ids, str(confirmed.id)] if confirmed else ids
    return row, list(dict.fromkeys(behind))


def _source(item: Item, need: Requirement) -> str:
    """The record, and of a quiz or task its part on the competency: other parts speak of other things.

    An exercise stands as a whole, so that one that feeds posts and the organisation's record is noticed.
    """
    if not item.record:
        return str(need.post_id)
    return f"{item.record}:{need.competency}" if item.kind in THROUGH_POSTS else item.record


def _observe_records(
    found: Observed,
    records: Records,
    known: Collection[str],
    as_of: date,
    through_posts: Collection[str],
    weights: Mapping[str, float],
) -> None:
    """Add what records say, each piece once, and count what is left out."""
    seen: set[str] = set()
    kept = []
    rows = zip(
        *(records.id, records.indicator, records.observed_on),
        *(records.kind, records.record, records.denominator),
        strict=True,
    )
    for row, (key, indicator, day, kind, record, denominator) in enumerate(rows):
        if indicator not in known or day > as_of:
            continue
        if key in seen:
            reason = GIVEN_TWICE
        elif kind in THROUGH_POSTS and record in through_posts:
            reason = COUNTS_THROUGH_POSTS
        elif kind == SURVEY and denominator is not None and denominator < SMALLEST_SURVEY:
            reason = SMALL_SURVEY
        else:
            seen.add(key)
            kept.append(row)
            continue
        found.left_out[reason] += 1
    records = records.taken(kept)
    keys = [RECORD + key for key in records.id]
    rates = zip(records.value, records.denominator, strict=True)
    columns: dict[str, list[Any]] = {
        "subject": records.organisation,
        "indicator": records.indicator,
        # Of a rate the engine makes the value itself.
        "value": [value if denominator is None else None for value, denominator in rates],
        "id": keys,
        "unit": records.unit,
        "observed_on": records.observed_on,
        "weight": [weights.get(record, 1.0) for record in records.record],
        "group": [group or key for group, key in zip(records.group, keys, strict=True)],
        "numerator": records.numerator,
        "denominator": records.denominator,
        "kind": records.kind,
        "source": records.record,
        "assessor": records.assessor,
        "verified_by": [""] * len(keys),
    }
    for name, column in columns.items():
        found.columns[name].extend(column)
