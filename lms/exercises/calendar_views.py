"""Exercises in a calendar: one as a file, one's own as a private address to subscribe to."""

from collections.abc import Iterable
from uuid import UUID

from flask import Response, abort, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from lms import clock
from lms.accounts.session import current_user, public
from lms.content.texts import pick
from lms.db import db
from lms.exercises import feeds, queries
from lms.exercises.calendar import calendar_of
from lms.exercises.models import Exercise
from lms.exercises.views import allow, bp, found_or_404
from lms.web.forms import EmptyForm
from lms.web.language import language


def _answer(exercises: Iterable[Exercise], in_language: str) -> Response:
    base = current_app.config["PUBLIC_URL"].rstrip("/")
    data = calendar_of(
        exercises,
        name=current_app.config["SITE_NAME"],
        title=lambda exercise: pick(exercise.titles, in_language)[0],
        address=lambda exercise: base + url_for(".show", key=exercise.id),
    )
    response = Response(data, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.get("/<uuid:key>/calendar.ics")
def calendar(key: UUID) -> Response:
    exercise, _access = found_or_404(key)
    response = _answer([exercise], language())
    response.headers["Content-Disposition"] = 'attachment; filename="exercise.ics"'
    return response


@bp.get("/feed")
def feed() -> str:
    opened = feeds.open_feed(current_user())
    return render_template("exercises/feed.html", feed=opened, address=None)


@bp.post("/feed/renew")
def renew_feed() -> str:
    """The new address is shown this once: the site keeps only its digest."""
    allow(EmptyForm().validate_on_submit())
    token = feeds.renew_feed(current_user(), at=clock.now())
    db.session.commit()
    address = current_app.config["PUBLIC_URL"].rstrip("/") + url_for(".private_feed", token=token)
    opened = feeds.open_feed(current_user())
    return render_template("exercises/feed.html", feed=opened, address=address)


@bp.post("/feed/revoke")
def revoke_feed() -> AnyResponse:
    allow(EmptyForm().validate_on_submit())
    feeds.revoke_feed(current_user(), at=clock.now())
    db.session.commit()
    flash(_("The private address leads nowhere now."), "success")
    return redirect(url_for(".feed"), code=303)


@bp.get("/feed/<token>.ics")
@public
def private_feed(token: str) -> Response:
    user = feeds.user_of(token)
    if user is None:
        abort(404)
    return _answer(queries.own_exercises(user), user.language)
