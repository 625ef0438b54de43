"""What people record of one another that levels ask for: partner surveys, coaching, improvements.

Each record ends in evidence: a survey once it is recorded, an improvement once the joint committee confirmed it,
coaching once it is confirmed and whoever was coached is a practitioner. Nothing is deleted: a record is withdrawn
with a reason, and its evidence with it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register pages, the home card, and the record behind evidence; listen to evidence."""
    from flask import url_for

    from lms.evidence.queries import register_record
    from lms.level_records import listeners, queries, views
    from lms.level_records.models import RECORD
    from lms.web.layout import add_card

    app.register_blueprint(views.bp)
    listeners.connect()
    register_record(app, RECORD, lambda key: url_for("level_records.show", key=key))
    add_card(app, "level_records/card.html", queries.card, 14)
