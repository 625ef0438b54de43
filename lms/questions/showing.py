"""A question as it is asked and reviewed, outside any attempt: for whoever keeps the bank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.scoring import TYPES, expand
from lms.scoring.presentation import Presentation, ReviewLine


@dataclass(frozen=True, slots=True)
class Shown:
    """A question, what asking it shows, and what a review says of its right answer.

    `presentation` is None for a type that no plugin of the site brings any more.
    """

    spec: Mapping[str, Any]
    presentation: Presentation | None
    lines: tuple[ReviewLine, ...]


def shown(spec: Mapping[str, Any]) -> list[Shown]:
    """Return a question, or each question of a scenario set, as pages show it."""
    return [_shown(one) for one in expand(spec)]


def _shown(spec: Mapping[str, Any]) -> Shown:
    kind = TYPES.get(spec["type"])
    if kind is None:
        return Shown(spec, None, ())
    presentation = kind.present(spec, {}, None)
    if not kind.asks:
        return Shown(spec, presentation, ())
    response = kind.right_answer(spec)
    lines = kind.review(spec, {}, response, kind.mark(spec, response))
    options = spec.get("options") or ()
    if len(options) == len(lines):
        # Whoever answers reads what is said of their choice; whoever keeps the bank reads it all.
        lines = tuple(
            line._replace(feedback=option.get("explanation"))
            for line, option in zip(lines, options, strict=True)
        )
    return Shown(spec, presentation, lines)
