"""Work confirmed by a supervisor: whom, what they applied, when, and what was seen."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.assessments import confirming, words
from lms.courses.library import competency_titles
from lms.db import db
from lms.web import paging, refusals
from lms.web.forms import Form, WithdrawForm
from lms.web.incoming import page_number

bp = Blueprint("confirmations", __name__, template_folder="templates", url_prefix="/confirmations")
refusals.register(words.CONFIRMATION_REFUSALS)


class ConfirmationForm(Form):
    competency = SelectField(_l("Competency"), [InputRequired()])
    observed_on = DateField(_l("Seen on"), [InputRequired()])
    seen = TextAreaField(
        _l("What was seen"),
        [InputRequired(_l("Say in a sentence or two what you saw.")), Length(max=4000)],
        description=_l("What the person did at work, so that somebody else can understand it."),
    )
    work_record = StringField(
        _l("Record of the work"),
        [Optional(), Length(max=400)],
        description=_l(
            "A letter, minutes, a report or a file number that shows it, if there is one."
        ),
    )
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


@bp.get("/")
@requires(Permission.CONFIRM_WORK)
def index() -> str:
    """Whose work one may confirm, and what one confirmed."""
    number, search = page_number(), request.args.get("q", "")
    people = accounts.people(search, Permission.CONFIRM_WORK, number)
    return render_template(
        "assessments/confirm_index.html",
        people=[one for one in paging.rows_of(people) if one.id != current_user().id],
        search=search,
        given=paging.rows_of(confirming.given_by(current_user(), 1)),
        titles=competency_titles(),
        page=paging.pages_of(people, number, q=search or None),
    )


@bp.route("/record/<uuid:user_key>", methods=["GET", "POST"])
@requires(Permission.CONFIRM_WORK)
def record(user_key: UUID) -> Any:
    """The form. 404 for oneself, and for somebody whose organisation one does not manage."""
    user = accounts.managed(user_key, Permission.CONFIRM_WORK)
    if user is None:
        abort(404)
    form = ConfirmationForm(observed_on=clock.today(), request_key=uuid4().hex)
    form.competency.choices = list(competency_titles().items())
    if form.validate_on_submit():
        with form.refusals():
            made = confirming.confirm_work(
                user,
                form.competency.data,
                observed_on=form.observed_on.data,
                seen=form.seen.data,
                work_record=form.work_record.data or "",
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The confirmation is recorded and counts as evidence."), "success")
            return redirect(url_for(".show", key=made.id), code=303)
    return render_template("assessments/confirm.html", person=user, form=form), form.status


@bp.get("/<uuid:key>")
def show(key: UUID) -> str:
    """One confirmation, for the person, the supervisor, and whoever sees the person's results."""
    made = confirming.readable(key, current_user())
    if made is None:
        abort(404)
    return render_template(
        "assessments/confirmation.html",
        made=made,
        titles=competency_titles(),
        end=confirming.evidence_of(made).end,
        own=made.supervisor_id == current_user().id,
    )


@bp.route("/<uuid:key>/withdraw", methods=["GET", "POST"])
@requires(Permission.CONFIRM_WORK)
def withdraw(key: UUID) -> Any:
    """Let it count no longer. 404 for whoever did not give it."""
    made = confirming.readable(key, current_user())
    if made is None or made.supervisor_id != current_user().id:
        abort(404)
    form = WithdrawForm()
    if form.validate_on_submit():
        with form.refusals():
            confirming.withdraw_confirmation(
                made, reason=form.reason.data, by=current_user(), at=clock.now()
            )
            db.session.commit()
            flash(_("The confirmation is withdrawn and counts no longer."), "success")
            return redirect(url_for(".show", key=key), code=303)
    page = render_template(
        "assessments/confirmation_withdraw.html", form=form, made=made, titles=competency_titles()
    )
    return page, form.status
