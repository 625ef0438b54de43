"""All checks on one organisation's figure: what each looks for, what it found, and where the evidence is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import render_template, url_for

from lms.accounts import queries as accounts
from lms.accounts.models import Organisation
from lms.accounts.rules import Permission
from lms.accounts.session import requires
from lms.capacity import checking, queries, words_checks
from lms.capacity.checking import Checked
from lms.capacity.models import IndexRun
from lms.capacity.views import bp, chosen_run, organisation_of, titles_in
from lms.capacity.views_why import earlier_run
from lms.errors import Refused
from lms.exercises import queries as exercises
from lms.web.language import language
from lms.web.refusals import sentence


@bp.get("/organisations/<uuid:key>/checks")
@requires(Permission.SEE_CAPACITY)
def checks(key: UUID) -> str:
    """Every check of the specification with what it found: a place worth a look, never an accusation."""
    organisation = organisation_of(key)
    found = queries.runs()
    run = chosen_run(found)
    value = queries.value_of(run, organisation) if run else None
    earlier = earlier_run(found, run) if run else None
    fault = ""
    told: list[Checked] = []
    if run and value:
        try:
            told = checking.checked(run, earlier, value)
        except Refused as refused:
            fault = sentence(refused)
    listed = [
        (one, _listed(one, told, run, organisation))
        for one in words_checks.ALL
        if run is not None and value is not None
    ]
    return render_template(
        "capacity/checks.html",
        organisation=organisation,
        name=organisation.name_in(language()),
        run=run,
        earlier=earlier,
        value=value,
        fault=fault,
        # What was found stands first; the sort is stable, so the rest keeps its order.
        checks=sorted(listed, key=lambda pair: not pair[1]),
        count=len(told),
    )


def _listed(
    check: words_checks.Check, told: Sequence[Checked], run: IndexRun, organisation: Organisation
) -> list[tuple[str, str]]:
    """Sentences of what a check found, each with the address of its evidence."""
    own = [one for one in told if one.finding.code in check.codes]
    titles = titles_in(run) if own else {}
    names = _names(own) if own and accounts.may_in(Permission.SEE_RESULTS, organisation) else {}
    return [
        (words_checks.check_sentence(one, titles, names), _address(one, run, organisation))
        for one in own
    ]


def _names(told: Sequence[Checked]) -> dict[str, str]:
    """Names of the people whom findings speak of, by id as text."""
    keys = {
        str(one.finding.figures[name])
        for one in told
        for name in ("assessor", "first", "second")
        if name in one.finding.figures
    }
    return {str(key): name for key, name in accounts.names_of(map(UUID, keys)).items()}


def _address(one: Checked, run: IndexRun, organisation: Organisation) -> str:
    """Where the evidence of a finding is, as near as the viewer may come."""
    if one.assessment_key and accounts.may_in(Permission.SEE_RESULTS, organisation):
        return url_for("assessments.results", assessment=one.assessment_key)
    if one.exercise_id is not None and exercises.find(one.exercise_id) is not None:
        return url_for("exercises.show", key=one.exercise_id)
    place: dict[str, Any] = {"key": organisation.id, "run": run.id}
    if one.finding.indicator:
        return url_for(".indicator", indicator=one.finding.indicator, **place)
    return url_for(".show", _anchor="indicators", **place)
