"""Attempts and observations as facts, and the ledger brought in line with an attempt that was marked anew."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments.models import Attempt, PracticalObservation
from lms.db import db
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence
from lms.evidence.operations import record_all, supersede, withdraw


def facts_of_attempt(attempt: Attempt, competencies: dict[str, Decimal]) -> list[Fact]:
    """One fact for each competency asked about: the share of marks earned on it."""
    if attempt.submitted_at is None:
        return []
    return [
        Fact(
            once_key=f"attempt:{attempt.id}:{competency}",
            kind=Kind.ASSESSMENT,
            organisation_id=attempt.organisation_id,
            user_id=attempt.user_id,
            competency=competency,
            level="awareness",
            value=share,
            observed_on=attempt.submitted_at.astimezone(UTC).date(),
            record_kind="attempt",
            record_id=attempt.id,
            group=f"user:{attempt.user_id}",
        )
        for competency, share in sorted(competencies.items())
    ]


def evidence_of(attempt: Attempt) -> list[Evidence]:
    """Every piece of evidence of an attempt, with how it ended, oldest first."""
    statement = (
        everywhere(Evidence)
        .where(Evidence.record_kind == "attempt", Evidence.record_id == attempt.id)
        .options(joinedload(Evidence.end))
        .order_by(Evidence.id)
    )
    return list(db.session.scalars(statement))


def bring_in_line(
    attempt: Attempt, facts: Iterable[Fact], *, by: User | None, at: datetime, reason: str
) -> None:
    """Record what is new, supersede what has another value now, withdraw what no longer holds."""
    pieces = evidence_of(attempt)
    counting = {piece.competency: piece for piece in pieces if piece.end is None}
    new: list[Fact] = []
    for fact in facts:
        # A key of its own for each piece: a competency may be recorded anew after its evidence ended.
        earlier = sum(piece.competency == fact.competency for piece in pieces)
        anew = replace(fact, once_key=f"{fact.once_key}:{earlier + 1}") if earlier else fact
        piece = counting.pop(fact.competency, None)
        if piece is None:
            new.append(anew)
        elif piece.value != fact.value:
            supersede(piece, anew, reason=reason, by=by, at=at)
    record_all(new, by=by, at=at)
    for piece in counting.values():
        withdraw(piece, reason=reason, by=by, at=at)


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
