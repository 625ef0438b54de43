"""`lms index explain` and `lms index diff`: what changed between two runs, or between two methodologies."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from lms import clock
from lms.capacity import console, operations, printing, stored
from lms.capacity.method_change import field_changes, subject_changes
from lms.capacity.models import IndexRun
from lms.capacity.observation_files import ObservationTable
from lms.capacity.plain_files import FileFaults, Inputs, read_methodologies
from lms.capacity.queries import titles_of
from lms.capacity.reading import observed_on
from lms.capacity.reasons import reasons
from lms.errors import Refused
from lms.index import Change, Explanation, Methodology, compare, compute
from lms.index import explain as explain_runs

CAUSES = {
    "expired": "evidence that expired",
    "decayed": "evidence that grew older",
    "corrected": "evidence corrected or withdrawn",
    "incumbent": "incumbents who came or left",
    "post": "posts made, closed or changed",
    "new": "new evidence",
}


@click.command("explain")
@click.argument("organisation", metavar="CODE")
@click.option("--from", "earlier", metavar="RUN", help="Earlier run: a day or an id.")
@click.option("--to", "later", metavar="RUN", help="Later run: a day or an id.")
@click.option("--methodology", default=operations.DEFAULT_METHODOLOGY, show_default=True)
@console.shape_options
def explain(
    organisation: str,
    earlier: str | None,
    later: str | None,
    methodology: str,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Explain why an organisation's index changed between two stored runs.

    Without --from and --to these are the runs of the two newest days; with --to alone, that run and the one
    before it. The parts add up to the difference; causes within an indicator add up to its part.

    Exit status: 0 explained; 1 one of the runs has no value, so that only indicators that came or went are listed;
    2 there is no such run or organisation.
    """
    console.one_shape(as_json, as_csv)
    console.open_site()
    try:
        run_a, run_b = _two_runs(earlier, later, methodology)
        told, change = _explained(run_a, run_b, organisation)
    except Refused as refused:
        console.refuse(refused)
    if as_json:
        runs = {name: _run_told(run) for name, run in (("run_a", run_a), ("run_b", run_b))}
        ends = {name: getattr(change, name) for name in ("low", "high", "said")}
        printing.print_json({**runs, **told.to_mapping(), **ends})
    elif as_csv:
        printing.print_csv(PART_COLUMNS, _part_rows(told))
    else:
        _print_explanation(told, change, run_a, run_b)
    raise SystemExit(console.NOTHING if told.difference is None else console.OK)


def _two_runs(
    earlier: str | None, later: str | None, methodology: str
) -> tuple[IndexRun, IndexRun]:
    if earlier is None and later is None:
        return stored.last_two(methodology)
    run_b = stored.find_run(later, methodology)
    if earlier is not None:
        return stored.find_run(earlier, methodology), run_b
    return stored.run_before(run_b), run_b


def _explained(run_a: IndexRun, run_b: IndexRun, organisation: str) -> tuple[Explanation, Change]:
    result_a, result_b = stored.result_of(run_a), stored.result_of(run_b)
    known = {*result_a.subjects, *result_b.subjects}
    if organisation not in known:
        raise Refused("index.no-such-subject", code=organisation, known=sorted(known)[:20])
    observations_a, populations_a = stored.inputs_of(run_a)
    observations_b, populations_b = stored.inputs_of(run_b)
    told = explain_runs(
        result_a,
        result_b,
        organisation,
        observations_a,
        observations_b,
        populations_a,
        populations_b,
        reasons(run_a, run_b, observations_a, observations_b),
    )
    return told, compare(result_a, result_b)[organisation]


def _run_told(run: IndexRun) -> dict[str, Any]:
    return {
        "run": str(run.id),
        "as_of": run.as_of.isoformat(),
        "methodology": f"{run.methodology_key} {run.methodology_version}",
    }


PART_COLUMNS = ("part", "dimension", "cause", "change", "points", "before", "after", "came", "went")


def _part_rows(told: Explanation) -> list[list[Any]]:
    """Method, others, each indicator, and below an indicator its causes; points in 0 … 1."""
    rows: list[list[Any]] = [
        [name, "", "", "", part, None, None, None, None]
        for name, part in (("method", told.method), ("others", told.others))
    ]
    for one in told.indicators:
        came, went = len(one.arrived), len(one.departed)
        ends = [one.part, one.before, one.after, came, went]
        rows.append([one.key, one.dimension, "", one.change, *ends])
        rows += [
            [
                one.key,
                one.dimension,
                cause.name,
                "",
                cause.part,
                cause.before,
                cause.after,
                None,
                None,
            ]
            for cause in one.causes
        ]
    return rows


