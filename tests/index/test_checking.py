"""Observations as rows and as columns: the same judgement, the same order, the same hash."""

import dataclasses
import hashlib
import json
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.index import Methodology, Observation, compute
from lms.index.checking import check
from lms.index.observations import in_order

DAY = date(2026, 6, 1)
LEVELS = {"method": "levels", "levels": {"P": 1, "S": 0.67, "M": 0.33, "U": 0}}
METHOD = Methodology.from_mapping(
    {
        "key": "m",
        "version": "1",
        "faulty_observations": "leave_out",
        "dimensions": [
            {
                "key": "d",
                "indicators": [
                    {"key": "a", "unit": "share", "statistic": "mean"},
                    {"key": "r", "unit": "share", "statistic": "rate"},
                    {"key": "l", "unit": "level", "statistic": "mean", "normalise": LEVELS},
                    {"key": "n", "unit": "x", "statistic": "count"},
                ],
            }
        ],
    }
)
FIELDS = [one.name for one in dataclasses.fields(Observation)]


def table_of(rows):
    return {name: [getattr(row, name) for row in rows] for name in FIELDS}


MIXED = [
    Observation("s", "a", 1),
    Observation("s", "a", Decimal("0.25")),
    Observation("s", "a", np.float64(0.5), observed_on=datetime(2026, 5, 1, 12)),
    Observation("s", "a", np.int64(1), observed_on=date(2026, 5, 1)),
    Observation("s", "a", None, numerator=1, denominator=4),
    Observation("s", "r", 0.5, denominator=4),
    Observation("s", "r", None, numerator=3, denominator=4),
    Observation("t", "l", "S"),
    Observation("t", "n", None, group="g"),
    Observation("t", "a", 10**400),
    Observation("t", "a", True),
    Observation("t", "a", "0.5"),
    Observation("t", "a", float("nan")),
    Observation("t", "a", 0.5, weight=float("nan")),
    Observation("t", "a", 0.5, weight=-1),
    Observation("t", "r", 1.5, denominator=4),
    Observation("t", "r", None, numerator=1),
    Observation("t", "l", 0.5),
    Observation("t", "l", ["P"]),
    Observation("t", "a", 0.5, observed_on="2026-05-01"),
    Observation(3, "a", 0.5),
    Observation("t", 3, 0.5),
    Observation("t", "a", 0.5, unit="km"),
    Observation("t", "a", 0.5, unit="share"),
    Observation("t", "a", 0.5, unit=["share"]),
]
CODES = {
    10: "not-finite", 11: "not-finite", 12: "not-finite", 13: "not-finite", 14: "not-finite",
    15: "negative-weight", 16: "rate", 17: "no-denominator", 18: "unknown-level",
    19: "unknown-level", 20: "date", 21: "subject", 22: "unknown-indicator", 23: "unit",
    25: "unit",
}  # fmt: skip


def test_rows_of_every_kind():
    columns, problems = check(METHOD, MIXED, DAY)
    assert {int(one.id.removeprefix("row-")): one.code for one in problems} == CODES
    kept = {name: place for place, name in enumerate(columns.ids)}
    expected = {1: 1.0, 2: 0.25, 3: 0.5, 4: 1.0, 5: 0.25, 8: 0.67, 24: 0.5}
    for number, value in expected.items():
        assert columns.value[kept[f"row-{number}"]] == value, number
    assert columns.numerator[kept["row-6"]] == 2
    assert columns.day[kept["row-3"]] == columns.day[kept["row-4"]]


def test_a_table_says_the_same_as_rows():
    """But for NaN, with which a table of numbers says that there is nothing."""
    rows = [one for number, one in enumerate(MIXED, start=1) if number != 13]
    one, other = compute(METHOD, rows, DAY, draws=0), compute(METHOD, table_of(rows), DAY, draws=0)
    assert [(p.id, p.code) for p in one.problems] == [(p.id, p.code) for p in other.problems]
    assert one.evidence_hash == other.evidence_hash
    assert one.to_json() == other.to_json()


def test_arrays_say_the_same_as_lists():
    days = np.array(["2026-05-01", "NaT", "2026-03-01"], dtype="datetime64[s]")
    arrays = {
        "subject": np.array(["s", "s", "t"]),
        "indicator": np.array(["a", "r", "a"]),
        "value": np.array([0.5, np.nan, 1.0]),
        "observed_on": days,
        "numerator": np.array([np.nan, 3, np.nan]),
        "denominator": np.array([np.nan, 4, np.nan]),
        "weight": np.array([1, 2, 3]),
    }
    lists = {
        "subject": ["s", "s", "t"],
        "indicator": ["a", "r", "a"],
        "value": [0.5, None, 1.0],
        "observed_on": [date(2026, 5, 1), None, date(2026, 3, 1)],
        "numerator": [None, 3, None],
        "denominator": [None, 4, None],
        "weight": [1.0, 2.0, 3.0],
    }
    one, other = (compute(METHOD, table, DAY, draws=0) for table in (arrays, lists))
    assert one.to_json() == other.to_json()
    assert not one.problems


@pytest.mark.parametrize(
    ("column", "values", "code"),
    [
        ("value", np.array([np.inf, 0.5]), "not-finite"),
        ("value", np.array([True, False]), "not-finite"),
        ("value", np.array(["1", "0.5"]), "not-finite"),
        ("weight", np.array([np.nan, 1.0]), "not-finite"),
        ("se", np.array([-1.0, np.nan]), "negative-se"),
        ("observed_on", np.array([20260501, 20260501]), "date"),
        ("subject", np.array([1, 2]), "subject"),
        ("indicator", np.array([1, 2]), "unknown-indicator"),
    ],
)
def test_arrays_of_the_wrong_kind(column, values, code):
    table = {"subject": ["s", "t"], "indicator": ["a", "a"], "value": [0.5, 0.5], column: values}
    _, problems = check(METHOD, table, DAY)
    assert problems
    assert {one.code for one in problems} == {code}


