"""The question types that ship, one file each, and how to find one by its name."""

from collections.abc import Mapping

from lms.scoring.checking import carried_problems
from lms.scoring.question import QuestionType, Spec, SpecProblem, text_problems
from lms.scoring.registry import Registry
from lms.scoring.types.cloze import Cloze
from lms.scoring.types.essay import Essay
from lms.scoring.types.file_upload import FileUpload
from lms.scoring.types.matching import Matching
from lms.scoring.types.multiple_choice import MultipleChoice
from lms.scoring.types.numeric import Numeric
from lms.scoring.types.ordering import Ordering
from lms.scoring.types.short_text import ShortText
from lms.scoring.types.single_choice import SingleChoice
from lms.scoring.types.situational_judgement import SituationalJudgement
from lms.scoring.types.true_false import TrueFalse
from lms.scoring.types.unasked import Description, ScenarioSet

#: The types that ship, and whatever a site adds at its start.
TYPES = Registry(
    (
        SingleChoice(),
        MultipleChoice(),
        TrueFalse(),
        Numeric(),
        ShortText(),
        Matching(),
        Ordering(),
        Cloze(),
        ScenarioSet(),
        SituationalJudgement(),
        Essay(),
        FileUpload(),
        Description(),
    )
)


def question_type(name: str, types: Mapping[str, QuestionType] = TYPES) -> QuestionType:
    """Return the question type of that name.

    Raises:
        KeyError: nobody brings that type.
    """
    if name in types:
        return types[name]
    raise KeyError(f"no question type {name!r}")


def check_question(spec: Spec, types: Mapping[str, QuestionType] = TYPES) -> list[SpecProblem]:
    """Return every fault in a question: key, text, explanation, and what its type needs.

    An explanation is needed where something is asked. The questions of a scenario set are checked
    with it.
    """
    found = list(carried_problems(spec))
    kind = types.get(str(spec.get("type")))
    if kind is None or kind.asks or spec.get("explanation") is not None:
        found += text_problems(spec.get("explanation"), ("explanation",))
    if kind is None:
        message = f"unknown type {spec.get('type')!r}; known are {', '.join(types)}"
        return [*found, SpecProblem(("type",), "question.unknown-type", message)]
    faults = kind.check(spec)
    found += faults
    if kind.name == ScenarioSet.name and not faults:
        for at, question in enumerate(spec["questions"]):
            found += [
                SpecProblem(("questions", at, *fault.where), fault.code, fault.message)
                for fault in check_question(question, types)
            ]
    return found
