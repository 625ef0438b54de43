"""What the choice questions have in common: a list of options with keys."""

import json
from collections.abc import Collection, Mapping
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any

from lms.scoring.presentation import Choice, ReviewLine, Texts, image_of
from lms.scoring.question import Spec, SpecProblem, image_problems, text_problems


def option_keys(spec: Spec) -> list[str]:
    """Return the keys of all options, in the order of the bank."""
    return [option["key"] for option in spec["options"]]


def right_keys(spec: Spec) -> list[str]:
    """Return the keys of the right options, in the order of the bank."""
    return [option["key"] for option in spec["options"] if option.get("correct") is True]


def option_texts(spec: Spec) -> dict[str, Texts]:
    """Return the texts of all options by key, in the order of the bank."""
    return {option["key"]: option["text"] for option in spec["options"]}


def shown_order(spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
    """Return ``{"options": [key, …]}``, each option once; shuffled by seed and question key."""
    keys = option_keys(spec)
    if shuffle:
        seeded(spec, seed).shuffle(keys)
    return {"options": keys}


def shown_options(spec: Spec, order: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the options in the order shown; without an order, in that of the bank."""
    options = {option["key"]: option for option in spec["options"]}
    return [options[key] for key in order.get("options") or options if key in options]


def choices_of(spec: Spec, order: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Return the options as the choices of a control, in the order shown."""
    return tuple(
        Choice(option["key"], option["text"], image_of(option))
        for option in shown_options(spec, order)
    )


def option_lines(
    spec: Spec,
    order: Mapping[str, Any],
    chosen: Collection[str],
    right: Collection[str],
    credits: Mapping[str, Decimal] | None = None,
) -> tuple[ReviewLine, ...]:
    """Return a line for each option; what is neither chosen nor right keeps its explanation."""
    return tuple(
        ReviewLine(
            option["text"],
            chosen=key in chosen,
            right=key in right,
            credit=None if credits is None else credits[key],
            feedback=option.get("explanation") if key in chosen or key in right else None,
            image=image_of(option),
        )
        for option in shown_options(spec, order)
        for key in [option["key"]]
    )


def seeded(spec: Spec, seed: int | str) -> Random:
    """Return the random numbers of this question under this seed.

    The key takes part, or every question of an attempt would be shuffled the same way.
    """
    return Random(f"{seed}/{spec.get('key', '')}")


def text_id(prefix: str, texts: Texts) -> str:
    """Return an id that tells nothing of a part's place: ten hexadecimal digits of its texts' hash.

    Where the place or key of a part is the answer, the page must not show it.
    """
    written = json.dumps(texts, sort_keys=True, ensure_ascii=False)
    return prefix + sha256(written.encode()).hexdigest()[:10]


def option_problems(spec: Spec) -> list[SpecProblem]:
    """Return the faults that hold for every choice: two options or more, own keys, texts."""
    options = spec.get("options")
    if not isinstance(options, list) or len(options) < 2:
        return [SpecProblem(("options",), "question.too-few-options", "give two options or more")]
    found: list[SpecProblem] = []
    seen: set[str] = set()
    for at, option in enumerate(options):
        where = ("options", at)
        if not isinstance(option, dict):
            message = "an option is a mapping with key and text"
            found.append(SpecProblem(where, "question.bad-option", message))
            continue
        key = option.get("key")
        if not isinstance(key, str) or not key.strip() or key != key.strip():
            message = "give each option a key in quotes, such as 'a'"
            found.append(SpecProblem((*where, "key"), "question.no-option-key", message))
        elif key in seen:
            message = f"two options have the key {key!r}"
            found.append(SpecProblem((*where, "key"), "question.option-key-twice", message))
        else:
            seen.add(key)
        if not isinstance(option.get("correct", False), bool):
            message = "correct is true or false"
            found.append(SpecProblem((*where, "correct"), "question.bad-correct", message))
        found += text_problems(option.get("text"), (*where, "text"))
        if "explanation" in option:
            found += text_problems(option["explanation"], (*where, "explanation"))
        found += image_problems(option, where)
    return found
