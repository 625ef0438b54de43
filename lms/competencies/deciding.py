"""The pieces of evidence that decide the levels of everybody who holds a post, picked out by the database.

Most evidence on a person's competency decides nothing. Of each thing that the rule asks for the newest piece that
met it does, and where different ones are asked for, the newest of each; of the first level all that fell short
where nothing met it. `rules.standing` finds the same level by them as by all, granted by the same pieces; it lists
fewer as evidence and, with a level, as what fell short of the next one.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select, tuple_

from lms.accounts.models import Incumbency, PostRequirements
from lms.accounts.queries import holding_on, in_force_on
from lms.accounts.scope import everywhere
from lms.competencies.rules import Item, Proof, Rule
from lms.db.bulk import read_columns
from lms.evidence.models import Evidence
from lms.evidence.queries import counting, record_text

#: Number of what fell short of the first level; what the rule asks for is numbered from 0.
SHORT = -1


def deciding_items(
    as_of: date, rule: Rule, codes: Mapping[UUID, str]
) -> Iterator[tuple[UUID, str, Item]]:
    """Who, competency and the piece, of what the posts held on the day need; in no order worth the name.

    Args:
        codes: of all organisations, by their ids: what an item says of who assessed.
    """
    proofs = rule.proofs()
    proof = _proof(proofs, as_of)
    group = _group(proofs)
    own = (Evidence.user_id, Evidence.competency)
    columns = (
        *own,
        Evidence.id,
        Evidence.kind,
        Evidence.value,
        Evidence.observed_on,
        Evidence.leading,
        record_text().label("record"),
        group.label("group_of"),
        Evidence.assessor_organisation_id,
    )
    asked = func.json_each(PostRequirements.requirements).table_valued("key", joins_implicitly=True)
    needs = (
        select(Incumbency.user_id, asked.c.key)
        .join(PostRequirements, PostRequirements.post_id == Incumbency.post_id)
        .where(holding_on(as_of), in_force_on(as_of))
    )
    newest = (Evidence.observed_on.desc(), Evidence.id.desc())
    alike = [*own, proof, group]
    before = rule.earlier_on(as_of)
    if before is not None:
        # By the earlier rule the newest of what was observed before the full one decides as well.
        alike.append(case((Evidence.observed_on < before, 1), else_=0))
    place = func.row_number().over(partition_by=alike, order_by=newest)
    met_first = func.max(case((proof == 0, 1), else_=0)).over(partition_by=own)
    found = counting(
        everywhere(
            *columns, proof.label("proof"), place.label("place"), met_first.label("met_first")
        ).where(Evidence.competency != "", proof.is_not(None), tuple_(*own).in_(needs)),
        as_of,
    ).subquery()
    deciding = or_(
        and_(found.c.proof != SHORT, found.c.place == 1),
        and_(found.c.proof == SHORT, found.c.met_first == 0),
    )
    names = [column.name for column in found.c][: len(columns)]
    statement = everywhere(*(found.c[name] for name in names)).where(deciding)
    for part in read_columns(statement):
        users, competencies, *cells, assessors = part
        assessed_by = [codes.get(key, "") if key else "" for key in assessors]
        yield from zip(users, competencies, map(Item, *cells, assessed_by), strict=True)


def _proof(proofs: tuple[Proof, ...], as_of: date) -> ColumnElement[Any]:
    """The number of what a piece meets, `SHORT` where it fell short of the first level, else nothing."""
    found: list[tuple[ColumnElement[bool], int]] = [
        (and_(_speaks_of(proof, as_of), Evidence.value >= proof.least), number)
        for number, proof in enumerate(proofs)
    ]
    return case(*found, (_speaks_of(proofs[0], as_of), SHORT))


def _group(proofs: tuple[Proof, ...]) -> ColumnElement[str]:
    """The group of a piece of which different ones are asked for; nobody asks for that of others."""
    several = [proof.kind for proof in proofs if proof.different > 1]
    return case((Evidence.kind.in_(several), Evidence.group), else_="")


def _speaks_of(proof: Proof, as_of: date) -> ColumnElement[bool]:
    """`Proof.holds` as a condition on evidence."""
    found = and_(Evidence.kind == proof.kind, Evidence.observed_on >= proof.since(as_of))
    return and_(found, Evidence.leading) if proof.leading else found
