"""A form that comes twice does its deed once: its key is unique, and asked for first."""

from typing import TypeVar
from uuid import uuid4

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.db import Base, db

Row = TypeVar("Row", bound=Base)


def once_key(by: User | None, request_key: str) -> str:
    """The key of a deed: who does it, and the form it came with; without a form's key it is one of its own."""
    return f"{by.id if by else ''}:{request_key or uuid4().hex}"


def made_before(model: type[Row], key: str) -> Row | None:
    """The row that the same form made before, or None.

    Of two forms that come at the same moment the later finds the unique key taken, and `lms.db.at_once.again`
    lets it ask once more.
    """
    found: Row | None = db.session.scalar(everywhere(model).where(model.once_key == key))  # type: ignore[attr-defined]
    return found
