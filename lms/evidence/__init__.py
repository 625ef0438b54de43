"""The append-only facts on which profiles, the capacity index and certificates rest.

A source feature turns a record of its own into `Fact` values and calls `record`. Nothing edits or deletes a
piece of evidence: it is superseded by another or withdrawn with a reason, in a row beside it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register the page of a piece of evidence."""
    from lms.evidence.views import bp

    app.register_blueprint(bp)
