"""What if: other weights, goalposts or means, computed at once on a stored run's evidence; nothing is stored."""

import json
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.capacity import queries, stored, words
from lms.capacity.fault_words import methodology_faults, observation_faults
from lms.capacity.method_change import SubjectChange, subject_changes
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.views import bp, chosen_run, titles_in
from lms.capacity.views_why import signed
from lms.capacity.waterfall import pairs
from lms.capacity.what_if import AGGREGATES, Asked, Changed, Fault, ask, fields_of, parts_of
from lms.errors import Refused
from lms.index import Methodology, MethodologyError, compute
from lms.web import paging
from lms.web.incoming import page_number
from lms.web.language import direction, language, number_text
from lms.web.refusals import sentence

AGGREGATE_NAMES = {
    "arithmetic": _l("arithmetic mean: strong makes up for weak"),
    "geometric": _l("geometric mean: strong makes up for weak in part"),
    "harmonic": _l("harmonic mean: strong makes up for weak a little"),
    "minimum": _l("the weakest decides"),
    "power": _l("power mean of the methodology"),
}
FAULTS = {
    "number": _l("“%(title)s”: “%(typed)s” is no number. Write one such as 2 or 0.5."),
    "negative": _l("“%(title)s”: a weight is 0 or more. Write 0 to let it count for nothing."),
    "too-large": _l("“%(title)s”: “%(typed)s” is too large. A weight is at most 1,000."),
    "goalposts": _l("“%(title)s”: the lower goalpost must be below the upper one."),
    "all-zero": _l("“%(title)s”: all its parts weigh 0. Give at least one of them a weight."),
    "nothing-left": _l("All indicators are left out. Keep at least one."),
    "aggregate": _l("“%(title)s”: there is no mean “%(typed)s”. Choose one from the list."),
}
#: A move below a twentieth of a point is shown as none.
STILL = 0.0005


@bp.get("/what-if")
@requires(Permission.SEE_CAPACITY)
def what_if() -> Any:
    """The form, and where it was sent, values and ranks before and after."""
    found = queries.runs()
    run = chosen_run(found)
    if run is None:
        return render_template("capacity/what_if.html", run=None, runs=[])
    titles, number = titles_in(run), page_number()
    given: dict[str, str] = {}
    shown: dict[str, Any] = {}
    faults: list[tuple[str, str]] = []
    parts: list[Any] = []
    own = ""
    try:
        methodology = stored.methodology_of(run)
        parts, own = parts_of(methodology), methodology.root.aggregate
        fields = fields_of(parts)
        given = {name: text for name, text in request.args.items() if name in fields}
        if given:
            asked = ask(run.methodology, methodology, given)
            faults = [(one.field, _fault_words(one, titles)) for one in asked.faults]
            if not faults:
                faults, shown = _answer(run, asked, titles, number)
    except Refused as refused:
        faults = [("", sentence(refused))]
    kept: dict[str, Any] = {"run": run.id, **given}
    page = render_template(
        "capacity/what_if.html",
        run=run,
        runs=found,
        parts=parts,
        titles=titles,
        given=given,
        faults=faults,
        faulty={field for field, _text in faults},
        own=own,
        means_for=means_for,
        aggregate_names=AGGREGATE_NAMES,
        signed=signed,
        plain=plain,
        kept=kept,
        page=paging.pages_of(shown.get("part", ()), number, **kept),
        **shown,
    )
    return page, 422 if faults else 200


def plain(number: float) -> str:
    """A number as a form field takes it: a decimal point, six decimals at most."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def means_for(own: str) -> list[str]:
    """The means to choose from, and the methodology's own where it is none of them."""
    return [one for one in dict.fromkeys((*AGGREGATES, own)) if one]


def _fault_words(fault: Fault, titles: dict[str, str]) -> str:
    title = titles.get(fault.key, fault.key) or _("The index")
    return str(FAULTS[fault.code]) % {"title": title, "typed": fault.typed}


