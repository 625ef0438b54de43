"""A question as it is asked and as its review reads, as HTML: from `Presentation` and `ReviewLine`, of any type.

Written in Python and not as a template: a page holds twenty questions of four options each, and template macros
took most of its time (docs/performance.md). Every text is escaped where it enters; what a function returns is
whole and safe.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape as _escape
from typing import Any

import orjson
from flask import Flask, g
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from werkzeug.local import LocalProxy

from lms.scoring.presentation import (
    Control,
    Image,
    Label,
    Level,
    Presentation,
    ReviewLine,
    Text,
    Texts,
)
from lms.scoring.question import Mark, feedback_for
from lms.web.language import Reader, language, listed, number_text, reader

Media = Callable[[str], str]
#: Values that were sent and could not be kept, by the name of the field.
Typed = Mapping[str, Sequence[str]]
BYTES_A_MEGABYTE = 1_048_576
#: What question types say of an answer that they cannot use.
ANSWER_FAULTS = {
    "answer.not-an-option": _l("Choose one of the options shown."),
    "answer.more-than-one": _l("Give one answer only."),
    "answer.not-in-question": _l("This is no part of the question."),
    "answer.not-a-number": _l("Write a number, such as 12 or 12.5."),
    "answer.too-long": _l("Write a shorter answer."),
    "answer.position-twice": _l("Give each place once only."),
    "answer.not-a-file": _l("The file could not be read; choose it once more."),
    "answer.file-kind": _l("This kind of file is not taken here; see which are."),
    "answer.file-too-large": _l("The file is too large; see how large it may be."),
    "answer.file-empty": _l("The file is empty."),
}
#: Labels that question types give as permanent codes.
LABELS = {
    "true": _l("True"),
    "false": _l("False"),
    "answer": _l("Your answer"),
    "overall": _l("The whole answer"),
}


NOTHING = Markup("")
#: What HTML would take for a mark of its own; most texts hold none of it.
_MARKS = re.compile(r"[&<>\"']")


def escape(text: str) -> str:
    """A text as it stands in HTML, between marks or in an attribute."""
    return _escape(text) if _MARKS.search(text) else text


def answer_word(label: str) -> Any:
    """A label that is a code, in the reader's language; a number as the reader writes it."""
    if label in LABELS:
        return LABELS[label]
    return number_text(int(label)) if label.isdecimal() else label


