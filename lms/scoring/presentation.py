"""What a question asks and what its review says, as frozen values without HTML.

A page, a sheet of paper and a phone without a link draw the same `Presentation`, and none of them
knows the question types. A page holds some two hundred of these values, hence named tuples: a frozen
dataclass takes three times as long to make. Texts are mappings from language to text; where a label is
a plain word it is a *permanent code* that the reader's side translates (``true``, ``false``,
``answer``), or a number in digits, which stands for itself.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal, NamedTuple

Texts = Mapping[str, str]
#: Texts by language, or a permanent code or number.
Label = Texts | str
ControlKind = Literal["radio", "checkbox", "select", "line", "number", "text", "file"]
CONTROL_KINDS: tuple[ControlKind, ...] = (
    "radio",
    "checkbox",
    "select",
    "line",
    "number",
    "text",
    "file",
)


class Image(NamedTuple):
    """A picture of the course's media folder, or one that the site keeps (`lms.scoring.pictures`).

    `alt` says what it shows for whoever does not see it; empty where nobody has written it yet.
    """

    file: str
    alt: Texts


class Text(NamedTuple):
    """A piece of text; a blank one in some language stands between two gaps there."""

    texts: Texts


class Choice(NamedTuple):
    """One of the values that a control offers, with its label and perhaps a picture."""

    value: str
    label: Label
    image: Image | None = None


class Control(NamedTuple):
    """Something to fill in.

    Args:
        kind: ``radio`` (one of the choices), ``checkbox`` (any of them), ``select`` (one, folded
            up), ``line`` (a short text), ``number``, ``text`` (a long text), ``file``.
        field: its name in what `QuestionType.parse` takes.
        label: None where the question's own text is the label.
        choices: of a radio, checkbox or select, in the order shown.
        values: what the response holds now; empty when it holds nothing here.
        inline: stands within the line of text, between two pieces of it.
        unit: shown after a number.
        hint: how to fill it in: a code, such as ``number-with-unit``.
        max_length: in characters; None where the choices limit it.
        min_words: asked for, not enforced; None: no such wish.
        max_words: likewise.
        accept: endings of the files that may be handed in, without a dot.
        max_bytes: the largest file.
    """

    kind: ControlKind
    field: str
    label: Label | None = None
    choices: tuple[Choice, ...] = ()
    values: tuple[str, ...] = ()
    inline: bool = False
    unit: Texts | None = None
    hint: str | None = None
    max_length: int | None = None
    min_words: int | None = None
    max_words: int | None = None
    accept: tuple[str, ...] = ()
    max_bytes: int | None = None


class Level(NamedTuple):
    """One of the levels of a criterion, and what it is worth, 0 to 1."""

    text: Texts
    credit: Decimal


class Criterion(NamedTuple):
    """What somebody who marks by hand looks at, from the first level to the last."""

    text: Texts
    levels: tuple[Level, ...]


class Presentation(NamedTuple):
    """A question as it is asked: texts and controls in order, and perhaps a picture before them.

    `criteria` are those by which a person marks the answer: whoever answers reads them too.
    """

    parts: tuple[Text | Control, ...]
    image: Image | None = None
    criteria: tuple[Criterion, ...] = ()

    @property
    def controls(self) -> tuple[Control, ...]:
        """The controls alone, in order; none for a text that asks nothing."""
        return tuple(part for part in self.parts if isinstance(part, Control))


class ReviewLine(NamedTuple):
    """One line of what a result page says of a question.

    An *option line* stands for something that could be chosen: `given` and `wanted` are None,
    `chosen` says whether it was chosen and `right` whether it is one of the right ones. An *answer
    line* stands for something that was to be filled in: `given` is what was answered (None:
    nothing), `wanted` what would have been right, `right` whether `given` is.

    Args:
        text: what the line is about: an option, a left side, a criterion; or a code (``answer``,
            ``true``) or the number of a gap or a place.
        chosen: chosen, or answered at all; None where nobody chooses.
        right: None where nothing is right or wrong, as in an essay.
        credit: what the line earns or costs of the question's mark, -1 to 1; None where the
            question's formula does not go by lines.
        feedback: what the author says to this answer.
        given: texts, or what was typed, word for word.
        wanted: texts, or a number as written.
        image: of the option.
    """

    text: Label
    chosen: bool | None = None
    right: bool | None = None
    credit: Decimal | None = None
    feedback: Texts | None = None
    given: Texts | str | None = None
    wanted: Texts | str | None = None
    image: Image | None = None


def asked(
    spec: Mapping[str, Any], *controls: Control, criteria: tuple[Criterion, ...] = ()
) -> Presentation:
    """Return the usual presentation: the question's text, then its controls."""
    return Presentation((Text(spec["text"]), *controls), image_of(spec), criteria)


def image_of(holder: Mapping[str, Any]) -> Image | None:
    """Return the picture of a question or an option, or None."""
    image = holder.get("image")
    return None if image is None else Image(image["file"], image.get("alt") or {})


def filled_in(presentation: Presentation) -> dict[str, list[str]]:
    """Return what a form would send if it was sent as it is filled in: values by field.

    The way back from a response to what `QuestionType.parse` takes.
    """
    return {control.field: list(control.values) for control in presentation.controls}
