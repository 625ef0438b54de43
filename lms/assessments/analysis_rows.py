"""Marked attempts read into a matrix of persons and questions, one attempt a person.

Rows are read lean: of each attempt its marks, of each response its text; the questions are read from the newest
attempt that holds them.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Select

from lms.accounts.models import Organisation
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, organisations_within, scoped, unscoped
from lms.assessments import frozen, queries
from lms.assessments.models import MARKED, Attempt, Regrade, Response
from lms.assessments.rules import spec_for_marking
from lms.assessments.unpacking import as_mapping, gathered, shares_of
from lms.cohorts.models import CohortMember
from lms.db import db
from lms.scoring import TYPES, question_type

#: Which attempt of a person counts. In the first nobody has seen the questions before.
FIRST, LAST, BEST = "first", "last", "best"
WHICH = (FIRST, LAST, BEST)
#: A group with fewer persons is not shown: its figures would be somebody's.
LEAST_SHOWN = 5
#: Rows that the database hands over at a time, and ids that one statement names.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """Whose attempts are analysed. The attempt of a person is chosen first, and then has to pass.

    Args:
        which: ``first``, ``last`` or ``best`` of a person's marked attempts.
        language: in which it was begun; None: any.
        cohort_id: members who have not left it; the caller has seen to it that it may be read.
        organisation: people who sat for it or for one below it.
        since, until: days on which it was handed in, both included, in UTC.
    """

    which: str = FIRST
    language: str | None = None
    cohort_id: UUID | None = None
    organisation: Organisation | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, eq=False)
class Sat:
    """Attempts at one assessment, one a person.

    Args:
        questions: as the newest attempt keeps them (`spec`, perhaps `marked_by`), in the order of their banks.
        shares: persons × questions, share of the mark; NaN where the question was not given or was dropped.
        choices: persons × questions: a choice, a tuple of them, or None.
        percents: by person, the mark of the attempt.
        languages: by person; None where it is not known.
        persons, attempt_ids: by person.
        begun: by person, when the attempt was begun.
        credited: keys of questions for which a regrade gave everybody the mark.
        dropped: keys of questions that a regrade left out for all; they are not among `questions`.
        attempts: how many marked attempts the one of each person was chosen from.
    """

    questions: tuple[Mapping[str, Any], ...]
    shares: NDArray[np.float64]
    choices: NDArray[Any]
    percents: tuple[Decimal, ...]
    languages: tuple[str | None, ...]
    persons: tuple[UUID, ...]
    attempt_ids: tuple[UUID, ...]
    begun: tuple[datetime, ...]
    credited: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()
    attempts: int = 0

    @property
    def keys(self) -> tuple[str, ...]:
        """Keys of the questions, in order."""
        return tuple(one["spec"]["key"] for one in self.questions)

    @property
    def shown(self) -> bool:
        """Whether enough persons stand behind figures for them to be shown."""
        return len(self.persons) >= LEAST_SHOWN and bool(self.questions)


@dataclass(frozen=True, slots=True)
class _Row:
    """What is read of an attempt: `shares` by question key, and the keys that were `dropped`."""

    id: UUID
    user_id: UUID
    language: str
    percent: Decimal
    started_at: datetime
    submitted_at: datetime
    shares: Mapping[str, float]
    dropped: Sequence[str]


def read(
    key: str,
    filters: Filters | None = None,
    *,
    choices_of: Iterable[str] | None = None,
    whole_site: bool = False,
) -> Sat:
    """Read the marked attempts at an assessment, one a person.

    Args:
        choices_of: keys of the questions whose choices are read; None: of all.
        whole_site: for a command: everybody's; otherwise those of people whose results the viewer sees.
    """
    filters = filters or Filters()
    statement = _attempts(key, filters, whole_site)
    rows, attempts = _chosen(statement, filters)
    keys, dropped = _keys_of(rows)
    questions = _questions(key, rows, keys)
    place = {one["spec"]["key"]: at for at, one in enumerate(questions)}
    wanted = set(place) if choices_of is None else set(choices_of) & set(place)
    return Sat(
        tuple(questions),
        _shares(rows, place),
        _choices(statement, rows, questions, wanted),
        tuple(row.percent for row in rows),
        tuple(row.language or None for row in rows),
        tuple(row.user_id for row in rows),
        tuple(row.id for row in rows),
        tuple(row.started_at for row in rows),
        _credited(key) & set(place),
        dropped,
        attempts,
    )


def seen(whole_site: bool = False) -> Select[Any]:
    """Marked attempts of the people whose results the viewer sees, by the organisation they sat for."""
    if whole_site:
        return everywhere(Attempt).where(Attempt.state == MARKED)
    # One's own attempts elsewhere are readable, but no part of a group that one answers for.
    within = Attempt.organisation_id.in_(organisations_within(Permission.SEE_RESULTS))
    return scoped(Attempt, Permission.SEE_RESULTS).where(within, Attempt.state == MARKED)


def _attempts(key: str, filters: Filters, whole_site: bool) -> Select[Any]:
    statement = seen(whole_site).where(Attempt.assessment_key == key)
    if filters.cohort_id is not None:
        members = db.select(CohortMember.user_id).where(
            CohortMember.cohort_id == filters.cohort_id, CohortMember.left_at.is_(None)
        )
        statement = statement.where(Attempt.user_id.in_(members))
    if filters.organisation is not None:
        below = db.select(Organisation.id).where(
            Organisation.path.startswith(filters.organisation.path)
        )
        statement = statement.where(Attempt.organisation_id.in_(below))
    return statement


def _chosen(statement: Select[Any], filters: Filters) -> tuple[list[_Row], int]:
    """One row a person, in the order of persons; and how many attempts they were chosen from."""
    columns = (
        Attempt.id,
        Attempt.user_id,
        Attempt.language,
        Attempt.percent,
        Attempt.started_at,
        Attempt.submitted_at,
        shares_of(Attempt.marks).label("shares"),
        Attempt.dropped,
    )
    statement = statement.with_only_columns(*columns).order_by(Attempt.user_id, Attempt.number)
    found: dict[UUID, _Row] = {}
    attempts = 0
    for one in db.session.execute(statement, execution_options={"yield_per": CHUNK}):
        attempts += 1
        row = _Row(
            one.id,
            one.user_id,
            one.language,
            one.percent,
            one.started_at,
            one.submitted_at,
            {name: float(share) for name, share in as_mapping(one.shares).items()},
            one.dropped,
        )
        kept = found.get(row.user_id)
        if kept is None or _takes_place(row, kept, filters.which):
            found[row.user_id] = row
    return [row for row in found.values() if _passes(row, filters)], attempts


def _takes_place(row: _Row, kept: _Row, which: str) -> bool:
    """Whether a later attempt of a person counts in place of an earlier one; of equal ones the earlier stays."""
    return which == LAST or (which == BEST and row.percent > kept.percent)


def _passes(row: _Row, filters: Filters) -> bool:
    if filters.language is not None and row.language != filters.language:
        return False
    if filters.since is not None and row.submitted_at < _start_of(filters.since):
        return False
    return filters.until is None or row.submitted_at < _start_of(filters.until + timedelta(days=1))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _keys_of(rows: Sequence[_Row]) -> tuple[set[str], tuple[str, ...]]:
    """Keys of the questions that count in some attempt, and of those that count in none any more."""
    counted: set[str] = set()
    every: set[str] = set()
    for row in rows:
        every.update(row.shares)
        counted.update(key for key in row.shares if key not in row.dropped)
    return counted, tuple(sorted(every - counted))


def _questions(
    assessment_key: str, rows: Sequence[_Row], keys: set[str]
) -> list[Mapping[str, Any]]:
    """The questions as the newest attempt with each of them keeps them, in the order of the banks."""
    newest: dict[str, _Row] = {}
    for row in rows:
        for key in row.shares:
            kept = newest.get(key)
            if kept is None or row.submitted_at > kept.submitted_at:
                newest[key] = row
    found: dict[str, Mapping[str, Any]] = {}
    for attempt_id, questions in _questions_in({newest[key].id for key in keys}):
        for question in questions:
            key = question["spec"]["key"]
            if key in keys and newest[key].id == attempt_id:
                found[key] = question
    order = {key: at for at, key in enumerate(_bank_order(assessment_key))}
    last = len(order)
    return [found[key] for key in sorted(found, key=lambda key: (order.get(key, last), key))]


def _questions_in(attempt_ids: Collection[UUID]) -> Iterator[tuple[UUID, list[frozen.Question]]]:
    """The questions of some attempts, whose ids came out of a narrowed selection."""
    wanted = sorted(attempt_ids)
    for start in range(0, len(wanted), CHUNK):
        statement = everywhere(Attempt.id, Attempt.asked).where(
            Attempt.id.in_(wanted[start : start + CHUNK])
        )
        yield from ((one.id, frozen.whole(one.asked)) for one in db.session.execute(statement))


def specs_in(attempt_ids: Collection[UUID], question_key: str) -> dict[UUID, Mapping[str, Any]]:
    """A question as it was shown, by attempt; the ids came out of `read`."""
    return {
        attempt_id: question["spec"]
        for attempt_id, questions in _questions_in(attempt_ids)
        for question in questions
        if question["spec"]["key"] == question_key
    }


def _bank_order(assessment_key: str) -> list[str]:
    rules = queries.assessment(assessment_key)
    if rules is None:
        return []
    found = []
    for questions in queries.banks_of(rules).values():
        for spec in questions:
            found += [one["key"] for one in (spec, *spec.get("questions", ()))]
    return found


def _credited(assessment_key: str) -> frozenset[str]:
    """Questions whose newest regrade gave everybody the mark. Which they are is the same for every viewer."""
    statement = (
        db.select(Regrade.question_key, Regrade.kind)
        .where(Regrade.assessment_key == assessment_key)
        .order_by(Regrade.at, Regrade.id)
    )
    newest = {one.question_key: one.kind for one in db.session.execute(statement)}
    return frozenset(key for key, kind in newest.items() if kind == "full-credit")


def _shares(rows: Sequence[_Row], place: Mapping[str, int]) -> NDArray[np.float64]:
    shares = np.full((len(rows), len(place)), np.nan)
    for at, row in enumerate(rows):
        for key, share in row.shares.items():
            if key in place and key not in row.dropped:
                shares[at, place[key]] = share
    return shares


def _choices(
    statement: Select[Any],
    rows: Sequence[_Row],
    questions: Sequence[Mapping[str, Any]],
    wanted: set[str],
) -> NDArray[Any]:
    """What was chosen. The same text is the same answer, so each is read into choices once."""
    choices = np.full((len(rows), len(questions)), None, dtype=object)
    specs = {one["spec"]["key"]: (at, spec_for_marking(one)) for at, one in enumerate(questions)}
    specs = {
        key: found
        for key, found in specs.items()
        if key in wanted and found[1]["type"] in TYPES and _has_options(found[1])
    }
    if not rows or not specs:
        return choices
    person = {row.id: at for at, row in enumerate(rows)}
    read_before: dict[tuple[str, str], Any] = {}
    found = db.session.execute(_responses(statement, specs), execution_options={"yield_per": CHUNK})
    for attempt_id, texts in found:
        at = person.get(attempt_id)
        if at is None:
            # An attempt of somebody whose other one counts.
            continue
        for key, text in as_mapping(texts).items():
            if text is None:
                continue
            if (key, text) not in read_before:
                read_before[key, text] = _choice(specs[key][1], json.loads(text))
            choices[at, specs[key][0]] = read_before[key, text]
    return choices


def _has_options(spec: Mapping[str, Any]) -> bool:
    return question_type(spec["type"]).choices_made(spec, None) is not None


def _responses(statement: Select[Any], keys: Iterable[str]) -> Select[Any]:
    """Of each attempt selected its id and its responses by question key, as texts in one object."""
    found = unscoped(
        db.select(Response.attempt_id, gathered(Response.question_key, Response.response))
    ).where(Response.attempt_id.in_(statement.with_only_columns(Attempt.id)))
    return found.where(Response.question_key.in_(sorted(keys))).group_by(Response.attempt_id)


def _choice(spec: Mapping[str, Any], response: dict[str, Any] | None) -> Any:
    made = question_type(spec["type"]).choices_made(spec, response) if response else None
    if not made:
        return None
    return made[0] if len(made) == 1 else made
