"""Coaching counts by the evidence of whoever was coached: follow what changes in it."""

from typing import Any

from sqlalchemy import bindparam

from lms.accounts.scope import everywhere, rows
from lms.competencies.rules import FULL, PRACTITIONER
from lms.db import db
from lms.db.chunks import in_chunks
from lms.db.prepared import prepared
from lms.events import EvidenceChanged, evidence_changed
from lms.evidence.models import Evidence
from lms.level_records.models import LevelRecord
from lms.level_records.operations import settle
from lms.level_records.rules import State

#: What a practitioner's level rests on; coaching is not among it, so no change leads to another.
KINDS = sorted({proof.kind for step in FULL.steps[:PRACTITIONER] for proof in step})


def _evidence_changed(change: EvidenceChanged) -> None:
    for keys in in_chunks(change.piece_ids):
        # Almost always there is none, and every attempt that is handed in asks.
        touched = {row.id for row in rows(_touched(), pieces=keys)}
        if not touched:
            continue
        statement = (
            everywhere(LevelRecord)
            .where(LevelRecord.id.in_(touched))
            .order_by(LevelRecord.id)
            # Two whose evidence changes the same record wait for one another, and for whoever confirms it.
            .with_for_update(of=LevelRecord)
            .execution_options(populate_existing=True)
        )
        settle(
            [one for one in db.session.scalars(statement) if one.state is State.CONFIRMED],
            by=None,
            at=change.at,
        )


@prepared
def _touched() -> Any:
    """The coaching that may count by what some pieces are about: also what somebody confirms just now."""
    return (
        everywhere(LevelRecord.id)
        .join(
            Evidence,
            (Evidence.user_id == LevelRecord.coachee_id)
            & (Evidence.competency == LevelRecord.competency),
        )
        .where(
            Evidence.id.in_(bindparam("pieces", expanding=True)),
            Evidence.kind.in_(KINDS),
            LevelRecord.withdrawn_at.is_(None),
        )
    )


def connect() -> None:
    """Listen to changes of evidence; calling it twice changes nothing."""
    evidence_changed.connect(_evidence_changed)
