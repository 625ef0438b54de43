"""What happened, for whoever cares: signals, each with a frozen payload and its contract.

A feature calls another on a floor below; an event only goes sideways, to a neighbour on the same floor or
above. A listener runs inside the sender's transaction and raises nothing but `Refused`.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from blinker import Namespace

_signals = Namespace()


@dataclass(frozen=True, slots=True)
class AttemptFinished:
    """An attempt was submitted and marked. Sent by `lms.assessments`, once for each attempt."""

    attempt_id: UUID
    user_id: UUID
    course_key: str
    passed: bool
    at: datetime


#: Carries `AttemptFinished` as the sender.
attempt_finished = _signals.signal("attempt-finished")
