"""Who is signed in, and what a stranger sees."""

from factories.accounts import make_organisation, make_user
from lms.accounts import credentials
from lms.db import db


def test_two_clients_are_two_people(app, login):
    with app.app_context():
        make_user("amina", organisation=make_organisation(), name="Amina Dorval")

    amina, stranger = login("amina"), app.test_client()

    assert "Amina Dorval" in amina.get("/").text
    assert stranger.get("/").status_code == 303
    assert "/sign-in" in stranger.get("/").location


def test_a_password_signs_in_and_a_wrong_one_does_not(app, client):
    with app.app_context():
        make_user("samuel", organisation=make_organisation(), password="a long enough sentence")

    wrong = client.post("/sign-in", data={"sign_in_name": "samuel", "password": "nonsense"})
    right = client.post(
        "/sign-in", data={"sign_in_name": "Samuel ", "password": "a long enough sentence"}
    )

    assert wrong.status_code == 422
    assert "not right" in wrong.text
    assert right.status_code == 303


def test_wrong_tries_are_slowed_down_in_the_database(app, client):
    with app.app_context():
        make_user("idris", organisation=make_organisation(), password="a long enough sentence")

    answers = [
        client.post("/sign-in", data={"sign_in_name": "idris", "password": "guess"}).status_code
        for _ in range(7)
    ]
    other_browser = app.test_client()
    late = other_browser.post(
        "/sign-in", data={"sign_in_name": "idris", "password": "a long enough sentence"}
    )

    assert answers[:5] == [422] * 5
    assert answers[-1] == 429
    assert late.status_code == 429


def test_the_next_address_never_leads_outside(app, client):
    with app.app_context():
        make_user("ruth", organisation=make_organisation(), password="a long enough sentence")

    for target in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        answer = client.post(
            "/sign-in",
            data={"sign_in_name": "ruth", "password": "a long enough sentence", "next": target},
        )
        assert answer.location == "/"


def test_a_one_time_code_sets_a_new_password_once(app, client, at):
    from lms import clock

    with app.app_context():
        user = make_user("joseph", organisation=make_organisation())
        code = credentials.make_one_time_code(user, by=None, at=clock.now()).text
        db.session.commit()
    data = {
        "sign_in_name": "joseph",
        "code": f" {code[:5].lower()}-{code[5:]}",
        "password": "ten letters and more",
        "again": "ten letters and more",
    }

    first = client.post("/code", data=data)
    second = app.test_client().post("/code", data=data)

    assert first.status_code == 303
    assert second.status_code == 422


def test_pages_carry_a_strict_policy_and_no_frames(client):
    answer = client.get("/sign-in")

    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
