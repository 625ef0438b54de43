"""Short texts with credits, stars and capitals."""

import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories.questions import VARIANTS, make_question
from lms.scoring import TYPES, check_question, fold
from lms.scoring.types.short_text import fits

SHORT = TYPES["short_text"]
SEVERAL, CASED = (spec for spec in VARIANTS if spec["type"] == "short_text")


def mark(question: Any, typed: str) -> Any:
    return SHORT.mark(question, SHORT.parse(question, {"answer": [typed]}))


@pytest.mark.parametrize(
    ("typed", "share", "place"),
    [
        ("Read it back!", "1", 0),
        ("read back", "0", 2),
        ("RÉPÉTER le message", "1", 0),
        ("repeat after me", "0.5", 1),
        ("repeter", "1", 0),
        ("nothing", "0", 2),
    ],
)
def test_the_highest_credit_whose_text_fits_counts(typed: str, share: str, place: int) -> None:
    given = mark(SEVERAL, typed)

    assert (given.share, given.detail["answer"]) == (Decimal(share), place)


def test_the_feedback_is_that_of_the_answer_that_fits() -> None:
    (line,) = SHORT.review(SEVERAL, {}, {"text": "repeat it"}, mark(SEVERAL, "repeat it"))

    assert line.feedback == {"en": "What exactly?"}
    assert line.wanted == {"en": "read … back", "fr": "répéter…"}


def test_what_is_accepted_counts_before_all_answers() -> None:
    answers = [{"text": {"en": "*"}, "credit": "0.25"}]
    question = make_question("short_text", accepted={"en": ["yes"]}, answers=answers)

    assert (mark(question, "Yes").share, mark(question, "no").share) == (1, Decimal("0.25"))
    assert mark(question, "yes").detail == {"text": "yes", "accepted": {"en": ["yes"]}}


@pytest.mark.parametrize(("typed", "right"), [("pH", True), ("PH", False), ("ph.", False)])
def test_capitals_count_where_the_question_says_so(typed: str, right: bool) -> None:
    assert mark(CASED, typed).right is right
    assert SHORT.formula_of(CASED) == "short_text.case"
    assert SHORT.present(CASED, {}, None).controls[0].hint == "case-matters"


def test_accents_are_folded_even_where_capitals_count() -> None:
    assert fold("Réponse ŒUVRE ال", keep_case=True) == "Reponse OEUVRE ال"


@pytest.mark.parametrize(
    ("typed", "pattern", "expected"),
    [
        ("", "*", True),
        ("abc", "*", True),
        ("abc", "a*c", True),
        ("ac", "a*c", True),
        ("a", "a*a", False),
        ("abcabc", "a*c*c", True),
        ("abc", "*b*", True),
        ("abc", "b*", False),
        ("3*4", r"3\*4", True),
        ("344", r"3\*4", False),
        ("مبادئ الحوكمة", "*الحوكمة", True),
    ],
)
def test_a_star_stands_for_any_text(typed: str, pattern: str, expected: bool) -> None:
    assert fits(fold(typed), pattern) is expected


@given(st.lists(st.text("ab", max_size=3), min_size=2, max_size=4), st.data())
def test_whatever_stands_where_the_stars_stand_fits(pieces: list[str], data: st.DataObject) -> None:
    filled = pieces[0] + "".join(
        data.draw(st.text("abc", max_size=3)) + piece for piece in pieces[1:]
    )

    assert fits(filled, "*".join(pieces))


def test_many_stars_take_no_longer_than_few() -> None:
    began = time.perf_counter()

    assert not fits("a" * 200, "a*" * 90 + "b")

    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("text", ["audit*", "*", "read * back", r"3 \* 4", "*!"])
def test_a_right_answer_fits_its_own_pattern(text: str) -> None:
    question = make_question("short_text", answers=[{"text": {"en": text}}])

    assert check_question(question) == []
    assert SHORT.mark(question, SHORT.right_answer(question)).right


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"answers": []}, "question.no-answers"),
        ({"answers": ["yes"]}, "question.bad-accepted"),
        ({"answers": [{"text": "yes"}]}, "question.no-text"),
        ({"answers": [{"text": {"en": "..."}}]}, "question.bad-accepted"),
        ({"answers": [{"text": {"en": "x" * 201}}]}, "question.bad-accepted"),
        ({"answers": [{"text": {"en": "x"}, "credit": "-1"}]}, "question.bad-credit"),
        ({"answers": [{"text": {"en": "x"}, "credit": "0.5"}]}, "question.no-full-credit"),
        ({"answers": [{"text": {"en": "x"}, "feedback": []}]}, "question.no-text"),
        ({"accepted": ["yes"], "answers": [{"text": {"en": "x"}}]}, "question.no-accepted"),
        ({"accepted": {"en": ["x"]}, "case_sensitive": "yes"}, "question.bad-case"),
    ],
)
def test_a_fault_in_answers_is_named(parts: Any, code: str) -> None:
    question = make_question("short_text", **parts)

    assert code in [problem.code for problem in check_question(question)]
