"""What happened, for whoever cares: signals, each with a frozen payload and its contract.

A feature calls another on a floor below; an event only goes sideways, to a neighbour on the same floor or
above. A listener runs inside the sender's transaction and raises nothing but `Refused`.

A regrade sends thousands at once. Each is sent by itself, with `together`: all of the same kind that are sent in a
row, itself among them. A listener that has to read something may do so for all of them when it hears the first.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """An attempt was handed in and is marked in full. Sent by `lms.assessments`, once for each attempt."""

    attempt_id: UUID
    user_id: UUID
    #: None: the assessment belongs to a domain and not to a course.
    course_key: str | None
    assessment_key: str
    passed: bool
    at: datetime


#: Carries `AttemptFinished` as the sender, and `together`, a tuple of them.
attempt_finished = _signals.signal("attempt-finished")


@dataclass(frozen=True, slots=True)
class AttemptChanged:
    """The outcome of a marked attempt changed: it was regraded or declared void. Sent by `lms.assessments`.

    `passed` is what holds for this attempt now; `passed_elsewhere` whether the person has passed the same
    assessment in another attempt that counts.
    """

    attempt_id: UUID
    user_id: UUID
    #: None: the assessment belongs to a domain and not to a course.
    course_key: str | None
    assessment_key: str
    passed: bool
    passed_elsewhere: bool
    at: datetime


#: Carries `AttemptChanged` as the sender, and `together`, a tuple of them.
attempt_changed = _signals.signal("attempt-changed")


@dataclass(frozen=True, slots=True)
class EvidenceChanged:
    """Evidence about people was recorded, superseded or withdrawn. Sent by `lms.evidence`, once for each change.

    A correction is one change: the piece that ended and the one that took its place are both among the pieces.
    """

    piece_ids: tuple[UUID, ...]
    at: datetime


#: Carries `EvidenceChanged` as the sender.
evidence_changed = _signals.signal("evidence-changed")
