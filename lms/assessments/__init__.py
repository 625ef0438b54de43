"""Assessments: attempts drawn from banks by rule, marked by the server, and practical observations.

The attempt is created at start, with its questions frozen as shown; the deadline is the server's; answers are kept
as they are given. A finished attempt ends in evidence, one piece for each competency; so does an observed task,
and so does work that a supervisor confirmed.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register pages, the job that closes overdue attempts, and the records behind evidence."""
    from flask import url_for
    from flask_babel import lazy_gettext as _l

    from lms.assessments import (
        analysis_views,
        assessing_views,
        cli,
        confirmation_views,
        confirming,
        cut_score_views,
        gain_views,
        jobs,
        marking_pages,
        observation_views,
        picture_views,  # noqa: F401 adds its page to the blueprint of `views`
        queries,
        views,
    )
    from lms.evidence.queries import register_record
    from lms.jobs.worker import handlers
    from lms.web.layout import add_card, add_place

    for pages in (
        views,
        assessing_views,
        analysis_views,
        cut_score_views,
        gain_views,
        observation_views,
        confirmation_views,
    ):
        app.register_blueprint(pages.bp)
    marking_pages.init_app(app)
    app.cli.add_command(cli.assessments)
    handlers(app)[jobs.KIND] = jobs.close_overdue
    register_record(app, "attempt", lambda key: url_for("assessments.result", key=key))
    register_record(app, "observation", lambda key: url_for("observations.show", key=key))
    register_record(app, confirming.RECORD, lambda key: url_for("confirmations.show", key=key))
    add_card(app, "assessments/card.html", queries.card, 12)
    add_place(app, _l("Results"), "assessments.results", "see-results", 72, first_for=("trainer",))
    add_place(app, _l("Item analysis"), "analysis.index", "manage-assessments", 75)
    add_place(app, _l("Cut scores"), "cut_scores.index", "mark", 78)
    add_place(app, _l("Gain"), "gain.index", "see-results", 79)
    add_place(app, _l("Confirm work"), "confirmations.index", "confirm-work", 76)
    add_place(
        app, _l("Practical tasks"), "observations.index", "observe", 74, first_for=("evaluator",)
    )
