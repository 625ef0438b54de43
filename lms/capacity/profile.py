"""What an organisation is strong and weak in, and what is missing; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.capacity.observations import post_and_competency

#: So many are named on each side.
NAMED = 3
#: Below so many people a figure is not shown to others, as with surveys (section 15 of the specification).
SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class Profile:
    """Indicators as a run told them: the best first, the weakest first, and those without a value."""

    strengths: tuple[Mapping[str, Any], ...]
    gaps: tuple[Mapping[str, Any], ...]
    missing: tuple[Mapping[str, Any], ...]


def profile_of(detail: Mapping[str, Any]) -> Profile:
    """Up to three indicators above, and up to three below the middle of those that are known.

    The middle is the mean of the known indicators by their weights; one that stands exactly there is neither.
    """
    known = [one for one in detail["indicators"] if one["normalised"] is not None]
    missing = tuple(one for one in detail["indicators"] if one["normalised"] is None)
    weight = sum(one["weight"] for one in known)
    if not known or weight <= 0:
        return Profile((), (), missing)
    middle = sum(one["weight"] * one["normalised"] for one in known) / weight
    ordered = sorted(known, key=lambda one: one["normalised"])
    gaps = [one for one in ordered if one["normalised"] < middle - 1e-12]
    strengths = [one for one in reversed(ordered) if one["normalised"] > middle + 1e-12]
    return Profile(tuple(strengths[:NAMED]), tuple(gaps[:NAMED]), missing)


def small_groups(detail: Mapping[str, Any], sources: Mapping[str, str]) -> set[str]:
    """Keys of indicators and dimensions whose figure would tell of fewer than five people.

    An indicator of posts that rests on fewer than five posts. A dimension that holds one, since the others of it
    would give it away; and where just one dimension is hidden, the one beside it with the least weight too, since
    the index and the others would give it away.
    """
    hidden = set()
    for one in detail["indicators"]:
        posts = {place[0] for key in one["observations"] if (place := post_and_competency(key))}
        few = 0 < len(posts) < SMALLEST_GROUP
        if few and sources.get(one["key"]) == "competencies":
            hidden |= {one["key"], one["dimension"]}
    shown = [one for one in detail["dimensions"] if one["value"] is not None]
    closed = [one for one in shown if one["key"] in hidden]
    if len(closed) == 1:
        hidden |= _beside([one for one in shown if one["key"] not in hidden])
    return hidden


def _beside(shown: Sequence[Mapping[str, Any]]) -> set[str]:
    return {min(shown, key=lambda one: (one["weight"], one["key"]))["key"]} if shown else set()
