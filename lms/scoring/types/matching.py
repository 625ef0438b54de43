"""Pairs to be put together: to each left side, one right side out of a pool."""

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
    joined,
    marked,
    one_answer,
    text_problems,
)
from lms.scoring.types.options import seeded, text_id
from lms.scoring.types.whole import earned, formula, grading_problems, is_exact


class Matching:
    """Part marks: share = pairs put together rightly / pairs. A wrong pair costs nothing more.

    Worked: four pairs, three of them right: 0.75. With ``grading: exact``: 0.

    A right side may be chosen for several left sides. Its id comes from its text, not from its
    place, or the page would give the answer away; two equal right sides are one and fit both.

    Fields ``left-0``, ``left-1``, …: the id of a right side, or blank. Response
    ``{"pairs": {"0": id, …}}``, only what was answered. Detail: ``right`` and ``wrong``, lists of
    left sides by number (an unanswered one is in neither), and ``pairs``, the right ids by left.
    """

    name = "matching"
    marked_by_hand = False
    asks = True

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults: two pairs or more, texts on both sides, no distractor that is right."""
        pairs = spec.get("pairs")
        if not isinstance(pairs, list) or len(pairs) < 2:
            return [SpecProblem(("pairs",), "question.too-few-pairs", "give two pairs or more")]
        found = grading_problems(spec)
        for at, pair in enumerate(pairs):
            if not isinstance(pair, dict):
                message = "a pair is a mapping with left and right"
                found.append(SpecProblem(("pairs", at), "question.bad-pair", message))
                continue
            for side in ("left", "right"):
                found += text_problems(pair.get(side), ("pairs", at, side))
        distractors = spec.get("distractors") or []
        if not isinstance(distractors, list):
            message = "distractors are a list of texts by language"
            return [*found, SpecProblem(("distractors",), "question.bad-distractors", message)]
        for at, texts in enumerate(distractors):
            found += text_problems(texts, ("distractors", at))
        if found:
            return found
        rights = {side_id(pair["right"]) for pair in pairs}
        if len(rights) == 1:
            message = "the right sides are all the same"
            found.append(SpecProblem(("pairs",), "question.one-right-side", message))
        for at, texts in enumerate(distractors):
            if side_id(texts) in rights:
                message = "a distractor is the right side of a pair"
                found.append(SpecProblem(("distractors", at), "question.right-distractor", message))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the pairs made. Raises `UnusableAnswer` for a foreign left or right side."""
        known = right_sides(spec)
        lefts = {f"left-{at}": str(at) for at in range(len(spec["pairs"]))}
        pairs: dict[str, str] = {}
        for field in submitted:
            if field.startswith("left-") and field not in lefts:
                raise UnusableAnswer("answer.not-in-question", field)
        for field, left in lefts.items():
            chosen = one_answer(submitted, field)
            if chosen is None:
                continue
            if chosen not in known:
                raise UnusableAnswer("answer.not-an-option", chosen)
            pairs[left] = chosen
        return {"pairs": pairs} if pairs else None

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above."""
        if response is None:
            return UNANSWERED
        wanted = self.right_answer(spec)["pairs"]
        made = {left: side for left, side in response["pairs"].items() if left in wanted}
        right = [int(left) for left, side in made.items() if side == wanted[left]]
        wrong = [int(left) for left, side in made.items() if side != wanted[left]]
        detail = {"right": sorted(right), "wrong": sorted(wrong), "pairs": wanted}
        return marked(earned(spec, Fraction(len(right), len(wanted))), detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return ``{"lefts": [number, …], "rights": [id, …]}``.

        The right sides are shuffled even when `shuffle` is false: in the bank's order they would
        stand beside their left sides.
        """
        random = seeded(spec, seed)
        rights = list(right_sides(spec))
        random.shuffle(rights)
        lefts = list(range(len(spec["pairs"])))
        if shuffle:
            random.shuffle(lefts)
        return {"lefts": lefts, "rights": rights}

    def right_answer(self, spec: Spec) -> Response:
        """Return every pair as a response."""
        return {"pairs": {str(at): side_id(p["right"]) for at, p in enumerate(spec["pairs"])}}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        """Return a list to choose from for each left side; without an order, sorted by id."""
        sides = right_sides(spec)
        rights = [side for side in order.get("rights") or sorted(sides) if side in sides]
        choices = tuple(Choice(side, sides[side]) for side in rights)
        made = response["pairs"] if response else {}
        return asked(
            spec,
            *(
                Control(
                    "select",
                    f"left-{at}",
                    label=spec["pairs"][at]["left"],
                    choices=choices,
                    values=(made[str(at)],) if str(at) in made else (),
                )
                for at in _lefts(spec, order)
            ),
        )

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        """Return a line for each left side: what was put to it and what belongs to it."""
        sides, made = right_sides(spec), response["pairs"] if response else {}
        return tuple(
            ReviewLine(
                pair["left"],
                chosen=str(at) in made,
                right=made.get(str(at)) == side_id(pair["right"]),
                given=sides.get(made.get(str(at), "")),
                wanted=pair["right"],
            )
            for at in _lefts(spec, order)
            for pair in [spec["pairs"][at]]
        )

    def formula_of(self, spec: Spec) -> str:
        """Return ``matching``, or ``matching.exact``."""
        return formula(spec, self.name)

    def guess_share(self, spec: Spec) -> Fraction:
        """Return 1/m for a pool of m right sides.

        Each left side is right with that chance, whether sides are drawn afresh for every left side
        or each is used once. Where only the whole counts, sides are drawn afresh: 1/m for each.
        """
        chance = Fraction(1, len(right_sides(spec)))
        return chance ** len(spec["pairs"]) if is_exact(spec) else chance

    def choices_made(self, spec: Spec, response: Response | None) -> tuple[str, ...]:
        """Return ``left:right`` for each pair made, such as ``0:r1f2e3d4c5b``."""
        return _pair_keys(response) if response else ()

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        """Return ``left:right`` for each right pair."""
        return _pair_keys(self.right_answer(spec))

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        """Return every left side with every right side."""
        return {
            f"{at}:{side}": joined(": ", pair["left"], texts)
            for at, pair in enumerate(spec["pairs"])
            for side, texts in right_sides(spec).items()
        }


def right_sides(spec: Spec) -> dict[str, Texts]:
    """Return the pool of right sides and distractors: texts by language, by id, each once."""
    pool = [pair["right"] for pair in spec["pairs"]] + list(spec.get("distractors") or [])
    return {side_id(texts): texts for texts in pool}


def side_id(texts: Texts) -> str:
    """Return the id of a right side: ``r`` and ten hexadecimal digits of its texts' hash."""
    return text_id("r", texts)


def _lefts(spec: Spec, order: Mapping[str, Any]) -> list[int]:
    count = len(spec["pairs"])
    return [at for at in order.get("lefts") or range(count) if at < count]


def _pair_keys(response: Response) -> tuple[str, ...]:
    return tuple(f"{left}:{side}" for left, side in response["pairs"].items())
