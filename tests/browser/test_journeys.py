"""The four journeys of the README, in a real browser, on the demo; every page is checked for accessibility."""

import re
import shutil
from datetime import date

import pytest
from browser.serving import serving
from conftest import build, close
from playwright.sync_api import expect

from lms.accounts.models import User
from lms.accounts.scope import everywhere
from lms.courses.library import library
from lms.db import db
from lms.demo import cast, story
from lms.exercises import operations
from lms.exercises.models import Exercise
from lms.exercises.rules import ExerciseRole
from lms.jobs import worker

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COURSE = "community-safety-and-protection"
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def demo(migrated, tmp_path_factory):
    """The demo's site, built once for all journeys."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copyfile(migrated, folder / "demo.sqlite")
    app = build(f"sqlite:///{folder / 'demo.sqlite'}", folder, WTF_CSRF_ENABLED=True)
    with app.app_context():
        story.build(TODAY, lambda _title, _percent: None)
        db.session.commit()
    yield app
    close(app)


@pytest.fixture
def url(demo):
    with serving(demo) as address:
        yield address


@pytest.fixture
def look(console, axe, overflow):
    """Check the page that is open, as everybody who visits it would want."""

    def check(page):
        page.wait_for_load_state("networkidle")
        assert console == [], page.url
        assert axe(page) == [], page.url
        assert overflow(page) == 0, page.url

    return check


def sign_in(page, url, name):
    page.goto(f"{url}/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    if page.locator("html").get_attribute("lang") != "en":
        page.locator(".bar-row > .menu > summary").click()
        page.get_by_role("button", name="English").click()


def press(page, name):
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state("networkidle")


def test_an_official_takes_a_course_on_a_phone(open_page, url, look):
    page = open_page(360, locale="en")
    sign_in(page, url, "hawa")
    look(page)

    page.goto(f"{url}/courses/{COURSE}")
    look(page)
    press(page, "Enrol and begin")
    look(page)
    page.locator(".check input[type=radio]").first.check()
    press(page, "Check")
    assert page.locator(".check [role=status]").is_visible()
    look(page)
    press(page, "Mark as done and go on")
    assert "Lesson 2 of" in page.locator("article").inner_text()

    page.goto(f"{url}/assessments/{COURSE}")
    look(page)
    press(page, "Start")
    page.locator(".question input[type=radio]").first.check()
    # Not by a script of the test's: the page's policy forbids evaluating text.
    expect(page.locator("#saved")).to_have_text(re.compile(r"\d\d:\d\d"))
    look(page)
    page.reload()
    assert page.locator(".question input[type=radio]:checked").count() == 1
    press(page, "Submit for marking")
    assert "Result" in page.locator("h1").inner_text()
    look(page)
    page.goto(f"{url}/record/")
    look(page)
    page.goto(f"{url}/courses/")
    look(page)


def test_a_course_can_be_taken_without_scripts(open_page, url):
    page = open_page(360, locale="en", java_script_enabled=False)
    sign_in(page, url, "daniel")

    page.goto(f"{url}/courses/{COURSE}")
    page.locator("main").get_by_role("button", name="Enrol and begin").click()
    page.locator("main").get_by_role("button", name="Mark as done and go on").click()
    page.goto(f"{url}/assessments/{COURSE}")
    page.locator("main").get_by_role("button", name="Start", exact=True).click()
    page.locator(".question input[type=radio]").first.check()
    page.get_by_role("button", name="Save and go on").click()

    assert page.locator(".question input[type=radio]:checked").count() == 1


def test_a_trainer_schedules_and_an_evaluator_rates_a_joint_exercise(open_page, demo, url, look):
    desk = open_page(1280, locale="en")
    sign_in(desk, url, "trainer")
    desk.goto(f"{url}/exercises/")
    look(desk)
    desk.goto(f"{url}/exercises/new?template=flood-evacuation")
    look(desk)
    desk.locator("#title").fill("Browser flood")
    desk.locator("#starts").fill("2027-03-01T09:00")
    desk.locator("#zone").select_option("Africa/Nairobi")
    desk.locator("#host").select_option(label="Velaria Capacity Programme")
    for name in ("organisations", "evaluated"):
        for label in ("Lumeya District", "Karsa District"):
            desk.locator(f"#{name}").get_by_label(label).check()
    press(desk, "Plan the exercise")
    assert "Browser flood" in desk.locator("h1").inner_text()
    look(desk)
    key = desk.url.split("/exercises/")[1].split("/")[0]
    _play(demo)

    tablet = open_page(800, locale="en")
    sign_in(tablet, url, "evaluator")
    tablet.goto(f"{url}/exercises/{key}/evaluation")
    look(tablet)
    objectives = [
        link.get_attribute("href") for link in tablet.locator("main a[href*='/objectives/']").all()
    ]
    for address in dict.fromkeys(objectives):
        tablet.goto(url + address)
        tablet.locator("input[name=rating][value=S]").check()
        look(tablet)
        press(tablet, "Save and go on")
    tablet.goto(f"{url}/exercises/{key}/evaluation")
    press(tablet, "Close the exercise")
    tablet.goto(f"{url}/exercises/{key}/report")
    look(tablet)
    assert "67" in tablet.locator("main").inner_text()


def _play(demo):
    """What happens between planning and rating: people are invited and come, the exercise is played."""
    with demo.app_context():
        exercise = db.session.scalars(everywhere(Exercise).order_by(Exercise.id.desc())).first()
        people = {user.sign_in_name: user for user in db.session.scalars(everywhere(User))}
        at = exercise.starts_at
        for name, code in (("amina", "lumeya"), ("karsa-flood", "karsa")):
            organisation = next(
                part.organisation
                for part in exercise.organisations
                if part.organisation.code == code
            )
            participant = operations.invite(
                exercise,
                people[name],
                organisation,
                ExerciseRole.LEADING_PLAYER,
                by=people["trainer"],
                at=at,
            )
            operations.answer_invitation(participant, accepted=True, by=people[name], at=at)
        operations.add_evaluator(
            exercise, people["evaluator"], exercise.host, by=people["trainer"], at=at
        )
        operations.start_exercise(exercise, by=people["trainer"], at=at)
        operations.finish_exercise(exercise, by=people["trainer"], at=at)
        db.session.commit()


def test_two_organisations_lend_and_return_equipment(open_page, url, look):
    ours = open_page(360, locale="en")
    theirs = open_page(1280, locale="en")
    sign_in(ours, url, "tiraz-admin")
    sign_in(theirs, url, "logistics")

    ours.goto(f"{url}/exchanges/new")
    look(ours)
    ours.locator("#side").select_option("receiver")
    ours.locator("#own").select_option(label="Tiraz District")
    ours.locator("#partner").select_option(label="UN Mission in Velaria")
    ours.locator("#kind").select_option("loan")
    ours.locator("#dispatch_by").fill("2099-01-10")
    ours.locator("#return_by").fill("2099-02-10")
    ours.locator("#type_1").select_option(label=tent_of(ours))
    ours.locator("#quantity_1").fill("3")
    press(ours, "Propose the exchange")
    address = ours.url
    look(ours)

    step(theirs, address, "confirm/agree", "giver", look)
    step(theirs, address, "record/dispatch", None, look)
    step(ours, address, "record/receive", None, look)
    step(theirs, address, "confirm/receive", "giver", look)
    step(ours, address, "record/send-back", None, look)
    step(theirs, address, "record/take-back", None, look)
    step(ours, address, "confirm/take-back", "receiver", look)
    step(theirs, address, "confirm/close", "giver", look)
    step(ours, address, "confirm/close", "receiver", look)

    theirs.goto(address)
    assert "closed" in theirs.locator("main").inner_text()
    look(theirs)
    for path in ("/exchanges/", "/exchanges/stock", "/exchanges/offers"):
        theirs.goto(url + path)
        look(theirs)


def tent_of(page):
    options = page.locator("#type_1 option").all_inner_texts()
    return next(text for text in options if text.startswith("Tent"))


def step(page, address, name, side, look):
    page.goto(f"{address}/{name}" + (f"?side={side}" if side else ""))
    look(page)
    page.locator("main form .actions button").first.click()
    page.wait_for_load_state("networkidle")
    assert page.locator(".notice.success").count() == 1, page.locator("main").inner_text()


def test_a_manager_opens_a_number_and_exports(open_page, demo, url, look):
    desk = open_page(1280, locale="en")
    sign_in(desk, url, "manager")
    desk.goto(f"{url}/capacity/")
    look(desk)
    assert desk.locator("main svg path[fill-rule]").count() == 4
    desk.locator("table").get_by_role("link", name="Lumeya District").first.click()
    look(desk)
    desk.locator("table a[href*='/indicators/cri-posts-qualified']:visible").first.click()
    look(desk)
    desk.get_by_role("link", name="Open", exact=True).first.click()
    look(desk)
    desk.get_by_role("link", name="Open the record it came from").click()
    look(desk)

    desk.goto(f"{url}/exports/")
    look(desk)
    desk.locator("#report-organisation").select_option(label="Lumeya District")
    press(desk, "Make the report")
    worker.run_until_idle(demo)
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Download").click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")

    desk.goto(f"{url}/certificates/")
    look(desk)
    desk.locator("table").last.get_by_role("link").first.click()
    look(desk)
    desk.get_by_role("link", name="The page that verifies it").click()
    look(desk)


@pytest.mark.parametrize("path", ["/", "/courses/", "/capacity/", "/exercises/", "/exchanges/"])
def test_pages_turn_round_in_arabic_and_fit_a_phone(open_page, url, look, path):
    phone = open_page(360, locale="ar")
    sign_in_arabic(phone, url, "manager")

    phone.goto(url + path)

    assert phone.locator("html").get_attribute("dir") == "rtl"
    look(phone)


def sign_in_arabic(page, url, name):
    page.goto(f"{url}/sign-in")
    page.locator("#sign_in_name").fill(name)
    page.locator("#password").fill(cast.PASSWORD)
    page.locator("main form button").click()
    page.locator(".bar-row > .menu > summary").click()
    page.locator("button[name=language][value=ar]").click()
    page.wait_for_load_state("networkidle")


def test_a_sitting_is_supervised_with_more_time_for_one_who_needs_it(open_page, url, look):
    desk, phone = open_page(1280, locale="en"), open_page(360, locale="en")
    final = "crisis-response-final"
    sign_in(desk, url, "trainer")
    sign_in(phone, url, "idris")

    desk.goto(f"{url}/assessing/{final}/sittings/new")
    look(desk)
    desk.get_by_label("Place").fill("Council hall")
    press(desk, "Open the sitting")
    look(desk)
    code = desk.locator(".verdict").inner_text()

    phone.goto(f"{url}/assessments/{final}")
    look(phone)
    phone.get_by_label("Code of the sitting").fill(code)
    press(phone, "Start")
    look(phone)
    press(phone, "Save and next")
    look(phone)
    press(phone, "Save and next")
    phone.locator("textarea").fill("Lives first, then the gas.")
    look(phone)
    press(phone, "See what is answered")
    look(phone)

    desk.goto(f"{url}/assessing/{final}/overrides/new")
    look(desk)
    desk.get_by_label("For whom").select_option(label="Idris Faly")
    desk.get_by_label("More minutes").fill("15")
    desk.get_by_label("Reason").fill("Reads with a magnifying glass")
    press(desk, "Grant")
    assert "Reads with a magnifying glass" in desk.locator("table").last.inner_text()
    look(desk)
    phone.reload()
    assert "74 minutes left" in phone.locator("main").inner_text()
    press(phone, "Submit for marking")
    assert "waits for a person to mark it" in phone.locator("main").inner_text()
    look(phone)


@pytest.mark.parametrize("language", ["English", "Français", "العربية"])
def test_no_lesson_and_no_assessment_is_wider_than_a_phone(
    open_page, demo, url, overflow, language
):
    page = open_page(360, locale="en")
    sign_in(page, url, "hawa")
    if language != "English":
        page.locator(".bar-row > .menu > summary").click()
        page.get_by_role("button", name=language).click()
    with demo.app_context():
        held = library()
        paths = [
            f"/courses/{key}/{lesson}"
            for key, course in held.courses.items()
            for lesson in course.lessons
        ]
        paths += [f"/assessments/{key}" for key in held.assessments]

    wide = []
    for path in paths:
        page.goto(url + path, wait_until="domcontentloaded")
        if overflow(page) > 0:
            wide.append(path)

    assert len(paths) > 92
    assert wide == []


PAGES_OF_TRAINERS = (
    "/assessing/",
    "/assessing/crisis-response",
    "/assessing/crisis-response/papers",
    "/assessing/sheet",
    "/analysis/",
    "/analysis/local-governance-after-conflict",
    "/analysis/local-governance-after-conflict/questions/c05-q08",
    "/gain/",
    "/gain/crisis-response",
    "/cut-scores/",
    "/marking/",
    "/marking/disagreements",
    "/regrades/",
    "/questions/",
    "/questions/banks/crisis-response",
    "/questions/banks/crisis-response/questions/c11-q40",
    "/questions/banks/crisis-response/export",
    "/questions/import",
    "/cohorts/",
    "/assessments/results",
)


@pytest.mark.parametrize(("width", "language"), [(360, "العربية"), (1280, "English")])
def test_the_pages_of_assessment_fit_and_can_be_used_by_everybody(
    open_page, url, look, width, language
):
    page = open_page(width, locale="en")
    sign_in(page, url, "trainer")
    if language != "English":
        page.locator(".bar-row > .menu > summary").click()
        page.get_by_role("button", name=language).click()
    for path in PAGES_OF_TRAINERS:
        assert page.goto(url + path).status == 200, path
        look(page)
