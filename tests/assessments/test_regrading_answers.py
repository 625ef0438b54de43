"""A new key where each answer earns a share of the mark: all are shown, each can be changed, feedback stays."""

from decimal import Decimal

import pytest

from factories.questions import make_question
from factories.regrading import answer_fields
from lms.assessments.regrade_keys import key_of, shown
from lms.assessments.regrade_types import check_new_key, corrected
from lms.errors import Refused
from lms.scoring import check_question, question_type

NEAR = {"en": "A little farther."}
NUMBER = make_question(
    "numeric",
    answers=[
        {"low": "30", "high": "100"},
        {"value": "25", "tolerance": "5", "credit": "0.5", "feedback": NEAR},
    ],
)
AGAIN = {"en": "Look again."}
TEXT = make_question(
    "short_text",
    answers=[
        {"text": {"en": "read * back", "fr": "répéter*"}, "credit": "1"},
        {"text": {"en": "repeat*"}, "credit": "0.5", "feedback": AGAIN},
    ],
)


def sent(spec, **changed):
    form = shown(spec, spec)
    fields = {name: [value] for name, value in (form.fields or {}).items()} | answer_fields(form)
    return fields | {name.replace("_", "-"): [value] for name, value in changed.items()}


def keyed(spec, **changed):
    made = corrected(spec, key_of(spec, spec, sent(spec, **changed)))
    assert check_question(made) == []
    return made


def share(spec, **response):
    return question_type(spec["type"]).mark(spec, response).share


def test_every_answer_of_a_number_is_shown_with_its_share_and_what_is_said():
    first, second, *new = shown(NUMBER, NUMBER).answers

    assert (first.kind, first.fields, first.share) == ("range", {"low": "30", "high": "100"}, "100")
    assert (second.fields, second.share) == ({"value": "25", "tolerance": "5"}, "50")
    assert second.feedback == NEAR
    assert [one.kind for one in new if one.is_new] == ["value", "range"]


def test_a_form_that_nobody_touched_changes_nothing():
    assert keyed(NUMBER)["answers"] == NUMBER["answers"]
    assert keyed(TEXT)["answers"] == TEXT["answers"]
    assert key_of(NUMBER, NUMBER, {})["answers"] == NUMBER["answers"]


def test_one_answer_of_a_number_is_changed_and_the_others_stay():
    made = keyed(NUMBER, answer_1_low="40", answer_2_share="25")

    assert made["answers"] == [
        {"low": "40", "high": "100"},
        {"value": "25", "tolerance": "5", "credit": "0.25", "feedback": NEAR},
    ]
    assert share(made, number="35") == 0
    assert share(made, number="30") == Decimal("0.25")


def test_an_answer_that_is_emptied_is_taken_away_and_one_can_be_added():
    made = keyed(NUMBER, answer_2_value="", answer_3_value="7,5", answer_3_share="10")

    assert made["answers"] == [
        {"low": "30", "high": "100"},
        {"value": "7.5", "credit": "0.1"},
    ]


def test_a_second_number_can_be_right_beside_a_single_value():
    single = make_question("numeric", value="12", tolerance="0.5", unit={"en": "m"})

    made = keyed(single, answer_1_value="15", answer_2_low="20", answer_2_high="30")

    assert [share(made, number=one) for one in ("12.5", "15", "25", "13")] == [1, 1, 1, 0]
    assert made["unit"] == {"en": "m"}


def test_every_answer_of_a_short_text_is_shown_and_can_be_changed_or_taken_away():
    first, second, new = shown(TEXT, TEXT).answers

    assert first.fields == {"text-en": "read * back", "text-fr": "répéter*"}
    assert (second.share, second.feedback, new.is_new) == ("50", AGAIN, True)
    made = keyed(TEXT, answer_1_text_fr="", answer_2_text_en="say again", answer_2_share="100")
    assert made["answers"] == [
        {"text": {"en": "read * back"}, "credit": "1"},
        {"text": {"en": "say again"}, "credit": "1", "feedback": AGAIN},
    ]
    less = keyed(TEXT, answer_2_text_en="")
    assert share(less, text="repeat it") == 0


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"answer_1_low": "", "answer_1_high": "", "answer_2_value": ""}, ["question.no-answers"]),
        ({"answer_1_low": "200"}, ["question.bad-range"]),
        ({"answer_2_share": "150"}, ["question.bad-credit"]),
        ({"answer_1_share": "50"}, ["question.no-full-credit"]),
    ],
)
def test_answers_that_are_no_key_are_refused(changed, problems):
    with pytest.raises(Refused) as refused:
        check_new_key(NUMBER, key_of(NUMBER, NUMBER, sent(NUMBER, **changed)))

    assert refused.value.values["problems"] == problems


def test_half_a_range_is_no_number():
    with pytest.raises(Refused, match=r"regrade\.number"):
        key_of(NUMBER, NUMBER, sent(NUMBER, answer_1_high=""))
