"""The questions of an attempt as HTML: asked by a form, and reviewed."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from lms.assessments import words
from lms.assessments.showing import Shown
from lms.web.language import Reader
from lms.web.questions import Drawing, Media, Typed, escape, tag_html


class AttemptDrawing(Drawing):
    """Draws the questions of an attempt for one reader.

    Args:
        numbered: what is written as a question's number.
    """

    def __init__(self, to: Reader | None = None, numbered: Callable[[int], str] = str) -> None:
        super().__init__(to)
        self._numbered = numbered
        self._formulas: dict[str, str] = {}

    def ask(
        self, shown: Shown, media: Media, *, may_check: bool, fault: Any, typed: Typed
    ) -> Markup:
        """A question of an attempt as a form asks it."""
        _ = self._gettext
        key = escape(shown.key)
        told = [
            str(self.scenario(shown.scenario, media)),
            f'<fieldset class="question" id="q-{key}"',
        ]
        if fault:
            told.append(f' aria-describedby="{key}-error"')
        told.append(
            f'{" disabled" if shown.checked else ""}>\n<legend id="{key}-text">{self._numbered(shown.number)}. '
            f"{self.legend(shown.presentation, shown.spec)}</legend>\n"
        )
        told.append(self._formula(shown.formula))
        if fault:
            told.append(f'<p class="error" id="{key}-error">{escape(str(fault))}</p>\n')
        told.append(
            self.controls(shown.presentation, f"{shown.key}:", typed, f"{shown.key}-text", media)
        )
        for hint in shown.hints:
            told.append(
                f'<p class="notice"><strong>{escape(_("Hint"))}:</strong> {self.text(hint)}</p>\n'
            )
        told.append("</fieldset>\n")
        told.append(self._after(shown, may_check, media))
        return Markup("".join(told))

    def _formula(self, code: str) -> str:
        """How a question is marked, in words; twenty questions share a few."""
        if code not in self._formulas:
            said = words.FORMULAS.get(code)
            self._formulas[code] = f'<p class="hint">{escape(str(said))}</p>\n' if said else ""
        return self._formulas[code]

    def _after(self, shown: Shown, may_check: bool, media: Media) -> str:
        """Below a question: how it was, when it was checked; else what can be asked for."""
        _ = self._gettext
        if shown.checked and shown.mark is not None:
            return (
                f'<div class="notice {"good" if shown.mark.right else "turn"}" role="status">'
                f"<p>{self.verdict(shown.mark)}</p>\n"
                f"{self.review_lines(shown.lines, True, media)}{self.said(shown.spec, shown.mark)}</div>\n"
            )
        buttons = []
        if may_check:
            buttons.append(("check", _("Check this answer")))
        if shown.more_hints:
            buttons.append(("hint", _("Show a hint")))
        if not buttons:
            return ""
        drawn = "".join(
            f'<button class="small" name="{name}" value="{escape(shown.key)}">{escape(said)}</button>'
            for name, said in buttons
        )
        return f'<p class="actions">{drawn}</p>\n'

    def review(self, shown: Shown, seen: str, media: Media) -> Markup:
        """A question as its review reads; `seen`: marks or all."""
        reveal = seen == "all"
        told = [
            str(self.scenario(shown.scenario, media)),
            f'<section class="card" id="q-{escape(shown.key)}">\n<h3>{self._numbered(shown.number)}. '
            f"{self.text(shown.spec['text'])}</h3>\n",
            str(self.picture(shown.presentation.image, media)),
            f"<p>{self._standing(shown)}</p>\n",
            str(self.review_lines(shown.lines, reveal, media)),
        ]
        if reveal:
            told.append(self.said(shown.spec, shown.mark))
        told.append("\n</section>\n")
        return Markup("".join(told))

    def _standing(self, shown: Shown) -> str:
        """How a question was answered, in a word, and what that earned."""
        _, mark = self._gettext, shown.mark
        if mark is None:
            return ""
        if shown.dropped:
            tag = tag_html(_("left out of the mark"))
        elif mark.pending:
            tag = tag_html(_("waits to be marked"), "turn")
        elif mark.right:
            tag = tag_html(_("right"), "good")
        elif mark.share > 0:
            tag = tag_html(_("partly right"), "turn")
        elif shown.response:
            tag = tag_html(_("not right"), "wrong")
        else:
            tag = tag_html(_("not answered"))
        told = [tag]
        if not mark.pending and not shown.dropped:
            told.append(f'<span class="quiet">{self.share(mark.share)}</span>')
        if mark.detail.get("full_credit"):
            told.append(tag_html(_("full mark for everybody")))
        return " ".join(told)
