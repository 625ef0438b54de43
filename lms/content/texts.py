"""A text in several languages, and which of them a reader gets."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Texts(dict[str, str]):
    """A text by language code (``en``, ``fr``, ``ar``), at least one, none blank.

    That the original language is there is checked by the reader of the whole file, which knows it.
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(strict=True)
        mapping = core_schema.dict_schema(text, text, min_length=1, strict=True)
        return core_schema.no_info_after_validator_function(cls._checked, mapping)

    @classmethod
    def _checked(cls, given: dict[str, str]) -> "Texts":
        for language, text in given.items():
            if not LANGUAGE.fullmatch(language):
                raise PydanticCustomError(
                    "language",
                    "{language} is no language code; expected one such as en, fr or ar",
                    {"language": repr(language)},
                )
            if not text.strip():
                raise PydanticCustomError(
                    "blank", "the text in {language} is blank", {"language": repr(language)}
                )
        return cls(given)


def pick(texts: Mapping[str, str], language: str, original: str = "en") -> tuple[str, str]:
    """Return the text for a reader and the language that it is in.

    First choice is `language`, then its base (``fr`` for ``fr-CA``), then `original`, then the
    first there is; an empty mapping gives ``("", original)``.

    >>> pick({"en": "Well", "fr": "Puits"}, "ar")
    ('Well', 'en')
    """
    for wanted in (language, language.split("-")[0], original, *texts):
        if wanted in texts:
            return texts[wanted], wanted
    return "", original
