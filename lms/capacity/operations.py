"""Computing the index and storing the run."""

import json
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from lms.accounts.models import Organisation, Post, User
from lms.accounts.queries import all_posts
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.capacity.agreement import record_weights
from lms.capacity.inputs import packed
from lms.capacity.models import IndexInputs, IndexRun, IndexValue
from lms.capacity.observations import IndicatorEvidence, Observed, Requirement, observe
from lms.competencies.queries import item_of
from lms.competencies.rules import Item
from lms.courses.library import framework, library
from lms.db import db
from lms.errors import Refused
from lms.evidence.facts import Kind
from lms.evidence.queries import for_index
from lms.index import Methodology, compute

DEFAULT_METHODOLOGY = "district-capacity"


def methodology_mapping(key: str) -> dict[str, Any]:
    """A methodology of the site, as the plain values of its file.

    Raises:
        Refused: `index.methodology`, naming those there are.
    """
    known = library().methodologies
    if key not in known:
        raise Refused("index.methodology", key=key, known=sorted(known))
    return known[key].mapping


def observed_on(as_of: date, methodology: Methodology) -> Observed:
    """Everything that the site knows on a day, as the methodology's observations.

    Organisations and posts that were closed by the day are left out, and evidence as it stood that day counts.
    """
    next_day = datetime.combine(as_of, time.min, UTC) + timedelta(days=1)
    organisations = db.session.scalars(everywhere(Organisation)).all()
    codes = {row.id: row.code for row in organisations}
    closed = {
        row.id for row in organisations if row.closed_at is not None and row.closed_at < next_day
    }
    requirements = [
        need
        for post in all_posts()
        if post.organisation_id not in closed
        for need in requirements_of(post, as_of, codes[post.organisation_id])
    ]
    items: dict[tuple[UUID, str], list[Item]] = defaultdict(list)
    pieces = []
    exercises: set[UUID] = set()
    for piece in for_index(as_of):
        assessor = codes.get(piece.assessor_organisation_id, "")
        if piece.competency and piece.user_id is not None:
            items[piece.user_id, piece.competency].append(item_of(piece, assessor))
        elif piece.organisation_id not in closed:
            if piece.kind == Kind.EXERCISE_EVALUATION:
                exercises.add(piece.record_id)
            pieces.append(
                IndicatorEvidence(
                    id=piece.id,
                    organisation=codes[piece.organisation_id],
                    indicator=piece.indicator,
                    kind=piece.kind,
                    value=piece.value,
                    unit=piece.unit,
                    observed_on=piece.observed_on,
                    group=piece.group,
                    record=f"{piece.record_kind}:{piece.record_id}",
                    numerator=piece.numerator,
                    denominator=piece.denominator,
                    assessor=assessor,
                )
            )
    return observe(
        requirements,
        items,
        pieces,
        as_of=as_of,
        indicators=[indicator.key for indicator in methodology.indicators],
        valid_months=framework().valid_months,
        weights=record_weights(exercises) if methodology.low_agreement == "half" else None,
    )


def requirements_of(post: Post, as_of: date, code: str) -> list[Requirement]:
    """What a post needs on a day, by competency; nothing before it was made or once it is closed."""
    if post.made_at.date() > as_of or (post.closed_on is not None and post.closed_on <= as_of):
        return []
    held = post.holder_on(as_of)
    holder = held.user_id if held else None
    return [
        Requirement(code, post.id, competency, level, holder)
        for competency, level in post.requirements.items()
    ]


def compute_run(
    as_of: date,
    *,
    methodology_key: str = DEFAULT_METHODOLOGY,
    draws: int | None = None,
    seed: int | None = None,
    by: User | None,
    at: datetime,
) -> IndexRun:
    """Compute the index as of a day and store it; the same inputs give the run already stored.

    Raises:
        Refused: `index.future`, `index.methodology`, `index.refused` with what is wrong with the evidence.
    """
    if as_of > at.date():
        raise Refused("index.future", day=as_of)
    mapping = methodology_mapping(methodology_key)
    methodology = Methodology.from_mapping(mapping)
    observed = observed_on(as_of, methodology)
    result = compute(
        methodology,
        observed.observations,
        as_of=as_of,
        populations=observed.populations,
        draws=draws,
        seed=seed,
    )
    told = json.loads(result.to_json())
    if told["problems"] and methodology.faulty_observations == "refuse":
        faults = [one["message"] for one in told["problems"]]
        codes = [(one["id"], one["code"]) for one in told["problems"]]
        raise Refused("index.refused", problems=faults[:5], faults=faults, codes=codes)
    known = db.session.scalar(
        everywhere(IndexRun).where(
            IndexRun.methodology_hash == told["methodology"]["hash"],
            IndexRun.evidence_hash == told["evidence_hash"],
            IndexRun.as_of == as_of,
            IndexRun.seed == str(told["seed"]),
            IndexRun.draws == told["draws"],
            IndexRun.algorithm == str(told["algorithm"]),
        )
    )
    if known is not None:
        if known.inputs is None:
            # A run of an earlier release: what it was computed from is kept from now on.
            known.inputs = IndexInputs(content=_packed(observed))
            db.session.flush()
        return known
    run = _store(told, mapping, observed, as_of, by, at)
    audit(by, "index.computed", run, at=at, changes={"as_of": as_of.isoformat()})
    return run


def _packed(observed: Observed) -> bytes:
    return packed(observed.observations, observed.populations, observed.left_out)


def _store(
    told: dict[str, Any],
    mapping: dict[str, Any],
    observed: Observed,
    as_of: date,
    by: User | None,
    at: datetime,
) -> IndexRun:
    run = IndexRun(
        methodology_key=told["methodology"]["key"],
        methodology_version=told["methodology"]["version"],
        methodology_hash=told["methodology"]["hash"],
        methodology=mapping,
        evidence_hash=told["evidence_hash"],
        as_of=as_of,
        seed=str(told["seed"]),
        draws=told["draws"],
        algorithm=str(told["algorithm"]),
        problems=told["problems"],
        unknown_error=told["unknown_error"],
        header={name: value for name, value in told.items() if name != "subjects"},
        computed_at=at,
        computed_by_id=by.id if by else None,
        inputs=IndexInputs(content=_packed(observed)),
    )
    db.session.add(run)
    ids = {row.code: row.id for row in db.session.scalars(everywhere(Organisation))}
    for subject in told["subjects"]:
        used = [key for one in subject["indicators"] for key in one["observations"]]
        run.values.append(
            IndexValue(
                organisation_id=ids[subject["subject"]],
                value=subject["value"],
                low=subject["low"],
                high=subject["high"],
                coverage=subject["coverage"],
                band=subject["band"] or "",
                rank=subject["rank"],
                detail=subject,
                sources={key: observed.sources[key] for key in used if key in observed.sources},
            )
        )
    db.session.flush()
    return run
