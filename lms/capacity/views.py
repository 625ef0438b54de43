"""Dashboard, one organisation, the evidence behind a number, and computing a run."""

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
from lms.capacity.models import IndexRun
from lms.db import db
from lms.evidence import words as evidence_words
from lms.web import refusals
from lms.web.forms import Form
from lms.web.language import direction, in_language, language

bp = Blueprint("capacity", __name__, template_folder="templates", url_prefix="/capacity")
refusals.register(words.REFUSALS)


class ComputeForm(Form):
    as_of = DateField(_l("As of"), [InputRequired()])


@bp.context_processor
def shared() -> dict[str, Any]:
    return {"hundred": words.hundred, "band_name": words.band_name, "charts": charts}


def _chosen_run(found: list[IndexRun]) -> IndexRun | None:
    wanted = request.args.get("run")
    if not wanted:
        return found[0] if found else None
    run = next((one for one in found if str(one.id) == wanted), None)
    if run is None:
        abort(404)
    return run


@bp.get("/")
@requires(Permission.SEE_CAPACITY)
def index() -> str:
    found = queries.runs()
    run = _chosen_run(found)
    values = queries.values_of(run) if run else []
    titles = queries.titles_of(run.methodology) if run else {}
    bars = charts.bars(
        [
            (
                row.organisation.name_in(language()),
                row.value,
                row.low,
                row.high,
                words.hundred(row.value),
                words.band_name(row.band),
            )
            for row in values
        ],
        mirrored=direction() == "rtl",
    )
    return render_template(
        "capacity/index.html",
        runs=found,
        run=run,
        values=values,
        bars=bars,
        histories=queries.histories(found[:12]) if found else {},
        titles={key: in_language(texts) for key, texts in titles.items()},
        methodology=in_language(queries.methodology_title(run.methodology_key)) if run else "",
        form=ComputeForm(formdata=None, as_of=clock.today()),
    )


@bp.post("/compute")
@requires(Permission.COMPUTE_INDEX)
def compute() -> Any:
    form = ComputeForm()
    if not form.validate_on_submit():
        flash(_("Give the day as a date, such as 2026-03-31."), "wrong")
        return redirect(url_for(".index"), code=303)
    run = operations.compute_run(form.as_of.data, by=current_user(), at=clock.now())
    db.session.commit()
    flash(_("The index is computed and stored."), "success")
    return redirect(url_for(".index", run=run.id), code=303)


def _organisation(key: UUID) -> Organisation:
    organisation = accounts.organisation(key)
    if organisation is None or not accounts.may_in(Permission.SEE_CAPACITY, organisation):
        abort(404)
    return organisation


@bp.get("/organisations/<uuid:key>")
@requires(Permission.SEE_CAPACITY)
def show(key: UUID) -> str:
    organisation = _organisation(key)
    found = queries.runs()
    run = _chosen_run(found)
    value = queries.value_of(run, organisation) if run else None
    titles = (
        {k: in_language(texts) for k, texts in queries.titles_of(run.methodology).items()}
        if run
        else {}
    )
    mirrored = direction() == "rtl"
    profile = []
    if value is not None:
        profile = charts.bars(
            [
                (
                    titles.get(one["key"], one["key"]),
                    one["value"],
                    one["low"],
                    one["high"],
                    words.hundred(one["value"]),
                    "",
                )
                for one in value.detail["dimensions"]
            ],
            mirrored=mirrored,
        )
    return render_template(
        "capacity/organisation.html",
        organisation=organisation,
        run=run,
        runs=found,
        value=value,
        profile=profile,
        titles=titles,
        sentences=words.sentences(value.detail, titles) if value else [],
        history=queries.history(organisation, found),
    )


@bp.get("/organisations/<uuid:key>/indicators/<indicator>")
@requires(Permission.SEE_CAPACITY)
def indicator(key: UUID, indicator: str) -> str:
    organisation = _organisation(key)
    run = _chosen_run(queries.runs())
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
