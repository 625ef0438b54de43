"""The pieces of evidence that decide the levels of everybody who holds a post, picked out by the database.

Most evidence on a person's competency decides nothing: of each step the newest piece that met it does, and of the
first step all that fell short where none met it. `rules.standing` finds the same level by them as by all, granted
by the same pieces; it lists fewer as evidence and, with a level, as what fell short of the next one.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_

from lms.accounts.models import Incumbency, Post
from lms.accounts.queries import holding_on
from lms.accounts.scope import everywhere
from lms.competencies.rules import Item, Step, steps
from lms.db.bulk import read_columns
from lms.evidence.facts import Kind
from lms.evidence.models import Evidence
from lms.evidence.queries import counting, record_text

#: Number of what fell short of the first step; the steps have theirs from 0.
SHORT = -1
#: That of what a supervisor confirmed: the newest tells who checked.
CONFIRMED = -2


def deciding_items(
    as_of: date, valid_months: int, codes: Mapping[UUID, str]
) -> Iterator[tuple[UUID, str, Item]]:
    """Who, competency and the piece, of what the posts held on the day need; in no order worth the name.

    Confirmations of supervisors are among them.

    Args:
        codes: of all organisations, by their ids: what an item says of who assessed.
    """
    ladder = steps(valid_months)
    step = _step(ladder, as_of)
    own = (Evidence.user_id, Evidence.competency)
    columns = (
        *own,
        Evidence.id,
        Evidence.kind,
        Evidence.value,
        Evidence.observed_on,
        Evidence.leading,
        record_text().label("record"),
        Evidence.assessor_organisation_id,
    )
    needed = func.json_each(Post.requirements).table_valued("key", joins_implicitly=True)
    needs = (
        select(Incumbency.user_id, needed.c.key)
        .join(Post, Post.id == Incumbency.post_id)
        .where(holding_on(as_of))
    )
    newest = (Evidence.observed_on.desc(), Evidence.id.desc())
    place = func.row_number().over(partition_by=(*own, step), order_by=newest)
    met_first = func.max(case((step == 0, 1), else_=0)).over(partition_by=own)
    found = counting(
        everywhere(
            *columns, step.label("step"), place.label("place"), met_first.label("met_first")
        ).where(Evidence.competency != "", step.is_not(None), tuple_(*own).in_(needs)),
        as_of,
    ).subquery()
    # A confirmation decides no level; it says who checked what did.
    deciding = or_(
        and_(found.c.step != SHORT, found.c.place == 1),
        and_(found.c.step == SHORT, found.c.met_first == 0),
    )
    names = [column.name for column in found.c][: len(columns)]
    statement = everywhere(*(found.c[name] for name in names)).where(deciding)
    for part in read_columns(statement):
        users, competencies, *cells, assessors = part
        assessed_by = [codes.get(key, "") if key else "" for key in assessors]
        yield from zip(users, competencies, map(Item, *cells, assessed_by), strict=True)


def _step(ladder: tuple[Step, ...], as_of: date) -> ColumnElement[Any]:
    """The number of the step that a piece met, `SHORT` where it fell short of the first one, else nothing."""
    found: list[tuple[ColumnElement[bool], int]] = [
        (and_(_speaks_of(step, as_of), Evidence.value >= step.least), number)
        for number, step in enumerate(ladder)
    ]
    return case(
        *found,
        (_speaks_of(ladder[0], as_of), SHORT),
        (Evidence.kind == Kind.WORK_CONFIRMATION, CONFIRMED),
    )


def _speaks_of(step: Step, as_of: date) -> ColumnElement[bool]:
    """`Step.holds` as a condition on evidence."""
    found = and_(Evidence.kind == step.kind, Evidence.observed_on >= step.since(as_of))
    return and_(found, Evidence.leading) if step.leading else found
