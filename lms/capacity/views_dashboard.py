"""The dashboard: organisations with their intervals, on a map, by indicator, and over time; page by page."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from flask import abort, render_template, request

from lms import clock
from lms.accounts.rules import OrganisationKind, Permission
from lms.accounts.session import requires
from lms.accounts.words import KIND_NAMES
from lms.capacity import charts, queries, words
from lms.capacity.boundaries import boundaries
from lms.capacity.map import areas
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.queries import Listed
from lms.capacity.views import ComputeForm, bp, chosen_run, titles_in
from lms.errors import Refused
from lms.web import paging
from lms.web.incoming import page_number
from lms.web.language import direction, in_language, language
from lms.web.refusals import sentence

#: Shades of the heat map and of the map; five are told apart in print.
SHADES = 5
LOCAL = OrganisationKind.LOCAL_GOVERNMENT
#: So many runs stand beside each other in the table over time, and so many make its line.
DAYS, LINE = 6, 12
#: So many rows one chart holds: two of them are a page of paper.
DRAWN = 15
#: So many areas one can tell apart on a map of this size; of more organisations only those of the page are drawn.
MAPPED = 120
#: So many indicators fit beside each other on a page of paper; of more the heat map is several tables.
BESIDE = 10
#: In the address: organisations that have no band. No methodology may call one so.
NO_BAND = "-"


def shade(value: float | None) -> int | None:
    """Which of five shades a value in 0 … 1 has, 0 for the lowest; None where it is missing."""
    return None if value is None else min(SHADES - 1, max(0, int(value * SHADES)))


def columns_of(count: int, most: int = BESIDE) -> list[slice]:
    """`count` columns in as few tables as hold at most `most` each, all of nearly the same width.

    >>> columns_of(24)
    [slice(0, 8, None), slice(8, 16, None), slice(16, 24, None)]
    """
    tables = max(1, -(-count // most))
    ends = [count * number // tables for number in range(tables + 1)]
    return [slice(start, end) for start, end in pairwise(ends)]


@bp.get("/")
@requires(Permission.SEE_CAPACITY)
def index() -> str:
    """Ranking, map, heat map and trend of the organisations that the viewer may see, thirty to a page."""
    found = queries.runs()
    run = chosen_run(found)
    everything = queries.listing(run) if run else []
    search, kind, band = (request.args.get(name, "") for name in ("q", "kind", "band"))
    if kind and kind not in set(OrganisationKind):
        abort(404)
    matched = queries.matching(
        everything, search, kind, None if not band else "" if band == NO_BAND else band
    )
    number = page_number()
    shown = paging.part_of(matched, number)
    here = [row.organisation_id for row in paging.rows_of(shown)]
    values = queries.values_of(run, here) if run else []
    return render_template(
        "capacity/index.html",
        runs=found,
        run=run,
        values=values,
        everything=everything,
        matched=matched,
        first=(number - 1) * paging.SIZE + 1,
        search=search,
        kind=kind,
        kinds=list(dict.fromkeys(row.kind for row in everything)),
        kind_names=KIND_NAMES,
        band=band,
        bands=_bands(run, everything) if run else [],
        bars=[_bars(values[start : start + DRAWN]) for start in range(0, len(values), DRAWN)],
        histories=queries.histories(found[:LINE], here),
        days=list(reversed(found[:DAYS])),
        titles=titles_in(run) if run else {},
        shade=shade,
        columns=columns_of(len(values[0].detail["indicators"])) if values else [],
        **_map(matched, set(here)),
        methodology=in_language(queries.methodology_title(run.methodology_key)) if run else "",
        form=ComputeForm(formdata=None, as_of=clock.today()),
        page=paging.pages_of(
            shown,
            number,
            run=run.id if run else None,
            q=search or None,
            kind=kind or None,
            band=band or None,
        ),
    )


def _bands(run: IndexRun, everything: Sequence[Listed]) -> list[tuple[str, str]]:
    """Bands that organisations of the run have, by key for the address with their names, in the file's order."""
    has = {row.band for row in everything}
    keys = [one["key"] for one in run.methodology.get("bands", []) if one["key"] in has]
    named = [(key, words.band_name(key)) for key in keys]
    return [*named, (NO_BAND, words.band_name(""))] if "" in has else named


def _bars(values: list[IndexValue]) -> list[charts.Bar]:
    return charts.bars(
        [
            (
                row.organisation.name_in(language()),
                row.value,
                row.low,
                row.high,
                words.hundred(row.value),
                words.band_name(row.band),
            )
            for row in values
        ],
        mirrored=direction() == "rtl",
    )


def _map(matched: Sequence[Listed], here: set[Any]) -> dict[str, Any]:
    """The map's areas with their values, or why there is none; of this page alone where too many match."""
    try:
        outlines = boundaries()
    except Refused as refused:
        return {"map_fault": sentence(refused), "areas": []}
    if outlines is None:
        return {"map_fault": "", "areas": []}
    partly = len(matched) > MAPPED
    rows = [row for row in matched if row.organisation_id in here] if partly else matched
    by_pcode: dict[str, Listed] = {}
    # An academy or a ministry may stand in the same area: the area is coloured by its local government.
    for row in sorted(rows, key=lambda one: one.kind != LOCAL):
        if row.pcode:
            by_pcode.setdefault(row.pcode, row)
    drawn, tall = areas(outlines, by_pcode)
    placed = {area.pcode for area in drawn}
    return {
        "map_fault": "",
        "map_ready": True,
        "map_partly": partly,
        "areas": [(area, by_pcode[area.pcode]) for area in drawn],
        "map_height": tall,
        "unplaced": [row for row in rows if row.pcode not in placed],
    }
