"""Every text speaks French and Arabic, and counts as those languages count."""

import ast
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask_babel import force_locale, ngettext

import lms.web
from lms.web.refusals import WORDS

ROOT = Path(__file__).parents[2]
TRANSLATIONS = Path(lms.web.__file__).parent / "translations"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
}


def catalogue(language):
    with open(TRANSLATIONS / language / "LC_MESSAGES" / "messages.po", "rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_message_is_empty_or_fuzzy(language):
    for message in catalogue(language):
        if message.id:
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(words), message.id
            assert not message.fuzzy, message.id


def said_in(path):
    """The texts of a module that are to be translated, also those within f-strings, where Babel may not look."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
        text = call.args[0]
        if name in KEYWORDS and isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_text_hides_in_an_f_string(language):
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(language)}
    paths = [path for root in ("lms", "plugins") for path in (ROOT / root).rglob("*.py")]
    texts = {text for path in paths for text in said_in(path)}

    assert len(texts) > 500
    assert texts - known == set()


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_text_of_the_sources_is_in_the_catalogue(language):
    with open(ROOT / "babel.cfg") as file:
        methods, options = parse_mapping_cfg(file)
    known = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue(language)}
    found = extract_from_dir(ROOT, method_map=methods, options_map=options, keywords=KEYWORDS)
    missing = {
        text
        for _file, _line, message, _comments, _context in found
        for text in [message if isinstance(message, str) else message[0]]
        if text not in known
    }

    assert missing == set()


def test_arabic_counts_in_six_forms(app):
    with app.app_context(), force_locale("ar"):
        told = [
            ngettext("%(num)s lesson", "%(num)s lessons", number)
            for number in (0, 1, 2, 3, 11, 100)
        ]

    assert len(set(told)) == 6
    # Eleven to ninety-nine take the accusative, whole hundreds the genitive.
    assert told[3:] == ["3 دروس", "11 درسًا", "100 درس"]


def test_every_refusal_of_the_sources_has_words(app):
    import re

    raised = {
        code
        for path in (ROOT / "lms").rglob("*.py")
        for code in re.findall(r'Refused\(\s*"([a-z.-]+)"', path.read_text(encoding="utf-8"))
    }

    assert sorted(raised - set(WORDS)) == []
