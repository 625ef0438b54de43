"""A question marked anew in every attempt that holds it: what it would move, and doing it in one transaction.

Both go through the attempts once, in chunks of plain rows. Applying takes each chunk as it stands then, changes
what the attempts keep of the question, so that one under way is marked that way when it is handed in, and settles
those whose worth changes, all of a chunk together: mark, pass, evidence (superseded with the reason). What other
features hear of it they hear at the end. Certificates stay as issued; whoever lost the pass under one is listed
until somebody has looked at it.
"""

import gc
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from lms.accounts.models import User
from lms.accounts.once import made_before, once_key
from lms.accounts.scope import everywhere
from lms.assessments import frozen, settling
from lms.assessments import regrade_rows as rows
from lms.assessments.models import MARKED, Attempt, Regrade, RegradeChange
from lms.assessments.question_texts import QuestionTexts
from lms.assessments.regrade_rows import Found
from lms.assessments.regrade_rules import Change, Effect, Laying, Line, Seen, effect_of
from lms.assessments.regrade_types import check_new_key
from lms.assessments.settling import Told
from lms.audit.operations import record as audit
from lms.db import db
from lms.db.bulk import insert_rows
from lms.db.chunks import in_chunks
from lms.db.json_text import JsonText
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
        other_wording: shown with other parts, so that the new key does not fit: it stays as it is.
        foreign: attempts of organisations in which the person asking may not regrade.
        empty: attempts in which nothing would be left to mark.
        lost: who would no longer have passed in any attempt.
        fingerprint: says whether a later look would move the same.
    """

    change: Change
    lines: tuple[Line, ...]
    unchanged: int
    waiting: int
    running: int
    void: int
    other_wording: int
    foreign: int
    empty: int
    lost: frozenset[UUID]
    fingerprint: str


@dataclass(slots=True)
class _Tally:
    """What was seen so far, going through the attempts."""

    change: Change
    counts: Counter[Effect] = field(default_factory=Counter)
    moved: list[str] = field(default_factory=list)

    def add(self, seen: Seen) -> None:
        self.counts[seen.effect] += 1
        if seen.line is not None:
            self.moved.append(_written_move(seen.line))

    @property
    def fingerprint(self) -> str:
        """Says whether another look would move the same: 64 hexadecimal digits."""
        written = dumps([self.change.kind, self.change.spec, sorted(self.moved)], sort_keys=True)
        return sha256(written.encode()).hexdigest()

    @property
    def may_be_done(self) -> bool:
        """Whether it can be done in every attempt that holds the question."""
        return not self.counts[Effect.FOREIGN] and not self.counts[Effect.EMPTY]

    def check(self) -> None:
        if self.counts[Effect.FOREIGN]:
            raise Refused("regrade.foreign", count=self.counts[Effect.FOREIGN])
        if self.counts[Effect.EMPTY]:
            raise Refused("regrade.nothing-left", count=self.counts[Effect.EMPTY])


def preview(assessment_key: str, change: Change, *, within: Within = None) -> Preview:
    """Say what a change would move; reads only.

    Raises:
        Refused: `regrade.unknown-question` when no attempt holds the question; as `regrade_types.check_new_key`.
    """
    keys = _holding(assessment_key, change)
    tally, laying = _Tally(change), Laying(change)
    lines: list[Line] = []
    with _collecting_later():
        for chunk in rows.held(keys, change.question_key, _texts()):
            for found in chunk:
                seen = effect_of(found.held, found.questions, laying, within)
                tally.add(seen)
                if seen.line is not None:
                    lines.append(seen.line)
    lines.sort(key=lambda one: (not one.flips, one.passed_after, one.id))
    return Preview(
        change,
        tuple(lines),
        unchanged=tally.counts[Effect.NONE],
        waiting=tally.counts[Effect.WAITING],
        running=tally.counts[Effect.RUNNING],
        void=tally.counts[Effect.VOID],
        other_wording=tally.counts[Effect.OTHER_WORDING],
        foreign=tally.counts[Effect.FOREIGN],
        empty=tally.counts[Effect.EMPTY],
        lost=_lost(assessment_key, lines),
        fingerprint=tally.fingerprint,
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
            `regrade.foreign`, `regrade.nothing-left`, `regrade.same`; as `preview`. What was written before
            that was found out goes when the caller rolls back, as every edge does that hears of a refusal.
    """
    if not reason.strip():
        raise Refused("regrade.reason")
    once = once_key(by, request_key)
    known = made_before(Regrade, once)
    if known is not None:
        return known
    keys = _holding(assessment_key, change)
    regrade = Regrade(
        once_key=once,
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
    with _collecting_later():
        tally, told, touched = _go_through(keys, regrade, change, within, by, at)
    tally.check()
    if seen is not None and seen != tally.fingerprint:
        raise Refused("regrade.moved")
    if not touched:
        raise Refused("regrade.same")
    settling.tell(told, at)
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
            "attempts": len(tally.moved),
        },
    )
    return regrade


