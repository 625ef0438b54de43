"""Awarding and revoking; the holder's list; the public page that verifies."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from lms import clock
from lms.accounts.queries import may_in
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, public, requires
from lms.certificates import operations, queries, rules, words
from lms.certificates.models import Certificate
from lms.db import db
from lms.web import refusals
from lms.web.forms import EmptyForm, Form
from lms.web.language import language

bp = Blueprint("certificates", __name__, template_folder="templates", url_prefix="/certificates")
verify_bp = Blueprint("verify", __name__, template_folder="templates", url_prefix="/verify")
refusals.register(words.REFUSALS)


class RevokeForm(Form):
    reason = TextAreaField(_l("Why it is revoked"), [InputRequired(), Length(max=1000)])


class CodeForm(Form):
    code = StringField(_l("Code on the certificate"), [InputRequired(), Length(max=60)])

    class Meta(Form.Meta):
        csrf = False


def _shown(certificates: list[Certificate]) -> list[tuple[Certificate, rules.State]]:
    today = clock.today()
    return [(one, one.state(today)) for one in certificates]


@bp.get("/")
@requires(Permission.AWARD)
def index() -> str:
    return render_template(
        "certificates/index.html",
        eligible=queries.eligible(),
        issued=_shown(queries.issued()),
        doubtful=queries.to_be_looked_at(),
        states=words.STATES,
    )


@bp.get("/mine")
def mine() -> str:
    return render_template(
        "certificates/mine.html",
        certificates=_shown(queries.of_person(current_user())),
        states=words.STATES,
    )


@bp.post("/award/<uuid:enrolment_key>")
@requires(Permission.AWARD)
def award(enrolment_key: UUID) -> Any:
    enrolment = queries.enrolment(enrolment_key)
    if enrolment is None or not may_in(Permission.AWARD, enrolment.organisation):
        abort(404)
    if not EmptyForm().validate_on_submit():
        abort(400)
    certificate = operations.award(
        enrolment, language=enrolment.user.language or language(), by=current_user(), at=clock.now()
    )
    db.session.commit()
    flash(_("The certificate is issued. Print it or send its address."), "success")
    return redirect(url_for(".show", key=certificate.id), code=303)


@bp.route("/<uuid:key>", methods=["GET", "POST"])
def show(key: UUID) -> Any:
    certificate = queries.get(key)
    if certificate is None:
        abort(404)
    awards = may_in(Permission.AWARD, certificate.organisation)
    form = RevokeForm() if awards and certificate.ended_at is None else None
    if form and form.validate_on_submit():
        with form.refusals():
            operations.revoke(
                certificate, reason=form.reason.data, by=current_user(), at=clock.now()
            )
            db.session.commit()
            flash(_("The certificate is revoked; its public page says so from now on."), "success")
            return redirect(url_for(".show", key=key), code=303)
    page = render_template(
        "certificates/show.html",
        certificate=certificate,
        state=certificate.state(clock.today()),
        states=words.STATES,
        code=rules.shown_code(certificate.code),
        form=form,
        awards=awards,
    )
    return page, form.status if form else 200


@verify_bp.get("/")
@public
def ask() -> Any:
    form = CodeForm(request.args)
    if request.args.get("code") is not None and form.validate():
        code = rules.normal_code(form.code.data)
        return redirect(url_for(".show_verified", code=code or "unknown"), code=303)
    return render_template("certificates/ask.html", form=form)


@verify_bp.get("/<code>")
@public
def show_verified(code: str) -> Any:
    certificate = queries.by_code(rules.normal_code(code))
    state = certificate.state(clock.today()) if certificate else None
    document = certificate.document if certificate else {}
    page = render_template(
        "certificates/verify.html",
        certificate=certificate,
        document=document,
        state=state,
        states=words.STATES,
        issued_on=date.fromisoformat(document["issued_on"]) if document else None,
        successor_code=certificate.successor.code
        if certificate is not None and certificate.successor is not None
        else None,
    )
    return page, 200 if certificate else 404
