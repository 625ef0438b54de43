"""What the commands of `lms index` share: options, opening the site, exit statuses, faults."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from flask import current_app
from flask.cli import ScriptInfo

from lms.capacity.plain_files import FileFaults, Inputs, Run, compute_inputs, read_inputs
from lms.errors import Refused
from lms.web.refusals import sentence

#: Exit statuses: done; done, and there is nothing to show or it is not as it should be; not done.
OK, NOTHING, FAULTY = 0, 1, 2
Command = TypeVar("Command", bound=Callable[..., Any])
DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(path_type=Path)


def open_site() -> None:
    """Let the rest of the command use the site; a command on plain files never calls this."""
    if not current_app:
        context = click.get_current_context()
        app = context.ensure_object(ScriptInfo).load_app()
        context.with_resource(app.app_context())


def fail(lines: Iterable[object], status: int = FAULTY) -> NoReturn:
    """Print each line on standard error and leave."""
    for line in lines:
        click.echo(str(line), err=True)
    raise SystemExit(status)


def refuse(refused: Refused) -> NoReturn:
    """Print why an operation was refused, each fault of the evidence on a line of its own, and leave."""
    fail(refused.values.get("faults") or [sentence(refused)])


def as_day(moment: datetime | None) -> date | None:
    """A day as click gives it."""
    return moment.date() if moment else None


def shape_options(command: Command) -> Command:
    """Add ``--json`` and ``--csv``; without them a table is printed."""
    command = click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")(command)
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def one_shape(as_json: bool, as_csv: bool) -> None:
    """Leave when both shapes are asked for."""
    if as_json and as_csv:
        raise click.UsageError("give --json or --csv, not both")


def file_options(command: Command) -> Command:
    """Add ``--observations`` and ``--populations``: plain files in the place of the site."""
    command = click.option(
        "--populations",
        type=FILE,
        metavar="FILE.csv",
        help="Expected number of groups: subject, indicator, population.",
    )(command)
    return click.option(
        "--observations",
        type=FILE,
        metavar="FILE.csv",
        help="Compute from this file; no site is needed then.",
    )(command)


def draw_options(command: Command) -> Command:
    """Add ``--draws`` and ``--seed``."""
    command = click.option(
        "--seed",
        type=click.IntRange(0, 2**64 - 1),
        help="Seed of the draws; without it, from the hashes.",
    )(command)
    return click.option(
        "--draws",
        type=click.IntRange(0, 100_000),
        help="Draws for the intervals; the methodology's without it, 0 for none.",
    )(command)


def plain_inputs(
    methodology: str | None,
    observations: Path,
    populations: Path | None,
    as_of: date | None,
    today: date,
) -> Inputs:
    """Read plain files, or print all their faults and leave with status 2."""
    if methodology is None:
        raise click.UsageError("with --observations, give --methodology FILE too")
    try:
        return read_inputs(Path(methodology), observations, populations, as_of=as_of, today=today)
    except FileFaults as faults:
        fail(faults.problems)


def plain_run(inputs: Inputs, draws: int | None, seed: int | None) -> Run:
    """Compute plain files; what was refused or left out stands on standard error, a line each."""
    run = compute_inputs(inputs, draws=draws, seed=seed)
    for line in run.refused:
        click.echo(line, err=True)
    return run
