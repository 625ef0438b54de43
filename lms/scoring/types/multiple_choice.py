"""Several right options among several, with part marks."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Any

from lms.scoring.presentation import Control, Presentation, ReviewLine, Texts, asked
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    answers,
    credit_of,
    credit_problems,
    marked,
)
from lms.scoring.types.options import (
    choices_of,
    option_keys,
    option_lines,
    option_problems,
    option_texts,
    shown_order,
)
from lms.scoring.types.options import right_keys as flagged_keys
from lms.scoring.types.whole import earned, formula, grading_problems, is_exact

#: How far the positive weights may miss 1, for each of them: thirds written to four places.
WEIGHT_TOLERANCE = Fraction(5, 100_000)
#: Of an uneven weighting, every set of options is looked at in turn: 65,535 of them here.
MOST_OPTIONS_GUESSED = 16


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

    Where an option carries a `weight` (-1 to 1), the weights alone decide::

        share = max(0, min(1, Σ weights chosen / Σ positive weights))

    The right options are those with a positive weight. These add up to 1 as nearly as they are
    written, 0.00005 for each; dividing by their sum makes three thirds one.

    Worked: weights 0.5, 0.5, -0.5, 0. Both halves: 1. One half and the negative one: 0.

    With ``grading: exact`` only the set of all right options and no other earns the mark; then no
    option has a weight, and all may be right.

    Field ``answer``: keys, one value each. Response ``{"choices": ["a", "c"]}`` in the order of
    the bank. Detail: ``hit`` (right and chosen), ``missed`` (right, not chosen), ``wrong``.
    """

    name = "multiple_choice"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in the options; one at least must be right, and without weights one wrong.

        Where each option has its weight, or the exact set counts, all may be right, as other
        programs allow.
        """
        found = option_problems(spec) + grading_problems(spec)
        if found:
            return found
        if is_exact(spec) and _weighted(spec):
            message = "with grading: exact no option has a weight"
            found.append(SpecProblem(("grading",), "question.weights-and-exact", message))
            return found
        if _weighted(spec):
            found += _weight_problems(spec)
            if found:
                return found
        elif not right_keys(spec):
            message = "mark one option or more with correct: true"
            found.append(SpecProblem(("options",), "question.no-right-option", message))
        parts = not _weighted(spec) and not is_exact(spec)
        if parts and len(right_keys(spec)) == len(option_keys(spec)):
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
        detail = {"hit": hit, "missed": [key for key in right if key not in hit], "wrong": taken}
        if _weighted(spec):
            weights = _weights(spec)
            return marked(sum((weights[key] for key in (*hit, *taken)), Fraction(0)), detail)
        share = _share(len(hit), len(taken), len(right), len(wrong))
        return marked(earned(spec, share), detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"options": [key, …]}``."""
        return shown_order(spec, seed, shuffle)

    def right_answer(self, spec: Spec) -> Response:
        """Return all right options as a response."""
        return {"choices": right_keys(spec)}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return one control with a box for each option."""
        chosen = self.choices_made(spec, response)
        return asked(
            spec, Control("checkbox", "answer", choices=choices_of(spec, order), values=chosen)
        )

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return a line for each option, with its weight where the weights decide."""
        weights = None
        if _weighted(spec):
            weights = {
                option["key"]: Decimal(option.get("weight") or 0) for option in spec["options"]
            }
        chosen = self.choices_made(spec, response)
        return option_lines(spec, order, chosen, right_keys(spec), weights)

    def formula_of(self, spec: Spec) -> str:
        """Return ``multiple_choice``, with ``.weights`` where these decide, or ``.exact``."""
        return "multiple_choice.weights" if _weighted(spec) else formula(spec, self.name)

    def guess_share(self, spec: Spec) -> Fraction | None:
        """Return the mean share over all sets of one option or more, each as likely as the others.

        None for more than 16 options with weights.
        """
        if is_exact(spec):
            return Fraction(1, 2 ** len(option_keys(spec)) - 1)
        if not _weighted(spec):
            right = len(right_keys(spec))
            return _guess(right, len(option_keys(spec)) - right)
        if len(option_keys(spec)) > MOST_OPTIONS_GUESSED:
            return None
        # How many sets of options have which sum.
        sums: Counter[Fraction] = Counter({Fraction(0): 1})
        for weight in _weights(spec).values():
            for total, count in list(sums.items()):
                sums[total + weight] += count
        gained = sum(
            (min(max(total, Fraction(0)), Fraction(1)) * count for total, count in sums.items()),
            Fraction(0),
        )
        return gained / (2 ** len(option_keys(spec)) - 1)

    def choices_made(self, spec: Spec, response: Response | None) -> tuple[str, ...]:
        """Return the keys chosen."""
        return tuple(response["choices"]) if response else ()

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return the right keys."""
        return tuple(right_keys(spec))

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return the options' texts."""
        return option_texts(spec)


def right_keys(spec: Spec) -> list[str]:
    """Return the keys of the right options: flagged so, or with a positive weight."""
    if not _weighted(spec):
        return flagged_keys(spec)
    return [option["key"] for option in spec["options"] if credit_of(option, "weight") > 0]


def _weighted(spec: Spec) -> bool:
    return any(option.get("weight") is not None for option in spec["options"])


def _weights(spec: Spec) -> dict[str, Fraction]:
    """The weight of each option, scaled so that the positive ones make exactly 1."""
    weights = {option["key"]: credit_of(option, "weight") for option in spec["options"]}
    whole = sum(weight for weight in weights.values() if weight > 0)
    return {key: weight / whole for key, weight in weights.items()}


def _weight_problems(spec: Spec) -> list[SpecProblem]:
    found: list[SpecProblem] = []
    for at, option in enumerate(spec["options"]):
        where = ("options", at)
        faults = list(credit_problems(option, where, "weight", lowest=-1))
        found += faults
        if not faults and option.get("correct") is True and credit_of(option, "weight") <= 0:
            message = "a right option has a weight above 0; the weights alone decide"
            found.append(SpecProblem((*where, "weight"), "question.weight-and-correct", message))
    if found:
        return found
    positive = [
        Fraction(Decimal(option["weight"]))
        for option in spec["options"]
        if option.get("weight") is not None and Decimal(option["weight"]) > 0
    ]
    if abs(sum(positive, Fraction(0)) - 1) > WEIGHT_TOLERANCE * len(positive):
        message = "the weights above 0 must add up to 1"
        found.append(SpecProblem(("options",), "question.weights-not-one", message))
    return found


def _share(hit: int, taken: int, right: int, wrong: int) -> Fraction:
    share = Fraction(hit, right)
    return share - Fraction(taken, min(right, wrong)) if taken else share


def _guess(right: int, wrong: int) -> Fraction:
    gained = sum(
        (
            comb(right, hit)
            * comb(wrong, taken)
            * max(Fraction(0), _share(hit, taken, right, wrong))
            for hit in range(right + 1)
            for taken in range(wrong + 1)
        ),
        Fraction(0),
    )
    return gained / (2 ** (right + wrong) - 1)
