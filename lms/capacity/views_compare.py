"""Two organisations side by side, and whether the evidence tells them apart."""

from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask_babel import gettext as _

from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.capacity import charts, queries, stored, words
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.views import bp, chosen_run, titles_in
from lms.errors import Refused
from lms.index import compute
from lms.web.language import direction, language
from lms.web.refusals import sentence

#: From these shares of draws on one is said to stand higher, or to do so probably.
SURE, LIKELY = 0.95, 0.8


@bp.get("/compare")
@requires(Permission.SEE_CAPACITY)
def compare_two() -> str:
    """The form, and with two organisations their dimensions and indicators side by side."""
    found = queries.runs()
    run = chosen_run(found)
    values = queries.values_of(run) if run else []
    one, other = _chosen(values, "a"), _chosen(values, "b")
    fault = ""
    shown: dict[str, Any] = {}
    if run and one and other:
        if one.organisation_id == other.organisation_id:
            fault = _("Choose two different organisations.")
        else:
            shown = _shown(run, one, other)
    return render_template(
        "capacity/compare.html",
        run=run,
        runs=found,
        values=values,
        one=one,
        other=other,
        fault=fault,
        **shown,
    )


def _chosen(values: list[IndexValue], name: str) -> IndexValue | None:
    """The organisation asked for; 404 for one that is not there or that the viewer may not see."""
    wanted = request.args.get(name)
    if not wanted:
        return None
    try:
        key = UUID(wanted)
    except ValueError:
        abort(404)
    value = next((row for row in values if row.organisation_id == key), None)
    if value is None:
        abort(404)
    return value


def _shown(run: IndexRun, one: IndexValue, other: IndexValue) -> dict[str, Any]:
    titles = titles_in(run)
    left, right = (
        {part["key"]: part for part in value.detail["dimensions"]} for value in (one, other)
    )
    names = {value.id: value.organisation.name_in(language()) for value in (one, other)}
    bars = charts.bars(
        [
            (
                f"{titles.get(key, key)}, {names[value.id]}",
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
    """Whether the two can be told apart, from the draws of the run made again with its seed."""
    if one.value is None or other.value is None:
        return _("One of the two has no index, so they cannot be compared as a whole.")
    try:
        methodology = stored.methodology_of(run)
        observations, populations = stored.inputs_of(run)
    except Refused as refused:
        return sentence(refused)
    if not run.draws:
        return _("The run was computed without intervals, so nobody can say how sure it is.")
    result = compute(
        methodology, observations, run.as_of, populations, draws=run.draws, seed=int(run.seed)
    )
    share = result.probability_above(one.organisation.code, other.organisation.code)
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
