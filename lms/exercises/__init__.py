"""Joint exercises: planned by two or more organisations, run from a list of injects, rated objective by objective.

An exercise is made from a template whose texts are frozen into it. Its injects are offsets from the start, so that
they move with it. Evaluators rate each objective P, S, M, U or not observed; a rating by somebody of the rated
organisation does not count for that organisation. Closing turns the ratings into evidence, and corrective actions
done by their day, or not, are evidence too.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register pages, the place in the bar, the home card, the overdue job and the record behind evidence."""
    from flask import url_for
    from flask_babel import lazy_gettext as _l

    from lms.evidence.queries import register_record
    from lms.exercises import (
        calendar_views,  # noqa: F401 adds its pages to the blueprint of `views`
        conduct_views,  # noqa: F401 the same
        evaluation_views,  # noqa: F401 the same
        jobs,
        views,
        words,
    )
    from lms.jobs.worker import handlers
    from lms.web import refusals
    from lms.web.layout import add_card, add_place

    app.register_blueprint(views.bp)
    refusals.register(words.REFUSALS)
    handlers(app)[jobs.KIND] = jobs.record_overdue
    register_record(app, "exercise", lambda key: url_for("exercises.show", key=key))
    add_place(
        app,
        _l("Exercises"),
        "exercises.index",
        "belong",
        30,
        first_for=("learner", "evaluator", "trainer", "liaison-officer"),
    )
    add_card(app, "exercises/card.html", views.card, 30)
