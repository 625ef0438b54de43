"""Two requests at the same moment: one does it, the other is told."""

from datetime import UTC, date, datetime

import pytest

from factories.accounts import make_organisation, make_post, make_user
from factories.at_once import together
from factories.levels import make_level
from lms import clock
from lms.accounts import operations as accounts
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.models import Post
from lms.accounts.scope import everywhere
from lms.db import db as handle
from lms.evidence.models import Evidence
from lms.level_records import operations
from lms.level_records.models import LevelRecord

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def site(app):
    with app.app_context():
        home = make_organisation("home")
        for name in ("coach", "one", "boss"):
            make_user(name, organisation=home)
        make_post(home, requirements={"gov-01": 1})


def coaching(key):
    return operations.record_coaching(
        find_by_sign_in_name("one"),
        "coo-01",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 2, 1),
        described="We wrote letters together.",
        request_key=key,
        by=find_by_sign_in_name("coach"),
        at=AT,
    )


def test_the_same_coaching_in_two_forms_at_once_is_one_record(app, site):
    found = together(app, lambda: coaching("a"), lambda: coaching("b"))

    assert found == ["done", "level-record.coached-twice"]


def test_the_same_form_twice_at_once_is_one_record(app, site):
    assert together(app, lambda: coaching("a"), lambda: coaching("a")) == ["done", "done"]
    with app.app_context():
        assert len(handle.session.scalars(everywhere(LevelRecord)).all()) == 1


def test_two_who_confirm_at_once_make_one_piece_of_evidence(app, site):
    with app.app_context():
        key = coaching("a").id
        handle.session.commit()
        make_level(
            find_by_sign_in_name("one"),
            find_by_sign_in_name("one").memberships[0].organisation,
            2,
            day=date(2026, 3, 1),
        )

    def confirm(name):
        record = handle.session.scalars(everywhere(LevelRecord).where(LevelRecord.id == key)).one()
        operations.confirm(record, by=find_by_sign_in_name(name), at=AT)

    found = together(app, lambda: confirm("one"), lambda: confirm("boss"))

    assert found == ["done", "level-record.state"]
    with app.app_context():
        pieces = handle.session.scalars(everywhere(Evidence).where(Evidence.kind == "coaching"))
        assert len(pieces.all()) == 1


def test_two_who_change_what_a_post_needs_from_the_same_day_leave_one_in_force(app, site):
    today = clock.today()

    def change(level):
        post = handle.session.scalars(everywhere(Post)).one()
        accounts.change_requirements(
            post,
            {"gov-01": level},
            valid_from=today,
            reason=f"to {level}",
            by=None,
            at=clock.now(),
        )

    found = together(app, lambda: change(2), lambda: change(3))

    assert found == ["done", "done"]
    with app.app_context():
        post = handle.session.scalars(everywhere(Post)).one()
        assert len(post.asked) == 3
        assert sum(one.in_force_on(today) for one in post.asked) == 1
