"""One organisation: how strong, how sure, why it changed, what helps."""

from typing import Any
from uuid import UUID

from flask import render_template

from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.capacity import charts, explained, queries, words, words_pages
from lms.capacity.models import IndexRun, IndexValue
from lms.capacity.profile import profile_of
from lms.capacity.reason_words import reason_words
from lms.capacity.views import bp, chosen_run, organisation_of, titles_in
from lms.capacity.views_why import earlier_run, story
from lms.web.language import direction


@bp.get("/organisations/<uuid:key>")
@requires(Permission.SEE_CAPACITY)
def show(key: UUID) -> str:
    """Profile, change, strengths and gaps, what is missing, and the indicators that open into evidence."""
    organisation = organisation_of(key)
    found = queries.runs()
    run = chosen_run(found)
    value = queries.value_of(run, organisation) if run else None
    history = queries.history(organisation, found)
    earlier = earlier_run(found, run) if run else None
    told = None
    titles = titles_in(run) if run else {}
    if run and value and earlier:
        before = next((one.value for one in history if one.run.id == earlier.id), None)
        told = story(earlier, run, before, value, titles_in(earlier) | titles)
    return render_template(
        "capacity/organisation.html",
        organisation=organisation,
        run=run,
        earlier=earlier,
        value=value,
        profile=dimension_bars(value.detail, titles) if value else [],
        titles=titles,
        told=told,
        history=history,
        **(in_words(run, value, titles) if run and value else {}),
    )


def dimension_bars(
    detail: dict[str, Any], titles: dict[str, str], hidden: frozenset[str] = frozenset()
) -> list[charts.Bar]:
    """Dots and whiskers of the dimensions, without those that are hidden."""
    return charts.bars(
        [
            (
                titles.get(one["key"], one["key"]),
                one["value"],
                one["low"],
                one["high"],
                words.hundred(one["value"]),
                "",
            )
            for one in detail["dimensions"]
            if one["key"] not in hidden
        ],
        mirrored=direction() == "rtl",
    )


def in_words(run: IndexRun, value: IndexValue, titles: dict[str, str]) -> dict[str, Any]:
    """The sentences and lists that an organisation's page carries."""
    detail = value.detail
    sides = profile_of(detail)
    sources = explained.sources_of(run.methodology)
    return {
        "sentences": words.sentences(detail, titles),
        "sureness": words_pages.sureness(detail),
        "reliability": words_pages.reliability_words(detail, titles),
        "sides": sides,
        "sources": sources,
        "remedies": words_pages.REMEDIES,
        "reasons": {one["key"]: reason_words(one["missing"], titles) for one in sides.missing},
    }
