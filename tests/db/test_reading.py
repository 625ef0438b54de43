"""A request that only read ends its transaction by a commit; what nobody committed is never kept."""

import pytest
from sqlalchemy import event

from factories.accounts import make_organisation, make_user
from lms.accounts.models import User
from lms.accounts.scope import everywhere, unscoped
from lms.accounts.session import public
from lms.db import db as handle
from lms.db.bulk import update_rows


@pytest.fixture
def ends(app):
    """How transactions end from now on."""
    found = []
    with app.app_context():
        engine = handle.engine
    event.listen(engine, "commit", lambda _connection: found.append("commit"))
    event.listen(engine, "rollback", lambda _connection: found.append("rollback"))
    return found


def rename(key, name):
    update_rows(User, {key: {"name": name}})


def test_a_page_that_only_reads_commits(app, login, ends):
    with app.app_context():
        make_user("amina", organisation=make_organisation())
        handle.session.commit()
    amina = login("amina")
    ends.clear()

    assert amina.get("/").status_code == 200

    assert ends == ["commit"]


@pytest.mark.parametrize("way", ["object", "statement"])
def test_what_a_page_wrote_and_did_not_commit_is_undone(app, login, ends, way):
    with app.app_context():
        key = make_user("amina", name="Amina", organisation=make_organisation()).id
        handle.session.commit()

    @app.get("/careless")
    @public
    def careless() -> str:
        if way == "statement":
            rename(key, "Somebody else")
        else:
            user = handle.session.scalars(unscoped(handle.select(User))).one()
            user.name = "Somebody else"
            handle.session.flush()
        return "done"

    client = app.test_client()
    ends.clear()

    assert client.get("/careless").text == "done"

    assert "commit" not in ends
    with app.app_context():
        assert handle.session.scalar(everywhere(User.name).where(User.id == key)) == "Amina"
