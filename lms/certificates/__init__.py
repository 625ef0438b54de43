"""Certificates: issued once, frozen as issued, verifiable by anybody, revocable and never deleted.

A certificate rests on a completed course whose assessment was passed. What it says is kept as a finished document;
a later change of name, title or template moves neither the file nor the page that verifies it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the award, the holder's and the public pages."""
    from flask_babel import lazy_gettext as _l

    from lms.assessments import dependants
    from lms.certificates import queries, views
    from lms.web.layout import add_card, add_place

    app.register_blueprint(views.bp)
    app.register_blueprint(views.verify_bp)
    add_place(
        app,
        _l("Certificates"),
        "certificates.index",
        "award",
        55,
        first_for=("programme-manager",),
    )
    add_card(app, "certificates/card.html", queries.card, 25)
    dependants.register(app, queries.on_attempts)
