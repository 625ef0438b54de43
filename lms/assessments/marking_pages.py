"""Registers the pages of marking by hand and of regrades, with their places in the bar and their card."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the blueprints, the places and the markers' card."""
    from flask_babel import lazy_gettext as _l

    from lms.assessments import marking_queries, marking_views, observations, regrade_views
    from lms.web.layout import add_card, add_place

    app.register_blueprint(marking_views.bp)
    app.register_blueprint(regrade_views.bp)
    add_card(app, "assessments/marking_card.html", marking_queries.card, 8)
    add_card(app, "assessments/observe_card.html", observations.card, 11)
    add_place(app, _l("Marking"), "marking.queue", "mark", 71, first_for=("evaluator",))
    add_place(app, _l("Regrades"), "regrading.index", "manage-assessments", 77)
