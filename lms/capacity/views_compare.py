"""Two organisations side by side, and whether the evidence tells them apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask_babel import gettext as _

from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.capacity import charts, explained, queries, words
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.queries import Listed
from lms.capacity.views import bp, chosen_run, titles_in
from lms.errors import Refused
from lms.web.language import direction, language
from lms.web.refusals import sentence

#: From these shares of draws on one is said to stand higher, or to do so probably.
SURE, LIKELY = 0.95, 0.8
#: So many organisations are offered in a list; of more one writes the name.
LISTED = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One side of the comparison: who is chosen, or among whom to choose after a search."""

    row: Listed | None = None
    among: Sequence[Listed] = ()
    typed: str = ""
    fault: str = ""


@bp.get("/compare")
@requires(Permission.SEE_CAPACITY)
def compare_two() -> str:
    """The form, and with two organisations their dimensions and indicators side by side."""
    found = queries.runs()
    run = chosen_run(found)
    rows = queries.listing(run) if run else []
    one, other = _chosen(rows, "a"), _chosen(rows, "b")
    faults = [side.fault for side in (one, other) if side.fault]
    values: list[IndexValue] = []
    if run and one.row and other.row:
        if one.row == other.row:
            faults.append(_("Choose two different organisations."))
        else:
            keys = [side.row.organisation_id for side in (one, other) if side.row]
            by_key = {value.organisation_id: value for value in queries.values_of(run, keys)}
            values = [by_key[key] for key in keys]
    return render_template(
        "capacity/compare.html",
        run=run,
        rows=rows,
        many=len(rows) > LISTED,
        sides=(one, other),
        faults=faults,
        **(_shown(run, *values) if run and values else {}),
    )


def _chosen(rows: Sequence[Listed], name: str) -> Choice:
    """The organisation asked for by id, or by its name, its code or a part of them.

    404 for an id that is not there or that the viewer may not see.
    """
    typed = request.args.get(name, "").strip()
    if not typed:
        return Choice()
    try:
        key = UUID(typed)
    except ValueError:
        return _searched(rows, typed)
    row = next((row for row in rows if row.organisation_id == key), None)
    if row is None:
        abort(404)
    return Choice(row, typed=row.name_in(language()))


def _searched(rows: Sequence[Listed], typed: str) -> Choice:
    sought = typed.casefold()
    same = [
        row
        for row in rows
        if sought in (text.casefold() for text in (row.code, row.name, *row.names.values()))
    ]
    found = same or queries.matching(rows, typed)
    if len(found) == 1:
        return Choice(found[0], typed=found[0].name_in(language()))
    if not found:
        fault = _("No organisation of this run has “%(typed)s” in its name or code.", typed=typed)
        return Choice(typed=typed, fault=fault)
    if len(found) > LISTED:
        fault = _(
            "Too many organisations have “%(typed)s” in their name: write more of it.", typed=typed
        )
        return Choice(typed=typed, fault=fault)
    fault = _(
        "Several organisations have “%(typed)s” in their name: choose one of them.", typed=typed
    )
    return Choice(among=found, typed=typed, fault=fault)


def _shown(run: IndexRun, one: IndexValue, other: IndexValue) -> dict[str, Any]:
    titles = titles_in(run)
    left, right = (
        {part["key"]: part for part in value.detail["dimensions"]} for value in (one, other)
    )
    names = {value.id: value.organisation.name_in(language()) for value in (one, other)}
    bars = charts.bars(
        [
            (
                _("%(dimension)s, %(name)s", dimension=titles.get(key, key), name=names[value.id]),
                told[key]["value"],
                told[key]["low"],
                told[key]["high"],
                words.hundred(told[key]["value"]),
                "",
            )
            for key in left
            if key in right
            for value, told in ((one, left), (other, right))
        ],
        mirrored=direction() == "rtl",
    )
    return {
        "one": one,
        "other": other,
        "titles": titles,
        "bars": bars,
        "dimensions": [(left[key], right[key]) for key in left if key in right],
        "indicators": [
            (a, b)
            for a, b in zip(one.detail["indicators"], other.detail["indicators"], strict=True)
        ],
        "verdict": _verdict(run, one, other),
    }


def _verdict(run: IndexRun, one: IndexValue, other: IndexValue) -> str:
    """Whether the two can be told apart, from their draws in the run, made again with its seed."""
    if one.value is None or other.value is None:
        return _("One of the two has no index, so they cannot be compared as a whole.")
    if not run.draws:
        return _("The run was computed without intervals, so nobody can say how sure it is.")
    try:
        share = explained.probability_above(run, one, other)
    except Refused as refused:
        return sentence(refused)
    first, second = one, other
    if share < 0.5:
        first, second, share = other, one, 1 - share
    names = {
        "first": first.organisation.name_in(language()),
        "second": second.organisation.name_in(language()),
        # Of a thousand draws none may differ: that is no certainty.
        "share": words.whole(min(share, 0.99)),
    }
    if share >= SURE:
        return _(
            "They can be told apart: %(first)s stands higher than %(second)s in %(share)s of "
            "100 draws from the evidence.",
            **names,
        )
    if share >= LIKELY:
        return _(
            "%(first)s probably stands higher than %(second)s: in %(share)s of 100 draws from "
            "the evidence.",
            **names,
        )
    return _(
        "The evidence does not tell them apart: %(first)s stands higher than %(second)s in "
        "%(share)s of 100 draws only.",
        **names,
    )
