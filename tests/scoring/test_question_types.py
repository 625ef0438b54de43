"""A site's plugins add question types; what every question may carry is checked for all of them."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from factories.questions import CRITERIA, SPECS, make_question
from lms.errors import Refused
from lms.scoring import (
    TYPES,
    UNANSWERED,
    Control,
    Mark,
    Presentation,
    Registry,
    Response,
    ReviewLine,
    Spec,
    SpecProblem,
    Submitted,
    Texts,
    UnusableAnswer,
    asked,
    check_question,
    feedback_for,
    marked,
    one_answer,
    question_type,
    weight_of,
)
from lms.scoring.conformance import check_question_type
from lms.scoring.types.short_text import ShortText


class Riddle(ShortText):
    """A type as a plugin brings it."""

    name = "riddle"


RIDDLE = make_question("riddle", accepted={"en": ["a well"]})


class Weekday:
    """A type as an outsider writes it whole, with the public names of `lms.scoring` alone."""

    name = "weekday"
    marked_by_hand = False
    asks = True
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

    def check(self, spec: Spec) -> list[SpecProblem]:
        known = spec.get("day") in self.days
        return [] if known else [SpecProblem(("day",), "weekday.unknown", "give a day")]

    def parse(self, spec: Spec, submitted: Submitted) -> Response | None:
        day = one_answer(submitted)
        if day is not None and day.casefold() not in self.days:
            raise UnusableAnswer("answer.not-an-option", day)
        return {"day": day.casefold()} if day else None

    def mark(self, spec: Spec, response: Response | None) -> Mark:
        return UNANSWERED if response is None else marked(self._worth(spec, response), {})

    def order(self, spec: Spec, seed: int | str, shuffle: bool) -> dict[str, Any]:
        return {}

    def right_answer(self, spec: Spec) -> Response:
        return {"day": spec["day"]}

    def present(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None
    ) -> Presentation:
        values = (response["day"],) if response else ()
        return asked(spec, Control("line", "answer", values=values))

    def review(
        self, spec: Spec, order: Mapping[str, Any], response: Response | None, mark: Mark
    ) -> tuple[ReviewLine, ...]:
        given = response["day"] if response else None
        return (ReviewLine("answer", right=mark.right, given=given, wanted=spec["day"]),)

    def formula_of(self, spec: Spec) -> str:
        return self.name

    def guess_share(self, spec: Spec) -> Fraction:
        return Fraction(1, 7)

    def choices_made(self, spec: Spec, response: Response | None) -> None:
        return None

    def keyed_choices(self, spec: Spec) -> tuple[str, ...]:
        return ()

    def choice_texts(self, spec: Spec) -> dict[str, Texts]:
        return {}

    def _worth(self, spec: Spec, response: Response) -> Fraction:
        return Fraction(response["day"] == spec["day"])


def test_a_type_that_an_outsider_writes_keeps_the_contract() -> None:
    check_question_type(Weekday(), [make_question("weekday", day="mon")])


def test_a_type_that_a_plugin_brings_is_found_by_everybody() -> None:
    with TYPES.having(Riddle()):
        assert question_type("riddle").mark(RIDDLE, {"text": "A well"}).right
        assert check_question(RIDDLE) == []
        assert list(TYPES)[-1] == "riddle"
    with pytest.raises(KeyError, match="riddle"):
        question_type("riddle")


def test_a_registry_of_ones_own_leaves_the_common_one_as_it_is() -> None:
    types = Registry([*TYPES.values(), Riddle()])

    assert check_question(RIDDLE, types) == []
    assert [problem.code for problem in check_question(RIDDLE)] == ["question.unknown-type"]


def test_a_name_that_is_taken_is_refused_and_nothing_is_added() -> None:
    class Numeric(ShortText):
        name = "numeric"

    types = Registry(TYPES.values())
    with pytest.raises(Refused) as refusal:
        types.add(Riddle(), Numeric())

    assert (refusal.value.code, refusal.value.values) == (
        "question-type.taken",
        {"name": "numeric"},
    )
    assert dict(types) == dict(TYPES)
    with pytest.raises(Refused, match=r"question-type\.taken"):
        types.add(Riddle(), type("Other", (ShortText,), {"name": "riddle"})())


def test_the_same_type_twice_is_no_clash() -> None:
    types = Registry([Riddle()])
    first = types["riddle"]

    types.add(Riddle())

    assert (types["riddle"], len(types)) == (first, 1)


def test_half_a_type_is_refused_with_what_it_lacks() -> None:
    class Half:
        name = "half"
        asks = True

        def check(self, spec: Any) -> list[Any]:
            return []

    with pytest.raises(Refused) as refusal:
        Registry([Half()])  # type: ignore[list-item]

    assert refusal.value.code == "question-type.incomplete"
    assert refusal.value.values["lacking"][:3] == ["marked_by_hand", "parse", "mark"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"tags": "water"}, "question.bad-tags"),
        ({"tags": ["x" * 61]}, "question.bad-tags"),
        ({"tags": ["x"] * 21}, "question.bad-tags"),
        ({"hints": [{"en": " "}]}, "question.blank-text"),
        ({"general_feedback": "Good."}, "question.no-text"),
        ({"feedback_partly": {}}, "question.no-text"),
        ({"image": "map.png"}, "question.bad-image"),
        ({"image": {"file": "../map.png", "alt": {"en": "A map"}}}, "question.bad-image"),
        ({"image": {"file": "map.png"}}, "question.no-text"),
        ({"weight": "-1"}, "question.bad-weight"),
        ({"weight": 1.5}, "question.bad-weight"),
        ({"weight": "1e999999999"}, "question.bad-weight"),
        ({"points": "many"}, "question.bad-points"),
    ],
)
def test_a_fault_in_what_any_question_may_carry_is_named(parts: Any, code: str) -> None:
    for kind in ("true_false", "description"):
        assert [found.code for found in check_question(SPECS[kind] | parts)] == [code]


def test_a_question_weighs_one_unless_it_says_otherwise() -> None:
    assert weight_of(SPECS["essay"]) == 1
    assert weight_of(SPECS["essay"] | {"weight": "2.5"}) == weight_of({"weight": "2.50"})


def test_feedback_goes_by_right_partly_right_and_wrong() -> None:
    said = {f"feedback_{name}": {"en": name} for name in ("right", "partly", "wrong")}
    half = TYPES["multiple_choice"].mark(SPECS["multiple_choice"], {"choices": ["a"]})

    assert feedback_for(said, Mark(half.share * 2, True)) == {"en": "right"}
    assert feedback_for(said, half) == {"en": "partly"}
    assert feedback_for(said, Mark(half.share * 0, False)) == {"en": "wrong"}
    assert feedback_for(said, TYPES["essay"].mark(SPECS["essay"], {"text": "x"})) is None
    assert feedback_for({}, half) is None


def test_what_is_not_asked_needs_no_explanation() -> None:
    assert check_question(SPECS["description"]) == []
    without = {name: part for name, part in SPECS["essay"].items() if name != "explanation"}
    assert [found.where for found in check_question(without)] == [("explanation",)]


@pytest.mark.parametrize(
    "mark",
    [
        Mark(Decimal("0.5"), False, {"hit": ["a"]}),
        TYPES["essay"].mark(SPECS["essay"], {"text": "x"}),
        TYPES["cloze"].mark(SPECS["cloze"], TYPES["cloze"].right_answer(SPECS["cloze"])),
    ],
)
def test_a_mark_is_kept_as_plain_values_and_comes_back_the_same(mark: Mark) -> None:
    assert Mark.of_plain(json.loads(json.dumps(mark.plain))) == mark


def test_a_mark_of_an_earlier_release_is_not_pending() -> None:
    assert Mark.of_plain({"share": "1", "right": True, "detail": {}}) == Mark(Decimal(1), True)


def test_a_mark_that_waits_for_a_marker_has_no_share_yet() -> None:
    with pytest.raises(ValueError, match="not marked yet"):
        Mark(weight_of({}), True, pending=True)


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"markers": 3}, ("markers",)),
        ({"markers": True}, ("markers",)),
        ({"min_words": 0}, ("min_words",)),
        ({"min_words": 50, "max_words": 20}, ("max_words",)),
        ({"criteria": "facts"}, ("criteria",)),
        ({"criteria": [CRITERIA[0], CRITERIA[0]]}, ("criteria", 1, "key")),
        ({"criteria": [CRITERIA[0] | {"levels": []}]}, ("criteria", 0)),
        (
            {"criteria": [CRITERIA[0] | {"levels": CRITERIA[0]["levels"][:2]}]},
            ("criteria", 0, "levels"),
        ),
        (
            {"criteria": [CRITERIA[0] | {"levels": ["no", *CRITERIA[0]["levels"]]}]},
            ("criteria", 0, "levels", 0),
        ),
    ],
)
def test_a_fault_in_how_an_essay_is_marked_has_its_place(parts: Any, where: Any) -> None:
    assert [found.where for found in check_question(SPECS["essay"] | parts)] == [where]
