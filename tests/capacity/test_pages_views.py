"""The capacity pages as their readers meet them: figures, sentences, permissions, and that nothing is stored."""

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func

from factories.accounts import make_organisation, make_post, make_user
from factories.learning import complete, publish
from lms.accounts import operations as accounts
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.capacity import operations
from lms.capacity.models import IndexRun
from lms.db import db as handle

FIRST = date(2026, 6, 1)
LAST = date(2026, 9, 1)
AT = datetime(2026, 9, 1, 12, tzinfo=UTC)
#: One dimension of the shipped methodology is enough to have an index here.
SMALL = {
    "key": "district-capacity",
    "version": "t",
    "dimensions": [
        {
            "key": "governance",
            "title": {"en": "Governance", "fr": "Gouvernance"},
            "indicators": [
                {
                    "key": "gov-posts-qualified",
                    "title": {"en": "Qualified posts"},
                    "unit": "share",
                    "statistic": "mean",
                    "source": "competencies",
                    "min_coverage": 0,
                }
            ],
        }
    ],
}


@pytest.fixture
def site(app, monkeypatch):
    """Two districts with two runs; in Lumeya somebody leaves a post between them."""
    monkeypatch.setattr(operations, "methodology_mapping", lambda key: SMALL)
    with app.app_context():
        publish()
        roof = make_organisation("roof", name="Roof")
        home = make_organisation("lumeya", name="Lumeya", parent=roof, pcode="VL1")
        away = make_organisation("karsa", name="Karsa", parent=roof)
        amina = make_user("amina", organisation=home, name="Amina Dorval")
        holder = make_user("holder", organisation=away, name="Bea Holder")
        make_post(home, requirements={"gov-01": 1, "gov-02": 2}, holder=amina)
        leaver = make_user("leaver", organisation=home)
        left = make_post(home, requirements={"gov-01": 4}, holder=leaver)
        make_post(away, requirements={"gov-01": 1}, holder=holder)
        make_post(away, requirements={"gov-02": 2}, holder=holder)
        make_user("manager", organisation=roof, role=Role.PROGRAMME_MANAGER)
        make_user("stranger", organisation=away, role=Role.PROGRAMME_MANAGER)
        for person in (amina, holder, leaver):
            complete(person)
        operations.compute_run(FIRST, draws=100, by=None, at=AT)
        accounts.leave(left.incumbencies[0], ends_on=date(2026, 7, 1), by=None, at=AT)
        operations.compute_run(LAST, draws=100, by=None, at=AT)
        handle.session.commit()
        return str(home.id), str(away.id)


def shown_text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def test_why_it_changed_adds_up_and_names_the_cause(login, site):
    home, _ = site
    page = login("manager").get(f"/capacity/organisations/{home}/why")
    told = shown_text(page)

    # Before: 1, ½ and ¼ of what three requirements ask; then ¾ of two: 58.3 and 75.0.
    assert "the index went from 58.3 to 75.0" in told or "the index rose from 58.3 to 75.0" in told
    assert "+16.7 from “Qualified posts”" in told
    assert "people who came to a post or left it" in told
    assert 'role="img"' in page.text
    assert "<desc" in page.text
    assert "significant" not in told


def test_one_organisation_shows_profile_change_gaps_and_checks(login, site):
    home, _ = site
    manager = login("manager")
    page = manager.get(f"/capacity/organisations/{home}")
    checks = manager.get(f"/capacity/organisations/{home}/checks")
    told = shown_text(page)

    for heading in ("Why it changed", "Strengths and gaps", "How sure and how complete"):
        assert heading in told
    assert "+16.7" in told
    assert f"/capacity/organisations/{home}/indicators/gov-posts-qualified" in page.text
    assert checks.status_code == 200
    # Of three posts' requirements one is vacant: 2 of 3 known; the exam is the organisation's own.
    assert "was assessed by another organisation" in shown_text(checks)


def test_without_an_earlier_run_pages_say_so(login, site, app):
    home, _ = site
    with app.app_context():
        first = handle.session.scalar(everywhere(IndexRun.id).where(IndexRun.as_of == FIRST))
    manager = login("manager")

    assert "no earlier run" in manager.get(f"/capacity/organisations/{home}?run={first}").text
    assert "two runs of different days" in shown_text(
        manager.get(f"/capacity/organisations/{home}/why?run={first}")
    )
    assert manager.get(f"/capacity/organisations/{home}/why?since={home}").status_code == 404


