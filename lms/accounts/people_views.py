"""Pages of people, organisations, posts and invitations."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.accounts import credentials, operations, queries, rules
from lms.accounts.models import Incumbency, Membership, Organisation, Post
from lms.accounts.people_forms import (
    AppointForm,
    InviteForm,
    LeaveForm,
    MembershipForm,
    NewOrganisationForm,
    OrganisationForm,
    PostForm,
    RequirementsForm,
    SearchForm,
)
from lms.accounts.rules import OrganisationKind, Permission, Role
from lms.accounts.scope import scoped_get
from lms.accounts.session import current_user, requires
from lms.db import db
from lms.web import paging
from lms.web.incoming import page_number
from lms.web.language import in_language, language

bp = Blueprint("people", __name__, template_folder="templates", url_prefix="/people")
organisations = Blueprint(
    "organisations", __name__, template_folder="templates", url_prefix="/organisations"
)


def _organisation_for(permission: Permission, key: UUID | str) -> Organisation:
    try:
        found = queries.organisation(key if isinstance(key, UUID) else UUID(key))
    except ValueError:
        found = None
    if found is None or not queries.may_in(permission, found):
        abort(404)
    return found


def competency_titles() -> dict[str, str]:
    """Titles of competencies by key, as the site's framework has them."""
    titles = current_app.extensions.get("lms.competency-titles")
    return {key: in_language(texts) for key, texts in titles().items()} if titles else {}


@bp.get("/")
@requires(Permission.SEE_PEOPLE)
def index() -> str:
    form = SearchForm(request.args)
    number, searched = page_number(), form.q.data or ""
    people = queries.people(searched, page=number) if form.validate() else []
    return render_template(
        "accounts/people.html",
        people=paging.rows_of(people),
        page=paging.pages_of(people, number, q=searched or None),
        form=form,
    )


@bp.route("/<uuid:key>", methods=["GET", "POST"])
@requires(Permission.SEE_PEOPLE)
def show(key: UUID) -> Any:
    user = queries.person(key)
    if user is None:
        abort(404)
    manageable = queries.organisations_with(Permission.MANAGE_PEOPLE)
    form = MembershipForm()
    form.offer(manageable, language())
    if form.validate_on_submit():
        organisation = _organisation_for(Permission.MANAGE_PEOPLE, form.organisation.data)
        with form.refusals():
            operations.add_membership(
                user, organisation, Role(form.role.data), by=current_user(), at=clock.now()
            )
            db.session.commit()
            flash(_("The role is added."), "success")
            return redirect(url_for(".show", key=key), code=303)
    shown = [
        membership
        for membership in user.memberships
        if membership.ended_at is None
        and queries.may_in(Permission.SEE_PEOPLE, membership.organisation)
    ]
    page = render_template(
        "accounts/person.html",
        person=user,
        memberships=shown,
        posts=[
            post
            for post in queries.posts_held(user, clock.today())
            if queries.may_in(Permission.SEE_PEOPLE, post.organisation)
        ],
        form=form if manageable else None,
        may_manage=_may_manage(user),
    )
    return page, form.status


def _may_manage(user: Any) -> bool:
    """Every organisation that the person belongs to must be one whose people the viewer manages."""
    return any(membership.ended_at is None for membership in user.memberships) and all(
        queries.may_in(Permission.MANAGE_PEOPLE, membership.organisation)
        for membership in user.memberships
        if membership.ended_at is None
    )


@bp.post("/<uuid:key>/code")
@requires(Permission.MANAGE_PEOPLE)
def make_code(key: UUID) -> Any:
    user = queries.person(key, Permission.MANAGE_PEOPLE)
    if user is None:
        abort(404)
    if not _may_manage(user):
        abort(403)
    secret = credentials.make_one_time_code(user, by=current_user(), at=clock.now())
    db.session.commit()
    return render_template("accounts/code_made.html", person=user, code=secret.text)


