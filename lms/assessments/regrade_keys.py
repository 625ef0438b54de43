"""A new key as a form says it: from fields to a question, and from a question to what the form shows. Pure.

Choices: tick what is right, or say what each option is worth of 100. A number has a value and a tolerance, a text
has accepted variants by language, one a line; where there are answers with a share of the mark, each stands by
itself (`regrade_answers`). Pairs: choose the right side of each left side; items: give each its
place; gaps: each as a choice, a number or a text. Types without a form here are marked by people, and can only be
given the full mark or be left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lms.assessments import regrade_answers
from lms.assessments.regrade_answers import KeyAnswer, number_of
from lms.assessments.regrade_types import JUDGED, SINGLE
from lms.errors import Refused
from lms.scoring import question_type
from lms.scoring.question import Spec, plain_number
from lms.scoring.types.cloze import KINDS
from lms.scoring.types.matching import right_sides, side_id

Fields = Mapping[str, Sequence[str]]
Texts = Mapping[str, str]
#: What the form looks like, by type.
TICKS, CREDITS, WHETHER, NUMBER, VARIANTS = "ticks", "credits", "whether", "number", "variants"
SIDES, PLACES, GAPS = "sides", "places", "gaps"
#: Of a gap that is filled from a list: one option is right.
CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form shows of a question as it is marked now.

    Args:
        form: one of the kinds above; None where there is no new key.
        options: key, texts, whether it is right, and what it is worth of 100.
        fields: further fields with what stands in them: value, tolerance, ``accepted-<language>``.
        several: several options may be ticked as a matter of course.
        parts: what each left side or item is called in the form, its texts, and its right side or place.
        sides: the right sides to choose from: id and texts.
        gaps: what the form shows of each gap; its fields are those of its kind after ``gap-<number>-``.
        answers: each with its share of the mark, and empty lines for more; of a number and of a text.
        keep_case: capitals matter in what is typed.
    """

    form: str | None
    options: tuple[tuple[str, Texts, bool, str], ...] = ()
    fields: Texts | None = None
    several: bool = False
    parts: tuple[tuple[str, Texts, str], ...] = ()
    sides: tuple[tuple[str, Texts], ...] = ()
    gaps: tuple["Shown", ...] = ()
    answers: tuple[KeyAnswer, ...] = ()
    keep_case: bool = False


def shown(spec: Spec, now: Spec) -> Shown:
    """What the form shows: `spec` as people read it, `now` as it is marked."""
    kind = form_of(spec)
    if kind in (TICKS, CREDITS, CHOICE):
        right = question_type(now["type"]).keyed_choices(now)
        options = tuple(
            (option["key"], option["text"], option["key"] in right, _worth(option, right))
            for option in now["options"]
        )
        return Shown(kind, options, several=spec["type"] == "multiple_choice")
    if kind == WHETHER:
        return Shown(kind, fields={"whether": "true" if now["answer"] is True else "false"})
    if kind == NUMBER:
        # With answers the mark of each is its own, and there is no single value.
        single = not now.get("answers")
        fields = {"value": now["value"], "tolerance": now.get("tolerance", "0")} if single else {}
        return Shown(kind, fields=fields, answers=regrade_answers.shown_numbers(now))
    if kind == VARIANTS:
        languages = dict.fromkeys([*(now.get("accepted") or {}), *spec["text"]])
        accepted = now.get("accepted") or {}
        return Shown(
            kind,
            fields={f"accepted-{one}": "\n".join(accepted.get(one, ())) for one in languages},
            answers=regrade_answers.shown_texts(now),
            keep_case=now.get("case_sensitive") is True,
        )
    if kind == SIDES:
        return Shown(kind, parts=tuple(_pairs(now)), sides=tuple(right_sides(spec).items()))
    if kind == PLACES:
        return Shown(kind, parts=tuple(_items(now)))
    if kind == GAPS:
        both = zip(_gap_questions(spec), _gap_questions(now), strict=True)
        return Shown(kind, gaps=tuple(shown(gap, gap_now) for gap, gap_now in both))
    return Shown(None)


