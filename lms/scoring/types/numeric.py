"""A number, right within a tolerance."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from lms.scoring.folding import western_digits
from lms.scoring.question import (
    UNANSWERED,
    Mark,
    Response,
    Spec,
    SpecProblem,
    Submitted,
    UnusableAnswer,
    one_answer,
    text_problems,
)

LONGEST = 40
SIGNS = str.maketrans({"−": "-", "‒": "-", "–": "-", "٫": ".", "٬": "'", "’": "'", "،": ","})
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u061c]")
#: A whole number in groups of three, then perhaps a fraction after the other mark.
GROUPED = re.compile(r"([+-]?)(\d{1,3}(?:(?P<gap>[ ',.])\d{3})(?:(?P=gap)\d{3})*)(?:([.,])(\d+))?")
PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
#: One mark before exactly three digits: a fraction to some readers, thousands to others.
TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")


class Numeric:
    """Full mark when |number − value| ≤ tolerance, the limits included; otherwise nothing.

    Numbers are decimals, never floats. Comma or point before the fraction, digits of any script
    (٠١٢, ۰۱۲), groups of three set off by spaces, apostrophes, points or commas, and the
    question's own unit after the number are understood. Where one mark stands before exactly three
    digits (``1,500``), the answer may mean 1.5 or 1500; both readings are kept, and the answer is
    right when either is.

    Field ``answer``. Response ``{"number": "12.5"}``, with a second reading under ``also``.
    Detail: ``number``, ``value``, ``tolerance``, all text.
    """

    name = "numeric"

    def check(self, spec: Spec) -> list[SpecProblem]:
        """Return faults in value, tolerance (0 or more, default 0) and unit (optional)."""
        found: list[SpecProblem] = []
        if _decimal(spec.get("value")) is None:
            message = 'value is a number in quotes, such as "12.5"'
            found.append(SpecProblem(("value",), "question.bad-value", message))
        tolerance = _decimal(spec.get("tolerance", "0"))
        if tolerance is None or tolerance < 0:
            message = 'tolerance is a number in quotes, "0" or more'
            found.append(SpecProblem(("tolerance",), "question.bad-tolerance", message))
        if spec.get("unit") is not None:
            found += text_problems(spec["unit"], ("unit",))
        return found

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        """Return the number. Raises `UnusableAnswer` as `read_numbers` does."""
        typed = one_answer(submitted)
        if typed is None:
            return None
        readings = read_numbers(_without_unit(typed, spec.get("unit") or {}))
        response = {"number": str(readings[0])}
        if len(readings) > 1:
            response["also"] = str(readings[1])
        return response

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        """Mark by the formula above: 1 or 0."""
        if response is None:
            return UNANSWERED
        value, tolerance = Decimal(spec["value"]), Decimal(spec.get("tolerance", "0"))
        readings = [Decimal(response[part]) for part in ("number", "also") if part in response]
        # The reading that is nearest is the one that the learner is shown.
        number = min(readings, key=lambda reading: abs(reading - value))
        right = abs(number - value) <= tolerance
        detail = {"number": str(number), "value": str(value), "tolerance": str(tolerance)}
        return Mark(Decimal(int(right)), right, detail)

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        """Return an empty mapping: there is nothing to arrange."""
        return {}

    def right_answer(self, spec: Spec) -> Response:
        """Return the value as a response."""
        return {"number": str(Decimal(spec["value"]))}


def read_numbers(typed: str) -> list[Decimal]:
    """Return the one or two numbers that `typed` may mean, a fraction before thousands.

    >>> read_numbers("١٢٫٥")
    [Decimal('12.5')]
    >>> read_numbers("1,500")
    [Decimal('1.500'), Decimal('1500')]

    Raises:
        UnusableAnswer: ``answer.too-long`` beyond 40 characters, ``answer.not-a-number``.
    """
    if len(typed) > LONGEST:
        raise UnusableAnswer("answer.too-long", typed)
    text = INVISIBLE.sub("", western_digits(typed)).translate(SIGNS)
    text = re.sub(r"^([+-])\s+", r"\1", re.sub(r"\s", " ", text).strip())
    readings = []
    if PLAIN.fullmatch(text):
        readings.append(Decimal(text.replace(",", ".")))
    grouped = GROUPED.fullmatch(text)
    # A lone group after a point or comma counts as thousands only where it can be meant so: not
    # after a leading zero, and never with the same mark before the fraction.
    if grouped and grouped["gap"] != grouped[4] and (not readings or TWO_READINGS.fullmatch(text)):
        sign, whole, gap, _, fraction = grouped.groups()
        readings.append(Decimal(f"{sign}{whole.replace(gap, '')}.{fraction or ''}"))
    if not readings:
        raise UnusableAnswer("answer.not-a-number", typed)
    return readings


def _without_unit(typed: str, units: Any) -> str:
    for unit in units.values():
        if typed.casefold().endswith(unit.casefold()) and len(typed) > len(unit):
            return typed[: len(typed) - len(unit)].strip()
    return typed


def _decimal(written: Any) -> Decimal | None:
    if isinstance(written, bool) or not isinstance(written, str | int):
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
