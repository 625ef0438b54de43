"""What people gained between a baseline and the assessment paired with it, of groups of five and more."""

from flask import Blueprint, abort, render_template

from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.assessments import analysis_charts, analysis_words, gains
from lms.assessments.analysis_pages import title_of
from lms.assessments.analysis_rows import LEAST_SHOWN
from lms.assessments.analysis_views import choice, filter_values
from lms.courses.library import competency_titles
from lms.web.language import in_language

bp = Blueprint("gain", __name__, template_folder="templates", url_prefix="/gain")


@bp.get("/")
@requires(Permission.SEE_RESULTS)
def index() -> str:
    return render_template(
        "assessments/gain_index.html",
        pairs=[
            (pair, in_language(title_of(pair.before)), in_language(title_of(pair.after)))
            for pair in gains.pairs()
        ],
    )


@bp.get("/<key>")
@requires(Permission.SEE_RESULTS)
def show(key: str) -> str:
    pair = gains.pair_with(key)
    if pair is None:
        abort(404)
    chosen = choice(Permission.SEE_RESULTS)
    return render_template(
        "assessments/gain.html",
        pair=pair,
        key=key,
        before=in_language(title_of(pair.before)),
        after=in_language(title_of(pair.after)),
        gain=gains.gain_of(pair, chosen.filters),
        least=LEAST_SHOWN,
        competency_titles=competency_titles(),
        charts=analysis_charts,
        words=analysis_words,
        **filter_values(pair.after, chosen, Permission.SEE_RESULTS),
    )
