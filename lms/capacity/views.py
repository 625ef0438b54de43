"""What the capacity pages share, the evidence behind a number, and computing a run."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import InputRequired

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.models import Organisation
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.capacity import charts, operations, queries, words
from lms.capacity.fault_words import observation_faults
from lms.capacity.models import IndexRun
from lms.capacity.reason_words import flag_words
from lms.db import db
from lms.errors import Refused
from lms.evidence import words as evidence_words
from lms.web import refusals
from lms.web.forms import Form
from lms.web.language import in_language

bp = Blueprint("capacity", __name__, template_folder="templates", url_prefix="/capacity")
refusals.register(words.REFUSALS)


class ComputeForm(Form):
    as_of = DateField(_l("As of"), [InputRequired()])


@bp.context_processor
def shared() -> dict[str, Any]:
    return {
        "hundred": words.hundred,
        "band_name": words.band_name,
        "flag_words": flag_words,
        "charts": charts,
    }


def chosen_run(found: list[IndexRun]) -> IndexRun | None:
    """The run asked for in the address, else the newest; 404 for one that is not there."""
    wanted = request.args.get("run")
    if not wanted:
        return found[0] if found else None
    run = next((one for one in found if str(one.id) == wanted), None)
    if run is None:
        abort(404)
    return run


@bp.post("/compute")
@requires(Permission.COMPUTE_INDEX)
def compute() -> Any:
    form = ComputeForm()
    if not form.validate_on_submit():
        flash(_("Give the day as a date, such as 2026-03-31."), "wrong")
        return redirect(url_for(".index"), code=303)
    try:
        run = operations.compute_run(form.as_of.data, by=current_user(), at=clock.now())
    except Refused as refused:
        if "codes" in refused.values:
            # The engine speaks English; a page speaks to its reader.
            told = observation_faults(refused.values["codes"])
            refused = Refused("index.refused", problems=told)
        flash(refusals.sentence(refused), "wrong")
        return redirect(url_for(".index"), code=303)
    db.session.commit()
    flash(_("The index is computed and stored."), "success")
    return redirect(url_for(".index", run=run.id), code=303)


def organisation_of(key: UUID) -> Organisation:
    """The organisation, if the viewer may see its capacity; else 404."""
    organisation = accounts.organisation(key)
    if organisation is None or not accounts.may_in(Permission.SEE_CAPACITY, organisation):
        abort(404)
    return organisation


def titles_in(run: IndexRun) -> dict[str, str]:
    """Titles of a run's dimensions and indicators in the reader's language, by key."""
    return {k: in_language(texts) for k, texts in queries.titles_of(run.methodology).items()}


@bp.get("/organisations/<uuid:key>/indicators/<indicator>")
@requires(Permission.SEE_CAPACITY)
def indicator(key: UUID, indicator: str) -> str:
    organisation = organisation_of(key)
    run = chosen_run(queries.runs())
    value = queries.value_of(run, organisation) if run else None
    if run is None or value is None:
        abort(404)
    told = next((one for one in value.detail["indicators"] if one["key"] == indicator), None)
    if told is None:
        abort(404)
    titles = queries.titles_of(run.methodology)
    return render_template(
        "capacity/indicator.html",
        organisation=organisation,
        run=run,
        told=told,
        title=in_language(titles[indicator]),
        evidence=queries.evidence_behind(value, told["observations"]),
        kinds=evidence_words.KIND_NAMES,
        sees_people=accounts.may_in(Permission.SEE_RESULTS, organisation),
    )
