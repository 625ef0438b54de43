"""A statement that holds or does not."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from lms.scoring.presentation import (
    Choice,
    Control,
    Presentation,
    ReviewLine,
    Texts,
    asked,
)
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    marked,
    one_answer,
    text_problems,
)

MEANING = {"true": True, "false": False}
#: For lists of options in analyses, which show texts alone.
WORDS: Mapping[str, Texts] = {
    "true": {"en": "True", "fr": "Vrai", "ar": "صحيح"},
    "false": {"en": "False", "fr": "Faux", "ar": "خطأ"},
}


class TrueFalse:
    """The right answer earns the full mark, the other nothing.

    ``feedback_true`` and ``feedback_false`` are said to whoever gave that answer.

    Field ``answer``: ``true`` or ``false``. Response ``{"answer": true}``. Detail: ``chosen``,
    ``right``, both booleans.
    """

    name = "true_false"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return a fault unless ``answer`` is a boolean and feedback, if any, has texts."""
        found: list[SpecProblem] = []
        if not isinstance(spec.get("answer"), bool):
            message = "answer is true or false"
            found.append(SpecProblem(("answer",), "question.bad-answer", message))
        for name in ("feedback_true", "feedback_false"):
            if spec.get(name) is not None:
                found += text_problems(spec[name], (name,))
        return found

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
        return marked(Fraction(right), {"chosen": response["answer"], "right": spec["answer"]})

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"options": ["true", "false"]}``: never shuffled, people expect true first."""
        return {"options": list(MEANING)}

    def right_answer(self, spec: Spec) -> Response:
        """Return the right answer as a response."""
        return {"answer": spec["answer"]}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return one radio control, whose labels are the codes ``true`` and ``false``."""
        choices = tuple(Choice(word, word) for word in MEANING)
        values = self.choices_made(spec, response)
        return asked(spec, Control("radio", "answer", choices=choices, values=values))

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return a line for each answer, the one given with what is said to it."""
        chosen, right = self.choices_made(spec, response), self.keyed_choices(spec)
        return tuple(
            ReviewLine(
                word,
                chosen=word in chosen,
                right=word in right,
                feedback=spec.get(f"feedback_{word}") if word in chosen else None,
            )
            for word in MEANING
        )

    def formula_of(self, spec: Spec) -> str:
        """Return ``true_false``."""
        return self.name

    def guess_share(self, spec: Spec) -> Fraction:
        """Return a half."""
        return Fraction(1, 2)

    def choices_made(self, spec: Spec, response: Response | None) -> tuple[str, ...]:
        """Return ``true`` or ``false``."""
        return (_word(response["answer"]),) if response else ()

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return the right word."""
        return (_word(spec["answer"]),)

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return both words in the product's languages."""
        return dict(WORDS)


def _word(answer: bool) -> str:
    return "true" if answer else "false"
