"""What becomes of each question of a file."""

import pytest

from factories.questions import SPECS, make_question
from lms.errors import Refused
from lms.interchange import Skipped
from lms.questions.conversion import Incoming
from lms.questions.rules import (
    TAKEN,
    TAKEN_INSIDE,
    LeftOut,
    Plan,
    Present,
    bank_key_of,
    by_question,
    check_competency,
    exit_status,
    is_taken_by,
    kept_apart,
    left_out_of,
    plan_of,
    unknown_competencies,
)


def incoming(key, content_hash="new", **parts):
    return Incoming(make_question("true_false", key, **parts), content_hash, 1, key)


def present(*hashes, languages=("en",), in_a_file=False, inner=()):
    return Present(frozenset(hashes), languages, in_a_file, inner)


def keys(questions):
    return [one.key for one in questions]


def test_each_question_is_new_changed_or_the_same():
    plan = plan_of(
        [incoming("a"), incoming("b"), incoming("c", "old")],
        {"b": present("old"), "c": present("old")},
        replace=False,
    )

    assert (keys(plan.new), keys(plan.changed), keys(plan.same)) == (["a"], ["b"], ["c"])
    assert plan.left_out == ()


def test_a_question_that_comes_back_as_it_was_exported_is_the_same():
    plan = plan_of([incoming("a", "as-gift")], {"a": present("own", "as-gift")}, replace=False)

    assert keys(plan.same) == ["a"]


def test_a_question_of_the_files_is_replaced_only_when_asked_for():
    there = {"a": present("old", in_a_file=True)}

    kept = plan_of([incoming("a")], there, replace=False)
    replaced = plan_of([incoming("a")], there, replace=True)

    assert [(one.key, reason) for one, reason in kept.left_out] == [("a", TAKEN)]
    assert keys(replaced.changed) == ["a"]


def test_the_same_question_as_in_the_files_is_no_clash():
    plan = plan_of([incoming("a", "old")], {"a": present("old", in_a_file=True)}, replace=False)

    assert keys(plan.same) == ["a"]


def test_languages_that_a_next_version_lacks_are_named():
    there = {"a": present("old", languages=("en", "fr", "ar"))}

    plan = plan_of([incoming("a")], there, replace=False)

    assert plan.narrowed == {"a": ("fr", "ar")}


def test_a_key_inside_a_scenario_set_belongs_to_it():
    scenario = Incoming(SPECS["scenario_set"], "h", 1, "set")
    inside = SPECS["scenario_set"]["questions"][0]["key"]

    beside = plan_of([incoming(inside)], {"q-1": present("x", inner=(inside,))}, replace=False)
    around = plan_of([scenario], {inside: present("x")}, replace=False)
    again = plan_of([scenario], {"q-1": present("x", inner=(inside,))}, replace=False)

    assert [reason for _one, reason in beside.left_out] == [TAKEN_INSIDE]
    assert [reason for _one, reason in around.left_out] == [TAKEN_INSIDE]
    assert keys(again.changed) == ["q-1"]


def test_a_scenario_and_a_question_of_one_file_do_not_share_a_key():
    scenario = Incoming(SPECS["scenario_set"], "h", 1, "set")
    inside = SPECS["scenario_set"]["questions"][0]["key"]

    plan = plan_of([scenario, incoming(inside)], {}, replace=False)

    assert keys(plan.new) == ["q-1"]
    assert [one.key for one, _reason in plan.left_out] == [inside]


@pytest.mark.parametrize(
    ("written", "key"),
    [("meetings", "meetings"), ("My Meetings", "my-meetings"), ("réunions_2026", "reunions-2026")],
)
def test_a_bank_is_called_as_people_write_it(written, key):
    assert bank_key_of(written) == key


def test_a_title_without_latin_letters_makes_a_key_all_the_same():
    assert bank_key_of("الاجتماعات").startswith("q-")


def test_a_bank_needs_a_name():
    with pytest.raises(Refused, match=r"bank\.key"):
        bank_key_of("  ")


def test_a_competency_that_no_framework_has_is_refused():
    check_competency(None, [])
    check_competency("gov-01", ["gov-01"])
    with pytest.raises(Refused, match=r"competency\.unknown"):
        check_competency("gov-99", ["gov-01"])


@pytest.mark.parametrize(
    ("draw", "taken"),
    [
        ({"bank": "b"}, True),
        ({"bank": "other"}, False),
        ({"bank": "b", "competency": "gov-01", "level": None}, True),
        ({"bank": "b", "competency": "gov-02"}, False),
        ({"bank": "b", "type": "true_false", "tag": "chair"}, True),
        ({"bank": "b", "tag": "clerk"}, False),
        ({"bank": "b", "level": "awareness"}, False),
    ],
)
def test_a_draw_takes_what_passes_its_filters(draw, taken):
    spec = make_question("true_false", competency="gov-01", tags=["chair"])

    assert is_taken_by(spec, "b", draw) is taken


def test_a_draw_takes_a_set_only_by_its_type_and_a_check_never():
    assert not is_taken_by(SPECS["scenario_set"], "b", {"bank": "b"})
    assert is_taken_by(SPECS["scenario_set"], "b", {"bank": "b", "type": "scenario_set"})
    assert not is_taken_by(make_question("true_false", use="check"), "b", {"bank": "b"})


def test_banks_that_share_a_key_are_kept_apart():
    shared, alone = make_question("true_false", "q"), make_question("true_false", "r")

    apart = kept_apart(
        {"files": [shared], "site": [shared, alone], "more": [shared]},
        {"site": frozenset({"q", "r"}), "more": frozenset({"q"})},
    )

    assert [one["key"] for one in apart["files"]] == ["q"]
    assert [one["key"] for one in apart["site"]] == ["site.q", "r"]
    assert [one["key"] for one in apart["more"]] == ["more.q"]


def test_a_set_is_kept_apart_with_its_questions():
    spec = SPECS["scenario_set"]
    inside = make_question("true_false", spec["questions"][0]["key"])

    apart = kept_apart(
        {"files": [inside], "site": [spec]}, {"files": frozenset(), "site": frozenset({"q-1"})}
    )

    assert apart["site"][0]["key"] == "site.q-1"
    assert [one["key"] for one in apart["site"][0]["questions"]] == ["site.q-1-1", "site.q-1-2"]


@pytest.mark.parametrize(
    ("carried", "left_out", "status"), [(3, 0, 0), (3, 1, 2), (0, 0, 1), (0, 4, 1)]
)
def test_the_exit_status_says_how_it_went(carried, left_out, status):
    assert exit_status(carried, left_out) == status


def test_everything_left_out_is_told_in_the_order_of_the_file():
    plan = Plan(left_out=((Incoming({"key": "b"}, "h", 5, "B"), TAKEN),))

    told = left_out_of([Skipped(9, "C", "broken"), Skipped(2, "A", "broken")], plan)

    assert [(one.line, one.name) for one in told] == [(2, "A"), (5, "B"), (9, "C")]


def test_what_one_question_lost_is_told_together():
    skipped = [
        Skipped(2, "A", "its picture", False),
        Skipped(5, "B", "broken"),
        Skipped(2, "A", "its hints", False),
    ]

    assert by_question(skipped) == [
        LeftOut(2, "A", False, ("its picture", "its hints")),
        LeftOut(5, "B", True, ("broken",)),
    ]


def test_unknown_competencies_are_named():
    specs = [{"competency": "gov-99"}, {"competency": "gov-01"}, {}]

    assert unknown_competencies(specs, ["gov-01"]) == ["gov-99"]
