"""Pages of whoever runs an assessment: overrides, supervised sittings, papers and their sheets."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import Organisation
from lms.accounts.rules import Permission
from lms.accounts.scope import scoped, scoped_get, viewer
from lms.accounts.session import asking, current_user, requires
from lms.assessments import overrides, paper, queries, rules, showing, sittings, words
from lms.assessments import papers as paper_operations
from lms.assessments.assessing_forms import (
    CloseSittingForm,
    OverrideForm,
    PaperCodeForm,
    SheetForm,
    SittingForm,
    WithdrawForm,
)
from lms.assessments.models import IN_PROGRESS, Attempt, Override
from lms.cohorts.models import Cohort
from lms.db import db
from lms.web.forms import EmptyForm
from lms.web.language import in_language, language, zone

bp = Blueprint("assessing", __name__, template_folder="templates", url_prefix="/assessing")


def _assessment(key: str) -> dict[str, Any]:
    found = queries.assessment(key)
    if found is None:
        abort(404)
    return found


def _local(value: datetime | None) -> datetime | None:
    """What was typed is by the clocks of the site's zone."""
    return value.replace(tzinfo=zone()) if value is not None else None


def _typed(value: datetime) -> datetime:
    """A moment as a form field shows it."""
    return value.astimezone(zone()).replace(tzinfo=None, second=0, microsecond=0)


def _named(organisations: list[Organisation]) -> list[SelectChoice]:
    return [SelectChoice(value=str(one.id), label=one.name_in(language())) for one in organisations]


def _chosen(organisations: list[Organisation], value: str) -> Organisation:
    return next(one for one in organisations if str(one.id) == value)


@bp.get("/")
@requires(Permission.SUPERVISE)
def index() -> str:
    return render_template(
        "assessments/assessing_index.html",
        assessments=queries.assessment_titles(),
        counts=queries.counts_by_assessment(),
        states=words.STATES,
    )


@bp.get("/<key>")
@requires(Permission.SUPERVISE)
def show(key: str) -> str:
    assessment = _assessment(key)
    return render_template(
        "assessments/assessing.html",
        assessment=assessment,
        title=in_language(assessment["title"]),
        overrides=overrides.overrides_of(key),
        sittings=sittings.sittings(key),
        now=clock.now(),
        more=_more(key),
    )


def _more(key: str) -> list[tuple[str, str]]:
    """What else there is of an assessment, for whoever may see it."""
    offered: tuple[tuple[Permission, str, str, dict[str, Any]], ...] = (
        (
            Permission.MARK,
            _("Answers that wait for a marker"),
            "marking.queue",
            {"assessment": key},
        ),
        (Permission.MANAGE_ASSESSMENTS, _("Item analysis"), "analysis.show", {"key": key}),
        (Permission.MARK, _("Cut scores"), "cut_scores.index", {}),
        (Permission.SEE_RESULTS, _("Gain from before the course to after it"), "gain.index", {}),
        (Permission.MANAGE_ASSESSMENTS, _("Regrades"), "regrading.index", {}),
    )
    who = viewer()
    return [
        (label, url_for(endpoint, **values))
        for permission, label, endpoint, values in offered
        if who is not None and who.may(permission)
    ]


# -- overrides ------------------------------------------------------------------------------------


