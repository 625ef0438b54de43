"""Enrolments and progress: an official enrols, reads lessons, marks them done and resumes where they left off.

It ends in the completion of a course; what somebody can do is shown by assessments and exercises, not by reading.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the catalogue, lessons and what is heard from assessments."""
    from flask_babel import lazy_gettext as _l

    from lms.learning import listeners, queries, views
    from lms.web.layout import add_card, add_place

    app.register_blueprint(views.bp)
    listeners.connect()
    add_place(
        app,
        _l("Courses"),
        "learning.catalogue",
        "belong",
        10,
        first_for=("learner", "trainer", "evaluator", "liaison-officer"),
    )
    add_card(app, "learning/card.html", queries.card, 10)
