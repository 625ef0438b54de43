"""The page of one piece of evidence, and withdrawing it."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from lms import clock
from lms.accounts.queries import may_in
from lms.accounts.rules import Permission
from lms.accounts.session import current_user
from lms.db import db
from lms.evidence import operations, queries, words
from lms.web import refusals
from lms.web.forms import WithdrawForm

bp = Blueprint("evidence", __name__, template_folder="templates", url_prefix="/evidence")
refusals.register(words.REFUSALS)


@bp.route("/<uuid:key>", methods=["GET", "POST"])
def show(key: UUID) -> Response | tuple[str, int]:
    piece = queries.get(key)
    if piece is None:
        abort(404)
    may_withdraw = piece.end is None and may_in(Permission.ADMINISTER, piece.organisation)
    form = WithdrawForm() if may_withdraw else None
    if form and form.validate_on_submit():
        with form.refusals():
            operations.withdraw(piece, reason=form.reason.data, by=current_user(), at=clock.now())
            db.session.commit()
            flash(_("The evidence is withdrawn; the next index run leaves it out."), "success")
            return redirect(url_for(".show", key=key), code=303)
    page = render_template(
        "evidence/show.html",
        piece=piece,
        kind=words.KIND_NAMES.get(piece.kind, piece.kind),
        record=queries.record_address(piece),
        form=form,
    )
    return page, form.status if form else 200
