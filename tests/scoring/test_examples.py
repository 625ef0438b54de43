"""The examples in docstrings hold."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize(
    "name", ["folding", "question", "types.number_reading", "types.short_text", "types.essay"]
)
def test_examples_in_docstrings_hold(name: str) -> None:
    found = doctest.testmod(import_module(f"lms.scoring.{name}"))

    assert found.attempted > 0
    assert found.failed == 0
