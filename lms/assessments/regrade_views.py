"""Marking a question anew: what to do, what that would move, doing it with a reason; and all that was done."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms import clock
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.assessments import dependants, marking_words, regrade_keys, regrading
from lms.assessments import regrade_queries as queries
from lms.assessments import regrade_rows as rows
from lms.assessments.queries import assessment, media_of
from lms.assessments.regrade_rules import DROP, FULL_CREDIT, NEW_KEY, Change
from lms.assessments.regrading import Preview
from lms.assessments.rules import spec_for_marking
from lms.courses.library import competency_titles
from lms.db import db
from lms.errors import Refused
from lms.web import paging, refusals
from lms.web.forms import Form
from lms.web.incoming import page_number
from lms.web.language import in_language

bp = Blueprint("regrading", __name__, template_folder="templates")
refusals.register(marking_words.REFUSALS)
KEEP = "keep"
#: Fields of a form that are no part of the new key.
NOT_THE_KEY = frozenset(
    ("do", "only", "page", "csrf_token", "request_key", "seen", "reason", "assessment")
)


class ReasonForm(Form):
    """What confirms a regrade; the new key comes with it in fields of its own."""

    reason = TextAreaField(_l("Why"), [InputRequired(), Length(max=1000)])
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])
    seen = HiddenField(validators=[InputRequired(), Length(max=64)])


@bp.route("/assessments/<key>/questions/<question>/regrade", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def regrade(key: str, question: str) -> Any:
    """Choose what to do; see what it would move; do it with a reason."""
    newest = rows.newest_question(key, question, within=queries.managed())
    if newest is None:
        abort(404)
    deed = request.values.get("do", "")
    form = ReasonForm(request_key=uuid4().hex)
    page: dict[str, Any] = {"key": key, "question": newest, "deed": deed, "form": form}
    if deed == KEEP and request.method == "GET":
        flash(_("The question stays as it is. Nothing was changed."), "success")
        return redirect(url_for(".index"), code=303)
    if deed not in (NEW_KEY, FULL_CREDIT, DROP):
        return _form_page(page)
    try:
        change = _change(deed, newest)
        if form.validate_on_submit():
            done = _apply(key, change, form)
            flash(_("The question is marked anew in every attempt that holds it."), "success")
            return redirect(url_for(".show", key=done), code=303)
        preview = regrading.preview(key, change, within=queries.managed_ids())
    except Refused as refused:
        db.session.rollback()
        if refused.code == "regrade.moved":
            form.seen.raw_data = None
            preview = regrading.preview(key, change, within=queries.managed_ids())
            form.form_errors.append(refusals.sentence(refused))
            return _preview_page(page, preview), 409
        return _form_page(page, marking_words.refusal_of_key(refused)), 422
    return _preview_page(page, preview), form.status


def _change(deed: str, newest: Mapping[str, Any]) -> Change:
    spec = newest["spec"]
    if deed != NEW_KEY:
        return Change(deed, spec["key"])
    fields = {name: values for name, values in request.values.lists() if name not in NOT_THE_KEY}
    key = regrade_keys.key_of(spec, spec_for_marking(newest), fields)
    return Change(NEW_KEY, spec["key"], key)


def _apply(key: str, change: Change, form: ReasonForm) -> UUID:
    done = regrading.apply(
        key,
        change,
        reason=form.reason.data or "",
        request_key=form.request_key.data or "",
        by=current_user(),
        at=clock.now(),
        within=queries.managed_ids(),
        seen=form.seen.data,
    )
    db.session.commit()
    return done.id


def _form_page(page: Mapping[str, Any], fault: str = "") -> str:
    newest = page["question"]
    return render_template(
        "assessments/regrade_form.html",
        **page,
        spec=newest["spec"],
        media=media_of(assessment(page["key"]), [newest["spec"]]),
        shown=regrade_keys.shown(newest["spec"], spec_for_marking(newest)),
        earlier=[
            one.regrade
            for one in queries.done(current_user(), 1, page["key"])
            if one.regrade.question_key == newest["spec"]["key"]
        ],
        kinds=marking_words.KINDS,
        deeds=marking_words.DEEDS,
        fault=fault,
        typed=request.values,
        ticked=request.values.getlist("right"),
    )


def _preview_page(page: Mapping[str, Any], preview: Preview) -> str:
    form, only, number = page["form"], request.values.get("only") == "pass", page_number()
    lines = [one for one in preview.lines if one.flips] if only else list(preview.lines)
    shown = paging.part_of(lines, number)
    here = paging.rows_of(shown)
    form.seen.data = preview.fingerprint
    kept: dict[str, Any] = {
        name: values for name, values in request.values.lists() if name not in NOT_THE_KEY - {"do"}
    }
    lost = [one for one in preview.lines if one.user_id in preview.lost]
    hanging = dependants.of_many(list({one.user_id: one for one in lost}.values()))
    return render_template(
        "assessments/regrade_preview.html",
        **page,
        spec=page["question"]["spec"],
        media=media_of(assessment(page["key"]), [page["question"]["spec"]]),
        deeds=marking_words.DEEDS,
        preview=preview,
        lines=here,
        names=queries.names((one.user_id for one in here), (one.organisation_id for one in here)),
        certificates=dependants.of_many(here),
        to_look_at=sum(len(found) for found in hanging.values()),
        own=any(one.user_id == asking().id for one in preview.lines),
        titles=competency_titles(),
        only=only,
        kept=[(name, value) for name, values in kept.items() for value in values],
        address=url_for(".regrade", key=page["key"], question=page["question"]["spec"]["key"]),
        page=paging.pages_of(
            shown,
            number,
            key=page["key"],
            question=page["question"]["spec"]["key"],
            only="pass" if only else None,
            **kept,
        ),
        passing=sum(one.flips and one.passed_after for one in preview.lines),
        failing=sum(one.flips and one.passed_before for one in preview.lines),
        undecided=sum(bool(one.open_on) for one in preview.lines),
        cannot_show=sorted({key for one in preview.lines for key in one.open_on}),
    )


@bp.get("/regrades/")
@requires(Permission.MANAGE_ASSESSMENTS)
def index() -> str:
    """All that was marked anew, newest first."""
    number, chosen = page_number(), request.args.get("assessment", "")
    found = queries.done(current_user(), number, chosen)
    assessments = queries.assessments_with_attempts()
    return render_template(
        "assessments/regrade_index.html",
        done=paging.rows_of(found),
        kinds=marking_words.KINDS,
        assessments=assessments,
        titles={key: in_language(title) for key, title, _count in assessments},
        chosen=chosen,
        page=paging.pages_of(found, number, assessment=chosen or None),
    )


@bp.get("/regrades/questions")
@requires(Permission.MANAGE_ASSESSMENTS)
def questions() -> str:
    """The questions of an assessment, to choose the one that is to be marked anew."""
    chosen = request.args.get("assessment", "")
    return render_template(
        "assessments/regrade_questions.html",
        assessments=queries.assessments_with_attempts(),
        chosen=chosen,
        questions=queries.questions_of(chosen) if chosen else [],
    )


@bp.get("/regrades/<uuid:key>")
@requires(Permission.MANAGE_ASSESSMENTS)
def show(key: UUID) -> str:
    """One regrade: who, when, why, what moved, and what is to be looked at."""
    found = queries.one_done(current_user(), key)
    if found is None:
        abort(404)
    number, only = page_number(), request.args.get("only") == "pass"
    changes = queries.changes(found.regrade, number, passes_only=only)
    newest = rows.newest_question(found.regrade.assessment_key, found.regrade.question_key)
    return render_template(
        "assessments/regrade_show.html",
        done=found,
        kinds=marking_words.KINDS,
        spec=newest["spec"] if newest else None,
        media=media_of(
            assessment(found.regrade.assessment_key), [newest["spec"]] if newest else []
        ),
        changes=paging.rows_of(changes),
        to_look_at=queries.to_be_looked_at(found.regrade),
        only=only,
        page=paging.pages_of(changes, number, key=key, only="pass" if only else None),
    )
