"""What the checks look for and what they found, in the reader's language; none accuses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.capacity.checking import Checked
from lms.capacity.words import band_name, hundred
from lms.courses.library import library
from lms.index import Finding
from lms.web.language import day_text, in_language, listed, number_text


@dataclass(frozen=True, slots=True)
class Check:
    """One check of section 19 of the specification.

    Args:
        codes: of the findings that it makes. looks: what it looks for, a sentence.
        of_change: whether it needs an earlier run.
    """

    title: Any
    looks: Any
    codes: frozenset[str]
    of_change: bool = False


ALL = (
    Check(
        _l("Coverage fell while the index rose"),
        _l("The index rose, and 10 of 100 or more of what was known before is no longer known."),
        frozenset({"rose_while_coverage_fell", "rose_on_other_indicators"}),
        of_change=True,
    ),
    Check(
        _l("Self-assessment"),
        _l(
            "Less than half of the weight was assessed by others, or others see an indicator more than two errors "
            "apart from the organisation itself."
        ),
        frozenset({"self_assessed", "assessments_differ"}),
    ),
    Check(
        _l("Marks at the pass mark"),
        _l(
            "Of 20 marks or more within 3 points of a pass mark, clearly more than half lie on one side of it."
        ),
        frozenset({"marks_crowd"}),
    ),
    Check(
        _l("Evidence of the last days"),
        _l(
            "More than half of an indicator's new weight was observed in the 7 days before the run."
        ),
        frozenset({"last_days"}),
        of_change=True,
    ),
    Check(
        _l("One assessor"),
        _l("More than 60 of 100 of the weight comes from one person who observed or rated."),
        frozenset({"one_assessor"}),
    ),
    Check(
        _l("Jumps"),
        _l("An indicator moved by more than three errors with fewer than 5 new cases."),
        frozenset({"jump"}),
        of_change=True,
    ),
    Check(
        _l("Equal answers and equal ratings"),
        _l(
            "More than 5 people who sat an assessment together gave the same answers, beyond chance; or two "
            "evaluators of an exercise gave the same ratings with the same text."
        ),
        frozenset({"identical_patterns", "identical_ratings"}),
    ),
    Check(
        _l("Posts that are no longer counted"),
        _l("Posts left the count while their value was lower than that of the posts that stayed."),
        frozenset({"selective_posts"}),
        of_change=True,
    ),
    Check(
        _l("Figures that rest on one choice"),
        _l(
            "Without one indicator, with equal weights, or with arithmetic for geometric means, the band "
            "is another or the place moves by more than a tenth of the table."
        ),
        frozenset({"fragile"}),
    ),
)
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
    "marks_crowd": _l(
        "“%(assessment)s”: of %(n)s marks within %(within)s points of the pass mark %(pass_mark)s, "
        "%(above)s lie at or above it. Chance alone gives so uneven a split %(p)s. People who try again "
        "until they pass make one too."
    ),
    "one_assessor": _l(
        "Of the weight of this evidence, %(share)s of 100 comes from one person: %(assessor)s."
    ),
    "identical_patterns": _l(
        "“%(assessment)s”, %(day)s: %(count)s of %(n)s people who sat it together gave the same answers to all "
        "%(questions)s questions. Chance alone gives so many %(p)s; people who all know the answers look alike."
    ),
    "identical_ratings": _l(
        "%(first)s and %(second)s gave the same ratings on all %(ratings)s objectives of an exercise, "
        "with the same text. They may have written it together."
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


def check_sentence(
    one: Checked, titles: Mapping[str, str], names: Mapping[str, str] | None = None
) -> str:
    """A finding in the reader's language.

    `names` are of people by id, as text, for a reader who may know who they are; without one nobody is named.
    """
    finding = one.finding
    shown = {name: _figure(name, value) for name, value in finding.figures.items()}
    shown["title"] = titles.get(finding.indicator, finding.indicator)
    if finding.code == "fragile":
        shown |= {"choice": _choice(finding, titles), "moves": _moves(finding)}
    for name in ("assessor", "first", "second"):
        if name in finding.figures:
            unnamed = _("one who is not named here") if name == "assessor" else _("An evaluator")
            shown[name] = (names or {}).get(finding.figures[name]) or unnamed
    if one.assessment_key:
        known = library().assessments.get(one.assessment_key)
        shown["assessment"] = in_language(known.title) if known else one.assessment_key
    if one.day is not None:
        shown["day"] = day_text(one.day)
    if "p" in finding.figures:
        shown["p"] = _rarely(finding.figures["p"])
    said = str(CHECKS[finding.code]) % shown
    return f"{said} {_severity(finding)}".strip()


def _rarely(p: float) -> str:
    """How often chance does it, as one in so many."""
    if p < 1e-6:
        return _("less than once in a million times")
    return _("about once in %(times)s times", times=number_text(round(1 / p)))


def _severity(finding: Finding) -> str:
    """How the one assessor rates beside others; empty where nobody else rated the same."""
    offset = finding.figures.get("severity")
    if offset is None:
        return ""
    levels = number_text(abs(offset), 1)
    if abs(offset) < 0.05:
        return _("On objectives that others rated too, this person rates as they do.")
    if offset > 0:
        return _(
            "On objectives that others rated too, this person rates %(levels)s of a level higher.",
            levels=levels,
        )
    return _(
        "On objectives that others rated too, this person rates %(levels)s of a level lower.",
        levels=levels,
    )


def _figure(name: str, value: Any) -> str:
    if isinstance(value, str) or value is None:
        return value or "–"
    if name in _SHARES:
        return hundred(value)
    if name in ("pass_mark", "within"):
        return number_text(round(value, 2))
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
    return listed(moves)


def _choice(finding: Finding, titles: Mapping[str, str]) -> str:
    if finding.indicator:
        return _("without “%(title)s”", title=titles.get(finding.indicator, finding.indicator))
    if finding.figures["choice"] == "equal weights":
        return _("with equal weights")
    return _("with the arithmetic mean")
