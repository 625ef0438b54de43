"""The questions of attempts as HTML, remembered: in a hall many people are asked the same ones at the same time.

A question is drawn from nothing but what it is remembered by: its wording and order, the answer and the mark, the
reader. Its number is put in each time. One with pictures is drawn each time, for it depends on their addresses.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from markupsafe import Markup

from lms.assessments import frozen, queries, rules, showing
from lms.assessments.answers import Answer
from lms.assessments.models import Attempt
from lms.assessments.own import OwnAttempt
from lms.assessments.question_html import AttemptDrawing
from lms.scoring import Mark
from lms.scoring.pictures import names_in
from lms.web.language import Reader, reader
from lms.web.questions import Media, Typed

#: Questions that a process remembers, as asked and as reviewed each: 1 to 3 kB of HTML each.
MOST = 4096
#: Bytes of an answer that is remembered: a longer one is in somebody's own words, and nobody else gives it.
LONGEST = 200
#: In the place of a question's number, which differs from attempt to attempt; no text holds these signs.
_NUMBER = "\ue000number\ue001"
#: When an answer was saved is not drawn.
_NEVER = datetime.min.replace(tzinfo=UTC)


def ask(
    attempt: OwnAttempt, places: Sequence[int], *, faults: Mapping[str, Any], typed: Typed
) -> list[Markup]:
    """The questions at these places as a form asks them.

    Args:
        faults: what is said of answers that could not be kept, by question key; `typed` is then what was sent.
    """
    to, held = reader(), attempt.assessment
    may_check = rules.feedback_during(held)
    rows = {row.question_key: row for row in attempt.responses}
    found = []
    media: Media | None = None
    for place, scenario in showing.with_scenarios(attempt.questions, places):
        question = attempt.questions[place]
        row = rows.get(question["spec"]["key"])
        response = orjson.dumps(row.response if row else None)
        hints = row.hints_shown if row else 0
        checked = row is not None and row.checked_at is not None
        if not faults and not checked and len(response) <= LONGEST and _is_plain(question):
            kept = orjson.dumps(attempt.asked[place])
            html = _asked(to, kept, response, hints, scenario is not None, may_check)
            found.append(_with_number(html, place))
            continue
        media = media or _media(attempt)
        shown = showing.asked_question(question, place, row, held)._replace(scenario=scenario)
        fault = faults.get(shown.key)
        drawing = AttemptDrawing(to)
        found.append(
            drawing.ask(
                shown, media, may_check=may_check, fault=fault, typed=typed if faults else {}
            )
        )
    return found


def review(
    attempt: Attempt | OwnAttempt, marks: Mapping[str, Mark], seen: str
) -> list[tuple[str, Markup]]:
    """Every question of a handed-in attempt by its key, as its review reads; `seen`: marks or all.

    Args:
        marks: of all its questions, as `showing.marks_of` gives them.
    """
    to, given = reader(), attempt.given()
    found = []
    media: Media | None = None
    for place, scenario in showing.with_scenarios(attempt.questions, range(len(attempt.questions))):
        question = attempt.questions[place]
        key = question["spec"]["key"]
        dropped, response = key in attempt.dropped, orjson.dumps(given.get(key))
        if key in attempt.marks and len(response) <= LONGEST and _is_plain(question):
            kept, mark = orjson.dumps(attempt.asked[place]), orjson.dumps(attempt.marks[key])
            html = _reviewed(to, kept, response, mark, dropped, scenario is not None, seen)
            found.append((key, _with_number(html, place)))
            continue
        media = media or _media(attempt)
        shown = showing.reviewed_question(
            question, place, given.get(key), marks[key], dropped=dropped
        )
        drawing = AttemptDrawing(to)
        found.append((key, drawing.review(shown._replace(scenario=scenario), seen, media)))
    return found


@lru_cache(MOST)
def _asked(
    to: Reader,
    kept: bytes,
    response: bytes,
    hints: int,
    headed: bool,
    may_check: bool,
) -> str:
    question = _question(kept)
    row = Answer(question["spec"]["key"], orjson.loads(response), _NEVER, None, hints)
    shown = showing.asked_question(question, 0, row, {})
    return AttemptDrawing(to, _any_number).ask(
        _headed(shown, headed), _no_picture, may_check=may_check, fault=None, typed={}
    )


@lru_cache(MOST)
def _reviewed(
    to: Reader,
    kept: bytes,
    response: bytes,
    mark: bytes,
    dropped: bool,
    headed: bool,
    seen: str,
) -> str:
    worth = Mark.of_plain(orjson.loads(mark))
    shown = showing.reviewed_question(
        _question(kept), 0, orjson.loads(response), worth, dropped=dropped
    )
    return AttemptDrawing(to, _any_number).review(_headed(shown, headed), seen, _no_picture)


def _any_number(_number: int) -> str:
    return _NUMBER


def _with_number(html: str, place: int) -> Markup:
    """A remembered question as the one at this place, from 0."""
    return Markup(str(html).replace(_NUMBER, str(place + 1)))


def _headed(shown: showing.Shown, headed: bool) -> showing.Shown:
    return shown._replace(scenario=shown.spec["scenario"]) if headed else shown


def _question(kept: bytes) -> frozen.Question:
    return frozen.whole([orjson.loads(kept)])[0]


def _is_plain(question: frozen.Question) -> bool:
    """Whether a question is drawn from its wording alone: without pictures, and marked as it was asked."""
    return "marked_by" not in question and not _is_pictured(question["of"])


@lru_cache(MOST)
def _is_pictured(digest: str) -> bool:
    return bool(names_in(frozen.whole([{"of": digest}])[0]["spec"]))


def _media(attempt: Attempt | OwnAttempt) -> Media:
    found: Media = queries.media_of(attempt.assessment, (one["spec"] for one in attempt.questions))
    return found


def _no_picture(name: str) -> str:
    raise LookupError(f"a question said to have no picture shows {name}")
