"""A situation and what one could do: some ways are better than others, each for a reason."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from lms.scoring.presentation import Presentation, ReviewLine, Texts, asked, image_of
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    credit_of,
    credit_problems,
    marked,
    text_problems,
)
from lms.scoring.types.options import (
    option_problems,
    option_texts,
    shown_options,
    shown_order,
)
from lms.scoring.types.single_choice import chosen_of, parse_choice, radio


class SituationalJudgement:
    """The way chosen earns its credit, 0 to 1; the best ways have 1.

    Every way carries its reason, and the review shows all of them: what is to be learnt is why one
    way is better than another. Credits come from the judgement of people who know the work, as is
    usual for such tests (McDaniel & Nguyen 2001, *Situational Judgment Tests*).

    Field ``answer``: an option's key. Response ``{"choice": "b"}``. Detail: ``chosen``, ``best``,
    the keys with credit 1.
    """

    name = "situational_judgement"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults: each option with a credit and a reason, one of them with credit 1."""
        found = option_problems(spec)
        if found:
            return found
        for at, option in enumerate(spec["options"]):
            where = ("options", at)
            found += credit_problems(option, where, required=True)
            if "explanation" not in option:
                found += text_problems(None, (*where, "explanation"))
            if option.get("correct"):
                message = "ways are better or worse: give credit, and no correct"
                found.append(SpecProblem((*where, "correct"), "question.bad-correct", message))
        if not found and not _best(spec):
            message = 'one option at least has the credit "1"'
            found.append(SpecProblem(("options",), "question.no-full-credit", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the key chosen. Raises `UnusableAnswer` for a foreign key or two keys."""
        return parse_choice(spec, submitted)

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above."""
        if response is None:
            return UNANSWERED
        credits = {option["key"]: credit_of(option) for option in spec["options"]}
        detail = {"chosen": response["choice"], "best": _best(spec)}
        return marked(credits.get(response["choice"], Fraction(0)), detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"options": [key, …]}``."""
        return shown_order(spec, seed, shuffle)

    def right_answer(self, spec: Spec) -> Response:
        """Return the first of the best options as a response."""
        return {"choice": _best(spec)[0]}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return one radio control."""
        return asked(spec, radio(spec, order, response))

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return a line for each option with its credit and its reason."""
        chosen, best = chosen_of(response), _best(spec)
        return tuple(
            ReviewLine(
                option["text"],
                chosen=option["key"] in chosen,
                right=option["key"] in best,
                credit=Decimal(option["credit"]),
                feedback=option["explanation"],
                image=image_of(option),
            )
            for option in shown_options(spec, order)
        )

    def formula_of(self, spec: Spec) -> str:
        """Return ``situational_judgement``."""
        return self.name

    def guess_share(self, spec: Spec) -> Fraction:
        """Return the mean credit."""
        credits = [credit_of(option) for option in spec["options"]]
        return sum(credits, Fraction(0)) / len(credits)

    def choices_made(self, spec: Spec, response: Response | None) -> tuple[str, ...]:
        """Return the key chosen."""
        return chosen_of(response)

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return the keys of the best options."""
        return tuple(_best(spec))

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return the options' texts."""
        return option_texts(spec)


def _best(spec: Spec) -> list[str]:
    return [option["key"] for option in spec["options"] if credit_of(option) == 1]