def test_what_if_moves_values_and_stores_nothing(login, site, app):
    manager = login("manager")
    with app.app_context():
        before = handle.session.scalar(everywhere(func.count()).select_from(IndexRun))
    page = manager.get("/capacity/what-if?high-gov-posts-qualified=1.5")
    told = shown_text(page)

    assert page.status_code == 200
    # 0.75 on a scale to 1.5 is a half.
    assert "75.0 → 50.0" in told
    assert "upper goalpost of “Qualified posts”: 1.5, not 1" in told
    assert "−25.0" in told
    with app.app_context():
        assert handle.session.scalar(everywhere(func.count()).select_from(IndexRun)) == before
        assert (
            handle.session.scalars(everywhere(IndexRun).order_by(IndexRun.as_of))
            .all()[-1]
            .methodology
            == SMALL
        )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("weight-d-governance=abc", "“Governance”: “abc” is no number"),
        ("low-gov-posts-qualified=2", "the lower goalpost must be below the upper one"),
        ("out-gov-posts-qualified=1", "Keep at least one"),
        ("weight-i-gov-posts-qualified=0", "all its parts weigh 0"),
        ("aggregate=magic", "“The index”: there is no mean “magic”"),
        ("aggregate-governance=magic", "“Governance”: there is no mean “magic”"),
    ],
)
def test_what_if_says_in_words_what_is_wrong(login, site, query, words):
    page = login("manager").get(f"/capacity/what-if?{query}")

    assert page.status_code == 422
    assert words in shown_text(page)


def test_two_organisations_stand_side_by_side(login, site):
    home, away = site
    manager = login("manager")
    page = manager.get(f"/capacity/compare?a={home}&b={away}")

    assert page.status_code == 200
    assert "of 100 draws" in shown_text(page)
    assert "Choose two different" in manager.get(f"/capacity/compare?a={home}&b={home}").text
    assert manager.get(f"/capacity/compare?a={UUID(int=1)}").status_code == 404
    assert "No organisation of this run has “xy”" in manager.get("/capacity/compare?a=xy").text
    assert "of 100 draws" in manager.get("/capacity/compare?a=lum&b=Karsa").text
    # Karsa's manager does not see Lumeya at all.
    assert login("stranger").get(f"/capacity/compare?a={home}&b={away}").status_code == 404
    assert "Lumeya" not in login("stranger").get("/capacity/what-if?weight-d-governance=2").text


def test_own_people_see_their_index_and_nobody_elses(login, site):
    home, away = site
    amina = login("amina")
    page = amina.get(f"/capacity/own/{home}")
    told = shown_text(page)

    assert "75.0" in told
    assert "Where to object" in told
    # One post is behind the indicator: its figure would be one person's.
    assert "not shown" in told
    assert "Weakest" not in told
    assert "It rests on 2 observations" in told
    assert "Karsa" not in told
    assert "Dorval" not in page.text.split("<main")[1].split("</main")[0]
    assert amina.get(f"/capacity/own/{away}").status_code == 404
    assert f"/capacity/own/{home}" in amina.get("/").text
    for address in ("", "what-if", "compare", f"organisations/{home}/why"):
        assert amina.get(f"/capacity/{address}").status_code == 403


def test_the_dashboard_shows_places_shades_and_a_map_where_one_is_supplied(
    app, login, site, tmp_path
):
    manager = login("manager")
    without = shown_text(manager.get("/capacity/"))
    ring = [[30, 2], [31, 2], [31, 3], [30, 3], [30, 2]]
    feature = {
        "type": "Feature",
        "properties": {"ADM2_PCODE": "VL1"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    app.config["BOUNDARIES"] = str(path)
    drawn = manager.get("/capacity/")
    app.config["BOUNDARIES"] = str(tmp_path / "nothing")
    missing = manager.get("/capacity/")
    app.config["BOUNDARIES"] = ""
    instance = Path(app.instance_path)
    instance.mkdir(exist_ok=True)
    path.rename(instance / "boundaries.geojson")
    of_instance = manager.get("/capacity/")

    assert "There is no map yet" in without
    assert "Place (9 in 10)" in without
    assert drawn.text.count("fill-rule") == 1
    assert "Not on the map" in shown_text(drawn)
    assert "shade-3" in drawn.text
    assert "There is no file" in shown_text(missing)
    assert of_instance.text.count("fill-rule") == 1
    assert manager.get("/capacity/?kind=local-government").status_code == 200
    assert manager.get("/capacity/?kind=empire").status_code == 404
    assert "Lumeya" not in login("stranger").get("/capacity/").text


def test_a_run_of_another_engine_says_so_and_does_not_fail(app, login, site):
    home, _ = site
    with app.app_context():
        for run in handle.session.scalars(everywhere(IndexRun)):
            run.methodology_hash = "0" * 64
        handle.session.commit()
    manager = login("manager")

    for address in (f"organisations/{home}", f"organisations/{home}/why", "what-if"):
        page = manager.get(f"/capacity/{address}")
        assert page.status_code in (200, 422)
        assert "earlier release of the engine" in shown_text(page)
