"""What an attempt's page and its form tell each other: the answers it was drawn with, what is kept, the time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.assessments import answering, words
from lms.assessments.models import Attempt
from lms.assessments.own import OwnAttempt
from lms.web.language import zone


def drawn_with(attempt: Attempt | OwnAttempt, places: Sequence[int]) -> list[tuple[str, str]]:
    """The fingerprints of the answers that a page is drawn with, by question key, for its form."""
    marks = answering.fingerprints_of(attempt)
    keys = (attempt.questions[place]["spec"]["key"] for place in places)
    return [(key, marks[key]) for key in keys]


def drawn() -> dict[str, str]:
    """The fingerprints of the answers that the form was drawn with, by question key."""
    pairs = (one.rpartition(" ") for one in request.form.getlist("was"))
    return {key: mark for key, _space, mark in pairs}


def told(attempt: Attempt | OwnAttempt, saved: answering.Saved, at: datetime) -> dict[str, Any]:
    """What a page that saves by itself shows then: in words what was kept, and what the form is drawn with now."""
    numbers = {one["spec"]["key"]: place for place, one in enumerate(attempt.questions, 1)}
    said = [_("saved %(time)s", time=f"{at.astimezone(zone()):%H:%M}")]
    for key, code in sorted(saved.faults.items(), key=lambda pair: numbers.get(pair[0], 0)):
        fault = words.FAULTS[code]
        said.append(
            _("Question %(number)s was not: %(fault)s", number=numbers[key], fault=fault)
            if key in numbers
            else str(fault)
        )
    if saved.elsewhere:
        said.append(_("Answers were changed in another window: load this page anew to see them."))
    marks = answering.fingerprints_of(attempt)
    left_out = {*saved.elsewhere, *saved.faults}
    open_questions = len(attempt.questions) - len(attempt.given())
    return {
        "said": ". ".join(said),
        "was": {key: mark for key, mark in marks.items() if key not in left_out},
        "faults": sorted(saved.faults),
        "open": ngettext(
            "%(num)s question still open", "%(num)s questions still open", open_questions
        ),
        "seconds_left": seconds_left(attempt, at),
    }


def minutes_left(attempt: Attempt | OwnAttempt, now: datetime) -> int | None:
    seconds = seconds_left(attempt, now)
    return None if seconds is None else seconds // 60


def seconds_left(attempt: Attempt | OwnAttempt, now: datetime) -> int | None:
    """Whole seconds until the deadline; None without one."""
    if attempt.deadline is None:
        return None
    return max(0, int((attempt.deadline - now).total_seconds()))
