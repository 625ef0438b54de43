"""What the choice questions have in common: a list of options with keys."""

from random import Random
from typing import Any

from lms.scoring.question import Spec, SpecProblem, text_problems


def option_keys(spec: Spec) -> list[str]:
    """Return the keys of all options, in the order of the bank."""
    return [option["key"] for option in spec["options"]]


def right_keys(spec: Spec) -> list[str]:
    """Return the keys of the right options, in the order of the bank."""
    return [option["key"] for option in spec["options"] if option.get("correct") is True]


def shown_order(spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
    """Return ``{"options": [key, …]}``, each option once; shuffled by seed and question key."""
    keys = option_keys(spec)
    if shuffle:
        seeded(spec, seed).shuffle(keys)
    return {"options": keys}


def seeded(spec: Spec, seed: int | str) -> Random:
    """Return the random numbers of this question under this seed.

    The key takes part, or every question of an attempt would be shuffled the same way.
    """
    return Random(f"{seed}/{spec.get('key', '')}")


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
    return found
