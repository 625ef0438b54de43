"""`lms index sensitivity` and `coherence`: what moves the index, and whether its indicators belong together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from lms import clock
from lms.capacity import console, operations, printing, stored
from lms.errors import Refused
from lms.index import Coherence, Methodology, Result, Sensitivity, Sobol
from lms.index import coherence as coherence_of
from lms.index import sensitivity as sensitivity_of

KINDS = {
    "weights": "weights",
    "aggregation": "aggregation",
    "normalisation": "normalisation",
    "inclusion": "leaving an indicator out",
    "data": "data",
}


@dataclass(frozen=True, slots=True)
class Studied:
    """What a study is made of: plain files, or a stored run with its inputs."""

    methodology: Methodology
    observations: Any
    populations: Mapping[tuple[str, str], Any]
    as_of: date
    seed: int | None = None
    run: Result | None = None


def _studied(
    run: str | None,
    methodology: str | None,
    observations: Path | None,
    populations: Path | None,
    as_of: date | None,
) -> Studied:
    """Read plain files, or find the stored run; every fault ends the command with status 2."""
    if observations is not None:
        if run is not None:
            raise click.UsageError("give a stored RUN or --observations, not both")
        inputs = console.plain_inputs(methodology, observations, populations, as_of, clock.today())
        computed = console.plain_run(inputs, 0, None)
        if computed.status == console.FAULTY:
            raise SystemExit(console.FAULTY)
        return Studied(
            inputs.methodology.methodology,
            inputs.table.columns,
            inputs.counts,
            inputs.as_of,
            run=computed.result,
        )
    if populations is not None or as_of is not None:
        raise click.UsageError("--populations and --as-of go with --observations")
    console.open_site()
    try:
        found = stored.find_run(run, methodology or operations.DEFAULT_METHODOLOGY)
        result = stored.result_of(found)
        rows, counts = stored.inputs_of(found)
    except Refused as refused:
        console.refuse(refused)
    return Studied(result.methodology, rows, counts, found.as_of, result.seed, result)


@click.command("sensitivity")
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--methodology", metavar="FILE|KEY", help="A file with --observations, else a key.")
@console.file_options
@click.option("--as-of", type=console.DAY, help="With --observations: day, such as 2026-03-31.")
@click.option("--organisation", metavar="CODE", help="What moves the value of one organisation.")
@click.option("--base", type=click.IntRange(2, 16_384), default=1024, show_default=True)
@click.option("--seed", type=click.IntRange(0, 2**64 - 1), help="Without it, that of the run.")
@console.shape_options
def sensitivity(
    run: str | None,
    methodology: str | None,
    observations: Path | None,
    populations: Path | None,
    as_of: datetime | None,
    organisation: str | None,
    base: int,
    seed: int | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Say which choices and which data move the index (Sobol' indices).

    Of a stored RUN (a day or an id; the newest without it), or of plain files with --observations. "First" is what
    a factor does alone, "total" with all it does together with others. Without --organisation the table is of the
    shift of ranks. CSV holds a line for each organisation and factor; lines without an organisation are of ranks.

    Exit status: 0 done; 1 no subject has a value; 2 there is no such run or organisation, or files are faulty.
    """
    console.one_shape(as_json, as_csv)
    studied = _studied(run, methodology, observations, populations, console.as_day(as_of))
    found = sensitivity_of(
        studied.methodology,
        studied.observations,
        as_of=studied.as_of,
        base=base,
        seed=studied.seed if seed is None else seed,
        populations=studied.populations,
    )
    if organisation is not None and organisation not in found.subjects:
        console.fail(
            [f"{organisation} has no value here; these have one: {', '.join(found.subjects)}"]
        )
    if as_json:
        printing.print_json(found.to_mapping())
    elif as_csv:
        printing.print_csv(FACTOR_COLUMNS, _factor_rows(found, organisation))
    else:
        _print_factors(found, organisation, studied.as_of)
    if not found.subjects:
        console.fail(["no subject has a value, so that nothing moves it"], console.NOTHING)


FACTOR_COLUMNS = (
    *("subject", "factor", "key", "first", "first_low", "first_high"),
    *("total", "total_low", "total_high"),
)


