"""The life of an attempt: starting, handing in, settling its mark and evidence, declaring it void."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from lms.accounts.models import User
from lms.accounts.rules import Somebody
from lms.accounts.scope import everywhere
from lms.assessments import evidence, frozen, hand_marks, pictures, rules, settling
from lms.assessments.ledger import Entries
from lms.assessments.models import (
    ABANDONED,
    IN_PROGRESS,
    SUBMITTED,
    VOIDED,
    Attempt,
    Sitting,
)
from lms.assessments.own import OwnAttempt
from lms.assessments.standing import standing_of
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.at_once import hold
from lms.db.bulk import insert_rows
from lms.errors import Refused
from lms.jobs.operations import enqueue
from lms.scoring import draw_attempt, question_type

JOB = "close-attempt"


def start_attempt(
    user: Somebody,
    assessment: Mapping[str, Any],
    banks: Mapping[str, Sequence[Mapping[str, Any]]],
    **more: Any,
) -> Attempt:
    """As `begin_attempt`, and read the attempt."""
    key = begin_attempt(user, assessment, banks, **more)
    return db.session.scalars(everywhere(Attempt).where(Attempt.id == key)).one()


def begin_attempt(
    user: Somebody,
    assessment: Mapping[str, Any],
    banks: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    at: datetime,
    seed: str | None = None,
    language: str = "",
    sitting: Sitting | None = None,
    paper_code: str | None = None,
) -> UUID:
    """Start an attempt and give its id, or that of the one in progress: two tabs and a retry are one attempt.

    Args:
        assessment: the rules as plain values, frozen into the attempt with what overrides change in them.
        banks: the questions of each bank that the rules draw from, as plain values.
        seed: for tests and the demo; otherwise random.
        sitting: the supervised sitting in which it is begun; an assessment with ``access: supervised`` needs one.
        paper_code: printed on the sheet of a paper version, which has no deadline on the screen.

    Raises:
        Refused: as `rules.check_may_start`; `attempt.nowhere`, `assessment.bank-too-small`, `sitting.needed`.
        DBAPIError: here or by the commit, where another tab was quicker; `lms.db.at_once.again` begins anew.
    """
    standing = standing_of(user, assessment["key"])
    if standing.earlier.running:
        running = _running(user, assessment["key"])
        if rules.phase(running.assessment, running.deadline, at) is not rules.Phase.OVER:
            return running.id
        close_attempt(running, at=at)
        standing = standing_of(user, assessment["key"])
    held = rules.with_allowances(assessment, standing.allowances)
    rules.check_may_start(held, standing.earlier, at=at)
    if held.get("access") == "supervised" and sitting is None and paper_code is None:
        raise Refused("sitting.needed")
    if standing.home_id is None:
        raise Refused("attempt.nowhere")
    seed = seed or secrets.token_hex(16)
    key = uuid7()
    deadline = None if paper_code else rules.deadline_of(held, at)
    asked = _questions(held, banks, seed)
    attempt = {
        "id": key,
        "user_id": user.id,
        "organisation_id": standing.home_id,
        "assessment_key": assessment["key"],
        "number": standing.earlier.started + 1,
        "assessment": held,
        "asked": frozen.freeze(asked),
        "seed": seed,
        "started_at": at,
        "deadline": deadline,
        "language": language,
        "sitting_id": sitting.id if sitting else None,
        "paper_code": paper_code,
    }
    # Where another tab was quicker a unique key is taken: begun again, this finds that attempt running.
    insert_rows(Attempt, [attempt])
    pictures.hold(key, asked)
    _close_in_time(key, user.id, held, deadline)
    return key


def _running(user: Somebody, assessment_key: str) -> Attempt:
    return db.session.scalars(
        everywhere(Attempt).where(
            Attempt.user_id == user.id,
            Attempt.assessment_key == assessment_key,
            Attempt.state == IN_PROGRESS,
        )
    ).one()


def _questions(
    held: Mapping[str, Any], banks: Mapping[str, Sequence[Mapping[str, Any]]], seed: str
) -> list[dict[str, Any]]:
    """The questions of an attempt as it keeps them: the spec as shown, the order of its parts, its section."""
    drawn = draw_attempt(banks, held["draws"], seed, held.get("shuffle_questions", True))
    shuffle = held.get("shuffle_options", True)
    found = []
    for one in drawn:
        order = question_type(one.spec["type"]).order(one.spec, f"{seed}:{one.key}", shuffle)
        question: dict[str, Any] = {"spec": one.spec, "order": order}
        if one.section is not None:
            question["section"] = one.section
        found.append(question)
    return found


def _close_in_time(key: UUID, user_id: UUID, held: rules.Rules, deadline: datetime | None) -> None:
    """Leave word for the worker to close the attempt when nobody hands it in."""
    if deadline is None:
        return
    last = rules.last_moment(held, deadline)
    enqueue(
        JOB,
        {"attempt": str(key)},
        once_key=f"attempt:{key}:close:{last:%Y%m%d%H%M%S}",
        at=last,
        by_id=user_id,
    )


def move_deadline(
    attempt: Attempt, allowances: Sequence[rules.Allowance], base: rules.Rules
) -> None:
    """Let an override hold for an attempt that is under way: its rules and its deadline are worked out anew."""
    held = rules.with_allowances(base, allowances)
    kept = dict(attempt.assessment)
    for name in ("time_limit_minutes", "attempts_allowed", "opens_at", "closes_at"):
        if name in held:
            kept[name] = held[name]
    attempt.assessment = kept
    if attempt.paper_code is None:
        attempt.deadline = rules.deadline_of(kept, attempt.started_at)
    db.session.flush()
    _close_in_time(attempt.id, attempt.user_id, kept, attempt.deadline)


def _hold(attempt: Attempt | OwnAttempt) -> None:
    """Take the row, so that a regrade or another hand-in goes before or after and never through."""
    if isinstance(attempt, OwnAttempt):
        # It was read to be held.
        return
    db.session.refresh(attempt, ["state", "asked", "dropped", "deadline"], with_for_update=True)


def submit_attempt(attempt: Attempt, *, at: datetime) -> Attempt:
    """Hand in the attempt: mark the answers kept and record its evidence; handed in before, it stays as it is."""
    _hold(attempt)
    submit_held(attempt, at=at)
    return attempt


def submit_held(attempt: Attempt | OwnAttempt, *, at: datetime) -> None:
    """As `submit_attempt`, for an attempt that was read to be held (`own_attempt` with `lock`)."""
    if attempt.state != IN_PROGRESS:
        return
    if rules.phase(attempt.assessment, attempt.deadline, at) is rules.Phase.OVER:
        close_attempt(attempt, at=at)
        return
    over = rules.is_over(attempt.deadline, at)
    _hand_in(attempt, attempt.deadline if over and attempt.deadline else at, at, by_site=False)


def close_attempt(attempt: Attempt | OwnAttempt, *, at: datetime) -> None:
    """Close an attempt whose time is up, by its rules: what was saved is handed in, or it is abandoned."""
    _hold(attempt)
    if attempt.state != IN_PROGRESS:
        return
    if rules.phase(attempt.assessment, attempt.deadline, at) is not rules.Phase.OVER:
        # The deadline was moved since the worker was told.
        return
    if rules.counts_when_time_is_up(attempt.assessment):
        _hand_in(attempt, attempt.deadline or at, at, by_site=True)
        return
    attempt.state, attempt.closed_by_site = ABANDONED, True
    settling.write({attempt.id: {"state": ABANDONED, "closed_by_site": True}})
    audit(None, "attempt.abandoned", attempt, at=at, organisation_id=attempt.organisation_id)


def hand_in_paper(attempt: Attempt, *, sat_at: datetime, at: datetime) -> None:
    """Hand in an attempt on paper, as of the moment when it was sat, never before it was printed."""
    _hand_in(attempt, max(sat_at, attempt.started_at), at, by_site=False)


def _hand_in(
    attempt: Attempt | OwnAttempt, submitted_at: datetime, at: datetime, *, by_site: bool
) -> None:
    handed_in = {"state": SUBMITTED, "submitted_at": submitted_at, "closed_by_site": by_site}
    for name, value in handed_in.items():
        setattr(attempt, name, value)
    settle(attempt, by=None, at=at, more=handed_in)
    audit(None, "attempt.submitted", attempt, at=at, organisation_id=attempt.organisation_id)


def outcome_of(attempt: Attempt | OwnAttempt) -> rules.Outcome:
    """What an attempt is worth with the answers and hand marks kept."""
    given = attempt.given()
    by_hand: dict[str, Any] = {}
    if any(hand_marks.is_marked_by_hand(one) for one in attempt.questions):
        by_hand = hand_marks.decided(attempt.questions, hand_marks.rows_of([attempt.id]), given)
    return rules.mark_attempt(
        attempt.questions,
        given,
        attempt.assessment,
        hand=by_hand,
        dropped=attempt.dropped,
        hints={row.question_key: row.hints_shown for row in attempt.responses},
    )


def kept_outcome_of(attempt: Attempt | OwnAttempt) -> rules.Outcome:
    """What a marked attempt is worth by the marks that it keeps, on which its evidence rests."""
    kept = {key: rules.KeptMark.of(plain) for key, plain in attempt.marks.items()}
    return rules.outcome_of(attempt.questions, kept, attempt.assessment, dropped=attempt.dropped)


def settle(
    attempt: Attempt | OwnAttempt,
    *,
    by: User | None,
    at: datetime,
    reason: str = "",
    more: Mapping[str, Any] | None = None,
) -> rules.Outcome:
    """Work out the mark of a handed-in attempt and bring its evidence in line with it.

    Called at handing in and after each hand mark; a regrade settles many at once in the same way (`settling`).

    Args:
        more: columns that change with it.
    """
    outcome = outcome_of(attempt)
    batch = settling.Batch(at)
    # Before it was marked for the first time there is none.
    pieces = evidence.pieces_of([attempt.id]) if attempt.marked_at is not None else {}
    batch.add(attempt, outcome, pieces.get(attempt.id, []), more)
    settling.tell(batch.settle(by=by, reason=reason), at)
    return outcome


def void_attempt(attempt: Attempt, reason: str, *, by: User, at: datetime) -> None:
    """Declare an attempt void: it counts for nothing, its evidence is withdrawn, and it stays readable.

    Raises:
        Refused: `attempt.void-reason` without a reason, `attempt.void-already`, `attempt.void-own`.
    """
    if not reason.strip():
        raise Refused("attempt.void-reason")
    hold(attempt)
    if attempt.state == VOIDED:
        raise Refused("attempt.void-already")
    if attempt.user_id == by.id:
        raise Refused("attempt.void-own")
    attempt.state, attempt.void_reason, attempt.voided_by_id = VOIDED, reason.strip(), by.id
    attempt.passed = None
    db.session.flush()
    shows_nothing = Entries()
    shows_nothing.add(attempt, {}, evidence.pieces_of([attempt.id]).get(attempt.id, []))
    evidence.enter(shows_nothing, by=by, at=at, reason=reason.strip())
    audit(
        by,
        "attempt.voided",
        attempt,
        at=at,
        organisation_id=attempt.organisation_id,
        changes={"reason": reason.strip()},
    )
    settling.tell([settling.told_of_void(attempt)], at)


def attempt_by_id(key: UUID) -> Attempt | None:
    """An attempt for the job that closes it."""
    return db.session.scalar(everywhere(Attempt).where(Attempt.id == key))
