"""Numbers exactly: percentages and fractions as Moodle keeps them, decimals into JSON."""

import re
from decimal import ROUND_HALF_UP, Decimal

from lms.interchange.questions import UnusableQuestion

PLACES = Decimal("0.0000001")
#: Longer than any number that somebody means, short enough to be harmless.
LONGEST_NUMBER = 60
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")

#: The shares of a mark that Moodle knows; its import refuses others unless told to take the
#: nearest. Source: Moodle, `question_bank::fraction_options_full`, since version 2.0.
MOODLE_FRACTIONS = tuple(
    Decimal(share)
    for share in (
        *("1", "0.9", "0.8333333", "0.8", "0.75", "0.7", "0.6666667", "0.6", "0.5", "0.4"),
        *("0.3333333", "0.3", "0.25", "0.2", "0.1666667", "0.1428571", "0.125", "0.1111111"),
        *("0.1", "0.05", "0"),
    )
)


def number(written: str) -> Decimal:
    """Return a number written with a point, as ``-3.5`` or ``1e3``.

    Raises:
        UnusableQuestion: it is none, or longer than 60 characters.
    """
    text = written.strip()
    if len(text) > LONGEST_NUMBER or not NUMBER.fullmatch(text):
        raise UnusableQuestion(f"{shortened(text)!r} is not a number")
    return Decimal(text)


def fraction_of_percent(written: str) -> Decimal:
    """Return a percentage as a fraction, −1 to 1, rounded half up to 7 places as Moodle keeps it.

    >>> fraction_of_percent("33.33333")
    Decimal('0.3333333')

    Raises:
        UnusableQuestion: it is no number, or beyond −100 to 100.
    """
    percent = number(written)
    if abs(percent) > 100:
        raise UnusableQuestion(f"a weight of {plain(percent)} % is not between −100 and 100")
    return rounded(percent / 100)


def rounded(value: Decimal) -> Decimal:
    """Return a value with at most 7 decimal places, half up, without needless zeros."""
    return trimmed(value.quantize(PLACES, ROUND_HALF_UP))


def trimmed(value: Decimal) -> Decimal:
    """Return the value without trailing zeros and without an exponent; zero has no sign."""
    return Decimal(plain(value))


def plain(value: Decimal) -> str:
    """Return a decimal as people write it: no exponent, no trailing zeros.

    >>> plain(Decimal("1.50E+2"))
    '150'
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def percent_of(fraction: Decimal) -> str:
    """Return a fraction as a percentage, up to 5 decimal places.

    >>> percent_of(Decimal("0.3333333"))
    '33.33333'
    """
    return plain(rounded(fraction) * 100)


def nearest_moodle_fraction(fraction: Decimal) -> Decimal:
    """Return the share of Moodle's list that is nearest, with the sign kept."""
    nearest = min(MOODLE_FRACTIONS, key=lambda share: abs(share - abs(fraction)))
    return -nearest if fraction < 0 and nearest else nearest


def json_number(value: Decimal) -> int | float | str:
    """Return a number for JSON: whole as an integer, else a float; text where a float would lose.

    >>> [json_number(Decimal(text)) for text in ("3.0", "0.1", "0.12345678901234567890")]
    [3, 0.1, '0.1234567890123456789']
    """
    text = plain(value)
    if "." not in text:
        return int(text) if len(text) <= 15 else text
    near = float(text)
    return near if Decimal(repr(near)) == value else text


def shortened(text: str, longest: int = 40) -> str:
    """Return a text cut to a length for a message, with an ellipsis where it was longer."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
