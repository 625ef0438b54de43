"""Exchanges: the list, proposing one, its story, and each step of either side."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from wtforms.fields import SelectChoice

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import Organisation, User
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.db import db
from lms.errors import Refused
from lms.exchanges import operations, queries, rules, words
from lms.exchanges.forms import (
    ReasonForm,
    named,
    propose_form,
    quantities_form,
    typed,
)
from lms.exchanges.models import Exchange, Offer, Request, ResourceType
from lms.exchanges.rules import DOER, WITH_REASON, ExchangeKind, Side, Step
from lms.web import paging
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number
from lms.web.language import in_language, language, listed

bp = Blueprint("exchanges", __name__, template_folder="templates", url_prefix="/exchanges")
SHOWN = ("open", "turn", "late", "all")


@bp.context_processor
def shared() -> dict[str, Any]:
    """What the feature's templates call things."""
    return {"words": words, "title_of": title_of, "names_seen": names_seen}


def title_of(exchange: Exchange) -> str:
    """What goes from whom to whom, in the reader's language."""
    what = listed(in_language(line.resource_type.titles) for line in exchange.lines)
    return _(
        "%(what)s from %(giver)s to %(receiver)s",
        what=what,
        giver=exchange.giver.name_in(language()),
        receiver=exchange.receiver.name_in(language()),
    )


def names_seen(organisation: Organisation) -> bool:
    """Whether the viewer may read the names of an organisation's people."""
    return accounts.may_in(Permission.SEE_PEOPLE, organisation)


def card(user: User) -> dict[str, Any] | None:
    """What the home page says of exchanges."""
    found = queries.card(user, clock.now())
    return {**found, "title_of": title_of} if found else None


@bp.get("/")
def index() -> str:
    show = request.args.get("show", "open")
    show = show if show in SHOWN else "open"
    organisation_id = request.args.get("organisation", type=UUID)
    number = page_number()
    rows = queries.listing(clock.now(), show=show, organisation_id=organisation_id, page=number)
    return render_template(
        "exchanges/index.html",
        rows=paging.rows_of(rows),
        show=show,
        organisations=accounts.organisations_with(Permission.BELONG),
        organisation_id=organisation_id,
        page=paging.pages_of(rows, number, show=show, organisation=organisation_id),
    )


