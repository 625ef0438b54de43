"""A question marked anew in every attempt that holds it: what it would move, and doing it in one transaction.

The preview works attempt by attempt in chunks on plain rows and writes nothing. Applying it changes what each
attempt keeps of the question, so that one under way is marked that way when it is handed in, and settles those
whose worth changes: mark, pass, evidence (superseded with the reason), and what other features hear of it.
Certificates stay as issued; whoever lost the pass under one is listed until somebody has looked at it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from json import dumps
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments import operations
from lms.assessments import regrade_rows as rows
from lms.assessments.models import (
    ABANDONED,
    IN_PROGRESS,
    MARKED,
    VOIDED,
    Attempt,
    Regrade,
    RegradeChange,
)
from lms.assessments.regrade_rules import (
    Change,
    Effect,
    Line,
    check_new_key,
    effect_of,
    regraded,
    takes,
)
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused

#: The organisations in which whoever regrades may do so; None: everywhere.
Within = Collection[UUID] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would move.

    Args:
        lines: attempts whose mark, pass or evidence changes; those that fail now first, then those that pass.
        unchanged: handed in, and worth the same.
        waiting: handed in, and some answer waits for a marker: they will be marked that way.
        running: under way: it will be marked that way.
        void: void or abandoned: it stays as it is.
        other_wording: shown with other options, so that the new key does not fit: it stays as it is.
        foreign: attempts of organisations in which the person asking may not regrade.
        empty: attempts in which nothing would be left to mark.
        lost: who would no longer have passed in any attempt.
        touched: attempts whose question changes, those worth the same among them.
    """

    change: Change
    lines: tuple[Line, ...]
    unchanged: int
    waiting: tuple[UUID, ...]
    running: int
    void: int
    other_wording: int
    foreign: int
    empty: int
    lost: frozenset[UUID]
    touched: tuple[UUID, ...]

    @property
    def fingerprint(self) -> str:
        """Says whether a later preview would move the same: 64 hexadecimal digits."""
        moved = sorted(
            (str(one.id), str(one.percent_after), one.passed_after, str(one.moved))
            for one in self.lines
        )
        written = dumps([self.change.kind, self.change.spec, moved], sort_keys=True)
        return sha256(written.encode()).hexdigest()


def preview(assessment_key: str, change: Change, *, within: Within = None) -> Preview:
    """Say what a change would move; reads only.

    Raises:
        Refused: `regrade.unknown-question` when no attempt holds the question; as `regrade_rules.check_new_key`.
    """
    newest = rows.newest_question(assessment_key, change.question_key)
    if newest is None:
        raise Refused("regrade.unknown-question")
    if change.spec is not None:
        check_new_key(newest["spec"], change.spec)
    counts: Counter[str] = Counter()
    lines: list[Line] = []
    waiting: list[UUID] = []
    touched: list[UUID] = []
    for held in rows.held(assessment_key, change.question_key):
        question = held.question(change.question_key)
        if question is None:
            continue
        if held.state in (VOIDED, ABANDONED):
            counts["void"] += 1
        elif within is not None and held.organisation_id not in within:
            counts["foreign"] += 1
        elif not takes(question, change):
            counts["other"] += 1
        else:
            touched.append(held.id)
            if held.state == IN_PROGRESS:
                counts["running"] += 1
                continue
            effect, line = effect_of(held, change)
            if line is not None:
                lines.append(line)
            elif effect is Effect.WAITING:
                waiting.append(held.id)
            else:
                counts[effect.value] += 1
    lines.sort(key=lambda one: (not one.flips, one.passed_after, one.id))
    return Preview(
        change,
        tuple(lines),
        unchanged=counts[Effect.NONE.value],
        waiting=tuple(waiting),
        running=counts["running"],
        void=counts["void"],
        other_wording=counts["other"],
        foreign=counts["foreign"],
        empty=counts[Effect.EMPTY.value],
        lost=_lost(assessment_key, lines),
        touched=tuple(touched),
    )


