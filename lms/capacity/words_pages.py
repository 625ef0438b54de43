"""The sentences of the capacity pages: causes of a change, checks, how sure, and what would help."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.capacity.words import band_name, hundred, whole
from lms.index import Finding
from lms.web.language import number_text

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
CHECKS = {
    "rose_while_coverage_fell": _l(
        "The index rose from %(value_a)s to %(value_b)s while coverage fell from "
        "%(coverage_a)s to %(coverage_b)s. On what is known in both runs it went from "
        "%(common_a)s to %(common_b)s."
    ),
    "rose_on_other_indicators": _l(
        "The index rose from %(value_a)s to %(value_b)s while coverage fell from "
        "%(coverage_a)s to %(coverage_b)s. The two runs have no indicator in common."
    ),
    "self_assessed": _l(
        "Of the weight of this evidence, %(independent)s of 100 was assessed by another "
        "organisation; the rest is the organisation's own or names nobody."
    ),
    "assessments_differ": _l(
        "%(title)s: the organisation's own assessments say %(own)s, those of others %(others)s."
    ),
    "last_days": _l(
        "%(title)s: %(share)s of 100 of the new weight was observed in the last %(days)s days "
        "before the run."
    ),
    "jump": _l(
        "%(title)s went from %(before)s to %(after)s with %(groups)s new cases. That is more "
        "than chance explains; look at what is new."
    ),
    "selective_posts": _l(
        "%(title)s: %(removed)s posts are no longer counted, and their mean was %(low)s; the "
        "%(kept)s posts that stayed have %(mean)s."
    ),
    "fragile": _l("The figure rests on one choice: %(choice)s, %(moves)s."),
}
#: Figures of findings that are shares of 1 and are shown × 100.
_SHARES = frozenset(
    {
        *("value_a", "value_b", "coverage_a", "coverage_b", "common_a", "common_b"),
        *("independent", "share", "value", "other_value"),
    }
)


def check_sentence(finding: Finding, titles: Mapping[str, str]) -> str:
    """A finding of `lms.index.checks` in the reader's language; in English where it is a new one."""
    words = CHECKS.get(finding.code)
    if words is None:
        return finding.sentence
    shown = {name: _figure(name, value) for name, value in finding.figures.items()}
    shown["title"] = titles.get(finding.indicator, finding.indicator)
    if finding.code == "fragile":
        shown |= {"choice": _choice(finding, titles), "moves": _moves(finding)}
    return str(words) % shown


def _figure(name: str, value: Any) -> str:
    if isinstance(value, str) or value is None:
        return value or "–"
    if name in _SHARES:
        return hundred(value)
    return number_text(value, 2) if isinstance(value, float) else number_text(value)


def _moves(finding: Finding) -> str:
    """What another choice would move: the value, and the place and the band where they differ."""
    told = finding.figures
    moves = [
        _(
            "the value would be %(other)s instead of %(own)s",
            other=hundred(told["other_value"]),
            own=hundred(told["value"]),
        )
    ]
    if told["rank"] != told["other_rank"]:
        moves.append(
            _(
                "the place %(other)s instead of %(own)s of %(subjects)s",
                other=told["other_rank"],
                own=told["rank"],
                subjects=told["subjects"],
            )
        )
    if told["band"] != told["other_band"]:
        moves.append(
            _(
                "the band “%(other)s” instead of “%(own)s”",
                other=band_name(told["other_band"]),
                own=band_name(told["band"]),
            )
        )
    return ", ".join(moves)


def _choice(finding: Finding, titles: Mapping[str, str]) -> str:
    if finding.indicator:
        return _("without “%(title)s”", title=titles.get(finding.indicator, finding.indicator))
    if finding.figures["choice"] == "equal weights":
        return _("with equal weights")
    return _("with the arithmetic mean")


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
        titles="; ".join(names),
    )
