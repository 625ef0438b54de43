"""A statement that holds or does not."""

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

MEANING = {"true": True, "false": False}


class TrueFalse:
    """The right answer earns the full mark, the other nothing.

    Field ``answer``: ``true`` or ``false``. Response ``{"answer": true}``. Detail: ``chosen``,
    ``right``, both booleans.
    """

    name = "true_false"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return a fault unless ``answer`` is a boolean."""
        if isinstance(spec.get("answer"), bool):
            return []
        return [SpecProblem(("answer",), "question.bad-answer", "answer is true or false")]

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the boolean chosen. Raises `UnusableAnswer` for any other word, or both."""
        chosen = one_answer(submitted)
        if chosen is None:
            return None
        if chosen not in MEANING:
            raise UnusableAnswer("answer.not-an-option", chosen)
        return {"answer": MEANING[chosen]}

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above: 1 or 0."""
        if response is None:
            return UNANSWERED
        right = response["answer"] is spec["answer"]
        detail = {"chosen": response["answer"], "right": spec["answer"]}
        return Mark(Decimal(int(right)), right, detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"options": ["true", "false"]}``: never shuffled, people expect true first."""
        return {"options": list(MEANING)}

    def right_answer(self, spec: Spec) -> Response:
        """Return the right answer as a response."""
        return {"answer": spec["answer"]}
