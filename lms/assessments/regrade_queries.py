"""Regrades for pages: which questions there are, what was done, what each moved and what is still to be looked at.

Somebody sees the regrades that touched an attempt in an organisation whose assessments they manage, and their own.
Of each they see the changes in those organisations; others are counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, case, func, or_, select
from sqlalchemy.orm import defer, joinedload

from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, organisations_within, scoped, unscoped
from lms.assessments import frozen
from lms.assessments.dependants import Dependant, of_many
from lms.assessments.models import MARKED, Attempt, Regrade, RegradeChange
from lms.db import db
from lms.web import paging

#: Attempts in whose questions the list of an assessment's questions is looked for, the newest ones.
LOOKED_INTO = 200


@dataclass(frozen=True, slots=True)
class Done:
    """A regrade with what it moved: attempts changed, passes given and taken."""

    regrade: Regrade
    changed: int
    passes_given: int
    passes_taken: int


@dataclass(frozen=True, slots=True)
class ToLookAt:
    """Something that hangs on a pass which a regrade took and no other attempt gives back."""

    user: User
    dependants: Sequence[Dependant]


def managed() -> Select[Any]:
    """Ids of the organisations whose assessments the viewer manages, as a subquery."""
    return organisations_within(Permission.MANAGE_ASSESSMENTS)


def managed_ids() -> frozenset[UUID]:
    """Ids of the organisations whose assessments the viewer manages."""
    return frozenset(db.session.scalars(managed()))


def assessments_with_attempts() -> list[tuple[str, Mapping[str, str], int]]:
    """Key, title and number of attempts of each assessment sat in organisations that the viewer manages."""
    counted: Any = (
        select(Attempt.assessment_key, func.count(Attempt.id))
        .where(Attempt.organisation_id.in_(managed()))
        .group_by(Attempt.assessment_key)
        .order_by(Attempt.assessment_key)
    )
    found = []
    for key, count in db.session.execute(unscoped(counted)).all():
        newest = everywhere(Attempt.assessment).where(Attempt.assessment_key == key)
        rules = db.session.scalars(newest.order_by(Attempt.id.desc()).limit(1)).one()
        found.append((key, rules["title"], count))
    return found


def questions_of(assessment_key: str) -> list[Mapping[str, Any]]:
    """The questions in the newest attempts at an assessment that the viewer manages, by key; as shown last."""
    statement = unscoped(
        select(Attempt.asked)
        .where(
            Attempt.assessment_key == assessment_key,
            Attempt.organisation_id.in_(managed()),
        )
        .order_by(Attempt.id.desc())
        .limit(LOOKED_INTO)
    )
    found: dict[str, Mapping[str, Any]] = {}
    for asked in db.session.scalars(statement):
        for one in frozen.whole(asked):
            found.setdefault(one["spec"]["key"], one)
    return [found[key] for key in sorted(found)]


def _visible(user: User) -> Select[Any]:
    """Regrades that the viewer may read of."""
    touched = (
        select(RegradeChange.id)
        .join(Attempt, RegradeChange.attempt_id == Attempt.id)
        .where(
            RegradeChange.regrade_id == Regrade.id,
            Attempt.organisation_id.in_(managed()),
        )
    )
    return unscoped(select(Regrade).where(or_(Regrade.by_id == user.id, touched.exists())))


def done(user: User, page: int, assessment_key: str = "") -> list[Done]:
    """Regrades of which the viewer may read, newest first; one more than a page holds."""
    statement = _visible(user).options(joinedload(Regrade.by)).order_by(Regrade.at.desc())
    if assessment_key:
        statement = statement.where(Regrade.assessment_key == assessment_key)
    return _with_figures(db.session.scalars(paging.window(statement, page)).all())


def one_done(user: User, key: UUID) -> Done | None:
    """A regrade of which the viewer may read."""
    statement = _visible(user).where(Regrade.id == key).options(joinedload(Regrade.by))
    return next(iter(_with_figures(db.session.scalars(statement).all())), None)


def _with_figures(regrades: Sequence[Regrade]) -> list[Done]:
    given = case((RegradeChange.passed_after & ~RegradeChange.passed_before, 1), else_=0)
    taken = case((RegradeChange.passed_before & ~RegradeChange.passed_after, 1), else_=0)
    statement = (
        select(RegradeChange.regrade_id, func.count(), func.sum(given), func.sum(taken))
        .where(RegradeChange.regrade_id.in_([one.id for one in regrades]))
        .group_by(RegradeChange.regrade_id)
    )
    figures = {key: (n, up, down) for key, n, up, down in db.session.execute(statement)}
    return [Done(one, *figures.get(one.id, (0, 0, 0))) for one in regrades]


def changes(regrade: Regrade, page: int, *, passes_only: bool = False) -> list[RegradeChange]:
    """The changes of a regrade in organisations that the viewer manages, passes first; one more than a page."""
    visible = scoped(Attempt, Permission.MANAGE_ASSESSMENTS).with_only_columns(Attempt.id)
    flips = RegradeChange.passed_before != RegradeChange.passed_after
    statement = (
        select(RegradeChange)
        .where(RegradeChange.regrade_id == regrade.id, RegradeChange.attempt_id.in_(visible))
        .options(
            joinedload(RegradeChange.attempt).joinedload(Attempt.user),
            joinedload(RegradeChange.attempt).joinedload(Attempt.organisation),
            joinedload(RegradeChange.attempt).options(defer(Attempt.asked), defer(Attempt.marks)),
        )
        .order_by(flips.desc(), RegradeChange.passed_after, RegradeChange.id)
    )
    if passes_only:
        statement = statement.where(flips)
    return list(db.session.scalars(paging.window(statement, page)))


def to_be_looked_at(regrade: Regrade) -> list[ToLookAt]:
    """What hangs on passes that this regrade took, of people who have passed in no other attempt since."""
    visible = scoped(Attempt, Permission.MANAGE_ASSESSMENTS).with_only_columns(Attempt.id)
    statement = unscoped(
        select(Attempt)
        .join(RegradeChange, RegradeChange.attempt_id == Attempt.id)
        .where(
            RegradeChange.regrade_id == regrade.id,
            RegradeChange.passed_before,
            ~RegradeChange.passed_after,
            Attempt.id.in_(visible),
        )
        .options(
            joinedload(Attempt.user),
            defer(Attempt.asked),
            defer(Attempt.marks),
        )
        .order_by(Attempt.id)
    )
    attempts = list(db.session.scalars(statement))
    still = set(
        db.session.scalars(
            everywhere(Attempt.user_id).where(
                Attempt.user_id.in_({one.user_id for one in attempts}),
                Attempt.assessment_key == regrade.assessment_key,
                Attempt.state == MARKED,
                Attempt.passed.is_(True),
            )
        )
    )
    lost = {one.user_id: one for one in attempts if one.user_id not in still}
    hanging = of_many(list(lost.values()))
    return [ToLookAt(one.user, hanging[one.id]) for one in lost.values() if one.id in hanging]


def names(user_ids: Iterable[UUID], organisation_ids: Iterable[UUID]) -> dict[UUID, Any]:
    """People and organisations of attempts that came out of a query narrowed to what the viewer manages."""
    people = db.session.scalars(unscoped(select(User).where(User.id.in_(set(user_ids)))))
    bodies = db.session.scalars(
        select(Organisation).where(Organisation.id.in_(set(organisation_ids)))
    )
    return {one.id: one for one in (*people, *bodies)}
