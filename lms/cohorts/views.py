"""Cohorts: the list, a new one, one with its members."""

from typing import Any
from uuid import UUID

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
from flask_babel import ngettext

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.cohorts import operations, queries
from lms.cohorts.forms import AddForm, CohortForm
from lms.cohorts.models import Cohort
from lms.courses.library import library
from lms.db import db
from lms.web import paging
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number
from lms.web.language import in_language

bp = Blueprint("cohorts", __name__, template_folder="templates", url_prefix="/cohorts")
SHOWN = ("open", "closed", "all")
#: People offered at once; a search finds the others.
MOST_OFFERED = 100
#: The page of what a cohort's attempts tell, where the site has it.
ANALYSIS = "analysis.show"


@bp.context_processor
def shared() -> dict[str, Any]:
    """What the feature's templates call things."""
    return {"course_title": course_title}


def course_title(key: str) -> str:
    """A course's title in the reader's language; its key where the site has it no more."""
    course = library().courses.get(key)
    return in_language(course.title, course.language) if course is not None else key


def _cohort(key: UUID) -> Cohort:
    found = queries.cohort(key)
    if found is None:
        abort(404)
    return found


def _checked(key: UUID) -> Cohort:
    """The cohort that a button is about."""
    found = _cohort(key)
    if not EmptyForm().validate_on_submit():
        abort(400)
    return found


@bp.get("/")
@requires(Permission.MANAGE_ASSESSMENTS)
def index() -> str:
    show = request.args.get("show", "open")
    show = show if show in SHOWN else "open"
    search, number = request.args.get("q", "").strip()[:100], page_number()
    rows = queries.cohorts(show=show, search=search, page=number)
    return render_template(
        "cohorts/index.html",
        rows=paging.rows_of(rows),
        show=show,
        search=search,
        names=queries.names_seen({row.cohort.trainer_id for row in rows}),
        page=paging.pages_of(rows, number, show=show if show != "open" else None, q=search or None),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def new() -> Any:
    organisations = accounts.organisations_with(Permission.MANAGE_ASSESSMENTS)
    trainers = queries.trainers(current_user())
    form = CohortForm()
    form.offer(organisations, trainers)
    if form.validate_on_submit():
        with form.refusals():
            made = operations.make_cohort(
                form.title.data or "",
                course_key=form.course.data,
                organisation=next(
                    one for one in organisations if str(one.id) == form.organisation.data
                ),
                trainer=next(one for one in trainers if str(one.id) == form.trainer.data),
                starts_on=form.starts_on.data,
                ends_on=form.ends_on.data,
                request_key=form.request_key.data or "",
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The cohort is made. Next: add its people."), "success")
            return redirect(url_for(".add", key=made.id), code=303)
    return render_template("cohorts/new.html", form=form), form.status


@bp.get("/<uuid:key>")
@requires(Permission.MANAGE_ASSESSMENTS)
def show(key: UUID) -> str:
    cohort = _cohort(key)
    members, former = queries.members_of(cohort), queries.members_of(cohort, left=True)
    keys = {one.user_id for one in (*members, *former)} | {cohort.trainer_id}
    return render_template(
        "cohorts/show.html",
        cohort=cohort,
        members=members,
        former=former,
        names=queries.names_seen(keys),
        results=_results(cohort),
    )


def _results(cohort: Cohort) -> list[tuple[str, str]]:
    """Title and address of what the cohort's attempts at each assessment of its course tell."""
    if ANALYSIS not in current_app.view_functions:
        return []
    return [
        (in_language(one.title), url_for(ANALYSIS, key=one.key, cohort=cohort.id))
        for one in library().assessments.values()
        if one.course == cohort.course_key
    ]


@bp.route("/<uuid:key>/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def add(key: UUID) -> Any:
    cohort = _cohort(key)
    search = request.args.get("q", "").strip()[:100]
    organisations = accounts.organisations_with(Permission.SEE_PEOPLE)
    wanted = request.args.get("organisation", "")
    organisation = next((one for one in organisations if str(one.id) == wanted), None)
    offered = queries.candidates(
        cohort, search=search, organisation=organisation, most=MOST_OFFERED
    )
    form = AddForm()
    if request.method == "POST":
        # Whoever was ticked counts, also when the list has changed since.
        ticked = queries.people_seen(_uuids(request.form.getlist("people")))
        form.offer({one.id: one for one in (*ticked, *offered[:MOST_OFFERED])}.values())
        if form.validate_on_submit():
            with form.refusals():
                count = operations.add_members(cohort, ticked, by=current_user(), at=clock.now())
                db.session.commit()
                flash(
                    ngettext("%(num)s person was added.", "%(num)s people were added.", count),
                    "success",
                )
                return redirect(url_for(".show", key=key), code=303)
    else:
        form.offer(offered[:MOST_OFFERED])
    page = render_template(
        "cohorts/add.html",
        cohort=cohort,
        form=form,
        search=search,
        organisations=organisations,
        organisation=organisation,
        has_more=len(offered) > MOST_OFFERED,
    )
    return page, form.status


def _uuids(written: list[str]) -> set[UUID]:
    found = set()
    for text in written:
        try:
            found.add(UUID(text))
        except ValueError:
            # No id of anybody: the form refuses it as no choice of its own.
            continue
    return found


@bp.post("/<uuid:key>/members/<uuid:member_key>/remove")
@requires(Permission.MANAGE_ASSESSMENTS)
def remove(key: UUID, member_key: UUID) -> Any:
    cohort = _checked(key)
    member = queries.member(cohort, member_key)
    if member is None or not queries.names_seen({member.user_id}):
        abort(404)
    operations.remove_member(cohort, member, by=current_user(), at=clock.now())
    db.session.commit()
    flash(_("The person is no longer in the cohort. They can be added again."), "success")
    return redirect(url_for(".show", key=key), code=303)


@bp.post("/<uuid:key>/close")
@requires(Permission.MANAGE_ASSESSMENTS)
def close(key: UUID) -> Any:
    cohort = _checked(key)
    operations.close_cohort(cohort, by=current_user(), at=clock.now())
    db.session.commit()
    flash(_("The cohort is closed. Its members and results stay."), "success")
    return redirect(url_for(".show", key=key), code=303)
