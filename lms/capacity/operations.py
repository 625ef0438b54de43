"""Computing the index and storing the run."""

import json
from collections import defaultdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from lms.accounts.models import Organisation, User
from lms.accounts.queries import all_posts
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.observations import IndicatorEvidence, Observed, Requirement, observe
from lms.competencies.rules import Item
from lms.courses.library import framework, library
from lms.db import db
from lms.errors import Refused
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
    """Everything that the site knows on a day, as the methodology's observations."""
    codes = {row.id: row.code for row in db.session.scalars(everywhere(Organisation))}
    requirements = []
    for post in all_posts():
        if post.closed_on is not None and post.closed_on <= as_of:
            continue
        if post.made_at.date() > as_of:
            continue
        held = post.holder_on(as_of)
        for competency, level in post.requirements.items():
            requirements.append(
                Requirement(
                    codes[post.organisation_id],
                    post.id,
                    competency,
                    level,
                    held.user_id if held else None,
                )
            )
    items: dict[tuple[UUID, str], list[Item]] = defaultdict(list)
    pieces = []
    for piece in for_index(as_of):
        if piece.competency and piece.user_id is not None:
            items[piece.user_id, piece.competency].append(
                Item(piece.id, piece.kind, piece.value, piece.observed_on, piece.leading)
            )
        else:
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
                    assessor=codes.get(piece.assessor_organisation_id, ""),
                )
            )
    return observe(
        requirements,
        items,
        pieces,
        as_of=as_of,
        indicators=[indicator.key for indicator in methodology.indicators],
        valid_months=framework().valid_months,
    )


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
    if told["problems"] and not told["subjects"]:
        raise Refused("index.refused", problems=[one["message"] for one in told["problems"][:5]])
    known = db.session.scalar(
        everywhere(IndexRun).where(
            IndexRun.methodology_hash == told["methodology"]["hash"],
            IndexRun.evidence_hash == told["evidence_hash"],
            IndexRun.as_of == as_of,
            IndexRun.seed == str(told["seed"]),
            IndexRun.draws == told["draws"],
        )
    )
    if known is not None:
        return known
    run = _store(told, mapping, observed, as_of, by, at)
    audit(by, "index.computed", run, at=at, changes={"as_of": as_of.isoformat()})
    return run


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
        computed_at=at,
        computed_by_id=by.id if by else None,
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
