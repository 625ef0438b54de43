"""Whatever the bytes: a result or `UnreadableFile`, and nothing else."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from interchange.qti_samples import choices, declared, item, package
from interchange.specs import SPECS

from lms.interchange import (
    FORMATS,
    UnreadableFile,
    from_spec,
    read_questions,
    skipped_to_json,
    to_json,
    to_spec,
    write_questions,
)
from lms.scoring import check_question

# A shared machine may be slow, which says nothing about these functions.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DATA = Path(__file__).parent / "data"
NAMES = st.sampled_from(["", "a.gift", "a.txt", "a.xml", "a.zip", "a.csv", "a.xlsx", "a.yaml"])
PLACE = {"competency": "c", "level": "lead", "difficulty": 1, "lesson": "l"}


def use(data: bytes, name: str, format: str | None) -> None:
    """Read, show, turn into specs, and write again: all that a site does with a file."""
    try:
        result = read_questions(data, name=name, format=format)
    except UnreadableFile:
        return
    json.dumps([to_json(question) for question in result.questions], allow_nan=False).encode()
    json.dumps([skipped_to_json(one) for one in result.skipped], ensure_ascii=False).encode()
    assert all(one.reason for one in result.skipped)
    for question in result.questions:
        spec, reasons = to_spec(question, language="en", defaults=PLACE)
        assert reasons or spec is not None
        if spec is not None:
            assert check_question(spec) == []
            from_spec(spec, language="en")
    for written in ("gift", "moodle_xml", "qti3", "yaml", "csv"):
        write_questions(result.questions, format=written, title="T")


@PATIENT
@given(data=st.binary(max_size=400), name=NAMES, format=st.sampled_from([None, *FORMATS]))
def test_any_bytes_give_a_result_or_a_refusal(data, name, format):
    use(data, name, format)


SIGNS = st.text(st.sampled_from(list("{}=~#:%\\/->[]T01.5\n \tab$*\u00e9\ufdd0")), max_size=60)
PIECES = (
    *"<>&;'\"=/ \nax",
    *("<p>", "</p>", "<text>", "</text>", "<question type='cloze'>", "<!--", "-->", "</question>"),
    *("<quiz>", "</quiz>", "{1:SA:=a}", "{1:MC:", "~", "}", "[[1]]", "&#8217;", "</answer>"),
    *("<answer fraction='100'>", "<![CDATA[", "]]>", "<questiontext>", "</questiontext>"),
    *("<img src='a'>", "<b>", "</b>", "_____", "<ul><li>", "<pre>"),
)
MARKUP = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@PATIENT
@given(text=SIGNS)
@example(text="%" + "9" * 60 + "%")
@example(text="Q{#" + "9" * 59 + "..1}")
@example(text="Q{#1e99:1e-99}")
def test_any_gift_gives_a_result(text):
    use(f"Q1{{T}}\n\n{text}\n\nQ2{{T}}".encode("utf-8", "surrogatepass"), "a.gift", "gift")


@PATIENT
@given(text=MARKUP)
def test_any_markup_gives_a_result_or_a_refusal(text):
    use(text.encode(), "a.xml", None)
    use(f"[html]Q{text}{{}}".encode(), "a.gift", "gift")
    inside = f"<question type='cloze'><questiontext><text><![CDATA[{text}"
    use(f"<quiz>{inside}]]></text></questiontext></question></quiz>".encode(), "", "moodle_xml")
    use(item(text, declared("A")).encode(), "a.xml", "qti")


@PATIENT
@given(text=st.text(st.sampled_from(list("ABCD.) :\nanswerANSWER")), max_size=80))
def test_any_aiken_gives_a_result(text):
    use(text.encode(), "a.txt", "aiken")


@PATIENT
@given(
    rows=st.lists(
        st.lists(
            st.sampled_from(["essay", "numeric", "1", "=x", '"', "100", "*", "", "é\x00"]),
            max_size=6,
        ),
        max_size=5,
    )
)
def test_any_rows_give_a_result(rows):
    head = "type,text,answer_1,percent_1,answer_2,match_1\n"
    use((head + "\n".join(",".join(row) for row in rows)).encode(), "a.csv", "csv")


def samples() -> dict[str, bytes]:
    """One small file of each format, all types in it."""
    questions = [from_spec(spec, language="en")[0] for spec in SPECS.values()]
    found = {
        name: write_questions(questions, format=name, title="T").content
        for name, one in FORMATS.items()
        if one.writes
    }
    text = item(choices("a", "b", prompt="?"), declared("A"), rules="match_correct")
    found |= {"package": package({"a.xml": text}), "item": text.encode()}
    for path in sorted((DATA / "gift").glob("*.gift"))[:6]:
        found[path.stem] = path.read_bytes()
    return found


SAMPLES = samples()


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLES)
@settings(PATIENT, max_examples=40)
@given(data=st.data())
def test_a_damaged_file_gives_a_result_or_a_refusal(name, data):
    whole = bytearray(SAMPLES[name])
    for _ in range(data.draw(st.integers(1, 6), "changes")):
        at = data.draw(st.integers(0, max(len(whole) - 1, 0)), "place")
        match data.draw(st.sampled_from(["byte", "cut", "double", "sign"]), "change"):
            case "byte":
                whole[at : at + 1] = data.draw(st.binary(min_size=1, max_size=2), "bytes")
            case "cut":
                del whole[at : at + data.draw(st.integers(1, 60), "length")]
            case "double":
                whole[at:at] = whole[at : at + data.draw(st.integers(1, 60), "length")]
            case "sign":
                whole[at:at] = data.draw(st.sampled_from([b"<", b"{", b"}", b"]]>", b'"', b"\n\n"]))
    use(bytes(whole), f"a.{name}", None)


YAML_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@PATIENT
@given(name=st.sampled_from(sorted(SPECS)), data=st.data())
def test_a_bank_with_anything_in_a_field_gives_a_result(name, data):
    spec = dict(SPECS[name])
    for _ in range(data.draw(st.integers(1, 2))):
        spec[data.draw(st.sampled_from(sorted(spec)))] = data.draw(YAML_VALUES)
    bank = {"key": "b", "language": "en", "questions": [spec]}
    use(json.dumps(bank, allow_nan=True).encode(), "a.yaml", "yaml")
