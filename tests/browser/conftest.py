"""A real Chromium, the one of this system: `browser`, `live_url`, `page`, `phone`, `signed_in`, `console`, `axe`.

A test that uses them carries `pytestmark = pytest.mark.browser`. `from browser.serving import serving` serves any
other site.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser.serving import serving
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",  # CI is root, which the sandbox refuses
    "--disable-gpu",
    "--no-first-run",
    # Without these the browser looks for its maker's servers at every start.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
AXE = Path(__file__).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PHONE_PX, DESK_PX = 360, 1280


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """This system's Chromium, started once a run."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        sentence = (
            "Chromium is not on this machine; on Debian, type as root: apt-get install chromium"
        )
        pytest.fail(sentence, pytrace=False)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture
def live_url(app: Flask) -> Iterator[str]:
    """Address under which `app` answers, without a slash at the end."""
    with serving(app) as url:
        yield url


class Console(list[str]):
    """What the page complained about: errors and warnings of its console, and scripts that failed."""

    #: True while axe runs: what it reports is not the page's own.
    paused = False

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self.take(message.type, message.text))
        page.on("pageerror", lambda error: self.take("error", str(error)))

    def take(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not self.paused:
            self.append(f"{kind}: {text}")


@pytest.fixture
def console() -> Console:
    """Complaints of `page` and `phone` so far; `assert console == []`."""
    return Console()


@pytest.fixture
def open_page(browser: Browser, console: Console) -> Iterator[Callable[..., Page]]:
    """Open a page of a width in pixels, in a browser context of its own: `open_page(360, locale="ar")`."""
    contexts = []

    def opened(width_px: int, **options: object) -> Page:
        context = browser.new_context(viewport={"width": width_px, "height": 800}, **options)
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        console.watch(page)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def locale() -> str:
    """Language that the browser asks for; `@pytest.mark.parametrize("locale", ["fr", "ar"])` takes another."""
    return "en"


@pytest.fixture(params=[PHONE_PX, DESK_PX], ids=lambda width: f"{width}px")
def page(request: pytest.FixtureRequest, open_page: Callable[..., Page], locale: str) -> Page:
    """A page; the test runs on a phone's width and on a desk's."""
    return open_page(request.param, locale=locale)


@pytest.fixture
def phone(open_page: Callable[..., Page], locale: str) -> Page:
    """A page on a phone's width alone, for a story that is told once."""
    return open_page(PHONE_PX, locale=locale)


@pytest.fixture
def signed_in(
    app: Flask, live_url: str, login: Callable[[str], FlaskClient]
) -> Callable[[Page, str], Page]:
    """Sign a page's browser in as the person with that sign-in name: `signed_in(page, "amina")`."""

    def sign_in(page: Page, sign_in_name: str) -> Page:
        name = app.config["SESSION_COOKIE_NAME"]
        cookie = login(sign_in_name).get_cookie(name)
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": live_url}])
        return page

    return sign_in


@pytest.fixture
def axe(console: Console) -> Callable[[Page], list[str]]:
    """Check a page against WCAG 2.2 A and AA; returns a line for each fault, with its element."""

    def violations(page: Page) -> list[str]:
        console.paused = True
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        console.paused = False
        return [
            f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
            for fault in found["violations"]
            for node in fault["nodes"]
        ]

    return violations


@pytest.fixture
def overflow() -> Callable[[Page], int]:
    """By how many pixels a page is wider than its window: 0 when nobody has to scroll sideways."""
    return lambda page: page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