def _texts() -> QuestionTexts:
    return QuestionTexts(frozen.whole, frozen.as_kept)


@contextmanager
def _collecting_later() -> Iterator[None]:
    """Let Python look for circles among its objects afterwards.

    Here are hundreds of thousands of objects for a while, none of them in a circle: looking took a fifth of the
    time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _holding(assessment_key: str, change: Change) -> list[UUID]:
    """The attempts that may hold the question; refuses what can be done in none of them."""
    keys = rows.holding(assessment_key, change.question_key)
    newest = rows.question_as_asked_last(keys[-rows.NEWEST :], change.question_key)
    if newest is None:
        raise Refused("regrade.unknown-question")
    if change.spec is not None:
        check_new_key(newest["spec"], change.spec)
    return keys


def _go_through(
    keys: Sequence[UUID], regrade: Regrade, change: Change, within: Within, by: User, at: datetime
) -> tuple[_Tally, list[Told], bool]:
    """Change and settle the attempts; what others are to hear of them, and whether any was touched."""
    tally, touched = _Tally(change), False
    laying, texts = Laying(change), _texts()
    told: list[Told] = []
    for chunk in rows.held(keys, change.question_key, texts, lock=True):
        batch = settling.Batch(at)
        changes: list[dict[str, Any]] = []
        for found in chunk:
            held = found.held
            seen = effect_of(held, found.questions, laying, within)
            tally.add(seen)
            if not tally.may_be_done:
                # It will be refused; what remains is only counted.
                continue
            kept = _kept(found, seen, texts)
            touched |= seen.questions is not None or seen.dropped is not None
            if seen.outcome is not None:
                batch.add(held, seen.outcome, held.pieces, kept)
            elif kept:
                batch.columns[held.id] = kept
            if seen.line is not None:
                changes.append(_change_row(regrade.id, seen.line))
        if tally.may_be_done:
            told += batch.settle(by=by, reason=regrade.reason)
            insert_rows(RegradeChange, changes)
    return tally, told, touched


def _kept(found: Found, seen: Seen, texts: QuestionTexts) -> dict[str, Any]:
    """What an attempt keeps after the change, its worth apart, as far as that is something else."""
    kept: dict[str, Any] = {}
    if seen.questions is not None:
        kept["asked"] = texts.write(seen.questions, found.questions, found.texts)
    if seen.dropped is not None:
        kept["dropped"] = seen.dropped
    if seen.marks is not None:
        kept["marks"] = JsonText.of(seen.marks)
    return kept


def _change_row(regrade_id: UUID, line: Line) -> dict[str, Any]:
    """What is kept of one change. An attempt that waited for a marker had no percent: it counts from 0."""
    return {
        "id": uuid7(),
        "regrade_id": regrade_id,
        "attempt_id": line.id,
        "percent_before": line.percent_before or Decimal(0),
        "percent_after": line.percent_after or Decimal(0),
        "passed_before": line.passed_before,
        "passed_after": line.passed_after,
        "mark_before": JsonText.of(line.mark_before),
    }


def _written_move(line: Line) -> str:
    moved = [f"{key} {before} {after}" for key, before, after in line.moved]
    return f"{line.id.hex} {line.percent_after} {line.passed_after} {moved}"


def _lost(assessment_key: str, lines: Sequence[Line]) -> frozenset[UUID]:
    """Who passed before and would have no attempt left that passes."""
    failing = {one.user_id for one in lines if one.passed_before and not one.passed_after}
    after = {one.id: one.passed_after for one in lines}
    still = {one.user_id for one in lines if one.passed_after}
    for users in in_chunks(sorted(failing)):
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
