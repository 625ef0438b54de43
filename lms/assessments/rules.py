"""When an attempt may start, until when it takes answers, what it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.errors import Refused
from lms.scoring import Mark, by_competency, passed, question_type, total

#: For a slow link: an answer that was on its way when time ran out still counts.
GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Finished:
    """What is known of an earlier attempt."""

    submitted_at: datetime
    percent: Decimal


def check_may_start(
    assessment: Mapping[str, Any], finished: Sequence[Finished], *, at: datetime
) -> None:
    """Refuse a further attempt where the rules allow none, or none yet.

    Raises:
        Refused: `attempt.none-left`, `attempt.too-soon` with the `minutes` to wait.
    """
    allowed = assessment.get("attempts_allowed")
    if allowed is not None and len(finished) >= allowed:
        raise Refused("attempt.none-left", allowed=allowed)
    delay = timedelta(minutes=assessment.get("delay_minutes") or 0)
    if finished and delay:
        free_at = max(one.submitted_at for one in finished) + delay
        if at < free_at:
            raise Refused("attempt.too-soon", minutes=-(-(free_at - at) // timedelta(minutes=1)))


def deadline_of(assessment: Mapping[str, Any], started_at: datetime) -> datetime | None:
    """When the attempt ends; None without a time limit."""
    limit = assessment.get("time_limit_minutes")
    return None if limit is None else started_at + timedelta(minutes=limit)


def is_over(deadline: datetime | None, at: datetime) -> bool:
    """Whether answers come too late: after the deadline and the grace of 30 seconds."""
    return deadline is not None and at > deadline + GRACE


@dataclass(frozen=True, slots=True)
class Outcome:
    """A marked attempt: percent with two places, pass state, marks by question, share by competency."""

    percent: Decimal
    passed: bool
    marks: dict[str, Mark]
    competencies: dict[str, Decimal]


def mark_attempt(
    specs: Sequence[Mapping[str, Any]],
    responses: Mapping[str, dict[str, Any]],
    pass_mark: Decimal,
) -> Outcome:
    """Mark every question of an attempt; an unanswered one earns nothing."""
    marks = {
        spec["key"]: question_type(spec["type"]).mark(spec, responses.get(spec["key"]))
        for spec in specs
    }
    percent = total(list(marks.values()))
    return Outcome(
        percent,
        passed(percent, pass_mark),
        marks,
        by_competency([(spec.get("competency"), marks[spec["key"]]) for spec in specs]),
    )


#: What each level of a rubric's criterion is worth; a task meets when all its criteria do.
RUBRIC_LEVELS = {"not-yet": Fraction(0), "partly": Fraction(1, 2), "meets": Fraction(1)}


def observed_share(rubric: Mapping[str, Any], ratings: Mapping[str, str]) -> Decimal:
    """Mean level of the criteria, 0 to 1 in six places: 1 only when every criterion meets.

    Raises:
        Refused: `observation.unrated` naming criteria without a level, `observation.level` for a word that
            is no level.
    """
    criteria = [criterion["key"] for criterion in rubric["criteria"]]
    unrated = [key for key in criteria if not ratings.get(key)]
    if unrated:
        raise Refused("observation.unrated", count=len(unrated))
    if any(ratings[key] not in RUBRIC_LEVELS for key in criteria):
        raise Refused("observation.level")
    mean = sum((RUBRIC_LEVELS[ratings[key]] for key in criteria), Fraction(0)) / len(criteria)
    # Rounded down, so that a mean just under one never becomes it.
    return Decimal(int(mean * 10**6)).scaleb(-6)