def form_of(spec: Spec) -> str | None:
    """The kind of form for a question's new key, or None."""
    if spec["type"] == "multiple_choice":
        return CREDITS if any(one.get("weight") is not None for one in spec["options"]) else TICKS
    if spec["type"] == SINGLE:
        return CHOICE if "kind" in spec else TICKS
    return {
        JUDGED: CREDITS,
        "true_false": WHETHER,
        "numeric": NUMBER,
        "short_text": VARIANTS,
        "matching": SIDES,
        "ordering": PLACES,
        "cloze": GAPS,
    }.get(spec["type"])


def key_of(spec: Spec, now: Spec, fields: Fields) -> dict[str, Any]:
    """The question with the key that a form sent; whether it can be used is looked at later.

    Raises:
        Refused: `regrade.no-new-key`, `regrade.number` for something that is no number, `regrade.no-side` for a
            left side without a right one, `regrade.no-place`, `regrade.place` and `regrade.place-twice` for items;
            in a gap with its number as ``gap``.
    """
    kind = form_of(spec)
    if kind == TICKS:
        return _ticked(spec, now, set(fields.get("right", ())))
    if kind == CHOICE:
        return _ticked(spec, now, {_one(fields, "right")})
    if kind == CREDITS:
        return _credited(spec, fields)
    if kind == WHETHER:
        return {**spec, "answer": _one(fields, "whether") == "true"}
    if kind == NUMBER:
        return _numbered(now, fields)
    if kind == VARIANTS:
        return _worded(now, fields)
    if kind == SIDES:
        return _paired(spec, fields)
    if kind == PLACES:
        return _placed(spec, fields)
    if kind == GAPS:
        return _filled(spec, now, fields)
    raise Refused("regrade.no-new-key")


def _numbered(now: Spec, fields: Fields) -> dict[str, Any]:
    """A number with one value, or with answers where it has several or a further one was added."""
    made = {part: value for part, value in now.items() if part not in _NUMBERS}
    answers = regrade_answers.numbers_of(now, fields)
    if now.get("answers"):
        return {**made, "answers": answers}
    typed = _one(fields, "value")
    if not typed and answers:
        return {**made, "answers": answers}
    value, tolerance = number_of(typed), number_of(_one(fields, "tolerance") or "0")
    single = {"value": plain_number(value), "tolerance": plain_number(tolerance)}
    return {**made, "answers": [single, *answers]} if answers else {**made, **single}


_NUMBERS = ("value", "tolerance", "answers")


def _worded(now: Spec, fields: Fields) -> dict[str, Any]:
    """A short text with its accepted variants and its answers."""
    made = {part: value for part, value in now.items() if part not in ("accepted", "answers")}
    accepted = {
        name.removeprefix("accepted-"): lines
        for name in fields
        if name.startswith("accepted-")
        and (lines := [one.strip() for one in _one(fields, name).splitlines() if one.strip()])
    }
    answers = regrade_answers.texts_of(now, fields)
    return (
        made
        | ({"accepted": accepted} if accepted else {})
        | ({"answers": answers} if answers else {})
    )


def _pairs(spec: Spec) -> list[tuple[str, Texts, str]]:
    return [
        (f"left-{number}", pair["left"], side_id(pair["right"]))
        for number, pair in enumerate(spec["pairs"], 1)
    ]


def _paired(spec: Spec, fields: Fields) -> dict[str, Any]:
    """Pairs whose right sides are chosen from those of the question; those left over are distractors."""
    sides = right_sides(spec)
    chosen = [_one(fields, name) for name, _left, _right in _pairs(spec)]
    for number, side in enumerate(chosen, 1):
        if side not in sides:
            raise Refused("regrade.no-side", number=number)
    return {
        **spec,
        "pairs": [
            {**pair, "right": sides[side]} for pair, side in zip(spec["pairs"], chosen, strict=True)
        ],
        "distractors": [texts for side, texts in sides.items() if side not in chosen],
    }


