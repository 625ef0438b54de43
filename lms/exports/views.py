"""Wanting, watching, fetching files; the administrators' page of plugins."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.certificates import queries as certificates
from lms.db import db
from lms.exports import documents, operations, queries, words
from lms.jobs import operations as jobs
from lms.jobs.models import RUNNING, WAITING
from lms.settings import LANGUAGES
from lms.web import refusals
from lms.web.forms import EmptyForm, Form
from lms.web.language import LANGUAGE_NAMES, in_language, language

bp = Blueprint("exports", __name__, template_folder="templates", url_prefix="/exports")
plugins_bp = Blueprint("plugins", __name__, template_folder="templates", url_prefix="/plugins")
refusals.register(words.REFUSALS)


class _WantForm(Form):
    exporter = SelectField(_l("Format"), [InputRequired()])
    organisation = SelectField(_l("Organisation"), [InputRequired()])
    language = SelectField(
        _l("Language"),
        choices=[SelectChoice(value=code, label=LANGUAGE_NAMES[code]) for code in LANGUAGES],
    )
    request_key = HiddenField(validators=[InputRequired(), Length(max=64)])

    def offer(self, kind: str, permission: Permission) -> None:
        self.exporter.choices = [
            SelectChoice(value=name, label=in_language(one.title))
            for name, one in queries.exporters(kind).items()
        ]
        self.organisation.choices = [
            SelectChoice(value=one.code, label=one.name_in(language()))
            for one in accounts.organisations_with(permission)
        ]


class ReportForm(_WantForm):
    """A capacity report."""


class TableForm(_WantForm):
    dataset = SelectField(
        _l("Data"),
        [InputRequired()],
        choices=[SelectChoice(value=key, label=label) for key, label in words.DATASETS.items()],
    )


def _forms() -> tuple[ReportForm, TableForm]:
    wanted = request.args.get("organisation", "")
    chosen = next(
        (
            one.code
            for one in accounts.organisations_with(Permission.EXPORT)
            if str(one.id) == wanted
        ),
        None,
    )
    common = {"language": language(), "request_key": uuid4().hex, "organisation": chosen}
    report, table = ReportForm(prefix="report", **common), TableForm(prefix="table", **common)
    report.offer(documents.CAPACITY_REPORT, Permission.SEE_CAPACITY)
    table.offer(documents.TABLE, Permission.EXPORT)
    return report, table


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.EXPORT)
def index() -> Any:
    report, table = _forms()
    form, kind = (
        (table, documents.TABLE)
        if "table-exporter" in request.form
        else (report, documents.CAPACITY_REPORT)
    )
    if request.method == "POST" and form.validate():
        with form.refusals():
            export = _want(form, kind)
            db.session.commit()
            flash(_("The file is being made. This page shows how far it is."), "success")
            return redirect(url_for(".show", key=export.id), code=303)
    page = render_template(
        "exports/index.html",
        report=report,
        table=table,
        exports=queries.mine(),
        states=words.JOB_STATES,
        titles={name: in_language(one.title) for name, one in queries.exporters().items()},
    )
    return page, max(report.status, table.status) if request.method == "POST" else 200


def _want(form: _WantForm, kind: str) -> Any:
    organisation = accounts.organisation_by_code(form.organisation.data)
    parameters = {"organisation": form.organisation.data}
    if isinstance(form, TableForm):
        parameters["dataset"] = form.dataset.data
    return operations.want(
        operations.exporter_named(form.exporter.data),
        kind,
        parameters,
        options={},
        language=form.language.data,
        organisation_id=organisation.id if organisation else None,
        request_key=form.request_key.data,
        by=current_user(),
        at=clock.now(),
    )


@bp.post("/certificates/<uuid:key>")
def certificate(key: UUID) -> Any:
    """Want the PDF of a certificate that one holds or awards: made once, the same for everybody."""
    found = certificates.get(key)
    exporters = queries.exporters(documents.CERTIFICATE)
    if found is None or not EmptyForm().validate_on_submit():
        abort(404)
    if not exporters:
        flash(_("No plugin that makes certificates is active; ask the administrator."), "wrong")
        return redirect(url_for("certificates.show", key=key), code=303)
    export = operations.want(
        next(iter(exporters.values())),
        documents.CERTIFICATE,
        {"code": found.code},
        options={},
        language=found.language,
        organisation_id=found.organisation_id,
        request_key=f"certificate:{found.code}",
        by=current_user(),
        at=clock.now(),
    )
    db.session.commit()
    return redirect(url_for(".show", key=export.id), code=303)


def _own(key: UUID) -> Any:
    export = queries.get(key)
    if export is None:
        abort(404)
    return export


@bp.get("/<uuid:key>")
def show(key: UUID) -> str:
    export = _own(key)
    exporter = queries.exporters().get(export.exporter)
    return render_template(
        "exports/show.html",
        export=export,
        title=in_language(exporter.title) if exporter else export.exporter,
        state=words.JOB_STATES[export.job.state],
        going=export.job.state in (WAITING, RUNNING),
    )


@bp.get("/<uuid:key>/file")
def download(key: UUID) -> Response:
    export = _own(key)
    if export.file is None:
        abort(404)
    response = Response(export.file.content, mimetype=export.file.media_type)
    response.headers.set("Content-Disposition", "attachment", filename=export.file.filename)
    return response


@bp.post("/<uuid:key>/stop")
def stop(key: UUID) -> Any:
    export = _own(key)
    if EmptyForm().validate_on_submit():
        jobs.want_cancelled(export.job, at=clock.now())
        db.session.commit()
        flash(_("The export is stopped."), "success")
    return redirect(url_for(".show", key=key), code=303)


@bp.post("/<uuid:key>/again")
def again(key: UUID) -> Any:
    export = _own(key)
    if EmptyForm().validate_on_submit():
        jobs.start_again(export.job, at=clock.now())
        db.session.commit()
    return redirect(url_for(".show", key=key), code=303)


@plugins_bp.get("/")
@requires(Permission.ADMINISTER)
def index_of_plugins() -> str:
    return render_template(
        "exports/plugins.html",
        plugins=queries.plugins(),
        states=words.PLUGIN_STATES,
        exporters=queries.exporters(),
    )
