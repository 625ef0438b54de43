"""Answering while an attempt goes on: keeping answers, turning pages, asking for a check or a hint."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from uuid_utils.compat import uuid7

from lms.assessments import rules, settling
from lms.assessments.answers import Answer, Response, note_answers
from lms.assessments.models import IN_PROGRESS, Attempt
from lms.assessments.own import OwnAttempt
from lms.db import db
from lms.db.bulk import upsert_rows
from lms.errors import Refused
from lms.scoring import UnusableAnswer, question_type

log = logging.getLogger(__name__)
#: In the place of a fingerprint: the page does not know whether what it sent arrived.
UNSURE = "?"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of answers that were sent.

    Args:
        faults: codes of what could not be kept, by question key: `answer.foreign-question` for one that the
            attempt does not hold, `answer.closed`, or what the question type says. Every other answer is kept.
        elsewhere: questions that the page shows otherwise than they are kept: another window changed them.
    """

    faults: dict[str, str]
    elsewhere: tuple[str, ...] = ()


def fingerprint(response: Mapping[str, Any] | None) -> str:
    """Tells one answer to a question from another: 12 hexadecimal digits; empty where there is none."""
    if not response:
        return ""
    return sha256(orjson.dumps(response, option=orjson.OPT_SORT_KEYS)).hexdigest()[:12]


def fingerprints_of(attempt: Attempt | OwnAttempt) -> dict[str, str]:
    """The fingerprint of the answer kept to each question, by its key."""
    given = attempt.given()
    keys = (one["spec"]["key"] for one in attempt.questions)
    return {key: fingerprint(given.get(key)) for key in keys}


def save_answers(
    attempt: Attempt | OwnAttempt,
    submitted: Mapping[str, Mapping[str, list[str]]],
    *,
    at: datetime,
    late: bool = False,
) -> dict[str, str]:
    """Keep all these answers, whatever was kept before; returns `Saved.faults`, raises as `save_page` does."""
    return save_page(attempt, submitted, {}, at=at, late=late).faults


def save_page(
    attempt: Attempt | OwnAttempt,
    submitted: Mapping[str, Mapping[str, list[str]]],
    drawn: Mapping[str, str],
    *,
    at: datetime,
    late: bool = False,
) -> Saved:
    """Keep answers as they are given, by question key; the same sent again changes nothing.

    A page sends all its answers, also those that nobody touched there. With the fingerprints of the answers that
    it was `drawn` with, an old page in a second window takes nothing back that was answered in the first.

    Args:
        late: lets a sheet of paper be entered after its time; its own attempt has no deadline.

    Raises:
        Refused: `attempt.over` when the attempt is handed in or its time is up; then nothing is kept.
    """
    if attempt.state != IN_PROGRESS or (not late and rules.is_over(attempt.deadline, at)):
        raise Refused("attempt.over")
    specs = {one["spec"]["key"]: one["spec"] for one in attempt.questions}
    kept = {row.question_key: row for row in attempt.responses}
    faults: dict[str, str] = {}
    changed: dict[str, dict[str, Any] | None] = {}
    passed_by = _left_behind(attempt)
    for key, fields in submitted.items():
        row = kept.get(key)
        if key not in specs:
            faults[key] = "answer.foreign-question"
            continue
        if key in passed_by or (row is not None and row.checked_at is not None):
            faults[key] = "answer.closed"
            continue
        try:
            response = question_type(specs[key]["type"]).parse(specs[key], fields)
        except UnusableAnswer as fault:
            faults[key] = fault.code
            continue
        touched = drawn.get(key) != fingerprint(response)
        if touched and response != (row.response if row else None):
            changed[key] = response
    elsewhere = [
        key
        for key, mark in fingerprints_of(attempt).items()
        if key not in changed and drawn.get(key, mark) not in (mark, UNSURE)
    ]
    keep(attempt, changed, at=at)
    for key, code in faults.items():
        log.warning("%s: question %.80r of attempt %s", code, key, attempt.id)
    return Saved(faults, tuple(elsewhere))


