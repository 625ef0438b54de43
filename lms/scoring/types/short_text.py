"""A word or a short phrase, typed."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from lms.scoring.folding import fold
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
    text_problems,
)
from lms.scoring.types.open import WithoutOptions

LONGEST = 200
#: A star that stands for itself is written with a backslash before it.
STAR = re.compile(r"(?<!\\)\*")
#: Stands for such a star while the others are looked at: a letter that no script has.
ITSELF = "\ue000"


class ShortText(WithoutOptions):
    r"""Full mark when the text equals an accepted one, both folded; otherwise nothing.

    Folding (`lms.scoring.folding`) ignores case (unless `case_sensitive`), accents, needless
    spaces, Arabic vowel signs, the Arabic article and letters that stand for one another. The
    variants of every language count, whatever language the question was read in: people mix
    languages at work.

    Besides what is `accepted`, there may be `answers`, each with the `credit` that it earns, 0 to 1
    (default 1). In these a star stands for any text, also for none; ``\*`` is a star. The highest
    credit whose text fits counts, what is accepted before all.

    Field ``answer``. Response ``{"text": "read back"}``, as typed. Detail: ``text``, ``accepted``
    (by language, where there is such), and ``answer``, the place of the answer that fitted (only
    where one did).
    """

    name = "short_text"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in ``accepted`` (lists by language) and ``answers`` (texts with credits).

        A text has a letter or digit; one text at least earns the full mark.
        """
        accepted, answers = spec.get("accepted"), spec.get("answers")
        if answers is None and (not isinstance(accepted, dict) or not accepted):
            message = "give accepted answers by language, such as {en: [read back]}"
            return [SpecProblem(("accepted",), "question.no-accepted", message)]
        found = list(_accepted_problems(accepted)) if accepted is not None else []
        if not isinstance(spec.get("case_sensitive") or False, bool):
            message = "case_sensitive is true or false"
            found.append(SpecProblem(("case_sensitive",), "question.bad-case", message))
        if answers is not None:
            found += _answers_problems(answers)
        if not found and not any(True for _ in _right_texts(spec)):
            message = 'one answer at least has the credit "1"'
            found.append(SpecProblem(("answers",), "question.no-full-credit", message))
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
        """Mark by the formula above."""
        if response is None:
            return UNANSWERED
        keep_case = spec.get("case_sensitive") is True
        typed = fold(response["text"], keep_case=keep_case)
        detail: dict[str, Any] = {"text": response["text"]}
        if spec.get("accepted"):
            detail["accepted"] = spec["accepted"]
        if typed in {fold(text, keep_case=keep_case) for text in _accepted(spec)}:
            return marked(Fraction(1), detail)
        answers = spec.get("answers") or []
        for at in sorted(range(len(answers)), key=lambda at: -credit_of(answers[at], default="1")):
            if any(fits(typed, text, keep_case=keep_case) for text in answers[at]["text"].values()):
                return marked(credit_of(answers[at], default="1"), detail | {"answer": at})
        return marked(Fraction(0), detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return an empty mapping: there is nothing to arrange."""
        return {}

    def right_answer(self, spec: Spec) -> Response:
        """Return the first accepted text, or the first answer with full credit, as a response."""
        return {"text": next(_right_texts(spec))}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return a field for a line of text."""
        values = (response["text"],) if response else ()
        hint = "case-matters" if spec.get("case_sensitive") else None
        return asked(spec, Control("line", "answer", values=values, hint=hint, max_length=LONGEST))

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return one line: the text given, and those that earn the full mark."""
        answers, place = spec.get("answers") or [], mark.detail.get("answer")
        fitting = answers[place] if isinstance(place, int) and place < len(answers) else {}
        return (
            ReviewLine(
                "answer",
                chosen=response is not None,
                right=mark.right,
                credit=mark.share,
                feedback=fitting.get("feedback"),
                given=response["text"] if response else None,
                wanted=_wanted(spec),
            ),
        )

    def formula_of(self, spec: Spec) -> str:
        """Return ``short_text``, or ``short_text.case`` where capitals count."""
        return "short_text.case" if spec.get("case_sensitive") else self.name

    def guess_share(self, spec: Spec) -> Fraction:
        """Return 0: nobody hits a word blindly."""
        return Fraction(0)


def fits(folded: str, pattern: str, *, keep_case: bool = False) -> bool:
    r"""Return whether a folded text is one that a pattern with stars means.

    >>> fits("read it back", "read * back"), fits("read", "read*"), fits("2*3", r"2\*3")
    (True, True, True)
    """
    whole = fold(pattern.replace(r"\*", ITSELF), keep_case=keep_case)
    pieces = [piece.replace(ITSELF, "*") for piece in whole.split("*")]
    first, *others = pieces
    if not others:
        return folded == first
    *middle, last = others
    if not folded.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        # The earliest place leaves most for what follows, so nothing need be tried again.
        found = folded.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(folded) - len(last) >= at and folded.endswith(last)


def _accepted(spec: Spec) -> Iterator[str]:
    for variants in (spec.get("accepted") or {}).values():
        yield from variants


def _right_texts(spec: Spec) -> Iterator[str]:
    """Every text that earns the full mark; a star in one is left out."""
    yield from _accepted(spec)
    for answer in spec.get("answers") or ():
        if credit_of(answer, default="1") == 1:
            for text in answer["text"].values():
                yield _sample(text)


def _sample(pattern: str) -> str:
    """A text that fits: without the stars where that is one, otherwise with a letter for each."""
    bare, filled = (STAR.sub(stand_in, pattern).replace(r"\*", "*") for stand_in in ("", "x"))
    return bare if fold(bare) and fits(fold(bare), pattern) else filled


def _wanted(spec: Spec) -> Texts:
    """What earns the full mark, by language."""
    by_language: dict[str, list[str]] = {
        language: list(variants) for language, variants in (spec.get("accepted") or {}).items()
    }
    for answer in spec.get("answers") or ():
        if credit_of(answer, default="1") == 1:
            for language, text in answer["text"].items():
                by_language.setdefault(language, []).append(STAR.sub("…", text).replace(r"\*", "*"))
    return {language: "; ".join(variants) for language, variants in by_language.items()}


def _accepted_problems(accepted: Any) -> Iterator[SpecProblem]:
    if not isinstance(accepted, dict):
        message = "accepted answers stand by language, such as {en: [read back]}"
        yield SpecProblem(("accepted",), "question.no-accepted", message)
        return
    for language, variants in accepted.items():
        where = ("accepted", language)
        if not isinstance(variants, list) or not variants:
            message = "give a list of one accepted answer or more"
            yield SpecProblem(where, "question.no-accepted", message)
            continue
        for at, variant in enumerate(variants):
            if not isinstance(variant, str) or not fold(variant) or len(variant) > LONGEST:
                message = f"an accepted answer is a text of 1 to {LONGEST} characters in quotes"
                yield SpecProblem((*where, at), "question.bad-accepted", message)


def _answers_problems(answers: Any) -> Iterator[SpecProblem]:
    if not isinstance(answers, list) or not answers:
        message = "answers are a list of texts with their credit"
        yield SpecProblem(("answers",), "question.no-answers", message)
        return
    for at, answer in enumerate(answers):
        where = ("answers", at)
        if not isinstance(answer, dict):
            message = "an answer is a mapping with text and credit"
            yield SpecProblem(where, "question.bad-accepted", message)
            continue
        faults = list(text_problems(answer.get("text"), (*where, "text")))
        yield from faults
        for language, text in () if faults else answer["text"].items():
            if not fold(text) or len(text) > LONGEST:
                message = f"an answer is a text of 1 to {LONGEST} characters"
                yield SpecProblem((*where, "text", language), "question.bad-accepted", message)
        yield from credit_problems(answer, where)
        if answer.get("feedback") is not None:
            yield from text_problems(answer["feedback"], (*where, "feedback"))
