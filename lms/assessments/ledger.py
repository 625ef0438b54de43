"""What the ledger is to say of an attempt, and what has to be entered so that it says it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol
from uuid import UUID

from lms.evidence.facts import Fact, Kind


class Sat(Protocol):
    """What a fact says of an attempt: an `Attempt`, or a row with the same."""

    @property
    def id(self) -> UUID: ...

    @property
    def user_id(self) -> UUID: ...

    @property
    def organisation_id(self) -> UUID: ...

    @property
    def submitted_at(self) -> datetime | None: ...


class Piece(NamedTuple):
    """A piece of evidence of an attempt, as a plain row; `ended` when it was superseded or withdrawn."""

    id: UUID
    organisation_id: UUID
    competency: str
    value: Decimal
    ended: bool


def counting(pieces: Sequence[Piece]) -> dict[str, Decimal]:
    """What counts of these, by competency."""
    return {piece.competency: piece.value for piece in pieces if not piece.ended}


@dataclass(slots=True)
class Entries:
    """What has to be entered, of all attempts that were added.

    Args:
        new: facts of which the ledger says nothing yet.
        changed: pieces that have another value now, each with the fact that takes its place.
        gone: pieces that no longer hold.
    """

    new: list[Fact] = field(default_factory=list)
    changed: list[tuple[Piece, Fact]] = field(default_factory=list)
    gone: list[Piece] = field(default_factory=list)

    def add(
        self, attempt: Sat, competencies: Mapping[str, Decimal], pieces: Sequence[Piece]
    ) -> None:
        """Compare what an attempt shows, a share for each competency asked about, with its evidence so far.

        Args:
            competencies: empty while a marker is awaited and for a void attempt: it shows nothing.
            pieces: all of its evidence, also what ended.
        """
        left = {piece.competency: piece for piece in pieces if not piece.ended}
        for competency, share in sorted(competencies.items()):
            piece = left.pop(competency, None)
            if attempt.submitted_at is None or (piece is not None and piece.value == share):
                continue
            earlier = sum(one.competency == competency for one in pieces)
            fact = _fact(attempt, attempt.submitted_at, competency, share, earlier)
            if piece is None:
                self.new.append(fact)
            else:
                self.changed.append((piece, fact))
        self.gone += left.values()


def _fact(
    attempt: Sat, submitted_at: datetime, competency: str, share: Decimal, earlier: int
) -> Fact:
    # A key of its own for each piece: a competency may be recorded anew after its evidence ended.
    once_key = f"attempt:{attempt.id}:{competency}"
    return Fact(
        once_key=f"{once_key}:{earlier + 1}" if earlier else once_key,
        kind=Kind.ASSESSMENT,
        organisation_id=attempt.organisation_id,
        user_id=attempt.user_id,
        competency=competency,
        level="awareness",
        value=share,
        observed_on=submitted_at.astimezone(UTC).date(),
        record_kind="attempt",
        record_id=attempt.id,
        group=f"user:{attempt.user_id}",
    )