def apply(
    assessment_key: str,
    change: Change,
    *,
    reason: str,
    request_key: str,
    by: User,
    at: datetime,
    within: Within = None,
    seen: str | None = None,
) -> Regrade:
    """Mark a question anew in every attempt that holds it; the same form twice is one regrade.

    Args:
        seen: the fingerprint of the preview that was looked at; without it nothing is compared.

    Raises:
        Refused: `regrade.reason`, `regrade.moved` when other attempts would change than were seen,
            `regrade.foreign`, `regrade.nothing-left`, `regrade.same`; as `preview`. Nothing is changed then.
    """
    if not reason.strip():
        raise Refused("regrade.reason")
    once_key = f"{by.id}:{request_key}"
    known = db.session.scalar(select(Regrade).where(Regrade.once_key == once_key))
    if known is not None:
        return known
    found = preview(assessment_key, change, within=within)
    if found.foreign:
        raise Refused("regrade.foreign", count=found.foreign)
    if found.empty:
        raise Refused("regrade.nothing-left", count=found.empty)
    if seen is not None and seen != found.fingerprint:
        raise Refused("regrade.moved")
    regrade = Regrade(
        once_key=once_key,
        assessment_key=assessment_key,
        question_key=change.question_key,
        kind=change.kind,
        spec=dict(change.spec) if change.spec is not None else None,
        reason=reason.strip(),
        by_id=by.id,
        at=at,
    )
    db.session.add(regrade)
    db.session.flush()
    if not _lay_over(found.touched, change):
        raise Refused("regrade.same")
    _settle(regrade, found, by, at)
    audit(
        by,
        "question.regraded",
        regrade,
        at=at,
        changes={
            "assessment": assessment_key,
            "question": change.question_key,
            "kind": change.kind,
            "reason": regrade.reason,
            "attempts": len(found.lines),
        },
    )
    return regrade


def _lay_over(touched: Sequence[UUID], change: Change) -> bool:
    """Change what the attempts keep of the question; whether that changed any."""
    changed = False
    for keys in rows.in_chunks(touched):
        statement = (
            everywhere(Attempt.id, Attempt.questions, Attempt.dropped)
            .where(Attempt.id.in_(keys))
            .with_for_update()
        )
        for row in db.session.execute(statement).all():
            questions, dropped = regraded(row.questions, row.dropped, change)
            if questions != row.questions or dropped != row.dropped:
                changed = True
                db.session.execute(
                    update(Attempt)
                    .where(Attempt.id == row.id)
                    .values(questions=questions, dropped=dropped)
                )
    return changed


def _settle(regrade: Regrade, found: Preview, by: User, at: datetime) -> None:
    """Settle what changes, and of those that change what passes first: nobody's course opens for a moment."""
    lines = {one.id: one for one in found.lines}
    passing_first = sorted(found.lines, key=lambda one: not one.passed_after)
    for keys in rows.in_chunks([*(one.id for one in passing_first), *found.waiting]):
        statement = (
            everywhere(Attempt)
            .where(Attempt.id.in_(keys))
            .options(selectinload(Attempt.responses))
            .execution_options(populate_existing=True)
        )
        attempts = {one.id: one for one in db.session.scalars(statement)}
        for key in keys:
            operations.settle(attempts[key], by=by, at=at, reason=regrade.reason)
            if key in lines:
                db.session.add(_change_row(regrade, lines[key], attempts[key]))
        db.session.flush()


def _change_row(regrade: Regrade, line: Line, attempt: Attempt) -> RegradeChange:
    """What is kept of one change. An attempt that waited for a marker had no percent: it counts from 0."""
    return RegradeChange(
        regrade_id=regrade.id,
        attempt_id=line.id,
        percent_before=line.percent_before if line.percent_before is not None else Decimal(0),
        percent_after=attempt.percent if attempt.percent is not None else Decimal(0),
        passed_before=line.passed_before,
        passed_after=bool(attempt.passed),
        mark_before=dict(line.mark_before),
    )


def _lost(assessment_key: str, lines: Sequence[Line]) -> frozenset[UUID]:
    """Who passed before and would have no attempt left that passes."""
    failing = {one.user_id for one in lines if one.passed_before and not one.passed_after}
    after = {one.id: one.passed_after for one in lines}
    still = {one.user_id for one in lines if one.passed_after}
    for users in rows.in_chunks(sorted(failing)):
        statement = everywhere(Attempt.id, Attempt.user_id).where(
            Attempt.user_id.in_(users),
            Attempt.assessment_key == assessment_key,
            Attempt.state == MARKED,
            Attempt.passed.is_(True),
        )
        still |= {
            user_id
            for attempt_id, user_id in db.session.execute(statement)
            if after.get(attempt_id, True)
        }
    return frozenset(failing - still)
