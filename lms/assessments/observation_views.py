"""Practical observation: an observer rates a task against its rubric on a tablet, the person countersigns it."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.assessments import marking_words, observations, observing, queries, words
from lms.courses.library import library
from lms.db import db
from lms.web import paging, refusals
from lms.web.forms import Form
from lms.web.incoming import page_number

bp = Blueprint("observations", __name__, template_folder="templates", url_prefix="/observations")
refusals.register(marking_words.REFUSALS)
AGREE, DISAGREE = "agree", "disagree"


class ObservationForm(Form):
    observed_on = DateField(_l("Observed on"), [InputRequired()])
    remark = TextAreaField(_l("Remark"), [Optional(), Length(max=4000)])
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])


class SignForm(Form):
    agreed = RadioField(
        _l("How do you see it?"),
        [InputRequired(_l("Choose one of the two."))],
        choices=[
            SelectChoice(value=AGREE, label=_l("I see it the same way")),
            SelectChoice(value=DISAGREE, label=_l("I see it differently, and say below why")),
        ],
    )
    remark = TextAreaField(_l("Remark"), [Optional(), Length(max=4000)])


@bp.get("/")
@requires(Permission.OBSERVE)
def index() -> str:
    """Whom and what to observe, and what one recorded."""
    number, search = page_number(), request.args.get("q", "")
    people = accounts.people(search, Permission.OBSERVE, number)
    return render_template(
        "assessments/observe_index.html",
        people=[one for one in paging.rows_of(people) if one.id != asking().id],
        rubrics=queries.rubrics(),
        courses=library().courses,
        search=search,
        recorded=paging.rows_of(observations.recorded_by(current_user(), 1)),
        page=paging.pages_of(people, number, q=search or None),
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
            flash(
                _(
                    "The observation is recorded and counts as evidence. "
                    "The person finds it at home, to sign."
                ),
                "success",
            )
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


@bp.get("/mine")
def mine() -> str:
    """One's own observed tasks; those that wait for a signature first."""
    return render_template(
        "assessments/observed_mine.html", observations=observations.of_person(current_user())
    )


@bp.get("/<uuid:key>")
def show(key: UUID) -> str:
    observation = observations.readable(key, current_user())
    if observation is None:
        abort(404)
    return render_template(
        "assessments/observation.html",
        observation=observation,
        own=observation.user_id == asking().id,
        levels=words.RUBRIC_LEVELS,
    )


@bp.route("/<uuid:key>/sign", methods=["GET", "POST"])
def sign(key: UUID) -> Any:
    """The person observed reads it and puts their name to it."""
    observation = observations.own(key, current_user())
    if observation is None:
        abort(404)
    if observation.countersigned_at is not None and request.method == "GET":
        return redirect(url_for(".show", key=key), code=303)
    form = SignForm()
    if form.validate_on_submit():
        with form.refusals():
            observing.countersign(
                observation,
                agreed=form.agreed.data == AGREE,
                remark=form.remark.data or "",
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("Signed. Both signatures stand on the record."), "success")
            return redirect(url_for(".show", key=key), code=303)
        observation = observations.own(key, current_user())
    page = render_template(
        "assessments/observation_sign.html",
        observation=observation,
        form=form,
        levels=words.RUBRIC_LEVELS,
    )
    return page, form.status
