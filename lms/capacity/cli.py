"""`lms index`: the capacity index from the site or from plain files."""

from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask.cli import AppGroup

from lms import clock
from lms.capacity import (
    cli_bundle,
    cli_change,
    cli_study,
    console,
    operations,
    printing,
    stored,
)
from lms.capacity.observations import COUNTS_THROUGH_POSTS, GIVEN_TWICE, SMALL_SURVEY
from lms.capacity.reading import without_collecting
from lms.db import db
from lms.errors import Refused

index = AppGroup("index", help="The capacity index: compute, show, explain, compare, verify.")
for command in (
    cli_change.explain,
    cli_change.diff,
    cli_study.sensitivity,
    cli_study.coherence,
    cli_bundle.export,
    cli_bundle.verify,
):
    index.add_command(command)


@index.command("compute", with_appcontext=False)
@click.option(
    "--methodology",
    metavar="FILE|KEY",
    help=f"A file with --observations, else a key of the site; {operations.DEFAULT_METHODOLOGY} without it.",
)
@console.file_options
@click.option(
    "--as-of",
    type=console.DAY,
    help="Day, such as 2026-03-31; without it the newest observed_on of the file, on a site today.",
)
@console.draw_options
@console.shape_options
@without_collecting()
def compute(
    methodology: str | None,
    observations: Path | None,
    populations: Path | None,
    as_of: datetime | None,
    draws: int | None,
    seed: int | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Compute the index as of a day.

    With --observations it is computed from plain files, and nothing else is needed: no site, no database. Without,
    it is computed from the site's evidence and the run is stored.

    Exit status: 0 done; 1 no subject has a value; 2 the methodology is faulty or observations were refused, each
    fault on a line of standard error.

    \b
    Examples:
      lms index compute --methodology ours.yaml --observations ours.csv --json
      lms index compute --as-of 2026-03-31
    """
    console.one_shape(as_json, as_csv)
    if observations is not None:
        inputs = console.plain_inputs(
            methodology, observations, populations, console.as_day(as_of), clock.today()
        )
        run = console.plain_run(inputs, draws, seed)
        if not as_json:
            # In JSON the warnings stand among the rest.
            # Those of a file say themselves that they are warnings, after file and line.
            _warn(
                [*inputs.warnings, *(f"warning: {one['message']}" for one in run.told["warnings"])]
            )
        if run.status != console.FAULTY or as_json:
            _print(run.told, as_json, as_csv)
        _leave(run.told, run.status)
    if populations is not None:
        raise click.UsageError("--populations goes with --observations")
    console.open_site()
    key = methodology or operations.DEFAULT_METHODOLOGY
    if Path(key).suffix in (".yaml", ".yml", ".json"):
        raise click.UsageError(
            f"{key} looks like a file: give --observations FILE.csv too, or the key of a methodology of the site"
        )
    at = clock.now()
    try:
        stored_run = operations.compute_run(
            as_of.date() if as_of else at.date(),
            methodology_key=key,
            draws=draws,
            seed=seed,
            by=None,
            at=at,
        )
    except Refused as refused:
        console.refuse(refused)
    # Before the commit, after which all of it would be read again.
    told = stored.told(stored_run)
    db.session.commit()
    if not as_json:
        for problem in told["problems"]:
            click.echo(f"left out: {problem['message']}", err=True)
        for reason, count in stored.left_out(stored_run).items():
            click.echo(f"not used: {count} ({UNUSED[reason]})", err=True)
    _print(told, as_json, as_csv, f", run {stored_run.id}")
    _leave(told, console.OK if stored.has_value(told) else console.NOTHING)


@index.command("show", with_appcontext=False)
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--organisation", metavar="CODE", help="What the run says of one organisation.")
@click.option("--runs", "list_runs", is_flag=True, help="List the stored runs instead.")
@click.option("--methodology", default=operations.DEFAULT_METHODOLOGY, show_default=True)
@console.shape_options
def show(
    run: str | None,
    organisation: str | None,
    list_runs: bool,
    methodology: str,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show a stored run, or one organisation in it.

    RUN is a day such as 2026-03-31 or the id of a run; the newest without it.

    Exit status: 0 shown; 1 no subject has a value; 2 there is no such run or organisation.
    """
    console.one_shape(as_json, as_csv)
    console.open_site()
    if list_runs:
        _print_runs(methodology, as_json, as_csv)
        return
    try:
        found = stored.find_run(run, methodology)
        told = stored.told(found)
        if organisation is None:
            _print(told, as_json, as_csv, f", run {found.id}")
            _leave(told, console.OK if stored.has_value(told) else console.NOTHING)
        subject = stored.subject_of(told, organisation)
    except Refused as refused:
        console.refuse(refused)
    if as_json:
        printing.print_json(subject)
    elif as_csv:
        printing.print_run_csv({**told, "subjects": [subject]})
    else:
        printing.print_subject(subject, f"as of {told['as_of']}, run {found.id}")
    raise SystemExit(console.OK if subject["value"] is not None else console.NOTHING)


#: Why evidence never became an observation; see `lms.capacity.observations`.
UNUSED = {
    SMALL_SURVEY: "surveys of fewer than five respondents",
    COUNTS_THROUGH_POSTS: "assessments and observed tasks that count through a post",
    GIVEN_TWICE: "given twice",
}


def _print(told: dict[str, Any], as_json: bool, as_csv: bool, more: str = "") -> None:
    if as_json:
        printing.print_json(told)
    elif as_csv:
        printing.print_run_csv(told)
    else:
        printing.print_run_table(told, more)


def _warn(warnings: list[object]) -> None:
    for one in warnings:
        click.echo(str(one), err=True)


def _leave(told: dict[str, Any], status: int) -> NoReturn:
    if status == console.NOTHING:
        click.echo(f"no subject has a value as of {told['as_of']}: too little evidence", err=True)
    raise SystemExit(status)


def _print_runs(methodology: str, as_json: bool, as_csv: bool) -> None:
    rows = [
        {
            "run": str(run.id),
            "as_of": run.as_of.isoformat(),
            "methodology": f"{run.methodology_key} {run.methodology_version}",
            "computed_at": run.computed_at.isoformat(timespec="seconds"),
            "draws": run.draws,
        }
        for run in stored.all_runs(methodology)
    ]
    if as_json:
        printing.print_json(rows)
        return
    columns = ("run", "as_of", "methodology", "computed_at", "draws")
    cells = [[row[name] for name in columns] for row in rows]
    if as_csv:
        printing.print_csv(columns, cells)
    elif rows:
        printing.print_table(columns, [[str(cell) for cell in row] for row in cells])
    else:
        click.echo("no run is stored; 'lms index compute' makes one")
