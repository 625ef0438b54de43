"""A new key as a form says it: from fields to a question, and from a question to what the form shows. Pure.

The form is the same for every choice: tick what is right, or say what each option is worth of 100. A number has a
value and a tolerance, a text has accepted variants by language, one a line. Types without a form here can only be
given the full mark or be left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.assessments.regrade_rules import JUDGED, SINGLE
from lms.errors import Refused
from lms.scoring import question_type
from lms.scoring.question import Spec, plain_number

Fields = Mapping[str, Sequence[str]]
#: What the form looks like, by type.
TICKS, CREDITS, WHETHER, NUMBER, VARIANTS = "ticks", "credits", "whether", "number", "variants"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form shows of a question as it is marked now.

    Args:
        form: one of the kinds above; None where there is no new key.
        options: key, texts, whether it is right, and what it is worth of 100.
        fields: further fields with what stands in them: value, tolerance, ``accepted-<language>``.
        several: several options may be ticked as a matter of course.
    """

    form: str | None
    options: tuple[tuple[str, Mapping[str, str], bool, str], ...] = ()
    fields: Mapping[str, str] | None = None
    several: bool = False


def shown(spec: Spec, now: Spec) -> Shown:
    """What the form shows: `spec` as people read it, `now` as it is marked."""
    kind = form_of(spec)
    if kind in (TICKS, CREDITS):
        right = question_type(now["type"]).keyed_choices(now)
        options = tuple(
            (option["key"], option["text"], option["key"] in right, _worth(option, right))
            for option in now["options"]
        )
        return Shown(kind, options, several=spec["type"] == "multiple_choice")
    if kind == WHETHER:
        return Shown(kind, fields={"whether": "true" if now["answer"] is True else "false"})
    if kind == NUMBER:
        return Shown(
            kind, fields={"value": now.get("value", ""), "tolerance": now.get("tolerance", "0")}
        )
    if kind == VARIANTS:
        languages = dict.fromkeys([*(now.get("accepted") or {}), *spec["text"]])
        accepted = now.get("accepted") or {}
        return Shown(
            kind, fields={f"accepted-{one}": "\n".join(accepted.get(one, ())) for one in languages}
        )
    return Shown(None)


def form_of(spec: Spec) -> str | None:
    """The kind of form for a question's new key, or None."""
    if spec["type"] == "multiple_choice":
        return CREDITS if any(one.get("weight") is not None for one in spec["options"]) else TICKS
    return {
        SINGLE: TICKS,
        JUDGED: CREDITS,
        "true_false": WHETHER,
        "numeric": NUMBER,
        "short_text": VARIANTS,
    }.get(spec["type"])


def key_of(spec: Spec, now: Spec, fields: Fields) -> dict[str, Any]:
    """The question with the key that a form sent; whether it can be used is looked at later.

    Raises:
        Refused: `regrade.no-new-key`, `regrade.number` for something that is no number.
    """
    kind = form_of(spec)
    if kind == TICKS:
        return _ticked(spec, now, set(fields.get("right", ())))
    if kind == CREDITS:
        return _credited(spec, fields)
    if kind == WHETHER:
        return {**spec, "answer": _one(fields, "whether") == "true"}
    if kind == NUMBER:
        made = {part: value for part, value in now.items() if part != "answers"}
        value, tolerance = _number(_one(fields, "value")), _number(_one(fields, "tolerance") or "0")
        return {**made, "value": plain_number(value), "tolerance": plain_number(tolerance)}
    if kind == VARIANTS:
        accepted = {
            name.removeprefix("accepted-"): lines
            for name in fields
            if name.startswith("accepted-")
            and (lines := [one.strip() for one in _one(fields, name).splitlines() if one.strip()])
        }
        made = {part: value for part, value in now.items() if part != "accepted"}
        return {**made, "accepted": accepted} if accepted else made
    raise Refused("regrade.no-new-key")


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
        share = _number(_one(fields, f"credit-{option['key']}") or "0") / 100
        made = {**option, name: plain_number(share.normalize() if share else Decimal(0))}
        if "correct" in option:
            made["correct"] = name == "weight" and share > 0
        options.append(made)
    return {**spec, "options": options}


def _worth(option: Mapping[str, Any], right: Sequence[str]) -> str:
    """What an option is worth of 100, in digits."""
    written = option.get("weight") or option.get("credit")
    share = Decimal(written) if written is not None else Decimal(int(option["key"] in right))
    return plain_number((share * 100).normalize() if share else Decimal(0))


def _one(fields: Fields, name: str) -> str:
    return next((value.strip() for value in fields.get(name, ()) if value.strip()), "")


def _number(typed: str) -> Decimal:
    try:
        number = Decimal(typed.replace("\u202f", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise Refused("regrade.number", typed=typed[:40])
    return number
