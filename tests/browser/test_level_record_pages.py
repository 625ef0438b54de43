"""Level records fit a phone and a desk, in both directions, and can be used by everybody."""

from datetime import timedelta

import pytest

from factories.accounts import make_organisation, make_user
from factories.learning import publish
from lms import clock
from lms.accounts.rules import Role
from lms.db import db
from lms.level_records import operations

pytestmark = pytest.mark.browser


@pytest.fixture(params=["en", "ar"])
def paths(app, request):
    """A coach, a manager who is asked to confirm, and an improvement; the addresses that the manager opens."""
    with app.app_context():
        publish()
        home = make_organisation("lumeya", name="Lumeya", names={"ar": "لوميا"})
        mission = make_organisation("mission", name="Mission")
        coach = make_user("coach", organisation=home, name="Chiara Coach")
        coachee = make_user("coachee", organisation=mission, name="Tomas Reyel")
        make_user(
            "manager",
            organisation=mission,
            role=Role.PROGRAMME_MANAGER,
            language=request.param,
        )
        now = clock.now()
        today = now.date()
        coaching = operations.record_coaching(
            coachee,
            "coo-01",
            starts_on=today - timedelta(days=40),
            ends_on=today,
            described="We wrote letters together and looked at the answers.",
            request_key="a",
            by=coach,
            at=now,
        )
        improvement = operations.record_improvement(
            "One form of a page for the situation report of the district and of the mission",
            "coo-01",
            described="One form instead of three.",
            used_since=today,
            used_by=[home, mission],
            request_key="b",
            by=coach,
            at=now,
        )
        db.session.commit()
        return request.param, (
            "/level-records/",
            "/level-records/coaching",
            "/level-records/improvement",
            "/level-records/surveys",
            f"/level-records/surveys/{coachee.id}",
            f"/level-records/{coaching.id}",
            f"/level-records/{coaching.id}/confirm",
            f"/level-records/{improvement.id}/confirm",
            f"/level-records/{improvement.id}/withdraw",
            "/record/framework",
        )


def test_level_records_fit_and_can_be_used_by_everybody(
    page, live_url, paths, signed_in, console, axe, overflow
):
    language, addresses = paths
    signed_in(page, "manager")
    page.goto(live_url + "/")
    if language != "en":
        page.locator(".bar-row > .menu > summary").click()
        page.locator(f"button[name=language][value={language}]").click()

    for address in addresses:
        assert page.goto(live_url + address).status == 200, address
        assert page.locator("html").get_attribute("lang") == language
        assert console == [], address
        assert axe(page) == [], address
        assert overflow(page) == 0, address


def test_a_long_list_is_narrowed_to_the_letters_typed_and_what_is_ticked_stays(
    app, page, live_url, signed_in, console
):
    with app.app_context():
        publish()
        home = make_organisation("home", name="Home")
        for number in range(12):
            make_organisation(f"other-{number}", name=f"Other {number}")
        make_organisation("school", name="École de Kalé")
        make_user("coach", organisation=home)
        db.session.commit()
    signed_in(page, "coach")
    page.goto(live_url + "/level-records/improvement")
    shown = page.locator("fieldset[data-narrow] label.inline:visible")
    box = page.get_by_label("Narrow the list")
    assert shown.count() == 14

    box.fill("ecole de KALE")
    assert shown.all_inner_texts() == ["École de Kalé"]
    shown.first.click()
    box.fill("other 1")
    box.press("Enter")

    assert set(shown.all_inner_texts()) == {"École de Kalé", "Other 1", "Other 10", "Other 11"}
    assert page.url == live_url + "/level-records/improvement"
    box.fill("")
    assert shown.count() == 14
    assert console == []
