"""The assessment's pages: its rules, an attempt, its result."""

from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from lms import clock
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.assessments import operations, queries, rules, words
from lms.assessments.models import IN_PROGRESS, SUBMITTED, Attempt
from lms.courses.library import competency_titles
from lms.db import db
from lms.scoring import right_sides
from lms.web import paging, refusals
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number
from lms.web.language import in_language

bp = Blueprint("assessments", __name__, template_folder="templates", url_prefix="/assessments")
refusals.register(words.REFUSALS)


def _assessment(key: str) -> dict[str, Any]:
    found = queries.assessment(key)
    if found is None:
        abort(404)
    return found


def _own(key: UUID) -> Attempt:
    attempt = queries.own_attempt(key, current_user())
    if attempt is None:
        abort(404)
    return attempt


@bp.get("/<key>")
def intro(key: str) -> str:
    assessment = _assessment(key)
    attempts = operations.attempts_of(current_user(), key)
    allowed = assessment.get("attempts_allowed")
    return render_template(
        "assessments/intro.html",
        assessment=assessment,
        attempts=attempts,
        running=next((one for one in attempts if one.state == IN_PROGRESS), None),
        count=sum(draw["count"] for draw in assessment["draws"]),
        left=None if allowed is None else max(0, allowed - len(attempts)),
        grading=words.GRADING[assessment["grading"]],
    )


@bp.post("/<key>/start")
def start(key: str) -> Any:
    assessment = _assessment(key)
    if not EmptyForm().validate_on_submit():
        abort(400)
    attempt = operations.start_attempt(
        current_user(), assessment, queries.banks_of(assessment), at=clock.now()
    )
    db.session.commit()
    return redirect(url_for(".attempt", key=attempt.id), code=303)


def _shown(attempt: Attempt) -> list[dict[str, Any]]:
    """The questions as the page needs them: parts in their frozen order, the answer given."""
    given = attempt.given()
    shown = []
    for one in attempt.questions:
        spec, order = one["spec"], one["order"]
        options = {option["key"]: option for option in spec.get("options", [])}
        sides = right_sides(spec) if spec["type"] == "matching" else {}
        shown.append(
            {
                "key": spec["key"],
                "spec": spec,
                "options": [options[name] for name in order.get("options", []) if name in options],
                "lefts": order.get("lefts", []),
                "rights": [(name, sides[name]) for name in order.get("rights", [])],
                "response": given.get(spec["key"]),
            }
        )
    return shown


def _page(attempt: Attempt, faults: dict[str, str], status: int = 200) -> Any:
    now = clock.now()
    page = render_template(
        "assessments/attempt.html",
        attempt=attempt,
        questions=_shown(attempt),
        faults={key: words.FAULTS[code] for key, code in faults.items()},
        saved_at=max((row.saved_at for row in attempt.responses), default=None),
        over=rules.is_over(attempt.deadline, now),
        minutes_left=None
        if attempt.deadline is None
        else max(0, int((attempt.deadline - now).total_seconds() // 60)),
        formulas=words.FORMULAS,
        open_questions=len(attempt.questions) - len(attempt.given()),
        typed=MultiDict(request.form) if faults else MultiDict(),
    )
    return page, status


@bp.get("/attempts/<uuid:key>")
def attempt(key: UUID) -> Any:
    found = _own(key)
    if found.state == SUBMITTED:
        return redirect(url_for(".result", key=key), code=303)
    return _page(found, {})


@bp.post("/attempts/<uuid:key>")
def answer(key: UUID) -> Any:
    """Keep what was given; with the button *submit*, mark it."""
    found = _own(key)
    if not EmptyForm().validate_on_submit():
        abort(400)
    at = clock.now()
    wants_submit = "submit" in request.form
    if found.state == SUBMITTED:
        return redirect(url_for(".result", key=key), code=303)
    faults: dict[str, str] = {}
    if not rules.is_over(found.deadline, at):
        faults = operations.save_answers(
            found, queries.fields_by_question(request.form.to_dict(flat=False)), at=at
        )
    elif not wants_submit:
        operations.save_answers(found, {}, at=at)
    if wants_submit and not faults:
        operations.submit_attempt(found, at=at)
        db.session.commit()
        return redirect(url_for(".result", key=key), code=303)
    db.session.commit()
    if request.headers.get("X-Autosave"):
        return jsonify(saved=f"{at:%H:%M}", faults=sorted(faults)), 422 if faults else 200
    if faults:
        return _page(found, faults, 422)
    flash(_("Your answers are saved."), "success")
    return redirect(url_for(".attempt", key=key), code=303)


@bp.get("/attempts/<uuid:key>/result")
def result(key: UUID) -> Any:
    found = queries.readable_attempt(key)
    if found is None:
        abort(404)
    own = found.user_id == current_user().id
    if found.state != SUBMITTED:
        if own:
            return redirect(url_for(".attempt", key=key), code=303)
        abort(404)
    feedback = found.assessment.get("feedback", "after_submit")
    titles = competency_titles()
    shares: dict[str, list[tuple[str, bool]]] = {}
    for one in found.questions:
        spec = one["spec"]
        mark = found.marks[spec["key"]]
        shares.setdefault(spec["competency"], []).append((mark["share"], mark["right"]))
    return render_template(
        "assessments/result.html",
        attempt=found,
        own=own,
        feedback=feedback if own else "after_submit",
        questions=_shown(found),
        competencies=[
            (titles.get(key, key), sum(1 for _share, right in marks if right), len(marks))
            for key, marks in shares.items()
        ],
        title=in_language(found.assessment["title"]),
    )


@bp.get("/results")
@requires(Permission.SEE_RESULTS)
def results() -> str:
    number = page_number()
    attempts = queries.recent_attempts(number)
    return render_template(
        "assessments/results.html",
        attempts=paging.rows_of(attempts),
        page=paging.pages_of(attempts, number),
    )
