"""The sentences of the capacity pages: causes of a change, how sure, and what would help."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.capacity.words import band_name, whole
from lms.web.language import semicolon

CAUSES = {
    "expired": _l("evidence that became too old"),
    "decayed": _l("evidence that grew older and counts for less"),
    "corrected": _l("evidence that was corrected or withdrawn"),
    "incumbent": _l("people who came to a post or left it"),
    "post": _l("posts that were made, closed or changed"),
    "new": _l("new evidence"),
}
#: What brings evidence, by the source that the methodology names.
REMEDIES = {
    "competencies": _l(
        "Let the people who hold these posts take the courses and assessments that the posts "
        "ask for, and fill vacant posts."
    ),
    "assessments": _l("Let people take the assessments, and have practical tasks observed."),
    "exercises": _l("Take part in a joint exercise, and finish the actions that it asked for."),
    "exchanges": _l("Agree on an exchange, and record on both sides what came and when."),
    "partnership": _l("Record meetings, agreements and what was done about them."),
    "surveys": _l("Run the survey with at least five people."),
    "given": _l("Ask whoever keeps this figure for a newer one."),
}


def sureness(detail: Mapping[str, Any]) -> list[str]:
    """What the evidence is like: which bands are possible, how fresh, by whom, and what chance does."""
    said = []
    between = detail.get("band_between") or []
    if len(between) == 2:
        said.append(
            _(
                "The evidence does not settle the band: it lies between “%(low)s” and “%(high)s”.",
                low=band_name(between[0]),
                high=band_name(between[1]),
            )
        )
    if "band_open" in detail.get("flags", []):
        said.append(_("What is missing could change the band."))
    if detail.get("fresh") is not None:
        said.append(
            _(
                "Of 100 parts of this evidence, %(fresh)s are fresh, %(independent)s were "
                "assessed by another organisation and %(verified)s were checked by somebody "
                "else.",
                fresh=whole(detail["fresh"]),
                independent=whole(detail["independent"]),
                verified=whole(detail["verified"]),
            )
        )
    return said


def reliability_words(detail: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    """Which indicators tell organisations apart badly; empty where there are none."""
    names = [
        titles.get(one["key"], one["key"])
        for one in detail["indicators"]
        if one["reliability"] is not None and one["reliability"] < 0.5
    ]
    if not names:
        return ""
    return _(
        "Differences between districts are mostly chance here: %(titles)s.",
        titles=f"{semicolon()} ".join(names),
    )
