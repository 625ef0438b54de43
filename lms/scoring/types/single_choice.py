"""One right option among several."""

from decimal import Decimal
from typing import Any

from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    one_answer,
)
from lms.scoring.types.options import option_keys, option_problems, right_keys, shown_order


class SingleChoice:
    """The right option earns the full mark, any other nothing.

    Field ``answer``: an option's key. Response ``{"choice": "b"}``. Detail: ``chosen``, ``right``.
    """

    name = "single_choice"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in the options; exactly one of them must be right."""
        found = option_problems(spec)
        if not found and len(right_keys(spec)) != 1:
            message = "mark exactly one option with correct: true"
            found.append(SpecProblem(("options",), "question.not-one-right-option", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the key chosen. Raises `UnusableAnswer` for a foreign key or two keys."""
        chosen = one_answer(submitted)
        if chosen is None:
            return None
        if chosen not in option_keys(spec):
            raise UnusableAnswer("answer.not-an-option", chosen)
        return {"choice": chosen}

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above: 1 or 0."""
        if response is None:
            return UNANSWERED
        right = response["choice"] in right_keys(spec)
        detail = {"chosen": response["choice"], "right": right_keys(spec)[0]}
        return Mark(Decimal(int(right)), right, detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"options": [key, …]}``."""
        return shown_order(spec, seed, shuffle)

    def right_answer(self, spec: Spec) -> Response:
        """Return the right option as a response."""
        return {"choice": right_keys(spec)[0]}
