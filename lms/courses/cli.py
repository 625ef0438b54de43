"""`lms content`: check the files, publish what changed."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from lms import clock
from lms.content.check import check
from lms.content.sources import Roots, roots_in
from lms.courses import operations
from lms.db import db

content = AppGroup("content", help="Check and publish courses, banks, templates and methodologies.")


@content.command("check", with_appcontext=True)
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def check_content(folder: Path | None) -> None:
    """Print every fault as 'file:line: what is wrong, what was expected'; exit 1 if there is one.

    FOLDER holds curricula/ and assessments/, which are checked together with what the site has. Without it the
    site's own content is checked.
    """
    roots: Roots = current_app.extensions["lms.content-roots"]
    if folder is not None:
        if not folder.is_dir():
            raise click.ClickException(f"{folder}: there is no such folder")
        more = roots_in(folder)
        if not (more.curricula or more.assessments):
            raise click.ClickException(
                f"{folder}: expected a folder with curricula/ or assessments/ in it"
            )
        if not set(more.curricula) & set(roots.curricula):
            roots = Roots(
                (*roots.curricula, *more.curricula), (*roots.assessments, *more.assessments)
            )
    problems = check(roots)
    for problem in problems:
        click.echo(str(problem))
    errors = [problem for problem in problems if problem.severity == "error"]
    warnings = len(problems) - len(errors)
    click.echo(
        f"{len(errors)} faults, {warnings} warnings" if problems else "no faults", err=bool(errors)
    )
    sys.exit(1 if errors else 0)


@content.command("publish", with_appcontext=True)
def publish_content() -> None:
    """Publish every course whose files changed; people who are enrolled keep their version."""
    published = operations.publish_all(by=None, at=clock.now())
    db.session.commit()
    for version in published:
        click.echo(f"{version.course_key} {version.version}: {len(version.lessons)} lessons")
    if not published:
        click.echo("nothing has changed")