@bp.post("/memberships/<uuid:key>/end")
@requires(Permission.MANAGE_PEOPLE)
def end_membership(key: UUID) -> Any:
    membership = scoped_get(Membership, key, Permission.MANAGE_PEOPLE)
    if membership is None or not queries.may_in(Permission.MANAGE_PEOPLE, membership.organisation):
        abort(404)
    operations.end_membership(membership, by=current_user(), at=clock.now())
    db.session.commit()
    flash(_("The role is ended; what was done under it stays on record."), "success")
    return redirect(url_for(".index"), code=303)


@bp.route("/invitations", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def invitations() -> Any:
    form = InviteForm()
    form.offer(queries.organisations_with(Permission.MANAGE_PEOPLE), language())
    link = None
    if form.validate_on_submit():
        organisation = _organisation_for(Permission.MANAGE_PEOPLE, form.organisation.data)
        with form.refusals():
            secret = operations.invite(
                organisation,
                Role(form.role.data),
                name=form.name.data,
                language=form.language.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            base = current_app.config["PUBLIC_URL"].rstrip("/") or request.url_root.rstrip("/")
            link = base + url_for("accounts.invitation", token=secret.text)
    page = render_template(
        "accounts/invitations.html", form=form, link=link, invitations=queries.invitations()
    )
    return page, form.status


@bp.post("/invitations/<uuid:key>/withdraw")
@requires(Permission.MANAGE_PEOPLE)
def withdraw_invitation(key: UUID) -> Any:
    invitation = next((one for one in queries.invitations() if one.id == key), None)
    if invitation is None:
        abort(404)
    operations.withdraw_invitation(invitation, by=current_user(), at=clock.now())
    db.session.commit()
    flash(_("The invitation is withdrawn."), "success")
    return redirect(url_for(".invitations"), code=303)


@organisations.get("/")
def index_of_organisations() -> str:
    return render_template(
        "accounts/organisations.html",
        organisations=queries.directory(),
        may_add=bool(queries.organisations_with(Permission.MANAGE_ORGANISATIONS)),
    )


@organisations.get("/<uuid:key>")
def show_organisation(key: UUID) -> str:
    organisation = queries.organisation(key)
    if organisation is None:
        abort(404)
    belongs = queries.may_in(Permission.BELONG, organisation)
    sees_people = queries.may_in(Permission.SEE_PEOPLE, organisation)
    return render_template(
        "accounts/organisation.html",
        organisation=organisation,
        posts=queries.posts_of(organisation) if belongs else [],
        people=queries.people_of(organisation) if sees_people else [],
        belongs=belongs,
        sees_people=sees_people,
        today=clock.today(),
        competency_titles=competency_titles(),
        below=[one for one in queries.directory() if one.parent_id == organisation.id],
    )


@organisations.route("/<uuid:key>/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATIONS)
def add_organisation(key: UUID) -> Any:
    parent = _organisation_for(Permission.MANAGE_ORGANISATIONS, key)
    form = NewOrganisationForm()
    if form.validate_on_submit():
        with form.refusals():
            made = operations.add_organisation(
                code=form.code.data,
                name=form.name.data.strip(),
                names=form.names,
                kind=OrganisationKind(form.kind.data),
                pcode=form.pcode.data or "",
                country=form.country.data or "",
                parent=parent,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The organisation is added. Add its posts and invite its people."), "success")
            return redirect(url_for(".show_organisation", key=made.id), code=303)
    page = render_template("accounts/organisation_form.html", form=form, parent=parent)
    return page, form.status


@organisations.route("/<uuid:key>/edit", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATIONS)
def edit_organisation(key: UUID) -> Any:
    organisation = _organisation_for(Permission.MANAGE_ORGANISATIONS, key)
    form = OrganisationForm(
        name=organisation.name,
        name_fr=organisation.names.get("fr"),
        name_ar=organisation.names.get("ar"),
        pcode=organisation.pcode,
        country=organisation.country,
    )
    if form.validate_on_submit():
        operations.change_organisation(
            organisation,
            name=form.name.data.strip(),
            names=form.names,
            pcode=form.pcode.data or "",
            country=form.country.data or "",
            by=current_user(),
            at=clock.now(),
        )
        db.session.commit()
        flash(_("The changes are saved."), "success")
        return redirect(url_for(".show_organisation", key=key), code=303)
    page = render_template("accounts/organisation_form.html", form=form, organisation=organisation)
    return page, form.status


@organisations.route("/<uuid:key>/posts/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATIONS)
def add_post(key: UUID) -> Any:
    organisation = _organisation_for(Permission.MANAGE_ORGANISATIONS, key)
    form = PostForm()
    if form.validate_on_submit():
        with form.refusals():
            operations.add_post(
                organisation,
                key=form.key.data,
                titles=form.titles,
                requirements=rules.read_requirements(
                    form.requirements.data or "", competency_titles()
                ),
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The post is added; say who holds it."), "success")
            return redirect(url_for(".show_organisation", key=key), code=303)
    page = render_template(
        "accounts/post_form.html",
        form=form,
        organisation=organisation,
        competency_titles=competency_titles(),
    )
    return page, form.status


def _post_for(key: UUID) -> Post:
    post = queries.post(key)
    if post is None:
        abort(404)
    return post


@organisations.route("/posts/<uuid:key>", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def show_post(key: UUID) -> Any:
    post = _post_for(key)
    form = AppointForm(starts_on=clock.today())
    form.user.choices = [
        SelectChoice(value=str(person.id), label=person.name)
        for person in queries.people(permission=Permission.MANAGE_PEOPLE)
    ]
    if form.validate_on_submit():
        person = queries.person(UUID(form.user.data), Permission.MANAGE_PEOPLE)
        if person is None:
            abort(404)
        with form.refusals():
            operations.appoint(
                post, person, starts_on=form.starts_on.data, by=current_user(), at=clock.now()
            )
            db.session.commit()
            flash(_("The post is taken up."), "success")
            return redirect(url_for(".show_post", key=key), code=303)
        post = _post_for(key)
    page = render_template(
        "accounts/post.html",
        post=post,
        form=form,
        others=[one for one in post.asked if not one.in_force_on(clock.today())],
        leave_form=LeaveForm(formdata=None, ends_on=clock.today()),
        today=clock.today(),
        competency_titles=competency_titles(),
    )
    return page, form.status


@organisations.route("/posts/<uuid:key>/requirements", methods=["GET", "POST"])
@requires(Permission.MANAGE_ORGANISATIONS)
def change_requirements(key: UUID) -> Any:
    """What a post needs from a day on."""
    post = queries.post(key, Permission.MANAGE_ORGANISATIONS)
    if post is None:
        abort(404)
    today = clock.today()
    asked = post.requirements_on(today)
    form = RequirementsForm(
        valid_from=today, requirements="\n".join(f"{key} {level}" for key, level in asked.items())
    )
    if form.validate_on_submit():
        with form.refusals():
            operations.change_requirements(
                post,
                rules.read_requirements(form.requirements.data or "", competency_titles()),
                valid_from=form.valid_from.data,
                reason=form.reason.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The post's needs are changed from the day you chose."), "success")
            return redirect(url_for(".show_post", key=key), code=303)
    page = render_template(
        "accounts/requirements.html",
        form=form,
        post=_post_for(key),
        competency_titles=competency_titles(),
    )
    return page, form.status


@organisations.post("/incumbencies/<uuid:key>/leave")
@requires(Permission.MANAGE_PEOPLE)
def leave_post(key: UUID) -> Any:
    incumbency = db.session.get(Incumbency, key)
    if incumbency is None:
        abort(404)
    post = _post_for(incumbency.post_id)
    form = LeaveForm()
    if not form.validate_on_submit():
        flash(_("Give the last day as a date."), "wrong")
        return redirect(url_for(".show_post", key=post.id), code=303)
    operations.leave(incumbency, ends_on=form.ends_on.data, by=current_user(), at=clock.now())
    db.session.commit()
    flash(
        _("The person leaves the post on that day; the index follows at its next run."), "success"
    )
    return redirect(url_for(".show_post", key=post.id), code=303)
