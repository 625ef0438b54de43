"""Gain: pairs of assessments, matched persons, and the page."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import SAMPLES, build, close

from factories.accounts import make_organisation, make_user
from factories.analysis import WRONG, make_group, sit
from factories.learning import COURSE, STARTED, publish
from lms.accounts.queries import organisation_by_code
from lms.accounts.rules import Role
from lms.accounts.scope import acting_as
from lms.accounts.session import viewer_of
from lms.assessments import gains
from lms.assessments.analysis_rows import Filters
from lms.assessments.gains import Pair
from lms.content.check import check
from lms.content.sources import Roots

BASELINE = "village-well-baseline"
FILE = f"""\
key: {BASELINE}
course: village-well
title: {{en: "The village well: before", fr: "Le puits : avant"}}
role: baseline
paired_with: village-well
pass_mark: "80"
feedback: none
draws:
  - {{bank: village-well, count: 6}}
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of content that pairs a baseline with the sample's assessment."""
    folder = tmp_path / "content" / "assessments"
    folder.mkdir(parents=True)
    (folder / f"{BASELINE}.yaml").write_text(FILE, encoding="utf-8")
    return folder


@pytest.fixture
def app(database_url, tmp_path, folder):
    """A site with that folder beside the samples."""
    dirs = (str(SAMPLES / "assessments"), str(folder.parent))
    app = build(database_url, tmp_path, ASSESSMENTS_DIRS=dirs)
    with app.app_context():
        publish()
        north = make_organisation("north")
        make_user("trainer", organisation=north, role=Role.TRAINER)
        make_user("manager", organisation=north, role=Role.PROGRAMME_MANAGER)
        make_user("elsewhere", organisation=make_organisation("south"), role=Role.TRAINER)
    yield app
    close(app)


def both(user, before, after, *, days=30):
    """Sit the baseline with `before` questions wrong, and the other one with `after` wrong."""
    keys = sorted(WRONG)
    sit(user, keys[:before], key=BASELINE)
    sit(user, keys[:after], at=STARTED + timedelta(days=days))


def gain_of(name="trainer", **filters):
    from lms.accounts.credentials import find_by_sign_in_name

    with acting_as(viewer_of(find_by_sign_in_name(name))):
        return gains.gain_of(Pair(BASELINE, COURSE), Filters(**filters))


def test_a_pair_is_named_by_either_key(app):
    with app.app_context():
        assert Pair(BASELINE, COURSE) in gains.pairs()
        assert gains.pair_with(COURSE) == gains.pair_with(BASELINE) == Pair(BASELINE, COURSE)
        assert gains.pair_with("community-safety-and-protection") is None


def test_the_gain_is_that_of_the_means(db, app):
    """By hand: before ⅓, after ⅚ of six questions each: (⅚ − ⅓)/(1 − ⅓) = 0.75."""
    for user in make_group(organisation_by_code("north"), 6):
        both(user, 4, 1)

    found = gain_of()

    assert found.persons == 6
    assert found.before.value == pytest.approx(0.3333)
    assert found.after.value == pytest.approx(0.8333)
    # Percent are rounded down to two places.
    assert float(found.hake) == pytest.approx(0.75, abs=1e-4)
    # All gained the same: there is no spread to measure the change by.
    assert found.effect is None
    assert found.common == 1


def test_persons_with_one_attempt_or_the_wrong_order_are_counted_and_left_out(db, app):
    users = make_group(organisation_by_code("north"), 9)
    for at, user in enumerate(users[:6]):
        both(user, 3 + at % 2, at % 3)
    sit(users[6], key=BASELINE)
    sit(users[7])
    both(users[8], 4, 0, days=-3)

    found = gain_of()

    assert (found.persons, found.only_before, found.only_after, found.wrong_order) == (6, 1, 1, 1)
    assert found.effect.dz > 0
    assert found.effect.dav > 0
    assert found.effect.dz_interval[0] < found.effect.dz < found.effect.dz_interval[1]
    assert {one.competency for one in found.competencies} == {"gov-01", "gov-02"}


