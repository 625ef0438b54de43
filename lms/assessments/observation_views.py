"""Practical observation: an observer rates a task against its rubric."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.assessments import observing, queries, words
from lms.courses.library import library
from lms.db import db
from lms.web.forms import Form

bp = Blueprint("observations", __name__, template_folder="templates", url_prefix="/observations")


class ObservationForm(Form):
    observed_on = DateField(_l("Observed on"), [InputRequired()])
    remark = TextAreaField(_l("Remark"), [Optional(), Length(max=4000)])
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


@bp.get("/")
@requires(Permission.OBSERVE)
def index() -> str:
    return render_template(
        "assessments/observe_index.html",
        people=[
            one
            for one in accounts.people(request.args.get("q", ""), Permission.OBSERVE)
            if one.id != current_user().id
        ],
        rubrics=queries.rubrics(),
        courses=library().courses,
    )


@bp.route("/record/<rubric_key>/<uuid:user_key>", methods=["GET", "POST"])
@requires(Permission.OBSERVE)
def record(rubric_key: str, user_key: UUID) -> Any:
    rubric = queries.rubric(rubric_key)
    user = accounts.person(user_key, Permission.OBSERVE)
    if rubric is None or user is None:
        abort(404)
    course = library().courses.get(rubric["course"])
    form = ObservationForm(observed_on=clock.today(), request_key=uuid4().hex)
    ratings = {
        criterion["key"]: request.form.get(f"criterion-{criterion['key']}", "")
        for criterion in rubric["criteria"]
    }
    if form.validate_on_submit():
        with form.refusals():
            observation = observing.record_observation(
                user,
                rubric,
                ratings,
                competencies=[one.key for one in course.competencies] if course else [],
                observed_on=form.observed_on.data,
                remark=form.remark.data or "",
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The observation is recorded and counts as evidence."), "success")
            return redirect(url_for(".show", key=observation.id), code=303)
    page = render_template(
        "assessments/observe.html",
        rubric=rubric,
        person=user,
        course=course,
        form=form,
        ratings=ratings,
        levels=words.RUBRIC_LEVELS,
    )
    return page, form.status


@bp.get("/<uuid:key>")
def show(key: UUID) -> str:
    observation = queries.observation(key)
    if observation is None:
        abort(404)
    return render_template(
        "assessments/observation.html", observation=observation, levels=words.RUBRIC_LEVELS
    )
