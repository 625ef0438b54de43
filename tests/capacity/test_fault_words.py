"""Faults of the engine as pages tell them: in the reader's language, with the place and the field."""

import ast
from datetime import date
from pathlib import Path

import pytest

import lms.index
from factories.accounts import make_organisation, make_user
from factories.capacity import make_observed, make_run
from lms.accounts.rules import Role
from lms.capacity import operations
from lms.capacity.fault_words import (
    METHODOLOGY_FAULTS,
    OBSERVATION_FAULTS,
    methodology_faults,
    observation_faults,
)
from lms.index import Methodology, MethodologyError, Observation

MAPPING = {
    "key": "district-capacity",
    "version": "1",
    "dimensions": [
        {
            "key": "services",
            "title": {"en": "Services"},
            "indicators": [
                {
                    "key": "income",
                    "title": {"en": "Income"},
                    "unit": "money",
                    "statistic": "latest",
                    "transform": "log",
                    "normalise": {"low": 1, "high": 100},
                }
            ],
        }
    ],
}
TITLES = {"services": "Services", "income": "Income"}


def codes_in_engine():
    """Second argument of each `wrong(…)`, first of each `Fault(…)`, second of each `Problem(…)` of a fault."""
    found = {"wrong": set(), "Fault": set(), "Problem": set()}
    for path in Path(lms.index.__file__).parent.glob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            place = 0 if name == "Fault" else 1
            if name in found and len(call.args) > place:
                code = call.args[place]
                if isinstance(code, ast.Constant):
                    found[name].add(code.value)
    return found


def test_every_code_of_the_engine_has_words():
    codes = codes_in_engine()
    warnings = {"dominant", "population-exceeded", "same-content", "double_counting"}

    assert codes["wrong"] == set(METHODOLOGY_FAULTS)
    negative = {one for one in OBSERVATION_FAULTS if one.startswith("negative-")}
    assert codes["Fault"] | (codes["Problem"] - warnings) | negative == set(OBSERVATION_FAULTS)
    assert len(codes["wrong"]) > 25


def test_a_fault_of_a_methodology_names_place_and_field(app):
    services = MAPPING["dimensions"][0]
    income = {**services["indicators"][0], "normalise": {"low": 0, "high": 100}}
    faulty = {**MAPPING, "colour": 1, "dimensions": [{**services, "indicators": [income]}]}
    with pytest.raises(MethodologyError) as raised:
        Methodology.from_mapping(faulty)
    with app.test_request_context():
        told = methodology_faults(raised.value.problems, faulty, TITLES)

    assert "“colour”: there is no field of this name" in told
    assert "“Income”, “low”: the number has no logarithm or root" in told


def test_of_many_faults_five_are_told_and_the_rest_counted(app):
    with app.test_request_context():
        told = observation_faults([(f"row-{number}", "unit") for number in range(8)])

    assert told.count("its unit is not that of the indicator") == 5
    assert told.endswith("and 3 other faults")


@pytest.fixture
def site(app, monkeypatch):
    with app.app_context():
        home = make_organisation("home", name="Home")
        make_user("manager", organisation=home, role=Role.ADMINISTRATOR)
        good = Observation("home", "income", 50.0, id="one", unit="money")
        make_run(monkeypatch, MAPPING, [good], as_of=date(2026, 6, 1))


def test_what_if_and_computing_tell_faults_in_words_of_the_page(login, site, monkeypatch):
    manager = login("manager")
    page = manager.get("/capacity/what-if?low-income=0")
    bad = Observation("home", "income", 50.0, id="two", unit="days")
    monkeypatch.setattr(operations, "observed_on", lambda _day, _methodology: make_observed([bad]))
    told = manager.post("/capacity/compute", data={"as_of": "2026-06-02"}, follow_redirects=True)

    assert page.status_code == 422
    assert "“Income”, “low”: the number has no logarithm or root" in page.text
    assert "0 has no log" not in page.text
    assert "observation \u2066two\u2069: its unit is not that of the indicator" in told.text
    assert "the unit is" not in told.text
