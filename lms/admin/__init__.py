"""The administrator's page: what was done by whom, jobs that wait or failed, faulty content."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the page."""
    from flask_babel import lazy_gettext as _l

    from lms.admin.views import bp
    from lms.web.layout import add_place

    app.register_blueprint(bp)
    add_place(app, _l("Site"), "admin.site", "administer", 80, first_for=("administrator",))
