"""The request's language and direction; texts by language; dates and numbers as the reader knows them."""

import json
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, current_app, g, has_app_context, has_request_context, request, session
from flask_babel import Babel, get_locale, get_translations
from markupsafe import Markup, escape

from lms.settings import LANGUAGES

#: Each language by its own name.
LANGUAGE_NAMES = {"en": "English", "fr": "Français", "ar": "العربية"}
LEFT_TO_RIGHT_MARK = "\u200e"


def _locale() -> str:
    if not has_request_context():
        return current_app.config["LANGUAGE"]
    chosen = session.get("language")
    person = g.get("person")
    if chosen in LANGUAGES:
        return chosen
    if person is not None and person.language in LANGUAGES:
        return person.language
    best = request.accept_languages.best_match(LANGUAGES) if request.accept_languages else None
    return best or current_app.config["LANGUAGE"]


def language() -> str:
    """The language in which the running request, or forced block, speaks."""
    # Where Flask-Babel keeps what it has worked out; by its own way a page would look for it a hundred times.
    kept = g.get("_flask_babel") if has_app_context() else None
    locale = getattr(kept, "babel_locale", None) or get_locale()
    return locale.language if locale is not None else "en"


def direction(code: str | None = None) -> str:
    """``rtl`` for Arabic, ``ltr`` otherwise."""
    return "rtl" if (code or language()) == "ar" else "ltr"


def in_language(texts: Mapping[str, str] | None, original: str = "en") -> str:
    """A text by language in the reader's, else in its original, else in any; empty when there is none."""
    if not texts:
        return ""
    return texts.get(language()) or texts.get(original) or next(iter(texts.values()))


def zone() -> ZoneInfo:
    """The site's time zone."""
    return ZoneInfo(current_app.config["TIME_ZONE"])


def day_text(value: date | datetime | None) -> str:
    """A date in words, in the site's zone."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(zone()).date()
    return _day(value, language())


@lru_cache(maxsize=4096)
def _day(value: date, code: str) -> str:
    return format_date(value, "d MMMM y" if code == "ar" else "d MMM y", locale=code)


def moment_text(value: datetime | None, in_zone: str | None = None) -> Markup:
    """A moment as date, time and zone, machine-readable besides."""
    if value is None:
        return Markup("")
    there = ZoneInfo(in_zone) if in_zone else zone()
    local = value.astimezone(there)
    words = listed((day_text(local.date()), f"{local:%H:%M}"))
    return Markup('<time datetime="{}">{} <span class="zone">({})</span></time>').format(
        value.isoformat(), words, there.key
    )


def number_text(value: Decimal | float | int | None, places: int | None = None) -> str:
    """A number as the reader writes it; `places` rounds half-even for display only."""
    if value is None:
        return "–"
    if places is None:
        return _whole(value, language())
    return _rounded(value, places, language())


@lru_cache(maxsize=4096)
def _whole(value: Decimal | float | int, locale: str) -> str:
    return format_decimal(value, locale=locale, decimal_quantization=False)


@lru_cache(maxsize=4096)
def _rounded(value: Decimal | float | int, places: int, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return format_decimal(value, format=pattern, locale=locale)


#: What stands between the parts of a list that have commas of their own.
_SEMICOLONS = {"ar": "؛", "fr": "\u202f;"}


def semicolon() -> str:
    """A semicolon as the reader writes it; a space follows."""
    return _SEMICOLONS.get(language(), ";")


def comma() -> str:
    """A comma as the reader writes it; a space follows."""
    return "،" if language() == "ar" else ","


def listed(parts: Iterable[Any]) -> str:
    """Several things, one after the other, parted by commas as the reader writes them."""
    return f"{comma()} ".join(map(str, parts))


def isolated(text: Any) -> Markup:
    """A range, code or name of another direction, kept from turning round inside Arabic."""
    return Markup("<bdi>{}</bdi>").format(escape(str(text)))


def init_app(app: Flask) -> None:
    """Wire Flask-Babel and the template globals."""
    app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", "web/translations")
    Babel().init_app(
        app, locale_selector=_locale, timezone_selector=lambda: app.config["TIME_ZONE"]
    )
    app.jinja_env.globals.update(
        language=language,
        direction=direction,
        comma=comma,
        semicolon=semicolon,
        in_language=in_language,
        language_names=LANGUAGE_NAMES,
        languages=LANGUAGES,
    )
    app.jinja_env.filters.update(
        day=day_text,
        moment=moment_text,
        number=number_text,
        isolated=isolated,
        listed=listed,
        from_json=json.loads,
    )
    app.jinja_env.globals.update(_=_said, gettext=_said, ngettext=_counted)
    app.context_processor(_bound)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads what is being drawn: language and catalogue, worked out once for a page with a hundred texts."""

    code: str
    catalogue: Any

    def gettext(self, message: str, **values: Any) -> str:
        """A text of the product in the reader's language, its placeholders filled in."""
        said: str = self.catalogue.ugettext(message)
        return said % values if values else said

    def text(self, texts: Mapping[str, str] | None, original: str = "en") -> str:
        """As `in_language`."""
        if not texts:
            return ""
        return texts.get(self.code) or texts.get(original) or next(iter(texts.values()))


def reader() -> Reader:
    """The reader of the running request or forced block; made once, unless the language changes."""
    if not has_app_context():
        return Reader(language(), get_translations())
    known: Reader | None = g.get("reader")
    if known is None or known.code != language():
        known = g.reader = Reader(language(), get_translations())
    return known


#: The catalogue of the page that is being rendered. A page asks for a hundred texts; Flask-Babel would work out
#: the reader's language for each of them anew.
_catalogue: ContextVar[Any] = ContextVar("catalogue", default=None)


def _translations() -> Any:
    return _catalogue.get() or get_translations()


def _said(message: str, /, **values: Any) -> Markup:
    """A text of the product in a template; what it is filled with is escaped."""
    said = Markup(_translations().ugettext(message))
    return said % values if "%" in said else said


def _counted(one: str, many: str, num: int, /, **values: Any) -> Markup:
    """As `_said`, in the form that the number wants."""
    said = Markup(_translations().ungettext(one, many, num))
    return said % {"num": num, **values}


def _bound() -> dict[str, Any]:
    """Template globals bound to the language of this rendering, worked out once."""
    to = reader()
    _catalogue.set(to.catalogue)
    return {
        "in_language": to.text,
        "language": lambda: to.code,
        "direction": lambda other=None: direction(other or to.code),
    }
