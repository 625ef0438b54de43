"""Faults of the engine in the reader's language, by their codes; commands print the engine's own sentences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from lms.index import MethodologyProblem
from lms.web.language import semicolon

#: What is wrong with a field of a methodology; the field and the place are named around it.
METHODOLOGY_FAULTS = {
    "shape": _l("it has not the shape that is expected: a list, or a mapping of fields"),
    "unknown-field": _l("there is no field of this name"),
    "key": _l("a key has letters, digits, _ and -, and begins with a letter or digit"),
    "duplicate-key": _l("another one has this key already"),
    "title": _l("a title is a text, or a text for each language"),
    "reason": _l("a reason is needed, in words"),
    "missing": _l("it is needed and is not there"),
    "choice": _l("it is none of the words that are allowed"),
    "number": _l("it is no number of the kind that is needed"),
    "range": _l("it is too small or too large, or its ends do not rise"),
    "relative": _l("it depends on who else is in the table, and the methodology claims not to"),
    "empty": _l("it holds nothing, or indicators and dimensions at once"),
    "unused": _l("it has no meaning beside the other settings"),
    "cycle": _l("a dimension holds itself"),
    "depth": _l("dimensions lie too deep in each other"),
    "bands": _l("bands begin at 0 and rise"),
    "guard": _l("it names a band or a dimension that is not there"),
    "peers": _l("an organisation has one group of peers, named by its code"),
    "unit": _l("the unit is not one that the source gives"),
    "impute": _l("filling in from the last value needs a number of valid days"),
    "unknown-level": _l("there is no such level"),
    "threshold": _l("a threshold goes with the share that reaches it, and with nothing else"),
    "levels": _l(
        "the levels do not fit: they lie from 0 to 1, differ, and say why steps are unequal"
    ),
    "goalposts": _l("the lower goalpost must be below the upper one"),
    "transform": _l("the number has no logarithm or root"),
    "steps": _l("steps are pairs of numbers that rise, the second from 0 to 1"),
    "weights": _l(
        "the weights do not hold: at least one is above 0, and judgements fit what they weigh"
    ),
    "inconsistent": _l("the judgements contradict each other"),
}
#: What is wrong with an observation, or with a count of what is expected.
OBSERVATION_FAULTS = {
    "subject": _l("it names no organisation"),
    "unknown-indicator": _l("the methodology has no such indicator"),
    "unit": _l("its unit is not that of the indicator"),
    "not-finite": _l("a figure is no number"),
    "unknown-level": _l("there is no such level"),
    "date": _l("its day is no date"),
    "negative-weight": _l("its weight is below 0"),
    "negative-numerator": _l("its numerator is below 0"),
    "negative-denominator": _l("its denominator is below 0"),
    "negative-se": _l("its standard error is below 0"),
    "numerator-above-denominator": _l("its numerator is above its denominator"),
    "no-denominator": _l("a rate needs a numerator and a denominator"),
    "rate": _l("the value of a rate lies from 0 to 1"),
    "no-value": _l("it has no value"),
    "duplicate-id": _l("another observation has the same id"),
    "out-of-range": _l("the figure has no place on the indicator's scale"),
    "population": _l("the number of expected cases is no number from 0"),
}
#: So many faults are told in a sentence; the rest are counted.
TOLD = 5


def methodology_faults(
    problems: Sequence[MethodologyProblem], mapping: Mapping[str, Any], titles: Mapping[str, str]
) -> str:
    """Faults of a methodology as one text: where, which field, and what is wrong with it."""
    return _joined(_methodology_fault(one, mapping, titles) for one in problems)


def _methodology_fault(
    problem: MethodologyProblem, mapping: Mapping[str, Any], titles: Mapping[str, str]
) -> str:
    what = str(METHODOLOGY_FAULTS.get(problem.code, _("it does not hold")))
    fields = [str(one) for one in problem.path if isinstance(one, str)]
    key = _key_at(mapping, problem.path)
    if not fields:
        return _("the methodology: %(what)s", what=what)
    if key is None:
        return _("“%(field)s”: %(what)s", field=fields[-1], what=what)
    title = titles.get(key, key)
    return _("“%(title)s”, “%(field)s”: %(what)s", title=title, field=fields[-1], what=what)


def _key_at(mapping: Mapping[str, Any], path: Sequence[str | int]) -> str | None:
    """The key of the dimension or indicator, the innermost, in which a path lies."""
    held: Any = mapping
    found = None
    for step in path:
        try:
            held = held[step]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(held, Mapping) and isinstance(held.get("key"), str):
            found = held["key"]
    return found


def observation_faults(problems: Iterable[tuple[str, str]]) -> str:
    """Faults of observations, as pairs of id and code, as one text."""
    return _joined(_observation_fault(key, code) for key, code in problems)


def _observation_fault(key: str, code: str) -> str:
    what = str(OBSERVATION_FAULTS.get(code, _("it does not hold")))
    if not key:
        return what
    # Isolated: an id is read from left to right in Arabic too (UAX 9).
    return _("observation %(id)s: %(what)s", id=f"\u2066{key}\u2069", what=what)


def _joined(told: Iterable[str]) -> str:
    texts = list(told)
    said = f"{semicolon()} ".join(texts[:TOLD])
    if len(texts) > TOLD:
        rest = len(texts) - TOLD
        said += f"{semicolon()} " + ngettext(
            "and %(num)s other fault", "and %(num)s other faults", rest
        )
    return said
