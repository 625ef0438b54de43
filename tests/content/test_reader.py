"""YAML is read strictly, every fault has its line, and nothing is ever raised."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lms.content import reader
from lms.content.reader import LARGEST_BYTES, read_document, read_page, read_yaml

FAULTY = {
    "doubled key": ("a: 1\nb: 2\na: 3\n", 3, "yaml.duplicate-key"),
    "number as key": ("a: 1\n2: x\n", 2, "yaml.key-not-text"),
    "list as key": ("? [a, b]\n: c\n", 1, "yaml.key-not-text"),
    "nothing as key": ("a: 1\n~: c\n", 2, "yaml.key-not-text"),
    "anchor": ("a: 1\nb: &x 2\n", 2, "yaml.anchor"),
    "reference": ("a: 1\nb: *x\n", 2, "yaml.reference"),
    "tag": ("a: 1\nb: !!python/name:os.system x\n", 2, "yaml.tag"),
    "binary": ("b: !!binary aGVsbG8=\n", 1, "yaml.tag"),
    "open bracket": ("a: 1\nb: [1,\n", 3, "yaml.syntax"),
    "two documents": ("a: 1\n---\nb: 2\n", 2, "yaml.several-documents"),
    "too deep": ("[" * 100, 1, "yaml.too-deep"),
    "forbidden character": ("a: 1\nb: \x07\n", 2, "yaml.character"),
    "escaped NUL": ('a: 1\nb: "\\0"\n', 2, "yaml.character"),
}


@pytest.mark.parametrize("loader", ["CSafeLoader", "SafeLoader"])
@pytest.mark.parametrize("case", FAULTY)
def test_a_fault_has_its_line_and_code(case, loader, monkeypatch):
    if not hasattr(yaml, loader):
        pytest.skip("this wheel comes without libyaml")
    monkeypatch.setattr(reader, "_Loader", getattr(yaml, loader))
    text, line, code = FAULTY[case]
    faults = read_yaml(text)[2]
    assert (line, code) in [fault[:2] for fault in faults]


def test_words_mean_what_yaml_1_2_says():
    text = (
        "yes: yes\ndate: 2026-03-02\ntime: 12:30\noctal: 010\nexponent: 1e3\nhalf: .5\n"
        "nothing: ~\ntruth: true\nquoted: 'true'\nhex: 0x1F\nlong: 1_000\n"
    )
    assert read_yaml(text)[0] == {
        "yes": "yes",
        "date": "2026-03-02",
        "time": "12:30",
        "octal": 10,
        "exponent": 1000.0,
        "half": 0.5,
        "nothing": None,
        "truth": True,
        "quoted": "true",
        "hex": 31,
        "long": "1_000",
    }


def test_lines_are_known_by_path():
    value, lines, faults = read_yaml("a: 1\nlist:\n  - x\n  - y: z\n")
    assert (value, faults) == ({"a": 1, "list": ["x", {"y": "z"}]}, [])
    assert lines == {
        (): 1,
        ("a",): 1,
        ("list",): 2,
        ("list", 0): 3,
        ("list", 1): 4,
        ("list", 1, "y"): 4,
    }


@given(st.text(max_size=300))
def test_any_text_is_read_without_raising(text):
    value, lines, faults = read_yaml(text)
    assert all(1 <= line <= text.count("\n") + 2 for line in lines.values())
    assert all(line >= 1 and code and message for line, code, message in faults)
    json.dumps(value)


@given(st.text(alphabet="ab:-[]{}&*!?|>'\"\\ \n#,%@0", max_size=60))
def test_any_signs_of_yaml_are_read_without_raising(text):
    json.dumps(read_yaml(text)[0])


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(10**12), 10**12)
        | st.text("abc ü1:'-#é", max_size=8),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text("abé1", min_size=1), inner, max_size=4)
        ),
        max_leaves=12,
    )
)
def test_what_is_written_is_read_again(value):
    assert read_yaml(json.dumps(value, ensure_ascii=False))[0] == value


@given(raw=st.binary(max_size=300))
def test_any_bytes_are_read_without_raising(raw, tmp_path_factory):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(raw)
    read_document(path)
    read_page(path)


def test_a_file_that_is_not_utf_8_is_reported_with_its_line(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes("a: 1\nb: é\n".encode("latin-1"))
    (problem,) = read_document(path).problems
    assert (problem.path, problem.line, problem.code) == (path, 2, "file.not-utf-8")
    assert str(problem) == f"{path}:2: byte 0xe9 is not UTF-8; save the file as UTF-8"


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a" * (LARGEST_BYTES + 1))
    document = read_document(path)
    assert document.value is None
    assert [problem.code for problem in document.problems] == ["file.too-large"]


def test_a_missing_file_is_a_problem(tmp_path):
    assert [found.code for found in read_document(tmp_path / "a").problems] == ["file.unreadable"]


def test_foreign_line_ends_are_a_warning(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: 1\r\nb: 2\r\n")
    document = read_document(path)
    assert document.value == {"a": 1, "b": 2}
    assert [(one.line, one.code, one.severity) for one in document.problems] == [
        (1, "file.line-end", "warning")
    ]


def test_a_page_has_a_head_and_a_body_with_the_lines_of_the_file(tmp_path):
    path = tmp_path / "a.md"
    path.write_text("---\ntitle: A\nx: 1\nx: 2\n---\nfirst\n---\nsecond\n", encoding="utf-8")
    page = read_page(path)
    assert page.head.value == {"title": "A", "x": 1}
    assert [(one.line, one.code) for one in page.head.problems] == [(4, "yaml.duplicate-key")]
    assert (page.body, page.body_line) == ("first\n---\nsecond\n", 6)


@pytest.mark.parametrize("text", ["title: A\n", "---\ntitle: A\n", ""])
def test_a_page_without_a_head_is_a_problem(tmp_path, text):
    path = tmp_path / "a.md"
    path.write_text(text, encoding="utf-8")
    assert [one.code for one in read_page(path).head.problems] == ["page.no-head"]