def notice_asked_for() -> tuple[Offer | None, Request | None]:
    """The offer or request from which an exchange is to be made; a strange one is a 404."""
    found: list[Any] = [None, None]
    models: tuple[tuple[str, Any], ...] = (("offer", Offer), ("request", Request))
    for place, (name, model) in enumerate(models):
        if name in request.args:
            key = request.args.get(name, type=UUID)
            found[place] = queries.notice(model, key) if key else None
            if found[place] is None:
                abort(404)
    return found[0], found[1]


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_EXCHANGES)
def propose() -> Any:
    offer, wanted = notice_asked_for()
    notice = offer or wanted
    directory, types = accounts.directory(), queries.resource_types()
    mine = accounts.organisations_with(Permission.MANAGE_EXCHANGES)
    form = propose_form(rows=1) if notice else propose_form()
    if notice is not None:
        # What the offer or request says already is not asked again.
        mine = [one for one in mine if one.id != notice.organisation_id]
        types = [notice.resource_type]
        del form.side, form.partner
    else:
        form.partner.choices = [SelectChoice(value="", label="–"), *named(directory)]
    form.own.choices = named(mine)
    rows = [name.removeprefix("type_") for name in form.data if name.startswith("type_")]
    for row in rows:
        empty = [] if row == "1" else [SelectChoice(value="", label="–")]
        form[f"type_{row}"].choices = empty + typed(types)
    if notice is not None and request.method == "GET":
        left = notice.quantity - queries.promised([notice])[notice.id]
        form.quantity_1.data = max(left, 0) or None
        form.dispatch_by.data = wanted.needed_by if wanted else None
    if form.validate_on_submit():
        by_id = {str(one.id): one for one in directory}
        own = by_id[form.own.data]
        if notice is None:
            side, partner = Side(form.side.data), by_id[form.partner.data]
        else:
            side, partner = (Side.RECEIVER if offer else Side.GIVER), notice.organisation
        giver, receiver = (own, partner) if side is Side.GIVER else (partner, own)
        with form.refusals():
            lines = _lines(form, rows, {str(one.id): one for one in types})
            exchange = operations.propose_exchange(
                giver=giver,
                receiver=receiver,
                side=side,
                kind=ExchangeKind(form.kind.data),
                lines=lines,
                dispatch_by=form.dispatch_by.data,
                return_by=form.return_by.data,
                offer=offer,
                request=wanted,
                note=form.note.data or "",
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            flash(_("The exchange is proposed. Next: your partner agrees to it."), "success")
            return redirect(url_for(".show", key=exchange.id), code=303)
    page = render_template(
        "exchanges/propose.html",
        form=form,
        rows=rows,
        notice=notice,
        mine=mine,
        types=types,
    )
    return page, form.status


def _lines(
    form: Any, rows: list[str], types: dict[str, ResourceType]
) -> list[tuple[ResourceType, Decimal]]:
    """The lines that were filled in, type and quantity; half a line is refused, not dropped."""
    lines = []
    for row in rows:
        key, quantity = form[f"type_{row}"].data, form[f"quantity_{row}"].data
        if bool(key) != (quantity is not None):
            raise Refused("exchange.half-line", number=row)
        if key:
            lines.append((types[key], quantity))
    return lines


def found_or_404(key: UUID) -> Exchange:
    """An exchange of the viewer's organisations."""
    exchange = queries.find(key)
    if exchange is None:
        abort(404)
    return exchange


def own_sides(exchange: Exchange) -> list[Side]:
    """The sides for which the viewer may act."""
    return queries.sides(exchange, accounts.organisations_with(Permission.MANAGE_EXCHANGES))


def step_or_404(name: str) -> Step:
    """A step by the word in the address."""
    try:
        return Step(name)
    except ValueError:
        abort(404)


@bp.get("/<uuid:key>")
def show(key: UUID) -> str:
    exchange = found_or_404(key)
    figures = queries.figures([exchange])
    story = queries.story(exchange, clock.now())
    sides = own_sides(exchange)
    turns = rules.turns(story)
    return render_template(
        "exchanges/show.html",
        exchange=exchange,
        figures=figures,
        story=story,
        steps=_steps(exchange),
        sides=sides,
        own=[turn for turn in turns if turn.side in sides],
        waited_for=[turn for turn in turns if turn.due and turn.side not in sides],
        movements=queries.movements(exchange),
    )


def _steps(exchange: Exchange) -> list[Step]:
    """The steps of the story: those that belong to it, and the others once somebody took them."""
    path = [Step.AGREE, Step.DISPATCH, Step.RECEIVE]
    if exchange.kind == ExchangeKind.LOAN:
        path += [Step.SEND_BACK, Step.TAKE_BACK]
    taken = {Step(one.step) for one in exchange.confirmations}
    if exchange.state == rules.State.CANCELLED:
        path = []
    else:
        path.append(Step.CLOSE)
    return [step for step in Step if step in taken or step in path]


@bp.route("/<uuid:key>/record/<step>", methods=["GET", "POST"])
def record(key: UUID, step: str) -> Any:
    """Quantities that were dispatched, received, used up, sent back or taken back."""
    exchange, which = found_or_404(key), step_or_404(step)
    if which not in DOER:
        abort(404)
    if DOER[which] not in own_sides(exchange):
        abort(403)
    if request.method == "GET":
        rules.check_turn(queries.story(exchange, clock.now()), which, DOER[which])
    form = quantities_form(which, exchange.lines, queries.figures([exchange]))
    if form.validate_on_submit():
        with form.refusals():
            operations.move(
                exchange,
                which,
                {
                    line.id: form[f"line_{line.id.hex}"].data
                    for line in exchange.lines
                    if f"line_{line.id.hex}" in form
                },
                note=form.note.data if "note" in form else "",
                request_key=form.request_key.data,
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return _back(exchange, which)
    return _form_page(exchange, form, words.RECORD_NAMES[which])


@bp.route("/<uuid:key>/confirm/<step>", methods=["GET", "POST"])
def confirm(key: UUID, step: str) -> Any:
    """A side stands by a step; a loss or a cancellation asks for a reason first."""
    exchange, which = found_or_404(key), step_or_404(step)
    try:
        side = Side(request.args.get("side", ""))
    except ValueError:
        abort(404)
    if side not in own_sides(exchange):
        abort(403)
    if which not in words.CONFIRM_NAMES:
        abort(404)
    if request.method == "GET":
        rules.check_turn(queries.story(exchange, clock.now()), which, side)
    form: Any = ReasonForm() if which in WITH_REASON else EmptyForm()
    if form.validate_on_submit():
        with form.refusals():
            operations.confirm(
                exchange,
                which,
                side,
                note=form.note.data if "note" in form else "",
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return _back(exchange, which)
    return _form_page(exchange, form, words.CONFIRM_NAMES[which])


def _back(exchange: Exchange, step: Step) -> Any:
    flash(str(words.DONE[step]), "success")
    return redirect(url_for(".show", key=exchange.id), code=303)


def _form_page(exchange: Exchange, form: Any, label: Any) -> tuple[str, int]:
    crumbs = [(_("Exchanges"), url_for(".index"))]
    crumbs.append((title_of(exchange), url_for(".show", key=exchange.id)))
    page = render_template("exchanges/form.html", form=form, title=label, trail=crumbs)
    return page, form.status