def _answer(
    run: IndexRun, asked: Asked, titles: dict[str, str], number: int
) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """Faults of the whole, or what the template shows."""
    try:
        other = Methodology.from_mapping(asked.mapping)
    except MethodologyError as error:
        told = methodology_faults(error.problems, asked.mapping, titles)
        return [("", _("These settings do not hold together: %(faults)s.", faults=told))], {}
    keys = {one.key for one in other.indicators}
    observations, populations = stored.inputs_of(run)
    result = compute(
        other,
        [one for one in observations if one.indicator in keys],
        run.as_of,
        {place: size for place, size in populations.items() if place[1] in keys},
        draws=0,
    )
    if result.problems and not result.subjects:
        told = observation_faults((one.id, one.code) for one in result.problems)
        return [("", _("The evidence does not fit these settings: %(faults)s.", faults=told))], {}
    values = {one.organisation.code: one for one in queries.values_of(run)}
    before = {"subjects": [one.detail for one in values.values()]}
    after = {
        "subjects": [
            one for one in json.loads(result.to_json())["subjects"] if one["subject"] in values
        ]
    }
    changes, _shift = subject_changes(before, after)
    return [], _shown(changes, values, asked, titles, number)


def _shown(
    changes: list[SubjectChange],
    values: dict[str, IndexValue],
    asked: Asked,
    titles: dict[str, str],
    number: int,
) -> dict[str, Any]:
    changes = sorted(changes, key=lambda one: (one.value_b is None, -(one.value_b or 0)))
    part = paging.part_of(changes, number)
    here = paging.rows_of(part)
    rows = [
        {
            "organisation": values[one.subject].organisation,
            "change": one,
            "ranks": (
                values[one.subject].detail["rank_low"],
                values[one.subject].detail["rank_high"],
            ),
        }
        for one in here
    ]
    drawn, scale = pairs(
        [
            (
                values[one.subject].organisation.name_in(language()),
                f"{words.hundred(one.value_a)} → {words.hundred(one.value_b)}"
                if direction() == "ltr"
                else f"{words.hundred(one.value_a)} ← {words.hundred(one.value_b)}",
                one.value_a,
                one.value_b,
            )
            for one in here
        ],
        direction() == "rtl",
    )
    return {
        "rows": rows,
        "part": part,
        "pairs": drawn,
        "scale": scale,
        "changed": [_changed_words(one, titles) for one in asked.changed],
        "moved": _moved_words(changes, values),
    }


def _changed_words(one: Changed, titles: dict[str, str]) -> str:
    title = titles.get(one.key, one.key)
    if one.what == "out":
        return _("“%(title)s” is left out", title=title)
    if one.what == "aggregate":
        means = {
            "before": AGGREGATE_NAMES.get(str(one.before), str(one.before)),
            "after": AGGREGATE_NAMES.get(str(one.after), str(one.after)),
        }
        if one.key:
            return _(
                "what “%(title)s” holds is joined by “%(after)s”, not by “%(before)s”",
                title=title,
                **means,
            )
        return _("the dimensions are joined by “%(after)s”, not by “%(before)s”", **means)
    ends = {"before": _number(one.before), "after": _number(one.after), "title": title}
    if one.what == "weight":
        return _("weight of “%(title)s”: %(after)s, not %(before)s", **ends)
    if one.what == "low":
        return _("lower goalpost of “%(title)s”: %(after)s, not %(before)s", **ends)
    return _("upper goalpost of “%(title)s”: %(after)s, not %(before)s", **ends)


def _number(value: Any) -> str:
    return number_text(round(float(value), 6))


def _moved_words(changes: list[SubjectChange], values: dict[str, IndexValue]) -> list[str]:
    moved = [one for one in changes if one.difference is not None and abs(one.difference) >= STILL]
    places = [one for one in changes if one.rank_a != one.rank_b and one.rank_a and one.rank_b]
    lost = [one for one in changes if one.value_a is not None and one.value_b is None]
    if not (moved or places or lost):
        return [_("Nothing moves by as much as a tenth of a point.")]
    said = [
        ngettext(
            "The value of %(num)s organisation moves",
            "The values of %(num)s organisations move",
            len(moved),
        )
        + ", "
        + ngettext("%(num)s changes its place.", "%(num)s change their places.", len(places))
    ]
    if moved:
        most = max(moved, key=lambda one: abs(one.difference or 0))
        said.append(
            _(
                "The largest move: %(name)s, %(points)s points.",
                name=values[most.subject].organisation.name_in(language()),
                points=signed(round((most.difference or 0) * 100, 1)),
            )
        )
    if lost:
        said.append(
            ngettext(
                "%(num)s organisation has no index any more: too little is left.",
                "%(num)s organisations have no index any more: too little is left.",
                len(lost),
            )
        )
    return said
