"""The framework's pages, and a person's profile: level by competency, read from evidence.

A level is granted by the rule of the framework (`rules.py`), never typed in. Levels show where support helps; they
are never used for discipline or pay, and every page that shows them says so.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the record page, profiles and the framework."""
    from flask_babel import lazy_gettext as _l

    from lms.competencies import queries, views
    from lms.web.layout import add_card, add_place

    app.register_blueprint(views.bp)
    app.extensions["lms.competency-titles"] = queries.titles
    add_place(
        app,
        _l("My record"),
        "competencies.record",
        "belong",
        15,
        first_for=("learner", "evaluator", "liaison-officer"),
    )
    add_card(app, "competencies/card.html", queries.card, 20)
