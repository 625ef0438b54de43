"""The questions of many attempts, read from their JSON text with each question taken apart only once. Pure."""

from collections.abc import Sequence

from lms.assessments.rules import Question
from lms.db.json_text import JsonText, json_text, json_value

#: How a question begins as attempts keep it. A string has a stroke before each quote inside it, so between
#: questions alone can this stand behind a comma.
OPENING = '{"spec":{'
#: Questions to remember: each in some orders of its options. Beyond, they are read anew.
MOST = 5000


class QuestionTexts:
    """Reads the questions of one attempt after the other.

    Attempts at an assessment hold the same questions in other orders; taken apart whole, each attempt would be
    some five hundred objects anew. What is returned is shared between attempts and must not be changed.
    """

    def __init__(self) -> None:
        self._known: dict[str, Question] = {}

    def read(self, text: str) -> tuple[Sequence[Question], Sequence[str]]:
        """Return the questions that a text holds, a list as JSON, and the text of each of them."""
        texts = [
            part if not place else OPENING + part
            for place, part in enumerate(text[1:-1].split("," + OPENING))
        ]
        try:
            return [self._question(one) for one in texts], texts
        except ValueError:
            # Written in another way, or the opening stands inside a question as well.
            questions = json_value(text)
            return questions, [json_text(one) for one in questions]

    def _question(self, text: str) -> Question:
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()
            found = self._known[text] = json_value(text)
        return found


def text_of(
    questions: Sequence[Question], before: Sequence[Question], texts: Sequence[str]
) -> JsonText:
    """Return the text of an attempt's questions after some were replaced; `texts` are those of the ones before."""
    written = [
        text if one is other else json_text(one)
        for one, other, text in zip(questions, before, texts, strict=True)
    ]
    return JsonText(f"[{','.join(written)}]")
