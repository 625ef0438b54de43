"""What the application remembers of cookies, addresses and the bar changes nothing of what is answered."""

import io
import time
from uuid import UUID

import pytest
from flask import flash, get_flashed_messages, render_template, request, session, url_for

from factories.accounts import make_organisation, make_user
from lms.accounts.models import Organisation
from lms.accounts.scope import everywhere
from lms.accounts.session import public
from lms.db import db as handle
from lms.web import layout

KEY = UUID(int=7)


def cookie_of(app, held):
    return app.session_interface.get_signing_serializer(app).dumps(held)


@pytest.fixture
def asked(app):
    """What the session holds for a request with a cookie."""

    def ask(cookie):
        with app.test_request_context("/", headers={"Cookie": f"baraza={cookie}"}):
            return dict(session)

    return ask


def test_a_cookie_says_the_same_however_often_it_comes_and_a_forged_one_nothing(app, asked):
    cookie = cookie_of(app, {"token": "a", "language": "fr"})

    assert [asked(cookie) for _again in range(2)] == [{"token": "a", "language": "fr"}] * 2
    for _again in range(2):
        assert asked(cookie[:-2] + "xx") == {}
        assert asked("nothing of ours") == {}


def test_a_cookie_that_is_remembered_grows_too_old_all_the_same(app, asked, monkeypatch):
    cookie, today = cookie_of(app, {"token": "a"}), time.time()
    assert asked(cookie) == {"token": "a"}

    monkeypatch.setattr("lms.web.site.time.time", lambda: today + 31 * 24 * 3600)

    assert asked(cookie) == {}


def test_what_one_request_says_to_the_next_is_not_added_to_the_cookie_that_is_remembered(app):
    cookie = cookie_of(app, {"_flashes": [("success", "Saved.")]})
    for _again in range(2):
        with app.test_request_context("/", headers={"Cookie": f"baraza={cookie}"}):
            flash("Another.")
            assert len(get_flashed_messages()) == 2


def test_addresses_are_those_of_flask(app):
    with app.test_request_context("/"):
        for _again in range(2):
            assert url_for("assessments.intro", key="well") == "/assessments/well"
            assert url_for("assessments.intro", key="well", all=1) == "/assessments/well?all=1"
            assert (
                url_for("assessments.intro", key="well", all=True) == "/assessments/well?all=True"
            )
            assert url_for("assessments.attempt", key=KEY, _anchor="q") == (
                f"/assessments/attempts/{KEY}#q"
            )
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/site"}):
        assert url_for("assessments.intro", key="well") == "/site/assessments/well"
        assert url_for("home.show", _external=True).startswith("http://localhost/site")


def test_defaults_that_somebody_puts_into_addresses_are_heard_each_time(app):
    said = iter("12")
    app.url_defaults(lambda _endpoint, values: values.setdefault("v", next(said)))

    with app.test_request_context("/"):
        found = [url_for("assessments.intro", key="well") for _again in range(2)]

    assert found == ["/assessments/well?v=1", "/assessments/well?v=2"]


@pytest.fixture
def bare(app):
    """A site with a page that has the bar and nothing else, and the organisation of its people."""

    @app.get("/somewhere/<name>")
    @public
    def somewhere(name):
        return render_template("base.html")

    with app.app_context():
        make_organisation("north")
        handle.session.commit()
    return app


def enter(app, sign_in_name, name):
    with app.app_context():
        north = handle.session.scalar(everywhere(Organisation))
        make_user(sign_in_name, name=name, organisation=north)
        handle.session.commit()


def test_the_bar_is_drawn_once_and_says_of_each_who_and_where(bare, login):
    pages = {}
    for name in ("amina", "idris"):
        enter(bare, name, name.title())
        browser = login(name)
        for place in ("a", "b"):
            pages[name, place] = browser.get(f"/somewhere/{place}?x=1&y=2").text

    for (name, place), page in pages.items():
        other = {"amina": "Idris", "idris": "Amina"}[name]
        assert f"<bdi>{name.title()}</bdi>" in page
        assert other not in page
        assert f'name="next" value="/somewhere/{place}?x=1&amp;y=2"' in page
        assert page.count('name="csrf_token"') == 2
        assert "\ue000" not in page
    tokens = {
        page.split('name="csrf_token"')[1].split('value="')[1][:40] for page in pages.values()
    }
    assert len(tokens) == 2
    assert len(bare.extensions["lms.headers"]) == 1


def test_an_address_that_holds_the_signs_of_the_bar_is_an_address(bare, login):
    """What is put into the bar is not looked at for what else is put there."""
    enter(bare, "amina", "<Amina>")
    page = login("amina").get(f"/somewhere/{layout.NAME}{layout.HIDDEN_TAG}{layout.HERE}").text

    assert page.count("<bdi>&lt;Amina&gt;</bdi>") == 1
    assert page.count('name="csrf_token"') == 2
    address = f"/somewhere/{layout.NAME}{layout.HIDDEN_TAG}{layout.HERE}"
    assert f'name="next" value="{address}"' in page


def test_a_request_that_met_another_is_answered_anew_with_what_was_uploaded(app):
    with app.app_context():
        make_organisation("a")
    read = []

    def take():
        read.append(request.files["file"].read())
        flash("Taken.")
        if len(read) == 1:
            kept = handle.session.scalars(everywhere(Organisation)).one()
            handle.session.add(
                Organisation(code="a", name="Twin", kind=kept.kind, path=f"{kept.path}twin/")
            )
            handle.session.flush()
        return f"{len(read)}. {request.form['name']}"

    app.add_url_rule("/take", view_func=public(take), methods=["POST"])
    browser = app.test_client()
    answer = browser.post(
        "/take", data={"name": "sheet", "file": (io.BytesIO(b"all of it"), "a.txt")}
    )

    assert (answer.status_code, answer.text) == (200, "2. sheet")
    assert read == [b"all of it"] * 2
    with browser.session_transaction() as cookie:
        assert cookie["_flashes"] == [("message", "Taken.")]
