"""Which questions an attempt gets."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.errors import Refused
from lms.scoring import draw_attempt, draw_questions
from lms.scoring.draw import count_asked

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


def scenario(key: str, *children: str, **parts: Any) -> dict[str, Any]:
    return {
        **question(key, type="scenario_set", **parts),
        "text": {"en": f"Scenario {key}"},
        "questions": [question(child) for child in children],
    }


SETS: dict[str, list[Any]] = {
    "mix": [
        *(question(f"m{n}") for n in range(4)),
        scenario("s1", "s1-a", "s1-b", "s1-c"),
        scenario("s2", "s2-a", "s2-b", tags=["flood"]),
        question("d", type="description"),
        question("t", tags=["flood", "map"]),
    ]
}


@PATIENT
@given(seed=st.integers())
def test_a_scenario_set_is_drawn_whole_and_stays_together_in_its_order(seed: int) -> None:
    rules = [{"bank": "mix", "count": 3}, {"bank": "mix", "count": 1, "type": "scenario_set"}]

    drawn = draw_questions(SETS, rules, seed, True)

    taken = "s1" if "s1-a" in drawn else "s2"
    children = [child["key"] for child in SETS["mix"][4 if taken == "s1" else 5]["questions"]]
    at = drawn.index(children[0])
    assert drawn[at : at + len(children)] == children
    assert len(drawn) == 3 + len(children)
    assert "d" not in drawn


@PATIENT
@given(seed=st.integers())
def test_what_is_said_to_be_asked_is_what_is_drawn(seed: int) -> None:
    rules = [{"bank": "mix", "count": 3}, {"bank": "mix", "count": 1, "type": "scenario_set"}]
    flood = [{"bank": "mix", "count": 1, "type": "scenario_set", "tag": "flood"}]

    assert count_asked(SETS, rules) == (5, 6)
    assert len(draw_questions(SETS, rules, seed, True)) in (5, 6)
    assert count_asked(SETS, flood) == (2, 2)
    assert count_asked({}, rules) == (0, 0)


def test_a_question_of_a_set_has_its_scenario_with_it() -> None:
    rules = [{"bank": "mix", "count": 1, "type": "scenario_set", "tag": "flood"}]

    drawn = draw_attempt(SETS, rules, 1, True)

    assert [one.key for one in drawn] == ["s2-a", "s2-b"]
    assert all(
        one.spec["scenario"] == {"key": "s2", "text": {"en": "Scenario s2"}} for one in drawn
    )
    assert drawn[0].spec["type"] == "numeric"


@PATIENT
@given(seed=st.integers())
def test_sets_and_descriptions_are_left_out_of_other_draws(seed: int) -> None:
    assert set(draw_questions(SETS, [{"bank": "mix", "count": 5}], seed, True)) == {
        "m0",
        "m1",
        "m2",
        "m3",
        "t",
    }
    with pytest.raises(Refused):
        draw_questions(SETS, [{"bank": "mix", "count": 6}], seed, True)


def test_a_tag_narrows_a_draw_and_is_named_when_there_are_too_few() -> None:
    assert draw_questions(SETS, [{"bank": "mix", "count": 1, "tag": "map"}], 1, True) == ["t"]
    with pytest.raises(Refused) as refusal:
        draw_questions(SETS, [{"bank": "mix", "count": 2, "tag": "flood"}], 1, True)

    assert refusal.value.values == {"bank": "mix", "wanted": 2, "available": 1, "tag": "flood"}


@PATIENT
@given(seed=st.integers())
def test_sections_are_shown_one_after_the_other_and_mixed_within(seed: int) -> None:
    rules = [
        {"bank": "gov", "count": 3, "section": "first"},
        {"bank": "cri", "count": 2},
        {"bank": "cri", "count": 3, "section": "first"},
    ]

    drawn = draw_attempt(BANKS, rules, seed, True)

    assert [one.section for one in drawn] == ["first"] * 6 + [None] * 2
    assert sorted(one.key[0] for one in drawn[:6]) == list("cccggg")


def test_the_questions_of_a_section_are_mixed_with_one_another() -> None:
    rules = [
        {"bank": "gov", "count": 3, "section": "a"},
        {"bank": "cri", "count": 3, "section": "a"},
    ]

    orders = {
        "".join(key[0] for key in draw_questions(BANKS, rules, seed, True)) for seed in range(60)
    }

    assert len(orders) > 10


def test_a_question_of_a_set_may_not_share_its_key_with_another() -> None:
    for bank in (
        [question("q"), scenario("s", "q")],
        [scenario("s", "q"), question("q")],
        [scenario("s", "q", "q")],
        [scenario("s", "s")],
    ):
        with pytest.raises(ValueError, match="twice"):
            draw_questions({"a": bank}, [], 1, True)
