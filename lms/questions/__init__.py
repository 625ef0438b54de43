"""Question banks kept by the site, and their way in and out as files of other programs.

A bank that ships, or lies in a folder of the site, is a file and stays one; what is brought in stands beside it
in the database, question by question, each with its versions. Nothing is overwritten and nothing is deleted: a
changed question is the next version, a withdrawn one has an end. Assessments draw from both, as one bank
(`queries.banks_for`).
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the pages, the commands and the place under *More*."""
    from flask_babel import lazy_gettext as _l

    from lms.questions import (
        cli,
        file_views,  # noqa: F401 adds its pages to the blueprint of `views`
        picture_views,  # noqa: F401 likewise
        views,
        words,
    )
    from lms.web import refusals
    from lms.web.layout import add_place

    app.register_blueprint(views.bp)
    refusals.register(words.REFUSALS)
    add_place(app, _l("Question banks"), "questions.index", "manage-assessments", 73)
    app.cli.add_command(cli.questions)
