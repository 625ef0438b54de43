"""The evidence of attempts, read and brought in line with what they are worth; observations as facts."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments.ledger import Entries, Piece
from lms.assessments.models import PracticalObservation
from lms.db import db
from lms.db.chunks import in_chunks
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence, EvidenceEnd
from lms.evidence.operations import record_all, supersede_all, withdraw_all


def pieces_of(attempt_ids: Sequence[UUID]) -> dict[UUID, list[Piece]]:
    """Every piece of evidence of some attempts, by attempt, the oldest first; one without any is left out."""
    found: dict[UUID, list[Piece]] = {}
    for keys in in_chunks(attempt_ids):
        statement = (
            everywhere(
                Evidence.record_id,
                Evidence.id,
                Evidence.organisation_id,
                Evidence.competency,
                Evidence.value,
                EvidenceEnd.id.is_not(None),
            )
            .outerjoin(EvidenceEnd, EvidenceEnd.evidence_id == Evidence.id)
            .where(Evidence.record_kind == "attempt", Evidence.record_id.in_(keys))
            .order_by(Evidence.id)
        )
        for row in db.session.execute(statement):
            found.setdefault(row[0], []).append(Piece._make(row[1:]))
    return found


def enter(entries: Entries, *, by: User | None, at: datetime, reason: str) -> None:
    """Record what is new, supersede what has another value now, withdraw what no longer holds."""
    supersede_all(entries.changed, reason=reason, by=by, at=at)
    record_all(entries.new, by=by, at=at)
    withdraw_all(entries.gone, reason=reason, by=by, at=at)


def facts_of_observation(observation: PracticalObservation, share: Decimal) -> list[Fact]:
    """One fact for each competency that the observed task shows."""
    return [
        Fact(
            once_key=f"observation:{observation.id}:{competency}",
            kind=Kind.PRACTICAL_OBSERVATION,
            organisation_id=observation.organisation_id,
            user_id=observation.user_id,
            competency=competency,
            level="practitioner",
            value=share,
            observed_on=observation.observed_on,
            record_kind="observation",
            record_id=observation.id,
            group=f"user:{observation.user_id}",
            assessor_organisation_id=observation.observer_organisation_id,
        )
        for competency in observation.competencies
    ]
