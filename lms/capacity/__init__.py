"""The capacity index of organisations: runs, dashboard, and every number opened into its evidence.

`observations.py` maps evidence and posts to observations (pure); `lms.index` computes; a run
is stored with the hashes that make it repeatable. Nothing here holds a formula of the index.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the dashboard and the command."""
    from flask_babel import lazy_gettext as _l

    from lms.capacity import (
        cli,
        queries,
        views,
        views_checks,  # noqa: F401
        views_compare,  # noqa: F401
        views_dashboard,  # noqa: F401
        views_organisation,  # noqa: F401
        views_own,  # noqa: F401
        views_what_if,  # noqa: F401
        views_why,  # noqa: F401
    )
    from lms.web.layout import add_card, add_place

    # Modules named views_… add their pages to the blueprint of `views`.
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.index)
    add_place(
        app, _l("Capacity"), "capacity.index", "see-capacity", 50, first_for=("programme-manager",)
    )
    add_card(app, "capacity/card.html", queries.card, 50)
    add_card(app, "capacity/own_card.html", queries.own_card, 50)