def _print_explanation(told: Explanation, change: Change, run_a: IndexRun, run_b: IndexRun) -> None:
    days = f"from {run_a.as_of} to {run_b.as_of}"
    if told.difference is None:
        ends = f"{printing.hundred(told.value_a)} to {printing.hundred(told.value_b)}"
        click.echo(f"{told.subject}: {ends}, {days}; without both values there are no parts")
        for name, keys in (("appeared", told.appeared), ("went", told.disappeared)):
            if keys:
                click.echo(f"indicators that {name}: {', '.join(keys)}")
        return
    points = told.points()
    titles = titles_of(run_b.methodology)
    total = sum(points.values())
    click.echo(
        f"{told.subject} {change.said or 'went'} from {printing.hundred(told.value_a)}"
        f" to {printing.hundred(told.value_b)} ({total:+.1f}), {days}."
    )
    if change.low is not None:
        ends = f"{printing.hundred(change.low, True)} to {printing.hundred(change.high, True)}"
        # 'Rose' and 'fell' are said only where the interval leaves 0 out (section 9 of the specification).
        chance = "" if change.said else "; it may be chance"
        click.echo(f"The difference is very likely {ends}{chance}.")
    parts = [
        f"{point:+.1f} {_named(key, titles)}"
        for key, point in sorted(points.items(), key=lambda pair: -abs(pair[1]))
        if point
    ]
    if parts:
        click.echo(f"Of these points: {'; '.join(parts)}.")
    click.echo()
    rows = []
    for what, dimension, cause, kind, part, before, after, came, went in _part_rows(told):
        if what in ("method", "others") and not part:
            continue
        name = f"  {CAUSES.get(cause, cause)}" if cause else what
        counts = f"{came} came, {went} went" if came or went else kind or printing.DASH
        ends = f"{printing.hundred(before)} → {printing.hundred(after)}"
        shown = printing.DASH if before is None and after is None else ends
        rows.append(
            (name, dimension if not cause else "", printing.hundred(part, True), shown, counts)
        )
    printing.print_table(("part", "dimension", "points", "indicator", "evidence"), rows)


def _named(key: str, titles: Mapping[str, Mapping[str, str]]) -> str:
    if key in ("method", "others"):
        return {"method": "the methodology", "others": "other organisations' figures"}[key]
    texts = titles.get(key, {})
    return texts.get("en") or next(iter(texts.values()), key)


