"""Folding: one form for spellings that people do not mean to tell apart."""

import re
import unicodedata

ARABIC_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ؤ": "و", "ئ": "ي", "ة": "ه", "ـ": None}
)
LIGATURES_AND_SIGNS = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "Œ": "OE",
        "Æ": "AE",
        "’": "'",
        "‘": "'",
        "ʼ": "'",
        "‐": "-",
        "‑": "-",
        "–": "-",
    }
)
#: The article, alone or joined to a preposition, before a word of three letters or more.
ARABIC_ARTICLE = re.compile(r"\b(?:وال|بال|كال|فال|لل|ال)(?=\w{3,})")


def fold(text: str, *, keep_case: bool = False) -> str:
    """Return `text` without case, accents, Arabic vowel signs and article, or needless spaces.

    Letters that Arabic writers use for one another (hamza on alef, waw and yeh, alef maqsura, teh
    marbuta) become one; digits of any script become 0 to 9; marks of writing direction go, as does
    a full stop, question or exclamation mark at the end. Fold both sides of a comparison, once.

    Args:
        keep_case: tell capitals from small letters; all else is folded.

    >>> fold("  Réponse   Œuvre. ")
    'reponse oeuvre'
    >>> fold("الحوكمة") == fold("حوكمه")
    True
    """
    # Decomposed first: a presentation form (ﺓ) becomes the letter that the table knows.
    text = unicodedata.normalize("NFKD", text)
    text = (text if keep_case else text.casefold()).translate(LIGATURES_AND_SIGNS)
    text = unicodedata.normalize("NFKD", text).translate(ARABIC_LETTERS)
    text = "".join(_plain(letter) for letter in text)
    text = " ".join(text.split()).rstrip(".!?؟۔ ")
    return ARABIC_ARTICLE.sub("", text)


def western_digits(text: str) -> str:
    """Return `text` with the decimal digits of any script as 0 to 9."""
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )


def _plain(letter: str) -> str:
    if unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
        return ""
    return western_digits(letter)
