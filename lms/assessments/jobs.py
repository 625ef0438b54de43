"""Closing an attempt whose time is up, with the answers kept until then."""

from uuid import UUID

from lms import clock
from lms.assessments import operations
from lms.assessments.operations import JOB as KIND
from lms.jobs.operations import Claim

__all__ = ["KIND", "close_overdue"]


def close_overdue(claimed: Claim) -> None:
    """Close the attempt by its rules; one that was handed in in time, or has more time now, stays as it is."""
    attempt = operations.attempt_by_id(UUID(claimed.payload["attempt"]))
    if attempt is not None:
        operations.close_attempt(attempt, at=clock.now())
