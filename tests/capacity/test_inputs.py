"""What a run was computed from: packed by columns, and read from what earlier releases packed by rows."""

import json
import zlib
from datetime import date

from lms.capacity.inputs import left_out_of, packed, unpacked
from lms.index import Observation

ROWS = [
    Observation(
        "home", "a", 0.1 + 0.2, "post:1", "share", date(2026, 5, 1), group="g", kind="exchange"
    ),
    Observation("away", "b", None, "evidence:2", numerator=1 / 3, denominator=2.0, weight=0.5),
    Observation("home", "b", 1e-300, "é – ٣", None, None, source="exercise:1", assessor="away"),
]
POPULATIONS = {("home", "a"): 3, ("away", "a"): 0}


def columns(rows):
    return {name: [getattr(one, name) for one in rows] for name in Observation.__dataclass_fields__}


def test_every_value_comes_back_bit_for_bit_whole_and_of_one_organisation():
    content = packed(columns(ROWS), POPULATIONS | {("third", "x"): 2}, {"small-survey": 2})

    assert unpacked(content) == (ROWS, POPULATIONS | {("third", "x"): 2})
    assert unpacked(content, "home") == ([ROWS[0], ROWS[2]], {("home", "a"): 3})
    assert unpacked(content, "third") == ([], {("third", "x"): 2})
    assert unpacked(content, "nobody") == ([], {})
    assert left_out_of(content) == {"small-survey": 2}


def test_columns_that_are_not_given_have_the_default():
    given = {"subject": ["home"], "indicator": ["a"], "value": [0.5]}

    assert unpacked(packed(given, {})) == ([Observation("home", "a", 0.5)], {})


def test_what_an_earlier_release_packed_is_still_read():
    told = {
        "observations": [
            {"subject": "home", "indicator": "a", "value": 0.5, "observed_on": "2026-05-01"},
            {"subject": "home", "indicator": "b", "numerator": 1.0, "denominator": 2.0},
        ],
        "populations": [["home", "a", 3]],
        "left_out": {"given-twice": 1},
    }
    content = zlib.compress(json.dumps(told).encode())

    observations, populations = unpacked(content)

    assert observations == [
        Observation("home", "a", 0.5, observed_on=date(2026, 5, 1)),
        Observation("home", "b", None, numerator=1.0, denominator=2.0),
    ]
    assert populations == {("home", "a"): 3}
    assert unpacked(content, "away") == ([], {})
    assert left_out_of(content) == {"given-twice": 1}