@click.command("diff")
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@console.file_options
@click.option("--site", is_flag=True, help="Compute both on the site's evidence.")
@click.option("--as-of", type=console.DAY, help="Day, such as 2026-03-31.")
@console.shape_options
def diff(
    first: str,
    second: str,
    observations: Path | None,
    populations: Path | None,
    site: bool,
    as_of: datetime | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Compare two methodologies: field by field, and in what they make of the same observations.

    A and B are methodology files, or keys of the site. The observations are those of --observations, or the site's
    with --site or where a key is given; without either, only the fields are compared. CSV holds the organisations
    where there are observations, else the fields.

    Exit status: 0 compared; 2 a methodology is faulty or observations were refused.
    """
    console.one_shape(as_json, as_csv)
    if populations is not None and observations is None:
        raise click.UsageError("--populations goes with --observations")
    on_site = observations is None and (site or not (_is_file(first) and _is_file(second)))
    if site or not (_is_file(first) and _is_file(second)):
        console.open_site()
    try:
        methodologies = _both(first, second)
        day = console.as_day(as_of)
        pair: list[dict[str, Any]] = []
        if observations is not None:
            pair = _plain_pair((first, second), methodologies, observations, populations, day)
        elif on_site:
            pair = [_on_site(one, day or clock.today()) for one in methodologies]
    except FileFaults as faults:
        console.fail(faults.problems)
    except Refused as refused:
        console.refuse(refused)
    _print_difference(methodologies, pair, as_json, as_csv)


def _is_file(name: str) -> bool:
    return Path(name).suffix in (".yaml", ".yml", ".json") or Path(name).is_file()


def _both(*names: str) -> list[Methodology]:
    """The methodologies of files and keys; the faults of all files are told at once."""
    paths = [Path(name) for name in dict.fromkeys(names) if _is_file(name)]
    files, _ = read_methodologies(paths)
    read = {str(path): file.methodology for path, file in zip(paths, files, strict=True)}
    return [
        read[str(Path(name))]
        if _is_file(name)
        else Methodology.from_mapping(operations.methodology_mapping(name))
        for name in names
    ]


def _on_site(methodology: Methodology, as_of: date) -> dict[str, Any]:
    observed = observed_on(as_of, methodology)
    result = compute(
        methodology, observed.columns, as_of=as_of, populations=observed.populations, draws=0
    )
    told = printing.plain(result)
    if told["problems"] and methodology.faulty_observations == "refuse":
        console.fail(one["message"] for one in told["problems"])
    return told


def _plain_pair(
    names: tuple[str, str],
    methodologies: list[Methodology],
    observations: Path,
    populations: Path | None,
    as_of: date | None,
) -> list[dict[str, Any]]:
    """The same files under both; an indicator that only the other one has is passed over, not refused."""
    known = [{one.key for one in methodology.indicators} for methodology in methodologies]
    told = []
    for at, name in enumerate(names):
        only_there = known[1 - at] - known[at]
        inputs = _without(
            console.plain_inputs(name, observations, populations, as_of, clock.today()), only_there
        )
        as_of = inputs.as_of
        run = console.plain_run(inputs, 0, None)
        if run.status == console.FAULTY:
            raise SystemExit(console.FAULTY)
        told.append(run.told)
    return told


def _without(inputs: Inputs, indicators: Collection[str]) -> Inputs:
    """The inputs without what speaks of some indicators; rows keep their numbers by keeping their ids."""
    table = inputs.table
    kept = [at for at, key in enumerate(table.columns["indicator"]) if key not in indicators]
    columns = {name: [column[at] for at in kept] for name, column in table.columns.items()}
    columns["id"] = [table.name(at) for at in kept]
    positions = {at: number for number, at in enumerate(kept)}
    less = ObservationTable(
        table.path,
        columns,
        [table.lines[at] for at in kept],
        {positions[at]: fault for at, fault in table.faults.items() if at in positions},
        table.newest,
    )
    counts = inputs.populations
    if counts is not None:
        for place in [place for place in counts.counts if place[1] in indicators]:
            del counts.counts[place]
    return Inputs(inputs.methodology, less, counts, inputs.as_of, inputs.warnings)


def _print_difference(
    methodologies: list[Methodology], pair: list[dict[str, Any]], as_json: bool, as_csv: bool
) -> None:
    fields = field_changes(*methodologies)
    subjects, shift = subject_changes(*pair) if pair else ([], None)
    if as_json:
        names = ("key", "version", "hash")
        told: dict[str, Any] = {
            letter: {name: getattr(one, name) for name in names}
            for letter, one in zip("ab", methodologies, strict=True)
        }
        told["fields"] = [asdict(one) for one in fields]
        if pair:
            told["as_of"] = pair[0]["as_of"]
            told["mean_rank_shift"] = shift
            told["subjects"] = [{**asdict(one), "difference": one.difference} for one in subjects]
        printing.print_json(told)
    elif as_csv and pair:
        columns = (
            "subject",
            "value_a",
            "value_b",
            "difference",
            "rank_a",
            "rank_b",
            "band_a",
            "band_b",
        )
        printing.print_csv(columns, [[getattr(one, name) for name in columns] for one in subjects])
    elif as_csv:
        printing.print_csv(
            ("place", "field", "before", "after"),
            [
                [one.place, one.field, *map(printing.value, (one.before, one.after))]
                for one in fields
            ],
        )
    else:
        _print_difference_tables(fields, subjects, shift, pair)


def _print_difference_tables(
    fields: list[Any], subjects: list[Any], shift: float | None, pair: list[dict[str, Any]]
) -> None:
    if fields:
        printing.print_table(
            ("place", "field", "A", "B"),
            [
                (
                    one.place,
                    one.field or printing.DASH,
                    printing.value(one.before),
                    printing.value(one.after),
                )
                for one in fields
            ],
        )
    else:
        click.echo("The two decide alike: no field differs.")
    if not pair:
        return
    click.echo()
    click.echo(f"On the same observations, as of {pair[0]['as_of']}:")
    printing.print_table(
        ("organisation", "A", "B", "difference", "rank A", "rank B", "band"),
        [
            (
                one.subject,
                printing.hundred(one.value_a),
                printing.hundred(one.value_b),
                printing.hundred(one.difference, True),
                str(one.rank_a or printing.DASH),
                str(one.rank_b or printing.DASH),
                one.band_b if one.band_a == one.band_b else f"{one.band_a} → {one.band_b}",
            )
            for one in subjects
        ],
    )
    if shift is not None:
        click.echo(f"mean shift of rank: {shift:.2f} places")
