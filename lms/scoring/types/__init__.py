"""The question types that ship, one file each, and how to find one by its name."""

from collections.abc import Mapping
from typing import Any

from lms.scoring.question import QuestionType, Spec, SpecProblem, text_problems
from lms.scoring.types.matching import Matching
from lms.scoring.types.multiple_choice import MultipleChoice
from lms.scoring.types.numeric import Numeric
from lms.scoring.types.short_text import ShortText
from lms.scoring.types.single_choice import SingleChoice
from lms.scoring.types.true_false import TrueFalse

TYPES: Mapping[str, QuestionType] = {
    kind.name: kind
    for kind in (
        SingleChoice(),
        MultipleChoice(),
        TrueFalse(),
        Numeric(),
        ShortText(),
        Matching(),
    )
}


def question_type(name: str, extra: Mapping[str, QuestionType] | None = None) -> QuestionType:
    """Return the question type of that name.

    Args:
        extra: types that plugins bring, by name. They add; a type that ships is never replaced.

    Raises:
        KeyError: nobody brings that type.
    """
    if name in TYPES:
        return TYPES[name]
    if extra and name in extra:
        return extra[name]
    raise KeyError(f"no question type {name!r}")


def check_question(
    spec: Spec, extra: Mapping[str, QuestionType] | None = None
) -> list[SpecProblem]:
    """Return every fault in a question: key, text, explanation, and what its type needs."""
    found: list[SpecProblem] = []
    key: Any = spec.get("key")
    if not isinstance(key, str) or not key:
        found.append(SpecProblem(("key",), "question.no-key", "give the question a key"))
    for part in ("text", "explanation"):
        found += text_problems(spec.get(part), (part,))
    try:
        kind = question_type(str(spec.get("type")), extra)
    except KeyError:
        known = ", ".join([*TYPES, *(extra or {})])
        message = f"unknown type {spec.get('type')!r}; known are {known}"
        return [*found, SpecProblem(("type",), "question.unknown-type", message)]
    return found + kind.check(spec)
