"""What the check warns of in banks and assessments: answers that can be guessed, gaps in coverage."""

from itertools import cycle

import pytest

from lms.content.guards.questions import CHI_SQUARE_5_PERCENT, key_spread
from lms.content.inspection import inspect

BANK = "assessments/banks/safe-wells.yaml"
QUIZ = "assessments/assessments/safe-wells.yaml"
COURSE = "curricula/safe-wells/course.yaml"
TOP = "key: safe-wells\nlanguage: en\ntitle: {en: Safe wells, fr: Des puits sûrs}\nquestions:\n"
QUESTION = """\
  - key: {key}
    type: {kind}
    use: {use}
    competency: wells-01
    level: {level}
    difficulty: 1
    lesson: 01-why-wells-fail
    text: {{en: A question}}
    explanation: {{en: Because.}}
"""


def choice(key, texts, right, *, level="awareness", explained=True):
    """A single choice with these options; `right` counts from 0."""
    reason = ", explanation: {en: Because.}" if explained else ""
    options = "".join(
        f'      - {{key: o{at}, text: {{en: "{text}"}}, correct: {str(at == right).lower()}{reason}}}\n'
        for at, text in enumerate(texts)
    )
    head = QUESTION.format(key=key, kind="single_choice", use="assessment", level=level)
    return f"{head}    options:\n{options}"


def statement(key, answer, use="assessment"):
    head = QUESTION.format(key=key, kind="true_false", use=use, level="awareness")
    return f"{head}    answer: {str(answer).lower()}\n"


#: The lessons of the guide show it.
CHECK = statement("c90-c01", False, use="check")


def write(tree, *questions):
    tree.write(BANK, TOP + CHECK + "".join(questions))


def warned(tree, code, file=BANK):
    """Line and message of every warning of a code in a file."""
    return [
        (one.line, one.message)
        for one in inspect(tree.roots).warnings
        if one.code == code and one.path == tree.path(file)
    ]


EVEN = ["four", "five", "nine", "zero"]


def spread(number, texts=EVEN, places=(0, 1, 2, 3)):
    """That many questions whose right options take turns in their places."""
    turns = cycle(places)
    return [choice(f"c90-q{at:02d}", texts, next(turns)) for at in range(number)]


def test_a_bank_has_18_questions_for_assessments(tree):
    write(tree, *spread(17))
    assert warned(tree, "bank.few-questions") == [
        (4, "17 questions for the assessment; at least 18 are expected")
    ]

    write(tree, *spread(18))
    assert warned(tree, "bank.few-questions") == []


def length_question(key, right_text, place):
    texts = ["ten letters", "ten letterz", "ten lettery"]
    return choice(key, [*texts[:place], right_text, *texts[place:]], place)


@pytest.mark.parametrize(("longest", "is_told"), [(4, False), (5, True)])
def test_the_right_option_is_the_longest_in_at_most_40_percent(tree, longest, is_told):
    questions = [length_question(f"c90-q{at}", "a longer answer", at % 4) for at in range(longest)]
    write(tree, *questions, *spread(10)[longest:])

    found = warned(tree, "bank.longest-right")

    assert bool(found) == is_told
    if is_told:
        assert found == [
            (
                4,
                "in en the right option is the longest in 5 of 10 single-choice questions; "
                "at most 40% are expected",
            )
        ]


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        # One letter less than eleven is not seen; two are more than a tenth.
        ("ten letter", False),
        ("ten lette", True),
    ],
)
def test_nor_is_it_clearly_the_shortest(tree, text, is_told):
    write(tree, *[length_question(f"c90-q{at:02d}", text, at % 4) for at in range(10)])

    assert bool(warned(tree, "bank.shortest-right")) == is_told
    assert warned(tree, "bank.longest-right") == []


def test_ten_questions_are_needed_to_speak_of_a_share(tree):
    write(tree, *[length_question(f"c90-q{at}", "a longer answer", at % 4) for at in range(9)])

    assert warned(tree, "bank.longest-right") == []


def test_each_language_is_measured_by_itself(tree):
    questions = [
        length_question(f"c90-q{at:02d}", "ten lettern", at % 4)
        .replace("text: {en: A question}", "text: {en: A question, fr: Une question}")
        .replace("explanation: {en: Because.}", "explanation: {en: Because., fr: Parce que.}")
        .replace(
            'text: {en: "ten lettern"}', 'text: {en: "ten lettern", fr: la réponse la plus longue}'
        )
        for at in range(10)
    ]
    for wrong in ("ten letters", "ten letterz", "ten lettery"):
        questions = [one.replace(f'"{wrong}"}}', f'"{wrong}", fr: non}}') for one in questions]
    write(tree, *questions)

    assert [message[:5] for _line, message in warned(tree, "bank.longest-right")] == ["in fr"]


def test_right_options_stand_in_all_places(tree):
    write(tree, *spread(12))
    assert warned(tree, "bank.keys-uneven") == []

    write(tree, *spread(12, places=(1,)))
    found = warned(tree, "bank.keys-uneven")
    # Expected are 3 of each: 9/3 + 81/3 + 9/3 + 9/3.
    assert [line for line, _message in found] == [4]
    assert "(1: 0, 2: 12, 3: 0, 4: 0) are uneven: chi-square 36.0, 5 % point 7.8" in found[0][1]


