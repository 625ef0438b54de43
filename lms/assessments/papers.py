"""Papers: attempts that are sat on paper, and the sheets that come back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import joinedload

from lms.accounts.models import User
from lms.accounts.rules import Permission, new_code, normal_code
from lms.accounts.scope import scoped
from lms.assessments import answering, operations, paper
from lms.assessments.answers import read_answers
from lms.assessments.models import IN_PROGRESS, Attempt
from lms.audit.operations import record as audit
from lms.db import db
from lms.errors import Refused

#: Eight signs hold 40 bits; the code opens nothing without the permission to supervise the person.
CODE_LENGTH = 8
#: A clock in the office may be a little ahead of the server's.
AHEAD = timedelta(minutes=5)


def print_papers(
    assessment: Mapping[str, Any],
    banks: Mapping[str, Sequence[Mapping[str, Any]]],
    people: Sequence[User],
    *,
    by: User,
    at: datetime,
) -> list[Attempt]:
    """Start an attempt on paper for each person; who has a paper already gets the same one again.

    Raises:
        Refused: `paper.nobody`; what starting an attempt refuses, for the first person it refuses.
    """
    if not people:
        raise Refused("paper.nobody")
    made = []
    for person in people:
        attempt = operations.start_attempt(
            person,
            assessment,
            banks,
            at=at,
            language=person.language,
            paper_code=new_code(CODE_LENGTH),
        )
        if attempt.paper_code is None:
            # It was begun on a screen: it is finished there.
            raise Refused("paper.on-screen", name=person.name)
        audit(by, "paper.printed", attempt, at=at, organisation_id=attempt.organisation_id)
        made.append(attempt)
    return made


def papers_by_code(codes: Sequence[str]) -> list[Attempt]:
    """The papers with these codes, of people whom the viewer supervises, in the order of the codes."""
    wanted = [normal_code(code) for code in codes]
    statement = (
        scoped(Attempt, Permission.SUPERVISE)
        .where(Attempt.paper_code.in_(wanted))
        .options(joinedload(Attempt.user))
    )
    found = {one.paper_code: one for one in db.session.scalars(statement)}
    read_answers(list(found.values()))
    return [found[code] for code in dict.fromkeys(wanted) if code in found]


def enter_sheet(
    attempt: Attempt,
    rows: Sequence[paper.Row],
    written: Mapping[str, str],
    *,
    sat_at: datetime,
    hand_in: bool,
    by: User,
    at: datetime,
) -> dict[str, str]:
    """Keep what stands on a sheet and, if asked, hand it in as of the moment when it was sat.

    Returns:
        Codes of what could not be read, by row code; every other row is kept and nothing is handed in.

    Raises:
        Refused: `paper.code` when it was handed in before, `paper.day` when it was sat in the future.
    """
    if attempt.state != IN_PROGRESS:
        raise Refused("paper.code")
    if sat_at > at + AHEAD:
        raise Refused("paper.day")
    fields, faults = paper.fields_of(rows, written)
    refused = answering.save_answers(attempt, fields, at=at, late=True)
    for row in rows:
        if row.question in refused:
            faults.setdefault(row.code, refused[row.question])
    _take_back(attempt, rows, fields, faults, at)
    if hand_in and not faults:
        operations.hand_in_paper(attempt, sat_at=sat_at, at=at)
        audit(by, "paper.entered", attempt, at=at, organisation_id=attempt.organisation_id)
    return faults


def _take_back(
    attempt: Attempt,
    rows: Sequence[paper.Row],
    fields: Mapping[str, Any],
    faults: Mapping[str, str],
    at: datetime,
) -> None:
    """A row that was cleared on the page clears its answer."""
    faulty = {row.question for row in rows if row.code in faults}
    cleared = {
        row.question_key: None
        for row in attempt.responses
        if row.question_key not in fields and row.question_key not in faulty and row.response
    }
    answering.keep(attempt, cleared, at=at)
