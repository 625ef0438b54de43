"""From foreign files into a bank: plain text, an explanation, a key; the rest is told."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.interchange import Rich, from_spec, read_questions, to_spec

PLACE = {"competency": "wells-01", "level": "lead", "difficulty": 3, "lesson": "01-wells"}


@pytest.fixture
def spec(read):
    """Read one question and turn it into a spec; gives the spec and what was told."""

    def turn(text: str, format: str = "gift", language: str = "en", **defaults):
        (question,) = read(text, format).questions
        return to_spec(question, language=language, defaults=PLACE | defaults)

    return turn


def test_tags_say_where_a_question_belongs_and_defaults_fill_in(spec):
    made, lost = spec(
        "// [id:w-7] [tag:competency:gov-01] [tag:level:mentor] [tag:difficulty:1] [tag:use:check]\n"
        "// [tag:lesson:02-care] [tag:source:WASH-1] [tag:water] [tag:level:unknown]\nQ{T}"
    )

    assert lost == []
    assert made == {
        "key": "w-7",
        "type": "true_false",
        "use": "check",
        "competency": "gov-01",
        "level": "mentor",
        "difficulty": 1,
        "lesson": "02-care",
        "source": "WASH-1",
        "text": {"en": "Q"},
        "explanation": {"en": "No explanation was given."},
        "answer": True,
        "tags": ["water", "level:unknown"],
    }


def test_without_tags_the_defaults_hold(spec):
    made, _ = spec("Q{T####Because.}", explanation="Ask.")

    assert {name: made[name] for name in PLACE} == PLACE
    assert made["explanation"] == {"en": "Because."}
    assert spec("Q{T}", explanation="Ask.")[0]["explanation"] == {"en": "Ask."}
    assert spec("Q{T}", language="fr")[0]["explanation"]["fr"].startswith("Aucune explication")


def test_what_is_needed_and_not_said_is_told(read):
    (question,) = read("Q{T}", "gift").questions

    made, reasons = to_spec(question, language="en", defaults={})

    assert made is None
    assert reasons == [
        "it names no competency",
        "it names no level",
        "it names no difficulty",
        "it names no lesson",
    ]


@pytest.mark.parametrize(
    ("written", "key", "tags"),
    [
        ("// [id:a-1]\n::Title::Q{T}", "a-1", None),
        ("// [id:Frage 12]\n::Title::Q{T}", "frage-12", ["id:Frage 12"]),
        ("::Où est le puits ?::Q{T}", "ou-est-le-puits", None),
        ("What is a well?{T}", "what-is-a-well", None),
    ],
)
def test_the_id_or_else_the_name_becomes_the_key(spec, written, key, tags):
    made, _ = spec(written)

    assert (made["key"], made.get("tags")) == (key, tags)


def test_a_name_in_arabic_gives_a_key_that_stays_the_same(spec):
    first, second = spec("ما هو البئر؟{T}")[0], spec("ما هو البئر؟{F}")[0]

    assert first["key"] == second["key"]
    assert first["key"].startswith("q-")
    assert len(first["key"]) == 12


def test_an_id_that_is_no_key_goes_out_again_as_it_came(spec):
    made, _ = spec("// [id:Frage 12]\nQ{T}")

    question, _ = from_spec(made, language="en")

    assert (question.id, question.tags[-1]) == ("Frage 12", "use:assessment")


def test_a_category_and_a_penalty_are_kept_as_tags_and_go_out_again(read):
    (question,) = read("$CATEGORY: Wells/Care\n\nQ{T}", "gift").questions
    question = replace(question, penalty=Decimal("0.1"))

    made, lost = to_spec(question, language="en", defaults=PLACE)
    again, _ = from_spec(made, language="en")

    assert lost == []
    assert made["tags"] == ["category:Wells/Care", "penalty:0.1"]
    assert (again.category, again.penalty) == (("Wells", "Care"), Decimal("0.1"))


@pytest.mark.parametrize(
    ("text", "form", "plain"),
    [
        ("<p>Which is <b>not</b> a <em>well</em>?</p>", "html", "Which is **not** a *well*?"),
        ("<p><strong>All of it</strong></p>", "html", "All of it"),
        ("a &lt; b &amp; c&nbsp;d", "html", "a < b & c\u00a0d"),
        ("One<br>two<br/><br/>three", "html", "One\ntwo\n\nthree"),
        (
            "<ul><li>a</li><li>b<ol><li>c</li><li>d</li></ol></li></ul>",
            "html",
            "- a\n- b\n1. c\n2. d",
        ),
        ("H<sub>2</sub>O, x<sup>2</sup>, y<sup>ab</sup>", "html", "H₂O, x², y^(ab)"),
        ("<a href='https://example.org'>here</a>", "html", "here (https://example.org)"),
        ("<pre>if a:\n  b</pre>", "html", "if a:\n  b"),
        ("<table><tr><th>a</th><td>b</td></tr><tr><td>c</td></tr></table>", "html", "a | b\nc"),
        ("a < b and c > d", "moodle", "a < b and c > d"),
        ("one\n<i>two</i> three", "moodle", "one\n*two* three"),
        ("**kept** as is", "markdown", "**kept** as is"),
        ("<b>no markup</b>", "plain", "<b>no markup</b>"),
        ("x<!-- a comment -->y", "html", "xy"),
        ("broken <b>markup <p>everywhere", "html", "broken **markup**\n\neverywhere"),
    ],
)
def test_markup_becomes_plain_text(read, text, form, plain):
    (question,) = read("Q{}", "gift").questions

    made, lost = to_spec(replace(question, text=Rich(text, form)), language="en", defaults=PLACE)

    assert made["text"]["en"] == plain
    assert lost == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('x<img src="a.png">', "a picture 'a.png': it is not carried"),
        ("x<script>y</script>", "a script: it is not carried"),
        ("x<math><mi>y</mi></math>", "a formula in MathML: it is not carried"),
        ('x<iframe src="https://example.org"></iframe>', "an embedded page 'https://example.org'"),
    ],
)
def test_what_plain_text_cannot_hold_is_told(read, text, reason):
    (question,) = read("Q{}", "gift").questions

    made, lost = to_spec(replace(question, text=Rich(text, "html")), language="en", defaults=PLACE)

    assert made["text"]["en"].startswith("x")
    assert lost[0].startswith(reason)


def test_a_text_that_is_a_picture_alone_cannot_be_asked(read):
    (question,) = read('[html]<img src\\="a.png">{T}', "gift").questions

    made, reasons = to_spec(question, language="en", defaults=PLACE)

    assert made is None
    assert "a picture alone" in reasons[0]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("Q{=a =b ~c}", "2 options earn the whole mark"),
        ("Q{=%50%a}", "has the credit"),
        ("Q{#%50%3}", "has the credit"),
    ],
)
def test_what_a_bank_cannot_ask_is_told(read, written, reason):
    result = read(written, "gift")
    if result.questions:
        made, reasons = to_spec(result.questions[0], language="en", defaults=PLACE)
        assert made is None
    else:
        reasons = [one.reason for one in result.skipped]

    assert any(reason in one for one in reasons), reasons


def test_weights_are_kept_unless_they_are_those_of_a_bank(spec):
    weighed, _ = spec("Q{~%75%a ~%25%b ~%-50%c}")
    ours, _ = spec("Q{~%50%a ~%50%b ~%-100%c}")

    assert [option["weight"] for option in weighed["options"]] == ["0.75", "0.25", "-0.5"]
    assert all("weight" not in option for option in ours["options"])


def test_feedback_for_any_other_answer_is_kept(spec):
    words, _ = spec("Q{=Frog =%50%Cat#Cats! =%0%*#No.}")
    number, _ = spec("Q{#3:1~#No.}")

    assert number["feedback_wrong"] == {"en": "No."}
    assert words["answers"] == [
        {"text": {"en": "Frog"}},
        {"text": {"en": "Cat"}, "credit": "0.5", "feedback": {"en": "Cats!"}},
        {"text": {"en": "*"}, "credit": "0", "feedback": {"en": "No."}},
    ]
    assert (number["value"], number["tolerance"]) == ("3", "1")


def test_units_are_turned_into_factors():
    text = (
        "<quiz><question type='numerical'><name><text>N</text></name>"
        "<questiontext><text>How far?</text></questiontext>"
        "<answer fraction='100'><text>2000</text><tolerance>0</tolerance></answer><units>"
        "<unit><multiplier>1</multiplier><unit_name>m</unit_name></unit>"
        "<unit><multiplier>0.001</multiplier><unit_name>km</unit_name></unit>"
        "<unit><multiplier>0.001</multiplier><unit_name>kilometres</unit_name></unit>"
        "<unit><multiplier>3</multiplier><unit_name>third</unit_name></unit></units>"
        "<unitgradingtype>1</unitgradingtype><unitpenalty>0.25</unitpenalty></question></quiz>"
    )
    (question,) = read_questions(text.encode(), name="a.xml").questions

    made, lost = to_spec(question, language="en", defaults=PLACE)

    assert made["units"][:2] == [
        {"names": ["m"], "factor": "1"},
        {"names": ["km", "kilometres"], "factor": "1000"},
    ]
    assert (made["unit_required"], made["unit_penalty"]) == (True, "0.25")
    assert lost == ["the exact factor of the unit 'third', which is rounded"]


def test_tags_beyond_what_a_bank_holds_are_told(spec):
    many = " ".join(f"[tag:t{at}]" for at in range(21))

    made, lost = spec(f"// {many} [tag:{'x' * 61}]\nQ{{T}}")

    assert len(made["tags"]) == 20
    assert [one[:14] for one in lost] == ["the tag 'xxxxx", "the tag 't20':"]


def test_a_question_of_our_own_yaml_gets_only_what_it_lacks(read):
    (question,) = read("Q{T}", "gift").questions
    made, _ = to_spec(question, language="en", defaults=PLACE)
    without = {name: value for name, value in made.items() if name != "lesson"}

    again, lost = to_spec(replace(question, spec=without), language="fr", defaults=PLACE)

    assert (again, lost) == (made, [])


FILE = "// [tag:type:file_upload] [tag:accept:pdf jpg] {more}\nHand in a plan.{{}}"


@pytest.mark.parametrize(
    ("tag", "size", "told"),
    [
        ("[tag:max-bytes:2000000]", 2_000_000, []),
        ("[tag:max-bytes:8388608]", 8_388_608, []),
        ("", 8_388_608, []),
        (
            "[tag:max-bytes:50000000]",
            8_388_608,
            ["files of up to 50000000 bytes: the site takes 8 MiB at most"],
        ),
    ],
)
def test_a_question_for_a_file_asks_for_what_the_site_takes(spec, tag, size, told):
    made, lost = spec(FILE.format(more=tag))

    assert (made["type"], made["max_bytes"], lost) == ("file_upload", size, told)


def test_a_bank_that_asks_for_more_is_told_why_its_question_is_left_out(read):
    bank = """
key: b
language: en
title: {en: B}
questions:
  - {key: q-1, type: file_upload, use: assessment, competency: gov-01, level: lead, difficulty: 1, lesson: l,
     text: {en: Hand in}, explanation: {en: Because}, accept: [pdf], max_bytes: 9000000}
"""

    result = read(bank, "yaml")

    assert not result.questions
    assert "the site takes no file of more than 8 MiB" in result.skipped[0].reason


@pytest.mark.parametrize(
    ("written", "weights", "told"),
    [
        ("Q{~%50%a ~%50%b}", ["0.5", "0.5"], None),
        ("Q{~%50%a ~%25%b ~c}", ["0.6666667", "0.3333333", "0"], "add up to 75 %"),
        ("Q{~%100%a ~%100%b ~%-50%c}", ["0.5", "0.5", "-0.25"], "add up to 200 %"),
    ],
)
def test_weights_that_are_legal_elsewhere_are_taken_as_shares(read, written, weights, told):
    (question,) = read(written, "gift").questions

    made, reasons = to_spec(question, language="en", defaults=PLACE)

    assert [option["weight"] for option in made["options"]] == weights
    assert [told in reason for reason in reasons] == ([True] if told else [])
