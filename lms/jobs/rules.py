"""When a failed job is tried again."""

from datetime import timedelta

MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=60)


def retry_after(attempts: int) -> timedelta | None:
    """How long a job rests after its n-th failed attempt: 10 s, 40 s, 90 s …; None when it rests for good."""
    if attempts >= MAX_ATTEMPTS:
        return None
    return timedelta(seconds=10 * attempts * attempts)
