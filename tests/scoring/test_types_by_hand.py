"""Essays and files: handed in, kept, and left to people."""

import json
from typing import Any

import pytest

from factories.questions import SPECS
from lms.scoring import TYPES, UnusableAnswer, check_question, hand_mark
from lms.scoring.types.essay import words_in
from lms.scoring.types.file_upload import LARGEST_BYTES

ESSAY, FILE = TYPES["essay"], TYPES["file_upload"]
HANDED_IN = {
    "name": "Plan de l'été.PDF",
    "size": 1000,
    "sha256": "ab" * 32,
    "media_type": "application/pdf",
}


def upload(**parts: Any) -> Any:
    return FILE.parse(SPECS["file_upload"], {"answer": [json.dumps(HANDED_IN | parts)]})


def test_an_essay_waits_for_a_marker() -> None:
    response = ESSAY.parse(SPECS["essay"], {"answer": [" One two.\r\n\r\nThree – four. "]})

    mark = ESSAY.mark(SPECS["essay"], response)

    assert response == {"text": "One two.\n\nThree – four."}
    assert (mark.share, mark.right, mark.pending, mark.detail) == (0, False, True, {"words": 4})


def test_an_essay_that_was_not_handed_in_waits_for_nobody() -> None:
    assert not ESSAY.mark(SPECS["essay"], None).pending


def test_an_essay_is_kept_whatever_its_number_of_words_and_refused_only_when_huge() -> None:
    assert ESSAY.parse(SPECS["essay"], {"answer": ["word " * 3000]})
    assert ESSAY.parse(SPECS["essay"], {"answer": ["x" * 20_000]})
    with pytest.raises(UnusableAnswer, match=r"answer\.too-long"):
        ESSAY.parse(SPECS["essay"], {"answer": ["x" * 20_001]})


def test_words_are_counted_in_any_script() -> None:
    assert words_in("ثلاث كلمات هنا") == 3
    assert words_in("— … !") == 0


def test_the_page_says_how_long_an_essay_should_be() -> None:
    (control,) = ESSAY.present(SPECS["essay"], {}, {"text": "So far."}).controls

    assert (control.kind, control.min_words, control.max_words) == ("text", 20, 200)
    assert (control.max_length, control.values) == (20_000, ("So far.",))


def test_the_review_of_an_essay_shows_the_level_of_each_criterion_once_it_is_marked() -> None:
    response = {"text": "My plan."}
    marked = hand_mark(SPECS["essay"], {"facts": "yes", "order": "partly", "tone": "no"})

    waiting = ESSAY.review(SPECS["essay"], {}, response, ESSAY.mark(SPECS["essay"], response))
    lines = ESSAY.review(SPECS["essay"], {}, response, marked)

    assert lines[0].given == "My plan."
    assert [(line.given, line.credit) for line in waiting[1:]] == [(None, None)] * 3
    assert [line.given for line in lines[1:]] == [
        {"en": "Shown"},
        {"en": "In part"},
        {"en": "Not shown"},
    ]
    assert [str(line.credit) for line in lines[1:]] == ["1", "0.5", "0"]


def test_one_credit_for_the_whole_is_shown_where_there_are_no_criteria() -> None:
    question = SPECS["essay"] | {"criteria": []}

    lines = ESSAY.review(question, {}, {"text": "x"}, hand_mark(question, {"overall": "0.75"}))

    assert [(line.text, str(line.credit)) for line in lines[1:]] == [("overall", "0.75")]


def test_a_file_is_kept_by_what_the_site_says_of_it_and_nothing_more() -> None:
    assert upload(path="/etc/passwd") == {"file": HANDED_IN}
    assert FILE.mark(SPECS["file_upload"], upload()).pending


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"name": "plan.exe"}, "answer.file-kind"),
        ({"name": "pdf"}, "answer.file-kind"),
        ({"name": "plan.pdf.html"}, "answer.file-kind"),
        ({"size": 0}, "answer.file-empty"),
        ({"size": 1_000_001}, "answer.file-too-large"),
        ({"name": "../plan.pdf"}, "answer.not-a-file"),
        ({"name": "a\x00.pdf"}, "answer.not-a-file"),
        ({"name": "x" * 300 + ".pdf"}, "answer.not-a-file"),
        ({"size": -1}, "answer.not-a-file"),
        ({"size": True}, "answer.not-a-file"),
        ({"size": 1.5}, "answer.not-a-file"),
        ({"sha256": "AB" * 32}, "answer.not-a-file"),
        ({"sha256": None}, "answer.not-a-file"),
        ({"media_type": "text/html; x"}, "answer.not-a-file"),
        ({"media_type": 5}, "answer.not-a-file"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused(parts: Any, code: str) -> None:
    with pytest.raises(UnusableAnswer) as refusal:
        upload(**parts)

    assert refusal.value.code == code


@pytest.mark.parametrize("written", ["", "x", "[]", "null", "{", "[" * 100_000])
def test_what_is_no_file_at_all_is_refused(written: str) -> None:
    if not written:
        assert FILE.parse(SPECS["file_upload"], {"answer": [written]}) is None
        return
    with pytest.raises(UnusableAnswer, match=r"answer\.not-a-file"):
        FILE.parse(SPECS["file_upload"], {"answer": [written]})


def test_the_page_says_which_files_are_taken() -> None:
    (control,) = FILE.present(SPECS["file_upload"], {}, {"file": HANDED_IN}).controls

    assert (control.kind, control.accept, control.max_bytes) == ("file", ("pdf", "jpg"), 1_000_000)
    assert json.loads(control.values[0]) == HANDED_IN
    (first, *_) = FILE.review(
        SPECS["file_upload"], {}, {"file": HANDED_IN}, FILE.mark(SPECS["file_upload"], None)
    )
    assert first.given == "Plan de l'été.PDF"


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"accept": []}, "question.bad-accept"),
        ({"accept": [".pdf"]}, "question.bad-accept"),
        ({"accept": "pdf"}, "question.bad-accept"),
        ({"max_bytes": 0}, "question.bad-size"),
        ({"max_bytes": "1"}, "question.bad-size"),
        ({"max_bytes": 10**12}, "question.bad-size"),
        ({"max_bytes": LARGEST_BYTES + 1}, "question.bad-size"),
    ],
)
def test_a_fault_in_what_is_taken_is_named(parts: Any, code: str) -> None:
    assert code in [found.code for found in check_question(SPECS["file_upload"] | parts)]


def test_the_largest_file_is_said_and_holds_for_what_was_asked_earlier() -> None:
    whole = SPECS["file_upload"] | {"max_bytes": LARGEST_BYTES}
    earlier = SPECS["file_upload"] | {"max_bytes": 50 * 1024 * 1024}
    largest, larger = (
        {"answer": [json.dumps(HANDED_IN | {"size": size})]}
        for size in (LARGEST_BYTES, LARGEST_BYTES + 1)
    )

    assert check_question(whole) == []
    (problem,) = check_question(earlier)
    assert "8388608" in problem.message
    assert "8 MiB" in problem.message
    assert FILE.parse(earlier, largest) is not None
    with pytest.raises(UnusableAnswer, match=r"answer\.file-too-large"):
        FILE.parse(earlier, larger)
    assert FILE.present(earlier, {}, None).controls[0].max_bytes == LARGEST_BYTES
