"""Where a person stands with an assessment: the attempts they have had at it, and what overrides allow them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select

from lms.accounts.queries import home_of
from lms.accounts.rules import Somebody
from lms.accounts.scope import everywhere, rows, rows_of_each
from lms.assessments.models import (
    ABANDONED,
    IN_PROGRESS,
    MARKED,
    SUBMITTED,
    VOIDED,
    Attempt,
    Override,
)
from lms.assessments.rules import Allowance, Earlier
from lms.cohorts.models import CohortMember
from lms.db import db
from lms.db.prepared import Prepared, prepared

#: Nobody has as many attempts at one assessment.
MOST_SHOWN = 1_000_000
_Asked = tuple[Prepared, Mapping[str, Any]]


class Standing(NamedTuple):
    """What decides on a person's next attempt.

    `home_id` is the organisation for which it would be sat; None: the person belongs to none.
    """

    earlier: Earlier
    allowances: list[Allowance]
    home_id: UUID | None


def standing_of(user: Somebody, assessment_key: str) -> Standing:
    """What decides on a person's next attempt at an assessment, as it is now."""
    db.session.flush()
    values = {"user": user.id, "assessment": assessment_key}
    [found], allowed = rows_of_each((_earlier(), values), _in_force_for(user, assessment_key))
    ended = [found.ended_at]
    if found.abandoned:
        # Somebody who lets the time go by has seen the questions as well, and waits as long. Looked up only here:
        # the index that is read otherwise does not hold deadlines.
        asked = everywhere(func.max(Attempt.deadline)).where(
            Attempt.user_id == user.id,
            Attempt.assessment_key == assessment_key,
            Attempt.state == ABANDONED,
        )
        ended.append(db.session.scalar(asked))
    earlier = Earlier(
        started=found.started,
        used=found.started - found.voided,
        running=found.running > 0,
        ended_at=max((moment for moment in ended if moment is not None), default=None),
    )
    return Standing(earlier, [Allowance(*one) for one in allowed], found.home_id)


def attempts_and_allowances(
    user: Somebody, assessment_key: str, newest: int | None = None
) -> tuple[Sequence[Any], list[Allowance]]:
    """A person's own attempts at an assessment, or the `newest` so many; and what they are allowed.

    The attempts are in the order of their start, rows with `id`, `number`, `state`, `started_at`, `submitted_at`,
    `percent`, `passed` and `assessment`: what is large stays where it is.
    """
    db.session.flush()
    most = newest if newest is not None else MOST_SHOWN
    values = {"user": user.id, "assessment": assessment_key, "most": most}
    attempts, allowed = rows_of_each((_attempts(), values), _in_force_for(user, assessment_key))
    return attempts[::-1], [Allowance(*one) for one in allowed]


def allowances_of(user: Somebody, assessment_key: str) -> list[Allowance]:
    """What a person is allowed beyond the rules of an assessment, by themselves or as one of a cohort."""
    db.session.flush()
    asked, values = _in_force_for(user, assessment_key)
    return [Allowance(*one) for one in rows(asked, **values)]


def _in_force_for(user: Somebody, assessment_key: str) -> _Asked:
    return _in_force(), {"user": user.id, "assessment": assessment_key}


@prepared
def _in_force() -> Any:
    cohorts = select(CohortMember.cohort_id).where(
        CohortMember.user_id == bindparam("user"), CohortMember.left_at.is_(None)
    )
    return everywhere(
        Override.extra_minutes, Override.extra_attempts, Override.opens_at, Override.closes_at
    ).where(
        Override.assessment_key == bindparam("assessment"),
        Override.withdrawn_at.is_(None),
        or_(Override.user_id == bindparam("user"), Override.cohort_id.in_(cohorts)),
    )


@prepared
def _attempts() -> Any:
    return (
        everywhere(
            Attempt.id,
            Attempt.number,
            Attempt.state,
            Attempt.started_at,
            Attempt.submitted_at,
            Attempt.percent,
            Attempt.passed,
            Attempt.assessment,
        )
        .where(
            Attempt.user_id == bindparam("user"),
            Attempt.assessment_key == bindparam("assessment"),
        )
        .order_by(Attempt.number.desc())
        .limit(bindparam("most"))
    )


@prepared
def _earlier() -> Any:
    # One row and no groups: for groups SQLite would read the attempts of everybody, by the index that has states.
    def how_many(state: str) -> Any:
        return func.count(case((Attempt.state == state, 1)))

    handed_in = Attempt.state.in_((SUBMITTED, MARKED))
    return everywhere(
        func.count().label("started"),
        how_many(VOIDED).label("voided"),
        how_many(IN_PROGRESS).label("running"),
        how_many(ABANDONED).label("abandoned"),
        func.max(case((handed_in, Attempt.submitted_at))).label("ended_at"),
        home_of(bindparam("user")).label("home_id"),
    ).where(
        Attempt.user_id == bindparam("user"),
        Attempt.assessment_key == bindparam("assessment"),
    )
