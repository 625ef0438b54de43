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
        views_compare,
        views_dashboard,
        views_organisation,
        views_own,
        views_what_if,
        views_why,
    )
    from lms.web.layout import add_card, add_place

    pages = (
        views_compare,
        views_dashboard,
        views_organisation,
        views_own,
        views_what_if,
        views_why,
    )
    # Each module of pages hangs its views on one blueprint.
    assert all(module.bp is views.bp for module in pages)
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.index)
    add_place(
        app, _l("Capacity"), "capacity.index", "see-capacity", 50, first_for=("programme-manager",)
    )
    add_card(app, "capacity/card.html", queries.card, 50)
    add_card(app, "capacity/own_card.html", queries.own_card, 50)
