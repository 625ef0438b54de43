"""Formulas of readability, worked by hand, and the counting of syllables, words and sentences."""

import pytest

from lms.content.guards.limits import UNMEASURED, limits_of
from lms.content.guards.prose import blocks_of, split_sentences, words_of
from lms.content.guards.readability import (
    MEASURES,
    ease,
    flesch,
    kandel_moles,
    lix,
    measure_of,
    syllables_en,
    syllables_fr,
)


def test_flesch_as_worked_by_hand():
    # 206.835 - 1.015 × 12 - 84.6 × 1.5
    assert flesch(words=120, sentences=10, syllables=180) == pytest.approx(67.755)


def test_kandel_and_moles_as_worked_by_hand():
    # 207 - 1.015 × 15 - 73.6 × 1.6
    assert kandel_moles(words=150, sentences=10, syllables=240) == pytest.approx(74.015)


def test_lix_as_worked_by_hand():
    # 90 / 9 + 100 × 27 / 90
    assert lix(words=90, sentences=9, long_words=27) == pytest.approx(40)


@pytest.mark.parametrize("formula", [flesch, kandel_moles, lix])
@pytest.mark.parametrize(("words", "sentences"), [(0, 0), (0, 1), (1, 0)])
def test_a_text_without_words_has_no_readability(formula, words, sentences):
    with pytest.raises(ValueError, match="without words"):
        formula(words, sentences, 0)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("ward", 1), ("water", 2), ("budget", 2), ("committee", 3), ("agreement", 3), ("police", 2),
        ("asked", 1), ("visited", 3), ("names", 1), ("offices", 3), ("simple", 2), ("2026", 1), ("UN", 1),
        ("follow-up", 3), ("administrator", 5), ("community", 4),
    ],
)  # fmt: skip
def test_english_syllables(word, count):
    assert syllables_en(word) == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("eau", 1), ("commune", 2), ("l'eau", 1), ("l'autorité", 4), ("qu'il", 1), ("quatre", 1),
        ("réunion", 3), ("créer", 2), ("musée", 2), ("responsable", 3), ("le", 1), ("2026", 1),
    ],
)  # fmt: skip
def test_french_syllables(word, count):
    assert syllables_fr(word) == count


def test_ease_counts_for_each_language_what_its_formula_needs():
    english = [("The", "water", "is", "safe"), ("Ask", "the", "committee")]
    # 7 words in 2 sentences; 1 + 2 + 1 + 1 and 1 + 1 + 3 syllables.
    assert ease("en", english) == pytest.approx(206.835 - 1.015 * 3.5 - 84.6 * 10 / 7)

    french = [("La", "commune", "paie")]
    assert ease("fr", french) == pytest.approx(207 - 1.015 * 3 - 73.6 * 4 / 3)

    # المستشفى has eight letters, الماء five: one long word of two.
    assert ease("ar", [("المستشفى", "الماء")]) == pytest.approx(2 + 50)

    assert ease("sw", english) is None


def test_what_is_hard_lies_below_the_limit_for_ease_and_above_it_for_lix():
    assert MEASURES["en"].is_hard(59.9)
    assert not MEASURES["en"].is_hard(60)
    assert MEASURES["ar"].is_hard(40.1)
    assert not MEASURES["ar"].is_hard(40)


@pytest.mark.parametrize(
    ("language", "value", "band"),
    [
        ("en", 90, "very easy"),
        ("en", 89.9, "easy"),
        ("en", 60, "standard"),
        ("fr", 59.9, "fairly difficult"),
        ("en", 29.9, "very difficult"),
        ("ar", 29.9, "very easy"),
        ("ar", 30, "easy"),
        ("ar", 60, "very difficult"),
    ],
)
def test_bands(language, value, band):
    assert MEASURES[language].band(value) == band


def test_a_variety_of_a_language_has_the_limits_of_its_base():
    assert limits_of("fr-CA") == limits_of("fr")
    assert measure_of("fr-CA") == MEASURES["fr"]
    assert ease("fr-CA", [("La", "commune")]) == ease("fr", [("La", "commune")])
    assert measure_of("sw") is None
    assert limits_of("sw") == UNMEASURED


def test_words_keep_what_stands_inside_them():
    assert words_of("US$1,200 for 3.5 km — l'eau, follow-up!") == (
        "US", "1,200", "for", "3.5", "km", "l'eau", "follow-up",
    )  # fmt: skip
    # Vowel signs are no letters.
    assert words_of("مُسيِّر التمرين") == ("مسير", "التمرين")


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ask. Then act.", ["Ask.", "Then act."]),
        ("It is 7.30 p.m. now.", ["It is 7.30 p.m. now."]),
        ("Dr. Mundo came. She sat.", ["Dr. Mundo came.", "She sat."]),
        ('He said: "Go." She went.', ['He said: "Go."', "She went."]),
        ("Qui paie ? La commune.", ["Qui paie ?", "La commune."]),
        ("من يدفع؟ المجلس.", ["من يدفع؟", "المجلس."]),
        ("See p. 12. Éric agrees.", ["See p. 12.", "Éric agrees."]),
        ("", []),
    ],
)
def test_sentences(text, sentences):
    assert [one for _offset, one in split_sentences(text)] == sentences


BODY = """\
A promise [WASH-12 ch. 2].

## A heading

First line. Second
sentence goes on
here. Third.

- one point

| a | b |
| - | - |
| c | d [LAW] |

```check
c90-c01
```
"""


def test_blocks_have_their_kind_line_citations_and_group():
    blocks = blocks_of(BODY, first_line=10)

    assert [(one.kind, one.line, one.group) for one in blocks] == [
        ("paragraph", 10, 0),
        ("heading", 12, 0),
        ("paragraph", 14, 0),
        ("item", 18, 1),
        ("cell", 20, 2),
        ("cell", 20, 2),
        ("cell", 22, 2),
        ("cell", 22, 2),
    ]
    assert blocks[0].text.split() == ["A", "promise", "."]
    assert [one.citations for one in blocks if one.citations] == [("WASH-12",), ("LAW",)]


def test_a_sentence_knows_the_line_on_which_it_begins():
    block = blocks_of(BODY, first_line=10)[2]

    assert [(one.text, one.line) for one in block.sentences] == [
        ("First line.", 14),
        ("Second sentence goes on here.", 14),
        ("Third.", 16),
    ]
