"""Answers with a share of the mark each, as the form of a new key shows and sends them. Pure.

A number may have several (values with a tolerance, or ranges), a short text too (with stars for any text). Each
stands in the form by its own; one whose fields are emptied is taken away, one whose fields were not sent stays as
it is. What is said to whoever gave it stays with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.errors import Refused
from lms.scoring.question import Spec, plain_number

Fields = Mapping[str, Sequence[str]]
Texts = Mapping[str, str]
VALUE, RANGE, TEXT = "value", "range", "text"
#: The fields of each kind; of a text one for each language.
PARTS: Mapping[str, tuple[str, ...]] = {VALUE: ("value", "tolerance"), RANGE: ("low", "high")}
LARGEST_POWER = 30


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """An answer as the form shows it.

    Args:
        name: what its fields begin with: ``answer-1``, from 1.
        kind: ``value`` with its tolerance, ``range``, or ``text``.
        fields: what stands in each, by what follows the name: ``value``, ``low``, ``text-en``.
        share: what it earns of 100, in digits.
        feedback: what is said to whoever gave it; it stays.
        is_new: an empty line for one more.
    """

    name: str
    kind: str
    fields: Texts
    share: str
    feedback: Texts | None = None
    is_new: bool = False


def shown_numbers(now: Spec) -> tuple[KeyAnswer, ...]:
    """The answers of a number that has several, and empty lines for one more value and one more range."""
    found = [
        _shown(at, kind, {part: str(one.get(part) or _empty(part)) for part in PARTS[kind]}, one)
        for at, one in enumerate(now.get("answers") or (), 1)
        for kind in [_kind(one)]
    ]
    new = [
        KeyAnswer(_name(at), kind, dict.fromkeys(PARTS[kind], ""), "100", is_new=True)
        for at, kind in enumerate((VALUE, RANGE), len(found) + 1)
    ]
    return (*found, *new)


def shown_texts(now: Spec) -> tuple[KeyAnswer, ...]:
    """The answers of a short text that has some beside the accepted variants, and an empty line for one more."""
    answers = now.get("answers") or ()
    languages = _languages(now)
    found = [
        _shown(at, TEXT, {f"text-{code}": one["text"].get(code, "") for code in languages}, one)
        for at, one in enumerate(answers, 1)
    ]
    blank = {f"text-{code}": "" for code in languages}
    return (*found, KeyAnswer(_name(len(found) + 1), TEXT, blank, "100", is_new=True))


def numbers_of(now: Spec, fields: Fields) -> list[dict[str, Any]]:
    """The answers of a number that a form sent.

    Raises:
        Refused: `regrade.number` for something that is no number.
    """
    made = []
    for one, held in _with_held(shown_numbers(now), now):
        if not _sent(one, fields, PARTS[one.kind]):
            made += [dict(held)] if held else []
            continue
        typed = {part: _one(fields, f"{one.name}-{part}") for part in PARTS[one.kind]}
        if not typed[PARTS[one.kind][0]] and (one.kind == VALUE or not typed["high"]):
            continue
        numbers = {
            part: _as_written(text or "0" if part == "tolerance" else text, (held or {}).get(part))
            for part, text in typed.items()
        }
        if one.kind == VALUE and numbers["tolerance"] == "0" and not (held or {}).get("tolerance"):
            del numbers["tolerance"]
        made.append({**_rest(held, PARTS[one.kind]), **numbers, **_credit(one, held, fields)})
    return made


def texts_of(now: Spec, fields: Fields) -> list[dict[str, Any]]:
    """The answers of a short text that a form sent.

    Raises:
        Refused: `regrade.number` for a share that is no number.
    """
    made = []
    for one, held in _with_held(shown_texts(now), now):
        if not _sent(one, fields, one.fields):
            made += [dict(held)] if held else []
            continue
        texts = {
            part.removeprefix("text-"): typed
            for part in one.fields
            if (typed := _one(fields, f"{one.name}-{part}"))
        }
        if texts:
            made.append({**_rest(held, ("text",)), "text": texts, **_credit(one, held, fields)})
    return made


def number_of(typed: str) -> Decimal:
    """A number as a form sends it.

    Raises:
        Refused: `regrade.number`.
    """
    try:
        number = Decimal(typed.replace("\u202f", "").replace(" ", "").replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number.adjusted()) > LARGEST_POWER:
        raise Refused("regrade.number", typed=typed[:40])
    return number


def of_hundred(share: Decimal) -> str:
    """A share as it stands in the form, of 100, in digits."""
    return plain_number((share * 100).normalize() if share else Decimal(0))


def _shown(at: int, kind: str, fields: Texts, answer: Mapping[str, Any]) -> KeyAnswer:
    share = of_hundred(Decimal(answer.get("credit") or "1"))
    return KeyAnswer(_name(at), kind, fields, share, answer.get("feedback"))


def _name(at: int) -> str:
    return f"answer-{at}"


def _kind(answer: Mapping[str, Any]) -> str:
    return RANGE if answer.get("low") is not None else VALUE


def _empty(part: str) -> str:
    return "0" if part == "tolerance" else ""


def _languages(now: Spec) -> list[str]:
    texts = [one["text"] for one in now.get("answers") or ()]
    return list(dict.fromkeys(code for text in (now["text"], *texts) for code in text))


def _with_held(
    lines: Sequence[KeyAnswer], now: Spec
) -> list[tuple[KeyAnswer, Mapping[str, Any] | None]]:
    """Each line with the answer that stands in it now; None for a new one."""
    answers = now.get("answers") or ()
    held = [*answers, *[None] * (len(lines) - len(answers))]
    return list(zip(lines, held, strict=True))


def _sent(one: KeyAnswer, fields: Fields, parts: Sequence[str] | Mapping[str, Any]) -> bool:
    return any(f"{one.name}-{part}" in fields for part in parts)


def _rest(held: Mapping[str, Any] | None, parts: Sequence[str]) -> dict[str, Any]:
    """What an answer holds beside its numbers or texts and its share: what is said to whoever gave it."""
    return {part: value for part, value in (held or {}).items() if part not in (*parts, "credit")}


def _credit(one: KeyAnswer, held: Mapping[str, Any] | None, fields: Fields) -> dict[str, str]:
    share = _one(fields, f"{one.name}-share") or one.share
    credit = _as_written(of_one(number_of(share)), (held or {}).get("credit"))
    return {} if credit == "1" and not (held or {}).get("credit") else {"credit": credit}


def of_one(share: Decimal) -> str:
    """A share of 100 as a credit, 0 to 1, in digits."""
    credit = share / 100
    return plain_number(credit.normalize() if credit else Decimal(0))


def _as_written(typed: str, before: Any) -> str:
    """A number in digits; as it was written before where it is the same."""
    number = number_of(typed)
    if before is not None and Decimal(before) == number:
        return str(before)
    return plain_number(number)


def _one(fields: Fields, name: str) -> str:
    return next((value.strip() for value in fields.get(name, ()) if value.strip()), "")
