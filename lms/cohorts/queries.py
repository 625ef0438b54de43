"""Reading cohorts: those of the organisations in which the viewer manages assessments, and one's own."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_
from sqlalchemy.orm import joinedload

from lms.accounts.models import Membership, Organisation, User
from lms.accounts.rules import PERMISSIONS, Permission
from lms.accounts.scope import everywhere, scoped, scoped_get, unscoped
from lms.cohorts.models import Cohort, CohortMember
from lms.db import db
from lms.web import paging

#: Roles that may lead a cohort.
LEADING_ROLES = [
    role.value for role, held in PERMISSIONS.items() if Permission.MANAGE_ASSESSMENTS in held
]


@dataclass(frozen=True, slots=True)
class Row:
    """A cohort in the list, with how many are in it."""

    cohort: Cohort
    members: int


def cohort(key: UUID) -> Cohort | None:
    """A cohort of an organisation in which the viewer manages assessments."""
    return scoped_get(Cohort, key, Permission.MANAGE_ASSESSMENTS)


def cohorts(*, show: str = "open", search: str = "", page: int = 1) -> list[Row]:
    """Cohorts for one page of the list, the latest first, and one more where there is a next page.

    Args:
        show: ``open``, ``closed`` or ``all``.
        search: a part of the title.
    """
    statement = (
        scoped(Cohort, Permission.MANAGE_ASSESSMENTS)
        .options(joinedload(Cohort.organisation))
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )
    if show != "all":
        closed = Cohort.closed_at.is_not(None)
        statement = statement.where(closed if show == "closed" else ~closed)
    if search:
        statement = statement.where(Cohort.title.icontains(search, autoescape=True))
    found = list(db.session.scalars(paging.window(statement, page)))
    counts = _counts([one.id for one in found])
    return [Row(one, counts.get(one.id, 0)) for one in found]


def _counts(keys: Collection[UUID]) -> dict[UUID, int]:
    statement = (
        db.select(CohortMember.cohort_id, func.count())
        .where(CohortMember.cohort_id.in_(keys), CohortMember.left_at.is_(None))
        .group_by(CohortMember.cohort_id)
    )
    return dict(db.session.execute(statement).all())


def cohorts_of(user: User, *, closed: bool = False) -> list[Cohort]:
    """The cohorts that a person is in, by their first day; with `closed` also those that are closed."""
    statement = (
        everywhere(Cohort)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.user_id == user.id, CohortMember.left_at.is_(None))
        .order_by(Cohort.starts_on, Cohort.id)
    )
    if not closed:
        statement = statement.where(Cohort.closed_at.is_(None))
    return list(db.session.scalars(statement))


def members_of(cohort: Cohort, *, left: bool = False) -> list[CohortMember]:
    """Who is in a cohort that the viewer may open, in the order of joining; with `left`, who has left it."""
    statement = (
        db.select(CohortMember)
        .where(
            CohortMember.cohort_id == cohort.id,
            CohortMember.left_at.is_not(None) if left else CohortMember.left_at.is_(None),
        )
        .order_by(CohortMember.joined_at, CohortMember.id)
    )
    return list(db.session.scalars(statement))


def member(cohort: Cohort, key: UUID) -> CohortMember | None:
    """One member of a cohort, by the id of the membership."""
    statement = db.select(CohortMember).where(
        CohortMember.id == key, CohortMember.cohort_id == cohort.id
    )
    return db.session.scalar(statement)


def names_seen(keys: Collection[UUID]) -> dict[UUID, User]:
    """Of these people, those whose names the viewer may read, by id, with what they are where."""
    statement = (
        scoped(User, Permission.SEE_PEOPLE)
        .where(User.id.in_(keys))
        .options(joinedload(User.memberships).joinedload(Membership.organisation))
    )
    return {one.id: one for one in db.session.scalars(statement).unique()}


def _belonging_to(organisation: Organisation) -> Select[Any]:
    return unscoped(
        db.select(Membership.user_id)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .where(Organisation.path.startswith(organisation.path), Membership.ended_at.is_(None))
    )


def candidates(
    cohort: Cohort, *, search: str = "", organisation: Organisation | None = None, most: int
) -> list[User]:
    """People whom the viewer sees and who are not in the cohort, by name; one more than `most` if there are more.

    Args:
        search: a part of the name or sign-in name.
        organisation: only those who belong to it, or to one below it.
    """
    inside = db.select(CohortMember.user_id).where(
        CohortMember.cohort_id == cohort.id, CohortMember.left_at.is_(None)
    )
    statement = (
        scoped(User, Permission.SEE_PEOPLE)
        .where(User.closed_at.is_(None), User.id.not_in(inside))
        .order_by(User.name, User.id)
        .limit(most + 1)
    )
    if search:
        statement = statement.where(
            or_(
                User.name.icontains(search, autoescape=True),
                User.sign_in_name.icontains(search, autoescape=True),
            )
        )
    if organisation is not None:
        statement = statement.where(User.id.in_(_belonging_to(organisation)))
    return list(db.session.scalars(statement))


def people_seen(keys: Collection[UUID]) -> list[User]:
    """Of these people, those whom the viewer sees and whose account is open."""
    statement = scoped(User, Permission.SEE_PEOPLE).where(
        User.id.in_(keys), User.closed_at.is_(None)
    )
    return list(db.session.scalars(statement.order_by(User.name, User.id)))


def trainers(own: User) -> list[User]:
    """Who can be put in charge of a cohort: oneself, and trainers whom the viewer sees, by name."""
    statement = (
        scoped(User, Permission.SEE_PEOPLE)
        .where(
            User.closed_at.is_(None),
            User.id.in_(
                unscoped(
                    db.select(Membership.user_id).where(
                        Membership.role.in_(LEADING_ROLES), Membership.ended_at.is_(None)
                    )
                )
            ),
        )
        .order_by(User.name, User.id)
    )
    others = [one for one in db.session.scalars(statement) if one.id != own.id]
    return [own, *others]
