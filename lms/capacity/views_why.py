"""Why an organisation's index changed, with the causes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import abort, render_template, request
from flask_babel import gettext as _

from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.capacity import explained, queries, words, words_pages
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.views import bp, chosen_run, organisation_of, titles_in
from lms.capacity.waterfall import Scale, Step, waterfall
from lms.errors import Refused
from lms.web.language import day_text, direction, number_text, semicolon
from lms.web.refusals import sentence

#: Isolates of the bidirectional algorithm (UAX 9), which hold in an SVG as well.
LEFT_TO_RIGHT, END = "\u2066", "\u2069"


@dataclass(frozen=True, slots=True)
class Story:
    """A change as a page shows it.

    Args:
        sentences: what happened, in words that add up. fault: why there is nothing else, or empty.
        rows: (key or empty, title, points × 100, before, after, the part) for the table.
    """

    run_a: IndexRun
    run_b: IndexRun
    sentences: list[str]
    steps: list[Step]
    scale: Scale | None
    rows: list[dict[str, Any]]
    fault: str = ""


def signed(points: float) -> str:
    """Points with their sign, one decimal; a true minus sign, kept in front of its number in Arabic too."""
    if points == 0:
        return number_text(0, 1)
    told = ("+" if points > 0 else "−") + number_text(abs(points), 1)
    return f"{LEFT_TO_RIGHT}{told}{END}" if direction() == "rtl" else told


def story(
    run_a: IndexRun,
    run_b: IndexRun,
    value_a: IndexValue | None,
    value_b: IndexValue | None,
    titles: dict[str, str],
    causes: bool = False,
) -> Story:
    """The change between two runs in sentences, steps of a waterfall, and rows of a table."""
    if value_a is None or value_b is None:
        fault = _("One of the two runs says nothing of this organisation.")
        return Story(run_a, run_b, [], [], None, [], fault)
    try:
        found = explained.why(run_a, run_b, value_a, value_b, causes)
    except Refused as refused:
        return Story(run_a, run_b, [], [], None, [], sentence(refused))
    told = found.told
    if told.difference is None or told.value_a is None or told.value_b is None:
        return Story(run_a, run_b, _without_values(told, titles), [], None, [])
    points = explained.shown_points(told)
    parts = {one.key: one for one in told.indicators}
    exact = {"method": told.method, "others": told.others} | {
        key: one.part for key, one in parts.items()
    }
    order = sorted(points, key=lambda key: -abs(points[key]))
    rows: list[dict[str, Any]] = [
        {
            "key": key if key in parts else "",
            "title": named(key, titles),
            "text": signed(points[key]),
            "points": points[key],
            "part": parts.get(key),
        }
        for key in order
    ]
    steps, scale = waterfall(
        (day_text(run_a.as_of), words.hundred(told.value_a), told.value_a),
        [(row["title"], row["text"], exact[key]) for key, row in zip(order, rows, strict=True)],
        (day_text(run_b.as_of), words.hundred(told.value_b), told.value_b),
        direction() == "rtl",
    )
    return Story(run_a, run_b, _sentences(found, rows, run_a), steps, scale, rows)


def named(key: str, titles: dict[str, str]) -> str:
    """What a part of a change is called."""
    own = {"method": _("the methodology"), "others": _("other organisations' figures")}
    return own.get(key) or titles.get(key, key)


def _sentences(found: explained.Why, rows: list[dict[str, Any]], run_a: IndexRun) -> list[str]:
    told, change = found.told, found.change
    ends = {
        "before": words.hundred(told.value_a),
        "after": words.hundred(told.value_b),
        "day": day_text(run_a.as_of),
    }
    if change.said == "rose":
        first = _("Since %(day)s the index rose from %(before)s to %(after)s.", **ends)
    elif change.said == "fell":
        first = _("Since %(day)s the index fell from %(before)s to %(after)s.", **ends)
    else:
        first = _("Since %(day)s the index went from %(before)s to %(after)s.", **ends)
    said = [first]
    if change.low is not None and change.high is not None:
        said.append(
            _(
                "The difference is very likely (9 in 10) between %(low)s and %(high)s.",
                low=signed(round(change.low * 100, 1)),
                high=signed(round(change.high * 100, 1)),
            )
        )
        if not change.said:
            said.append(_("So it may be chance: nobody should read much into it."))
    gains = [row for row in rows if row["points"] > 0]
    losses = [row for row in rows if row["points"] < 0]
    if gains:
        said.append(_("Gained: %(parts)s.", parts=_listed(gains)))
    if losses:
        said.append(_("Lost: %(parts)s.", parts=_listed(losses)))
    total = round(sum(row["points"] for row in rows), 1)
    if gains and losses:
        said.append(_("Together that makes %(total)s points.", total=signed(total)))
    if not (gains or losses):
        said.append(_("No indicator moved by as much as a tenth of a point."))
    return said


def _listed(rows: list[dict[str, Any]]) -> str:
    return f"{semicolon()} ".join(
        _("%(points)s from “%(title)s”", points=row["text"], title=row["title"]) for row in rows
    )


def _without_values(told: Any, titles: dict[str, str]) -> list[str]:
    said = [_("One of the two runs has no index for this organisation, so there are no parts.")]
    for words_of, keys in (
        (_("Known since then: %(titles)s."), told.appeared),
        (_("No longer known: %(titles)s."), (*told.disappeared, *told.dropped)),
    ):
        if keys:
            said.append(
                words_of % {"titles": f"{semicolon()} ".join(titles.get(key, key) for key in keys)}
            )
    return said


def earlier_run(found: list[IndexRun], run: IndexRun) -> IndexRun | None:
    """The run that a change is told from: the one asked for as `since`, else the newest of an earlier day."""
    wanted = request.args.get("since")
    if wanted:
        chosen = next((one for one in found if str(one.id) == wanted), None)
        if chosen is None:
            abort(404)
        return chosen if chosen.id != run.id else None
    return next((one for one in found if one.as_of < run.as_of), None)


@bp.get("/organisations/<uuid:key>/why")
@requires(Permission.SEE_CAPACITY)
def why(key: UUID) -> str:
    """The waterfall between two runs, and the causes within each indicator."""
    organisation = organisation_of(key)
    found = queries.runs()
    run = chosen_run(found)
    earlier = earlier_run(found, run) if run else None
    told = None
    titles: dict[str, str] = {}
    if run and earlier:
        # Told forwards in time, whichever way round the two were chosen.
        earlier, run = sorted((earlier, run), key=lambda one: one.as_of)
        titles = titles_in(earlier) | titles_in(run)
        ends = queries.value_of(earlier, organisation), queries.value_of(run, organisation)
        told = story(earlier, run, *ends, titles, causes=True)
    return render_template(
        "capacity/why.html",
        organisation=organisation,
        runs=found,
        run=run,
        earlier=earlier,
        told=told,
        titles=titles,
        causes=words_pages.CAUSES,
        signed=signed,
    )
