"""A request that only read leaves what the driver prepared; what nobody committed is never kept."""

import pytest
from sqlalchemy import event, text

from factories.accounts import make_organisation, make_user
from lms.accounts.models import User
from lms.accounts.scope import everywhere, unscoped
from lms.accounts.session import public
from lms.db import db as handle
from lms.db.bulk import update_rows
from lms.db.reading import only_reading


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


def test_a_form_that_wrote_nothing_commits(app, login, ends):
    """Rolled back, its transaction would let the driver forget the statements that it prepared."""
    with app.app_context():
        make_user("amina", organisation=make_organisation())
        handle.session.commit()

    @app.post("/nothing")
    def nothing() -> str:
        return handle.session.scalars(everywhere(User.name)).one()

    amina = login("amina")
    ends.clear()

    assert amina.post("/nothing").status_code == 200

    # Who asks, and the form.
    assert ends == ["commit", "commit"]


def test_a_page_that_only_reads_prepares_nothing_twice(app, login):
    with app.app_context():
        make_user("amina", organisation=make_organisation())
        handle.session.commit()
        engine = handle.engine
    amina = login("amina")
    for _time in range(8):
        assert amina.get("/").status_code == 200

    def prepared():
        with only_reading(), engine.connect() as connection:
            return set(connection.scalars(text("SELECT name FROM pg_prepared_statements")))

    if engine.dialect.name == "sqlite":
        with only_reading(), engine.connect() as connection:
            assert not connection.connection.dbapi_connection.in_transaction
        return
    before = prepared()
    assert amina.get("/").status_code == 200
    assert before
    assert before <= prepared()


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
