"""Which parts a question holds that a format cannot say, each with words for people."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from decimal import Decimal

from lms.interchange.amounts import nearest_moodle_fraction, percent_of, plain
from lms.interchange.markup import not_carried
from lms.interchange.questions import Answer, ExchangedQuestion, Rich, own_pictures

#: Parts by field name: what is said of them when they are left out.
WORDS = {
    "category": "its category",
    "id": "its id",
    "tags": "its tags",
    "general_feedback": "the general feedback",
    "feedback_right": "the feedback for a right answer",
    "feedback_partly": "the feedback for a partly right answer",
    "feedback_wrong": "the feedback for a wrong answer",
    "option_feedback": "the feedback of single answers",
    "hints": "the hints",
    "units": "the units",
    "unit_required": "that a unit is required",
    "case_sensitive": "that capitals count",
    "grading": "that only the whole right answer counts",
    "min_words": "the least number of words",
    "max_words": "the largest number of words",
    "attachments": "the files that may be attached",
    "grader_info": "the notes for markers",
    "response_template": "the beginning given to the answer",
}
#: What Moodle takes where nothing is said: a third.
DEFAULT_PENALTY = Decimal("0.3333333")
#: Differences in a weight below this are rounding.
ROUNDING = Decimal("0.00001")


def unsaid_parts(question: ExchangedQuestion, said: Collection[str]) -> Iterator[str]:
    """Yield what a question holds and a format does not say.

    Args:
        said: the names of the parts that the format says for this type; ``options``, ``answers``
            and the like are not asked for, they make the type.
    """
    yield from question.losses
    if "picture" not in said:
        yield from pictures_unsaid(question)
    for part, words in WORDS.items():
        if part not in said and _held(question, part, said):
            yield f"{words}: this format has no place for it"
    if "weight" not in said and question.weight != 1:
        yield f"its weight of {plain(question.weight)}: this format has no place for it"
    if "penalty" not in said and question.penalty not in (None, Decimal(0), DEFAULT_PENALTY):
        yield f"its penalty of {plain(question.penalty or Decimal(0))} for each further try"


def with_any_other_number(question: ExchangedQuestion) -> ExchangedQuestion:
    """Return a number whose feedback for a wrong answer stands with the answer ``*``.

    That is how Moodle says it of numbers, which have no feedback by result there. Words are left as
    they are: a bank keeps ``*`` among the answers of a word.
    """
    said = question.feedback_wrong
    has_other = any(answer.text == "*" for answer in question.answers)
    if question.type != "numeric" or said is None or has_other:
        return question
    other = Answer(text="*", fraction=Decimal(0), feedback=said)
    return replace(question, feedback_wrong=None, answers=(*question.answers, other))


def pictures_unsaid(question: ExchangedQuestion) -> list[str]:
    """Return what is said of the pictures of a question in a format that has none."""
    said = (not_carried("img", one.name) for one in own_pictures(question))
    return list(dict.fromkeys(said))


def shown_unit(question: ExchangedQuestion) -> str | None:
    """Return the unit that is shown with a number and neither converted nor asked for, or None.

    A format without units lets it travel as a tag, ``unit:months``.
    """
    if len(question.units) != 1 or question.unit_required or question.unit_penalty:
        return None
    return question.units[0].name if question.units[0].multiplier == 1 else None


def _held(question: ExchangedQuestion, part: str, said: Collection[str]) -> bool:
    if part == "option_feedback":
        return any(option.feedback for option in question.options) or any(
            answer.feedback for answer in question.answers
        )
    if part == "units" and shown_unit(question) and "shown_unit" in said:
        return False
    value = getattr(question, part)
    return bool(value.text) if isinstance(value, Rich) else bool(value)


def moodle_fraction_loss(fraction: Decimal) -> str | None:
    """Return what is said where a weight is not of Moodle's list and the nearest takes its place.

    Moodle refuses to import other weights.
    """
    nearest = nearest_moodle_fraction(fraction)
    if abs(nearest - fraction) < ROUNDING:
        return None
    return (
        f"a weight of {percent_of(fraction)} % became {percent_of(nearest)} %: "
        "Moodle takes only weights of its own list"
    )