def _items(spec: Spec) -> list[tuple[str, Texts, str]]:
    return [
        (f"place-{item['key']}", item["text"], str(place))
        for place, item in enumerate(spec["items"], 1)
    ]


def _placed(spec: Spec, fields: Fields) -> dict[str, Any]:
    """Items in the order of the places that the form gives them, from 1, each of its own."""
    count = len(spec["items"])
    places: dict[int, Any] = {}
    for item in spec["items"]:
        typed = _one(fields, f"place-{item['key']}")
        if not typed:
            raise Refused("regrade.no-place", count=count)
        place = _place(typed)
        if place is None or not 1 <= place <= count:
            raise Refused("regrade.place", typed=typed[:40], count=count)
        if place in places:
            raise Refused("regrade.place-twice", place=place)
        places[place] = item
    return {**spec, "items": [places[place] for place in sorted(places)]}


def _place(typed: str) -> int | None:
    """A whole number in digits of any script."""
    return int(typed) if typed.isdecimal() and len(typed) < 5 else None


def _gap_questions(spec: Spec) -> list[dict[str, Any]]:
    """The gaps as questions of their kinds; a gap of a list has its ``kind`` still."""
    return [{**gap, "type": KINDS[gap["kind"]].name, "text": spec["text"]} for gap in spec["gaps"]]


def _filled(spec: Spec, now: Spec, fields: Fields) -> dict[str, Any]:
    """Gaps, each with the key that its part of the form says."""
    gaps = []
    both = zip(_gap_questions(spec), _gap_questions(now), strict=True)
    for number, (gap, gap_now) in enumerate(both, 1):
        prefix = f"gap-{number}-"
        own = {
            name.removeprefix(prefix): values
            for name, values in fields.items()
            if name.startswith(prefix)
        }
        try:
            made = key_of(gap, gap_now, own)
        except Refused as refused:
            raise Refused(refused.code, gap=number, **refused.values) from refused
        gaps.append({part: value for part, value in made.items() if part not in ("type", "text")})
    return {**spec, "gaps": gaps}


def _ticked(spec: Spec, now: Spec, right: set[str]) -> dict[str, Any]:
    """A choice whose ticked options are right.

    A single choice has one right option; where several are ticked, each of them earns the full mark, as the best
    ways of a situational judgement do. What another option earned of the mark, it still earns.
    """
    if spec["type"] != SINGLE or len(right) < 2:
        options = []
        for option in spec["options"]:
            made = {**option, "correct": option["key"] in right}
            if made["correct"] or Decimal(made.get("credit") or 0) == 1:
                made.pop("credit", None)
            options.append(made)
        return {**spec, "options": options}
    return {
        **spec,
        "type": JUDGED,
        "options": [
            {
                **{part: value for part, value in option.items() if part != "correct"},
                "explanation": option.get("explanation") or spec["explanation"],
                "credit": "1" if option["key"] in right else _part_credit(option),
            }
            for option in spec["options"]
        ],
    }


def _part_credit(option: Mapping[str, Any]) -> str:
    credit = Decimal(option.get("credit") or 0)
    return plain_number(credit) if 0 < credit < 1 else "0"


def _credited(spec: Spec, fields: Fields) -> dict[str, Any]:
    """A choice whose options are worth what the form says of each, of 100."""
    name = "weight" if spec["type"] == "multiple_choice" else "credit"
    options = []
    for option in spec["options"]:
        share = number_of(_one(fields, f"credit-{option['key']}") or "0")
        made = {**option, name: regrade_answers.of_one(share)}
        if "correct" in option:
            made["correct"] = name == "weight" and share > 0
        options.append(made)
    return {**spec, "options": options}


def _worth(option: Mapping[str, Any], right: Sequence[str]) -> str:
    """What an option is worth of 100, in digits."""
    written = option.get("weight") or option.get("credit")
    share = Decimal(written) if written is not None else Decimal(int(option["key"] in right))
    return regrade_answers.of_hundred(share)


def _one(fields: Fields, name: str) -> str:
    return next((value.strip() for value in fields.get(name, ()) if value.strip()), "")
