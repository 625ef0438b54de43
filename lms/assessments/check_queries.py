"""What the checks on an organisation's index look at: marks beside their pass mark, and answers given together.

Whether the viewer may see the organisation's capacity is asked before. Nothing here names a person.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement

from lms.accounts.scope import everywhere
from lms.assessments.models import MARKED, Attempt, Response
from lms.db import db
from lms.db.chunks import in_chunks


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks of one assessment under one pass mark, all in percent."""

    assessment_key: str
    pass_mark: float
    marks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """Who sat an assessment together: in a supervised sitting, else on one day (UTC).

    Args:
        answers: persons × questions that all of them were asked; None where one gave no answer.
    """

    assessment_key: str
    day: date
    questions: int
    answers: tuple[tuple[str | None, ...], ...]


def marks_of(organisation_id: UUID, since: date, until: date) -> list[Marks]:
    """Marks of the organisation's people that stand, handed in from one day to another, both included."""
    statement = everywhere(
        Attempt.assessment_key, Attempt.assessment["pass_mark"].as_string(), Attempt.percent
    ).where(*_within(organisation_id, since, until), Attempt.percent.is_not(None))
    found: dict[tuple[str, Decimal], list[float]] = defaultdict(list)
    for key, pass_mark, percent in db.session.execute(statement.order_by(Attempt.id)):
        if pass_mark is not None:
            found[key, Decimal(pass_mark)].append(float(percent))
    return [
        Marks(key, float(pass_mark), tuple(marks))
        for (key, pass_mark), marks in sorted(found.items())
    ]


def sat_together(
    organisation_id: UUID, since: date, until: date, *, at_least: int
) -> list[Together]:
    """Answers of the organisation's people where at least so many sat together; of each the newest attempt."""
    statement = everywhere(
        *(Attempt.id, Attempt.user_id, Attempt.assessment_key),
        *(Attempt.sitting_id, Attempt.started_at),
    ).where(*_within(organisation_id, since, until))
    groups: dict[tuple[str, str, date], dict[UUID, UUID]] = defaultdict(dict)
    for key, user_id, assessment_key, sitting_id, started_at in db.session.execute(
        statement.order_by(Attempt.started_at, Attempt.id)
    ):
        place = (assessment_key, str(sitting_id or ""), started_at.date())
        groups[place][user_id] = key
    return [
        _together(place[0], place[2], sorted(group.values()))
        for place, group in sorted(groups.items())
        if len(group) >= at_least
    ]


def _together(assessment_key: str, day: date, attempts: Sequence[UUID]) -> Together:
    asked: list[set[str]] = []
    given: dict[UUID, dict[str, str]] = {key: {} for key in attempts}
    for keys in in_chunks(attempts):
        questions = everywhere(Attempt.asked).where(Attempt.id.in_(keys))
        asked += [{one["key"] for one in held} for (held,) in db.session.execute(questions)]
        # Reached through their attempts.
        responses = db.select(Response.attempt_id, Response.question_key, Response.response)
        for key, question, response in db.session.execute(
            responses.where(Response.attempt_id.in_(keys))
        ):
            if response:
                given[key][question] = json.dumps(response, sort_keys=True)
    common = sorted(set.intersection(*asked)) if asked else []
    rows = tuple(tuple(given[key].get(question) for question in common) for key in attempts)
    return Together(assessment_key, day, len(common), rows)


def _within(organisation_id: UUID, since: date, until: date) -> tuple[ColumnElement[bool], ...]:
    first, last = (
        datetime.combine(day, time.min, UTC) for day in (since, until + timedelta(days=1))
    )
    return (
        Attempt.organisation_id == organisation_id,
        Attempt.state == MARKED,
        Attempt.submitted_at >= first,
        Attempt.submitted_at < last,
    )