def _factor_rows(found: Sensitivity, organisation: str | None) -> Iterable[list[Any]]:
    studied: list[tuple[str, Sobol]] = [("", found.rank_shift)]
    studied += zip(found.subjects, found.indices, strict=True)
    for subject, sobol in studied:
        if organisation in (None, subject):
            for at, factor in enumerate(found.factors):
                yield [
                    *(subject, factor.kind, factor.key),
                    *(float(sobol.first[at]), *map(float, sobol.first_interval[at])),
                    *(float(sobol.total[at]), *map(float, sobol.total_interval[at])),
                ]


def _print_factors(found: Sensitivity, organisation: str | None, as_of: date) -> None:
    sobol = found.of(organisation) if organisation else found.rank_shift
    what = f"the value of {organisation}" if organisation else "the mean shift of ranks"
    click.echo(
        f"What moves {what}, as of {as_of} ({len(found.subjects)} subjects, base {found.base}):"
    )
    if not organisation and found.subjects:
        click.echo(f"mean shift of ranks over the samples: {found.mean_rank_shift:.2f} places")
    if sobol.no_variance:
        click.echo("Nothing moves it: it is the same in every sample.")
        return
    order = sorted(range(len(found.factors)), key=lambda at: -float(sobol.total[at]))
    printing.print_table(
        ("factor", "of", "first", "very likely", "total", "very likely"),
        [
            (
                KINDS.get(found.factors[at].kind, found.factors[at].kind),
                found.factors[at].key or printing.DASH,
                f"{sobol.first[at]:.2f}",
                _ends(sobol.first_interval[at]),
                f"{sobol.total[at]:.2f}",
                _ends(sobol.total_interval[at]),
            )
            for at in order
        ],
    )


def _ends(interval: Any) -> str:
    low, high = map(float, interval)
    return f"{low:.2f} – {high:.2f}"


@click.command("coherence")
@click.argument("run", required=False, metavar="[RUN]")
@click.option("--methodology", metavar="FILE|KEY", help="A file with --observations, else a key.")
@console.file_options
@click.option("--as-of", type=console.DAY, help="With --observations: day, such as 2026-03-31.")
@console.shape_options
def coherence(
    run: str | None,
    methodology: str | None,
    observations: Path | None,
    populations: Path | None,
    as_of: datetime | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Say whether the indicators belong together: correlations, alpha, effective weights.

    Of a stored RUN (a day or an id; the newest without it), or of plain files with --observations. JSON holds
    every figure; CSV a line for each indicator. A low alpha is no fault where indicators are meant to differ.

    Exit status: 0 done; 1 too few subjects to say; 2 there is no such run, or files are faulty.
    """
    console.one_shape(as_json, as_csv)
    studied = _studied(run, methodology, observations, populations, console.as_day(as_of))
    assert studied.run is not None
    found = coherence_of(studied.run)
    if as_json:
        printing.print_json(found.to_mapping())
    elif as_csv:
        printing.print_csv(INDICATOR_COLUMNS, _indicator_rows(found))
    else:
        click.echo(f"As of {studied.as_of}, {found.subjects} subjects with a value.")
        for one in found.findings:
            click.echo(f"- {one.sentence}")
        if found.enough:
            printing.print_table(
                ("indicator", "nominal", "effective", "with the index", "loading"),
                [
                    (
                        str(key),
                        printing.hundred(nominal),
                        printing.hundred(effective),
                        f"{with_index:.2f}",
                        f"{loading:.2f}",
                    )
                    for key, nominal, effective, with_index, loading in _indicator_rows(found)
                ],
            )
    raise SystemExit(console.OK if found.enough else console.NOTHING)


INDICATOR_COLUMNS = ("indicator", "nominal", "effective", "with_index", "loading")


def _indicator_rows(found: Coherence) -> list[tuple[str, float, float, float, float]]:
    columns = (found.nominal, found.effective, found.with_index, found.loadings)
    return [
        (key, *(float(column[at]) for column in columns))  # type: ignore[misc]
        for at, key in enumerate(found.indicators)
    ]
