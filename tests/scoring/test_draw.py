"""Which questions an attempt gets."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.errors import Refused
from lms.scoring import draw_questions

# A shared machine may be slow, which says nothing about these functions.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def question(key: str, **parts: str) -> dict[str, str]:
    return {"key": key, "type": "numeric", "use": "assessment", "level": "lead", **parts}


BANKS: dict[str, list[dict[str, str]]] = {
    "gov": [question(f"g{n}", competency="gov-01" if n < 4 else "gov-02") for n in range(10)]
    + [question("g-check", use="check", competency="gov-01")],
    "cri": [question(f"c{n}", type="true_false" if n % 2 else "numeric") for n in range(6)],
}
RULES: list[dict[str, Any]] = [
    {"bank": "gov", "count": 3, "competency": "gov-01"},
    {"bank": "gov", "count": 4, "competency": None},
    {"bank": "cri", "count": 2, "type": "true_false", "level": "lead"},
]


@PATIENT
@given(seed=st.integers(), shuffle=st.booleans())
def test_a_draw_follows_its_rules_and_takes_nothing_twice(seed: int, shuffle: bool) -> None:
    drawn = draw_questions(BANKS, RULES, seed, shuffle)

    assert len(drawn) == len(set(drawn)) == 9
    assert "g-check" not in drawn
    assert sum(key in ("g0", "g1", "g2", "g3") for key in drawn) >= 3
    assert {key for key in drawn if key[0] == "c"} <= {"c1", "c3", "c5"}
    assert draw_questions(BANKS, RULES, seed, shuffle) == drawn


def test_unshuffled_questions_stand_draw_by_draw_in_the_order_of_the_bank() -> None:
    drawn = draw_questions(BANKS, RULES, 7, False)

    assert drawn[:3] == sorted(drawn[:3])
    assert drawn[3:7] == sorted(drawn[3:7])
    assert drawn[7:] == sorted(drawn[7:])
    assert set(draw_questions(BANKS, RULES, 7, True)) == set(drawn)


def test_every_question_has_the_same_chance() -> None:
    seeds = 2000
    rules = [{"bank": "gov", "count": 5}]
    counts = Counter(
        key for seed in range(seeds) for key in draw_questions(BANKS, rules, seed, True)
    )

    # Five of ten: expected 1,000 each, standard error √(2000 · 0.25) = 22; four of them allowed.
    assert len(counts) == 10
    assert all(abs(count - 1000) < 90 for count in counts.values())


@PATIENT
@given(seed=st.integers())
def test_a_wide_draw_leaves_what_a_narrow_one_needs(seed: int) -> None:
    rules = [{"bank": "gov", "count": 6}, {"bank": "gov", "count": 4, "competency": "gov-01"}]

    drawn = draw_questions(BANKS, rules, seed, False)

    assert set(drawn[6:]) == {"g0", "g1", "g2", "g3"}


@PATIENT
@given(seed=st.integers())
def test_a_bank_that_is_too_small_is_refused_whatever_the_seed(seed: int) -> None:
    rules = [{"bank": "gov", "count": 8}, {"bank": "gov", "count": 3, "competency": "gov-01"}]

    with pytest.raises(Refused) as refusal:
        draw_questions(BANKS, rules, seed, True)

    assert refusal.value.code == "assessment.bank-too-small"
    assert refusal.value.values == {
        "bank": "gov",
        "wanted": 3,
        "available": 2,
        "competency": "gov-01",
    }


def test_an_unknown_bank_has_no_questions() -> None:
    with pytest.raises(Refused) as refusal:
        draw_questions({}, [{"bank": "gone", "count": 1}], 1, True)

    assert refusal.value.values["available"] == 0


def test_faulty_rules_and_doubled_keys_are_errors() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        draw_questions(BANKS, [{"bank": "gov", "count": 0}], 1, True)
    with pytest.raises(ValueError, match="twice"):
        draw_questions({"a": [question("q")], "b": [question("q")]}, [], 1, True)


def test_no_rules_draw_nothing() -> None:
    assert draw_questions(BANKS, [], 1, True) == []
