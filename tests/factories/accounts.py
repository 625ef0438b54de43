"""Organisations and people for tests; every function commits."""

from datetime import UTC, datetime
from uuid import uuid4

from lms.accounts import operations
from lms.accounts.models import Organisation, Post, User
from lms.accounts.rules import OrganisationKind, Role
from lms.db import db

LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)


def make_organisation(
    code: str = "", *, name: str = "", parent: Organisation | None = None, **more: object
) -> Organisation:
    """A local government, unless told otherwise."""
    code = code or f"org-{uuid4().hex[:8]}"
    made = operations.add_organisation(
        code=code,
        name=name or code.replace("-", " ").title(),
        kind=more.pop("kind", OrganisationKind.LOCAL_GOVERNMENT),
        parent=parent,
        by=None,
        at=LONG_AGO,
        **more,
    )
    db.session.commit()
    return made


def make_user(
    sign_in_name: str = "",
    *,
    organisation: Organisation | None = None,
    role: Role = Role.LEARNER,
    name: str = "",
    **more: object,
) -> User:
    """A person, with a role where an organisation is given; no password (`login` needs none)."""
    sign_in_name = sign_in_name or f"user-{uuid4().hex[:8]}"
    made = operations.add_user(
        sign_in_name=sign_in_name,
        name=name or sign_in_name.title(),
        by=None,
        at=LONG_AGO,
        **more,
    )
    if organisation is not None:
        operations.add_membership(made, organisation, role, by=None, at=LONG_AGO)
    db.session.commit()
    return made


def make_post(
    organisation: Organisation,
    *,
    requirements: dict[str, int] | None = None,
    holder: User | None = None,
) -> Post:
    """A post, held by `holder` since long ago."""
    key = f"post-{uuid4().hex[:8]}"
    made = operations.add_post(
        organisation,
        key=key,
        titles={"en": key},
        requirements=requirements or {},
        by=None,
        at=LONG_AGO,
    )
    if holder is not None:
        operations.appoint(made, holder, starts_on=LONG_AGO.date(), by=None, at=LONG_AGO)
    db.session.commit()
    return made
