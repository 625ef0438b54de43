"""Cohorts for tests; every function commits."""

from datetime import date
from typing import Any
from uuid import uuid4

from factories.accounts import LONG_AGO
from lms.accounts.models import Organisation, User
from lms.cohorts import operations
from lms.cohorts.models import Cohort
from lms.db import db

COURSE = "village-well"


def make_cohort(
    organisation: Organisation, by: User, *, members: tuple[User, ...] = (), **more: Any
) -> Cohort:
    """A cohort of the sample course in spring 2026, with `by` as its trainer."""
    given = {
        "course_key": COURSE,
        "trainer": by,
        "starts_on": date(2026, 3, 1),
        "ends_on": date(2026, 5, 31),
        "request_key": uuid4().hex,
        **more,
    }
    made = operations.make_cohort(
        given.pop("title", "Spring 2026"), organisation=organisation, by=by, at=LONG_AGO, **given
    )
    operations.add_members(made, members, by=by, at=LONG_AGO)
    db.session.commit()
    return made
