"""The pictures of a question: seeing them, putting one in, replacing it, describing it, taking it out."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from lms import clock
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.db import db
from lms.errors import Refused
from lms.interchange.limits import MEBIBYTE, MOST_PICTURE_BYTES
from lms.interchange.markup import file_name
from lms.questions import conversion, operations, queries, rules
from lms.questions.pictures import response_of
from lms.questions.views import bank_or_404, bp, media_of
from lms.scoring.pictures import held_in
from lms.web.forms import EmptyForm
from lms.web.refusals import sentence

#: Of what is said of a picture in one language; a longer text belongs into the question.
LONGEST_ALT = 1_000
#: Before the language of a field.
ALT = "alt-"


@bp.get("/pictures/<name>")
@requires(Permission.MANAGE_ASSESSMENTS)
def picture(name: str) -> Response:
    """A picture that the site keeps, for whoever keeps banks."""
    found = response_of(name)
    if found is None:
        abort(404)
    return found


@bp.route("/banks/<bank>/questions/<question>/pictures", methods=["GET", "POST"])
@requires(Permission.MANAGE_ASSESSMENTS)
def edit_pictures(bank: str, question: str) -> Any:
    """Show each place of a question where a picture may stand, with what can be changed there."""
    title = bank_or_404(bank)
    found = queries.question(bank, question)
    if found is None or found[1] is None:
        # A question of the files has its pictures in the folder of its course.
        abort(404)
    form, fault, sent = EmptyForm(), "", ""
    if form.validate_on_submit():
        sent = request.form.get("place", "")
        try:
            changed = _change(bank, question, sent, _languages(found[0]))
            db.session.commit()
        except Refused as refused:
            db.session.rollback()
            fault = sentence(refused)
        else:
            if changed:
                flash(
                    _("The question has a next version. Attempts that hold it keep theirs."),
                    "success",
                )
            return redirect(url_for(".edit_pictures", bank=bank, question=question), code=303)
        found = queries.question(bank, question) or found
    spec, kept = found
    page = render_template(
        "questions/pictures.html",
        bank=bank,
        title=title,
        key=question,
        version=kept.number if kept is not None else 0,
        places=rules.picture_places(spec),
        languages=_languages(spec),
        media=media_of(bank),
        form=form,
        fault=fault,
        sent=sent,
        typed={code: request.form.get(ALT + code, "") for code in _languages(spec)},
        limit=MOST_PICTURE_BYTES // MEBIBYTE,
        longest=LONGEST_ALT,
    )
    return page, 422 if fault or form.errors else 200


def _languages(spec: Mapping[str, Any]) -> list[str]:
    """The languages of a question and of what is said of its pictures."""
    said = [code for part in held_in(spec) for code in part["image"].get("alt") or ()]
    return list(dict.fromkeys([*conversion.languages_of(spec), *said]))


def _change(bank: str, question: str, place: str, languages: Sequence[str]) -> bool:
    """Do what the form asks for; say whether anything changed."""
    version = request.form.get("version", type=int) or 0
    by, at = current_user(), clock.now()
    if request.form.get("do") == "remove":
        return operations.remove_picture(bank, question, place, version=version, by=by, at=at)
    file = request.files.get("file")
    content = file.read(MOST_PICTURE_BYTES + 1) if file is not None and file.filename else None
    return operations.set_picture(
        bank,
        question,
        place,
        version=version,
        content=content,
        file_name=file_name(file.filename or "") if file is not None else "",
        alt={code: request.form.get(ALT + code, "")[:LONGEST_ALT] for code in languages},
        by=by,
        at=at,
    )
