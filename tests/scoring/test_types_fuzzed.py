"""A question with anything at all in any of its places is either named as faulty or works."""

from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factories.questions import ALL_SPECS
from lms.scoring import TYPES, UnusableAnswer, check_question, filled_in
from lms.scoring.conformance import check_question_type

# A shared machine may be slow, which says nothing about these functions.
PATIENT = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=False)
    | st.sampled_from(
        [
            "",
            " ",
            "1",
            "-1",
            "0.5",
            "NaN",
            "Infinity",
            "1e99999999",
            "_____",
            "*",
            "a",
            "١",
            "choice",
        ]
    )
    | st.text(max_size=3)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["en", "key", "text", "value", "credit", "kind", "levels"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a plain value, but to itself."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*where, key)
            yield from places(value[key], (*where, key))


@st.composite
def questions(draw: Any) -> dict[str, Any]:
    """A well-written question in which one to three parts were replaced or taken out."""
    question = deepcopy(draw(st.sampled_from(ALL_SPECS)))
    for _ in range(draw(st.integers(1, 3))):
        where = draw(st.sampled_from(sorted(places(question), key=str)))
        parent = question
        for key in where[:-1]:
            parent = parent[key]
        if isinstance(parent, dict) and draw(st.booleans()):
            del parent[where[-1]]
        else:
            parent[where[-1]] = draw(ANYTHING)
    return question


@PATIENT
@given(question=questions())
def test_a_question_without_a_problem_keeps_the_whole_contract(question: Any) -> None:
    if check_question(question) == []:
        check_question_type(TYPES[question["type"]], [question])


@PATIENT
@given(question=questions(), kind=st.sampled_from(sorted(TYPES)))
def test_what_is_written_for_one_type_is_never_the_end_of_another(question: Any, kind: str) -> None:
    question["type"] = kind

    if check_question(question) == []:
        check_question_type(TYPES[kind], [question])


@PATIENT
@given(
    question=st.sampled_from(ALL_SPECS),
    sent=st.dictionaries(
        st.sampled_from(["answer", "left-0", "left-1", "gap-0", "gap-1", "gap-2"]),
        st.lists(st.text(max_size=30), max_size=3),
    ),
)
def test_whatever_is_typed_is_read_the_same_when_it_is_shown_and_sent_again(
    question: Any, sent: Any
) -> None:
    kind = TYPES[question["type"]]
    with suppress(UnusableAnswer):
        response = kind.parse(question, sent)
        if response is not None:
            assert kind.parse(question, filled_in(kind.present(question, {}, response))) == response
