"""Item analysis, cut scores and gain in words: figures, flags with what to do about them, refusals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import atanh, sqrt
from string import ascii_uppercase
from typing import Any

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.scoring.item_flags import ItemFlag
from lms.scoring.reliability import NINE_IN_TEN
from lms.web.language import in_language, listed, number_text

REFUSALS = {
    "cut-score.foreign-question": _l("This round does not hold that question. Nothing was saved."),
    "cut-score.closed": _l("This round is closed; its estimates stay as they are."),
    "cut-score.no-questions": _l("Choose at least one question to judge."),
    "cut-score.untitled": _l("Give the round a title, such as the month and the panel."),
}

WHICH = {
    "first": _l("first attempt of each person"),
    "last": _l("last attempt of each person"),
    "best": _l("best attempt of each person"),
}
GUARDS = {
    "guard": _l(
        "Fewer than ten people: nothing can be concluded yet. Figures that compare people with each other are "
        "held back."
    ),
    "indicative": _l("Fewer than thirty people: take every figure as a hint."),
}
#: Each figure of a question: what it is called, and what it says.
FIGURES = {
    "n": (_l("People"), _l("How many people were given the question.")),
    "facility": (
        _l("Solved"),
        _l(
            "Share of the question's mark that people get on average, 0 to 100. Under 20 it is hard, over 90 easy."
        ),
    ),
    "guess": (
        _l("By guessing"),
        _l("What somebody gets on average who answers blindly, 0 to 100."),
    ),
    "discrimination": (
        _l("Tells apart"),
        _l(
            "Correlation with the rest of the assessment, from −1 to 1. From 0.3 it is good, under 0.2 weak; "
            "under 0 people who know much get it wrong."
        ),
    ),
    "point_biserial": (
        _l("Point-biserial"),
        _l(
            "Correlation with the whole mark, which holds the question itself; often a little higher."
        ),
    ),
    "upper_lower": (
        _l("Best less last"),
        _l(
            "Share of the mark among the best 27 of 100 people, less that of the last 27, from −100 to 100."
        ),
    ),
    "weight": (
        _l("Weight, meant and real"),
        _l(
            "Its part of the points of all these questions, and its part in the differences between people, "
            "both of 100. Where each person is asked some of them, it weighs more in one attempt. "
            "The second is known only of people who were given the same questions."
        ),
    ),
    "difficulty": (
        _l("Rasch difficulty"),
        _l(
            "Its place on the scale of people, whose mean is 0: at that place one solves it one time in two. "
            "From 50 people and three questions on that are right or wrong."
        ),
    ),
}
#: Each flag: the tag in the table, its kind, and what to do about it.
FLAGS = {
    "item.check-key": (
        _l("check the key"),
        "wrong",
        _l(
            "If the key is wrong, regrade the question. If it is right, the wording misleads those who know most: "
            "rewrite it for the next time."
        ),
    ),
    "item.harder-in-language": (
        _l("check the translation"),
        "wrong",
        _l(
            "Lay the two texts side by side with somebody who reads both. If the translation is at fault, "
            "regrade the question and mend the text."
        ),
    ),
    "item.weak": (
        _l("weak"),
        "turn",
        _l("Read it as somebody who half knows the matter: is one answer clearly the best?"),
    ),
    "item.hard": (
        _l("hard"),
        "turn",
        _l(
            "Was it taught? Does the text say what is asked? If both, it is a hard question and may stay."
        ),
    ),
    "item.easy": (
        _l("easy"),
        "",
        _l("Fine for what everybody must know; it does not tell who knows more."),
    ),
    "item.dead-option": (
        _l("idle option"),
        "",
        _l("Write an option that somebody who does not know would find likely, or leave it out."),
    ),
    "item.few": (
        _l("few people"),
        "",
        _l("Wait for more attempts before you change the question."),
    ),
    "item.credited": (
        _l("mark given to all"),
        "",
        _l("Mend the question in its bank, so that the next attempts are told apart by it again."),
    ),
}
#: How far judges agree as a panel, by the ICC of their mean (Koo & Li 2016).
AGREEMENT = (
    (0.9, _l("excellent")),
    (0.75, _l("good")),
    (0.5, _l("moderate")),
    (None, _l("poor: talk about the questions on which they differ, and judge again")),
)
RELIABILITY = (
    (0.9, _l("high: enough for a decision about one person")),
    (0.8, _l("good: enough for a decision about one person")),
    (0.7, _l("enough for a course, not for a decision about one person by itself")),
    (0.6, _l("low: say little about single people")),
    (None, _l("too low to say anything about single people")),
)
#: Hake (1998): of what was missing, how much has been learnt.
GAINS = (
    (0.7, _l("a high gain")),
    (0.3, _l("a medium gain")),
    (0.0, _l("a low gain")),
    (None, _l("a loss")),
)
#: Cohen (1988), by size alone.
EFFECTS = (
    (0.8, _l("large")),
    (0.5, _l("medium")),
    (0.2, _l("small")),
    (None, _l("hardly any")),
)


def word_for(value: float, scale: tuple[tuple[float | None, Any], ...]) -> Any:
    """The word of the first step of a scale that the value reaches."""
    return next(word for least, word in scale if least is None or value >= least)


def language_name(code: str) -> str:
    """A language in the reader's language: French, français, الفرنسية."""
    locale = get_locale()
    return str(locale.languages.get(code, code)) if locale is not None else code


