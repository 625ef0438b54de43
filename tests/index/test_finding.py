"""Findings as sentences."""

import json
import string

import pytest

from lms.index import Finding
from lms.index.finding import SENTENCES


@pytest.mark.parametrize("code", SENTENCES)
def test_every_code_has_a_sentence_of_its_figures(code):
    names = {name for _, name, _, _ in string.Formatter().parse(SENTENCES[code]) if name}
    figures = dict.fromkeys(names - {"subject", "indicator"}, 0.25)

    found = Finding(code, figures, "north", "posts", ("p1",))

    assert found.sentence.endswith(".")
    assert "{" not in found.sentence
    told = json.loads(json.dumps(found.to_mapping()))
    assert (told["code"], told["observations"]) == (code, ["p1"])
    if "subject" in names:
        assert "north" in found.sentence
