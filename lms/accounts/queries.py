"""Reading people and organisations for pages; every list is scoped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, bindparam, cast, func, or_
from sqlalchemy.orm import joinedload, selectinload

from lms.accounts.models import (
    Incumbency,
    Invitation,
    Membership,
    Organisation,
    Post,
    PostRequirements,
    User,
)
from lms.accounts.rules import Permission, Somebody
from lms.accounts.scope import (
    everywhere,
    organisations_within,
    rows,
    scoped,
    scoped_get,
    unscoped,
    viewer,
)
from lms.db import db
from lms.db.prepared import prepared
from lms.web import paging
from lms.web.language import language


def directory() -> list[Organisation]:
    """All open organisations by name: partners must find each other, so names are no secret inside."""
    statement = db.select(Organisation).where(Organisation.closed_at.is_(None))
    return list(db.session.scalars(statement.order_by(Organisation.path)))


def organisation(key: UUID) -> Organisation | None:
    """One organisation, by id."""
    return db.session.get(Organisation, key)


def organisation_by_code(code: str) -> Organisation | None:
    """One organisation, by its code."""
    return db.session.scalar(db.select(Organisation).where(Organisation.code == code))


def organisations_with(permission: Permission) -> list[Organisation]:
    """The open organisations in which the viewer has a permission, in tree order."""
    statement = (
        db.select(Organisation)
        .where(
            Organisation.id.in_(organisations_within(permission)), Organisation.closed_at.is_(None)
        )
        .order_by(Organisation.path)
    )
    return list(db.session.scalars(statement))


def may_in(permission: Permission, organisation: Organisation) -> bool:
    """Whether the viewer has a permission in this organisation."""
    who = viewer()
    return who is not None and who.may(permission, organisation.path)


def names_of(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Names of some people in the reader's language, by id. Whether the viewer may know them is asked before."""
    statement = everywhere(User.id, User.name, User.names).where(User.id.in_(list(keys)))
    spoken = language()
    return {key: names.get(spoken) or name for key, name, names in db.session.execute(statement)}


def my_memberships(user: User) -> list[Membership]:
    """A person's own open memberships with their organisations."""
    statement = (
        unscoped(db.select(Membership))
        .where(Membership.user_id == user.id, Membership.ended_at.is_(None))
        .options(joinedload(Membership.organisation))
        .order_by(Membership.since, Membership.id)
    )
    return list(db.session.scalars(statement))


def own_organisations(user: User) -> list[Organisation]:
    """The organisations that a person belongs to, without those below."""
    seen: dict[UUID, Organisation] = {}
    for membership in my_memberships(user):
        seen.setdefault(membership.organisation_id, membership.organisation)
    return list(seen.values())


def home_organisation(user: User) -> Organisation | None:
    """Where evidence about a person belongs: their post's organisation, else their oldest membership's."""
    key = home_organisation_id(user)
    return db.session.get(Organisation, key) if key is not None else None


def home_organisation_id(user: Somebody) -> UUID | None:
    """The id of a person's home organisation, see `home_organisation`."""
    db.session.flush()
    key: UUID | None = rows(_home(), user=user.id)[0][0]
    return key


@prepared
def _home() -> Any:
    return everywhere(home_of(bindparam("user")))


