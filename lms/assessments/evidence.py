"""Attempts and observations as facts: pure."""

from datetime import UTC
from decimal import Decimal

from lms.assessments.models import Attempt, PracticalObservation
from lms.evidence.facts import Fact, Kind


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
