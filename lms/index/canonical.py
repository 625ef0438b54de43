"""Canonical JSON (RFC 8785) for hashes, and JSON whose floats come back bit for bit."""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any

import numpy as np
from numpy.typing import NDArray


def canonical_number(number: float) -> str:
    """A finite number as ECMAScript prints it, which RFC 8785 prescribes.

    Raises:
        ValueError: the number is not finite.
    """
    number = float(number)
    if not math.isfinite(number):
        raise ValueError("a canonical number is finite")
    if number == int(number) and abs(number) < 1e16:
        return str(int(number))
    text = repr(number)
    if "e" not in text:
        return text
    # Python turns to exponents below 1e-4 and from 1e16, ECMAScript below 1e-6 and from 1e21.
    sign, digits, exponent = Decimal(text).as_tuple()
    figures = "".join(map(str, digits))
    point = len(figures) + int(exponent)
    if -6 < point <= 0:
        body = "0." + "0" * -point + figures
    elif 0 < point <= 21:
        body = figures + "0" * (point - len(figures))
    else:
        mantissa = figures if len(figures) == 1 else f"{figures[0]}.{figures[1:]}"
        body = f"{mantissa}e{point - 1:+d}"
    return "-" + body if sign else body


def canonical_numbers(numbers: NDArray[np.float64]) -> list[str]:
    """Many numbers as `canonical_number` prints each; NaN, which stands for missing, as null."""
    texts = np.array(
        [text[:-2] if text[-2:] == ".0" else text for text in map(repr, numbers.tolist())],
        dtype=object,
    )
    # Those that Python writes otherwise: not at all, as -0, with an exponent, or of many digits.
    texts[np.isnan(numbers)] = "null"
    texts[numbers == 0] = "0"
    size = np.abs(numbers)
    for at in np.flatnonzero(((size > 0) & (size < 1e-4)) | (size >= 1e16)).tolist():
        texts[at] = canonical_number(float(numbers[at]))
    found: list[str] = texts.tolist()
    return found


def canonical(value: Any) -> str:
    """JSON by RFC 8785 of mappings, sequences, texts, numbers, dates (as ISO texts) and None."""
    if isinstance(value, str):
        return quoted(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return json.dumps(value.isoformat())
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: str(key).encode("utf-16-be"))
        inner = ",".join(f"{quoted(str(key))}:{canonical(value[key])}" for key in keys)
        return "{" + inner + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(canonical(one) for one in value) + "]"
    return canonical_number(value)


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


#: Enough digits for every float to come back as it was.
EXACT = "%.17g"


@lru_cache(maxsize=4096)
def _key(name: str) -> str:
    return f"{quoted(name)}: "


def exact_json(value: Any) -> str:
    """JSON with 17 significant digits for floats; NaN (missing) and None become null."""
    kind = type(value)
    if kind is float:
        return EXACT % value if math.isfinite(value) else "null"
    if kind is str:
        return str(quoted(value))
    if kind is dict:
        inner = ", ".join([_key(str(key)) + exact_json(one) for key, one in value.items()])
        return "{" + inner + "}"
    if kind is list or kind is tuple:
        kinds = set(map(type, value))
        # Long lists are of one kind: the ids of observations, and their weights.
        if kinds == {str}:
            return "[" + ", ".join(map(quoted, value)) + "]"
        if kinds == {float} and all(map(math.isfinite, value)):
            return "[" + ", ".join(map(EXACT.__mod__, value)) + "]"
        return "[" + ", ".join([exact_json(one) for one in value]) + "]"
    if value is None or kind is bool:
        return json.dumps(value)
    if isinstance(value, int):
        return str(int(value))
    # A kind of one of these, such as a number of numpy.
    if isinstance(value, float):
        return exact_json(float(value))
    if isinstance(value, Mapping):
        return exact_json(dict(value))
    if isinstance(value, list | tuple):
        return exact_json(list(value))
    raise TypeError(f"{value!r} has no place in JSON")
