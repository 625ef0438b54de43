"""Profiles and gaps fit a phone, a desk and a sheet of paper, and can be used by everybody."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_post, make_user
from factories.learning import publish
from lms import clock
from lms.accounts.rules import Role
from lms.db import db
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind

pytestmark = pytest.mark.browser


@pytest.fixture(params=["en", "ar"])
def paths(app, request):
    """A district with a held post that has gaps and a vacant one; its trainer reads in the language."""
    with app.app_context():
        publish()
        home = make_organisation("lumeya", name="Lumeya", names={"ar": "لوميا"})
        amina = make_user("amina", organisation=home, name="Amina Dorval")
        trainer = make_user("trainer", organisation=home, role=Role.TRAINER, language=request.param)
        wanted = {"gov-01": 2, "gov-02": 1, "cri-05": 3, "coo-01": 1}
        make_post(home, requirements=wanted, holder=amina)
        make_post(home, requirements={"gov-01": 1}, holder=trainer)
        make_post(home, requirements={"gov-01": 1})
        for competency, share in (("gov-01", "0.9"), ("gov-02", "0.5"), ("cri-05", "1")):
            fact = Fact(
                once_key=uuid4().hex,
                kind=Kind.ASSESSMENT,
                organisation_id=home.id,
                user_id=amina.id,
                competency=competency,
                value=Decimal(share),
                observed_on=clock.today() - timedelta(days=40),
                record_kind="attempt",
                record_id=uuid4(),
            )
            ledger.record(fact, by=None, at=LONG_AGO)
        db.session.commit()
        return request.param, (
            "/record/gap",
            f"/record/people/{amina.id}",
            f"/record/people/{amina.id}/gap",
            f"/record/organisations/{home.id}",
            f"/record/organisations/{home.id}/posts",
        )


def test_profiles_and_gaps_fit_and_can_be_used_by_everybody(
    page, live_url, paths, signed_in, console, axe, overflow
):
    language, addresses = paths
    signed_in(page, "trainer")
    # `signed_in` comes with English; the trainer's own language is that of the page.
    page.goto(live_url + "/")
    if language != "en":
        page.locator(".bar-row > .menu > summary").click()
        page.locator(f"button[name=language][value={language}]").click()

    for address in addresses:
        assert page.goto(live_url + address).status == 200, address
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        assert page.locator("html").get_attribute("lang") == language
        assert console == [], address
        assert axe(page) == [], address
        assert overflow(page) == 0, address


def test_a_gap_prints_whole_without_what_is_only_for_the_screen(
    open_page, live_url, paths, signed_in, overflow
):
    _, addresses = paths
    # A4 without its margins, in CSS pixels.
    page = signed_in(open_page(718), "trainer")
    page.emulate_media(media="print")

    for address in addresses[2:]:
        page.goto(live_url + address)
        assert not page.locator("header.bar").is_visible()
        assert not page.locator(".actions").first.is_visible()
        assert page.locator("main table thead").first.is_visible()
        # Nothing of the comparison hides behind a click.
        assert page.locator("main details").count() == 0
        assert overflow(page) == 0, address
