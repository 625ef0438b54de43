"""Two at the same moment: what is done again, what is not, and what whoever waited then sees."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from factories.accounts import make_organisation
from factories.at_once import overlapping
from lms.accounts.models import Organisation
from lms.accounts.scope import everywhere
from lms.db import db as handle
from lms.db.at_once import TRIES, again, hold


def taken():
    """Two rows with the same key, past every question that an operation would ask first."""
    kept = handle.session.scalars(everywhere(Organisation)).first()
    handle.session.add(
        Organisation(code=kept.code, name="Twin", kind=kept.kind, path=f"{kept.path}twin/")
    )
    handle.session.flush()


def named(name):
    handle.session.scalars(everywhere(Organisation)).one().name = name


def test_a_taken_key_lets_the_deed_be_done_again_with_nothing_left_of_the_first_try(db):
    kept = make_organisation("a", name="Before")
    tries, between = [], []

    def deed():
        tries.append(kept.name)
        if len(tries) == 1:
            kept.name = "Half"
            taken()
        return "done"

    assert again(deed, between=lambda: between.append(len(tries))) == "done"
    assert (tries, between) == (["Before", "Before"], [1])


def test_a_key_that_stays_taken_is_raised_in_the_end(db):
    make_organisation("a")
    tries = []

    def deed():
        tries.append(1)
        taken()

    with pytest.raises(IntegrityError):
        again(deed)
    assert len(tries) == TRIES


def test_another_fault_is_raised_at_once(db):
    tries = []

    def deed():
        tries.append(1)
        handle.session.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(DBAPIError):
        again(deed)
    assert len(tries) == 1


def test_whoever_held_a_row_second_sees_what_the_first_did(app):
    with app.app_context():
        make_organisation("a", name="Before")
    seen = []

    def first():
        hold(handle.session.scalars(everywhere(Organisation)).one())
        named("After")
        handle.session.flush()

    def second():
        kept = handle.session.scalars(everywhere(Organisation)).one()
        seen.append(kept.name)
        hold(kept)
        seen.append(kept.name)

    assert overlapping(app, first, second) == ["done", "done"]
    assert seen[-1] == "After"


def test_holding_writes_what_was_changed_before_and_reads_only_what_is_named(db):
    kept = make_organisation("a", name="Before")
    kept.name = "After"

    hold(kept, "country")

    handle.session.expire(kept)
    assert kept.name == "After"


def test_with_names_the_other_attributes_stay_as_they_were_read(app):
    with app.app_context():
        make_organisation("a", name="Before")
        kept = handle.session.scalars(everywhere(Organisation)).one()
        statement = text("UPDATE organisations SET name = 'Elsewhere', country = 'SS'")
        handle.session.execute(statement)
        hold(kept, "country")

        assert (kept.name, kept.country) == ("Before", "SS")
        hold(kept)
        assert kept.name == "Elsewhere"