def letters_of(options: Mapping[str, Any]) -> dict[str, str]:
    """A letter for each option by its place in the bank; none for parts of pairs, nor for true and false."""
    keys = list(options)
    if any(":" in key for key in keys) or set(keys) == {"true", "false"}:
        return {}
    return dict(zip(keys, ascii_uppercase, strict=False))


def option_name(option: str, texts: Mapping[str, Mapping[str, str]]) -> str:
    """An option as a sentence names it: its letter and its text, or the text alone."""
    text = in_language(texts.get(option))
    if not text:
        # An option of an earlier wording, which the newest one no longer has.
        return option
    letter = letters_of(texts).get(option)
    quoted = _("“%(text)s”", text=_short(text))
    return f"{letter} {quoted}" if letter else quoted


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Said:
    """A flag in words: the tag with its kind, the sentence, and what to do."""

    code: str
    tag: str
    kind: str
    sentence: str
    remedy: str


def said(flag: ItemFlag, texts: Mapping[str, Mapping[str, str]], n: int) -> Said:
    """Put a flag into words. `texts`: of the options, by key; `n`: persons who were given the question."""
    tag, kind, remedy = FLAGS[flag.code]
    sentence = _sentence(flag, texts)
    if flag.code == "item.check-key" and _may_be_chance(flag.figures, n):
        sentence = _("%(sentence)s With so few people it may be chance.", sentence=sentence)
        kind = "turn"
    return Said(flag.code, str(tag), kind, sentence, str(remedy))


#: Fewer choosers of another option than this say little about the key.
ENOUGH_CHOOSERS = 5


def _may_be_chance(figures: Mapping[str, Any], n: int) -> bool:
    """Whether a doubt about a key rests on a handful of people.

    A correlation below 0 is more than chance where Fisher's z is beyond 1.645 errors of 1/√(n − 3) (Fisher 1921,
    Metron 1), one-sided at 5 %.
    """
    if "option" in figures:
        return bool(round(figures["share"] * n) < ENOUGH_CHOOSERS)
    value = max(float(figures["discrimination"]), -0.999)
    return atanh(value) * sqrt(max(n - 3, 0)) > -NINE_IN_TEN


def _sentence(flag: ItemFlag, texts: Mapping[str, Mapping[str, str]]) -> str:
    figures = flag.figures
    match flag.code:
        case "item.check-key" if "option" in figures:
            return _(
                "The strongest people choose %(option)s and not the key: check the key. "
                "(%(share)s of 100 chose it; their mean mark is %(mean)s, that of the key %(key)s.)",
                option=option_name(str(figures["option"]), texts),
                share=hundred(figures["share"]),
                mean=hundred(figures["mean_total"]),
                key=hundred(figures["key_mean_total"]),
            )
        case "item.check-key":
            return _(
                "People who do well otherwise get this question wrong (%(value)s): check the key.",
                value=figure(figures["discrimination"]),
            )
        case "item.harder-in-language":
            return _(
                "In %(language)s this question is much harder than in %(other)s for people who are equally good: "
                "check the translation.",
                language=language_name(figures["language"]),
                other=language_name(figures["compared_with"]),
            )
        case "item.weak":
            return _(
                "The question hardly tells people who know much from people who know little (%(value)s).",
                value=figure(figures["discrimination"]),
            )
        case "item.hard":
            return _(
                "Hardly anybody solves it: %(share)s of 100 of the mark on average.",
                share=hundred(figures["facility"]),
            )
        case "item.easy":
            return _(
                "Nearly everybody solves it: %(share)s of 100 of the mark on average.",
                share=hundred(figures["facility"]),
            )
        case "item.dead-option":
            named = listed(option_name(str(one), texts) for one, _share in figures["options"])
            return _("Hardly anybody chooses %(options)s.", options=named)
        case "item.credited":
            return _(
                "A regrade gave everybody the mark: the figures no longer speak of the question."
            )
        case _:
            return ngettext(
                "Only %(num)s person was given it.",
                "Only %(num)s people were given it.",
                figures["n"],
            )


def figure(value: float | None, places: int = 2) -> str:
    """A figure with so many places, a dash where there is none; never a minus before nothing but noughts."""
    # A coefficient that brings its error along is written as the plain number that it is.
    return "–" if value is None else number_text(round(float(value), places) + 0.0, places)


def people_by_language(counts: Iterable[tuple[str, int]]) -> str:
    """How many people sat in each language: “French: 12, English: 7”."""
    return listed(f"{language_name(code)}: {number_text(count)}" for code, count in counts)


def hundred(share: float | None, places: int = 0) -> str:
    """A share of 0 to 1 as a number of 0 to 100; a dash where there is none."""
    return figure(None if share is None else float(share) * 100, places)


def fit_word(infit: float | None, outfit: float | None) -> Any:
    """How a question fits the Rasch scale; None where it was not fitted."""
    known = [one for one in (infit, outfit) if one is not None]
    if not known:
        return None
    if max(known) > 1.3:
        return _l(
            "people answer it in ways that the rest does not explain: guessing, or a misleading text"
        )
    if min(known) < 0.7:
        return _l("it says much the same as other questions")
    return _l("it fits the scale")
