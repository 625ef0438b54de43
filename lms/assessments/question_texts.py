"""The questions of many attempts, read from their JSON text and written back, each question only once. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lms.assessments.rules import Question
from lms.db.json_text import JsonText, json_text, json_value

#: How a question begins as attempts keep it. A string has a stroke before each quote inside it, so behind a comma
#: this can stand only between questions.
OPENING = '{"of":"'
BETWEEN = "," + OPENING
#: Questions to remember: each in some orders of its options. Beyond, they are read anew.
MOST = 5000


class QuestionTexts:
    """Reads and writes the questions of one attempt after the other.

    Attempts at an assessment hold the same questions in other orders; taken apart whole, each attempt would be
    some five hundred objects anew. What is returned is shared between attempts and must not be changed.
    """

    def __init__(
        self,
        whole: Callable[[Sequence[Mapping[str, Any]]], Sequence[Question]],
        as_kept: Callable[[Question], Mapping[str, Any]],
    ) -> None:
        """Read and write with what makes a question of what an attempt keeps of it, and with the way back."""
        self._whole, self._as_kept = whole, as_kept
        self._read: dict[str, Question] = {}
        #: By the id of a question, which is kept with it: as long as it is here no other one has that id.
        self._written: dict[int, tuple[Question, str]] = {}

    def read(self, text: str) -> tuple[Sequence[Question], Sequence[str]]:
        """Return the questions that a text holds, a list as JSON, and the text of each of them."""
        first, *others = text[1:-1].split(BETWEEN)
        texts = [first, *(OPENING + part for part in others)]
        try:
            return [self._question(one) for one in texts], texts
        except ValueError:
            # Written in another way, or the opening stands inside a question as well.
            kept = json_value(text)
            return self._whole(kept), [json_text(one) for one in kept]

    def _question(self, text: str) -> Question:
        found = self._read.get(text)
        if found is None:
            if len(self._read) >= MOST:
                self._read.clear()
            found = self._read[text] = self._whole([json_value(text)])[0]
        return found

    def write(
        self, questions: Sequence[Question], before: Sequence[Question], texts: Sequence[str]
    ) -> JsonText:
        """Return the text of an attempt's questions after some were replaced; `texts` are those of `before`."""
        written = [
            text if one is other else self._text(one)
            for one, other, text in zip(questions, before, texts, strict=True)
        ]
        return JsonText(f"[{','.join(written)}]")

    def _text(self, question: Question) -> str:
        known = self._written.get(id(question))
        if known is None:
            if len(self._written) >= MOST:
                self._written.clear()
            kept = self._as_kept(question)
            known = self._written[id(question)] = (question, json_text(kept))
        return known[1]
