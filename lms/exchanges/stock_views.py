"""Stock with its ledger, resource types, and the board of offers and requests."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.db import db
from lms.exchanges import operations, queries
from lms.exchanges import stock as ledgers
from lms.exchanges.forms import (
    NoticeForm,
    OfferForm,
    RequestForm,
    StockForm,
    named,
    resource_type_form,
    texts_of,
    typed,
)
from lms.exchanges.models import Offer, Request
from lms.exchanges.rules import Reason, ResourceKind
from lms.exchanges.views import bp
from lms.web import paging
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number
from lms.web.language import in_language


@bp.get("/stock")
def stock() -> str:
    return render_template("exchanges/stock.html", holdings=queries.holdings())


@bp.get("/stock/<uuid:key>")
def ledger(key: UUID) -> str:
    account = queries.stock_account(key)
    if account is None:
        abort(404)
    number = page_number()
    entries = queries.ledger(account, number)
    return render_template(
        "exchanges/ledger.html",
        account=account,
        balance=ledgers.balances([account.id])[account.id],
        entries=paging.rows_of(entries),
        page=paging.pages_of(entries, number, key=key),
    )


@bp.route("/stock/record", methods=["GET", "POST"])
@requires(Permission.MANAGE_EXCHANGES)
def record_stock() -> Any:
    form: Any = StockForm()
    mine, types = _fill(form)
    if form.validate_on_submit():
        with form.refusals():
            ledgers.record_stock(
                mine[form.organisation.data],
                types[form.resource_type.data],
                form.quantity.data,
                reason=Reason(form.reason.data),
                note=form.note.data or "",
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The stock is on record."), "success")
            return redirect(url_for(".stock"), code=303)
    return _page(form, _("Record stock"), ".stock", bool(types))


@bp.route("/types/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_EXCHANGES)
def add_type() -> Any:
    form: Any = resource_type_form()
    if form.validate_on_submit():
        with form.refusals():
            made = operations.add_resource_type(
                titles=texts_of(form, "title"),
                units=texts_of(form, "unit"),
                kind=ResourceKind(form.kind.data),
                places=int(form.places.data),
                by=current_user(),
                at=clock.now(),
            )
            name = in_language(made.titles)
            db.session.commit()
            flash(
                _("%(name)s can now be offered, requested and kept in stock.", name=name), "success"
            )
            return redirect(url_for(".stock"), code=303)
    return _page(form, _("Add a resource"), ".stock")


@bp.get("/offers")
def offers() -> str:
    today = clock.today()
    return render_template(
        "exchanges/offers.html",
        offers=queries.notices(Offer, today),
        requests=queries.notices(Request, today),
        mine={one.id for one in accounts.organisations_with(Permission.MANAGE_EXCHANGES)},
    )


@bp.route("/offers/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_EXCHANGES)
def offer() -> Any:
    form: Any = OfferForm(from_on=clock.today())
    mine, types = _fill(form)
    if form.validate_on_submit():
        with form.refusals():
            operations.make_offer(
                mine[form.organisation.data],
                types[form.resource_type.data],
                form.quantity.data,
                from_on=form.from_on.data,
                until_on=form.until_on.data,
                note=form.note.data or "",
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("Your offer is on the board. Partners can ask for it."), "success")
            return redirect(url_for(".offers"), code=303)
    return _page(form, _("Make an offer"), ".offers", bool(types))


@bp.route("/requests/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_EXCHANGES)
def ask() -> Any:
    form: Any = RequestForm()
    mine, types = _fill(form)
    if form.validate_on_submit():
        with form.refusals():
            operations.make_request(
                mine[form.organisation.data],
                types[form.resource_type.data],
                form.quantity.data,
                needed_by=form.needed_by.data,
                purpose=form.purpose.data,
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("Your request is on the board. Partners can answer it."), "success")
            return redirect(url_for(".offers"), code=303)
    return _page(form, _("Make a request"), ".offers", bool(types))


@bp.post("/offers/<uuid:key>/close")
def close_offer(key: UUID) -> Any:
    return _close(queries.own_notice(Offer, key), _("The offer is off the board."))


@bp.post("/requests/<uuid:key>/close")
def close_request(key: UUID) -> Any:
    return _close(queries.own_notice(Request, key), _("The request is off the board."))


def _close(notice: Offer | Request | None, message: str) -> Any:
    if notice is None:
        abort(404)
    if not EmptyForm().validate_on_submit():
        abort(400)
    operations.close_notice(notice, by=current_user(), at=clock.now())
    db.session.commit()
    flash(message, "success")
    return redirect(url_for(".offers"), code=303)


def _fill(form: StockForm | NoticeForm) -> tuple[dict, dict]:
    """Give a form its choices; return organisations and types by the value of their choice."""
    mine = accounts.organisations_with(Permission.MANAGE_EXCHANGES)
    types = queries.resource_types()
    form.organisation.choices = named(mine)
    form.resource_type.choices = typed(types)
    return {str(one.id): one for one in mine}, {str(one.id): one for one in types}


def _page(form: Any, title: str, above: str, possible: bool = True) -> tuple[str, int]:
    label = _("Stock") if above == ".stock" else _("Offers and requests")
    trail = [(_("Exchanges"), url_for(".index")), (label, url_for(above))]
    page = render_template(
        "exchanges/form.html", form=form, title=title, trail=trail, no_types=not possible
    )
    return page, form.status
