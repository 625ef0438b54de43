"""Missing words: a text with gaps, each chosen, typed or a number."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import prod
from typing import Any

from lms.scoring.presentation import (
    Control,
    Presentation,
    ReviewLine,
    Text,
    Texts,
    image_of,
)
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    QuestionType,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    credit_of,
    decimal_of,
    exact,
    marked,
)
from lms.scoring.types.numeric import Numeric
from lms.scoring.types.short_text import ShortText
from lms.scoring.types.single_choice import SingleChoice
from lms.scoring.types.whole import earned, formula, grading_problems, is_exact

#: Five underscores, no more and no fewer.
GAP = re.compile(r"(?<!_)_{5}(?!_)")
FIELD = "gap-"
#: What a gap of each kind is marked as; it is written as that type is, without key and text.
KINDS: Mapping[str, QuestionType] = {
    "choice": SingleChoice(),
    "text": ShortText(),
    "number": Numeric(),
}


class Cloze:
    """The weighted mean of what the gaps earn: share = Σ weight · share / Σ weight.

    In the text, in every language, five underscores stand for each gap, in order. A gap of the kind
    ``choice`` is marked as a single choice, ``text`` as a short text, ``number`` as a number.

    Worked: three gaps of weight 1, 1 and 2; the first and the last right: (1 + 2)/4 = 0.75. With
    ``grading: exact``: 0.

    Fields ``gap-0``, ``gap-1``, …, each as the field ``answer`` of the gap's kind. Response
    ``{"gaps": {"0": {"choice": "a"}, "1": {"text": "audit"}}}``, only what was filled in. Detail:
    ``gaps``: share, right and detail by gap, as far as it was filled in.
    """

    name = "cloze"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in the gaps, and languages in which the text has more or fewer of them."""
        gaps = spec.get("gaps")
        if not isinstance(gaps, list) or not gaps:
            message = "give the gaps in the order of the text"
            return [SpecProblem(("gaps",), "question.no-gaps", message)]
        found = grading_problems(spec)
        texts = spec.get("text")
        for language, text in texts.items() if isinstance(texts, Mapping) else ():
            count = len(GAP.findall(text)) if isinstance(text, str) else len(gaps)
            if count != len(gaps):
                message = f"{count} gaps in the text, {len(gaps)} in gaps; a gap is _____"
                found.append(SpecProblem(("text", language), "question.gap-count", message))
        for at, gap in enumerate(gaps):
            found += _gap_problems(gap, ("gaps", at))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return what was filled in. Raises `UnusableAnswer` as each gap's kind does."""
        fields = {f"{FIELD}{at}": at for at in range(len(spec["gaps"]))}
        for field in submitted:
            if field.startswith(FIELD) and field not in fields:
                raise UnusableAnswer("answer.not-in-question", field)
        gaps: dict[str, Any] = {}
        for field, at in fields.items():
            kind, gap = _gap(spec, at)
            response = kind.parse(gap, {"answer": submitted.get(field, [])})
            if response is not None:
                gaps[str(at)] = response
        return {"gaps": gaps} if gaps else None

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above."""
        if response is None:
            return UNANSWERED
        marks = _marks(spec, response)
        weights = _weights(spec)
        gained = sum(
            (weights[at] * exact(mark.share) for at, mark in enumerate(marks)), Fraction(0)
        )
        detail = {
            str(at): mark.plain for at, mark in enumerate(marks) if str(at) in response["gaps"]
        }
        return marked(earned(spec, gained / sum(weights, Fraction(0))), {"gaps": detail})

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"gaps": {"0": {"options": [key, …]}, …}}``."""
        return {
            "gaps": {str(at): kind.order(gap, seed, shuffle) for at, (kind, gap) in _gaps(spec)}
        }

    def right_answer(self, spec: Spec) -> Response:
        """Return every gap filled in rightly as a response."""
        return {"gaps": {str(at): kind.right_answer(gap) for at, (kind, gap) in _gaps(spec)}}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return pieces of text and the controls between them, labelled by the gap's number."""
        pieces = {language: GAP.split(text) for language, text in spec["text"].items()}
        filled = response["gaps"] if response else {}
        parts: list[Text | Control] = [_piece(pieces, 0)]
        for at, (kind, gap) in _gaps(spec):
            shown = kind.present(
                gap, order.get("gaps", {}).get(str(at), {}), filled.get(str(at))
            ).controls[0]
            parts.append(
                Control(
                    "select" if shown.kind == "radio" else shown.kind,
                    f"{FIELD}{at}",
                    label=str(at + 1),
                    choices=shown.choices,
                    values=shown.values,
                    inline=True,
                    unit=shown.unit,
                    hint=shown.hint,
                    max_length=shown.max_length,
                )
            )
            parts.append(_piece(pieces, at + 1))
        return Presentation(tuple(parts), image_of(spec))

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return a line for each gap, by its number: what stands in it, and what should."""
        filled = response["gaps"] if response else {}
        return tuple(
            _line(spec, at, filled.get(str(at)), one)
            for at, one in enumerate(_marks(spec, response))
        )

    def formula_of(self, spec: Spec) -> str:
        """Return ``cloze``, or ``cloze.exact``."""
        return formula(spec, self.name)

    def guess_share(self, spec: Spec) -> Fraction:
        """Return the weighted mean of what the gaps' kinds say; where only the whole counts, the product
        of the chances that a gap is right: one of its options, or none where something is typed.
        """
        if is_exact(spec):
            chances = (
                Fraction(1, len(gap["options"])) if gap["kind"] == "choice" else Fraction(0)
                for gap in spec["gaps"]
            )
            return prod(chances, start=Fraction(1))
        weights = _weights(spec)
        gained = sum(
            (
                weights[at] * (kind.guess_share(gap) or Fraction(0))
                for at, (kind, gap) in _gaps(spec)
            ),
            Fraction(0),
        )
        return gained / sum(weights, Fraction(0))

    def choices_made(self, spec: Spec, response: Response | None) -> tuple[str, ...] | None:
        """Return ``gap:option`` for the gaps with options, such as ``0:a``; None: there are none."""
        choosing = _choosing(spec)
        if not choosing:
            return None
        filled = response["gaps"] if response else {}
        return tuple(f"{at}:{filled[str(at)]['choice']}" for at in choosing if str(at) in filled)

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return ``gap:option`` for the right options."""
        return self.choices_made(spec, self.right_answer(spec)) or ()

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return each option's text after the number of its gap."""
        return {
            f"{at}:{option['key']}": {
                language: f"{at + 1}: {text}" for language, text in option["text"].items()
            }
            for at in _choosing(spec)
            for option in spec["gaps"][at]["options"]
        }


