"""Exercises: the list, the schedule form, one exercise's plan, and its life."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import User
from lms.accounts.rules import Permission
from lms.accounts.session import asking, current_user, requires
from lms.courses.library import competency_titles
from lms.db import db
from lms.errors import Refused
from lms.exercises import operations, queries, rules, words
from lms.exercises.forms import ReasonForm, ScheduleForm, TimesForm, choices_of
from lms.exercises.models import Exercise
from lms.exercises.rules import Access
from lms.web import paging
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number
from lms.web.language import in_language, language

bp = Blueprint("exercises", __name__, template_folder="templates", url_prefix="/exercises")


@bp.context_processor
def shared() -> dict[str, Any]:
    """What the feature's templates call things."""
    return {"words": words, "title_of": title_of}


def title_of(exercise: Exercise) -> str:
    """The title in the reader's language."""
    return in_language(exercise.titles)


def card(user: User) -> dict[str, Any] | None:
    """What the home page says of exercises."""
    found = queries.card(user, clock.now())
    return {**found, "title_of": title_of} if found else None


def found_or_404(key: UUID) -> tuple[Exercise, Access]:
    """An exercise that the viewer may see, and what the viewer is in it."""
    exercise = queries.find(key)
    if exercise is None:
        abort(404)
    return exercise, queries.access(exercise, current_user())


def allow(permitted: bool) -> None:
    """Let the request go on, or answer 403."""
    if not permitted:
        abort(403)


def back(endpoint: str, exercise: Exercise, message: str) -> Any:
    """Say what happened and go to a page of the exercise."""
    flash(message, "success")
    return redirect(url_for(endpoint, key=exercise.id), code=303)


@bp.get("/")
def index() -> str:
    past = request.args.get("when") == "past"
    page = page_number()
    try:
        organisation_id = UUID(request.args["organisation"])
    except (KeyError, ValueError):
        organisation_id = None
    shown = queries.listing(clock.now(), past=past, organisation_id=organisation_id, page=page)
    return render_template(
        "exercises/index.html",
        exercises=paging.rows_of(shown),
        past=past,
        organisations=accounts.organisations_with(Permission.BELONG),
        organisation_id=organisation_id,
        page=paging.pages_of(
            shown, page, when="past" if past else None, organisation=organisation_id
        ),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SCHEDULE_EXERCISES)
def schedule() -> Any:
    templates = queries.templates()
    hosts = accounts.organisations_with(Permission.SCHEDULE_EXERCISES)
    directory = accounts.directory()
    form = ScheduleForm(
        request_key=uuid4().hex,
        zone=current_app.config["TIME_ZONE"],
        template=request.args.get("template"),
    )
    form.template.choices = [
        SelectChoice(value=key, label=f"{one['code']} {in_language(one['title'], one['language'])}")
        for key, one in templates.items()
    ]
    form.host.choices = choices_of(hosts, language())
    form.organisations.choices = form.evaluated.choices = choices_of(directory, language())
    form.offer_zones(current_app.config["TIME_ZONE"])
    if form.validate_on_submit():
        by_id = {str(one.id): one for one in directory}
        with form.refusals():
            starts_at, ends_at = _times(form)
            exercise = operations.schedule_exercise(
                templates[form.template.data],
                host=by_id[form.host.data],
                organisations=[by_id[key] for key in form.organisations.data],
                evaluated=[by_id[key] for key in form.evaluated.data],
                starts_at=starts_at,
                ends_at=ends_at,
                zone=form.zone.data,
                title=form.title.data or "",
                venue=form.venue.data or "",
                purpose=form.purpose.data or "",
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return back(
                ".people", exercise, _("The exercise is planned. Next: invite the people who play.")
            )
    return render_template("exercises/schedule.html", form=form, templates=templates), form.status


def _times(form: TimesForm) -> tuple[datetime, datetime | None]:
    """Start and end in UTC, as the clocks of the zone show them."""
    starts_at = rules.moment_of(form.starts.data, form.zone.data)
    ends_at = rules.moment_of(form.ends.data, form.zone.data) if form.ends.data else None
    return starts_at, ends_at


@bp.get("/<uuid:key>")
def show(key: UUID) -> str:
    exercise, access = found_or_404(key)
    own = next((one for one in exercise.participants if one.user_id == asking().id), None)
    return render_template(
        "exercises/plan.html",
        exercise=exercise,
        access=access,
        own=own,
        competency_titles=competency_titles(),
    )


@bp.route("/<uuid:key>/reschedule", methods=["GET", "POST"])
def reschedule(key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.manages)
    rules.check_state(exercise.state, rules.State.PLANNED)
    zone = rules.zone_of(exercise.zone)
    form = TimesForm(
        starts=exercise.starts_at.astimezone(zone).replace(tzinfo=None),
        ends=exercise.ends_at.astimezone(zone).replace(tzinfo=None),
        zone=exercise.zone,
        venue=exercise.venue,
    )
    form.offer_zones(exercise.zone)
    if form.validate_on_submit():
        with form.refusals():
            starts_at, ends_at = _times(form)
            if ends_at is None:
                raise Refused("exercise.order")
            operations.reschedule_exercise(
                exercise,
                starts_at=starts_at,
                ends_at=ends_at,
                zone=form.zone.data,
                venue=form.venue.data or "",
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return back(
                ".show",
                exercise,
                _("The exercise is moved. Injects follow it, and who had answered is asked again."),
            )
    page = render_template("exercises/reschedule.html", exercise=exercise, access=access, form=form)
    return page, form.status


@bp.route("/<uuid:key>/cancel", methods=["GET", "POST"])
def cancel(key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.manages)
    form = ReasonForm()
    if form.validate_on_submit():
        with form.refusals():
            operations.cancel_exercise(
                exercise, reason=form.reason.data, by=current_user(), at=clock.now()
            )
            db.session.commit()
            return back(
                ".show",
                exercise,
                _("The exercise is cancelled. It stays in the list, and calendars strike it out."),
            )
    page = render_template("exercises/cancel.html", exercise=exercise, access=access, form=form)
    return page, form.status


@bp.post("/<uuid:key>/start")
def start(key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.conducts and EmptyForm().validate_on_submit())
    operations.start_exercise(exercise, by=current_user(), at=clock.now())
    db.session.commit()
    return back(
        ".injects", exercise, _("The exercise is running. Note each inject as you give it.")
    )


@bp.post("/<uuid:key>/finish")
def finish(key: UUID) -> Any:
    exercise, access = found_or_404(key)
    allow(access.conducts and EmptyForm().validate_on_submit())
    operations.finish_exercise(exercise, by=current_user(), at=clock.now())
    db.session.commit()
    return back(".evaluation", exercise, _("The play is over. Now the evaluators rate."))
