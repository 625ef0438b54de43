"""What an item's own rules of marking say: all of it is read, or it is told that it is not."""

import pytest
from interchange.qti_samples import choices, declared, item, mapping

from lms.interchange import read_questions, to_json

ENTRY = "<p>N: <textEntryInteraction responseIdentifier='RESPONSE'/></p>"
VARIABLE = "<variable identifier='RESPONSE'/>"
CORRECT = "<correct identifier='RESPONSE'/>"


def base(value: str, kind: str = "float") -> str:
    return f"<baseValue baseType='{kind}'>{value}</baseValue>"


def score(value: str) -> str:
    return f"<setOutcomeValue identifier='SCORE'>{base(value)}</setOutcomeValue>"


def condition(*branches: tuple[str, str], otherwise: str = "") -> str:
    names = ["responseIf", *["responseElseIf"] * (len(branches) - 1)]
    made = "".join(
        f"<{name}>{test}{score(value)}</{name}>"
        for name, (test, value) in zip(names, branches, strict=True)
    )
    last = f"<responseElse>{score(otherwise)}</responseElse>" if otherwise else ""
    return f"<responseCondition>{made}{last}</responseCondition>"


def rules(*inside: str) -> str:
    return f"<responseProcessing>{''.join(inside)}</responseProcessing>"


def read(body: str, *declarations: str, by: str = ""):
    result = read_questions(item(body, *declarations, rules=by).encode(), name="item.xml")
    return to_json(result.questions[0]), [one.reason for one in result.skipped]


def number(test: str, value: str = "200"):
    return read(ENTRY, declared(value, base="float"), by=rules(condition((test, "1"))))


def word(test: str):
    return read(ENTRY, declared("Well", base="string"), by=rules(condition((test, "1"))))


@pytest.mark.parametrize(
    ("attributes", "value", "tolerance"),
    [
        ("toleranceMode='relative' tolerance='5'", 200, 10),
        ("toleranceMode='relative' tolerance='5 10'", 205, 15),
        ("toleranceMode='absolute' tolerance='1 20'", 209.5, 10.5),
        ("toleranceMode='absolute' tolerance='1'", 200, 1),
        ("toleranceMode='exact'", 200, 0),
        ("", 200, 0),
    ],
)
def test_a_tolerance_is_what_it_says(attributes, value, tolerance):
    question, skipped = number(f"<equal {attributes}>{VARIABLE}{CORRECT}</equal>")

    assert [(one["value"], one["tolerance"]) for one in question["answers"]] == [(value, tolerance)]
    assert skipped == []


def test_two_limits_make_a_range():
    question, skipped = number(
        f"<and><gte>{VARIABLE}{base('190')}</gte><lte>{VARIABLE}{base('220')}</lte></and>"
    )
    turned, _ = number(
        f"<and><not><isNull>{VARIABLE}</isNull></not><lte>{base('190')}{VARIABLE}</lte>"
        f"<gte>{base('220')}{VARIABLE}</gte></and>"
    )

    assert question["answers"][0] == {
        "value": 205, "tolerance": 15, "fraction": 1, "feedback": None
    }  # fmt: skip
    assert turned["answers"] == question["answers"]
    assert skipped == []


@pytest.mark.parametrize(
    ("test", "answer", "reason"),
    [
        (
            f"<and><gt>{VARIABLE}{base('190')}</gt><lte>{VARIABLE}{base('210')}</lte></and>",
            (200, 10),
            "a limit of its range is not right",
        ),
        (
            f"<equalRounded roundingMode='decimalPlaces' figures='1'>{VARIABLE}{CORRECT}"
            "</equalRounded>",
            (200, 0.05),
            "rounded to 1 decimal places first; here 200 give or take 0.05",
        ),
        (
            f"<equalRounded roundingMode='significantFigures' figures='2'>{VARIABLE}{CORRECT}"
            "</equalRounded>",
            (200, 5),
            "rounded to 2 significant figures",
        ),
        (f"<gte>{VARIABLE}{base('190')}</gte>", (200, 0), "its own rules of marking (gte)"),
        (
            f"<equal toleranceMode='relative' tolerance='T'>{VARIABLE}{CORRECT}</equal>",
            (200, 0),
            "'T' is not a number",
        ),
        (
            f"<equal toleranceMode='absolute' tolerance='1' includeUpperBound='false'>{VARIABLE}"
            f"{CORRECT}</equal>",
            (200, 1),
            "a limit of its range is not right",
        ),
    ],
)
def test_what_a_number_here_cannot_say_is_told(test, answer, reason):
    question, skipped = number(test)

    assert (question["answers"][0]["value"], question["answers"][0]["tolerance"]) == answer
    assert len(skipped) == 1
    assert reason in skipped[0]