def differing(
    attempt: Attempt | OwnAttempt,
    submitted: Mapping[str, Mapping[str, list[str]]],
    drawn: Mapping[str, str],
) -> list[str]:
    """Questions that were answered otherwise than they are kept, of answers that come too late to be kept."""
    specs = {one["spec"]["key"]: one["spec"] for one in attempt.questions}
    kept, found = fingerprints_of(attempt), []
    for key, fields in submitted.items():
        if key not in specs:
            continue
        try:
            mark = fingerprint(question_type(specs[key]["type"]).parse(specs[key], fields))
        except UnusableAnswer:
            continue
        if mark not in (kept[key], drawn.get(key, kept[key])):
            found.append(key)
    return found


def keep(
    attempt: Attempt | OwnAttempt, answers: Mapping[str, dict[str, Any] | None], *, at: datetime
) -> None:
    """Write answers by question key, in one statement; None: it was taken back."""
    common = {"attempt_id": attempt.id, "saved_at": at, "hints_shown": 0}
    rows = [
        {"id": uuid7(), "question_key": key, "response": response, **common}
        for key, response in answers.items()
    ]
    _write(attempt, rows, "response", "saved_at")


def _write(attempt: Attempt | OwnAttempt, rows: Sequence[Mapping[str, Any]], *change: str) -> None:
    if not rows:
        return
    db.session.flush()
    upsert_rows(Response, rows, key=("attempt_id", "question_key"), change=change)
    note_answers(attempt, rows, change)


def _left_behind(attempt: Attempt | OwnAttempt) -> set[str]:
    """Questions on pages before the furthest one, where one goes forward only: their answers stay."""
    if attempt.assessment.get("navigation", "free") != "forward":
        return set()
    pages = rules.pages_of(attempt.assessment, attempt.questions)
    return {
        attempt.questions[place]["spec"]["key"]
        for page in pages[: attempt.furthest]
        for place in page.places
    }


def reach_page(attempt: Attempt | OwnAttempt, number: int) -> None:
    """Note that a page was reached; where one goes forward only, those before it close."""
    if number > attempt.furthest:
        attempt.furthest = number
        settling.write({attempt.id: {"furthest": number}})


def check_question(attempt: Attempt | OwnAttempt, key: str, *, at: datetime) -> None:
    """Let somebody see whether an answer is right while the attempt goes on; the answer then stays as it is.

    Raises:
        Refused: `attempt.over`, `attempt.no-check` where the rules do not offer it, `attempt.unanswered`.
    """
    row = _open_response(attempt, key, at)
    if not rules.feedback_during(attempt.assessment):
        raise Refused("attempt.no-check")
    if row is None or row.response is None:
        raise Refused("attempt.unanswered")
    if row.checked_at is None:
        _write_row(attempt, row._replace(checked_at=at), "checked_at")


def show_hint(attempt: Attempt | OwnAttempt, key: str, *, at: datetime) -> int:
    """Show one more hint of a question and return how many are shown now.

    Raises:
        Refused: `attempt.over`, `attempt.foreign-question`.
    """
    row = _open_response(attempt, key, at) or Answer(key, None, at, None, 0)
    hints = _spec_of(attempt, key).get("hints") or []
    if row.hints_shown < len(hints) and row.checked_at is None:
        row = row._replace(hints_shown=row.hints_shown + 1)
        _write_row(attempt, row, "hints_shown")
    return row.hints_shown


def _write_row(attempt: Attempt | OwnAttempt, row: Answer, change: str) -> None:
    _write(attempt, [{"id": uuid7(), "attempt_id": attempt.id, **row._asdict()}], change)


def _open_response(attempt: Attempt | OwnAttempt, key: str, at: datetime) -> Answer | None:
    if attempt.state != IN_PROGRESS or rules.is_over(attempt.deadline, at):
        raise Refused("attempt.over")
    _spec_of(attempt, key)
    return next((row for row in attempt.responses if row.question_key == key), None)


def _spec_of(attempt: Attempt | OwnAttempt, key: str) -> Mapping[str, Any]:
    for one in attempt.questions:
        if one["spec"]["key"] == key:
            found: Mapping[str, Any] = one["spec"]
            return found
    raise Refused("attempt.foreign-question", questions=[key])
