"""The words of each refusal: `Refused` carries a code, and here the code becomes a sentence.

A feature registers its own codes in `init_app`; a test sees to it that every code raised has words.
"""

from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import lazy_gettext as _l

from lms.errors import Refused
from lms.web.language import listed

WORDS: dict[str, Any] = {}


def register(words: dict[str, Any]) -> None:
    """Add sentences by code; values of the refusal stand in them as ``%(name)s``."""
    WORDS.update(words)


def sentence(refused: Refused) -> str:
    """The refusal in the reader's language."""
    words = WORDS.get(refused.code)
    if words is None:
        return str(_l("This is not possible now (%(code)s).", code=refused.code))
    shown = {key: _shown(value) for key, value in refused.values.items()}
    return str(words) % shown if shown else str(words)


def _shown(value: Any) -> Any:
    """A value as it stands in a sentence: lists with commas and moments as the reader writes them."""
    if isinstance(value, list | tuple):
        return listed(value)
    return format_datetime(value, "d MMM y, HH:mm") if isinstance(value, datetime) else value
