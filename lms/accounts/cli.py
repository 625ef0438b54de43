"""`lms people`: the first administrator of an empty site, and one-time codes from the server's console."""

import click
from flask.cli import AppGroup

from lms import clock
from lms.accounts import credentials, operations
from lms.accounts.queries import organisation_by_code
from lms.accounts.rules import OrganisationKind, Role
from lms.db import db

people = AppGroup("people", help="People, from the server's console.")


@people.command("first-administrator")
@click.option("--sign-in-name", required=True)
@click.option("--name", required=True, help="As certificates and lists show it.")
@click.option(
    "--organisation", required=True, help="Name of the organisation at the top of the tree."
)
@click.option("--code", default="programme", show_default=True, help="Its permanent code.")
def first_administrator(sign_in_name: str, name: str, organisation: str, code: str) -> None:
    """Add an organisation and its administrator, and print a one-time code to choose a password."""
    at = clock.now()
    body = organisation_by_code(code) or operations.add_organisation(
        code=code, name=organisation, kind=OrganisationKind.TRAINING_INSTITUTION, by=None, at=at
    )
    user = operations.add_user(sign_in_name=sign_in_name, name=name, by=None, at=at)
    operations.add_membership(user, body, Role.ADMINISTRATOR, by=None, at=at)
    secret = credentials.make_one_time_code(user, by=None, at=at)
    db.session.commit()
    click.echo(f"{secret.text}  (at /code, valid for 24 hours)")


@people.command("code")
@click.argument("sign_in_name")
def make_code(sign_in_name: str) -> None:
    """Print a one-time code for somebody who cannot sign in; it ends all their sign-ins."""
    user = credentials.find_by_sign_in_name(sign_in_name)
    if user is None:
        raise click.ClickException(f"nobody has the sign-in name {sign_in_name}")
    secret = credentials.make_one_time_code(user, by=None, at=clock.now())
    db.session.commit()
    click.echo(f"{secret.text}  (at /code, valid for 24 hours)")