def test_a_rule_turned_into_its_opposite_is_turned_back():
    test = f"<not><match>{VARIABLE}{CORRECT}</match></not>"
    body, right = choices("a", "b", prompt="Which?"), declared("A")

    turned, told = read(body, right, by=rules(condition((test, "0"), otherwise="1")))
    others, nothing = read(body, right, by=rules(condition((test, "1"))))

    assert [one["fraction"] for one in turned["options"]] == [1, 0]
    # The rules count, whatever the declared answer is.
    assert [one["fraction"] for one in others["options"]] == [0, 1]
    assert told == nothing == []


def test_words_of_which_every_other_one_is_right_are_no_question():
    test = f"<not><match>{VARIABLE}{CORRECT}</match></not>"
    text = item(ENTRY, declared("a", base="string"), rules=rules(condition((test, "1"))))

    result = read_questions(text.encode(), name="item.xml")

    assert result.questions == ()
    assert [one.reason for one in result.skipped] == ["no right answer is declared"]


@pytest.mark.parametrize(
    ("attributes", "text", "sensitive"),
    [
        ("caseSensitive='false'", "Well", None),
        ("caseSensitive='true'", "Well", True),
        ("caseSensitive='false' substring='true'", "*Well*", None),
    ],
)
def test_whether_capitals_count_is_what_the_comparison_says(attributes, text, sensitive):
    question, skipped = word(f"<stringMatch {attributes}>{VARIABLE}{CORRECT}</stringMatch>")

    assert [one["text"] for one in question["answers"]] == [text]
    assert question.get("case_sensitive") is sensitive
    assert skipped == []


def test_words_with_marks_of_their_own():
    tests = [
        (f"<stringMatch caseSensitive='false'>{VARIABLE}{base(text, 'string')}</stringMatch>", mark)
        for text, mark in (("well", "2"), ("pump", "1"))
    ]

    question, skipped = read(
        ENTRY, declared("well", base="string"), by=rules(condition(*tests, otherwise="0"))
    )

    assert [(one["text"], one["fraction"]) for one in question["answers"]] == [
        ("well", 1),
        ("pump", 0.5),
    ]
    assert skipped == []


def entries(*written: str, more: str = "") -> str:
    found = "".join(f"<mapEntry {one} mappedValue='1'/>" for one in written)
    return f"<mapping defaultValue='0' {more}>{found}</mapping>"


@pytest.mark.parametrize(
    ("written", "sensitive", "told"),
    [
        (("mapKey='a'",), True, 0),
        (("mapKey='a' caseSensitive='false'",), None, 0),
        (("mapKey='a' caseSensitive='true'",), True, 0),
        (("mapKey='a'", "mapKey='b' caseSensitive='false'"), True, 1),
    ],
)
def test_capitals_count_in_a_mapping_where_nothing_is_said(written, sensitive, told):
    question, skipped = read(
        ENTRY, declared("a", base="string", mapping=entries(*written)), by="map_response"
    )

    assert question.get("case_sensitive") is sensitive
    assert len(skipped) == told


MATCH = (
    "<matchInteraction responseIdentifier='RESPONSE'><prompt>Match.</prompt><simpleMatchSet>"
    "<simpleAssociableChoice identifier='L1'>Italy</simpleAssociableChoice>"
    "<simpleAssociableChoice identifier='L2'>Japan</simpleAssociableChoice></simpleMatchSet>"
    "<simpleMatchSet><simpleAssociableChoice identifier='R1'>Rome</simpleAssociableChoice>"
    "<simpleAssociableChoice identifier='R2'>Tokyo</simpleAssociableChoice></simpleMatchSet>"
    "</matchInteraction>"
)


@pytest.mark.parametrize(
    ("marks", "rule", "told", "grading"),
    [
        ({"L1 R1": "1", "L2 R2": "1"}, "map_response", [], None),
        (
            {"L1 R1": "3", "L2 R2": "1"},
            "map_response",
            ["its pairs earn differently; here each counts the same"],
            None,
        ),
        (
            {"L1 R1": "1", "L2 R2": "1", "L1 R2": "-1"},
            "map_response",
            ["what wrong pairs earn or cost"],
            None,
        ),
        ({"L1 R1": "1", "L2 R2": "1"}, "match_correct", [], "exact"),
    ],
)
def test_pairs_that_count_differently_are_told(marks, rule, told, grading):
    pairs = declared(
        "L1 R1", "L2 R2", cardinality="multiple", base="directedPair", mapping=mapping(**marks)
    )

    question, skipped = read(MATCH, pairs, by=rule)

    assert question["pairs"] == [["Italy", "Rome"], ["Japan", "Tokyo"]]
    assert question.get("grading") == grading
    assert skipped == told


