"""Banks, their questions, and one question with all its languages and versions."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import get_translations
from flask_babel import gettext as _

from lms import clock
from lms.accounts.rules import Permission
from lms.accounts.session import current_user, requires
from lms.courses.library import competency_titles, framework
from lms.db import db
from lms.questions import conversion, operations, queries, showing, titles, words
from lms.scoring.pictures import is_described, is_kept
from lms.web import paging
from lms.web.forms import EmptyForm
from lms.web.incoming import page_number
from lms.web.language import Reader, direction, in_language
from lms.web.questions import Drawing

bp = Blueprint("questions", __name__, template_folder="templates", url_prefix="/questions")


@bp.context_processor
def shared() -> dict[str, Any]:
    """What the feature's templates call things."""
    return {
        "type_name": words.type_name,
        "direction_of": direction,
        "is_described": is_described,
    }


def bank_or_404(key: str) -> str:
    """The title of a bank in the reader's language."""
    if not queries.is_bank(key):
        abort(404)
    return in_language(queries.titles_of(key), queries.language_of(key) or "en")


def media_of(bank: str) -> Callable[[str], str]:
    """What tells the address of a picture of a bank's questions: the site keeps it, or it is the course's."""
    return lambda name: (
        url_for("questions.picture", name=name)
        if is_kept(name)
        else url_for("learning.media", key=bank, name=name)
    )


def level_names() -> dict[str, str]:
    """Levels by key, in the reader's language."""
    return {level.key: in_language(level.title) for level in framework().levels}


@bp.get("/")
@requires(Permission.MANAGE_ASSESSMENTS)
def index() -> str:
    return render_template("questions/index.html", banks=queries.banks())


@bp.get("/banks/<bank>")
@requires(Permission.MANAGE_ASSESSMENTS)
def show(bank: str) -> str:
    title = bank_or_404(bank)
    kind, competency = request.args.get("type", ""), request.args.get("competency", "")
    search, number = request.args.get("q", "").strip()[:100], page_number()
    found = queries.entries(
        bank, kind=kind, competency=competency, search=search, page=number, size=paging.SIZE
    )
    kinds, competencies, has_open = queries.kinds_and_competencies(bank)
    return render_template(
        "questions/bank.html",
        bank=bank,
        title=title,
        language_of_bank=queries.language_of(bank),
        entries=paging.rows_of(found),
        kinds=kinds,
        competencies=competencies,
        has_open=has_open,
        chosen={"type": kind, "competency": competency, "q": search},
        titles=competency_titles(),
        levels=level_names(),
        page=paging.pages_of(
            found,
            number,
            bank=bank,
            type=kind or None,
            competency=competency or None,
            q=search or None,
        ),
    )


@bp.get("/banks/<bank>/questions/<question>")
@requires(Permission.MANAGE_ASSESSMENTS)
def show_question(bank: str, question: str) -> str:
    title = bank_or_404(bank)
    now = queries.question(bank, question)
    versions = queries.versions_of(bank, question)
    wanted = request.args.get("version", type=int)
    older = next((one for one in versions if one.number == wanted), None)
    if (now is None and older is None) or (wanted is not None and older is None):
        abort(404)
    spec, kept = (older.spec, older) if older is not None else now or ({}, None)
    tags = spec.get("tags") or []
    return render_template(
        "questions/question.html",
        bank=bank,
        title=title,
        key=question,
        spec=spec,
        question_title=titles.title_of(tags),
        tags=[tag for tag in tags if titles.title_of([tag]) == ""],
        kept=kept,
        is_open=now is not None and (kept is None or kept.ended_at is None),
        in_a_file=queries.is_in_a_file(bank, question),
        drawings={
            code: Drawing(Reader(code, get_translations()))
            for code in conversion.languages_of(spec)
        },
        media=media_of(bank),
        shown=showing.shown(spec),
        versions=versions,
        names=queries.names_seen({one.by_id for one in versions if one.by_id}),
        uses=queries.uses_of(bank, spec),
        titles=competency_titles(),
        levels=level_names(),
    )


@bp.post("/banks/<bank>/questions/<question>/withdraw")
@requires(Permission.MANAGE_ASSESSMENTS)
def withdraw(bank: str, question: str) -> Any:
    bank_or_404(bank)
    if not EmptyForm().validate_on_submit():
        abort(400)
    operations.withdraw_question(bank, question, by=current_user(), at=clock.now())
    db.session.commit()
    if queries.is_in_a_file(bank, question):
        flash(_("The question is withdrawn. The one of the files is asked again."), "success")
    else:
        flash(
            _("The question is withdrawn: it is drawn no more. Attempts that hold it keep it."),
            "success",
        )
    return redirect(url_for(".show", bank=bank), code=303)
