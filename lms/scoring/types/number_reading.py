"""Numbers and units as people type them, in digits of any script."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from lms.scoring.folding import western_digits
from lms.scoring.question import UnusableAnswer

LONGEST = 40
SIGNS = str.maketrans({"−": "-", "‒": "-", "–": "-", "٫": ".", "٬": "'", "’": "'", "،": ","})
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u061c]")
#: A whole number in groups of three, then perhaps a fraction after the other mark.
GROUPED = re.compile(r"([+-]?)(\d{1,3}(?:(?P<gap>[ ',.])\d{3})(?:(?P=gap)\d{3})*)(?:([.,])(\d+))?")
PLAIN = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)")
#: One mark before exactly three digits: a fraction to some readers, thousands to others.
TWO_READINGS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
#: A number, then something that is none: a unit that the question does not know.
NUMBER_THEN_WORD = re.compile(r"([^\w]*\d(?:[\d\s.,'’٫٬،]*\d)?[.,]?)\s*([^\d\s.,+-].*)")


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


def written_number(number: Decimal, alone: bool) -> str:
    """Return a number as a response keeps it, so that reading it again gives the same.

    Args:
        alone: the number has no second reading. ``1.500`` then becomes ``1.5000``, or it would be
            read as 1500 as well.
    """
    written = format(number, "f")
    return f"{written}0" if alone and TWO_READINGS.fullmatch(written) else written


def without_words(typed: str, words: Iterable[str]) -> str:
    """Return `typed` without the first of these words that stands at its end."""
    for word in words:
        if typed.casefold().endswith(word.casefold()) and len(typed) > len(word):
            return typed[: len(typed) - len(word)].strip()
    return typed


def split_unit(typed: str, names: Sequence[str]) -> tuple[str, str | None]:
    """Return the number and the unit as typed, before or after it; None: no unit.

    A known name counts first, the longest first, in its own capitals before others (``mW``,
    ``MW``); otherwise what follows the number is taken for a unit that nobody knows.

    >>> split_unit("2 km", ["m", "km"]), split_unit("$ 5", ["$"]), split_unit("3 bags", ["m"])
    (('2', 'km'), ('5', '$'), ('3', 'bags'))
    """
    longest_first = sorted(names, key=len, reverse=True)
    for same in (str, str.casefold):
        text = same(typed)
        for name in longest_first:
            size = len(name)
            # A casefold that changes the length (ß) would cut in the wrong place.
            if len(text) != len(typed) or len(typed) <= size:
                continue
            # Within a longer word it is no unit: "cm" is not "m".
            if text.endswith(same(name)) and not typed[-size - 1].isalpha():
                return typed[:-size].strip(), typed[-size:]
            if text.startswith(same(name)) and not typed[size].isalpha():
                return typed[size:].strip(), typed[:size]
    found = NUMBER_THEN_WORD.fullmatch(typed)
    return (found[1].strip(), found[2].strip()) if found else (typed, None)
