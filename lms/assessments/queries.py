"""Assessments of the library as plain values, and attempts for pages."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import bindparam, func
from sqlalchemy.orm import defer, joinedload

from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, rows, scoped, scoped_get
from lms.assessments.models import (
    IN_PROGRESS,
    VOIDED,
    Attempt,
    PracticalObservation,
    Regrade,
    RegradeChange,
)
from lms.assessments.own import OwnAttempt
from lms.courses.library import assessment_rules, competency_titles, framework, library, plain
from lms.db import db
from lms.db.prepared import prepared
from lms.questions.queries import banks_for
from lms.scoring import draw
from lms.scoring.pictures import is_kept, names_in
from lms.scoring.types.unasked import ScenarioSet
from lms.web import paging
from lms.web.language import in_language


def assessment(key: str) -> dict[str, Any] | None:
    """The rules of an assessment as they stand in the library, or None."""
    return assessment_rules(key)


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How many questions an assessment asks by competency and level, for a table.

    Args:
        levels: those asked about, from the lowest.
        rows: a competency's title with a count for each of the levels.
    """

    levels: tuple[Any, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def blueprint_of(key: str) -> Blueprint | None:
    """The blueprint of an assessment of a domain, in the reader's language; None for any other."""
    found = library().assessments.get(key)
    if found is None or found.domain is None:
        return None
    counts, titles = found.blueprint, competency_titles()
    levels = tuple(
        {"key": one.key, "title": in_language(one.title)}
        for one in framework().levels
        if any(level == one.key for _competency, level in counts)
    )
    rows = tuple(
        (
            titles.get(competency, competency),
            tuple(counts.get((competency, level["key"]), 0) for level in levels),
        )
        for competency in dict.fromkeys(name for name, _level in counts)
    )
    return Blueprint(levels, rows)


def media_of(rules: Mapping[str, Any] | None, specs: Iterable[Mapping[str, Any]]) -> Any:
    """What tells the address of a picture of these questions: the site keeps it, or it lies in their course.

    An assessment of a domain asks questions of several courses; there each bank bears the key of its course.
    """
    course = rules.get("course") if rules else None
    homes = (
        {}
        if course is not None
        else {
            name: library().bank_of.get(spec["key"], "")
            for spec in specs
            for name in names_in(spec)
        }
    )

    def address(name: str) -> str:
        if is_kept(name):
            return url_for("assessments.picture", name=name)
        return url_for("learning.media", key=course or homes.get(name) or "-", name=name)

    return address


def banks_of(rules: Mapping[str, Any]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The questions of every bank that an assessment draws from: those that ship and those that the site keeps."""
    return banks_for(rules["draws"])


def count_asked(rules: Mapping[str, Any]) -> tuple[int, int]:
    """The fewest and the most questions that an attempt under these rules asks."""
    if any(one.get("type") == ScenarioSet.name for one in rules["draws"]):
        return draw.count_asked(banks_of(rules), rules["draws"])
    count = sum(one["count"] for one in rules["draws"])
    return count, count


def rubric(key: str) -> dict[str, Any] | None:
    """A rubric as it stands in the library, or None."""
    found = library().rubrics.get(key)
    return None if found is None else plain(found)


def rubrics() -> dict[str, Any]:
    """All rubrics by key."""
    return dict(library().rubrics)


def readable_attempt(key: UUID) -> Attempt | None:
    """An attempt of one's own, or of somebody whose results one may see."""
    return scoped_get(Attempt, key, Permission.SEE_RESULTS)


def assessment_titles() -> dict[str, str]:
    """Titles of all assessments by key, in the reader's language, sorted by it."""
    titles = {key: in_language(one.title) for key, one in library().assessments.items()}
    return dict(sorted(titles.items(), key=lambda pair: pair[1].casefold()))


def counts_by_assessment() -> dict[str, dict[str, int]]:
    """How many attempts the viewer supervises, by assessment and state."""
    within = scoped(Attempt, Permission.SUPERVISE).subquery()
    statement = db.select(within.c.assessment_key, within.c.state, func.count()).group_by(
        within.c.assessment_key, within.c.state
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for key, state, count in db.session.execute(statement):
        counts[key][state] = count
    return counts


def recent_attempts(page: int = 1, assessment_key: str = "") -> list[Attempt]:
    """Finished attempts of the people whose results the viewer sees, newest first; one more than a page holds."""
    statement = (
        scoped(Attempt, Permission.SEE_RESULTS)
        .where(Attempt.submitted_at.is_not(None))
        .options(
            joinedload(Attempt.user),
            joinedload(Attempt.organisation),
            defer(Attempt.asked),
            defer(Attempt.marks),
        )
        .order_by(Attempt.submitted_at.desc(), Attempt.id)
    )
    if assessment_key:
        statement = statement.where(Attempt.assessment_key == assessment_key)
    return list(db.session.scalars(paging.window(statement, page)))


def manageable_attempt(key: UUID) -> Attempt | None:
    """An attempt of somebody whose assessments the viewer manages."""
    return scoped_get(Attempt, key, Permission.MANAGE_ASSESSMENTS)


def may_void(attempt: Attempt | OwnAttempt, user_id: UUID) -> bool:
    """Whether the viewer may declare an attempt void."""
    return (
        attempt.state != VOIDED
        and attempt.user_id != user_id
        and manageable_attempt(attempt.id) is not None
    )


def regrades_of(attempt: Attempt | OwnAttempt) -> Sequence[Any]:
    """Rows with `at`, `reason`, `percent_before`, `percent_after`, `mark_before` of what changed an attempt.

    The oldest first. Where the question waited for a marker, `mark_before` says so.

    Who may read the attempt may read them.
    """
    if isinstance(attempt, OwnAttempt) and not attempt.regraded:
        return ()
    return rows(_regrades(), attempt=attempt.id)


@prepared
def _regrades() -> Any:
    columns = (
        Regrade.at,
        Regrade.reason,
        RegradeChange.percent_before,
        RegradeChange.percent_after,
        RegradeChange.mark_before,
    )
    return (
        everywhere(*columns)
        .join(RegradeChange.regrade)
        .where(RegradeChange.attempt_id == bindparam("attempt"))
        .order_by(RegradeChange.id)
    )


def observation(key: UUID) -> PracticalObservation | None:
    """An observed task of one's own, or of somebody whose results one may see."""
    return scoped_get(PracticalObservation, key, Permission.SEE_RESULTS)


def card(user: User) -> dict[str, Any] | None:
    """What the home page says: attempts in progress."""
    statement = everywhere(Attempt).where(Attempt.user_id == user.id, Attempt.state == IN_PROGRESS)
    found = list(db.session.scalars(statement))
    return {"attempts": found, "kind": "turn"} if found else None


def fields_by_question(form: Mapping[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """Split fields named ``<question key>:<field>`` by question; fields without a colon are the page's own."""
    found: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for name, values in form.items():
        key, colon, field = name.partition(":")
        if colon:
            found[key][field] = values
    return dict(found)
