"""Which language a reader gets."""

import pytest

from lms.content import pick


@pytest.mark.parametrize(
    ("texts", "language", "expected"),
    [
        ({"en": "Well", "fr": "Puits"}, "fr", ("Puits", "fr")),
        ({"en": "Well", "fr": "Puits"}, "fr-CA", ("Puits", "fr")),
        ({"en": "Well", "fr": "Puits"}, "ar", ("Well", "en")),
        ({"fr": "Puits"}, "ar", ("Puits", "fr")),
        ({}, "ar", ("", "en")),
    ],
)
def test_a_reader_gets_the_own_language_or_the_original(texts, language, expected):
    assert pick(texts, language) == expected


def test_the_original_may_be_another_language():
    assert pick({"en": "Well", "fr": "Puits"}, "ar", original="fr") == ("Puits", "fr")
