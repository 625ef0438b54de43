"""People and organisations: who somebody is, where they work, and what they may do there.

Organisations form a tree; a membership gives a role that holds for an organisation and all below it. Posts say
which competency levels an office needs, incumbencies who holds it and since when. `scope.py` is the one place
in which a query is narrowed to what the person asking may see; `session.py` knows who is asking.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the pages and the guard that asks who is there before each view."""
    from flask_babel import lazy_gettext as _l

    from lms.accounts import cli, people_views, session, views
    from lms.web.layout import add_place

    session.init_app(app)
    app.cli.add_command(cli.people)
    app.register_blueprint(views.bp)
    app.register_blueprint(people_views.bp)
    app.register_blueprint(people_views.organisations)
    add_place(
        app, _l("People"), "people.index", "see-people", 70, first_for=("trainer", "administrator")
    )
    add_place(
        app,
        _l("Organisations"),
        "organisations.index_of_organisations",
        "belong",
        75,
        first_for=("administrator",),
    )
