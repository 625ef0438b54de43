"""Reading cut-score rounds for pages: lists, one round, who may see its estimates, what a pass mark would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.scope import everywhere, scoped, scoped_get
from lms.assessments.analysis_rows import read
from lms.assessments.cut_scores import REVISED
from lms.assessments.models import CutScoreJudgement, CutScoreRound
from lms.audit.models import AuditEntry
from lms.db import db
from lms.web import paging


def round_of(key: UUID, permission: Permission = Permission.MARK) -> CutScoreRound | None:
    """A round of an organisation in which the viewer has the permission, or None."""
    return scoped_get(CutScoreRound, key, permission)


def rounds_of(assessment_key: str) -> list[CutScoreRound]:
    """The rounds of an assessment that the viewer sees, newest first."""
    statement = scoped(CutScoreRound, Permission.MARK).where(
        CutScoreRound.assessment_key == assessment_key
    )
    return list(db.session.scalars(statement.order_by(CutScoreRound.id.desc())))


def rounds(number: int) -> list[CutScoreRound]:
    """The rounds that the viewer may judge or has judged, open ones first; one more than a page holds."""
    statement = (
        scoped(CutScoreRound, Permission.MARK)
        .options(joinedload(CutScoreRound.organisation))
        .order_by(CutScoreRound.closed_at.is_not(None), CutScoreRound.id.desc())
    )
    return list(db.session.scalars(paging.window(statement, number)))


def given_by(judge: User, keys: Sequence[UUID]) -> dict[UUID, int]:
    """How many estimates a person gave in each of some rounds."""
    statement = (
        db.select(CutScoreJudgement.round_id, func.count(CutScoreJudgement.id).label("given"))
        .where(CutScoreJudgement.judge_id == judge.id, CutScoreJudgement.round_id.in_(keys))
        .group_by(CutScoreJudgement.round_id)
    )
    return {one.round_id: one.given for one in db.session.execute(statement)}


def judges_of(rows: Sequence[CutScoreJudgement]) -> dict[UUID, User]:
    """The judges of a round that the viewer sees; an expert may come from anywhere above."""
    statement = everywhere(User).where(User.id.in_({row.judge_id for row in rows}))
    return {user.id: user for user in db.session.scalars(statement)}


def revisions_of(round: CutScoreRound) -> int:
    """How many estimates were changed by judges who had seen those of others."""
    statement = (
        db.select(func.count(AuditEntry.id))
        .where(AuditEntry.thing_kind == CutScoreRound.__tablename__)
        .where(AuditEntry.thing_id == round.id, AuditEntry.action == REVISED)
    )
    return db.session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class Impact:
    """Of so many persons, by their first attempt: how many reach the pass mark in force, and another."""

    persons: int
    now: int | None
    then: int


def impact(assessment_key: str, now: Decimal | None, then: Decimal) -> Impact | None:
    """What a pass mark would do among the people whose results the viewer sees; None for fewer than five."""
    sat = read(assessment_key, choices_of=())
    if not sat.shown:
        return None
    reached = None if now is None else sum(percent >= now for percent in sat.percents)
    return Impact(len(sat.percents), reached, sum(percent >= then for percent in sat.percents))