class Drawing:
    """Draws questions for one reader; `media` tells the address of a picture of the course."""

    def __init__(self, to: Reader | None = None) -> None:
        self._reader = to or reader()
        self.language = self._reader.code
        self._gettext = self._reader.gettext
        #: What codes are called, worked out once for the page.
        self._called: dict[str, str] = {}
        #: How shares of the mark are written: most are one or nothing.
        self._shares: dict[Any, str] = {}

    # What stands in a question.

    def text(self, texts: Texts) -> str:
        """A text by language, escaped, kept apart from the direction of its surroundings."""
        return f"<bdi>{escape(self._reader.text(texts))}</bdi>"

    def plain(self, label: Label | None) -> Markup:
        """A label without marks around it, for an attribute or an option of a select."""
        return Markup(self._plain(label))

    def word(self, label: Label | None) -> Markup:
        """A label: a text by language, or a code or number in the reader's words."""
        return Markup(self._word(label))

    def _plain(self, label: Label | None) -> str:
        if label is None:
            return ""
        if not isinstance(label, str):
            return escape(self._reader.text(label))
        if label not in self._called:
            self._called[label] = escape(str(answer_word(label)))
        return self._called[label]

    def _word(self, label: Label | None) -> str:
        if label is None or isinstance(label, str):
            return self._plain(label)
        return self.text(label)

    def picture(self, image: Image | Mapping[str, Any] | None, media: Media) -> Markup:
        """A picture with what it shows, or nothing."""
        return Markup(self._picture(image, media)) if image else NOTHING

    def _picture(self, image: Image | Mapping[str, Any], media: Media) -> str:
        file, alt = (
            (image["file"], image.get("alt"))
            if isinstance(image, Mapping)
            else (image.file, image.alt)
        )
        _ = self._gettext
        said = self._reader.text(alt) or _("A picture that nobody has described yet.")
        return f'<p><img src="{escape(media(file))}" alt="{escape(said)}" loading="lazy"></p>'

    def scenario(self, scenario: Mapping[str, Any] | None, media: Media) -> Markup:
        """The situation that several questions share, above the first of them; nothing where there is none."""
        if not scenario:
            return NOTHING
        _ = self._gettext
        return Markup(
            f'<section class="note scenario"><h2>{escape(_("Situation"))}</h2>'
            f"<p>{self.text(scenario['text'])}</p>"
            f"{self.picture(scenario.get('image'), media)}</section>"
        )

    def legend(self, presentation: Presentation, spec: Mapping[str, Any]) -> Markup:
        """What stands above the controls: the question's text, or for gaps in a text what is to be done."""
        if _has_gaps(presentation):
            _ = self._gettext
            return Markup(escape(_("Fill in the gaps.")))
        return Markup(self.text(spec["text"]))

    # As a form.

    def controls(
        self, presentation: Presentation, prefix: str, typed: Typed, labelled_by: str, media: Media
    ) -> Markup:
        """All of a question but its legend; the names of its fields begin with `prefix`."""
        told = [str(self.picture(presentation.image, media)), str(self.criteria(presentation))]
        if _has_gaps(presentation):
            parts = (
                self.text(part.texts)
                if isinstance(part, Text)
                else f" {self._control(part, prefix, typed, labelled_by, media)} "
                for part in presentation.parts
            )
            told.append(f'<p class="cloze">{"".join(parts)}</p>\n')
        else:
            told.extend(
                self._control(part, prefix, typed, labelled_by, media)
                for part in presentation.parts
                if isinstance(part, Control)
            )
        return Markup("".join(told))

    def criteria(self, presentation: Presentation) -> Markup:
        """What a person who marks the answer looks at, with its levels; nothing where there is none."""
        if not presentation.criteria:
            return Markup("")
        _ = self._gettext
        # Beside the marks, not within them: a text with a colon inside braces is not found for translation.
        heading = _("It is marked by:")
        told = [f'<div class="note criteria"><p><strong>{escape(heading)}</strong></p>\n<ul>']
        for one in presentation.criteria:
            levels = "".join(self._level(level) for level in one.levels)
            told.append(f"<li>{self.text(one.text)}<ul>{levels}</ul></li>")
        told.append("</ul></div>\n")
        return Markup("".join(told))

    def _level(self, level: Level) -> str:
        _ = self._gettext
        worth = _("%(share)s of 100", share=number_text(level.credit * 100, 0))
        return f'<li>{self.text(level.text)} <span class="quiet">{escape(worth)}</span></li>'

    def _control(
        self, control: Control, prefix: str, typed: Typed, labelled_by: str, media: Media
    ) -> str:
        name = prefix + control.field
        values = _typed_values(typed, name) if name in typed else control.values
        draw = _DRAWN_BY.get(control.kind, Drawing._line)
        return draw(self, control, escape(name), values, escape(labelled_by), media)

    def _choices(
        self, control: Control, name: str, values: Sequence[str], _by: str, media: Media
    ) -> str:
        told = []
        if control.label is not None:
            told.append(f"<fieldset><legend>{self._word(control.label)}</legend>")
        if control.kind == "checkbox":
            told.append(f'<input type="hidden" name="{name}" value="">')
        for choice in control.choices:
            checked = " checked" if choice.value in values else ""
            shown = self._picture(choice.image, media) if choice.image else ""
            told.append(
                f'<label class="inline"><input type="{control.kind}" name="{name}" '
                f'value="{escape(choice.value)}"{checked}> <span>{self._word(choice.label)}'
                f"{shown}</span></label>"
            )
        if control.label is not None:
            told.append("</fieldset>")
        told.append("\n")
        return "".join(told)

    def _select(
        self, control: Control, name: str, values: Sequence[str], _by: str, _media: Media
    ) -> str:
        _ = self._gettext
        identity = _identity(name)
        options = "".join(
            f'<option value="{escape(choice.value)}"'
            f"{' selected' if choice.value in values else ''}>{self._plain(choice.label)}</option>"
            for choice in control.choices
        )
        named = f' aria-label="{self._gap(control)}"' if control.inline else ""
        drawn = (
            f'<select id="{identity}" name="{name}" class="{"gap" if control.inline else ""}"{named}>'
            f'<option value="">{escape(_("choose"))}</option>{options}</select>'
        )
        if control.inline:
            return drawn
        label = f'<label for="{identity}">{self._word(control.label)}</label>'
        return f'<div class="field">{label}{drawn}</div>\n'

    def _long_text(
        self, control: Control, name: str, values: Sequence[str], by: str, _media: Media
    ) -> str:
        most = f' maxlength="{control.max_length}"' if control.max_length else ""
        hint = self._wanted_words(control)
        # The line break after the tag is none of the text: a text that begins with one would lose it.
        return (
            f'<textarea class="plain-input tall" id="{_identity(name)}" name="{name}" dir="auto" '
            f'rows="10"{most} aria-labelledby="{by}">\n{escape(_first(values))}</textarea>\n'
            + (f'<p class="hint">{escape(hint)}</p>\n' if hint else "")
        )

    def _wanted_words(self, control: Control) -> str:
        _, least, most = self._gettext, control.min_words, control.max_words
        if least and most:
            return _("Between %(least)s and %(most)s words are asked for.", least=least, most=most)
        if most:
            return _("At most %(most)s words are asked for.", most=most)
        return _("At least %(least)s words are asked for.", least=least) if least else ""

    def _file(
        self, control: Control, name: str, _values: Sequence[str], by: str, _media: Media
    ) -> str:
        _ = self._gettext
        told = []
        if control.values:
            held = orjson.loads(control.values[0])
            said = _("Handed in: %(name)s", name=held["name"])
            told.append(f"<p>{escape(said)}</p>\n")
        endings = ",".join(f".{one}" for one in control.accept)
        accept = f' accept="{escape(endings)}"' if control.accept else ""
        told.append(
            f'<input type="file" class="plain-input" id="{_identity(name)}" name="{name}" '
            f'aria-labelledby="{by}"{accept}>\n'
        )
        hints = []
        if control.accept:
            hints.append(_("Kinds of file: %(kinds)s.", kinds=listed(control.accept)))
        if control.max_bytes:
            size = number_text(control.max_bytes / BYTES_A_MEGABYTE, 1)
            hints.append(_("At most %(size)s MB.", size=size))
        told.append(f'<p class="hint">{escape(" ".join(hints))}</p>\n')
        return "".join(told)

    def _line(
        self, control: Control, name: str, values: Sequence[str], by: str, _media: Media
    ) -> str:
        number = control.kind == "number"
        unit = f" {self.text(control.unit)}" if control.unit else ""
        common = (
            f'id="{_identity(name)}" name="{name}" dir="auto" autocomplete="off" '
            f'value="{escape(_first(values))}"'
        )
        if control.inline:
            decimal = ' inputmode="decimal"' if number else ""
            return f'<input class="gap" {common} aria-label="{self._gap(control)}"{decimal}>{unit}'
        # With its unit typed behind it, a number needs a keyboard with letters.
        decimal = ' inputmode="decimal"' if number and control.hint != "number-with-unit" else ""
        most = f' maxlength="{control.max_length}"' if control.max_length else ""
        return (
            f'<span class="answer-line"><input class="plain-input" {common} '
            f'aria-labelledby="{by}"{decimal}{most}>{unit}</span>\n'
        )

    def _gap(self, control: Control) -> str:
        _ = self._gettext
        # `plain` is escaped already; what surrounds it is the translators' and holds no mark.
        return _("Gap %(n)s", n=self._plain(control.label))

    # As a review.

    def review_lines(
        self, lines: Iterable[ReviewLine], reveal: bool, media: Media | None = None
    ) -> Markup:
        """The lines of a review, with the pictures of options where their addresses can be told.

        `reveal`: right answers and feedback too, not only what was answered.
        """
        drawn = "".join(self._review_line(one, reveal, media) for one in lines)
        return Markup(f'<ul class="review">\n{drawn}</ul>\n')

    def verdict(self, mark: Mark) -> Markup:
        """How a checked answer was, in a sentence, and of a part what it earned."""
        _ = self._gettext
        if mark.pending:
            return Markup(escape(_("A person marks this answer.")))
        if mark.right:
            return Markup(escape(_("Right.")))
        if not mark.share:
            return Markup(escape(_("Not quite.")))
        said = escape(_("Partly right."))
        return Markup(f'{said} <span class="quiet">{self.share(mark.share)}</span>')

    def said(self, spec: Mapping[str, Any], mark: Mark | None) -> Markup:
        """What the author says to an answer that was right, partly right or wrong, and to everybody."""
        if mark is None:
            return NOTHING
        told, said = [], feedback_for(spec, mark)
        if said:
            told.append(f"<p>{self.text(said)}</p>")
        for name in ("explanation", "general_feedback"):
            if spec.get(name):
                text = escape(self._reader.text(spec[name]))
                told.append(f'<p dir="auto">{text}</p>')
        return Markup("".join(told))

    def share(self, share: Any) -> str:
        """How much of the mark a part earned, in words."""
        if share not in self._shares:
            _ = self._gettext
            said = _("%(share)s %% of the mark", share=number_text(share * 100, 0))
            self._shares[share] = escape(said)
        return self._shares[share]

    def _review_line(self, line: ReviewLine, reveal: bool, media: Media | None) -> str:
        _ = self._gettext
        told = [f"<li>{self._word(line.text)}"]
        if line.given is not None or line.wanted is not None:
            told.append(f": {self.answer(line.given)}")
            if reveal and line.right is True:
                told.append(f" {tag_html(_('right'), 'good')}")
            elif reveal and line.right is False:
                told.append(f" {tag_html(_('not right'), 'wrong')}")
                if line.wanted is not None:
                    right = escape(_("Right:"))
                    told.append(f' <span class="quiet">{right}</span> {self.answer(line.wanted)}')
        else:
            if line.chosen:
                said = _("your answer")
                told.append(f" {tag_html(said)}")
            if reveal and line.right:
                told.append(f" {tag_html(_('right'), 'good')}")
        if reveal and line.credit is not None and line.credit not in (0, 1):
            told.append(f' <span class="quiet">({self.share(line.credit)})</span>')
        if reveal and line.feedback and (line.chosen is not False or line.right):
            told.append(f'<br><span class="quiet">{self.text(line.feedback)}</span>')
        if line.image is not None and media is not None:
            told.append(str(self.picture(line.image, media)))
        told.append("</li>\n")
        return "".join(told)

    def answer(self, value: Texts | str | None) -> Markup:
        """What was answered, or what would have been right."""
        _ = self._gettext
        if value is None:
            said = _("nothing")
            return Markup(f'<span class="quiet">{escape(said)}</span>')
        if isinstance(value, Mapping):
            return Markup(self.text(value))
        return Markup(f'<span class="given" dir="auto">{escape(str(value))}</span>')


_DRAWN_BY: dict[str, Callable[..., str]] = {
    "radio": Drawing._choices,
    "checkbox": Drawing._choices,
    "select": Drawing._select,
    "text": Drawing._long_text,
    "file": Drawing._file,
}


def _has_gaps(presentation: Presentation) -> bool:
    return any(isinstance(part, Control) and part.inline for part in presentation.parts)


def _identity(name: str) -> str:
    return name.replace(":", "-")


def _first(values: Sequence[str]) -> str:
    return values[0] if values else ""


def _typed_values(typed: Any, name: str) -> Sequence[str]:
    return typed.getlist(name) if hasattr(typed, "getlist") else typed[name]


def tag_html(said: str, kind: str = "") -> str:
    return f'<span class="tag{" " + kind if kind else ""}">{escape(said)}</span>'


def init_app(app: Flask) -> None:
    """Give templates what they draw questions with; few do, so it is made when the first of a page asks."""
    app.jinja_env.globals["draw"] = LocalProxy(_drawing)


def _drawing() -> Drawing:
    drawing: Drawing | None = g.get("drawing")
    if drawing is None or drawing.language != language():
        drawing = g.drawing = Drawing()
    return drawing
