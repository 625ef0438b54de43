"""Whatever the question: what was written is read again, the same in every part."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.interchange import (
    Answer,
    ExchangedQuestion,
    Gap,
    Option,
    Pair,
    Rich,
    read_questions,
    write_questions,
)

# A shared machine may be slow, which says nothing about these functions.
PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"])
SIGNS = st.sampled_from("{}=~#:\\%[]->*'=+@\n")
TEXTS = st.text(LETTERS | SIGNS, min_size=1, max_size=20).map(str.strip).filter(bool)
WORDS = TEXTS.map(lambda text: " ".join(text.split())).filter(bool)
FRACTIONS = st.sampled_from(["0", "0.5", "-0.5", "0.3333333", "-1", "0.1428571"]).map(Decimal)
NUMBERS = st.integers(-(10**9), 10**9).map(lambda whole: (Decimal(whole) / 1000).normalize())
FORMS = st.sampled_from(["plain", "html", "markdown", "moodle"])
IDS = st.from_regex(r"[a-z][a-z0-9]{0,8}", fullmatch=True)
TAGS = st.from_regex(r"[a-z]{1,8}( [a-z]{1,3})?", fullmatch=True)


@st.composite
def questions(draw: st.DrawFn) -> ExchangedQuestion:
    """A question that every rich format can hold."""
    form = draw(FORMS)
    rich = TEXTS.map(lambda text: Rich(text.replace("_", "-"), form))
    made = ExchangedQuestion(
        type=draw(st.sampled_from(sorted(PARTS))),
        name=draw(WORDS),
        text=draw(rich),
        id=draw(st.none() | IDS),
        tags=tuple(draw(st.lists(TAGS, unique=True, max_size=3))),
        general_feedback=draw(st.none() | rich),
    )
    return replace(made, **PARTS[made.type](draw, rich))


def single(draw, rich) -> dict:
    return {
        "options": (Option(draw(rich), Decimal(1), draw(st.none() | rich)), *others(draw, rich))
    }


def several(draw, rich) -> dict:
    return {"options": (Option(draw(rich), Decimal("0.5")), *others(draw, rich))}


def others(draw, rich) -> list[Option]:
    option = st.builds(Option, rich, FRACTIONS, st.none() | rich)
    return draw(st.lists(option, min_size=1, max_size=3))


def truth(draw, rich) -> dict:
    said = {name: draw(st.none() | rich) for name in ("feedback_right", "feedback_wrong")}
    return {"correct": draw(st.booleans()), **said}


def number(draw, rich) -> dict:
    tolerance = abs(draw(NUMBERS))
    return {"answers": (Answer(value=draw(NUMBERS), tolerance=tolerance, feedback=draw(rich)),)}


def word(draw, rich) -> dict:
    texts = [draw(WORDS).replace("->", "-") for _ in range(2)]
    return {"answers": (Answer(text=texts[0]), Answer(text=texts[1], fraction=draw(FRACTIONS)))}


def pairs(draw, rich) -> dict:
    left = rich.map(lambda text: replace(text, text=text.text.replace("->", "-")))
    return {
        "pairs": tuple(Pair(draw(left), Rich(draw(TEXTS))) for _ in range(draw(st.integers(2, 3))))
    }


PARTS = {
    "essay": lambda draw, rich: {},
    "single_choice": single,
    "multiple_choice": several,
    "true_false": truth,
    "numeric": number,
    "short_text": word,
    "matching": pairs,
}


@pytest.mark.slow
@pytest.mark.parametrize("format", ["gift", "moodle_xml", "csv", "xlsx"])
@PATIENT
@given(asked=st.lists(questions(), min_size=1, max_size=3))
def test_what_is_written_is_read_again(format, asked):
    written = write_questions(asked, format=format, title="T")
    again = read_questions(written.content, name="", format=format)

    assert (written.left_out, again.skipped) == ((), ())
    assert [replace(one, line=0) for one in again.questions] == asked


@PATIENT
@given(
    texts=st.lists(WORDS.filter(lambda text: any(map(str.isalnum, text))), min_size=1, max_size=3),
    form=FORMS,
    weight=st.integers(1, 5),
)
def test_gaps_are_read_again(texts, form, weight):
    gaps = tuple(
        Gap("text", answers=(Answer(text=text),), weight=Decimal(weight)) for text in texts
    )
    told = "A " + " and ".join("_____" for _ in texts) + "."
    asked = ExchangedQuestion(type="cloze", name="N", text=Rich(told, form), gaps=gaps)

    for format in ("moodle_xml", "csv"):
        written = write_questions([asked], format=format, title="T")
        (again,) = read_questions(written.content, name="", format=format).questions
        assert replace(again, line=0) == asked
