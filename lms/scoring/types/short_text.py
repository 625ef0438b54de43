"""A word or a short phrase, typed."""

from decimal import Decimal
from typing import Any

from lms.scoring.folding import fold
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

LONGEST = 200


class ShortText:
    """Full mark when the text equals an accepted one, both folded; otherwise nothing.

    Folding (`lms.scoring.folding`) ignores case, accents, needless spaces, Arabic vowel signs, the
    Arabic article and letters that stand for one another. The variants of every language count,
    whatever language the question was read in: people mix languages at work.

    Field ``answer``. Response ``{"text": "read back"}``, as typed. Detail: ``text``, ``accepted``
    (by language).
    """

    name = "short_text"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in ``accepted``: a list by language, of texts with a letter or digit."""
        accepted = spec.get("accepted")
        if not isinstance(accepted, dict) or not accepted:
            message = "give accepted answers by language, such as {en: [read back]}"
            return [SpecProblem(("accepted",), "question.no-accepted", message)]
        found: list[SpecProblem] = []
        for language, variants in accepted.items():
            where = ("accepted", language)
            if not isinstance(variants, list) or not variants:
                message = "give a list of one accepted answer or more"
                found.append(SpecProblem(where, "question.no-accepted", message))
                continue
            for at, variant in enumerate(variants):
                if not isinstance(variant, str) or not fold(variant) or len(variant) > LONGEST:
                    message = f"an accepted answer is a text of 1 to {LONGEST} characters in quotes"
                    found.append(SpecProblem((*where, at), "question.bad-accepted", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the text as typed. Raises `UnusableAnswer` ``answer.too-long`` beyond 200."""
        typed = one_answer(submitted)
        if typed is None or not fold(typed):
            return None
        if len(typed) > LONGEST:
            raise UnusableAnswer("answer.too-long", typed)
        return {"text": typed}

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above: 1 or 0."""
        if response is None:
            return UNANSWERED
        variants = [variant for listed in spec["accepted"].values() for variant in listed]
        right = fold(response["text"]) in {fold(variant) for variant in variants}
        detail = {"text": response["text"], "accepted": spec["accepted"]}
        return Mark(Decimal(int(right)), right, detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return an empty mapping: there is nothing to arrange."""
        return {}

    def right_answer(self, spec: Spec) -> Response:
        """Return the first accepted text of the first language as a response."""
        return {"text": next(iter(spec["accepted"].values()))[0]}
