"""What stands in a bank and is not asked by itself: a description, and a set around one scenario."""

from collections.abc import Mapping
from typing import Any

from lms.scoring.presentation import Presentation, ReviewLine, asked
from lms.scoring.question import UNANSWERED, Mark, Response, Spec, SpecProblem, Submitted
from lms.scoring.types.open import WithoutOptions


class _Unasked(WithoutOptions):
    """Nothing is answered, so nothing is marked."""

    marked_by_hand = False
    asks = False
    name = ""

    def parse(self, spec: Spec, submitted: Submitted) -> None:
        """Return None, whatever is sent."""

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Return the mark of a question left unanswered."""
        return UNANSWERED

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return an empty mapping: there is nothing to arrange."""
        return {}

    def right_answer(self, spec: Spec) -> Response:
        """Return an empty mapping."""
        return {}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return the text alone."""
        return asked(spec)

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return nothing."""
        return ()

    def formula_of(self, spec: Spec) -> str:
        """Return the type's name."""
        return self.name

    def guess_share(self, spec: Spec) -> None:
        """Return None: there is nothing to guess."""


class Description(_Unasked):
    """A text that asks nothing: it is never drawn and never marked."""

    name = "description"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return nothing: a text is all it needs."""
        return []


class ScenarioSet(_Unasked):
    """A scenario and the questions about it, which are drawn together and asked in their order.

    The text is the scenario. ``questions`` are full questions with keys of their own; none of them
    is a set or a description. Each is marked by itself (`lms.scoring.scenarios.expand`).
    """

    name = "scenario_set"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in the list of questions; each question is checked by its own type."""
        questions = spec.get("questions")
        if not isinstance(questions, list) or not questions:
            message = "give the questions about the scenario"
            return [SpecProblem(("questions",), "question.no-questions", message)]
        found: list[SpecProblem] = []
        seen = [spec.get("key")]
        for at, question in enumerate(questions):
            where = ("questions", at)
            if not isinstance(question, dict):
                message = "a question is a mapping with key and type"
                found.append(SpecProblem(where, "question.bad-question", message))
                continue
            if question.get("type") in (Description.name, ScenarioSet.name):
                message = f"a {question['type']} cannot stand in a scenario"
                found.append(SpecProblem((*where, "type"), "question.nested", message))
            if question.get("use") != spec.get("use"):
                message = "a question of a scenario has the same use as the scenario"
                found.append(SpecProblem((*where, "use"), "question.other-use", message))
            if question.get("key") in seen:
                message = "give each question a key of its own, other than the set's"
                found.append(SpecProblem((*where, "key"), "question.key-twice", message))
            seen.append(question.get("key"))
        return found
