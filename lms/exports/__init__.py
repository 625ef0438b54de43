"""Files, made by plugins: a document is built from the record, an exporter renders it in a job, the file is kept.

An export is wanted in one transaction with its job, shows its progress, can be stopped, and is downloaded
by whoever wanted it. A certificate's file is made once and frozen: each download gives the same bytes.
A course as a book takes a second or two: it is made at the first wish and kept as a file until it changes.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def init_app(app: "Flask") -> None:
    """Register pages, the command and the job's handler."""
    from flask_babel import lazy_gettext as _l

    from lms.exports import book_views, cli, jobs, views
    from lms.jobs.worker import handlers
    from lms.web.layout import add_place

    app.register_blueprint(views.bp)
    app.register_blueprint(views.plugins_bp)
    app.register_blueprint(book_views.bp)
    app.cli.add_command(cli.export)
    app.cli.add_command(cli.show_plugins)
    app.cli.add_command(cli.jobs)
    handlers(app)[jobs.KIND] = jobs.run_export
    add_place(app, _l("Reports"), "exports.index", "export", 60, first_for=("programme-manager",))
    add_place(
        app,
        _l("Plugins"),
        "plugins.index_of_plugins",
        "administer",
        85,
        first_for=("administrator",),
    )
