"""The questions of a bank as they are written: a model for each type that ships.

What a field may hold is said here as far as its shape goes; the rules of marking are those of
`lms.scoring`, which checks every question that has the right shape.
"""

import json
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import ConfigDict, Discriminator, Field, StringConstraints, Tag

from lms.content.courses import Level
from lms.content.shape import Key, LanguageCode, Line, Many, Model, SourceKey, digest, plain
from lms.content.texts import Texts
from lms.scoring import TYPES

#: A number in quotes, so that it stays as it was written.
NumberText = Annotated[str, StringConstraints(min_length=1, max_length=40)]
#: Of a question of several parts: part marks, the default, or all or nothing.
Grading = Literal["parts", "exact"]
#: What the union below calls a type that a plugin brings; authors may meet it in a message.
OF_A_PLUGIN = "a type that a plugin brings"


class Picture(Model):
    """An image in the course's media folder, and what it shows for whoever does not see it.

    That alone a picture which the site keeps may lack; `lms.scoring` checks it.
    """

    file: Line
    alt: Texts | None = None


class AnyQuestion(Model):
    """What stands in a bank. New fields are None where they are not written: the spec, and with it
    the hash, of a question stays what it was."""

    key: Key
    use: str
    competency: Key
    level: Level
    #: 1 easy, 2 medium, 3 hard.
    difficulty: Annotated[int, Field(ge=1, le=3)]
    lesson: Key
    source: SourceKey | None = None
    text: Texts
    tags: Many[Line] | None = None
    hints: Many[Texts] | None = None
    general_feedback: Texts | None = None
    feedback_right: Texts | None = None
    feedback_partly: Texts | None = None
    feedback_wrong: Texts | None = None
    image: Picture | None = None
    #: Among the questions of an attempt; not written: 1.
    weight: NumberText | None = None
    points: NumberText | None = None

    @cached_property
    def spec(self) -> dict[str, Any]:
        """The question as `lms.scoring` takes it and as an attempt keeps it: fit for JSON."""
        return plain(self)

    @property
    def content_hash(self) -> str:
        """SHA-256 over the question, whatever the order in which its fields were written."""
        written = json.dumps(self.spec, sort_keys=True, ensure_ascii=False)
        return digest(written.encode())


class AskedQuestion(AnyQuestion):
    """A question proper. `use` says whether it is drawn or stands in a lesson as a check."""

    use: Literal["assessment", "check"]
    explanation: Texts


class Option(Model):
    """One of the options of a choice."""

    key: Line
    text: Texts
    correct: bool = False
    explanation: Texts | None = None
    image: Picture | None = None


class CreditedOption(Option):
    """An option of a single choice; one that is not right may earn a part."""

    credit: NumberText | None = None


class WeightedOption(Option):
    """An option of a multiple choice; weights, where there are any, decide alone."""

    weight: NumberText | None = None


class JudgedOption(Model):
    """A way to act: what it is worth, and why."""

    key: Line
    text: Texts
    credit: NumberText
    explanation: Texts
    image: Picture | None = None


class SingleChoiceParts(Model):
    """One option is right."""

    options: Many[CreditedOption]


class NumberAnswer(Model):
    """A value with a tolerance, or a range."""

    value: NumberText | None = None
    tolerance: NumberText | None = None
    low: NumberText | None = None
    high: NumberText | None = None
    credit: NumberText | None = None
    feedback: Texts | None = None


class Unit(Model):
    """A unit as people write it, and how many of the base unit it is."""

    names: Many[Line]
    factor: NumberText


class NumericParts(Model):
    """A number, right within a tolerance; or answers with credits; perhaps with a unit."""

    value: NumberText | None = None
    tolerance: NumberText = "0"
    answers: Many[NumberAnswer] | None = None
    unit: Texts | None = None
    units: Many[Unit] | None = None
    unit_required: bool | None = None
    unit_penalty: NumberText | None = None


class TextAnswer(Model):
    """A text, perhaps with stars, and what it earns."""

    text: Texts
    credit: NumberText | None = None
    feedback: Texts | None = None


class ShortTextParts(Model):
    """A word or short phrase: accepted variants by language, and answers with credits."""

    accepted: dict[LanguageCode, Many[Line]] | None = None
    answers: Many[TextAnswer] | None = None
    case_sensitive: bool | None = None


class CriterionLevel(Model):
    """How far a criterion is met, and what that is worth."""

    key: Line
    text: Texts
    credit: NumberText


class MarkingCriterion(Model):
    """What a marker looks at."""

    key: Line
    text: Texts
    levels: Many[CriterionLevel]


class MarkedByHand(AskedQuestion):
    """One or two people mark it, by criteria or with one credit for the whole."""

    criteria: Many[MarkingCriterion] | None = None
    markers: Annotated[int, Field(ge=1, le=2)] | None = None


class SingleChoiceQuestion(SingleChoiceParts, AskedQuestion):
    """One option is right."""

    type: Literal["single_choice"]


class MultipleChoiceQuestion(AskedQuestion):
    """One option or more are right."""

    type: Literal["multiple_choice"]
    options: Many[WeightedOption]
    grading: Grading | None = None


