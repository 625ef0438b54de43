"""Runs and values for pages: always within what the viewer may see."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import defer, joinedload

from lms.accounts import queries as accounts
from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped, viewer
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.operations import DEFAULT_METHODOLOGY
from lms.courses.library import library
from lms.db import db
from lms.evidence.models import Evidence


def runs(methodology_key: str = DEFAULT_METHODOLOGY) -> list[IndexRun]:
    """Stored runs of a methodology, newest day first; of one day the latest computed."""
    statement = (
        db.select(IndexRun)
        .where(IndexRun.methodology_key == methodology_key)
        .order_by(IndexRun.as_of.desc(), IndexRun.computed_at.desc())
        # Long, and asked for of one run or two.
        .options(defer(IndexRun.methodology), defer(IndexRun.header), defer(IndexRun.problems))
    )
    seen: dict[date, IndexRun] = {}
    for run in db.session.scalars(statement):
        seen.setdefault(run.as_of, run)
    return list(seen.values())


def newest_run(methodology_key: str = DEFAULT_METHODOLOGY) -> IndexRun | None:
    """The stored run of the latest day."""
    found = runs(methodology_key)
    return found[0] if found else None


def run(key: UUID) -> IndexRun | None:
    """One run; what it says of organisations is scoped apart."""
    return db.session.get(IndexRun, key)


@dataclass(frozen=True, slots=True)
class Listed:
    """One organisation of a run as a list needs it, without the detail of its index."""

    organisation_id: UUID
    value: float | None
    band: str
    code: str
    kind: str
    pcode: str
    name: str
    names: Mapping[str, str]

    def name_in(self, language: str) -> str:
        """The name in a language, else the ordinary one."""
        return self.names.get(language) or self.name


def listing(run: IndexRun) -> list[Listed]:
    """The run's organisations whose capacity the viewer sees, best first, missing last; light, however many."""
    statement = (
        scoped(IndexValue, Permission.SEE_CAPACITY)
        .where(IndexValue.run_id == run.id)
        .join(IndexValue.organisation)
        .with_only_columns(
            *(IndexValue.organisation_id, IndexValue.value, IndexValue.band),
            *(Organisation.code, Organisation.kind, Organisation.pcode),
            *(Organisation.name, Organisation.names),
        )
    )
    rows = [Listed(**row._mapping) for row in db.session.execute(statement)]
    return sorted(rows, key=lambda row: (row.value is None, -(row.value or 0), row.code))


def matching(
    rows: Collection[Listed], search: str = "", kind: str = "", band: str | None = None
) -> list[Listed]:
    """Those of a list, in its order, whose name in any language or code holds `search`, of a kind, of a band."""
    part = search.strip().casefold()
    return [
        row
        for row in rows
        if (not kind or row.kind == kind)
        and (band is None or row.band == band)
        and any(part in text.casefold() for text in (row.code, row.name, *row.names.values()))
    ]


def values_of(run: IndexRun, organisations: Collection[UUID] | None = None) -> list[IndexValue]:
    """The run's values of the organisations whose capacity the viewer sees, best first, missing last.

    With `organisations`, by id, of those alone.
    """
    statement = (
        scoped(IndexValue, Permission.SEE_CAPACITY)
        .where(IndexValue.run_id == run.id)
        .options(joinedload(IndexValue.organisation))
    )
    if organisations is not None:
        statement = statement.where(IndexValue.organisation_id.in_(organisations))
    rows = list(db.session.scalars(statement))
    return sorted(
        rows, key=lambda row: (row.value is None, -(row.value or 0), row.organisation.code)
    )


def value_of(
    run: IndexRun, organisation: Organisation, permission: Permission = Permission.SEE_CAPACITY
) -> IndexValue | None:
    """What a run says of one organisation, if the viewer has the permission there."""
    statement = scoped(IndexValue, permission).where(
        IndexValue.run_id == run.id, IndexValue.organisation_id == organisation.id
    )
    return db.session.scalar(statement.options(joinedload(IndexValue.organisation)))


