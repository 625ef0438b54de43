"""A file of questions brought in, looked at, taken in; a bank taken out as a file."""

from typing import Any
from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from lms import clock
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.courses.library import library
from lms.db import db
from lms.interchange import FORMATS, UnreadableFile
from lms.interchange.limits import MOST_BYTES
from lms.questions import conversion, operations, pictures, queries, rules
from lms.questions.conversion import Reading, Writing
from lms.questions.forms import ImportForm
from lms.questions.models import BankUpload
from lms.questions.views import bank_or_404, bp
from lms.scoring.pictures import names_in
from lms.settings import LANGUAGES
from lms.web.forms import EmptyForm
from lms.web.language import in_language, language

#: Twice what a file may hold: whoever sends too much is told so beside the field, and only far beyond it at once.
MOST_SENT = 2 * MOST_BYTES
#: Lines of each list of a preview.
SHOWN = 100


@bp.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, _values: Any) -> None:
    """Let the one form that takes a file send as much as a file may hold; before anybody reads the form."""
    if endpoint == "questions.bring":
        request.max_content_length = MOST_SENT


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def bring() -> Any:
    bank = request.args.get("bank", "")
    form = ImportForm(bank=bank, language=queries.language_of(bank) or language())
    form.offer(queries.banks())
    if form.validate_on_submit():
        with form.refusals():
            key = form.bank.data or rules.bank_key_of(form.title.data or "")
            upload = operations.keep_upload(
                form.file.data.read(MOST_BYTES + 1),
                bank_key=key,
                title=form.title.data or "",
                file_name=form.file.data.filename or "",
                file_format=form.format.data or "",
                defaults={
                    "language": form.language.data or LANGUAGES[0],
                    "competency": form.competency.data or "",
                    "level": form.level.data or "",
                },
                by=current_user(),
                at=clock.now(),
            )
            db.session.commit()
            return redirect(url_for(".preview", key=upload.id), code=303)
    return render_template("questions/import.html", form=form), form.status


def _upload(key: UUID) -> BankUpload:
    found = queries.upload(key, current_user(), clock.now())
    if found is None:
        abort(404)
    return found


def _reading(upload: BankUpload) -> Reading:
    return conversion.read_file(
        upload.content,
        name=upload.file_name,
        format=upload.file_format or None,
        language=upload.defaults["language"],
        competency=upload.defaults["competency"] or None,
        level=upload.defaults["level"] or None,
    )


@bp.get("/imports/<uuid:key>")
@requires(Permission.MANAGE_ASSESSMENTS)
def preview(key: UUID) -> Any:
    upload = _upload(key)
    if upload.taken_at is not None:
        return redirect(url_for(".show", bank=upload.bank_key), code=303)
    try:
        reading = _reading(upload)
    except UnreadableFile as fault:
        return render_template("questions/unreadable.html", upload=upload, reason=fault), 422
    plan = operations.plan(upload.bank_key, reading, language=upload.defaults["language"])
    is_new = not queries.is_bank(upload.bank_key)
    left_out = rules.by_question(rules.left_out_of(reading.skipped, plan))
    coming = [one.spec for one in (*plan.new, *plan.changed)]
    shown = {name for spec in coming for name in names_in(spec) if name in reading.pictures}
    return render_template(
        "questions/preview.html",
        upload=upload,
        reading=reading,
        plan=plan,
        is_new=is_new,
        bank_title=(upload.title or upload.bank_key)
        if is_new
        else in_language(queries.titles_of(upload.bank_key)),
        left_out=left_out,
        pictures=len(shown),
        unplaced=conversion.unplaced(coming),
        unknown=rules.unknown_competencies(coming, library().competencies),
        format_title=FORMATS[reading.format].title,
        most=SHOWN,
    )


@bp.post("/imports/<uuid:key>")
@requires(Permission.MANAGE_ASSESSMENTS)
def take(key: UUID) -> Any:
    upload = _upload(key)
    if not EmptyForm().validate_on_submit():
        abort(400)
    if upload.taken_at is None:
        at = clock.now()
        try:
            reading = _reading(upload)
        except UnreadableFile:
            return redirect(url_for(".preview", key=key), code=303)
        plan = operations.take_in(
            upload.bank_key,
            reading,
            title=upload.title,
            language=upload.defaults["language"],
            file_name=upload.file_name,
            by=current_user(),
            at=at,
        )
        operations.close_upload(upload, at=at)
        db.session.commit()
        count = len(plan.new) + len(plan.changed)
        flash(
            ngettext(
                "%(num)s question was taken in. It can be drawn from now on.",
                "%(num)s questions were taken in. They can be drawn from now on.",
                count,
            ),
            "success",
        )
    return redirect(url_for(".show", bank=upload.bank_key), code=303)


@bp.post("/imports/<uuid:key>/discard")
@requires(Permission.MANAGE_ASSESSMENTS)
def discard(key: UUID) -> Any:
    upload = _upload(key)
    if not EmptyForm().validate_on_submit():
        abort(400)
    operations.discard_upload(upload)
    db.session.commit()
    flash(_("The file is let go of. No bank has changed."), "success")
    return redirect(url_for(".bring"), code=303)


def _written(bank: str, format_name: str, code: str) -> Writing:
    if format_name not in FORMATS or not FORMATS[format_name].writes:
        abort(404)
    titles, specs = queries.titles_of(bank), queries.questions_of(bank)
    return conversion.write_file(
        specs,
        format=format_name,
        title=titles.get(code) or next(iter(titles.values())),
        language=code,
        key=bank,
        files=pictures.files_of(bank, specs),
    )


def _language_asked(bank: str) -> str:
    chosen = request.args.get("language", "")
    return chosen if chosen in LANGUAGES else queries.language_of(bank) or LANGUAGES[0]


@bp.get("/banks/<bank>/export")
@requires(Permission.MANAGE_ASSESSMENTS)
def export(bank: str) -> str:
    """Show what a format would leave out, before the file is fetched."""
    title = bank_or_404(bank)
    chosen, asked = request.args.get("format", ""), _language_asked(bank)
    written = _written(bank, chosen, asked) if chosen else None
    return render_template(
        "questions/export.html",
        bank=bank,
        title=title,
        formats=[one for one in FORMATS.values() if one.writes],
        chosen=chosen,
        format_title=FORMATS[chosen].title if chosen else "",
        language_chosen=asked,
        written=written,
        left_out=rules.by_question(written.left_out if written else ()),
        most=SHOWN,
    )


@bp.get("/banks/<bank>/file")
@requires(Permission.MANAGE_ASSESSMENTS)
def download(bank: str) -> Response:
    bank_or_404(bank)
    written = _written(bank, request.args.get("format", ""), _language_asked(bank))
    response = Response(written.content, mimetype=written.media_type)
    response.headers.set(
        "Content-Disposition", "attachment", filename=f"{bank}.{written.extension}"
    )
    return response
