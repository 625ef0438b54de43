"""A file that is wanted twice at the same moment."""

import pytest

from factories.accounts import make_organisation, make_user
from factories.at_once import overlapping
from factories.learning import STARTED
from lms.accounts.credentials import find_by_sign_in_name
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.db import db as handle
from lms.exports import documents, operations, queries
from lms.exports.models import Export
from lms.jobs.models import Job


@pytest.fixture
def site(app):
    with app.app_context():
        make_user("manager", organisation=make_organisation("a"), role=Role.PROGRAMME_MANAGER)


def test_a_file_wanted_twice_at_once_is_one_export_and_one_job(app, site):
    def want():
        operations.want(
            next(iter(queries.exporters().values())),
            documents.TABLE,
            {"organisation": "a", "dataset": "evidence"},
            options={},
            language="en",
            organisation_id=None,
            request_key="one",
            by=find_by_sign_in_name("manager"),
            at=STARTED,
        )

    assert overlapping(app, want, want) == ["done", "done"]
    with app.app_context():
        assert len(handle.session.scalars(everywhere(Export)).all()) == 1
        assert len(handle.session.scalars(handle.select(Job)).all()) == 1
