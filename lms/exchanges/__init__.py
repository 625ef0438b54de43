"""Resource exchanges: offers and requests, loans and donations between two organisations, and their stock.

Stock is a double-entry ledger: what leaves one account enters another, nothing is edited, and a balance is always
the sum of movements. Both sides confirm each step of an exchange. Closing one turns it into evidence: whether it
was dispatched and returned in time, and how complete it was.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register pages, the place in the bar, the home card and the record behind evidence."""
    from flask import url_for
    from flask_babel import lazy_gettext as _l

    from lms.evidence.queries import register_record
    from lms.exchanges import (
        stock_views,  # noqa: F401 adds its pages to the blueprint of `views`
        views,
        words,
    )
    from lms.web import refusals
    from lms.web.layout import add_card, add_place

    app.register_blueprint(views.bp)
    refusals.register(words.REFUSALS)
    register_record(app, "exchange", lambda key: url_for("exchanges.show", key=key))
    add_place(
        app,
        _l("Exchanges"),
        "exchanges.index",
        "manage-exchanges",
        40,
        first_for=("programme-manager", "liaison-officer"),
    )
    add_card(app, "exchanges/card.html", views.card, 40)