class TrueFalseQuestion(AskedQuestion):
    """A statement that holds or does not."""

    type: Literal["true_false"]
    answer: bool
    feedback_true: Texts | None = None
    feedback_false: Texts | None = None


class NumericQuestion(NumericParts, AskedQuestion):
    """A number."""

    type: Literal["numeric"]


class ShortTextQuestion(ShortTextParts, AskedQuestion):
    """A word or short phrase."""

    type: Literal["short_text"]


class Pair(Model):
    """A left side and the right side that belongs to it."""

    left: Texts
    right: Texts


class MatchingQuestion(AskedQuestion):
    """Pairs to be put together; distractors are right sides that belong to none."""

    type: Literal["matching"]
    pairs: Many[Pair]
    distractors: Many[Texts] = ()
    grading: Grading | None = None


class Item(Model):
    """A thing to be put in its place."""

    key: Line
    text: Texts


class OrderingQuestion(AskedQuestion):
    """Items, written in their right order."""

    type: Literal["ordering"]
    items: Many[Item]
    grading: Literal["pairs", "exact"] | None = None


class ChoiceGap(SingleChoiceParts):
    """A gap that is filled from a list."""

    kind: Literal["choice"]
    weight: NumberText | None = None


class TextGap(ShortTextParts):
    """A gap that is filled with a word."""

    kind: Literal["text"]
    weight: NumberText | None = None


class NumberGap(NumericParts):
    """A gap that is filled with a number."""

    kind: Literal["number"]
    weight: NumberText | None = None


def _kind(gap: Any) -> str | None:
    kind = gap.get("kind") if isinstance(gap, dict) else getattr(gap, "kind", None)
    return kind if kind in ("choice", "text", "number") else None


Gap = Annotated[
    Annotated[ChoiceGap, Tag("choice")]
    | Annotated[TextGap, Tag("text")]
    | Annotated[NumberGap, Tag("number")],
    Discriminator(
        _kind,
        custom_error_type="literal_error",
        custom_error_context={"expected": "kind: choice, text or number"},
    ),
]


class ClozeQuestion(AskedQuestion):
    """A text with gaps, each of them five underscores, and what belongs into them in order."""

    type: Literal["cloze"]
    gaps: Many[Gap]
    grading: Grading | None = None


class SituationalJudgementQuestion(AskedQuestion):
    """Ways to act in a situation, each worth something for a reason."""

    type: Literal["situational_judgement"]
    options: Many[JudgedOption]


class EssayQuestion(MarkedByHand):
    """A longer text. Limits in words are wishes."""

    type: Literal["essay"]
    min_words: int | None = None
    max_words: int | None = None


class FileUploadQuestion(MarkedByHand):
    """A file to be handed in."""

    type: Literal["file_upload"]
    accept: Many[Line]
    max_bytes: int


class DescriptionQuestion(AnyQuestion):
    """A text that asks nothing."""

    type: Literal["description"]
    use: Literal["text"] = "text"
    explanation: Texts | None = None


class PluginQuestion(AskedQuestion):
    """A question of a type that a plugin brings: that type alone knows what its fields hold."""

    model_config = ConfigDict(extra="allow")

    type: str


_Single = (
    Annotated[SingleChoiceQuestion, Tag("single_choice")]
    | Annotated[MultipleChoiceQuestion, Tag("multiple_choice")]
    | Annotated[TrueFalseQuestion, Tag("true_false")]
    | Annotated[NumericQuestion, Tag("numeric")]
    | Annotated[ShortTextQuestion, Tag("short_text")]
    | Annotated[MatchingQuestion, Tag("matching")]
    | Annotated[OrderingQuestion, Tag("ordering")]
    | Annotated[ClozeQuestion, Tag("cloze")]
    | Annotated[SituationalJudgementQuestion, Tag("situational_judgement")]
    | Annotated[EssayQuestion, Tag("essay")]
    | Annotated[FileUploadQuestion, Tag("file_upload")]
    | Annotated[PluginQuestion, Tag(OF_A_PLUGIN)]
)
#: The types that have a model of their own here.
SHIPPED = frozenset({"scenario_set", "description"}).union(
    get_args(member)[1].tag for member in get_args(_Single)
) - {OF_A_PLUGIN}


def _type(question: Any) -> str | None:
    name = question.get("type") if isinstance(question, dict) else getattr(question, "type", None)
    if not isinstance(name, str):
        return None
    return OF_A_PLUGIN if name in TYPES and name not in SHIPPED else name


class ScenarioSetQuestion(AnyQuestion):
    """A scenario, its text, and the questions about it in order: drawn whole."""

    type: Literal["scenario_set"]
    use: Literal["assessment"]
    explanation: Texts | None = None
    questions: Annotated[Many[Annotated[_Single, Discriminator(_type)]], Field(min_length=1)]


Question = Annotated[
    _Single
    | Annotated[ScenarioSetQuestion, Tag("scenario_set")]
    | Annotated[DescriptionQuestion, Tag("description")],
    Discriminator(_type),
]
