"""Stored runs as the engine's values again: found by day or id, told, compared and computed anew.

For the console and for jobs: nothing here is narrowed to a viewer. Pages read `queries.py`.
"""

import json
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from lms.accounts.scope import everywhere
from lms.capacity.inputs import left_out_of, unpacked
from lms.capacity.models import IndexRun
from lms.capacity.operations import DEFAULT_METHODOLOGY
from lms.db import db
from lms.errors import Refused
from lms.index import Methodology, Observation, Result


def all_runs(methodology_key: str = DEFAULT_METHODOLOGY) -> list[IndexRun]:
    """Every stored run of a methodology, newest day first; of one day the latest computed first."""
    statement = (
        everywhere(IndexRun)
        .where(IndexRun.methodology_key == methodology_key)
        .order_by(IndexRun.as_of.desc(), IndexRun.computed_at.desc(), IndexRun.id.desc())
    )
    return list(db.session.scalars(statement))


def find_run(reference: str | None, methodology_key: str = DEFAULT_METHODOLOGY) -> IndexRun:
    """The run of an id, the latest of a day such as 2026-03-31, or the newest without a reference.

    Raises:
        Refused: `index.no-run` when there is none at all, `index.no-such-run` naming the days there are.
    """
    if reference is not None:
        try:
            found = db.session.get(IndexRun, UUID(reference))
        except ValueError:
            found = None
        if found is not None:
            return found
    known = all_runs(methodology_key)
    if not known:
        raise Refused("index.no-run")
    if reference is None:
        return known[0]
    for run in known:
        if run.as_of.isoformat() == reference:
            return run
    days = list(dict.fromkeys(run.as_of.isoformat() for run in known))
    raise Refused("index.no-such-run", reference=reference, days=days[:12])


def last_two(methodology_key: str = DEFAULT_METHODOLOGY) -> tuple[IndexRun, IndexRun]:
    """The runs of the two newest days, the earlier one first; of each day the latest computed.

    Raises:
        Refused: `index.one-run` when there are not two days.
    """
    by_day: dict[date, IndexRun] = {}
    for run in all_runs(methodology_key):
        by_day.setdefault(run.as_of, run)
    if len(by_day) < 2:
        raise Refused("index.one-run")
    newest, before = list(by_day.values())[:2]
    return before, newest


def run_before(run: IndexRun) -> IndexRun:
    """The latest run of an earlier day by the same methodology.

    Raises:
        Refused: `index.one-run` when there is none.
    """
    earlier = [one for one in all_runs(run.methodology_key) if one.as_of < run.as_of]
    if not earlier:
        raise Refused("index.one-run")
    return earlier[0]


def told(run: IndexRun, subjects: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A run as section 14 of the specification prints it, subjects by code; only those given, where they are."""
    if subjects is None:
        subjects = [value.detail for value in run.values]
    subjects = sorted(subjects, key=lambda one: one["subject"])
    # In the order of section 14, whatever the engine prints besides.
    told: dict[str, Any] = {
        "methodology": {
            "key": run.methodology_key,
            "version": run.methodology_version,
            "hash": run.methodology_hash,
        },
        "as_of": run.as_of.isoformat(),
        "evidence_hash": run.evidence_hash,
        "seed": int(run.seed),
        "draws": run.draws,
        "algorithm": run.algorithm,
        "unknown_error": run.unknown_error,
        "subjects": subjects,
        "problems": run.problems,
    }
    return {**told, **{key: value for key, value in run.header.items() if key not in told}}


def has_value(told: dict[str, Any]) -> bool:
    """Whether any subject has a value."""
    return any(one["value"] is not None for one in told["subjects"])


def subject_of(told: dict[str, Any], code: str) -> dict[str, Any]:
    """What a run says of one organisation.

    Raises:
        Refused: `index.no-such-subject`, naming those there are.
    """
    for one in told["subjects"]:
        if one["subject"] == code:
            return one
    known = [one["subject"] for one in told["subjects"]]
    raise Refused("index.no-such-subject", code=code, known=known[:20])


def methodology_of(run: IndexRun) -> Methodology:
    """The methodology as it was when the run was computed.

    Raises:
        Refused: `index.other-engine` when today's engine reads it as another one.
    """
    methodology, found = _read(json.dumps(run.methodology))
    if found != run.methodology_hash:
        raise Refused("index.other-engine", day=run.as_of.isoformat())
    return methodology


@lru_cache(maxsize=8)
def _read(text: str) -> tuple[Methodology, str]:
    """A methodology and its hash: a site has few, and a page asks for the same one several times."""
    methodology = Methodology.from_mapping(json.loads(text))
    return methodology, methodology.hash


def result_of(run: IndexRun, subjects: list[dict[str, Any]] | None = None) -> Result:
    """The run as the engine's own value; of the subjects given alone, where they are.

    Raises:
        Refused: `index.other-engine`.
    """
    methodology = methodology_of(run)
    try:
        return Result.from_mapping(told(run, subjects), methodology)
    except KeyError:
        # An earlier release printed less.
        raise Refused("index.other-engine", day=run.as_of.isoformat()) from None


def inputs_of(
    run: IndexRun, subject: str | None = None
) -> tuple[list[Observation], dict[tuple[str, str], float]]:
    """The observations and populations that the run was computed from; of one organisation where asked.

    Raises:
        Refused: `index.no-inputs` for a run of a release that did not keep them.
    """
    if run.inputs is None:
        raise Refused("index.no-inputs", day=run.as_of.isoformat())
    return unpacked(run.inputs.content, subject)


def left_out(run: IndexRun) -> dict[str, int]:
    """How many pieces of evidence never became an observation, by reason."""
    return left_out_of(run.inputs.content) if run.inputs is not None else {}
