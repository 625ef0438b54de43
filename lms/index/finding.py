"""What an analysis noticed: a code, its figures, and the sentence they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something noticed about an index or a run. It changes no number and accuses nobody.

    Args:
        code: permanent, a key of `SENTENCES`; pages translate by it.
        figures: what the sentence rests on, by name; values and shares in 0 … 1, errors in the
            indicator's unit.
        subject, indicator: what it is about; empty where it is about the whole.
        observations: ids of the evidence behind it, so that a reader can open it.
    """

    code: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    subject: str = ""
    indicator: str = ""
    observations: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """The finding in one English sentence."""
        named = {**self.figures, "subject": self.subject, "indicator": self.indicator}
        return SENTENCES[self.code].format_map(named)

    def to_mapping(self) -> dict[str, Any]:
        """The finding as plain values for JSON."""
        return {
            "code": self.code,
            "subject": self.subject,
            "indicator": self.indicator,
            "figures": dict(self.figures),
            "observations": list(self.observations),
            "sentence": self.sentence,
        }


#: English sentences by code. `coherence` makes the first block, `checks` the second.
SENTENCES: dict[str, str] = {
    "too_few": "{subjects} subjects have a value; under {needed} there are too few to say.",
    "adds_nothing": (
        "{indicator} adds nothing to {dimension}: their correlation is {r:.2f} over {n} subjects."
    ),
    "pulls_the_other_way": (
        "{indicator} pulls the other way than {dimension}: their correlation is {r:.2f} over {n} "
        "subjects."
    ),
    "counts_for_more": (
        "{indicator} counts for more than intended: it carries {effective:.1%} of what tells "
        "subjects apart, and {nominal:.1%} of the weight."
    ),
    "says_the_same_twice": (
        "{indicator} and {other} say the same twice: their correlation is {r:.2f} over {n} subjects."
    ),
    "better_elsewhere": (
        "{indicator} may be better elsewhere: its correlation with {other} is {r_other:.2f}, with "
        "its own dimension {dimension} it is {r:.2f}."
    ),
    "low_alpha": (
        "Cronbach's alpha of {dimension} is {alpha:.2f} over {n} subjects. That is no fault where "
        "indicators are meant to differ, as they are in a capacity index."
    ),
    "dominance": (
        "In {share:.1%} of the pairs of subjects one is at least as good in every indicator and "
        "better in some; no weighting can turn those round."
    ),
    "rose_while_coverage_fell": (
        "{subject} rose from {value_a:.3f} to {value_b:.3f} while its coverage fell from "
        "{coverage_a:.2f} to {coverage_b:.2f}; on the indicators common to both runs it went from "
        "{common_a:.3f} to {common_b:.3f}."
    ),
    "rose_on_other_indicators": (
        "{subject} rose from {value_a:.3f} to {value_b:.3f} while its coverage fell from "
        "{coverage_a:.2f} to {coverage_b:.2f}; the two runs have no indicator in common."
    ),
    "self_assessed": (
        "Of the weight behind {subject}, {independent:.0%} was assessed by another organisation."
    ),
    "assessments_differ": (
        "{subject}, {indicator}: its own assessments say {own:.3g}, those of others {others:.3g}, "
        "{errors:.1f} errors apart."
    ),
    "marks_crowd": (
        "Of {n} marks within {within:g} points of the pass mark {pass_mark:g}, {above} lie at or "
        "above it; chance alone would give so uneven a split with probability {p:.2g}."
    ),
    "last_days": (
        "{subject}, {indicator}: {share:.0%} of the new weight was observed within {days} days "
        "before the day of the run."
    ),
    "one_assessor": (
        "{share:.0%} of the weight behind {subject} comes from one person, {assessor}."
    ),
    "jump": (
        "{subject}, {indicator} went from {before:.3g} to {after:.3g}, {errors:.1f} errors, with "
        "{groups} new groups."
    ),
    "identical_patterns": (
        "{count} of {n} response patterns in one sitting are equal; chance alone would give so many "
        "with probability {p:.2g}."
    ),
    "identical_ratings": (
        "{first} and {second} gave equal ratings on {ratings} objectives with the same free text."
    ),
    "selective_posts": (
        "{subject}, {indicator}: {removed} posts left the population with a mean of {low:.3g}; the "
        "{kept} posts that stayed have {mean:.3g}."
    ),
    "fragile": (
        "{subject} rests on one choice ({choice}): with another its value goes from {value:.3f} to "
        "{other_value:.3f}, rank {rank} to {other_rank} of {subjects}, band {band!r} to "
        "{other_band!r}."
    ),
}