def home_of(user_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """A column with the id of a person's home organisation, see `home_organisation`."""
    post = (
        db.select(Post.organisation_id)
        .join(Incumbency, Incumbency.post_id == Post.id)
        .where(Incumbency.user_id == user_id, Incumbency.ends_on.is_(None))
        .order_by(Incumbency.starts_on.desc())
        .limit(1)
        .scalar_subquery()
    )
    membership = (
        db.select(Membership.organisation_id)
        .where(Membership.user_id == user_id, Membership.ended_at.is_(None))
        .order_by(Membership.since, Membership.id)
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(post, membership)


def people(
    search: str = "", permission: Permission = Permission.SEE_PEOPLE, page: int | None = None
) -> list[User]:
    """The people whom the viewer may see, by name; `search` narrows to a part of a name or the sign-in name.

    A name is found in each script in which it is kept.

    With a `page` the people of that page, and one more where there is a next.
    """
    statement = (
        scoped(User, permission)
        .where(User.closed_at.is_(None))
        .options(selectinload(User.memberships).joinedload(Membership.organisation))
        .order_by(User.name, User.id)
    )
    if search:
        written = (User.name, User.sign_in_name, cast(User.names, String))
        wanted = search.strip()
        statement = statement.where(
            or_(*(column.icontains(wanted, autoescape=True) for column in written))
        )
    if page is not None:
        statement = paging.window(statement, page)
    return list(db.session.scalars(statement))


def person(key: UUID, permission: Permission = Permission.SEE_PEOPLE) -> User | None:
    """One person whom the viewer may see."""
    return scoped_get(User, key, permission)


def managed(key: UUID, permission: Permission) -> User | None:
    """Somebody else, if the viewer has the permission in that person's home organisation: of whom to record."""
    found = person(key, permission)
    who = viewer()
    home = home_organisation(found) if found is not None else None
    if found is None or home is None or who is None or who.user_id == found.id:
        return None
    return found if who.may(permission, home.path) else None


def people_of(organisation: Organisation) -> list[User]:
    """Who belongs to an organisation or one below it, if the viewer may see its people."""
    statement = (
        scoped(User, Permission.SEE_PEOPLE)
        .where(
            User.id.in_(
                unscoped(db.select(Membership.user_id))
                .join(Organisation, Membership.organisation_id == Organisation.id)
                .where(
                    Organisation.path.startswith(organisation.path), Membership.ended_at.is_(None)
                )
            ),
            User.closed_at.is_(None),
        )
        .order_by(User.name, User.id)
    )
    return list(db.session.scalars(statement))


def posts_of(organisation: Organisation, permission: Permission = Permission.BELONG) -> list[Post]:
    """The open posts of an organisation with everybody who held them."""
    statement = (
        scoped(Post, permission)
        .where(Post.organisation_id == organisation.id, Post.closed_on.is_(None))
        .options(
            selectinload(Post.incumbencies).joinedload(Incumbency.user), selectinload(Post.asked)
        )
        .order_by(Post.key)
    )
    return list(db.session.scalars(statement))


def post(key: UUID, permission: Permission = Permission.MANAGE_PEOPLE) -> Post | None:
    """One post."""
    return scoped_get(Post, key, permission)


def posts_held(user: User, on: date) -> list[Post]:
    """The posts that a person holds on a day."""
    statement = (
        everywhere(Post)
        .join(Incumbency, Incumbency.post_id == Post.id)
        .where(
            Incumbency.user_id == user.id,
            Incumbency.starts_on <= on,
            or_(Incumbency.ends_on.is_(None), Incumbency.ends_on >= on),
        )
        .options(joinedload(Post.organisation), selectinload(Post.asked))
    )
    return list(db.session.scalars(statement))


@dataclass(frozen=True, slots=True)
class PostOn:
    """A post as it stood on a day: what it asked for, by competency, and who held it."""

    id: UUID
    organisation_id: UUID
    requirements: Mapping[str, int]
    holder_id: UUID | None


def posts_on(day: date) -> list[PostOn]:
    """Every post of the site that was there on a day, for a computation over all organisations.

    A post is there from the day it was made (UTC) to the day before it is closed.
    """
    held = everywhere(Incumbency.post_id, Incumbency.user_id).where(holding_on(day))
    # Of two at once the later one holds the post, as `Post.holder_on` has it.
    held = held.order_by(Incumbency.starts_on, Incumbency.id)
    holders: dict[UUID, UUID] = dict(db.session.execute(held).all())
    next_day = datetime.combine(day, time.min, UTC) + timedelta(days=1)
    posts = (
        everywhere(Post.id, Post.organisation_id, PostRequirements.requirements)
        .join(PostRequirements, and_(PostRequirements.post_id == Post.id, in_force_on(day)))
        .where(Post.made_at < next_day, or_(Post.closed_on.is_(None), Post.closed_on > day))
    )
    rows = db.session.execute(posts.order_by(Post.organisation_id, Post.key))
    return [
        PostOn(key, organisation, requirements, holders.get(key))
        for key, organisation, requirements in rows
    ]


def holding_on(day: date) -> ColumnElement[bool]:
    """The condition on an incumbency that it was one on a day, its last day included."""
    return and_(
        Incumbency.starts_on <= day,
        or_(Incumbency.ends_on.is_(None), Incumbency.ends_on >= day),
    )


def in_force_on(day: date) -> ColumnElement[bool]:
    """The condition on what a post asks for that it does so on a day."""
    return and_(
        PostRequirements.valid_from <= day,
        or_(PostRequirements.valid_until.is_(None), PostRequirements.valid_until > day),
    )


def invitations() -> list[Invitation]:
    """Open invitations of organisations whose people the viewer manages, newest first."""
    statement = (
        scoped(Invitation, Permission.MANAGE_PEOPLE)
        .where(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
        .options(joinedload(Invitation.organisation))
        .order_by(Invitation.made_at.desc())
    )
    return list(db.session.scalars(statement))
