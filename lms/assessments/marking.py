"""Marks by hand: by one person or by two who do not see each other's, decided by a third where they differ.

Nobody marks an own attempt. A mark is never changed: the decision of a disagreement, and the correction of a mark
that one person gave, stand beside it as a second round with a reason. Each ends in `operations.settle`.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.assessments import hand_marks, operations
from lms.assessments.hand_marks import DECISION, INDEPENDENT, Standing
from lms.assessments.models import MARKED, SUBMITTED, Attempt, HandMark
from lms.assessments.rules import spec_for_marking
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused
from lms.scoring.hand import OVERALL, criteria_of, share_of_ratings

Spec = Mapping[str, Any]


def give_mark(
    attempt: Attempt,
    question_key: str,
    ratings: Mapping[str, str],
    *,
    remark: str = "",
    by: User,
    at: datetime,
) -> HandMark:
    """Give the mark of one marker, who does not see what another gave; the same form twice is one mark.

    Args:
        ratings: the level by criterion key; without criteria ``overall``, a share from 0 to 1 as text.

    Raises:
        Refused: `marking.own`, `attempt.foreign-question`, `marking.not-by-hand`, `marking.closed`,
            `marking.unanswered`, `marking.regraded`; `marking.given` to somebody who gave another mark before,
            `marking.done` when as many as are asked for marked it; as `lms.scoring.hand.share_of_ratings`.
    """
    attempt = _locked(attempt)
    spec = _spec_to_mark(attempt, question_key, by)
    stands = standing_of(attempt, question_key)
    kept = _known(spec, ratings)
    own = next((row for row in stands.given if row.marker_id == by.id), None)
    if own is not None:
        if own.ratings == kept and own.remark == remark.strip():
            return own
        raise Refused("marking.given")
    if len(stands.given) >= stands.wanted:
        raise Refused("marking.done")
    row = _add(attempt, spec, INDEPENDENT, kept, remark, by, at)
    audit(
        by,
        "answer.marked",
        row,
        at=at,
        organisation_id=attempt.organisation_id,
        changes={"question": question_key, "share": str(row.share)},
    )
    operations.settle(attempt, by=by, at=at)
    return row


def decide(
    attempt: Attempt,
    question_key: str,
    ratings: Mapping[str, str],
    *,
    remark: str,
    by: User,
    at: datetime,
) -> HandMark:
    """Decide where two markers differ: a third person's ratings count, with the reason.

    Raises:
        Refused: as `give_mark`; `marking.no-disagreement`, `marking.third` to one of the two markers,
            `marking.reason` without a remark.
    """
    attempt = _locked(attempt)
    spec = _spec_to_mark(attempt, question_key, by)
    stands = standing_of(attempt, question_key)
    if stands.decision is not None and stands.decision.marker_id == by.id:
        return stands.decision
    if not stands.differs:
        raise Refused("marking.no-disagreement")
    if by.id in {row.marker_id for row in stands.given}:
        raise Refused("marking.third")
    return _second_round(attempt, spec, "answer.decided", ratings, remark, by, at)


def correct(
    attempt: Attempt,
    question_key: str,
    ratings: Mapping[str, str],
    *,
    remark: str,
    by: User,
    at: datetime,
) -> HandMark:
    """Correct a mark that one person gave, once and with the reason; the evidence is superseded with it.

    Raises:
        Refused: as `give_mark`; `marking.not-marked` when there is none yet, `marking.two` where two people mark:
            there a third decides; `marking.corrected` the second time, `marking.reason` without a remark.
    """
    attempt = _locked(attempt)
    spec = _spec_to_mark(attempt, question_key, by)
    stands = standing_of(attempt, question_key)
    if stands.wanted != 1:
        raise Refused("marking.two")
    if not stands.given:
        raise Refused("marking.not-marked")
    if stands.decision is not None:
        raise Refused("marking.corrected")
    return _second_round(attempt, spec, "answer.corrected", ratings, remark, by, at)


def standing_of(attempt: Attempt, question_key: str) -> Standing:
    """Where the marking of one answer stands.

    Raises:
        Refused: `attempt.foreign-question`.
    """
    rows = [row for row in hand_marks.rows_of([attempt.id]) if row.question_key == question_key]
    return hand_marks.standing(spec_for_marking(_question(attempt, question_key)), rows)


def _locked(attempt: Attempt) -> Attempt:
    """The attempt as it stands now, held until the end: two markers at once mark one after the other."""
    statement = everywhere(Attempt).where(Attempt.id == attempt.id).with_for_update()
    return db.session.scalars(statement.execution_options(populate_existing=True)).one()


def _question(attempt: Attempt, question_key: str) -> Mapping[str, Any]:
    for one in attempt.questions:
        if one["spec"]["key"] == question_key:
            found: Mapping[str, Any] = one
            return found
    raise Refused("attempt.foreign-question", questions=[question_key])


def _spec_to_mark(attempt: Attempt, question_key: str, by: User) -> Spec:
    if attempt.user_id == by.id:
        raise Refused("marking.own")
    question = _question(attempt, question_key)
    if not hand_marks.is_marked_by_hand(question):
        raise Refused("marking.not-by-hand")
    if attempt.state not in (SUBMITTED, MARKED):
        raise Refused("marking.closed")
    if question_key in attempt.dropped or question.get("full_credit"):
        raise Refused("marking.regraded")
    if question_key not in attempt.given():
        raise Refused("marking.unanswered")
    return spec_for_marking(question)


def _known(spec: Spec, ratings: Mapping[str, str]) -> dict[str, str]:
    """The ratings that the question asks for; what else was sent is left out."""
    keys = [one["key"] for one in criteria_of(spec)] or [OVERALL]
    return {key: ratings[key] for key in keys if ratings.get(key)}


def _add(
    attempt: Attempt,
    spec: Spec,
    number: int,
    ratings: dict[str, str],
    remark: str,
    by: User,
    at: datetime,
) -> HandMark:
    share: Decimal = share_of_ratings(criteria_of(spec), ratings)
    row = HandMark(
        attempt_id=attempt.id,
        question_key=spec["key"],
        round=number,
        marker_id=by.id,
        ratings=ratings,
        share=share,
        remark=remark.strip(),
        marked_at=at,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _second_round(
    attempt: Attempt,
    spec: Spec,
    action: str,
    ratings: Mapping[str, str],
    remark: str,
    by: User,
    at: datetime,
) -> HandMark:
    if not remark.strip():
        raise Refused("marking.reason")
    row = _add(attempt, spec, DECISION, _known(spec, ratings), remark, by, at)
    audit(
        by,
        action,
        row,
        at=at,
        organisation_id=attempt.organisation_id,
        changes={"question": spec["key"], "share": str(row.share), "reason": row.remark},
    )
    operations.settle(attempt, by=by, at=at, reason=row.remark)
    return row
