"""A longer text, read and marked by people."""

from collections.abc import Mapping
from typing import Any

from lms.scoring.hand import marking_problems, rating_lines, shown_criteria
from lms.scoring.presentation import Control, Presentation, ReviewLine, asked
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    one_answer,
    pending,
)
from lms.scoring.types.open import WithoutOptions

LONGEST = 20_000
MOST_WORDS = 5_000


class Essay(WithoutOptions):
    """Marked by one or two people, by the criteria of the question (`lms.scoring.hand`).

    How many words are wished for is said and counted, never enforced: an answer that is too short
    or too long is kept, and the marker sees it.

    Field ``answer``. Response ``{"text": "…"}``, line ends as LF, up to 20,000 characters. Detail:
    ``words``, how many; once it is marked, ``ratings`` by criterion.
    """

    name = "essay"
    marked_by_hand = True
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in criteria, markers (1 or 2), ``min_words`` and ``max_words``."""
        found = marking_problems(spec)
        limits = []
        for name in ("min_words", "max_words"):
            words = spec.get(name)
            if words is None:
                continue
            if (
                isinstance(words, bool)
                or not isinstance(words, int)
                or not 1 <= words <= MOST_WORDS
            ):
                message = f"{name} is a whole number from 1 to {MOST_WORDS}"
                found.append(SpecProblem((name,), "question.bad-words", message))
            else:
                limits.append(words)
        if len(limits) == 2 and limits[0] > limits[1]:
            message = "max_words is less than min_words"
            found.append(SpecProblem(("max_words",), "question.bad-words", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the text. Raises `UnusableAnswer` ``answer.too-long`` beyond 20,000 characters."""
        typed = one_answer(submitted)
        if typed is None:
            return None
        text = typed.replace("\r\n", "\n").replace("\r", "\n")
        if len(text) > LONGEST:
            raise UnusableAnswer("answer.too-long", text)
        return {"text": text}

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Return a mark that is pending; nothing handed in is worth nothing at once."""
        if response is None:
            return UNANSWERED
        return pending({"words": words_in(response["text"])})

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return an empty mapping: there is nothing to arrange."""
        return {}

    def right_answer(self, spec: Spec) -> Response:
        """Return the explanation, which says what a good answer holds, as a response."""
        return {"text": next(iter((spec.get("explanation") or spec["text"]).values()))}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return a field for a long text."""
        return asked(
            spec,
            Control(
                "text",
                "answer",
                values=(response["text"],) if response else (),
                max_length=LONGEST,
                min_words=spec.get("min_words"),
                max_words=spec.get("max_words"),
            ),
            criteria=shown_criteria(spec),
        )

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return the text handed in, then a line for each criterion with the level given."""
        given = response["text"] if response else None
        line = ReviewLine("answer", chosen=response is not None, given=given)
        return (line, *rating_lines(spec, mark))

    def formula_of(self, spec: Spec) -> str:
        """Return ``essay``, or ``essay.criteria`` where it is marked by criteria."""
        return "essay.criteria" if spec.get("criteria") else self.name

    def guess_share(self, spec: Spec) -> None:
        """Return None: people mark it."""


def words_in(text: str) -> int:
    """Return how many words a text has: what stands between spaces and has a letter or digit.

    >>> words_in("Read  back – at once.")
    4
    """
    return sum(any(sign.isalnum() for sign in word) for word in text.split())
