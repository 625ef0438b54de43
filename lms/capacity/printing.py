"""What the commands print: tables for people (values × 100), CSV and JSON for programs (values in 0 … 1)."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from typing import Any

import click

from lms.index import Result
from lms.index.canonical import exact_json
from lms.interchange.sheet_cells import defused

DASH = "–"
#: Columns of a run as CSV before those of dimensions and indicators, by their names in section 14.
SUBJECT_COLUMNS = (
    *("subject", "value", "low", "high", "method_low", "method_high", "bound_low", "bound_high"),
    *("rank", "rank_low", "rank_high", "rank_method_low", "rank_method_high"),
    *("band", "band_probability", "coverage", "fresh", "independent", "verified"),
    *("published", "reasons"),
)


def print_json(told: Any) -> None:
    """Print plain values as JSON: floats with 17 significant digits, null for missing, UTF-8 everywhere."""
    click.echo(exact_json(told).encode())


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print rows as CSV (RFC 4180): numbers in full, nothing for missing, no text that becomes a formula."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    click.echo(buffer.getvalue().encode(), nl=False)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.17g}" if value == value else ""
    if isinstance(value, list | tuple):
        return defused("; ".join(map(str, value)))
    return str(value) if isinstance(value, int) else defused(str(value))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns: the first column to the left, figures to the right, the last as it comes."""
    widths = [max(map(len, cells)) for cells in zip(columns, *rows, strict=True)]
    for row in (columns, *rows):
        cells = [
            text.ljust(width) if at in (0, len(widths) - 1) else text.rjust(width)
            for at, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        click.echo("  ".join(cells).rstrip())


def plain(result: Result) -> dict[str, Any]:
    """A run as section 14 of the specification prints it: plain values, None for missing."""
    told: dict[str, Any] = json.loads(result.to_json())
    return told


def value(told: Any) -> str:
    """A value of a methodology in one line."""
    if told is None:
        return DASH
    return told if isinstance(told, str) else exact_json(told)


def hundred(value: float | None, sign: bool = False) -> str:
    """A share × 100 with one decimal, a dash where it is missing."""
    if value is None or value != value:
        return DASH
    return f"{value * 100:+.1f}" if sign else f"{value * 100:.1f}"


def interval(low: float | None, high: float | None) -> str:
    """Two ends × 100, a dash where there is no interval."""
    return DASH if low is None or high is None else f"{hundred(low)} – {hundred(high)}"


def rank(told: Mapping[str, Any]) -> str:
    """A rank with its interval: never one without the other where the interval is known."""
    if told["rank"] is None:
        return DASH
    if told["rank_low"] is None:
        return str(told["rank"])
    return f"{told['rank']} ({told['rank_low']}–{told['rank_high']})"


def print_run_csv(told: Mapping[str, Any]) -> None:
    """Print a run as CSV: a line for each subject, a column for each dimension and indicator."""
    first: Mapping[str, Any] = next(iter(told["subjects"]), {"dimensions": [], "indicators": []})
    columns = [
        *SUBJECT_COLUMNS,
        *(f"dimension:{one['key']}" for one in first["dimensions"]),
        *(f"indicator:{one['key']}" for one in first["indicators"]),
    ]
    print_csv(columns, [_subject_cells(subject) for subject in told["subjects"]])


def _subject_cells(subject: Mapping[str, Any]) -> list[Any]:
    ends = dict(zip(("bound_low", "bound_high"), subject["bounds"], strict=True))
    return [
        *(ends[name] if name in ends else subject[name] for name in SUBJECT_COLUMNS),
        *(one["value"] for one in subject["dimensions"]),
        *(one["normalised"] for one in subject["indicators"]),
    ]


def print_run_table(told: Mapping[str, Any], more: str = "") -> None:
    """Print a run as a table, the highest value first and missing ones last."""
    method = told["methodology"]
    click.echo(f"{method['key']} {method['version']}, as of {told['as_of']}{more}")
    if not told["subjects"]:
        click.echo("no organisation is listed")
        return
    ordered = sorted(
        told["subjects"], key=lambda one: (one["value"] is None, -(one["value"] or 0.0))
    )
    print_table(
        ("organisation", "index", "very likely", "coverage", "rank", "band or reason"),
        [
            (
                one["subject"],
                hundred(one["value"]),
                interval(one["low"], one["high"]),
                hundred(one["coverage"]),
                rank(one),
                one["band"] or ("; ".join(one["reasons"]) if one["value"] is None else DASH),
            )
            for one in ordered
        ],
    )


def print_subject(told: Mapping[str, Any], about: str) -> None:
    """Print what a run says of one subject: its dimensions and its indicators with what they rest on."""
    click.echo(f"{told['subject']}: {hundred(told['value'])} of 100, {about}")
    if told["value"] is None:
        click.echo(f"no value: {'; '.join(told['reasons']) or 'too little evidence'}")
    click.echo(
        f"very likely {interval(told['low'], told['high'])}; "
        f"by method {interval(told['method_low'], told['method_high'])}; "
        f"with what is missing {interval(*told['bounds'])}"
    )
    click.echo(
        f"rank {rank(told)}; band {told['band'] or DASH}; coverage {hundred(told['coverage'])}, "
        f"fresh {hundred(told['fresh'])}, independent {hundred(told['independent'])}, "
        f"verified {hundred(told['verified'])}"
    )
    click.echo()
    print_table(
        ("dimension", "value", "very likely", "weight", "coverage"),
        [
            (
                one["key"],
                hundred(one["value"]),
                interval(one["low"], one["high"]),
                hundred(one["weight"]),
                hundred(one["coverage"]),
            )
            for one in told["dimensions"]
        ],
    )
    click.echo()
    print_table(
        ("indicator", "value", "raw", "error", "groups", "weight", "coverage", "evidence", "flags"),
        [
            (
                one["key"],
                hundred(one["normalised"]),
                number(one["raw"]),
                number(one["se"]),
                str(one["n"]),
                hundred(one["weight"]),
                hundred(one["coverage"]),
                str(len(one["observations"])),
                ", ".join(one["flags"]) or DASH,
            )
            for one in told["indicators"]
        ],
    )


def number(value: float | None) -> str:
    """A figure in its own unit, with four significant digits."""
    return DASH if value is None or value != value else f"{value:.4g}"
