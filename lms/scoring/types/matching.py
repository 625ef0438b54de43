"""Pairs to be put together: to each left side, one right side out of a pool."""

import json
from collections.abc import Mapping
from fractions import Fraction
from hashlib import sha256
from typing import Any

from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    one_answer,
    share_of,
    text_problems,
)
from lms.scoring.types.options import seeded


class Matching:
    """Part marks: share = pairs put together rightly / pairs. A wrong pair costs nothing more.

    Worked: four pairs, three of them right: 0.75.

    A right side may be chosen for several left sides. Its id comes from its text, not from its
    place, or the page would give the answer away; two equal right sides are one and fit both.

    Fields ``left-0``, ``left-1``, …: the id of a right side, or blank. Response
    ``{"pairs": {"0": id, …}}``, only what was answered. Detail: ``right`` and ``wrong``, lists of
    left sides by number (an unanswered one is in neither), and ``pairs``, the right ids by left.
    """

    name = "matching"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults: two pairs or more, texts on both sides, no distractor that is right."""
        pairs = spec.get("pairs")
        if not isinstance(pairs, list) or len(pairs) < 2:
            return [SpecProblem(("pairs",), "question.too-few-pairs", "give two pairs or more")]
        found: list[SpecProblem] = []
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
        return Mark(share_of(Fraction(len(right), len(wanted))), len(right) == len(wanted), detail)

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


def right_sides(spec: Spec) -> dict[str, Mapping[str, str]]:
    """Return the pool of right sides and distractors: texts by language, by id, each once."""
    pool = [pair["right"] for pair in spec["pairs"]] + list(spec.get("distractors") or [])
    return {side_id(texts): texts for texts in pool}


def side_id(texts: Mapping[str, str]) -> str:
    """Return the id of a right side: ``r`` and ten hexadecimal digits of its texts' hash."""
    written = json.dumps(texts, sort_keys=True, ensure_ascii=False)
    return "r" + sha256(written.encode()).hexdigest()[:10]
