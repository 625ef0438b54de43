"""Spellings that people do not mean to tell apart."""

import pytest

from lms.scoring import fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("محمد", "مُحَمَّد"),
        ("حوكمة", "الحوكمة"),
        ("œuvre", "Oeuvre"),
        ("إدارة", "ادارة"),
        ("مستشفى", "مستشفي"),
        ("ﺇﺩﺍﺭﺓ", "إدارة"),
        ("l’accord", "L'ACCORD"),
        ("radio   check", "Radio\u00a0check?"),
        ("١٤ يوم", "14 يوم"),
        ("عـــقد", "عقد"),
    ],
)
def test_spellings_that_mean_the_same_fold_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("والد", "د"), ("police", "policy"), ("قلب", "كلب")])
def test_different_words_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)
