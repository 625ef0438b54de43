"""Published versions of the content: which course stands at which version, and how its lessons are shown.

Files stay the source and are never written to. Publishing stores a version, so that an enrolment knows which
lessons it was about, whatever the files say later.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Read the content once, and register its commands."""
    from lms.courses import cli, library, translation_cli

    library.init_app(app)
    # For every page that names a competency, also those of floors below: `evidence` knows keys alone.
    app.jinja_env.globals["competency_title"] = library.competency_title
    app.cli.add_command(cli.content)
    app.cli.add_command(translation_cli.i18n)
