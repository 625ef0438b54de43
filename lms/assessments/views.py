"""The assessment's pages for whoever sits it: its rules, an attempt page by page, its result."""

import logging
from collections.abc import Mapping
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
    session,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from lms import clock
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.assessments import (
    answering,
    attempt_page,
    dependants,
    drawn,
    files,
    operations,
    own,
    queries,
    rules,
    showing,
    sittings,
    standing,
    words,
)
from lms.assessments.models import (
    ABANDONED,
    IN_PROGRESS,
    MARKED,
    VOIDED,
    Attempt,
)
from lms.assessments.own import OwnAttempt
from lms.courses.library import competency_titles
from lms.db import db
from lms.errors import Refused
from lms.web import paging, refusals
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number
from lms.web.language import in_language, language

bp = Blueprint("assessments", __name__, template_folder="templates", url_prefix="/assessments")
refusals.register(words.REFUSALS)
REVIEW = "review"
#: So many of one's own attempts stand on the page of an assessment, the newest; the others are one touch away.
SHOWN_ATTEMPTS = 10
log = logging.getLogger(__name__)


@bp.url_value_preprocessor
def allow_files(endpoint: str | None, _values: Any) -> None:
    """Let the one form that takes people's files send all that a page may ask for; before anybody reads it."""
    if endpoint == "assessments.answer" and session.get("token"):
        request.max_content_length = files.MOST_SENT


def _assessment(key: str) -> dict[str, Any]:
    found = queries.assessment(key)
    if found is None:
        abort(404)
    return found


def _own(key: UUID, *, lock: bool = False) -> OwnAttempt:
    attempt = own.own_attempt(key, asking().id, lock=lock)
    if attempt is None:
        log.warning("somebody else's attempt, or none: %s asked for by %s", key, asking().id)
        abort(404)
    return attempt


@bp.get("/<key>")
def intro(key: str) -> str:
    assessment, user = _assessment(key), asking()
    everything = "all" in request.args
    attempts, allowances = standing.attempts_and_allowances(
        user, key, newest=None if everything else SHOWN_ATTEMPTS + 1
    )
    more = not everything and len(attempts) > SHOWN_ATTEMPTS
    held = rules.with_allowances(assessment, allowances)
    allowed = held.get("attempts_allowed")
    used = 0
    if allowed is not None:
        used = (
            standing.standing_of(user, key).earlier.used
            if more
            else sum(one.state != VOIDED for one in attempts)
        )
    attempts = attempts[-SHOWN_ATTEMPTS:] if more else attempts
    return render_template(
        "assessments/intro.html",
        assessment=held,
        opens_at=rules.moment_of(held, "opens_at"),
        closes_at=rules.moment_of(held, "closes_at"),
        attempts=attempts,
        more=more,
        running=next((one for one in attempts if one.state == IN_PROGRESS), None),
        count=queries.count_asked(assessment),
        left=None if allowed is None else max(0, allowed - used),
        grading=words.GRADING[assessment["grading"]],
        times=words.TIME_UP[held.get("time_up", "submit")],
        states=words.STATES,
        seen={one.id: rules.shown_after(one.assessment, at=clock.now()) for one in attempts},
        titles=competency_titles(),
        blueprint=queries.blueprint_of(key),
        role=words.ROLES.get(held["role"]) if held.get("domain") else None,
    )


@bp.post("/<key>/start")
def start(key: str) -> Any:
    assessment, user, at = _assessment(key), asking(), clock.now()
    try:
        sitting = sittings.admit(user, key, request.form.get("code", ""), at=at)
        attempt_id = operations.begin_attempt(
            user,
            assessment,
            queries.banks_of(assessment),
            at=at,
            language=language(),
            sitting=sitting,
        )
    except Refused as refusal:
        if not refusal.code.startswith(("sitting.", "sign-in.")):
            raise
        # A code that was mistyped is typed again on the same page; the try stays counted.
        db.session.commit()
        flash(refusals.sentence(refusal), "wrong")
        return redirect(url_for(".intro", key=key), code=303)
    db.session.commit()
    return redirect(url_for(".attempt", key=attempt_id), code=303)


