"""Private calendar addresses: made, renewed, revoked, and read without signing in."""

from datetime import datetime

from lms.accounts.models import User
from lms.accounts.rules import digest
from lms.accounts.scope import everywhere
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.exercises.models import CalendarFeed
from lms.exercises.rules import new_feed_token


def open_feed(user: User) -> CalendarFeed | None:
    """The person's feed that is not revoked, if there is one."""
    statement = db.select(CalendarFeed).where(
        CalendarFeed.user_id == user.id, CalendarFeed.revoked_at.is_(None)
    )
    return db.session.scalars(statement).first()


def renew_feed(user: User, *, at: datetime) -> str:
    """Make a private address, revoke the one before, and return the token: it is shown this once."""
    hold(user)
    revoke_feed(user, at=at)
    token = new_feed_token()
    feed = CalendarFeed(token_hash=digest(token), user=user, made_at=at)
    db.session.add(feed)
    db.session.flush()
    audit(user, "calendar-feed.renewed", feed, at=at)
    return token


def revoke_feed(user: User, *, at: datetime) -> None:
    """Let the person's private address lead nowhere."""
    feed = open_feed(user)
    if feed is not None:
        feed.revoked_at = at
        audit(user, "calendar-feed.revoked", feed, at=at)


def user_of(token: str) -> User | None:
    """Whose feed the token opens; None when it is unknown, revoked, or the person's account is closed."""
    statement = (
        everywhere(User)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(
            CalendarFeed.token_hash == digest(token),
            CalendarFeed.revoked_at.is_(None),
            User.closed_at.is_(None),
        )
    )
    return db.session.scalar(statement)
