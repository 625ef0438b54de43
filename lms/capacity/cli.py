"""`lms index`: compute a run and print the table."""

import json
from datetime import datetime

import click
from flask.cli import AppGroup
from sqlalchemy.orm import joinedload

from lms import clock
from lms.accounts.scope import everywhere
from lms.capacity import operations
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.words import band_name, hundred
from lms.db import db

index = AppGroup("index", help="The capacity index of organisations.")


@index.command("compute")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day, such as 2026-03-31; today without it."
)
@click.option("--methodology", default=operations.DEFAULT_METHODOLOGY, show_default=True)
@click.option("--draws", type=click.IntRange(0, 100_000), help="Draws for the intervals.")
@click.option(
    "--seed", type=click.IntRange(0), help="Seed of the draws; without it, from the hashes."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compute(
    as_of: datetime | None, methodology: str, draws: int | None, seed: int | None, as_json: bool
) -> None:
    """Compute the index as of a day, store the run and print the table."""
    at = clock.now()
    run = operations.compute_run(
        as_of.date() if as_of else at.date(),
        methodology_key=methodology,
        draws=draws,
        seed=seed,
        by=None,
        at=at,
    )
    db.session.commit()
    values = _values(run)
    if as_json:
        click.echo(json.dumps(_told(run, values), ensure_ascii=False, indent=1))
    else:
        _print(run, values)
    if not any(value.value is not None for value in values):
        click.echo("no organisation has a value: too little evidence by that day", err=True)
        raise SystemExit(1)


def _values(run: IndexRun) -> list[IndexValue]:
    statement = (
        everywhere(IndexValue)
        .where(IndexValue.run_id == run.id)
        .options(joinedload(IndexValue.organisation))
    )
    rows = db.session.scalars(statement)
    return sorted(rows, key=lambda row: (row.value is None, -(row.value or 0)))


def _told(run: IndexRun, values: list[IndexValue]) -> dict:
    return {
        "methodology": {
            "key": run.methodology_key,
            "version": run.methodology_version,
            "hash": run.methodology_hash,
        },
        "as_of": run.as_of.isoformat(),
        "evidence_hash": run.evidence_hash,
        "seed": int(run.seed),
        "draws": run.draws,
        "algorithm": run.algorithm,
        "unknown_error": run.unknown_error,
        "subjects": [value.detail for value in values],
        "problems": run.problems,
    }


def _print(run: IndexRun, values: list[IndexValue]) -> None:
    click.echo(f"{run.methodology_key} {run.methodology_version}, as of {run.as_of}, run {run.id}")
    click.echo(f"{'organisation':<34}{'index':>7}{'90 % interval':>17}{'coverage':>10}  band")
    for value in values:
        interval = f"{hundred(value.low)} – {hundred(value.high)}" if value.low is not None else "–"
        click.echo(
            f"{value.organisation.code:<34}{hundred(value.value):>7}{interval:>17}"
            f"{hundred(value.coverage):>10}  {band_name(value.band)}"
        )
    for problem in run.problems:
        click.echo(f"left out: {problem['message']}", err=True)