@dataclass(frozen=True, slots=True)
class Point:
    """The index of one organisation on one day."""

    run: IndexRun
    value: IndexValue


def history(
    organisation: Organisation,
    found: list[IndexRun],
    permission: Permission = Permission.SEE_CAPACITY,
) -> list[Point]:
    """The organisation's values over the runs, oldest first."""
    statement = scoped(IndexValue, permission).where(
        IndexValue.organisation_id == organisation.id,
        IndexValue.run_id.in_([one.id for one in found]),
    )
    by_run = {row.run_id: row for row in db.session.scalars(statement)}
    return [Point(one, by_run[one.id]) for one in reversed(found) if one.id in by_run]


def histories(
    found: list[IndexRun], organisations: Collection[UUID]
) -> dict[UUID, dict[date, float | None]]:
    """The values of some organisations over the runs, by organisation and by day, oldest first."""
    days = {one.id: one.as_of for one in found}
    statement = (
        scoped(IndexValue, Permission.SEE_CAPACITY)
        .where(IndexValue.run_id.in_(days), IndexValue.organisation_id.in_(organisations))
        .with_only_columns(IndexValue.organisation_id, IndexValue.run_id, IndexValue.value)
    )
    gathered: dict[UUID, dict[date, float | None]] = {}
    rows = [(days[run_id], key, value) for key, run_id, value in db.session.execute(statement)]
    for day, key, value in sorted(rows, key=lambda row: row[0]):
        gathered.setdefault(key, {})[day] = value
    return gathered


def evidence_behind(value: IndexValue, observations: list[str]) -> list[Evidence]:
    """The pieces of evidence behind some observations of a value, newest first.

    The value itself was found under the viewer's scope; the evidence of people who hold posts there may have been
    recorded in another organisation, before they came.
    """
    keys = {UUID(key) for one in observations for key in value.sources.get(one, [])}
    statement = (
        everywhere(Evidence)
        .where(Evidence.id.in_(keys))
        .options(joinedload(Evidence.user), joinedload(Evidence.end))
        .order_by(Evidence.observed_on.desc(), Evidence.id)
    )
    return list(db.session.scalars(statement))


def titles_of(methodology: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Titles of dimensions and indicators by key, in the file's order."""
    found: dict[str, dict[str, str]] = {}

    def walk(dimensions: list[dict[str, Any]]) -> None:
        for dimension in dimensions:
            found[dimension["key"]] = _title(dimension)
            for indicator in dimension.get("indicators", []):
                found[indicator["key"]] = _title(indicator)
            walk(dimension.get("dimensions", []))

    walk(methodology["dimensions"])
    return found


def _title(thing: dict[str, Any]) -> dict[str, str]:
    title = thing.get("title") or thing["key"]
    return title if isinstance(title, dict) else {"en": title}


def methodology_title(key: str) -> dict[str, str]:
    """The title of a methodology of the site."""
    known = library().methodologies.get(key)
    return dict(known.title) if known else {"en": key}


def card(user: User) -> dict[str, Any] | None:
    """The home card of whoever follows capacity: newest index of their organisations."""
    who = viewer()
    if who is None or not who.may(Permission.SEE_CAPACITY):
        return None
    found = runs()
    if not found:
        return {"run": None, "values": [], "kind": "turn"}
    best = [row.organisation_id for row in listing(found[0])[:6]]
    return {"run": found[0], "values": values_of(found[0], best)}


def own_card(user: User) -> dict[str, Any] | None:
    """The home card of whoever belongs to an organisation with an index and does not follow capacity."""
    who = viewer()
    if who is None or who.may(Permission.SEE_CAPACITY):
        return None
    run = newest_run()
    rows = [
        row
        for organisation in accounts.own_organisations(user)
        if run and (row := value_of(run, organisation, Permission.BELONG)) is not None
    ]
    return {"run": run, "values": rows} if rows else None