def _page(attempt: OwnAttempt, number: int, faults: dict[str, str], status: int = 200) -> Any:
    now = clock.now()
    pages = rules.pages_of(attempt.assessment, attempt.questions)
    page = pages[number]
    given = attempt.given()
    sections = {one["key"]: one for one in attempt.assessment.get("sections") or ()}
    said = {key: words.FAULTS[code] for key, code in faults.items()}
    page_drawn = render_template(
        "assessments/attempt.html",
        attempt=attempt,
        number=number,
        pages=pages,
        section=sections.get(page.section or ""),
        questions=drawn.ask(attempt, page.places, faults=said, typed=MultiDict(request.form)),
        faults=said,
        was=attempt_page.drawn_with(attempt, page.places),
        seconds_left=attempt_page.seconds_left(attempt, now),
        saved_at=max((row.saved_at for row in attempt.responses), default=None),
        phase=rules.phase(attempt.assessment, attempt.deadline, now),
        minutes_left=attempt_page.minutes_left(attempt, now),
        last_moment=rules.last_moment(attempt.assessment, attempt.deadline)
        if attempt.deadline
        else None,
        open_questions=len(attempt.questions) - len(given),
        forward=attempt.assessment.get("navigation") == "forward",
    )
    return page_drawn, status


@bp.get("/attempts/<uuid:key>")
def attempt(key: UUID) -> Any:
    found = _own(key)
    if found.state != IN_PROGRESS:
        return redirect(url_for(".result", key=key), code=303)
    count = len(rules.pages_of(found.assessment, found.questions))
    if request.args.get("page") == REVIEW:
        return render_template("assessments/review.html", **_review(found))
    try:
        wanted = int(request.args["page"]) - 1
    except (KeyError, ValueError):
        wanted = found.furthest
    return _page(found, rules.check_page(found.assessment, wanted, found.furthest, count), {})


def _review(attempt: OwnAttempt) -> dict[str, Any]:
    """What is answered and what is not, question by question, before handing in."""
    given, now = attempt.given(), clock.now()
    pages = rules.pages_of(attempt.assessment, attempt.questions)
    on_page = {place: number for number, page in enumerate(pages) for place in page.places}
    forward = attempt.assessment.get("navigation") == "forward"
    return {
        "attempt": attempt,
        "rows": [
            {
                "number": place + 1,
                "key": question["spec"]["key"],
                "text": question["spec"]["text"],
                "answered": question["spec"]["key"] in given,
                "page": None if forward else on_page[place] + 1,
            }
            for place, question in enumerate(attempt.questions)
        ],
        "phase": rules.phase(attempt.assessment, attempt.deadline, now),
        "minutes_left": attempt_page.minutes_left(attempt, now),
        "forward": forward,
        "pages": pages,
    }


@bp.post("/attempts/<uuid:key>")
def answer(key: UUID) -> Any:
    """Keep what was given; then go on to another page, show a hint or a check, or hand in."""
    found, at = _own(key, lock=True), clock.now()
    automatic = bool(request.headers.get("X-Autosave"))
    if not _takes_answers(found, at):
        return _too_late(found, at, automatic)
    saved = _keep(found, at)
    faults = saved.faults
    if "submit" in request.form and not faults:
        operations.submit_held(found, at=at)
        db.session.commit()
        return redirect(url_for(".result", key=key), code=303)
    if automatic:
        told = attempt_page.told(found, saved, at)
        db.session.commit()
        return jsonify(told), 422 if faults else 200
    if saved.elsewhere:
        flash(_("Answers that you gave in another window are shown here now."), "success")
    number = _page_sent_from(found)
    if faults:
        db.session.commit()
        return _page(found, number, faults, 422)
    for name, act in (("check", answering.check_question), ("hint", answering.show_hint)):
        if name in request.form:
            act(found, request.form[name], at=at)
            db.session.commit()
            return redirect(
                url_for(".attempt", key=key, page=number + 1, _anchor=f"q-{request.form[name]}"),
                code=303,
            )
    return _go_on(found, number)


def _takes_answers(attempt: OwnAttempt, at: Any) -> bool:
    return (
        attempt.state == IN_PROGRESS
        and rules.phase(attempt.assessment, attempt.deadline, at) is rules.Phase.OPEN
    )


def _too_late(attempt: OwnAttempt, at: Any, automatic: bool) -> Any:
    """After the deadline only handing in is left, and after that nothing; what was answered otherwise is told."""
    lost = answering.differing(attempt, _sent(attempt), attempt_page.drawn())
    if lost:
        log.warning("late answers to %s of attempt %s: %s", len(lost), attempt.id, sorted(lost))
    running = attempt.state == IN_PROGRESS
    if automatic:
        return jsonify(said=refusals.sentence(Refused("attempt.over")), over=True), 409
    if running and "submit" not in request.form:
        raise Refused("attempt.over")
    if running:
        operations.submit_held(attempt, at=at)
        db.session.commit()
    if lost:
        flash(
            ngettext(
                "%(num)s answer came too late and was not kept. What was saved before counts.",
                "%(num)s answers came too late and were not kept. What was saved before counts.",
                len(lost),
            ),
            "wrong",
        )
    return redirect(url_for(".result", key=attempt.id), code=303)


