"""Recording, superseding, withdrawing: the only three things that happen to evidence.

Each is done to many at once in a few statements, and to one as to many of one.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import bindparam, select
from uuid_utils.compat import uuid7

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.accounts.scope import rows as rows_of
from lms.audit.operations import Deed
from lms.audit.operations import record_all as audit_all
from lms.db import db
from lms.db.bulk import insert_missing, insert_rows, known
from lms.db.chunks import in_chunks
from lms.db.prepared import prepared
from lms.errors import Refused
from lms.events import EvidenceChanged, evidence_changed
from lms.evidence.facts import Fact
from lms.evidence.models import SUPERSEDED, WITHDRAWN, Evidence, EvidenceEnd

_SIX_PLACES = Decimal("0.000001")


class Piece(Protocol):
    """What is asked of a piece of evidence that is to end: an `Evidence`, or a row with these two."""

    @property
    def id(self) -> UUID: ...

    @property
    def organisation_id(self) -> UUID: ...


def record(fact: Fact, *, by: User | None, at: datetime) -> Evidence:
    """Append a fact to the ledger; the same `once_key` gives the piece already there, unchanged."""
    return _piece(record_all([fact], by=by, at=at)[0])


def record_all(facts: Sequence[Fact], *, by: User | None, at: datetime) -> list[UUID]:
    """Append facts to the ledger in a few statements; returns the id of the piece of each, in their order.

    As with `record`, a fact whose `once_key` is there already gives the piece already there.
    """
    found, made = _append(facts, by, at)
    _tell(made, at)
    return found


def _append(facts: Sequence[Fact], by: User | None, at: datetime) -> tuple[list[UUID], list[UUID]]:
    """The ids of the pieces of facts, in their order; and those that are new and about people."""
    db.session.flush()
    wanted: dict[str, dict[str, Any]] = {}
    for fact in facts:
        if fact.once_key not in wanted:
            wanted[fact.once_key] = {"id": uuid7(), **_values(fact, by, at)}
    held: dict[str, UUID] = {key: row["id"] for key, row in wanted.items()}
    if not insert_missing(Evidence, list(wanted.values())):
        for keys in in_chunks(list(wanted)):
            held.update((row.once_key, row.id) for row in rows_of(_by_once_key(), keys=keys))
    about_people = [
        row["id"] for key, row in wanted.items() if row["competency"] and held[key] == row["id"]
    ]
    return [held[fact.once_key] for fact in facts], about_people


@prepared
def _by_once_key() -> Any:
    return everywhere(Evidence.once_key, Evidence.id).where(
        Evidence.once_key.in_(bindparam("keys", expanding=True))
    )


def _tell(pieces: Sequence[UUID], at: datetime) -> None:
    if pieces:
        evidence_changed.send(EvidenceChanged(tuple(pieces), at))


def _values(fact: Fact, by: User | None, at: datetime) -> dict[str, Any]:
    return {
        "once_key": fact.once_key,
        "kind": fact.kind.value,
        "organisation_id": fact.organisation_id,
        "user_id": fact.user_id,
        "competency": fact.competency,
        "level": fact.level,
        "indicator": fact.indicator,
        "value": fact.value.quantize(_SIX_PLACES),
        "unit": fact.unit,
        "numerator": fact.numerator,
        "denominator": fact.denominator,
        "observed_on": fact.observed_on,
        "group_key": fact.group,
        "leading": fact.leading,
        "record_kind": fact.record_kind,
        "record_id": fact.record_id,
        "assessor_organisation_id": fact.assessor_organisation_id,
        "recorded_at": at,
        "recorded_by_id": by.id if by else None,
    }


def supersede(
    piece: Evidence, fact: Fact, *, reason: str, by: User | None, at: datetime
) -> Evidence:
    """Record a corrected fact in the place of `piece`, which stays readable.

    Raises:
        Refused: `evidence.ended` when it was superseded or withdrawn before.
    """
    return _piece(supersede_all([(piece, fact)], reason=reason, by=by, at=at)[0])


def supersede_all(
    pairs: Sequence[tuple[Piece, Fact]], *, reason: str, by: User | None, at: datetime
) -> list[UUID]:
    """Record corrected facts in the place of pieces; returns the ids of their successors, in the same order.

    Raises:
        Refused: `evidence.ended` when one of them was superseded or withdrawn before; nothing is written then.
    """
    pieces = [piece for piece, _fact in pairs]
    _check_counting(pieces)
    successors, made = _append([fact for _piece, fact in pairs], by, at)
    _end(SUPERSEDED, pieces, successors, reason, by, at)
    _tell([*(piece.id for piece in pieces), *made], at)
    return successors


def withdraw(piece: Evidence, *, reason: str, by: User | None, at: datetime) -> None:
    """Let a piece of evidence count no longer, and say why.

    Raises:
        Refused: `evidence.ended` when it ended before, `evidence.reason` without a reason.
    """
    withdraw_all([piece], reason=reason, by=by, at=at)


def withdraw_all(pieces: Sequence[Piece], *, reason: str, by: User | None, at: datetime) -> None:
    """Let pieces of evidence count no longer, all for the same reason.

    Raises:
        Refused: as `withdraw`, for any of them; nothing is written then.
    """
    if not pieces:
        return
    _check_counting(pieces)
    if not reason.strip():
        raise Refused("evidence.reason")
    _end(WITHDRAWN, pieces, [None] * len(pieces), reason.strip(), by, at)
    _tell([piece.id for piece in pieces], at)


def _check_counting(pieces: Sequence[Piece]) -> None:
    for keys in in_chunks([piece.id for piece in pieces]):
        ended = select(EvidenceEnd.kind).where(EvidenceEnd.evidence_id.in_(keys)).limit(1)
        kind = db.session.scalar(ended)
        if kind is not None:
            raise Refused("evidence.ended", kind=kind)


def _end(
    kind: str,
    pieces: Sequence[Piece],
    successors: Sequence[UUID | None],
    reason: str,
    by: User | None,
    at: datetime,
) -> None:
    if not pieces:
        return
    rows = [
        {
            "id": uuid7(),
            "evidence_id": piece.id,
            "kind": kind,
            "successor_id": successor,
            "reason": reason,
            "at": at,
            "by_id": by.id if by else None,
        }
        for piece, successor in zip(pieces, successors, strict=True)
    ]
    insert_rows(EvidenceEnd, rows)
    deeds = [Deed(piece.id, piece.organisation_id, {"reason": reason}) for piece in pieces]
    audit_all(by, f"evidence.{kind}", Evidence.__tablename__, deeds, at=at)
    objects = known(Evidence)
    for piece in pieces:
        if piece.id in objects:
            db.session.expire(objects[piece.id], ["end"])


def _piece(key: UUID) -> Evidence:
    return db.session.scalars(everywhere(Evidence).where(Evidence.id == key)).one()