@bp.route("/<key>/overrides/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def new_override(key: str) -> Any:
    assessment = _assessment(key)
    form = OverrideForm(request_key=uuid4().hex)
    organisations = accounts.organisations_with(Permission.MANAGE_ASSESSMENTS)
    people = [
        one
        for one in accounts.people(permission=Permission.MANAGE_ASSESSMENTS)
        if one.id != asking().id
    ]
    cohorts = list(
        db.session.scalars(
            scoped(Cohort, Permission.MANAGE_ASSESSMENTS)
            .where(Cohort.closed_at.is_(None))
            .order_by(Cohort.starts_on.desc())
        )
    )
    form.organisation.choices = _named(organisations)
    form.whom.choices = [
        *(
            SelectChoice(value=f"c:{one.id}", label=_("Cohort: %(title)s", title=one.title))
            for one in cohorts
        ),
        *(SelectChoice(value=f"u:{one.id}", label=one.name_in(language())) for one in people),
    ]
    if form.validate_on_submit():
        kind, _colon, chosen = form.whom.data.partition(":")
        with form.refusals():
            overrides.grant(
                assessment,
                _chosen(organisations, form.organisation.data),
                rules.Allowance(
                    form.extra_minutes.data or 0,
                    form.extra_attempts.data or 0,
                    _local(form.opens_at.data),
                    _local(form.closes_at.data),
                ),
                user=next((one for one in people if kind == "u" and str(one.id) == chosen), None),
                cohort=next(
                    (one for one in cohorts if kind == "c" and str(one.id) == chosen), None
                ),
                reason=form.reason.data,
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The override holds from now on, also for attempts under way."), "success")
            return redirect(url_for(".show", key=key), code=303)
    page = render_template(
        "assessments/assessing_form.html",
        form=form,
        assessment=assessment,
        heading=_("Grant an override"),
        hint=_("What you grant, your name and the reason stay on the record."),
        button=_("Grant"),
    )
    return page, form.status


@bp.route("/overrides/<uuid:override>/withdraw", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def withdraw_override(override: UUID) -> Any:
    found = scoped_get(Override, override, Permission.MANAGE_ASSESSMENTS)
    if found is None:
        abort(404)
    assessment, form = _assessment(found.assessment_key), WithdrawForm()
    if form.validate_on_submit():
        with form.refusals():
            overrides.withdraw(
                found, assessment, reason=form.reason.data, by=current_user(), at=clock.now()
            )
            db.session.commit()
            flash(_("The override is withdrawn; it stays on the record."), "success")
            return redirect(url_for(".show", key=found.assessment_key), code=303)
    whom = (
        found.user.name_in(language())
        if found.user
        else _("Cohort: %(title)s", title=found.cohort.title if found.cohort else "")
    )
    page = render_template(
        "assessments/assessing_form.html",
        form=form,
        assessment=assessment,
        heading=_("Withdraw an override"),
        hint=_(
            "For %(whom)s. Attempts under way go by the rules without it at once; your name and the reason "
            "stay on the record.",
            whom=whom,
        ),
        button=_("Withdraw"),
    )
    return page, form.status


# -- sittings -------------------------------------------------------------------------------------


@bp.route("/<key>/sittings/new", methods=["GET", "POST"])
@requires(Permission.SUPERVISE)
def new_sitting(key: str) -> Any:
    assessment, now = _assessment(key), clock.now()
    organisations = accounts.organisations_with(Permission.SUPERVISE)
    form = SittingForm(opens_at=_typed(now), closes_at=_typed(now + timedelta(hours=1)))
    form.organisation.choices = _named(organisations)
    if form.validate_on_submit():
        with form.refusals():
            made = sittings.hold_sitting(
                key,
                _chosen(organisations, form.organisation.data),
                opens_at=form.opens_at.data.replace(tzinfo=zone()),
                closes_at=form.closes_at.data.replace(tzinfo=zone()),
                place=form.place.data or "",
                by=current_user(),
                at=now,
            )
            db.session.commit()
            return redirect(url_for(".sitting", sitting=made.id), code=303)
    page = render_template(
        "assessments/assessing_form.html",
        form=form,
        assessment=assessment,
        heading=_("Hold a supervised sitting"),
        hint=_("You get a code to read out. Whoever types it while the sitting is open may begin."),
        button=_("Open the sitting"),
    )
    return page, form.status


@bp.get("/sittings/<uuid:sitting>")
@requires(Permission.SUPERVISE)
def sitting(sitting: UUID) -> Any:
    found = sittings.sitting(sitting)
    if found is None:
        abort(404)
    assessment, now = _assessment(found.assessment_key), clock.now()
    return render_template(
        "assessments/sitting.html",
        sitting=found,
        assessment=assessment,
        attempts=[
            (one, words.STATES[_state_of(one, now)], len(one.given()), len(one.questions))
            for one in sittings.attempts_in(found)
        ],
        open=found.opens_at <= now < found.closes_at,
        form=CloseSittingForm(formdata=None, remark=found.remark),
    )


def _state_of(attempt: Attempt, now: datetime) -> str:
    phase = rules.phase(attempt.assessment, attempt.deadline, now)
    overdue = attempt.state == IN_PROGRESS and phase is not rules.Phase.OPEN
    return "overdue" if overdue else attempt.state


@bp.post("/sittings/<uuid:sitting>/close")
@requires(Permission.SUPERVISE)
def close_sitting(sitting: UUID) -> Any:
    found = sittings.sitting(sitting)
    if found is None:
        abort(404)
    form = CloseSittingForm()
    if not form.validate_on_submit():
        abort(400)
    sittings.close_sitting(found, form.remark.data or "", by=current_user(), at=clock.now())
    db.session.commit()
    flash(
        _("The sitting is closed to newcomers. Attempts begun go on until their time is up."),
        "success",
    )
    return redirect(url_for(".sitting", sitting=found.id), code=303)


# -- papers ---------------------------------------------------------------------------------------


@bp.route("/<key>/papers", methods=["GET", "POST"])
@requires(Permission.SUPERVISE)
def papers(key: str) -> Any:
    """Choose for whom papers are printed; each gets an attempt of its own with a code."""
    assessment = _assessment(key)
    people = [
        one for one in accounts.people(permission=Permission.SUPERVISE) if one.id != asking().id
    ]
    form = EmptyForm()
    if form.validate_on_submit():
        chosen = [one for one in people if str(one.id) in request.form.getlist("person")]
        made = paper_operations.print_papers(
            assessment, queries.banks_of(assessment), chosen, by=current_user(), at=clock.now()
        )
        db.session.commit()
        return redirect(
            url_for(".printed", key=key, paper=[one.paper_code for one in made]), code=303
        )
    return render_template("assessments/papers.html", assessment=assessment, people=people)


@bp.get("/<key>/papers/printed")
@requires(Permission.SUPERVISE)
def printed(key: str) -> Any:
    """The papers themselves, one after the other, to be printed from the browser."""
    found = paper_operations.papers_by_code(request.args.getlist("paper"))
    if not found:
        abort(404)
    return render_template(
        "assessments/printed.html",
        assessment=_assessment(key),
        papers=[
            (one, [(q, paper.rows_of(q.number, q.key, q.presentation)) for q in _all_asked(one)])
            for one in found
        ],
        media=queries.media_of(
            found[0].assessment, (one["spec"] for paper in found for one in paper.questions)
        ),
        formulas=words.FORMULAS,
    )


def _all_asked(attempt: Attempt) -> list[showing.Shown]:
    return showing.asked(attempt, range(len(attempt.questions)))


@bp.route("/sheet", methods=["GET", "POST"])
@requires(Permission.SUPERVISE)
def sheet() -> Any:
    """Find a sheet by the code printed on it."""
    form = PaperCodeForm()
    if form.validate_on_submit():
        found = paper_operations.papers_by_code([form.code.data])
        if found and found[0].state == IN_PROGRESS:
            return redirect(url_for(".enter_sheet", code=found[0].paper_code), code=303)
        form.code.errors = [*form.code.errors, words.REFUSALS["paper.code"]]
        return render_template("assessments/sheet_code.html", form=form), 422
    return render_template("assessments/sheet_code.html", form=form), form.status


@bp.route("/sheet/<code>", methods=["GET", "POST"])
@requires(Permission.SUPERVISE)
def enter_sheet(code: str) -> Any:
    found = paper_operations.papers_by_code([code])
    if not found:
        abort(404)
    (attempt,) = found
    if attempt.state != IN_PROGRESS:
        return redirect(url_for("assessments.result", key=attempt.id), code=303)
    form = SheetForm(sat_at=_typed(clock.now()))
    rows = [
        row for q in _all_asked(attempt) for row in paper.rows_of(q.number, q.key, q.presentation)
    ]
    written = paper.written_of(rows)
    faults: dict[str, Any] = {}
    if form.validate_on_submit():
        written = {row.code: request.form.get(f"row-{row.code}", "") for row in rows}
        with form.refusals():
            faults = paper_operations.enter_sheet(
                attempt,
                rows,
                written,
                sat_at=form.sat_at.data.replace(tzinfo=zone()),
                hand_in="submit" in request.form,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            if not faults and "submit" in request.form:
                return redirect(url_for("assessments.result", key=attempt.id), code=303)
            if not faults:
                flash(_("The sheet is saved as far as it was entered."), "success")
                return redirect(url_for(".enter_sheet", code=code), code=303)
    page = render_template(
        "assessments/sheet.html",
        attempt=attempt,
        rows=rows,
        written=written,
        faults={row: words.FAULTS[name] for row, name in faults.items()},
        form=form,
    )
    return page, 422 if faults else form.status
