"""Which questions an attempt gets: drawn by rules, by seed, none twice."""

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from lms.errors import Refused
from lms.scoring.question import Spec

FILTERS = ("competency", "level", "type")


def draw_questions(
    banks: Mapping[str, Iterable[Spec]],
    draws: Sequence[Mapping[str, Any]],
    seed: int | str,
    shuffle: bool,
) -> list[str]:
    """Return the keys of the questions of one attempt, in the order in which they are shown.

    Each draw takes `count` questions of its bank with ``use: assessment`` that pass its filters and
    that no other draw has taken. A draw gives way to another with fewer questions to choose from
    (by augmenting paths, Kuhn 1955), so whether a drawing succeeds depends on the banks and rules
    alone, never on the seed: an assessment that can be drawn once can be drawn by everybody.

    Args:
        banks: the questions of each bank, by its key; a question key stands in one bank only.
        draws: mappings with ``bank``, ``count`` (1 or more), and perhaps ``competency``, ``level``,
            ``type``, each None or absent where it does not matter.
        seed: the same seed, banks and draws give the same questions.
        shuffle: mix all that was drawn; otherwise draw by draw, in the order of the bank.

    Raises:
        Refused: ``assessment.bank-too-small`` with ``bank``, ``wanted``, ``available`` (what that
            draw can get at most beside the draws before it) and the filters that were set.
        ValueError: a question key twice in the banks, or a count below 1.
    """
    place = _places(banks)
    random = Random(str(seed))
    eligible: list[list[str]] = []
    for draw in draws:
        if draw["count"] < 1:
            raise ValueError("a draw counts 1 or more")
        eligible.append(_eligible(banks.get(draw["bank"], ()), draw))
    taken: dict[str, int] = {}
    for number, draw in enumerate(draws):
        for got in range(draw["count"]):
            if not _take(number, eligible, taken, random, set()):
                raise Refused("assessment.bank-too-small", **_shortage(draw, got))
    if shuffle:
        # Sorted first, so that the outcome hangs on the set drawn and the seed alone.
        drawn = sorted(taken, key=place.__getitem__)
        random.shuffle(drawn)
        return drawn
    return sorted(taken, key=lambda key: (taken[key], place[key]))


def _places(banks: Mapping[str, Iterable[Spec]]) -> dict[str, int]:
    keys = [question["key"] for questions in banks.values() for question in questions]
    place = {key: at for at, key in enumerate(keys)}
    if len(place) < len(keys):
        raise ValueError("a question key stands twice in the banks")
    return place


def _eligible(questions: Iterable[Spec], draw: Mapping[str, Any]) -> list[str]:
    wanted = {name: draw[name] for name in FILTERS if draw.get(name) is not None}
    return [
        question["key"]
        for question in questions
        if question.get("use") == "assessment"
        and all(question.get(name) == value for name, value in wanted.items())
    ]


def _take(
    number: int,
    eligible: list[list[str]],
    taken: dict[str, int],
    random: Random,
    tried: set[str],
) -> bool:
    """Give draw `number` one more question, if need be by moving another draw to a free one."""
    candidates = [key for key in eligible[number] if key not in tried and taken.get(key) != number]
    random.shuffle(candidates)
    for key in candidates:
        if key not in taken:
            taken[key] = number
            return True
    for key in candidates:
        if key in tried:
            continue
        tried.add(key)
        if _take(taken[key], eligible, taken, random, tried):
            taken[key] = number
            return True
    return False


def _shortage(draw: Mapping[str, Any], available: int) -> dict[str, Any]:
    filters = {name: draw[name] for name in FILTERS if draw.get(name) is not None}
    return {"bank": draw["bank"], "wanted": draw["count"], "available": available, **filters}
