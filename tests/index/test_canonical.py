"""Canonical JSON: examples of RFC 8785, appendix B and section 3.2.3."""

import hashlib
from types import MappingProxyType

import numpy as np
import pytest

from lms.index.canonical import (
    canonical,
    canonical_number,
    canonical_numbers,
    digest,
    exact_json,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1, "1"),
        (5e-324, "5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e23, "1e+23"),
        (999999999999999700000.0, "999999999999999700000"),
        (1e21, "1e+21"),
        (9.999999999999997e-7, "9.999999999999997e-7"),
        (0.000001, "0.000001"),
        (333333333.33333329, "333333333.3333333"),
        (-0.0000033333333333333333, "-0.0000033333333333333333"),
    ],
)
def test_numbers_are_printed_as_the_standard_prints_them(number, text):
    assert canonical_number(number) == text


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_a_number_that_is_not_finite_is_refused(number):
    with pytest.raises(ValueError, match="finite"):
        canonical_number(number)


def test_keys_are_sorted_by_utf_16_units():
    # RFC 8785, section 3.2.3.
    keys = ["€", "\r", "\ufb33", "1", "😀", "\u0080", "ö"]
    told = canonical(dict.fromkeys(keys, 1))
    places = [told.index(canonical(key)) for key in ["\r", "1", "\u0080", "ö", "€", "😀", "\ufb33"]]
    assert places == sorted(places)


def test_the_digest_is_that_of_the_text():
    text = '{"a":[1,null,true,"x"]}'
    assert digest({"a": [1.0, None, True, "x"]}) == hashlib.sha256(text.encode()).hexdigest()


def test_stored_floats_come_back_bit_for_bit():
    import json

    numbers = [0.1, 1 / 3, 1e-300, 0.30000000000000004]
    assert json.loads(exact_json(numbers)) == numbers
    assert exact_json([float("nan"), None, 2**64 - 1]) == "[null, null, 18446744073709551615]"


def test_json_of_kinds_that_only_resemble():
    given = MappingProxyType({"a": np.float64(0.1), "b": (True, None, "é"), 3: [np.float64("nan")]})
    assert exact_json(given) == '{"a": 0.10000000000000001, "b": [true, null, "é"], "3": [null]}'
    with pytest.raises(TypeError, match="no place"):
        exact_json({"a": {1, 2}})


def test_many_numbers_are_printed_as_each_by_itself():
    numbers = np.array([0.0, -0.0, 1.0, -3.0, 0.1, 1e-4, 9.9e-5, 1e-7, 1e15, 1e16, 1e21, 1e22, np.nan,
                        123456789.125, -1e-300, 2.0**60])  # fmt: skip
    expected = ["null" if np.isnan(one) else canonical_number(one) for one in numbers]
    assert canonical_numbers(numbers) == expected
