"""Recording, superseding, withdrawing: the only three things that happen to evidence."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused
from lms.evidence.facts import Fact
from lms.evidence.models import SUPERSEDED, WITHDRAWN, Evidence, EvidenceEnd

_SIX_PLACES = Decimal("0.000001")


def record(fact: Fact, *, by: User | None, at: datetime) -> Evidence:
    """Append a fact to the ledger; the same `once_key` gives the piece already there, unchanged."""
    return record_all([fact], by=by, at=at)[0]


def record_all(facts: Sequence[Fact], *, by: User | None, at: datetime) -> list[Evidence]:
    """Append facts to the ledger, a piece for each in their order; as `record`, in two statements for all."""
    wanted = [fact.once_key for fact in facts]
    if not wanted:
        return []
    statement = everywhere(Evidence).where(Evidence.once_key.in_(wanted))
    held = {piece.once_key: piece for piece in db.session.scalars(statement)}
    for fact in facts:
        if fact.once_key not in held:
            held[fact.once_key] = _piece(fact, by, at)
            db.session.add(held[fact.once_key])
    db.session.flush()
    return [held[key] for key in wanted]


def _piece(fact: Fact, by: User | None, at: datetime) -> Evidence:
    return Evidence(
        once_key=fact.once_key,
        kind=fact.kind.value,
        organisation_id=fact.organisation_id,
        user_id=fact.user_id,
        competency=fact.competency,
        level=fact.level,
        indicator=fact.indicator,
        value=fact.value.quantize(_SIX_PLACES),
        unit=fact.unit,
        numerator=fact.numerator,
        denominator=fact.denominator,
        observed_on=fact.observed_on,
        group=fact.group,
        leading=fact.leading,
        record_kind=fact.record_kind,
        record_id=fact.record_id,
        assessor_organisation_id=fact.assessor_organisation_id,
        recorded_at=at,
        recorded_by_id=by.id if by else None,
    )


def supersede(
    piece: Evidence, fact: Fact, *, reason: str, by: User | None, at: datetime
) -> Evidence:
    """Record a corrected fact in the place of `piece`, which stays readable.

    Raises:
        Refused: `evidence.ended` when it was superseded or withdrawn before.
    """
    _check_counts(piece)
    successor = record(fact, by=by, at=at)
    _end(piece, SUPERSEDED, successor.id, reason, by, at)
    return successor


def withdraw(piece: Evidence, *, reason: str, by: User | None, at: datetime) -> None:
    """Let a piece of evidence count no longer, and say why.

    Raises:
        Refused: `evidence.ended` when it ended before, `evidence.reason` without a reason.
    """
    _check_counts(piece)
    if not reason.strip():
        raise Refused("evidence.reason")
    _end(piece, WITHDRAWN, None, reason.strip(), by, at)


def _check_counts(piece: Evidence) -> None:
    if piece.end is not None:
        raise Refused("evidence.ended", kind=piece.end.kind)


def _end(
    piece: Evidence, kind: str, successor: UUID | None, reason: str, by: User | None, at: datetime
) -> None:
    db.session.add(
        EvidenceEnd(
            evidence_id=piece.id,
            kind=kind,
            successor_id=successor,
            reason=reason,
            at=at,
            by_id=by.id if by else None,
        )
    )
    audit(
        by,
        f"evidence.{kind}",
        piece,
        at=at,
        organisation_id=piece.organisation_id,
        changes={"reason": reason},
    )
    db.session.flush()
    db.session.expire(piece, ["end"])
