"""Targets of partnership indicators in words."""

from decimal import Decimal

from lms.content.indicators import Measure, Target
from lms.learning import words
from lms.web.language import number_text


def target_text(target: Target, measure: Measure) -> str:
    """A target in the reader's language, such as "emergency: at least 95 %"."""
    amount = _amount(target.value, target.clock or target.unit or measure.unit)
    said = str(words.TARGETS[target.is_]) % {"value": amount}
    narrowed = target.class_ or target.only
    if narrowed is not None:
        said = f"{words.CLASSES.get(narrowed, narrowed)}: {said}"
    if target.within is not None:
        within = _amount(target.within.value, target.within.unit or target.within.clock)
        said = f"{said} ({within})"
    if target.per is not None:
        said = f"{said} {words.A_YEAR}"
    if target.rising:
        said = f"{said} {words.RISING}"
    if target.months_before_end is not None:
        before = str(words.BEFORE_END) % {"months": number_text(target.months_before_end)}
        said = f"{before}: {said}"
    return said


def _amount(value: Decimal, unit: str) -> str:
    return str(words.UNITS[unit]) % {"value": number_text(value)}