GAPS = (
    "<p>A <textEntryInteraction responseIdentifier='G1'/> and "
    "<textEntryInteraction responseIdentifier='G2'/>.</p>"
)


def gaps(first: str, second: str, by: str):
    return read(
        GAPS,
        declared("a", base="string", name="G1", mapping=mapping(a=first)),
        declared("b", base="string", name="G2", mapping=mapping(b=second)),
        by=by,
    )


ADDED = rules(
    "<setOutcomeValue identifier='SCORE'><sum><mapResponse identifier='G1'/>"
    "<mapResponse identifier='G2'/></sum></setOutcomeValue>"
)


def test_gaps_weigh_what_they_earn():
    question, skipped = gaps("1", "3", ADDED)

    assert [one["weight"] for one in question["gaps"]] == [1, 3]
    assert skipped == []


def test_marks_that_are_added_one_condition_after_the_other():
    def adding(name: str, mark: str) -> str:
        return (
            f"<responseCondition><responseIf><match><variable identifier='{name}'/>"
            f"<correct identifier='{name}'/></match><setOutcomeValue identifier='SCORE'><sum>"
            f"<variable identifier='SCORE'/>{base(mark)}</sum></setOutcomeValue></responseIf>"
            "</responseCondition>"
        )

    question, skipped = gaps("1", "1", rules(adding("G1", "1"), adding("G2", "2")))

    assert [one["weight"] for one in question["gaps"]] == [1, 2]
    assert skipped == []


def test_gaps_that_must_all_be_right():
    both = "".join(
        f"<match><variable identifier='{name}'/><correct identifier='{name}'/></match>"
        for name in ("G1", "G2")
    )

    question, skipped = gaps("1", "1", rules(condition((f"<and>{both}</and>", "1"))))

    assert question["grading"] == "exact"
    assert skipped == []


def test_a_gap_that_earns_nothing_is_told():
    only = "<setOutcomeValue identifier='SCORE'><mapResponse identifier='G1'/></setOutcomeValue>"

    _, skipped = gaps("1", "1", rules(only))

    assert skipped == ["the response G2 earns nothing in the item; here it counts"]


def test_what_any_other_answer_earns_is_told():
    right = condition((f"<match>{VARIABLE}{CORRECT}</match>", "1"), otherwise="-1")
    _, of_word = read(ENTRY, declared("well", base="string"), by=rules(right))
    choice, of_choice = read(choices("a", "b", prompt="?"), declared("A"), by=rules(right))

    assert of_word == ["what any other answer costs"]
    assert [one["fraction"] for one in choice["options"]] == [1, -1]
    assert of_choice == []


def test_the_limit_of_a_mapping_is_told_where_it_counts():
    several = declared("A", "B", cardinality="multiple", mapping=mapping(A="1", B="1")).replace(
        "<mapping ", "<mapping upperBound='1' "
    )

    _, skipped = read(choices("a", "b", "c", most="0", prompt="?"), several, by="map_response")

    assert skipped == ["the limit of 1 of 2 on what its options earn together"]


@pytest.mark.parametrize(
    "by",
    [
        rules("<exitResponse/>"),
        rules(score("1")),
        rules(condition((f"<member>{VARIABLE}{CORRECT}</member>", "1"))),
        rules(condition((f"<patternMatch pattern='a'>{VARIABLE}</patternMatch>", "1"))),
        rules(condition((f"<match>{VARIABLE}{CORRECT}</match>", "1")) * 2),
        rules("<responseCondition><responseIf/></responseCondition>"),
        rules("<setOutcomeValue identifier='OTHER'>" + base("1") + "</setOutcomeValue>"),
    ],
)
def test_rules_that_are_not_understood_are_told(by):
    question, skipped = read(choices("a", "b", prompt="?"), declared("A"), by=by)

    assert [one["fraction"] for one in question["options"]] == [1, 0]
    assert len(skipped) == 1
    assert skipped[0].startswith("its own rules of marking (")
