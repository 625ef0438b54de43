"""The reader of a page is worked out once, and anew where another language is spoken for a while."""

import re
from pathlib import Path

import pytest
from flask_babel import force_locale

import lms
from lms.web import language as module
from lms.web.language import comma, direction, language, listed, reader, semicolon


def test_the_reader_is_worked_out_once_for_each_language(app):
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        first = reader()
        assert (first.code, language(), direction()) == ("fr", "fr", "ltr")
        assert reader() is first

        with force_locale("ar"):
            assert (reader().code, language(), direction()) == ("ar", "ar", "rtl")
            assert reader().gettext("Result") != first.gettext("Result")

        assert (reader().code, language()) == ("fr", "fr")


def test_the_language_is_looked_up_once_a_page(app, monkeypatch):
    asked = []

    def counted():
        asked.append(1)
        return found()

    found = module.get_locale
    monkeypatch.setattr(module, "get_locale", counted)
    with app.test_request_context(headers={"Accept-Language": "ar"}):
        assert [language() for _time in range(5)] == ["ar"] * 5

    assert len(asked) == 1


def test_what_draws_questions_speaks_the_language_of_the_page(app):
    draw = app.jinja_env.globals["draw"]
    with app.test_request_context(headers={"Accept-Language": "ar"}):
        said = draw.word("true")
        assert draw.language == "ar"
        with force_locale("en"):
            assert (draw.language, draw.word("true")) == ("en", "True")

        assert draw.word("true") == said != "True"


def test_without_an_application_there_is_a_reader_too():
    assert reader().code == "en"


def test_a_header_that_a_view_sets_stays(app):
    @app.get("/cached")
    def cached():
        return "kept", {"cache-control": "public", "referrer-policy": "no-referrer"}

    cached.lms_public = True
    answer = app.test_client().get("/cached")

    assert answer.headers.getlist("Cache-Control") == ["public"]
    assert answer.headers.getlist("Referrer-Policy") == ["no-referrer"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("code", "signs"), [("en", (",", ";")), ("fr", (",", "\u202f;")), ("ar", ("،", "؛"))]
)
def test_each_language_has_its_own_comma_and_semicolon(app, code, signs):
    with app.app_context(), force_locale(code):
        assert (comma(), semicolon()) == signs
        assert listed(["one", 2]) == f"one{signs[0]} 2"


#: A sign of the Latin script between two things that a template puts side by side.
BETWEEN = re.compile(r"""(\}\}|%\}|</[a-z]+>)[,;] (\{\{|\{%|<)|join\(["'][,;] ["']\)""")


def test_no_template_parts_things_by_a_sign_of_one_script_alone():
    found = [
        (path.name, match[0])
        for path in sorted(Path(lms.__file__).parent.rglob("*.html"))
        for match in BETWEEN.finditer(path.read_text())
    ]

    assert found == []
