"""Item analysis: the assessments, one of them with its questions, one question, and the table as a file."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for

from lms import clock
from lms.accounts import queries as accounts
from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.assessments import (
    analysis,
    analysis_charts,
    analysis_pages,
    analysis_rows,
    analysis_table,
    cut_score_queries,
    gains,
    queries,
)
from lms.assessments import analysis_words as words
from lms.assessments.analysis_pages import Choice, NoSuchFilter
from lms.assessments.rules import spec_for_marking
from lms.scoring import question_type
from lms.scoring.language_difference import ENOUGH_IN_GROUP
from lms.web.language import in_language

bp = Blueprint("analysis", __name__, template_folder="templates", url_prefix="/analysis")

#: Where a question is regraded, if the site has such a page.
REGRADE = "regrading.regrade"


def choice(permission: Permission) -> Choice:
    """The filters of this request; what they name and the viewer does not see is not there."""
    try:
        return analysis_pages.choice_of(request.args, permission)
    except NoSuchFilter:
        abort(404)


def filter_values(key: str, chosen: Choice, permission: Permission) -> dict[str, Any]:
    """What the filter of a page offers."""
    return {
        "chosen": chosen,
        "which_words": words.WHICH,
        "languages_sat": analysis.languages_of(key),
        "language_name": words.language_name,
        "cohorts": analysis_pages.cohorts(permission),
        "organisations": accounts.organisations_with(Permission.SEE_RESULTS),
    }


def _title(key: str) -> str:
    found = analysis_pages.title_of(key)
    if found is None:
        abort(404)
    return in_language(found)


@bp.get("/")
@requires(Permission.MANAGE_ASSESSMENTS)
def index() -> str:
    counted = analysis.counted_assessments()
    titles = {key: analysis_pages.title_of(key) or {"en": key} for key, *_counts in counted}
    return render_template(
        "assessments/analysis_index.html",
        rows=[(key, in_language(titles[key]), *counts) for key, *counts in counted],
        least=analysis_rows.LEAST_SHOWN,
    )


@bp.get("/<key>")
@requires(Permission.MANAGE_ASSESSMENTS)
def show(key: str) -> str:
    title, chosen = _title(key), choice(Permission.MANAGE_ASSESSMENTS)
    sat = analysis_rows.read(key, chosen.filters)
    return render_template(
        "assessments/analysis_show.html",
        key=key,
        title=title,
        report=analysis_pages.report_of(key, sat) if sat.shown else None,
        sat=sat,
        least=analysis_rows.LEAST_SHOWN,
        enough=ENOUGH_IN_GROUP,
        charts=analysis_charts,
        words=words,
        pair=gains.pair_with(key),
        rounds=cut_score_queries.rounds_of(key),
        **filter_values(key, chosen, Permission.MANAGE_ASSESSMENTS),
    )


@bp.get("/<key>/table.csv")
@requires(Permission.MANAGE_ASSESSMENTS)
def table(key: str) -> Response:
    _title(key)
    sat = analysis_rows.read(key, choice(Permission.MANAGE_ASSESSMENTS).filters)
    if not sat.shown:
        abort(404)
    body = analysis_table.written(analysis_pages.report_of(key, sat))
    name = f"{key}-{clock.today():%Y-%m-%d}.csv"
    return Response(
        body,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/<key>/questions/<question>")
@requires(Permission.MANAGE_ASSESSMENTS)
def question(key: str, question: str) -> str:
    title, chosen = _title(key), choice(Permission.MANAGE_ASSESSMENTS)
    sat = analysis_rows.read(key, chosen.filters, choices_of=[question])
    if question not in sat.keys:
        abort(404)
    found = None
    if sat.shown:
        report = analysis_pages.report_of(key, sat, options_of=[question])
        found = analysis_pages.question_of(report, question)
    held = sat.questions[sat.keys.index(question)]
    spec = held["spec"]
    kind, marked_by = question_type(spec["type"]), spec_for_marking(held)
    # After a regrade it may be marked as another type than it was asked as.
    judged = question_type(marked_by["type"])
    return render_template(
        "assessments/analysis_question.html",
        key=key,
        title=title,
        spec=spec,
        lines=judged.review(marked_by, {}, None, judged.mark(marked_by, None)),
        presentation=kind.present(spec, {}, None),
        found=found,
        least=analysis_rows.LEAST_SHOWN,
        enough=ENOUGH_IN_GROUP,
        charts=analysis_charts,
        words=words,
        chosen=chosen,
        language_name=words.language_name,
        media=queries.media_of(queries.assessment(key), [spec]),
        regrade=_regrade(key, question),
    )


def _regrade(key: str, question: str) -> str | None:
    if REGRADE not in current_app.view_functions:
        return None
    return url_for(REGRADE, key=key, question=question)
