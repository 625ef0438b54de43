"""Unusable input is refused with a page, on both databases."""

import pytest

from factories.accounts import make_organisation, make_user
from lms.accounts.rules import Role


@pytest.fixture
def admin(app, login):
    with app.app_context():
        make_user("admin", organisation=make_organisation(), role=Role.ADMINISTRATOR)
    return login("admin")


@pytest.mark.parametrize("address", ["/people/?q=%00", "/observations/?q=a%00b", "/?%00=1"])
def test_a_nul_character_in_an_address_is_refused(admin, address):
    answer = admin.get(address)

    assert answer.status_code == 400
    assert "not understood" in answer.text


def test_a_nul_character_in_a_form_is_refused(client):
    answer = client.post("/sign-in", data={"sign_in_name": "a\x00b", "password": "x"})

    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["/exercises/", "/exchanges/"])
@pytest.mark.parametrize("page", ["9" * 30, "-1", "0", "two", ""])
def test_any_page_number_is_answered(admin, address, page):
    assert admin.get(f"{address}?page={page}").status_code == 200
