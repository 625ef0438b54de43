"""Several right options among several, with part marks."""

from fractions import Fraction
from typing import Any

from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    answers,
    share_of,
)
from lms.scoring.types.options import option_keys, option_problems, right_keys, shown_order


class MultipleChoice:
    """Part marks: each right option chosen adds, each wrong option chosen takes away.

    With R right and W wrong options, of which r and w were chosen::

        share = max(0, r/R − w/min(R, W))

    A wrong choice costs what a right one earns, or more where there are fewer wrong options than
    right ones; so choosing everything earns nothing (1 − W/min(R, W) ≤ 0), and only the exact
    set of right options earns the full mark. Both constants are this product's own rule; the idea
    is that of formula scoring (Crocker & Algina 1986, ch. 18): blind guessing is not rewarded.

    Worked: R = 2, W = 3. Both right and one wrong: 1 − 1/2 = 0.5. One right: 0.5. One right and
    one wrong: 0. Both right and two wrong: 0.

    Field ``answer``: keys, one value each. Response ``{"choices": ["a", "c"]}`` in the order of
    the bank. Detail: ``hit`` (right and chosen), ``missed`` (right, not chosen), ``wrong``.
    """

    name = "multiple_choice"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in the options; one at least must be right, and one at least wrong."""
        found = option_problems(spec)
        if not found and not right_keys(spec):
            message = "mark one option or more with correct: true"
            found.append(SpecProblem(("options",), "question.no-right-option", message))
        if not found and len(right_keys(spec)) == len(option_keys(spec)):
            message = "give at least one wrong option"
            found.append(SpecProblem(("options",), "question.no-wrong-option", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the keys chosen, each once. Raises `UnusableAnswer` for a foreign key."""
        chosen = answers(submitted)
        keys = option_keys(spec)
        for key in chosen:
            if key not in keys:
                raise UnusableAnswer("answer.not-an-option", key)
        return {"choices": [key for key in keys if key in chosen]} if chosen else None

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above; an option that the spec no longer has counts for nothing."""
        if response is None:
            return UNANSWERED
        right = right_keys(spec)
        wrong = [key for key in option_keys(spec) if key not in right]
        hit = [key for key in right if key in response["choices"]]
        taken = [key for key in wrong if key in response["choices"]]
        share = Fraction(len(hit), len(right))
        if taken:
            share -= Fraction(len(taken), min(len(right), len(wrong)))
        detail = {"hit": hit, "missed": [key for key in right if key not in hit], "wrong": taken}
        return Mark(share_of(share), len(hit) == len(right) and not taken, detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"options": [key, …]}``."""
        return shown_order(spec, seed, shuffle)

    def right_answer(self, spec: Spec) -> Response:
        """Return all right options as a response."""
        return {"choices": right_keys(spec)}
