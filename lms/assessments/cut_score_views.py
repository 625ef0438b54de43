"""Cut-score rounds: opened by whoever manages an assessment, judged by people who know the work, then closed."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.assessments import analysis_words as words
from lms.assessments import cut_score_queries as stored
from lms.assessments import cut_scores, queries
from lms.assessments.analysis_pages import title_of
from lms.assessments.models import CutScoreRound
from lms.db import db
from lms.scoring import question_type
from lms.web import paging, refusals
from lms.web.forms import EmptyForm, Form
from lms.web.incoming import page_number
from lms.web.language import in_language, language

bp = Blueprint("cut_scores", __name__, template_folder="templates", url_prefix="/cut-scores")
refusals.register(words.REFUSALS)


class RoundForm(Form):
    """The questions come as ``question``, one for each that is ticked."""

    title = StringField(
        _l("Title of the round, such as the month and the panel"),
        [InputRequired(), Length(max=120)],
    )
    organisation = SelectField(_l("Organisation whose markers may judge"), [InputRequired()])


def _round(key: UUID, permission: Permission = Permission.MARK) -> CutScoreRound:
    found = stored.round_of(key, permission)
    if found is None:
        abort(404)
    return found


def _title(assessment_key: str) -> str:
    return in_language(title_of(assessment_key)) or assessment_key


@bp.get("/")
@requires(Permission.MARK)
def index() -> str:
    number = page_number()
    found = stored.rounds(number)
    shown = paging.rows_of(found)
    return render_template(
        "assessments/cut_score_index.html",
        rounds=[(one, _title(one.assessment_key)) for one in shown],
        given=stored.given_by(current_user(), [one.id for one in shown]),
        page=paging.pages_of(found, number),
    )


@bp.route("/new/<key>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def new(key: str) -> Any:
    rules = queries.assessment(key)
    if rules is None:
        abort(404)
    banks = queries.banks_of(rules)
    offered = cut_scores.candidates(rules, banks)
    organisations = accounts.organisations_with(Permission.MANAGE_ASSESSMENTS)
    form = RoundForm()
    form.organisation.choices = [
        SelectChoice(value=str(one.id), label=one.name_in(language())) for one in organisations
    ]
    chosen = request.form.getlist("question") if request.method == "POST" else None
    if form.validate_on_submit():
        with form.refusals():
            opened = cut_scores.open_round(
                rules,
                banks,
                next(one for one in organisations if str(one.id) == form.organisation.data),
                title=form.title.data,
                chosen=chosen or [],
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return redirect(url_for(".show", key=opened.id), code=303)
    page = render_template(
        "assessments/cut_score_new.html",
        key=key,
        title=in_language(rules["title"]),
        form=form,
        offered=offered,
        chosen=[spec["key"] for spec in offered] if chosen is None else chosen,
    )
    return page, form.status


@bp.get("/<uuid:key>")
@requires(Permission.MARK)
def show(key: UUID) -> str:
    found = _round(key)
    rows = cut_scores.judgements_of(found)
    own = {row.question_key: row.estimate for row in rows if row.judge_id == asking().id}
    finished = len(own) == len(found.questions)
    open_now = found.closed_at is None
    result = cut_scores.cut_score(found.questions, rows) if finished or not open_now else None
    manages = stored.round_of(key, Permission.MANAGE_ASSESSMENTS) is not None
    rules = queries.assessment(found.assessment_key)
    return render_template(
        "assessments/cut_score_show.html",
        round=found,
        title=_title(found.assessment_key),
        own=own,
        finished=finished,
        open_now=open_now,
        visible=finished or not open_now,
        result=result,
        judges=result.judges if result else cut_scores.judge_lines(found.questions, rows),
        names=stored.judges_of(rows) if manages else {},
        manages=manages,
        revisions=stored.revisions_of(found),
        words=words,
        asked=rules and queries.count_asked(rules)[1],
        pass_mark=rules and Decimal(str(rules["pass_mark"])),
        impact=_impact(found, result, rules) if manages and result else None,
    )


def _impact(
    found: CutScoreRound, result: cut_scores.CutScore, rules: dict[str, Any] | None
) -> stored.Impact | None:
    now = Decimal(str(rules["pass_mark"])) if rules else None
    return stored.impact(found.assessment_key, now, Decimal(result.written))


@bp.route("/<uuid:key>/judge", methods=["GET", "POST"])
@requires(Permission.MARK)
def judge(key: UUID) -> Any:
    found = _round(key)
    if found.closed_at is not None:
        return redirect(url_for(".show", key=key), code=303)
    form = EmptyForm()
    faults: list[str] = []
    typed = {
        name.removeprefix("estimate-"): text
        for name, text in request.form.items()
        if name.startswith("estimate-")
    }
    if form.validate_on_submit():
        with form.refusals():
            faults = cut_scores.save_estimates(found, current_user(), typed, at=clock.now())
            db.session.commit()
            if not faults:
                return _saved(found)
    rows = cut_scores.judgements_of(found, asking().id)
    own = {row.question_key: str(row.estimate) for row in rows}
    page = render_template(
        "assessments/cut_score_judge.html",
        round=found,
        title=_title(found.assessment_key),
        form=form,
        questions=[_asked(one) for one in found.questions],
        values=own | {name: text for name, text in typed.items() if text.strip()},
        faults=faults,
        media=_media(found),
        left=len(found.questions) - len(own),
    )
    return page, 422 if faults else form.status


def _asked(question: dict[str, Any]) -> dict[str, Any]:
    """A question as a judge needs it: what is asked, and what would be right."""
    spec, kind = question["spec"], question_type(question["spec"]["type"])
    return {
        "spec": spec,
        "presentation": kind.present(spec, question["order"], None),
        "lines": kind.review(spec, question["order"], None, kind.mark(spec, None)),
    }


def _media(found: CutScoreRound) -> Any:
    rules = queries.assessment(found.assessment_key)
    return queries.media_of(rules, (one["spec"] for one in found.questions))


def _saved(found: CutScoreRound) -> Any:
    left = len(found.questions) - len(cut_scores.judgements_of(found, asking().id))
    if left:
        flash(_("Your estimates are saved; %(count)s are still open.", count=left), "success")
        return redirect(url_for(".judge", key=found.id), code=303)
    flash(_("All your estimates are saved. You now see those of the others."), "success")
    return redirect(url_for(".show", key=found.id), code=303)


@bp.post("/<uuid:key>/close")
@requires(Permission.MANAGE_ASSESSMENTS)
def close(key: UUID) -> Any:
    found = _round(key, Permission.MANAGE_ASSESSMENTS)
    if not EmptyForm().validate_on_submit():
        abort(400)
    cut_scores.close_round(found, by=current_user(), at=clock.now())
    db.session.commit()
    flash(_("The round is closed; everybody who may judge sees its result."), "success")
    return redirect(url_for(".show", key=key), code=303)
