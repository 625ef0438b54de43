"""Coming in, roles that hold for a subtree, posts and who holds them."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from factories.accounts import LONG_AGO, make_organisation, make_post, make_user
from lms import clock
from lms.accounts import operations, queries, rules
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.models import Invitation, Organisation, Post, PostRequirements
from lms.accounts.rules import Permission, Role
from lms.accounts.scope import acting_as, everywhere, scoped
from lms.accounts.session import viewer_of
from lms.audit.models import AuditEntry
from lms.db import db as handle
from lms.errors import Refused


@pytest.fixture
def tree(app):
    """A ministry over a district, a district elsewhere, and an administrator of the ministry."""
    with app.app_context():
        ministry = make_organisation("ministry", name="Ministry")
        district = make_organisation("district", name="District", parent=ministry)
        elsewhere = make_organisation("elsewhere", name="Elsewhere")
        make_user("admin", organisation=ministry, role=Role.ADMINISTRATOR)
        make_user("clerk", organisation=district, name="Joseph Karr")
        make_user("other", organisation=elsewhere, name="Olga Other")
        return {one.code: one.id for one in (ministry, district, elsewhere)}


def invited(admin, organisation, **more):
    data = {
        "name": "Amina Dorval",
        "organisation": str(organisation),
        "role": "learner",
        "language": "en",
    }
    answer = admin.post("/people/invitations", data=data | more)
    if "/invitation/" not in answer.text:
        return answer
    return answer.text.split("http://localhost/invitation/")[1].split("<")[0]


COMING_IN = {
    "name": "Amina Dorval",
    "sign_in_name": "amina",
    "password": "under the old tree",
    "again": "under the old tree",
}


def test_an_invitation_lets_one_person_in_once(app, client, login, tree):
    token = invited(login("admin"), tree["district"])

    page = client.get(f"/invitation/{token}")
    short = client.post(f"/invitation/{token}", data={**COMING_IN, "password": "x", "again": "x"})
    taken = client.post(f"/invitation/{token}", data={**COMING_IN, "sign_in_name": "Clerk"})
    come = client.post(f"/invitation/{token}", data=COMING_IN)
    again = app.test_client().post(
        f"/invitation/{token}", data={**COMING_IN, "sign_in_name": "b2b"}
    )

    assert "District" in page.text
    assert short.status_code == taken.status_code == 422
    assert "is taken" in taken.text
    assert come.status_code == 303
    assert "Amina Dorval" in client.get("/").text
    assert again.status_code == 409
    assert "used already" in again.text


def test_an_invitation_expires_and_can_be_withdrawn(app, client, login, tree):
    admin = login("admin")
    late, withdrawn = invited(admin, tree["district"]), invited(admin, tree["district"])
    with app.app_context():
        hashes = {rules.digest(late), rules.digest(withdrawn)}
        rows = handle.session.scalars(everywhere(Invitation)).all()
        assert {row.token_hash for row in rows} == hashes  # and the token itself is nowhere
        first = next(row for row in rows if row.token_hash == rules.digest(late))
        first.expires_at = clock.now() - timedelta(seconds=1)
        second = next(row for row in rows if row is not first).id
        handle.session.commit()
    admin.post(f"/people/invitations/{second}/withdraw")

    assert "has expired" in client.get(f"/invitation/{late}").text
    assert "withdrawn" in client.get(f"/invitation/{withdrawn}").text
    assert client.get("/invitation/nothing").status_code == 409


def test_nobody_invites_to_an_organisation_that_is_not_theirs(login, tree):
    answer = invited(login("admin"), tree["elsewhere"])

    assert answer.status_code == 422


def test_an_administrator_resets_a_password_and_ends_every_sign_in(app, client, login, tree):
    admin, clerk = login("admin"), login("clerk")
    with app.app_context():
        key = find_by_sign_in_name("clerk").id

    page = admin.post(f"/people/{key}/code")
    code = page.text.split("<code>")[1].split("<")[0]
    chosen = client.post(
        "/code",
        data={
            "sign_in_name": "clerk",
            "code": code,
            "password": "a new long word",
            "again": "a new long word",
        },
    )

    assert clerk.get("/").status_code == 303
    assert chosen.status_code == 303
    assert "Joseph Karr" in client.get("/").text


def test_a_person_of_another_organisation_cannot_be_seen_or_reset(app, login, tree):
    admin = login("admin")
    with app.app_context():
        key = find_by_sign_in_name("other").id

    assert admin.get(f"/people/{key}").status_code == 404
    assert admin.post(f"/people/{key}/code").status_code == 404
    assert "Olga Other" not in admin.get("/people/?q=Olga").text


def test_a_role_holds_below_and_not_above(app, tree):
    with app.app_context():
        chief = make_user("chief", organisation=handle.session.get(Organisation, tree["district"]))
        operations.add_membership(
            chief,
            handle.session.get(Organisation, tree["district"]),
            Role.PROGRAMME_MANAGER,
            by=None,
            at=LONG_AGO,
        )
        who = viewer_of(chief)

        paths = {code: handle.session.get(Organisation, key).path for code, key in tree.items()}
        assert who.may(Permission.SEE_RESULTS, paths["district"])
        assert not who.may(Permission.SEE_RESULTS, paths["ministry"])
        assert viewer_of(find_by_sign_in_name("admin")).may(
            Permission.SEE_RESULTS, paths["district"]
        )


def test_one_person_has_different_roles_in_different_places(app, tree):
    with app.app_context():
        user = find_by_sign_in_name("clerk")
        elsewhere = handle.session.get(Organisation, tree["elsewhere"])
        operations.add_membership(user, elsewhere, Role.TRAINER, by=None, at=LONG_AGO)
        who = viewer_of(user)

        assert who.may(Permission.SEE_RESULTS, elsewhere.path)
        assert not who.may(
            Permission.SEE_RESULTS, handle.session.get(Organisation, tree["district"]).path
        )


def test_when_nobody_asks_nothing_is_selected(db):
    make_post(make_organisation())

    with acting_as(None):
        assert db.session.scalars(scoped(Post, Permission.BELONG)).all() == []


def test_an_administrator_adds_an_organisation_and_a_post(app, login, tree):
    admin = login("admin")
    below = f"/organisations/{tree['ministry']}/add"
    data = {"code": "karsa", "name": "Karsa", "name_ar": "كارسا", "kind": "local-government"}

    made = admin.post(below, data=data | {"pcode": "VL0102"})
    twice = admin.post(below, data=data)
    bad = admin.post(below, data=data | {"code": "Two Words"})
    key = made.location.rsplit("/", 1)[1]
    posts = f"/organisations/{key}/posts/add"
    wrong = admin.post(posts, data={"key": "mayor", "title": "Mayor", "requirements": "gov-01 9"})
    post = admin.post(posts, data={"key": "mayor", "title": "Mayor", "requirements": "gov-01 2"})

    assert twice.status_code == bad.status_code == wrong.status_code == 422
    assert "gov-01 9" in wrong.text
    assert post.status_code == 303
    page = admin.get(made.location).text
    assert "VL0102" in page
    assert "vacant" in page


def test_posts_pass_from_one_to_the_next(db, at):
    organisation = make_organisation()
    first, second = make_user("first"), make_user("second")
    post = make_post(organisation, holder=first)

    operations.appoint(post, second, starts_on=date(2026, 2, 1), by=None, at=at)
    db.session.expire_all()

    assert post.holder_on(date(2026, 1, 31)).user_id == first.id
    assert post.holder_on(date(2026, 2, 1)).user_id == second.id
    assert [one.id for one in queries.posts_held(second, date(2026, 3, 1))] == [post.id]
    with pytest.raises(Refused, match=r"incumbency\.earlier"):
        operations.appoint(post, first, starts_on=date(2026, 1, 1), by=None, at=at)
    with pytest.raises(Refused, match=r"incumbency\.order"):
        operations.leave(post.incumbencies[-1], ends_on=date(2026, 1, 1), by=None, at=at)


def test_the_first_administrator_of_an_empty_site_comes_in_by_a_code(app, client):
    runner = app.test_cli_runner()
    args = ["people", "first-administrator", "--sign-in-name", "mira", "--name", "Mira Solano"]

    printed = runner.invoke(args=[*args, "--organisation", "Programme"])
    code = printed.output.split()[0]
    answer = client.post(
        "/code",
        data={
            "sign_in_name": "mira",
            "code": code,
            "password": "a first long word",
            "again": "a first long word",
        },
    )

    assert answer.status_code == 303
    assert client.get("/site/").status_code == 200
    assert runner.invoke(args=["people", "code", "nobody"]).exit_code == 1


def test_an_administrator_never_locks_the_site_by_ending_the_own_role(app, login, tree):
    admin = login("admin")
    with app.app_context():
        user = find_by_sign_in_name("admin")
        key = queries.my_memberships(user)[0].id

    assert admin.post(f"/people/memberships/{key}/end").status_code == 409
    assert admin.get("/people/").status_code == 200


def test_people_are_found_by_each_script_of_their_name_and_marks_are_plain_text(app, login):
    with app.app_context():
        home = make_organisation("lumeya")
        make_user("admin", organisation=home, role=Role.ADMINISTRATOR)
        make_user("noor", organisation=home, name="Noor Haddad", names={"ar": "نور حداد"})
        make_user("ben", organisation=home, name="Ben 100%")
    admin = login("admin")

    assert "Noor Haddad" in admin.get("/people/?q=حداد").text
    assert "Ben 100%" not in admin.get("/people/?q=حداد").text
    assert "Ben 100%" in admin.get("/people/?q=0%25").text
    assert "Noor Haddad" not in admin.get("/people/?q=%25").text


def test_what_a_post_needs_changes_from_a_day_on_and_keeps_what_it_needed_before(db, at):
    post = make_post(make_organisation(), requirements={"gov-01": 1})
    today = at.date()
    after, later = today + timedelta(days=30), today + timedelta(days=60)

    operations.change_requirements(
        post, {"gov-01": 3}, valid_from=later, reason="The new law", by=None, at=at
    )
    operations.change_requirements(
        post, {"gov-02": 2, "gov-01": 2}, valid_from=after, reason="First step", by=None, at=at
    )
    db.session.expire_all()

    days = (LONG_AGO.date(), after - timedelta(days=1), after, later - timedelta(days=1), later)
    assert [post.requirements_on(day) for day in days] == [
        {"gov-01": 1},
        {"gov-01": 1},
        {"gov-01": 2, "gov-02": 2},
        {"gov-01": 2, "gov-02": 2},
        {"gov-01": 3},
    ]
    assert post.requirements_on(LONG_AGO.date() - timedelta(days=1)) == {}
    assert [(one.valid_from, one.reason) for one in post.asked] == [
        (LONG_AGO.date(), ""),
        (after, "First step"),
        (later, "The new law"),
    ]
    assert [dict(one.requirements) for one in queries.posts_on(after)] == [
        {"gov-01": 2, "gov-02": 2}
    ]


def test_a_second_change_for_the_same_day_takes_the_place_of_the_first_which_is_kept(db, at):
    post = make_post(make_organisation(), requirements={"gov-01": 1})
    for level in (2, 4):
        operations.change_requirements(
            post, {"gov-01": level}, valid_from=at.date(), reason=f"to {level}", by=None, at=at
        )
    db.session.expire_all()

    assert post.requirements_on(at.date()) == {"gov-01": 4}
    assert post.requirements_on(at.date() - timedelta(days=1)) == {"gov-01": 1}
    assert [one.requirements["gov-01"] for one in post.asked] == [1, 2, 4]
    assert len(queries.posts_on(at.date())) == 1


def test_two_rows_in_force_from_the_same_day_are_kept_out_by_the_database(db, at):
    post = make_post(make_organisation(), requirements={"gov-01": 1})

    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(
            PostRequirements(
                post_id=post.id, valid_from=LONG_AGO.date(), requirements={}, recorded_at=at
            )
        )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"valid_from": date(2026, 3, 1)}, "requirements.past"),
        ({"reason": " "}, "requirements.reason"),
        ({"requirements": {"gov-01": 1}}, "requirements.same"),
    ],
)
def test_a_change_of_the_past_without_a_reason_or_of_nothing_is_refused(db, at, more, code):
    post = make_post(make_organisation(), requirements={"gov-01": 1})
    given = {"requirements": {"gov-01": 2}, "valid_from": at.date(), "reason": "why"} | more

    with pytest.raises(Refused) as refused:
        operations.change_requirements(post, given.pop("requirements"), **given, by=None, at=at)

    assert refused.value.code == code
    assert len(post.asked) == 1


def test_an_administrator_changes_what_a_post_needs_with_a_reason(app, login, tree):
    with app.app_context():
        post = make_post(queries.organisation_by_code("district"), requirements={"gov-01": 1})
        address = f"/organisations/posts/{post.id}"
    admin = login("admin")
    today = clock.today()
    data = {"requirements": "gov-01 2\ngov-03 1", "valid_from": today.isoformat()}

    form = admin.get(f"{address}/requirements").text
    lacking = admin.post(f"{address}/requirements", data=data)
    wrong = admin.post(f"{address}/requirements", data=data | {"reason": "x", "requirements": "no"})
    past = data | {"reason": "x", "valid_from": "2026-01-01"}
    over = admin.post(f"{address}/requirements", data=past)
    done = admin.post(f"{address}/requirements", data=data | {"reason": "The budget law"})

    assert "gov-01 1" in form
    assert [one.status_code for one in (lacking, wrong, over)] == [422] * 3
    assert "gov-01 2" in lacking.text
    assert "is over: choose today or a later day" in over.text
    assert done.status_code == 303
    page = admin.get(address).text
    assert "level 2" in page
    assert "On other days" in page
    with app.app_context():
        (entry,) = handle.session.scalars(
            handle.select(AuditEntry).where(AuditEntry.action == "post.requirements-changed")
        )
        assert entry.changes["before"] == {"gov-01": 1}
        assert entry.changes["after"] == {"gov-01": 2, "gov-03": 1}
        assert entry.changes["reason"] == "The budget law"