def test_the_spread_allows_for_questions_with_fewer_options(tree):
    write(tree, *[choice(f"c90-q2{at}", EVEN[:3], at % 3) for at in range(6)], *spread(4))
    bank = tree.library().banks["safe-wells"]
    statistic, freedom, places = key_spread(
        [one for one in bank.questions if one.type == "single_choice"]
    )

    # Expected: 6/3 + 4/4 = 3 in each of the first three places, 1 in the fourth; so it is.
    assert (statistic, freedom) == (pytest.approx(0), 3)
    assert dict(places) == {0: 3, 1: 3, 2: 3, 3: 1}


def test_the_points_of_chi_square_are_those_of_the_tables():
    # NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, column 0.05.
    assert CHI_SQUARE_5_PERCENT == {
        1: 3.841, 2: 5.991, 3: 7.815, 4: 9.488, 5: 11.070, 6: 12.592, 7: 14.067,
    }  # fmt: skip


def test_not_all_statements_have_one_answer(tree):
    write(tree, *[statement(f"c90-q{at}", False) for at in range(3)])
    # With the check these are four.
    assert warned(tree, "bank.same-answer") == [
        (4, "all 4 true-false questions have the answer false")
    ]

    write(tree, *[statement(f"c90-q{at}", at == 0) for at in range(3)])
    assert warned(tree, "bank.same-answer") == []


@pytest.mark.parametrize(
    "text",
    [
        "All of the above",
        "None of these",
        "all the above",
        "Both of the above answers",
        "A and B",
        "Toutes les réponses ci-dessus",
        "Aucune de ces réponses",
        "Aucune des propositions",
        "جميع ما سبق",
        "كل ما ذكر أعلاه",
        "لا شيء مما سبق",
    ],
)
def test_no_option_is_about_the_others(tree, text):
    write(tree, choice("c90-q01", ["one", "two", text], 0))

    found = warned(tree, "bank.all-or-none")

    assert len(found) == 1
    assert text in found[0][1]


@pytest.mark.parametrize(
    "text",
    [
        "All wards are told",
        "None of the wells works",
        "Tous les quartiers",
        "Aucun puits",
        "كل الدوائر",
    ],
)
def test_an_option_may_say_all_and_none(tree, text):
    write(tree, choice("c90-q01", ["one", "two", text], 0))

    assert warned(tree, "bank.all-or-none") == []


def test_each_option_says_why(tree):
    write(tree, choice("c90-q01", ["one", "two"], 0, explained=False))

    found = warned(tree, "bank.option-unexplained")

    assert [message for _line, message in found] == [
        "c90-q01: option o0 has no explanation",
        "c90-q01: option o1 has no explanation",
    ]
    assert found[1][0] == found[0][0] + 1


def test_a_competency_of_the_course_has_three_questions(tree):
    write(tree, choice("c90-q01", EVEN, 0), choice("c90-q02", EVEN, 1))

    assert [message for _line, message in warned(tree, "coverage.few-questions", COURSE)] == [
        "wells-01: 2 questions in the bank; 3 or more are expected"
    ]


def test_two_of_them_ask_for_the_level_that_the_course_declares(tree):
    # The course declares practitioner.
    low = spread(3)
    write(tree, *low, choice("c90-q10", EVEN, 0, level="practitioner"))
    assert [message for _line, message in warned(tree, "coverage.level", COURSE)] == [
        "wells-01: 1 question at practitioner or above; 2 or more are expected"
    ]

    write(tree, *low, *[choice(f"c90-q1{at}", EVEN, 0, level="lead") for at in range(2)])
    assert warned(tree, "coverage.level", COURSE) == []


FRAMEWORK = "assessments/frameworks/wells.yaml"
SECOND = """\
      - key: wells-02
        title: {en: Fees}
        description: {en: Keeps the money.}
        levels: {awareness: {en: a}, practitioner: {en: b}, lead: {en: c}, mentor: {en: d}}
"""


def with_second_competency(tree):
    tree.write(FRAMEWORK, tree.path(FRAMEWORK).read_text(encoding="utf-8") + SECOND)


def test_a_question_is_about_a_competency_of_the_course(tree):
    with_second_competency(tree)
    place = tree.change(BANK, "competency: wells-01", "competency: wells-02")

    assert warned(tree, "coverage.undeclared") == [
        (place[1], "c90-q01: the course does not declare wells-02")
    ]


def test_the_courses_own_quiz_draws_every_competency(tree):
    with_second_competency(tree)
    old = "competencies:                           # of a framework in assessments/frameworks\n"
    tree.change(COURSE, old, old + "  - {key: wells-02, level: awareness}\n")
    assert warned(tree, "coverage.not-drawn", QUIZ) == []

    # A draw without a competency may bring any; now there is none.
    tree.change(
        QUIZ, "{bank: safe-wells, count: 2}", "{bank: safe-wells, count: 2, competency: wells-01}"
    )
    assert [message for _line, message in warned(tree, "coverage.not-drawn", QUIZ)] == [
        "draws: none is for wells-02, which the course declares"
    ]


def test_a_draw_leaves_questions_for_the_next_attempt(tree):
    place = tree.change(
        QUIZ,
        "count: 2, competency: wells-01, level: practitioner",
        "count: 2, level: awareness, type: true_false",
    )
    # Two such questions: the check in the lesson is not drawn.
    tree.change(BANK, "    use: check\n", "    use: assessment\n")
    found = warned(tree, "coverage.small-pool", QUIZ)
    assert found == [(place[1], "draws.0: 2 are drawn of 2 questions; 4 or more are expected")]

    tree.change(QUIZ, "attempts_allowed: null", "attempts_allowed: 1")
    assert warned(tree, "coverage.small-pool", QUIZ) == []
