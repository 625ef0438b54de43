"""What every page shares: layout, forms, errors in words, language and direction, headers, places in the bar."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Set up languages, headers, error pages and template globals."""
    from lms.web import errors, headers, incoming, language, layout, questions

    language.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    incoming.init_app(app)
    layout.init_app(app)
    questions.init_app(app)
