"""Signing in and out, one's own account, invitations, language."""

from collections.abc import Hashable, Sequence
from urllib.parse import urlsplit

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts import credentials, operations, queries, words
from lms.accounts import session as sessions
from lms.accounts.forms import AcceptForm, ChangePasswordForm, CodeForm, SignInForm
from lms.accounts.rules import Permission
from lms.accounts.scope import viewer
from lms.accounts.session import Place, current_user, public, signed_in
from lms.db import db
from lms.errors import Refused
from lms.settings import LANGUAGES
from lms.web import layout, refusals
from lms.web.forms import EmptyForm
from lms.web.language import language

bp = Blueprint("accounts", __name__, template_folder="templates")
refusals.register(words.REFUSALS)


@bp.app_context_processor
def shared() -> dict:
    """What the bar and every template ask about the person signed in."""
    person = signed_in()
    places = person.places if person else ()

    def may(permission: str, organisation=None) -> bool:
        who = viewer()
        path = organisation.path if organisation is not None else None
        return who is not None and who.may(Permission(permission), path)

    return {
        "current_user": person,
        "may": may,
        "page_header": lambda: layout.header(
            person.name_in(language()) if person else None,
            _places(places),
            frozenset(who.roots if (who := viewer()) else ()),
            frozenset(one.role for one in places),
        ),
        "my_places": places,
        "role_name": words.role_name,
        "kind_name": words.kind_name,
    }


def _places(places: Sequence[Place]) -> Hashable:
    """What the bar says of somebody's places."""
    said = language()
    return tuple((place.name_in(said), place.role) for place in places)


def safe_address(target: str | None) -> str:
    """An address inside the site, else the home page: a link must not send people elsewhere."""
    if target:
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and target.startswith("/") and "\\" not in target:
            return target if not target.startswith("//") else url_for("home.show")
    return url_for("home.show")


def address_block() -> str:
    """The sender's address block: /24 for IPv4, /48 for IPv6, so that a neighbour's fault costs little."""
    address = request.remote_addr or ""
    parts = address.split(".")
    return ".".join(parts[:3]) if len(parts) == 4 else ":".join(address.split(":")[:3])


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | tuple[str, int]:
    form = SignInForm(next=request.args.get("next", ""))
    status = 200
    if form.validate_on_submit():
        at = clock.now()
        try:
            user = credentials.check_credentials(
                form.sign_in_name.data, form.password.data, address=address_block(), at=at
            )
        except Refused as refused:
            db.session.rollback()
            form.form_errors.append(refusals.sentence(refused))
            return render_template("accounts/sign_in.html", form=form), 429
        if user is not None:
            sessions.sign_in(user, at=at)
            db.session.commit()
            return redirect(safe_address(form.next.data), code=303)
        db.session.commit()
        form.form_errors.append(_("Sign-in name or password is not right."))
        status = 422
    return render_template("accounts/sign_in.html", form=form), max(status, form.status)


@bp.post("/sign-out")
def sign_out() -> Response:
    sessions.sign_out(at=clock.now())
    db.session.commit()
    return redirect(url_for(".sign_in"), code=303)


@bp.post("/language")
@public
def choose_language() -> Response:
    chosen = request.form.get("language")
    if EmptyForm().validate_on_submit() and chosen in LANGUAGES:
        session["language"] = chosen
        if signed_in() is not None:
            current_user().language = chosen
            db.session.commit()
    return redirect(safe_address(request.form.get("next")), code=303)


@bp.get("/about")
@public
def about() -> str:
    return render_template("accounts/about.html")


@bp.route("/account", methods=["GET", "POST"])
def account() -> Response | tuple[str, int]:
    form = ChangePasswordForm()
    user = current_user()
    if form.validate_on_submit():
        with form.refusals():
            at = clock.now()
            credentials.change_password(user, form.old.data, form.password.data, at=at)
            sessions.sign_in(user, at=at)
            db.session.commit()
            flash(_("Your password is changed; every other browser is signed out."), "success")
            return redirect(url_for(".account"), code=303)
    posts = queries.posts_held(user, clock.today())
    return render_template("accounts/account.html", form=form, posts=posts), form.status


@bp.route("/code", methods=["GET", "POST"])
@public
def code() -> Response | tuple[str, int]:
    form = CodeForm()
    if form.validate_on_submit():
        at = clock.now()
        try:
            # A code is guessed against the same counter as a password.
            credentials.check_tries(form.sign_in_name.data, address=address_block(), at=at)
            user = credentials.use_one_time_code(
                form.sign_in_name.data, form.code.data, form.password.data, at=at
            )
        except Refused as refused:
            db.session.rollback()
            if refused.code == "code.wrong":
                credentials.count_failure(form.sign_in_name.data, address=address_block(), at=at)
                db.session.commit()
            form.form_errors.append(refusals.sentence(refused))
            return render_template("accounts/code.html", form=form), 422
        sessions.sign_in(user, at=at)
        db.session.commit()
        flash(_("Your new password is set."), "success")
        return redirect(url_for("home.show"), code=303)
    return render_template("accounts/code.html", form=form), form.status


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def invitation(token: str) -> Response | tuple[str, int]:
    at = clock.now()
    invited = operations.open_invitation(token, at=at)
    form = AcceptForm(name=invited.name)
    if form.validate_on_submit():
        with form.refusals():
            user = operations.accept_invitation(
                token,
                sign_in_name=form.sign_in_name.data,
                name=form.name.data,
                password=form.password.data,
                language=language(),
                at=at,
            )
            sessions.sign_in(user, at=at)
            db.session.commit()
            flash(_("Welcome to %(site)s.", site=current_app.config["SITE_NAME"]), "success")
            return redirect(url_for("home.show"), code=303)
        invited = operations.open_invitation(token, at=at)
    return render_template("accounts/invitation.html", form=form, invited=invited), form.status
