"""One right option among several."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
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
    credit_of,
    credit_problems,
    marked,
    one_answer,
)
from lms.scoring.types.options import (
    choices_of,
    option_keys,
    option_lines,
    option_problems,
    option_texts,
    right_keys,
    shown_order,
)


class SingleChoice:
    """The right option earns the full mark, any other nothing, or the `credit` that it carries.

    A credit is -1 to less than 1; what is below 0 says that an answer is worse than others, and
    earns 0 like these: nothing is taken away.

    Field ``answer``: an option's key. Response ``{"choice": "b"}``. Detail: ``chosen``, ``right``.
    """

    name = "single_choice"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in the options; exactly one of them must be right."""
        found = option_problems(spec)
        if found:
            return found
        if len(right_keys(spec)) != 1:
            message = "mark exactly one option with correct: true"
            found.append(SpecProblem(("options",), "question.not-one-right-option", message))
        for at, option in enumerate(spec["options"]):
            faults = list(credit_problems(option, ("options", at), lowest=-1))
            found += faults
            written = option.get("credit")
            if (
                not faults
                and written is not None
                and (Decimal(written) == 1) != (option.get("correct") is True)
            ):
                message = "the right option, and no other, has the credit 1"
                where = ("options", at, "credit")
                found.append(SpecProblem(where, "question.credit-and-correct", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the key chosen. Raises `UnusableAnswer` for a foreign key or two keys."""
        return parse_choice(spec, submitted)

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above."""
        if response is None:
            return UNANSWERED
        chosen = response["choice"]
        detail = {"chosen": chosen, "right": right_keys(spec)[0]}
        earned = (_credit(one) for one in spec["options"] if one["key"] == chosen)
        return marked(next(earned, Fraction(0)), detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"options": [key, …]}``."""
        return shown_order(spec, seed, shuffle)

    def right_answer(self, spec: Spec) -> Response:
        """Return the right option as a response."""
        return {"choice": right_keys(spec)[0]}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return one radio control."""
        return asked(spec, radio(spec, order, response))

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return a line for each option, with its credit where an option states one."""
        credits = None
        if _states_credits(spec):
            credits = {
                option["key"]: Decimal(option.get("credit") or int(bool(option.get("correct"))))
                for option in spec["options"]
            }
        return option_lines(spec, order, chosen_of(response), right_keys(spec), credits)

    def formula_of(self, spec: Spec) -> str:
        """Return ``single_choice``, or ``single_choice.credits`` where an option states one."""
        return "single_choice.credits" if _states_credits(spec) else self.name

    def guess_share(self, spec: Spec) -> Fraction:
        """Return the mean of what the options earn: 1/n without credits."""
        credits = _credits(spec)
        return sum(credits.values(), Fraction(0)) / len(credits)

    def choices_made(self, spec: Spec, response: Response | None) -> tuple[str, ...]:
        """Return the key chosen."""
        return chosen_of(response)

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return the right key."""
        return tuple(right_keys(spec))

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return the options' texts."""
        return option_texts(spec)


def parse_choice(spec: Spec, submitted: Submitted) -> Response | None:
    """Return the one option chosen.

    Raises:
        UnusableAnswer: ``answer.not-an-option``, ``answer.more-than-one``.
    """
    chosen = one_answer(submitted)
    if chosen is None:
        return None
    if chosen not in option_keys(spec):
        raise UnusableAnswer("answer.not-an-option", chosen)
    return {"choice": chosen}


def radio(spec: Spec, order: Mapping[str, Any], response: Response | None) -> Control:
    """Return the options as one radio control."""
    return Control("radio", "answer", choices=choices_of(spec, order), values=chosen_of(response))


def chosen_of(response: Response | None) -> tuple[str, ...]:
    """Return the key chosen, or nothing."""
    return (response["choice"],) if response else ()


def _states_credits(spec: Spec) -> bool:
    return any(option.get("credit") is not None for option in spec["options"])


def _credits(spec: Spec) -> dict[str, Fraction]:
    """What each option earns, 0 to 1."""
    return {option["key"]: _credit(option) for option in spec["options"]}


def _credit(option: Mapping[str, Any]) -> Fraction:
    return Fraction(1) if option.get("correct") is True else max(Fraction(0), credit_of(option))
