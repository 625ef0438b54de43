"""The dashboard and its neighbours where a run holds more organisations than a page."""

import json
import re
from datetime import date

import pytest
from sqlalchemy import event

from factories.accounts import make_organisation, make_user
from factories.capacity import make_run
from lms.accounts.rules import OrganisationKind, Role
from lms.capacity import queries
from lms.db import db as handle
from lms.index import Observation

METHODOLOGY = {
    "key": "district-capacity",
    "version": "many",
    "bands": [{"key": "nascent", "from": 0}, {"key": "functional", "from": 0.5}],
    "dimensions": [
        {
            "key": "one",
            "indicators": [{"key": "first", "unit": "share", "statistic": "mean"}],
        }
    ],
}
#: Organisations d000 … d129, the index of the first 0.9 and each of the others a little lower.
COUNT = 130


@pytest.fixture
def many(app, monkeypatch):
    """130 districts under one roof, of which a manager sees all and another only the last; one ministry."""
    with app.app_context():
        roof = make_organisation("roof", name="Roof", kind=OrganisationKind.PEACE_OPERATION)
        codes = [f"d{number:03d}" for number in range(COUNT)]
        made = {
            code: make_organisation(
                code,
                name=f"District {code[1:]}",
                parent=roof,
                pcode=f"P{code[1:]}",
                names={"ar": f"مقاطعة {code[1:]}"},
            )
            for code in codes
        }
        make_organisation(
            "ministry", name="Ministry", parent=roof, kind=OrganisationKind.NATIONAL_AUTHORITY
        )
        make_user("manager", organisation=roof, role=Role.PROGRAMME_MANAGER)
        make_user("neighbour", organisation=made["d129"], role=Role.PROGRAMME_MANAGER)
        for day in (date(2026, 3, 1), date(2026, 6, 1)):
            make_run(
                monkeypatch,
                METHODOLOGY,
                [
                    Observation(code, "first", 0.9 - number / 200, group=str(group))
                    for number, code in enumerate([*codes, "ministry"])
                    for group in range(2)
                ],
                as_of=day,
            )


def names_in(page):
    """Names of the ranking table, in its order."""
    table = page.text.split("<tbody>")[1].split("</tbody>")[0]
    return re.findall(r"<bdi>((?:District|Ministry)[^<]*)</bdi>", table)


def test_pages_follow_the_places_and_hold_thirty_each(login, many):
    manager = login("manager")
    first, second, last = (manager.get(f"/capacity/?page={one}") for one in (1, 2, 5))

    assert names_in(first) == [f"District {number:03d}" for number in range(30)]
    assert names_in(second) == [f"District {number:03d}" for number in range(30, 60)]
    assert names_in(last) == [*(f"District {number:03d}" for number in range(120, 130)), "Ministry"]
    assert "organisations 31 to 60 of 131" in second.text
    # The heat map and the course hold the page's organisations, and no others.
    assert first.text.count('class="number shade-') == 30
    assert "District 030" not in first.text
    assert "The list ends before this page" in manager.get("/capacity/?page=9").text


def test_a_search_a_kind_and_a_band_narrow_the_list_and_stay_when_it_is_turned(login, many):
    manager = login("manager")
    by_name = manager.get("/capacity/?q=istrict+11")
    by_code = manager.get("/capacity/?q=D007")
    in_arabic = manager.get("/capacity/?q=مقاطعة 010")
    nascent = manager.get("/capacity/?band=nascent&q=district")
    later = re.search(r'href="([^"]*)" rel="next"', nascent.text)[1].replace("&amp;", "&")

    assert names_in(by_name) == [f"District {number}" for number in range(110, 120)]
    assert names_in(by_code) == ["District 007"]
    assert names_in(in_arabic) == ["District 010"]
    assert names_in(manager.get("/capacity/?kind=national-authority")) == ["Ministry"]
    # 0.9 − 81 / 200 is the first below a half.
    assert names_in(nascent)[0] == "District 081"
    assert "q=district" in later
    assert "band=nascent" in later
    assert names_in(manager.get(later))[0] == "District 111"
    assert "No organisation matches" in manager.get("/capacity/?q=atlantis").text


def test_what_moves_is_told_of_all_and_shown_thirty_to_a_page(login, many):
    manager = login("manager")
    first = manager.get("/capacity/what-if?aggregate=geometric&weight-d-one=2&_anchor=x&q=1")
    later = re.search(r'href="([^"]*)" rel="next"', first.text)[1].replace("&amp;", "&")
    second, beyond = manager.get(later), manager.get("/capacity/what-if?aggregate=geometric&page=9")

    assert names_in(first) == [f"District {number:03d}" for number in range(30)]
    assert names_in(second) == [f"District {number:03d}" for number in range(30, 60)]
    assert {"aggregate=geometric", "weight-d-one=2", "page=2"} <= set(
        later.split("?")[1].split("&")
    )
    assert "_anchor" not in later
    assert "The list ends before this page" in beyond.text
    assert 'href="/capacity/what-if?' in beyond.text


def test_the_map_holds_this_page_where_all_would_be_too_many(app, login, many, tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"ADM2_PCODE": f"P{number:03d}"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[number, 0], [number + 1, 0], [number + 1, 1], [number, 0]]],
            },
        }
        for number in range(COUNT)
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    app.config["BOUNDARIES"] = str(path)
    manager = login("manager")
    everything = manager.get("/capacity/?page=2")
    some = manager.get("/capacity/?q=istrict+0")

    assert everything.text.count("fill-rule") == 30
    assert "too small to read" in everything.text
    assert some.text.count("fill-rule") == 100
    assert "too small to read" not in some.text


def test_another_page_costs_no_more_statements_and_shows_nobody_elses(app, login, many):
    manager = login("manager")
    manager.get("/capacity/")
    counted = []

    def count(*_told):
        counted.append(1)

    with app.app_context():
        engine = handle.engine
    event.listen(engine, "before_cursor_execute", count)
    manager.get("/capacity/")
    of_all = len(counted)
    manager.get("/capacity/?q=D007")
    event.remove(engine, "before_cursor_execute", count)
    own = login("neighbour").get("/capacity/")

    assert len(counted) - of_all == of_all
    assert of_all <= 12
    assert names_in(own) == ["District 129"]
    assert "District 000" not in own.text


def test_of_many_organisations_two_are_compared_by_their_names(login, many):
    manager = login("manager")
    form = manager.get("/capacity/compare?a=D007")
    several = manager.get("/capacity/compare?a=Ministry&b=istrict+01")
    two = manager.get("/capacity/compare?a=District+000&b=Ministry")

    assert "<option" not in form.text.split("<main")[1]
    assert 'value="District 007"' in form.text
    assert several.text.split("<main")[1].count("<option") == 10
    assert "choose one of them" in several.text
    assert "write more of it" in manager.get("/capacity/compare?a=district&b=d001").text
    assert "They can be told apart: District 000 stands higher than Ministry" in two.text
    assert "District 007" not in login("neighbour").get("/capacity/compare?a=d129&b=D007").text


def test_a_list_is_narrowed_by_what_is_asked_alone():
    rows = [
        queries.Listed(None, 0.5, "", "a-1", "local-government", "", "Émile", {"ar": "إميل"}),
        queries.Listed(None, None, "x", "b-2", "un-agency", "", "Other", {}),
    ]

    assert queries.matching(rows) == rows
    assert queries.matching(rows, "éMI") == rows[:1]
    assert queries.matching(rows, band="") == rows[:1]
    assert queries.matching(rows, "o", kind="un-agency") == rows[1:]
