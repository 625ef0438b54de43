"""The `lms` command: a command parses, calls an operation, commits and prints."""

import sys

import click
from flask.cli import FlaskGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from lms import __version__, settings
from lms.app import create_app
from lms.capacity.cli import index
from lms.demo.cli import demo
from lms.errors import Refused
from lms.serving import serve
from lms.web.refusals import sentence


@click.group(
    cls=FlaskGroup,
    create_app=create_app,
    add_version_option=False,
    add_default_commands=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="lms")
def lms() -> None:
    """Baraza: courses, joint exercises, resource exchanges and a capacity index."""


@lms.command("settings")
def show_settings() -> None:
    """Print every setting, its value and where it came from."""
    for name, value in settings.read_settings().items():
        shown = "(hidden)" if value.setting.kind == "secret" and value.value else value.value
        click.echo(
            f"{settings.PREFIX}{name} = {shown!r}  [{value.origin}]\n    {value.setting.help}"
        )


lms.add_command(demo)
# Here and not with the site's own commands: on plain files it works where there is no site.
lms.add_command(index)
lms.add_command(serve)


def main() -> None:
    """Run the command; an expected fault is one sentence on standard error and exit status 1 or 2."""
    try:
        lms.main(prog_name="lms")
    except settings.SettingsError as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        sys.exit(2)
    except Refused as refused:
        click.echo(sentence(refused), err=True)
        sys.exit(1)
    except (OperationalError, ProgrammingError) as error:
        click.echo(
            f"The database did not answer as expected: {error.orig}. "
            "Is it there, and is the schema up to date? Run 'lms db upgrade'.",
            err=True,
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
