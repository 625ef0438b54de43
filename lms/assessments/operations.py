"""Starting, answering, submitting; observing a practical task."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from lms.accounts.models import User
from lms.accounts.queries import home_organisation
from lms.accounts.scope import everywhere
from lms.assessments import evidence, rules
from lms.assessments.models import (
    IN_PROGRESS,
    SUBMITTED,
    Attempt,
    PracticalObservation,
    Response,
)
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused
from lms.events import AttemptFinished, attempt_finished
from lms.evidence.operations import record
from lms.jobs.operations import enqueue
from lms.scoring import UnusableAnswer, draw_questions, question_type

JOB = "close-attempt"


def attempts_of(user: User, assessment_key: str) -> list[Attempt]:
    """A person's own attempts at an assessment, in the order of their start."""
    statement = everywhere(Attempt).where(
        Attempt.user_id == user.id, Attempt.assessment_key == assessment_key
    )
    return list(db.session.scalars(statement.order_by(Attempt.number)))


def start_attempt(
    user: User,
    assessment: Mapping[str, Any],
    banks: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    at: datetime,
    seed: str | None = None,
) -> Attempt:
    """Start an attempt, or give the one in progress: two tabs and a retry are one attempt.

    Args:
        assessment: the rules as plain values, frozen into the attempt.
        banks: the questions of each bank that the rules draw from, as plain values.
        seed: for tests and the demo; otherwise random.

    Raises:
        Refused: `attempt.none-left`, `attempt.too-soon`, `attempt.nowhere`, `assessment.bank-too-small`.
    """
    earlier = attempts_of(user, assessment["key"])
    for one in earlier:
        if one.state == IN_PROGRESS:
            if not rules.is_over(one.deadline, at):
                return one
            submit_attempt(one, at=at)
    finished = [
        rules.Finished(one.submitted_at, one.percent)
        for one in earlier
        if one.submitted_at is not None and one.percent is not None
    ]
    rules.check_may_start(assessment, finished, at=at)
    organisation = home_organisation(user)
    if organisation is None:
        raise Refused("attempt.nowhere")
    seed = seed or secrets.token_hex(16)
    specs = {spec["key"]: spec for questions in banks.values() for spec in questions}
    keys = draw_questions(
        banks, assessment["draws"], seed, assessment.get("shuffle_questions", True)
    )
    attempt = Attempt(
        user_id=user.id,
        organisation_id=organisation.id,
        assessment_key=assessment["key"],
        number=len(earlier) + 1,
        assessment=dict(assessment),
        questions=[
            {
                "spec": dict(specs[key]),
                "order": question_type(specs[key]["type"]).order(
                    specs[key], f"{seed}:{key}", assessment.get("shuffle_options", True)
                ),
            }
            for key in keys
        ],
        seed=seed,
        started_at=at,
        deadline=rules.deadline_of(assessment, at),
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
    except IntegrityError:
        # Another tab was quicker: its attempt is the attempt.
        return next(one for one in attempts_of(user, assessment["key"]) if one.state == IN_PROGRESS)
    if attempt.deadline is not None:
        enqueue(
            JOB,
            {"attempt": str(attempt.id)},
            once_key=f"attempt:{attempt.id}:close",
            at=attempt.deadline + rules.GRACE,
            by_id=user.id,
        )
    return attempt


def save_answers(
    attempt: Attempt, submitted: Mapping[str, Mapping[str, list[str]]], *, at: datetime
) -> dict[str, str]:
    """Keep answers as they are given, by question key; the same sent again changes nothing.

    Returns:
        Codes of what could not be kept, by question key; every other answer is kept.

    Raises:
        Refused: `attempt.over` when the attempt is submitted or its time is up,
            `attempt.foreign-question` for a question that it does not hold; then nothing is kept.
    """
    if attempt.state != IN_PROGRESS or rules.is_over(attempt.deadline, at):
        raise Refused("attempt.over")
    specs = {one["spec"]["key"]: one["spec"] for one in attempt.questions}
    foreign = sorted(set(submitted) - set(specs))
    if foreign:
        raise Refused("attempt.foreign-question", questions=foreign)
    kept = {row.question_key: row for row in attempt.responses}
    faults: dict[str, str] = {}
    for key, fields in submitted.items():
        try:
            response = question_type(specs[key]["type"]).parse(specs[key], fields)
        except UnusableAnswer as fault:
            faults[key] = fault.code
            continue
        row = kept.get(key)
        if row is None:
            if response is not None:
                attempt.responses.append(Response(question_key=key, response=response, saved_at=at))
        elif row.response != response:
            row.response, row.saved_at = response, at
    db.session.flush()
    return faults


def submit_attempt(attempt: Attempt, *, at: datetime) -> Attempt:
    """Mark the attempt with the answers kept and record its evidence; submitted before, it stays as it is."""
    if attempt.state == SUBMITTED:
        return attempt
    outcome = rules.mark_attempt(
        [one["spec"] for one in attempt.questions],
        attempt.given(),
        Decimal(attempt.assessment["pass_mark"]),
    )
    over = rules.is_over(attempt.deadline, at)
    attempt.state = SUBMITTED
    attempt.submitted_at = attempt.deadline if over and attempt.deadline else at
    attempt.closed_by_site = over
    attempt.percent, attempt.passed = outcome.percent, outcome.passed
    attempt.marks = {
        key: {"share": str(mark.share), "right": mark.right, "detail": dict(mark.detail)}
        for key, mark in outcome.marks.items()
    }
    db.session.flush()
    for fact in evidence.facts_of_attempt(attempt, outcome.competencies):
        record(fact, by=None, at=at)
    audit(None, "attempt.submitted", attempt, at=at, organisation_id=attempt.organisation_id)
    attempt_finished.send(
        AttemptFinished(
            attempt.id,
            attempt.user_id,
            attempt.assessment["course"],
            outcome.passed,
            attempt.submitted_at,
        )
    )
    return attempt


def record_observation(
    user: User,
    rubric: Mapping[str, Any],
    ratings: Mapping[str, str],
    *,
    competencies: Sequence[str],
    observed_on: date,
    remark: str,
    request_key: str,
    by: User,
    at: datetime,
) -> PracticalObservation:
    """Record an observed practical task and its evidence; the same form sent twice is one observation.

    Raises:
        Refused: `observation.own`, `observation.future`, `observation.unrated`, `observation.level`,
            `attempt.nowhere`.
    """
    if by.id == user.id:
        raise Refused("observation.own")
    if observed_on > at.date():
        raise Refused("observation.future", day=observed_on)
    once_key = f"{by.id}:{request_key}"
    known = db.session.scalar(
        everywhere(PracticalObservation).where(PracticalObservation.once_key == once_key)
    )
    if known is not None:
        return known
    share = rules.observed_share(rubric, ratings)
    organisation, observer_organisation = home_organisation(user), home_organisation(by)
    if organisation is None:
        raise Refused("attempt.nowhere")
    observation = PracticalObservation(
        once_key=once_key,
        user_id=user.id,
        organisation_id=organisation.id,
        observer_id=by.id,
        observer_organisation_id=observer_organisation.id if observer_organisation else None,
        rubric=dict(rubric),
        ratings=dict(ratings),
        competencies=list(competencies),
        remark=remark.strip(),
        observed_on=observed_on,
        recorded_at=at,
    )
    db.session.add(observation)
    db.session.flush()
    for fact in evidence.facts_of_observation(observation, share):
        record(fact, by=by, at=at)
    audit(by, "observation.recorded", observation, at=at, organisation_id=organisation.id)
    return observation


def attempt_by_id(key: UUID) -> Attempt | None:
    """An attempt for the job that closes it."""
    return db.session.scalar(everywhere(Attempt).where(Attempt.id == key))
