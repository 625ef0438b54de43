"""Computing the index and storing the run."""

from datetime import date, datetime
from typing import Any

import orjson

from lms.accounts.models import Organisation, User
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.capacity.inputs import packed
from lms.capacity.models import IndexInputs, IndexRun, IndexValue
from lms.capacity.observations import Observed
from lms.capacity.reading import observed_on, without_collecting
from lms.courses.library import library
from lms.db import db
from lms.errors import Refused
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


@without_collecting()
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
        observed.columns,
        as_of=as_of,
        populations=observed.populations,
        draws=draws,
        seed=seed,
    )
    told = orjson.loads(result.to_json())
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
    return packed(observed.columns, observed.populations, observed.left_out)


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
                sources={key: observed.evidence_behind(key) for key in used},
            )
        )
    db.session.flush()
    return run
