"""Cohorts: people who take a course together, between two days, with a trainer.

A cohort is a group that other features speak of: an assessment may give it more time, its results may be analysed
on their own. It knows nothing of either.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the pages and the place under *More*."""
    from flask_babel import lazy_gettext as _l

    from lms.cohorts import views, words
    from lms.web import refusals
    from lms.web.layout import add_place

    app.register_blueprint(views.bp)
    refusals.register(words.REFUSALS)
    add_place(app, _l("Cohorts"), "cohorts.index", "manage-assessments", 76)
