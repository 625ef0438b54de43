"""Pictures that the site keeps, for those who meet them in an attempt, a result or a cut-score round."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from lms.accounts.rules import Permission
from lms.accounts.scope import scoped, viewer
from lms.assessments.models import Attempt, CutScoreRound
from lms.assessments.picture_models import AttemptPicture
from lms.db import db
from lms.db.bulk import insert_rows
from lms.scoring.pictures import is_kept, names_in

#: Who reads attempts of others and sees their questions: in results, while marking, on papers.
_READERS = (Permission.SEE_RESULTS, Permission.MARK, Permission.SUPERVISE)


def hold(attempt_id: UUID, questions: Iterable[Mapping[str, Any]]) -> None:
    """Note which pictures an attempt holds that begins now.

    Args:
        questions: as the attempt keeps them.
    """
    names = dict.fromkeys(name for one in questions for name in names_in(one["spec"]))
    insert_rows(
        AttemptPicture,
        [
            {"id": uuid7(), "attempt_id": attempt_id, "sha256": name.partition(".")[0]}
            for name in names
            if is_kept(name)
        ],
    )


def may_see(name: str) -> bool:
    """Whether the viewer meets a picture: keeps banks, may read an attempt with it, or judges its question."""
    who = viewer()
    if who is None or not is_kept(name):
        return False
    if who.may(Permission.MANAGE_ASSESSMENTS):
        return True
    holding = db.select(AttemptPicture.attempt_id).where(
        AttemptPicture.sha256 == name.partition(".")[0]
    )
    for permission in _READERS:
        # One's own attempts are among the first already.
        statement = scoped(Attempt, permission).where(Attempt.id.in_(holding))
        if db.session.scalar(statement.with_only_columns(Attempt.id).limit(1)) is not None:
            return True
    return who.may(Permission.MARK) and _is_judged(name)


def _is_judged(name: str) -> bool:
    rounds = scoped(CutScoreRound, Permission.MARK).with_only_columns(CutScoreRound.questions)
    return any(
        name in names_in(one["spec"])
        for questions in db.session.scalars(rounds)
        for one in questions
    )
