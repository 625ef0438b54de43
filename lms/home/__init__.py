"""The first page after signing in: what is due, what goes on, what was earned. Features offer its cards."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the page."""
    from lms.home.views import bp

    app.register_blueprint(bp)