def test_a_made_up_id_may_be_taken():
    rows = [Observation("s", "a", 0.1), Observation("s", "a", 0.2, id="row-1"),
            Observation("s", "a", 0.3, id="x"), Observation("s", "a", 0.4, id="x")]  # fmt: skip
    columns, problems = check(METHOD, rows, DAY)
    assert [(one.id, one.code) for one in problems] == [
        ("row-1", "duplicate-id"),
        ("x", "duplicate-id"),
    ]
    assert sorted(columns.value) == [0.1, 0.3]


def test_a_faulty_first_does_not_block_its_double():
    rows = [Observation("s", "a", None, id="x"), Observation("s", "a", 0.4, id="x")]
    columns, problems = check(METHOD, rows, DAY)
    assert [one.code for one in problems] == ["no-value"]
    assert columns.value.tolist() == [0.4]


numbers = st.lists(st.integers(-3, 3), min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from([0.5, float("nan"), -1.0]),
                          st.integers(0, 10**9)), min_size=1, max_size=12), st.booleans())  # fmt: skip
def test_the_order_is_that_of_lexsort(rows, wide):
    """Packed into one number or too wide for it: the same order."""
    keys = [np.array(column) for column in zip(*rows, strict=True)]
    if wide:
        keys[2] = keys[2] * (1 << 32)
        keys.insert(0, keys[2].copy())
    assert in_order(keys).tolist() == np.lexsort(keys[::-1]).tolist()


def test_the_evidence_hash_by_hand():
    """Canonical JSON of the records in the order of section 12, and its SHA-256."""
    rows = [
        Observation("t", "a", 0.5, id="z", source="x:1", assessor="m", verified_by="b"),
        Observation(
            "s", "r", None, id="y", numerator=1, denominator=4, observed_on=date(2026, 5, 1)
        ),
        Observation("s", "a", 1e-7, id="b", se=2.0),
        Observation("s", "a", 100.0, id="a", weight=0.25, group="é"),
    ]
    record = ["", "", "", None, "2026-06-01", 1, None, None, None, "", "given", "", "", ""]

    def filled(**places):
        return [places.get(f"_{n}", value) for n, value in enumerate(record)]

    records = [
        filled(_0="s", _1="a", _2="a", _3=100, _5=0.25, _9="é"),
        filled(_0="s", _1="a", _2="b", _3=1e-7, _8=2),
        filled(_0="s", _1="r", _2="y", _4="2026-05-01", _6=1, _7=4),
        filled(_0="t", _1="a", _2="z", _3=0.5, _11="x:1", _12="m", _13="b"),
    ]
    whole = {"observations": records, "populations": [["s", "a", 3]]}
    text = json.dumps(whole, separators=(",", ":"), ensure_ascii=False)
    # ECMAScript writes 1e-7 without the zero that Python puts before the seven.
    text = text.replace("1e-07", "1e-7")
    got = compute(METHOD, rows, DAY, populations={("s", "a"): 3}, draws=0)
    assert got.evidence_hash == hashlib.sha256(text.encode()).hexdigest()


def test_what_all_records_share_may_hold_a_percent_sign():
    rows = [Observation("s", "a", 0.5, source="50 %s", id="x"),
            Observation("s", "a", 0.6, source="50 %s", id="y")]  # fmt: skip
    assert len(compute(METHOD, rows, DAY, draws=0).evidence_hash) == 64
    one = compute(METHOD, rows[:1], DAY, draws=0)
    assert one.evidence_hash != compute(METHOD, rows[1:], DAY, draws=0).evidence_hash


def test_the_same_content_under_several_ids_is_one_warning():
    rows = [Observation("s", "a", 0.2, id=f"x{n}") for n in range(6)]
    rows += [Observation("s", "a", 0.2) for _ in range(3)]
    (found,) = (one for one in compute(METHOD, rows, DAY, draws=0).warnings)
    assert (found.id, found.code) == ("x1", "same-content")
    assert found.message == "x1, x2, x3 and 2 more say the same as x0; all count"


def test_rates_with_other_counts_are_not_the_same():
    rows = [Observation("s", "r", None, id="x", numerator=1, denominator=2),
            Observation("s", "r", None, id="y", numerator=2, denominator=4)]  # fmt: skip
    assert compute(METHOD, rows, DAY, draws=0).warnings == ()


def test_a_kind_of_evidence_that_feeds_two_indicators_is_warned_of():
    rows = [
        Observation("s", "a", 0.5, kind="exchange", source="e:1"),
        Observation("s", "r", 0.5, denominator=2, kind="exchange", source="e:1"),
        Observation("t", "a", 0.5, kind="exchange", source="e:2"),
        Observation("t", "n", None, kind="survey", source="e:3"),
        Observation("t", "l", "P", kind="given"),
        Observation("t", "a", 0.4, kind="given"),
    ]
    found = compute(METHOD, rows, DAY, draws=0).warnings
    assert {one.code for one in found} == {"double_counting"}
    assert [one.message for one in found] == [
        "evidence of the kind exchange feeds a, r; see that no piece of it counts twice",
        "a and r share 1 records",
    ]
