"""Which questions an attempt gets: drawn by rules, by seed, none twice."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from lms.errors import Refused
from lms.scoring.question import Spec
from lms.scoring.scenarios import by_type_alone, expand, is_drawn, is_set

FILTERS = ("competency", "level", "type", "tag")


@dataclass(frozen=True)
class Drawn:
    """A question of an attempt, as it is asked.

    Args:
        spec: one of a scenario set has its ``scenario`` with it.
        section: of the draw that took it; None: the draw names none.
    """

    spec: Spec
    section: str | None

    @property
    def key(self) -> str:
        """The question's key."""
        return str(self.spec["key"])


def draw_attempt(
    banks: Mapping[str, Iterable[Spec]],
    draws: Sequence[Mapping[str, Any]],
    seed: int | str,
    shuffle: bool,
) -> list[Drawn]:
    """Return the questions of one attempt, in the order in which they are shown.

    Each draw takes `count` questions of its bank with ``use: assessment`` that pass its filters and
    that no other draw has taken. A draw gives way to another with fewer questions to choose from
    (by augmenting paths, Kuhn 1955), so whether a drawing succeeds depends on the banks and rules
    alone, never on the seed: an assessment that can be drawn once can be drawn by everybody.

    A scenario set is taken whole, by draws of ``type: scenario_set`` alone, and counts once; its
    questions stay together, in their order. Its own competency, level and tags are what the filters
    look at. Essays and files, which people mark, are likewise drawn by their type alone: a quiz
    that a machine marks must not get one by chance. Descriptions are never drawn.

    Sections are shown one after the other, in the order in which draws first name them; draws
    without one make a section of their own.

    Args:
        banks: the questions of each bank, by its key; a question key stands in one bank only.
        draws: mappings with ``bank``, ``count`` (1 or more), and perhaps ``competency``, ``level``,
            ``type``, ``tag`` and ``section``, each None or absent where it does not matter.
        seed: the same seed, banks and draws give the same questions.
        shuffle: mix all that was drawn for a section; otherwise draw by draw, in the order of the
            bank.

    Raises:
        Refused: ``assessment.bank-too-small`` with ``bank``, ``wanted``, ``available`` (what that
            draw can get at most beside the draws before it) and the filters that were set.
        ValueError: a question key twice in the banks, or a count below 1.
    """
    held = {bank: list(questions) for bank, questions in banks.items()}
    specs = _by_key(held)
    place = {key: at for at, key in enumerate(specs)}
    random = Random(str(seed))
    taken = _taken(held, draws, random)
    shown: list[Drawn] = []
    for section in dict.fromkeys(draw.get("section") for draw in draws):
        inside = [key for key, number in taken.items() if draws[number].get("section") == section]
        if shuffle:
            # Sorted first, so that the outcome hangs on the set drawn and the seed alone.
            inside.sort(key=place.__getitem__)
            random.shuffle(inside)
        else:
            inside.sort(key=lambda key: (taken[key], place[key]))
        shown += [Drawn(spec, section) for key in inside for spec in expand(specs[key])]
    return shown


def draw_questions(
    banks: Mapping[str, Iterable[Spec]],
    draws: Sequence[Mapping[str, Any]],
    seed: int | str,
    shuffle: bool,
) -> list[str]:
    """Return the keys of what `draw_attempt` draws, in the same order. Raises as it does."""
    return [drawn.key for drawn in draw_attempt(banks, draws, seed, shuffle)]


def count_asked(
    banks: Mapping[str, Sequence[Spec]], draws: Iterable[Mapping[str, Any]]
) -> tuple[int, int]:
    """Return the fewest and the most questions that an attempt can ask.

    A draw counts a scenario set once; whoever sits the attempt answers each of its questions.
    """
    least = most = 0
    for draw in draws:
        questions = banks.get(draw["bank"], ())
        keys = set(_eligible(questions, draw))
        sizes = sorted(len(expand(one)) for one in questions if one["key"] in keys)
        least += sum(sizes[: draw["count"]])
        most += sum(sizes[-draw["count"] :])
    return least, most


def _by_key(banks: Mapping[str, Iterable[Spec]]) -> dict[str, Spec]:
    """Every question and set by its key, in the order of the banks."""
    specs: dict[str, Spec] = {}
    inner: set[str] = set()
    for question in (question for questions in banks.values() for question in questions):
        keys = [question["key"]]
        if is_set(question):
            keys += [child["key"] for child in question["questions"]]
        if len(set(keys)) < len(keys) or any(key in specs or key in inner for key in keys):
            raise ValueError("a question key stands twice in the banks")
        specs[keys[0]] = question
        inner.update(keys[1:])
    return specs


def _taken(
    banks: Mapping[str, Sequence[Spec]], draws: Sequence[Mapping[str, Any]], random: Random
) -> dict[str, int]:
    """The number of the draw that took it, by key."""
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
    return taken


def _eligible(questions: Iterable[Spec], draw: Mapping[str, Any]) -> list[str]:
    wanted = _filters(draw)
    tag = wanted.pop("tag", None)
    names = tuple(wanted)
    values = [wanted[name] for name in names]
    return [
        question["key"]
        for question in questions
        if [question.get(name) for name in names] == values
        and is_drawn(question)
        and ("type" in wanted or not by_type_alone(question))
        and (tag is None or tag in (question.get("tags") or ()))
    ]


def _take(
    number: int,
    eligible: list[list[str]],
    taken: dict[str, int],
    random: Random,
    tried: set[str],
) -> bool:
    """Give draw `number` one more question, if need be by moving another draw to a free one."""
    free = [key for key in eligible[number] if key not in taken and key not in tried]
    if free:
        taken[random.choice(free)] = number
        return True
    candidates = [key for key in eligible[number] if key not in tried and taken[key] != number]
    random.shuffle(candidates)
    for key in candidates:
        if key in tried:
            continue
        tried.add(key)
        if _take(taken[key], eligible, taken, random, tried):
            taken[key] = number
            return True
    return False


def _shortage(draw: Mapping[str, Any], available: int) -> dict[str, Any]:
    return {
        "bank": draw["bank"],
        "wanted": draw["count"],
        "available": available,
        **_filters(draw),
    }


def _filters(draw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: draw[name] for name in FILTERS if draw.get(name) is not None}