def _gap(spec: Spec, at: int) -> tuple[QuestionType, Spec]:
    """The kind of a gap, and the gap as a question of that kind."""
    gap = spec["gaps"][at]
    return KINDS[gap["kind"]], {**gap, "key": f"{spec.get('key', '')}/{at}", "text": spec["text"]}


def _gaps(spec: Spec) -> Iterator[tuple[int, tuple[QuestionType, Spec]]]:
    for at in range(len(spec["gaps"])):
        yield at, _gap(spec, at)


def _choosing(spec: Spec) -> list[int]:
    return [at for at, gap in enumerate(spec["gaps"]) if gap["kind"] == "choice"]


def _weights(spec: Spec) -> list[Fraction]:
    return [credit_of(gap, "weight", "1") for gap in spec["gaps"]]


def _marks(spec: Spec, response: Response | None) -> list[Mark]:
    filled = response["gaps"] if response else {}
    return [kind.mark(gap, filled.get(str(at))) for at, (kind, gap) in _gaps(spec)]


def _line(spec: Spec, at: int, given: Response | None, mark: Mark) -> ReviewLine:
    kind, gap = _gap(spec, at)
    if kind.name == "single_choice":
        options = {option["key"]: option for option in gap["options"]}
        chosen = options.get(given["choice"], {}) if given else {}
        right = options[kind.keyed_choices(gap)[0]]
        line = ReviewLine(
            "answer",
            feedback=chosen.get("explanation"),
            given=chosen.get("text"),
            wanted=right["text"],
        )
    else:
        line = kind.review(gap, {}, given, mark)[0]
    return line._replace(
        text=str(at + 1), chosen=given is not None, right=mark.right, credit=mark.share
    )


def _piece(pieces: Mapping[str, list[str]], at: int) -> Text:
    return Text(
        {language: parts[at] if at < len(parts) else "" for language, parts in pieces.items()}
    )


def _gap_problems(gap: Any, where: tuple[str | int, ...]) -> Iterator[SpecProblem]:
    if not isinstance(gap, dict) or str(gap.get("kind")) not in KINDS:
        message = f"a gap is a mapping with a kind: {', '.join(KINDS)}"
        yield SpecProblem((*where, "kind"), "question.gap-kind", message)
        return
    weight = decimal_of(gap.get("weight", "1"))
    if weight is None or not 0 < weight <= 1000:
        message = 'weight is a number in quotes above "0", to "1000"'
        yield SpecProblem((*where, "weight"), "question.bad-weight", message)
    for problem in KINDS[gap["kind"]].check(gap):
        yield SpecProblem((*where, *problem.where), problem.code, problem.message)
