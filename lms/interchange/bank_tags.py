"""What a bank says of a question and other formats have no place for travels as tags ``name:value``.

Also the key, and what a question says when nobody explained its answer.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import get_args

from lms.content.courses import Level

KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_KEY = 80
NOT_IN_KEY = re.compile(r"[^a-z0-9]+")
SOURCE = re.compile(r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*")
LEVELS = get_args(Level)
#: As `lms.scoring.checking` allows.
LONGEST_TAG = 60
#: Types of a bank that travel as another one.
DISGUISED = {"situational_judgement": "single_choice", "file_upload": "essay"}

#: Fields by name of the tag, and whether a value can be one.
FIELDS: dict[str, Callable[[str], bool]] = {
    "competency": lambda value: is_key(value),
    "level": lambda value: value in LEVELS,
    "difficulty": lambda value: value in ("1", "2", "3"),
    "lesson": lambda value: is_key(value),
    "use": lambda value: value in ("assessment", "check"),
    "source": lambda value: SOURCE.fullmatch(value) is not None,
    "type": lambda value: value in DISGUISED,
    "id": lambda value: bool(value.strip()),
    "category": lambda value: bool(value.strip("/ ")),
    "unit": lambda value: bool(value.strip()),
    "penalty": lambda value: re.fullmatch(r"0\.[0-9]{1,7}|1", value) is not None,
    "accept": lambda value: re.fullmatch(r"[a-z0-9]{1,10}( [a-z0-9]{1,10})*", value) is not None,
    "max-bytes": lambda value: re.fullmatch(r"[0-9]{1,12}", value) is not None,
}

#: Stands for the explanation that every question of a bank has.
NO_EXPLANATION = {
    "en": "No explanation was given.",
    "fr": "Aucune explication n'a été donnée.",
    "ar": "لم يُقدَّم أي شرح.",
}


def is_key(value: str) -> bool:
    """Whether a text can be a key of a bank as it stands."""
    return len(value) <= LONGEST_KEY and KEY.fullmatch(value) is not None


def told(tags: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Return the fields that tags tell, and the other tags, each once.

    The first of several tags for a field counts; the others stay tags.
    """
    fields: dict[str, str] = {}
    others: list[str] = []
    for tag in tags:
        name, _, value = tag.partition(":")
        if name in FIELDS and name not in fields and FIELDS[name](value):
            fields[name] = value
        else:
            others.append(tag)
    return fields, list(dict.fromkeys(others))


def key_of(written: str | None, name: str) -> str:
    """Return the key for a question: its id, else its name, in small letters, digits and hyphens.

    A name in a script without Latin letters gives a key of ten hexadecimal digits.

    >>> key_of(None, "Où est le puits ?")
    'ou-est-le-puits'
    """
    for text in (written or "", name):
        if is_key(text):
            return text
        letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        key = NOT_IN_KEY.sub("-", letters).strip("-")[:LONGEST_KEY].strip("-")
        # A remnant of an Arabic title, such as its number alone, says too little.
        if key and len(key) * 2 >= min(len(text), LONGEST_KEY):
            return key
    return "q-" + sha256(f"{written}/{name}".encode("utf-8", "replace")).hexdigest()[:10]


def no_explanation(language: str) -> str:
    """Return what stands in the place of an explanation, in a language, else in English."""
    return NO_EXPLANATION.get(language.split("-")[0], NO_EXPLANATION["en"])
