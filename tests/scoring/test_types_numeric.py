"""Numbers with several answers, ranges and units."""

from decimal import Decimal
from typing import Any

import pytest

from factories.questions import UNITS, VARIANTS, make_question
from lms.scoring import TYPES, UnusableAnswer, check_question
from lms.scoring.types.number_reading import split_unit

NUMERIC = TYPES["numeric"]
SEVERAL = next(spec for spec in VARIANTS if spec["type"] == "numeric" and spec.get("answers"))
METRES = make_question("numeric", value="2000", units=UNITS)
STRICT = METRES | {"unit_required": True, "unit_penalty": "0.25"}


def mark(question: Any, typed: str) -> Any:
    return NUMERIC.mark(question, NUMERIC.parse(question, {"answer": [typed]}))


@pytest.mark.parametrize(
    ("typed", "share", "place"),
    [
        ("15", "1", 1),
        ("14", "1", 1),
        ("16", "1", 1),
        ("16.01", "0.5", 0),
        ("10", "0.5", 0),
        ("20", "0.5", 0),
        ("20.0001", "0", None),
    ],
)
def test_the_best_answer_that_holds_the_number_counts(typed: str, share: str, place: Any) -> None:
    given = mark(SEVERAL, typed)

    assert (given.share, given.detail["answer"]) == (Decimal(share), place)
    assert given.right == (share == "1")


def test_the_feedback_is_that_of_the_answer_that_counts() -> None:
    given = mark(SEVERAL, "19")

    (line,) = NUMERIC.review(SEVERAL, {}, {"number": "19"}, given)

    assert (line.feedback, line.wanted) == ({"en": "Near."}, "15 ± 1")


def test_a_range_can_be_all_that_is_right() -> None:
    question = make_question("numeric", answers=[{"low": "-5", "high": "-1.5"}])

    assert check_question(question) == []
    assert mark(question, "−1,5").right
    assert not mark(question, "-1").right
    assert NUMERIC.right_answer(question) == {"number": "-5"}


def test_tolerance_is_exact_beyond_what_decimals_usually_keep() -> None:
    value = "0." + "0" * 35 + "1"
    question = make_question("numeric", value="1" + "0" * 10, tolerance=value)

    assert not mark(question, "10000000000." + "0" * 26 + "2").right
    assert mark(make_question("numeric", value=value), value).right


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("2 km", "1"),
        ("2km", "1"),
        ("2 KM", "1"),
        ("km 2", "1"),
        ("٢ km", "1"),
        ("2,0 km", "1"),
        ("2000 m", "1"),
        ("2 000 metres", "1"),
        ("2000", "0.75"),
        ("2000 kg", "0.75"),
        ("2000 cm", "0.75"),
        ("2", "0"),
        ("2 m", "0"),
        ("2000 km", "0"),
    ],
)
def test_a_unit_is_taken_into_account_and_a_wrong_one_costs_a_part(typed: str, share: str) -> None:
    assert mark(STRICT, typed).share == Decimal(share)


@pytest.mark.parametrize(
    ("typed", "share"), [("2000", "1"), ("2 km", "1"), ("2000 kg", "0"), ("2,000", "1")]
)
def test_a_unit_that_is_not_required_may_be_left_out_but_not_be_wrong(
    typed: str, share: str
) -> None:
    assert mark(METRES, typed).share == Decimal(share)


def test_what_was_typed_as_a_unit_is_kept_and_said() -> None:
    assert NUMERIC.parse(METRES, {"answer": ["2 Km"]}) == {"number": "2", "unit": "Km"}
    assert mark(STRICT, "2000 kg").detail == {
        "number": "2000",
        "value": "2000",
        "tolerance": "0",
        "unit": "kg",
        "unit_right": False,
    }
    assert NUMERIC.right_answer(STRICT) == {"number": "2000", "unit": "m"}
    assert NUMERIC.formula_of(STRICT) == "numeric.units"


def test_capitals_tell_units_apart_where_only_they_do() -> None:
    units = [{"names": ["MW"], "factor": "1"}, {"names": ["mW"], "factor": "0.000000001"}]
    question = make_question("numeric", value="5", units=units)

    assert mark(question, "5 MW").right
    assert not mark(question, "5 mW").right
    assert not mark(question, "5 mw").right


@pytest.mark.parametrize("typed", ["km", "two km", "2 3 km km", "- km"])
def test_a_unit_without_a_number_is_refused(typed: str) -> None:
    with pytest.raises(UnusableAnswer, match=r"answer\.not-a-number"):
        NUMERIC.parse(METRES, {"answer": [typed]})


def test_an_endless_number_with_a_unit_is_refused() -> None:
    with pytest.raises(UnusableAnswer, match=r"answer\.too-long"):
        NUMERIC.parse(METRES, {"answer": ["1" * 60 + " km"]})


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1,500 kg", ("1,500", "kg")),
        ("1 500", ("1 500", None)),
        ("-3°C", ("-3", "°C")),
        ("50%", ("50", "%")),
        ("m", ("m", None)),
        ("5 m²", ("5", "m²")),
        ("", ("", None)),
    ],
)
def test_a_number_is_parted_from_what_follows_it(typed: str, expected: Any) -> None:
    assert split_unit(typed, ["m", "%"]) == expected


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"value": None}, "question.bad-value"),
        ({"answers": [{"value": "1"}]}, "question.value-and-answers"),
        ({"value": None, "answers": []}, "question.no-answers"),
        ({"value": None, "answers": ["1"]}, "question.bad-value"),
        ({"value": None, "answers": [{"low": "2", "high": "1"}]}, "question.bad-range"),
        ({"value": None, "answers": [{"low": "2"}]}, "question.bad-range"),
        ({"value": None, "answers": [{"value": "2", "credit": "2"}]}, "question.bad-credit"),
        ({"value": None, "answers": [{"value": "2", "credit": "0.5"}]}, "question.no-full-credit"),
        ({"value": None, "answers": [{"value": "2", "feedback": "x"}]}, "question.no-text"),
        ({"unit_required": True}, "question.bad-units"),
        ({"unit_penalty": "2"}, "question.bad-unit_penalty"),
        ({"units": []}, "question.bad-units"),
        ({"units": ["km"]}, "question.bad-units"),
        ({"units": [{"names": ["km"], "factor": "0"}]}, "question.bad-factor"),
        ({"units": [{"names": ["km"], "factor": "1000"}]}, "question.no-base-unit"),
        ({"units": [*UNITS, {"names": ["km"], "factor": "1"}]}, "question.unit-name"),
        ({"units": [{"names": ["2nd"], "factor": "1"}]}, "question.unit-name"),
        ({"units": UNITS, "unit": {"en": "m"}}, "question.unit-and-units"),
        ({"value": "1e999999999"}, "question.bad-value"),
    ],
)
def test_a_fault_in_answers_and_units_is_named(parts: Any, code: str) -> None:
    question = make_question("numeric", value="1") | parts

    assert code in [problem.code for problem in check_question(question)]
