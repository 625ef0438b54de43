"""What is missing, how sure and how fresh a level is, and where a gap stands, in words."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.competencies.certainty import Basis, Bearing, Certainty, Freshness
from lms.competencies.gaps import GapState, Summary
from lms.competencies.rules import Found, Missing
from lms.web.language import day_text, number_text

MISSING = {
    Missing.ASSESSMENT: _l("an assessment of a linked course with 80 of 100 or more"),
    Missing.PRACTICAL_OBSERVATION: _l("a practical task, observed, that meets every criterion"),
    Missing.WORK_CONFIRMATION: _l("a record of real work that a supervisor confirmed"),
    Missing.EXERCISE_LEAD: _l("a joint exercise in a leading role, rated P or S, within 24 months"),
    Missing.SURVEY: _l("a partner survey with a mean of 3.5 of 5 or more"),
    Missing.COACHING: _l("two people coached to practitioner"),
    Missing.IMPROVEMENT: _l(
        "a documented improvement that more than one organisation uses, confirmed by the joint committee"
    ),
}
CERTAINTY = {
    Certainty.WELL_SUPPORTED: _l("well supported"),
    Certainty.SUPPORTED: _l("supported"),
    Certainty.THIN: _l("weakly supported"),
}
#: Kinds of tag beside the words, so that state is never told by colour alone.
CERTAINTY_TAG = {
    Certainty.WELL_SUPPORTED: "good",
    Certainty.SUPPORTED: "",
    Certainty.THIN: "turn",
}
FRESHNESS = {
    Freshness.FRESH: _l("fresh"),
    Freshness.AGEING: _l("past half of its validity"),
    Freshness.LAPSES_SOON: _l("lapses within 90 days"),
    Freshness.LAPSED: _l("lapsed"),
    Freshness.NEVER: _l("no level yet"),
}
FRESHNESS_TAG = {
    Freshness.FRESH: "good",
    Freshness.AGEING: "",
    Freshness.LAPSES_SOON: "turn",
    Freshness.LAPSED: "turn",
    Freshness.NEVER: "",
}
BEARING = {
    Bearing.GRANTS: _l("grants the level"),
    Bearing.SUPPORTS: _l("supports it"),
    Bearing.SHORT: _l("fell short"),
    Bearing.EXPIRED: _l("expired"),
    Bearing.NOTED: _l("counts towards no level"),
}
GAP = {
    GapState.MET: _l("met"),
    GapState.SHORT: _l("gap"),
    GapState.UNKNOWN: _l("not known"),
    GapState.VACANT: _l("vacant"),
}
GAP_TAG = {
    GapState.MET: "good",
    GapState.SHORT: "turn",
    GapState.UNKNOWN: "",
    GapState.VACANT: "",
}


def there(found: Found, asked_from: date | None) -> str:
    """How much there is of one thing that a level asks for, in a word or two.

    Args:
        asked_from: the day from which it is asked for, where that is still to come.
    """
    if found.met:
        return _("there")
    if asked_from is not None:
        return _("asked for from %(day)s", day=day_text(asked_from))
    if found.pieces:
        return _("%(there)s of %(asked)s", there=len(found.pieces), asked=found.proof.different)
    return _("missing")


def resting_on(basis: Basis) -> str:
    """What a level rests on, in one line; empty without a level."""
    if basis.certainty is None:
        return ""
    said = ngettext("%(num)s piece of evidence", "%(num)s pieces of evidence", basis.pieces)
    if basis.independent:
        said = _(
            "%(pieces)s, %(count)s by another organisation", pieces=said, count=basis.independent
        )
    if basis.contradicted:
        said = _("%(pieces)s; newer evidence fell short", pieces=said)
    return said


def of_hundred(share: float | None) -> str:
    """A share times hundred, without decimals; a dash where it is not known."""
    return "–" if share is None else number_text(round(share * 100))


def gap_sentences(summary: Summary) -> list[str]:
    """Several requirements in plain words: how many are met, how much is known, what it comes to."""
    if not summary.total:
        return [
            _("No competency is asked for yet. Add what the posts need, then the gap can be shown.")
        ]
    said = [
        ngettext(
            "%(num)s requirement: %(met)s met, %(short)s with a gap, %(unknown)s not known, %(vacant)s vacant.",
            "%(num)s requirements: %(met)s met, %(short)s with a gap, %(unknown)s not known, %(vacant)s vacant.",
            summary.total,
            met=summary.met,
            short=summary.short,
            unknown=summary.unknown,
            vacant=summary.vacant,
        )
    ]
    if summary.known:
        said.append(
            _(
                "Of what is known, %(existing)s of %(desired)s levels asked for are there;"
                " the mean over the requirements is %(share)s of 100.",
                existing=summary.existing,
                desired=summary.desired,
                share=of_hundred(summary.share),
            )
        )
    if summary.known < summary.total:
        said.append(
            _(
                "What is not known is no gap: it needs an assessment, or somebody in the post."
                " Known are %(share)s of 100.",
                share=of_hundred(summary.coverage),
            )
        )
    return said
