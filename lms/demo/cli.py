"""`lms demo`: a year of a fictional country, to look around in."""

from datetime import datetime, timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from lms import clock
from lms.demo import cast, story


@click.command("demo")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the demo's year ends; the same day gives the same year. Yesterday without it.",
)
@with_appcontext
def demo(today: datetime | None) -> None:
    """Build the demo in an empty database, through the same services as the pages use.

    A database with people in it is left as it is, so the command may be run again.
    """
    upgrade()
    if story.is_empty():
        with click.progressbar(length=100, label="building a year of Velaria") as bar:

            def progress(title: str, percent: int) -> None:
                bar.label = title
                bar.update(percent - bar.pos)

            # Yesterday: nothing that happened may lie in the future of who looks.
            yesterday = clock.today() - timedelta(days=1)
            story.build(today.date() if today else yesterday, progress)
    else:
        click.echo("The database has people in it already; it is left as it is.")
    names()


def names() -> None:
    """Print whom to sign in as."""
    click.echo(f"\nDatabase: {current_app.config['SQLALCHEMY_DATABASE_URI']}")
    click.echo(f'Sign in with the password "{cast.PASSWORD}" as')
    for sign_in_name, what in cast.SHOWN:
        click.echo(f"  {sign_in_name:<10} {what}")
