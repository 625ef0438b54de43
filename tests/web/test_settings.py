"""Settings: from the file, the environment and the caller, and what is said of a wrong one."""

import pytest
from flask import request

from lms.accounts.session import public
from lms.accounts.views import address_block
from lms.app import create_app
from lms.settings import SettingsError, read_settings


def read(environ=None, **given):
    return {name: one.value for name, one in read_settings(given, environ or {}).items()}


def faults(environ=None, **given):
    with pytest.raises(SettingsError) as caught:
        read(environ, **given)
    return caught.value.problems


def test_the_environment_goes_before_the_file_and_the_caller_before_both(tmp_path):
    (tmp_path / "lms.toml").write_text(
        'site_name = "From the file"\nPROXIES = 2\nLANGUAGE = "fr"\n'
    )
    environ = {"BARAZA_INSTANCE": str(tmp_path), "BARAZA_PROXIES": " 1 ", "BARAZA_LANGUAGE": "ar"}

    found = read(environ, LANGUAGE="en")

    assert (found["SITE_NAME"], found["PROXIES"], found["LANGUAGE"]) == ("From the file", 1, "en")
    assert read({"BARAZA_INSTANCE": str(tmp_path)})["PROXIES"] == 2
    assert read({"BARAZA_CURRICULA_DIRS": f"{tmp_path}, "})["CURRICULA_DIRS"] == (str(tmp_path),)


def test_all_faults_are_told_at_once_each_with_its_place_and_remedy(tmp_path):
    (tmp_path / "lms.toml").write_text('SITE_NAME = 3\nCOLOUR = "red"\nPROXIES = true\n')
    environ = {
        "BARAZA_INSTANCE": str(tmp_path),
        "BARAZA_LANGUAGE": "de",
        "BARAZA_TIME_ZONE": "Moon/Crater",
        "BARAZA_DATABASE_URL": "mysql://somewhere",
        "BARAZA_PUBLIC_URL": "baraza.example",
        "BARAZA_CURRICULA_DIRS": str(tmp_path / "nowhere"),
    }
    file = tmp_path / "lms.toml"

    assert faults(environ) == [
        f"{file}: COLOUR: no such setting; 'lms settings' lists them",
        f"{file}: SITE_NAME: expected a text, found 3; put it in quotes",
        f"{file}: PROXIES: expected a whole number, found True",
        "environment BARAZA_LANGUAGE: LANGUAGE: 'de' is not one of en, fr, ar",
        "environment BARAZA_TIME_ZONE: TIME_ZONE: 'Moon/Crater' is no time zone;"
        " write for instance Africa/Nairobi",
        "environment BARAZA_DATABASE_URL: DATABASE_URL: expected an address that begins"
        " with sqlite: or postgresql:",
        "environment BARAZA_PUBLIC_URL: PUBLIC_URL: expected http:// or https:// at the beginning",
        f"environment BARAZA_CURRICULA_DIRS: CURRICULA_DIRS: there is no folder {tmp_path / 'nowhere'}",
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("two", "environment BARAZA_PROXIES: PROXIES: expected a whole number, found 'two'"),
        ("-1", "environment BARAZA_PROXIES: PROXIES: expected a whole number, found '-1'"),
        ("10", "environment BARAZA_PROXIES: PROXIES: expected 0 to 9, found 10"),
    ],
)
def test_a_wrong_number_of_proxies_is_told(given, said):
    assert faults({"BARAZA_PROXIES": given}) == [said]


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    (tmp_path / "lms.toml").write_text("SITE_NAME =\n")

    [fault] = faults({"BARAZA_INSTANCE": str(tmp_path)})

    assert fault.startswith(f"{tmp_path / 'lms.toml'}: ")
    assert fault.endswith("; mend the line or remove it")


HEADERS = {
    "X-Forwarded-For": "203.0.113.9, 198.51.100.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "baraza.example",
}


@pytest.mark.parametrize(
    ("proxies", "said"),
    [
        (0, "127.0.0 http://localhost/who"),
        # What the nearest proxy says; what somebody wrote before it could be made up.
        (1, "198.51.100 https://baraza.example/who"),
        (2, "203.0.113 http://localhost/who"),
    ],
)
def test_who_asked_is_taken_from_so_many_proxies_and_from_nobody_else(tmp_path, proxies, said):
    app = create_app({"INSTANCE": str(tmp_path), "PROXIES": proxies, "SECRET_KEY": "for this test"})

    @app.get("/who")
    @public
    def who():
        return f"{address_block()} {request.base_url}"

    assert app.test_client().get("/who", headers=HEADERS).text == said