def test_four_people_give_counts_alone(db, app):
    for user in make_group(organisation_by_code("north"), 4):
        both(user, 4, 1)

    found = gain_of()

    assert not found.shown
    assert (found.before, found.after, found.hake, found.effect) == (None, None, None, None)
    assert found.competencies == ()


def test_of_the_baseline_the_first_attempt_counts_and_of_the_other_what_is_asked_for(db, app):
    keys = sorted(WRONG)
    for user in make_group(organisation_by_code("north"), 5):
        sit(user, keys, key=BASELINE)
        sit(user, [], key=BASELINE, at=STARTED + timedelta(days=1))
        sit(user, keys[:3], at=STARTED + timedelta(days=30))
        sit(user, [], at=STARTED + timedelta(days=40))

    assert gain_of().before.value == 0
    assert gain_of().after.value == pytest.approx(0.5)
    assert gain_of(which="last").after.value == 1
    assert gain_of(which="last", since=(STARTED + timedelta(days=35)).date()).persons == 5


def test_only_people_whose_results_the_viewer_sees_are_matched(db, app):
    for user in make_group(organisation_by_code("north"), 5):
        both(user, 4, 1)

    assert gain_of("elsewhere").persons == 0
    assert gain_of("manager").persons == 5


def test_the_page_shows_the_gain_to_whoever_sees_results(app, login):
    with app.app_context():
        for at, user in enumerate(make_group(organisation_by_code("north"), 6)):
            both(user, 4 + at % 2, at % 3)
    manager = login("manager")

    page = manager.get(f"/gain/{COURSE}")

    assert page.status_code == 200
    assert "People matched" in page.text
    assert "a high gain" in page.text
    assert "nothing can be concluded yet" in page.text
    assert "<svg" in page.text
    assert "The village well: before" in manager.get("/gain/").text
    assert manager.get("/gain/community-safety-and-protection").status_code == 404
    with manager.session_transaction() as cookie:
        cookie["language"] = "ar"
    assert manager.get(f"/gain/{COURSE}").status_code == 200


def test_the_page_of_four_shows_no_figure(app, login):
    with app.app_context():
        for user in make_group(organisation_by_code("north"), 4):
            both(user, 4, 1)

    page = login("trainer").get(f"/gain/{COURSE}")

    assert "Fewer than 5 people" in page.text
    assert "chart dots" not in page.text
    assert "83.3" not in page.text


def test_learners_do_not_open_it_and_item_analysis_links_to_it(app, login):
    with app.app_context():
        users = make_group(organisation_by_code("north"), 5)
        for user in users:
            both(user, 4, 1)

    assert login("p00").get(f"/gain/{COURSE}").status_code == 403
    assert f'href="/gain/{COURSE}"' in login("trainer").get(f"/analysis/{COURSE}").text


def problems_of(folder: Path, text: str) -> list[str]:
    (folder / f"{BASELINE}.yaml").write_text(text, encoding="utf-8")
    roots = Roots((SAMPLES / "curricula",), (SAMPLES / "assessments", folder.parent))
    return [one.code for one in check(roots) if one.path.stem == BASELINE]


def test_a_pair_has_one_baseline_and_two_assessments(folder):
    assert problems_of(folder, FILE) == []
    assert problems_of(
        folder, FILE.replace("paired_with: village-well", "paired_with: nowhere")
    ) == ["assessment.pair-unknown"]
    assert problems_of(
        folder, FILE.replace("paired_with: village-well", f"paired_with: {BASELINE}")
    ) == ["assessment.pair-unknown"]
    assert problems_of(folder, FILE.replace("role: baseline\n", "")) == ["assessment.pair-roles"]


def test_the_rules_of_a_baseline_are_kept_by_its_attempts(db, app):
    user = make_user("amina", organisation=organisation_by_code("north"))

    attempt = sit(user, key=BASELINE)

    assert attempt.assessment["role"] == "baseline"
    assert attempt.percent == Decimal(100)
