"""The dashboard: organisations with their intervals, on a map, by indicator, and over time."""

from typing import Any

from flask import abort, render_template, request

from lms import clock
from lms.accounts.rules import OrganisationKind, Permission
from lms.accounts.session import requires
from lms.accounts.words import KIND_NAMES
from lms.capacity import charts, queries, words
from lms.capacity.boundaries import boundaries
from lms.capacity.map import areas
from lms.capacity.models import IndexValue
from lms.capacity.views import ComputeForm, bp, chosen_run, titles_in
from lms.errors import Refused
from lms.web.language import direction, in_language, language
from lms.web.refusals import sentence

#: Shades of the heat map and of the map; five are told apart in print.
SHADES = 5
LOCAL = OrganisationKind.LOCAL_GOVERNMENT
#: So many runs stand beside each other in the table over time.
DAYS = 6


def shade(value: float | None) -> int | None:
    """Which of five shades a value in 0 … 1 has, 0 for the lowest; None where it is missing."""
    return None if value is None else min(SHADES - 1, max(0, int(value * SHADES)))


@bp.get("/")
@requires(Permission.SEE_CAPACITY)
def index() -> str:
    """Ranking, map, heat map and trend of the organisations that the viewer may see."""
    found = queries.runs()
    run = chosen_run(found)
    everything = queries.values_of(run) if run else []
    kinds = list(dict.fromkeys(row.organisation.kind for row in everything))
    kind = request.args.get("kind", "")
    if kind and kind not in set(OrganisationKind):
        abort(404)
    values = [row for row in everything if not kind or row.organisation.kind == kind]
    return render_template(
        "capacity/index.html",
        runs=found,
        run=run,
        values=values,
        kind=kind,
        kinds=kinds,
        kind_names=KIND_NAMES,
        bars=_bars(values),
        histories=queries.histories(found[:12]) if found else {},
        days=list(reversed(found[:DAYS])),
        titles=titles_in(run) if run else {},
        shade=shade,
        **_map(values),
        methodology=in_language(queries.methodology_title(run.methodology_key)) if run else "",
        form=ComputeForm(formdata=None, as_of=clock.today()),
    )


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


def _map(values: list[IndexValue]) -> dict[str, Any]:
    """The map's areas with their values, or why there is none."""
    try:
        outlines = boundaries()
    except Refused as refused:
        return {"map_fault": sentence(refused), "areas": []}
    if outlines is None:
        return {"map_fault": "", "areas": []}
    by_pcode: dict[str, IndexValue] = {}
    # An academy or a ministry may stand in the same area: the area is coloured by its local government.
    for row in sorted(values, key=lambda one: one.organisation.kind != LOCAL):
        if row.organisation.pcode:
            by_pcode.setdefault(row.organisation.pcode, row)
    drawn, tall = areas(outlines, by_pcode)
    return {
        "map_fault": "",
        "map_ready": True,
        "areas": [(area, by_pcode[area.pcode]) for area in drawn],
        "map_height": tall,
        "unplaced": [
            row for row in values if row.organisation.pcode not in {area.pcode for area in drawn}
        ],
    }
