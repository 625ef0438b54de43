"""Where the samples lie, and small ways to read and write that all these tests share."""

from dataclasses import replace
from pathlib import Path

import pytest

from lms.interchange import ExchangedQuestion, ReadResult, read_questions, to_json

DATA = Path(__file__).parent / "data"


@pytest.fixture
def data():
    """The folder of files that others wrote."""
    return DATA


@pytest.fixture
def read():
    """Read a text as a format; gives the whole result."""

    def reader(text: str, format: str) -> ReadResult:
        return read_questions(text.encode(), name="", format=format)

    return reader


@pytest.fixture
def one(read):
    """Read a text that holds one question and nothing else; gives it as JSON."""

    def reader(text: str, format: str = "gift") -> dict:
        result = read(text, format)
        assert result.skipped == ()
        assert len(result.questions) == 1
        return to_json(result.questions[0])

    return reader


@pytest.fixture
def without_lines():
    """Questions without the lines on which they stood: other files have them on others."""

    def strip(questions: tuple[ExchangedQuestion, ...]) -> list[ExchangedQuestion]:
        return [replace(question, line=0) for question in questions]

    return strip
