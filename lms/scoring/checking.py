"""What every question may carry, whatever its type, and the faults in it."""

from collections.abc import Iterator, Mapping
from typing import Any

from lms.scoring.question import Spec, SpecProblem, decimal_of, image_problems, text_problems

FEEDBACK = ("general_feedback", "feedback_right", "feedback_partly", "feedback_wrong")
MOST_TAGS = 20
LONGEST_TAG = 60
MOST_HINTS = 10


def carried_problems(spec: Spec) -> Iterator[SpecProblem]:
    """Yield every fault in key, text, and what any question may carry beside these.

    That is ``tags``, ``hints``, ``general_feedback``, ``feedback_right``, ``feedback_partly``,
    ``feedback_wrong``, ``image``, ``weight`` and ``points``.
    """
    key: Any = spec.get("key")
    if not isinstance(key, str) or not key:
        yield SpecProblem(("key",), "question.no-key", "give the question a key")
    yield from text_problems(spec.get("text"), ("text",))
    for name in FEEDBACK:
        if spec.get(name) is not None:
            yield from text_problems(spec[name], (name,))
    yield from _list_problems(spec, "tags", MOST_TAGS)
    yield from _list_problems(spec, "hints", MOST_HINTS)
    yield from image_problems(spec, ())
    for name, lowest in (("weight", 0), ("points", 0)):
        if spec.get(name) is None:
            continue
        number = decimal_of(spec[name])
        if number is None or number < lowest or number > 1000:
            message = f'{name} is a number in quotes from "0" to "1000", such as "2"'
            yield SpecProblem((name,), f"question.bad-{name}", message)


def _list_problems(spec: Mapping[str, Any], name: str, most: int) -> Iterator[SpecProblem]:
    listed = spec.get(name)
    if listed is None:
        return
    if not isinstance(listed, list) or len(listed) > most:
        message = f"{name} are a list of {most} at most"
        yield SpecProblem((name,), f"question.bad-{name}", message)
        return
    for at, one in enumerate(listed):
        if name == "hints":
            yield from text_problems(one, (name, at))
        elif not isinstance(one, str) or not one.strip() or len(one) > LONGEST_TAG:
            message = f"a tag is a text of 1 to {LONGEST_TAG} characters"
            yield SpecProblem((name, at), "question.bad-tags", message)
