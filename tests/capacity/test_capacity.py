"""Runs and pages: stored with their hashes, scoped, and every number opened into its evidence."""

from datetime import UTC, date, datetime

import pytest

from factories.accounts import make_organisation, make_post, make_user
from factories.learning import complete, publish
from lms.accounts import operations as accounts
from lms.accounts.models import Post
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.capacity import operations
from lms.capacity.models import IndexRun, IndexValue
from lms.db import db as database
from lms.errors import Refused

DAY = date(2026, 6, 1)
AT = datetime(2026, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def site(app):
    """A district with a qualified and a vacant post, beside one of somebody else."""
    with app.app_context():
        publish()
        home, away = (
            make_organisation("lumeya", name="Lumeya"),
            make_organisation("karsa", name="Karsa"),
        )
        holder = make_user("amina", organisation=home, name="Amina Dorval")
        make_post(home, requirements={"gov-01": 1, "gov-02": 2}, holder=holder)
        make_post(home, requirements={"gov-01": 1})
        make_post(away, requirements={"gov-01": 1}, holder=make_user("holder", organisation=away))
        make_user("manager", organisation=home, role=Role.PROGRAMME_MANAGER)
        make_user("stranger", organisation=away, role=Role.PROGRAMME_MANAGER)
        complete(holder)
        return str(home.id), str(away.id)


def value_of(code):
    from lms.db import db

    statement = everywhere(IndexValue).join(IndexValue.organisation).order_by(IndexValue.id.desc())
    return next(v for v in db.session.scalars(statement) if v.organisation.code == code)


def indicator(value, key):
    return next(one for one in value.detail["indicators"] if one["key"] == key)


def test_posts_make_the_index_and_a_vacant_one_lowers_coverage_alone(app, site):
    with app.app_context():
        operations.compute_run(DAY, draws=50, by=None, at=AT)
        told = indicator(value_of("lumeya"), "gov-posts-qualified")

        # gov-01 asks 1 and has 1, gov-02 asks 2 and has 1: (1 + ½) / 2; the vacant post is not observed.
        assert told["raw"] == pytest.approx(0.75)
        assert told["coverage"] == pytest.approx(2 / 3)


def test_the_same_inputs_are_the_same_run(app, site):
    with app.app_context():
        first = operations.compute_run(DAY, draws=50, by=None, at=AT)
        second = operations.compute_run(DAY, draws=50, by=None, at=AT)

        assert first.id == second.id
        assert len(first.methodology_hash) == len(first.evidence_hash) == 64


def test_an_incumbent_who_leaves_takes_their_evidence_along(app, site):
    from lms.db import db

    with app.app_context():
        operations.compute_run(DAY, draws=0, by=None, at=AT)
        before = indicator(value_of("lumeya"), "gov-posts-qualified")["coverage"]
        post = next(
            p for p in accounts_posts() if p.incumbencies and p.organisation.code == "lumeya"
        )
        accounts.leave(post.incumbencies[0], ends_on=date(2026, 5, 1), by=None, at=AT)
        db.session.commit()
        operations.compute_run(DAY, draws=0, by=None, at=AT)
        after = indicator(value_of("lumeya"), "gov-posts-qualified")["coverage"]

        assert before > 0
        assert after == 0


def accounts_posts():
    return database.session.scalars(everywhere(Post)).all()


def test_a_day_in_the_future_and_an_unknown_methodology_are_refused(db, at):
    with pytest.raises(Refused, match=r"index\.future"):
        operations.compute_run(date(2999, 1, 1), by=None, at=at)
    with pytest.raises(Refused, match=r"index\.methodology"):
        operations.compute_run(DAY, methodology_key="nothing", by=None, at=AT)


def test_each_number_opens_into_its_evidence_and_each_piece_into_its_record(app, login, site):
    home, away = site
    manager = login("manager")
    assert manager.post("/capacity/compute", data={"as_of": "2026-06-01"}).status_code == 303

    dashboard = manager.get("/capacity/")
    page = manager.get(f"/capacity/organisations/{home}")
    opened = manager.get(f"/capacity/organisations/{home}/indicators/gov-posts-qualified")
    evidence = opened.text.split('href="/evidence/')[1].split('"')[0]
    piece = manager.get(f"/evidence/{evidence}")
    record = piece.text.split('class="button" href="')[1].split('"')[0]

    assert "Lumeya" in dashboard.text
    assert "Karsa" not in dashboard.text
    assert "<svg" in dashboard.text
    assert "Amina Dorval" in opened.text
    assert page.status_code == 200
    assert manager.get(record).status_code == 200
    assert manager.get(f"/capacity/organisations/{away}").status_code == 404
    assert login("stranger").get(f"/evidence/{evidence}").status_code == 404
    assert login("amina").get("/capacity/").status_code == 403


def test_the_command_prints_the_table_and_stores_the_run(app, site):
    runner = app.test_cli_runner()

    printed = runner.invoke(args=["index", "compute", "--as-of", "2026-06-01", "--draws", "50"])
    as_json = runner.invoke(
        args=["index", "compute", "--as-of", "2026-06-01", "--draws", "50", "--json"]
    )
    wrong = runner.invoke(args=["index", "compute", "--as-of", "June"])

    assert "lumeya" in printed.output
    assert '"evidence_hash"' in as_json.output
    assert wrong.exit_code == 2
    with app.app_context():
        from lms.db import db

        assert db.session.query(IndexRun).count() == 1


def test_nothing_known_is_said_and_not_counted_as_zero(app, db, at):
    make_organisation("empty")
    run = operations.compute_run(at.date(), draws=0, by=None, at=at)

    assert all(value.value is None for value in run.values)
