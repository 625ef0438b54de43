"""Marking by hand: the queue, one answer with its rubric, disagreements, and files handed in."""

from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from lms import clock
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.assessments import files, marking, marking_words, queries, words
from lms.assessments import marking_queries as marked
from lms.assessments.file_kinds import ending_of
from lms.assessments.marking_queries import Answer
from lms.db import db
from lms.scoring.hand import OVERALL, criteria_of
from lms.scoring.types.essay import words_in
from lms.web import paging, refusals
from lms.web.forms import ExactField, Form
from lms.web.incoming import page_number

bp = Blueprint("marking", __name__, template_folder="templates", url_prefix="/marking")
refusals.register(marking_words.REFUSALS)
words.FAULTS.update(marking_words.FILE_FAULTS)
GIVE, DECIDE, CORRECT = "give", "decide", "correct"
ACTS = {GIVE: marking.give_mark, DECIDE: marking.decide, CORRECT: marking.correct}


class MarkForm(Form):
    """Levels come as ``criterion-<key>``; without criteria there is one number for the whole."""

    act = HiddenField()
    overall = ExactField(
        _l("Mark, from 0 to 100"),
        [Optional(), NumberRange(0, 100, _l("Give a number from 0 to 100, such as 75."))],
        places=2,
    )
    remark = TextAreaField(_l("Remark"), [Optional(), Length(max=4000)])


@bp.get("/")
@requires(Permission.MARK)
def queue() -> str:
    """Answers that wait, oldest first, and how far the marking has come."""
    user, chosen, number = current_user(), request.args.get("assessment", ""), page_number()
    everything = marked.waiting(user)
    rows = [row for row in everything if not row.differs]
    if chosen:
        rows = [row for row in rows if row.assessment_key == chosen]
    shown = paging.part_of(rows, number)
    here = paging.rows_of(shown)
    answers = marked.answers((row.attempt_id, row.question_key) for row in here)
    return render_template(
        "assessments/marking_queue.html",
        rows=[
            (row, answer)
            for row in here
            for answer in answers
            if (answer.attempt.id, answer.spec["key"]) == (row.attempt_id, row.question_key)
        ],
        waiting=len(rows),
        first=next((row for row in rows if row.open_to(user.id)), None),
        differing=sum(row.differs for row in everything),
        progress=marked.progress(everything, user),
        titles=queries.assessment_titles(),
        chosen=chosen,
        page=paging.pages_of(shown, number, assessment=chosen or None),
    )


@bp.get("/disagreements")
@requires(Permission.MARK)
def disagreements() -> str:
    """Where two markers differ, both ratings side by side; and what a third decided."""
    user = current_user()
    rows = [row for row in marked.waiting(user) if row.differs]
    return render_template(
        "assessments/marking_disagreements.html",
        open_ones=marked.answers((row.attempt_id, row.question_key) for row in rows),
        decided=marked.decided(user),
    )


def _answer(key: UUID, question: str) -> Answer:
    """The answer; nobody opens an own one here."""
    attempt = marked.attempt(key)
    found = marked.answer(key, question) if attempt is not None else None
    if found is None or found.attempt.user_id == asking().id:
        abort(404)
    return found


def _act_of(answer: Answer) -> str | None:
    """What the person signed in can do with the answer now: None, only read."""
    stands, me = answer.standing, asking().id
    key = answer.spec["key"]
    if key in answer.attempt.dropped or answer.question.get("full_credit") or not answer.response:
        return None
    if stands.differs:
        return None if me in {row.marker_id for row in stands.given} else DECIDE
    if len(stands.given) < stands.wanted:
        return None if me in {row.marker_id for row in stands.given} else GIVE
    return CORRECT if stands.wanted == 1 and stands.decision is None else None


@bp.route("/<uuid:key>/<question>", methods=["GET", "POST"])
@requires(Permission.MARK)
def answer(key: UUID, question: str) -> Any:
    """One answer: what was handed in, the rubric, and the way on to the next."""
    found = _answer(key, question)
    chosen = request.values.get("assessment", "")
    act = _act_of(found)
    form = MarkForm(act=act)
    ratings = _typed_ratings(found, form)
    if form.validate_on_submit():
        with form.refusals():
            ACTS[form.act.data if form.act.data in ACTS else GIVE](
                found.attempt,
                question,
                ratings,
                remark=form.remark.data or "",
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return _on_to_the_next(chosen)
        found = _answer(key, question)
    page = render_template(
        "assessments/marking_answer.html",
        answer=found,
        media=queries.media_of(found.attempt.assessment, [found.spec]),
        criteria=criteria_of(found.spec),
        act=act,
        form=form,
        ratings=ratings,
        sees_marks=_sees_marks(found),
        file=files.handed_in(found.attempt).get(question),
        word_count=words_in(found.response.get("text", "")),
        chosen=chosen,
        overall=OVERALL,
    )
    return page, form.status


def _typed_ratings(found: Answer, form: MarkForm) -> dict[str, str]:
    """The levels as they were sent; the number for the whole as a share."""
    criteria = criteria_of(found.spec)
    if criteria:
        sent = {one["key"]: request.form.get(f"criterion-{one['key']}", "") for one in criteria}
        return {key: level for key, level in sent.items() if level}
    percent = form.overall.data
    return {} if percent is None else {OVERALL: format((percent / Decimal(100)).normalize(), "f")}


def _sees_marks(found: Answer) -> bool:
    """Whether the marks given so far may be shown: never to somebody who is still to give one of their own."""
    stands = found.standing
    whole = len(stands.given) >= stands.wanted
    return whole or asking().id in {row.marker_id for row in stands.given}


def _on_to_the_next(chosen: str) -> Any:
    """Go to the oldest answer that this person can mark, of the same assessment where one was chosen."""
    user = current_user()
    following = next((row for row in marked.waiting(user, chosen) if row.open_to(user.id)), None)
    if following is None:
        flash(_("Saved. Nothing more waits for your mark."), "success")
        return redirect(url_for(".queue", assessment=chosen or None), code=303)
    flash(_("Saved. Here is the next answer."), "success")
    address = url_for(
        ".answer",
        key=following.attempt_id,
        question=following.question_key,
        assessment=chosen or None,
    )
    return redirect(address, code=303)


@bp.get("/files/<uuid:key>")
def file(key: UUID) -> Any:
    """A file that was handed in, to be saved and never shown inside a page of the site."""
    found = files.readable(key)
    if found is None:
        abort(404)
    handed_in, attempt = found
    name = handed_in.name
    if marked.is_anonymous(attempt) and attempt.user_id != asking().id:
        # A name such as 'amina-dorval.pdf' would tell.
        name = f"{marked.code_of(attempt.id)}.{ending_of(name)}"
    answer = make_response(
        send_file(
            BytesIO(handed_in.content),
            mimetype=handed_in.media_type,
            as_attachment=True,
            download_name=name,
            max_age=0,
        )
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