def _sent(attempt: OwnAttempt) -> dict[str, Mapping[str, list[str]]]:
    fields = queries.fields_by_question(request.form.to_dict(flat=False))
    return files.without_claims(attempt, fields)


def _keep(attempt: OwnAttempt, at: Any) -> answering.Saved:
    """Keep the answers of the form and its files."""
    uploaded, faults = files.take_uploads(attempt, request.files, at=at)
    saved = answering.save_page(
        attempt, {**_sent(attempt), **uploaded}, attempt_page.drawn(), at=at
    )
    return answering.Saved(faults | saved.faults, saved.elsewhere)


def _page_sent_from(attempt: OwnAttempt) -> int:
    count = len(rules.pages_of(attempt.assessment, attempt.questions))
    try:
        number = int(request.form.get("page", "0"))
    except ValueError:
        number = 0
    return min(max(number, 0), count - 1)


def _go_on(attempt: OwnAttempt, number: int) -> Any:
    """Go where the button says: the page before or after, one by its number, or the review before handing in."""
    count = len(rules.pages_of(attempt.assessment, attempt.questions))
    wanted = request.form.get("go", "")
    if wanted == REVIEW:
        db.session.commit()
        return redirect(url_for(".attempt", key=attempt.id, page=REVIEW), code=303)
    steps = {"next": number + 1, "previous": number - 1}
    target = steps.get(wanted, number)
    target = rules.check_page(attempt.assessment, target, attempt.furthest, count)
    answering.reach_page(attempt, target)
    db.session.commit()
    if not wanted:
        flash(_("Your answers are saved."), "success")
    return redirect(url_for(".attempt", key=attempt.id, page=target + 1), code=303)


@bp.get("/attempts/<uuid:key>/result")
def result(key: UUID) -> Any:
    found: Attempt | OwnAttempt | None = own.own_attempt(key, asking().id, with_marks=True)
    if found is None:
        found = queries.readable_attempt(key)
    if found is None:
        abort(404)
    mine = found.user_id == asking().id
    if found.state == IN_PROGRESS:
        if mine:
            return redirect(url_for(".attempt", key=key), code=303)
        abort(404)
    seen = rules.shown_after(found.assessment, at=clock.now()) if mine else "all"
    marks = showing.marks_of(found) if found.state != ABANDONED else {}
    titles = competency_titles()
    worth = operations.kept_outcome_of(found) if found.state == MARKED else None
    return render_template(
        "assessments/result.html",
        attempt=found,
        own=mine,
        seen=seen,
        questions=drawn.review(found, marks, seen) if marks and seen == "all" else [],
        pending=sum(mark.pending for mark in marks.values()),
        competencies=showing.by_competency(found, worth, titles) if worth else [],
        least_marks=bool(found.assessment.get("competency_pass_marks")),
        failed_on=[titles.get(name, name) for name in (worth.failed_on if worth else ())],
        not_shown=[titles.get(name, name) for name in (worth.not_shown if worth else ())],
        title=in_language(found.assessment["title"]),
        states=words.STATES,
        regrades=queries.regrades_of(found),
        dependants=dependants.of(found) if not mine else [],
        handed_in=files.handed_in(found),
        may_void=queries.may_void(found, asking().id),
    )


@bp.post("/attempts/<uuid:key>/void")
@requires(Permission.MANAGE_ASSESSMENTS)
def void(key: UUID) -> Any:
    found = queries.manageable_attempt(key)
    if found is None:
        abort(404)
    if not EmptyForm().validate_on_submit():
        abort(400)
    operations.void_attempt(
        found, request.form.get("reason", ""), by=current_user(), at=clock.now()
    )
    db.session.commit()
    flash(_("The attempt is void. Its evidence no longer counts."), "success")
    return redirect(url_for(".result", key=key), code=303)


@bp.get("/results")
@requires(Permission.SEE_RESULTS)
def results() -> str:
    number = page_number()
    attempts = queries.recent_attempts(number, request.args.get("assessment", ""))
    return render_template(
        "assessments/results.html",
        attempts=paging.rows_of(attempts),
        assessments=queries.assessment_titles(),
        chosen=request.args.get("assessment", ""),
        page=paging.pages_of(attempts, number, assessment=request.args.get("assessment") or None),
        states=words.STATES,
    )
