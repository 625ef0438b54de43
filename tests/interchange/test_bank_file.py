"""Reading the project's own YAML where its syntax is broken."""

import pytest

from lms.interchange import UnreadableFile

HEAD = "key: b\nlanguage: en\ntitle: {en: B}\nquestions:\n"


def one(key: str, text: str = "What?") -> str:
    return (
        f"- key: {key}\n"
        "  type: true_false\n"
        "  use: assessment\n"
        "  competency: gov-01\n"
        "  level: awareness\n"
        "  difficulty: 2\n"
        "  lesson: 01-a\n"
        f"  text: {{en: {text}}}\n"
        "  explanation: {en: So it is.}\n"
        "  answer: true\n"
    )


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('- key: q2\n  text: "open\n', "YAML: found unexpected end of stream"),
        ("- key: q2\n  text: [a\n", "YAML: did not find expected"),
        (one("q2", "'it's'"), "YAML: did not find expected"),
        (one("q2", "a\x01b"), "character U+0001 is not allowed"),
        ("- key: q2\n \ttext: a\n", "YAML:"),
    ],
)
@pytest.mark.parametrize("indent", ["", "  "])
def test_a_question_that_breaks_the_syntax_costs_itself_alone(read, indent, broken, reason):
    questions = "".join(
        f"{indent}{line}\n" for line in (one("q1") + broken + one("q3")).splitlines()
    )

    result = read(f"{HEAD}{questions}", "yaml")

    lines = questions[: questions.index("key: q3")].count("\n")
    assert [(q.id, q.line) for q in result.questions] == [("q1", 5), ("q3", 5 + lines)]
    assert [(one.line, one.name, one.whole) for one in result.skipped] == [(15, "q2", True)]
    assert reason in result.skipped[0].reason


def test_the_other_fields_of_a_broken_bank_may_stand_behind_its_questions(read):
    broken = "- key: q2\n  text: [a\n"

    result = read(f"questions:\n{one('q1')}{broken}key: b\nlanguage: en\n", "yaml")

    assert [question.id for question in result.questions] == ["q1"]
    assert [one.name for one in result.skipped] == ["q2"]


@pytest.mark.parametrize(
    "text", ["key: {b\nquestions:\n" + one("q1"), HEAD + "  a: [\n", "key: b\nquestions: [\n"]
)
def test_a_bank_that_is_broken_elsewhere_is_refused(read, text):
    with pytest.raises(UnreadableFile, match="the YAML is no question bank: line"):
        read(text, "yaml")
