"""The day after a corrective action was due: look at all that are overdue."""

from lms import clock
from lms.exercises.evaluation import OVERDUE_JOB as KIND
from lms.exercises.evaluation import record_overdue_actions
from lms.jobs.operations import Claim

__all__ = ["KIND", "record_overdue"]


def record_overdue(_claimed: Claim) -> None:
    """Record what is overdue now."""
    record_overdue_actions(clock.now())
