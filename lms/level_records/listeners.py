"""Coaching counts by the evidence of whoever was coached: follow what changes in it."""

from lms.accounts.scope import everywhere
from lms.competencies.rules import FULL, PRACTITIONER
from lms.db import db
from lms.db.chunks import in_chunks
from lms.events import EvidenceChanged, evidence_changed
from lms.evidence.models import Evidence
from lms.level_records.models import LevelRecord
from lms.level_records.operations import settle

#: What a practitioner's level rests on; coaching is not among it, so no change leads to another.
KINDS = sorted({proof.kind for step in FULL.steps[:PRACTITIONER] for proof in step})


def _evidence_changed(change: EvidenceChanged) -> None:
    for keys in in_chunks(change.piece_ids):
        statement = (
            everywhere(LevelRecord)
            .join(
                Evidence,
                (Evidence.user_id == LevelRecord.coachee_id)
                & (Evidence.competency == LevelRecord.competency),
            )
            .where(
                Evidence.id.in_(keys),
                Evidence.kind.in_(KINDS),
                LevelRecord.confirmed_at.is_not(None),
                LevelRecord.withdrawn_at.is_(None),
            )
            .order_by(LevelRecord.id)
            # Two whose evidence changes the same record wait for one another.
            .with_for_update(of=LevelRecord)
        )
        settle(db.session.scalars(statement).unique().all(), by=None, at=change.at)


def connect() -> None:
    """Listen to changes of evidence; calling it twice changes nothing."""
    evidence_changed.connect(_evidence_changed)
