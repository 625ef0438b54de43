"""Files handed in as answers: taking them and finding them again. Their bytes live in the database."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import func, select, tuple_

from lms.accounts.rules import Permission
from lms.accounts.scope import scoped
from lms.assessments import rules
from lms.assessments.file_kinds import KINDS, clean_name, ending_of, fault_of
from lms.assessments.models import IN_PROGRESS, AnswerFile, Attempt
from lms.assessments.own import OwnAttempt
from lms.db import db
from lms.errors import Refused
from lms.scoring import UnusableAnswer, question_type
from lms.scoring.types.file_upload import FILES_A_PAGE, LARGEST_BYTES, largest_of

#: The type whose answers are files, and the name of its field.
FILE_TYPE, FIELD = "file_upload", "answer"
#: A file sent again in other words is kept beside the one before; nobody needs more tries than these.
MOST_FILES = 20
#: What the page that answers may be sent: its files, and as much again as one of them for all the rest. So
#: somebody whose file is a little too large is told so beside the question, and only far beyond it at once.
MOST_SENT = (FILES_A_PAGE + 1) * LARGEST_BYTES


class Upload(Protocol):
    """A file as a request brings it."""

    filename: str | None

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` of its bytes."""


def take_uploads(
    attempt: Attempt | OwnAttempt, sent: Mapping[str, Upload], *, at: datetime
) -> tuple[dict[str, dict[str, list[str]]], dict[str, str]]:
    """Keep the files of a form, whose fields are named ``<question key>:answer``.

    A field without a file is passed over: what was handed in before stays. The same file again is one file.

    Returns:
        What `answering.save_answers` takes, by question key, and the codes of what could not be kept.

    Raises:
        Refused: `attempt.over`; nothing is kept.
    """
    given = {name: file for name, file in sent.items() if file.filename}
    if not given:
        return {}, {}
    if attempt.state != IN_PROGRESS or rules.is_over(attempt.deadline, at):
        raise Refused("attempt.over")
    specs = _file_questions(attempt)
    answers: dict[str, dict[str, list[str]]] = {}
    faults: dict[str, str] = {}
    for field, upload in given.items():
        key, _colon, name = field.partition(":")
        if key not in specs or name != FIELD:
            faults[key] = "answer.foreign-question"
            continue
        written, fault = _take(attempt, specs[key], upload, at)
        if fault is not None:
            faults[key] = fault
        else:
            answers[key] = {FIELD: [written]}
    db.session.flush()
    return answers, faults


def without_claims(
    attempt: Attempt | OwnAttempt, sent: Mapping[str, Mapping[str, list[str]]]
) -> dict[str, Mapping[str, list[str]]]:
    """What a form sent, without text for questions that take a file.

    The site alone writes what an answer says of its file; otherwise somebody could name a file that is not there.
    """
    claimed = _file_questions(attempt)
    return {key: fields for key, fields in sent.items() if key not in claimed}


def _file_questions(attempt: Attempt | OwnAttempt) -> dict[str, Mapping[str, Any]]:
    return {
        one["spec"]["key"]: one["spec"]
        for one in attempt.questions
        if one["spec"]["type"] == FILE_TYPE
    }


def _take(
    attempt: Attempt | OwnAttempt, spec: Mapping[str, Any], upload: Upload, at: datetime
) -> tuple[str, str | None]:
    """Keep one file: what the answer says of it, or why it cannot be kept."""
    name = clean_name(upload.filename or "")
    # One byte more than is allowed tells that there is too much.
    largest = largest_of(spec)
    content = upload.read(largest + 1)
    fault = fault_of(name, content) if len(content) <= largest else None
    kind = KINDS.get(ending_of(name))
    file = {
        "name": name,
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
        "media_type": kind.media_type if kind else "application/octet-stream",
    }
    written = json.dumps(file, ensure_ascii=False)
    try:
        question_type(spec["type"]).parse(spec, {FIELD: [written]})
    except UnusableAnswer as unusable:
        return "", unusable.code
    if fault is not None:
        return "", fault
    mine = (AnswerFile.attempt_id == attempt.id, AnswerFile.question_key == spec["key"])
    known = db.session.scalar(select(AnswerFile).where(*mine, AnswerFile.sha256 == file["sha256"]))
    if known is not None:
        # The same bytes, perhaps under another name: the answer says the name given last.
        known.name, known.media_type = name, str(file["media_type"])
        return written, None
    if (db.session.scalar(select(func.count(AnswerFile.id)).where(*mine)) or 0) >= MOST_FILES:
        return "", "answer.too-many-files"
    db.session.add(
        AnswerFile(
            attempt_id=attempt.id,
            question_key=spec["key"],
            name=name,
            media_type=str(file["media_type"]),
            size_bytes=len(content),
            sha256=str(file["sha256"]),
            uploaded_at=at,
            content=content,
        )
    )
    return written, None


def handed_in(attempt: Attempt | OwnAttempt) -> dict[str, AnswerFile]:
    """The files that an attempt's answers name, by question key."""
    named = {
        (key, response["file"]["sha256"])
        for key, response in attempt.given().items()
        if isinstance(response.get("file"), dict)
    }
    if not named:
        return {}
    statement = select(AnswerFile).where(
        AnswerFile.attempt_id == attempt.id,
        tuple_(AnswerFile.question_key, AnswerFile.sha256).in_(sorted(named)),
    )
    return {file.question_key: file for file in db.session.scalars(statement)}


def readable(
    key: UUID, permissions: Iterable[Permission] = (Permission.MARK, Permission.SEE_RESULTS)
) -> tuple[AnswerFile, Attempt] | None:
    """A file with its attempt, for the person who sent it, for markers and for those who see results."""
    file = db.session.get(AnswerFile, key)
    if file is None:
        return None
    for permission in permissions:
        statement = scoped(Attempt, permission).where(Attempt.id == file.attempt_id)
        attempt = db.session.scalar(statement)
        if attempt is not None:
            return file, attempt
    return None
