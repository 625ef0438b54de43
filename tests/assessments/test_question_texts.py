"""The questions of an attempt are read from their text and written back, whatever stands in them."""

import json

import orjson
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from lms.assessments.question_texts import MOST, QuestionTexts
from lms.db.json_text import JsonText, json_text, json_value

texts = st.text(max_size=5) | st.sampled_from(
    ['{"of":"', ',{"of":"', '"},{"of":"1","key":"', "\\", '\\"']
)
plain = st.dictionaries(texts, texts | st.lists(texts, max_size=2), max_size=3)
questions = st.fixed_dictionaries(
    {"of": texts},
    # A type of a plugin may hold anything, also what looks like a question.
    optional={"order": plain, "more": st.lists(st.fixed_dictionaries({"of": texts}), max_size=3)},
)


@examples(st.lists(st.lists(questions, max_size=3), max_size=3))
def test_what_is_read_is_what_was_written(attempts):
    reading = QuestionTexts(list, dict)

    for held in attempts:
        found, parts = reading.read(json_text(held))

        assert list(found) == held
        assert [json_value(part) for part in parts] == held


@examples(st.lists(questions, min_size=1, max_size=3), questions)
def test_the_text_after_a_change_is_the_text_of_the_changed(held, other):
    reading = QuestionTexts(list, dict)
    before, parts = reading.read(json_text(held))
    after = [other, *before[1:]]

    for _again in range(2):
        assert reading.write(after, before, parts).value == after
    assert reading.write(before, before, parts).text == json_text(held)


def test_text_of_another_hand_is_read_too():
    held = [{"of": "a", "order": {}}, {"of": "b"}]

    found, parts = QuestionTexts(list, dict).read(json.dumps(held, indent=1))

    assert (found, list(parts)) == (held, [json_text(one) for one in held])


def test_the_same_text_is_taken_apart_once_and_not_remembered_without_end():
    reading = QuestionTexts(list, dict)
    held = json_text([{"of": "a"}])
    assert reading.read(held)[0][0] is reading.read(held)[0][0]

    for number in range(MOST + 5):
        reading.read(json_text([{"of": str(number)}]))

        reading.write([{"of": str(number)}], [None], [""])

    assert max(len(reading._read), len(reading._written)) <= MOST


@pytest.mark.parametrize("value", [[], {}, None, 'a "word"', {"a": [1, "é", "ماء"]}])
def test_json_that_is_text_already_is_written_as_it_stands(value):
    text = JsonText.of(value)

    assert json_text(text) == json_text(value) == orjson.dumps(value).decode()
    assert text.value == value
    # A plain string is a value.
    assert json_text(text.text) != json_text(text)
