"""The pages that everybody meets first can be read and used by everybody, on a phone and at a desk."""

import pytest

pytestmark = pytest.mark.browser

OPEN_TO_ALL = ("/sign-in", "/code", "/about", "/no-such-page")
LANGUAGES = {"en": "ltr", "fr": "ltr", "ar": "rtl"}


@pytest.mark.parametrize("path", OPEN_TO_ALL)
@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_first_page_is_accessible_fits_and_complains_of_nothing(
    page, live_url, console, axe, overflow, locale, path
):
    answer = page.goto(live_url + path)

    # The browser itself writes a line for every 404.
    expected = [] if answer.status == 200 else [line for line in console if "404" in line]
    assert console == expected
    assert page.locator("html").get_attribute("lang") == locale
    assert page.locator("html").get_attribute("dir") == LANGUAGES[locale]
    assert overflow(page) == 0
    assert axe(page) == []


def test_the_axe_check_finds_what_is_wrong(phone, live_url, axe):
    phone.goto(live_url + "/sign-in")
    phone.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")

    assert [line.split(":")[0] for line in axe(phone)] == ["image-alt"]


def test_a_signed_in_person_meets_no_sign_in_page(phone, live_url, db, signed_in, console, axe):
    from factories.accounts import make_user

    make_user("amina")

    signed_in(phone, "amina").goto(live_url + "/account")

    assert phone.url == live_url + "/account"
    assert console == []
    assert axe(phone) == []
