"""Making cohorts, and who is in them."""

from datetime import date

import pytest

from factories.accounts import make_organisation, make_user
from factories.cohorts import COURSE, make_cohort
from lms.accounts.rules import Role
from lms.accounts.scope import acting_as, everywhere
from lms.accounts.session import viewer_of
from lms.audit.models import AuditEntry
from lms.cohorts import operations, queries
from lms.cohorts.models import Cohort
from lms.errors import Refused


@pytest.fixture
def home(db):
    return make_organisation("home")


@pytest.fixture
def trainer(home):
    return make_user("trainer", organisation=home, role=Role.TRAINER)


def test_a_form_sent_twice_is_one_cohort(db, home, trainer):
    first = make_cohort(home, trainer, request_key="once")
    second = make_cohort(home, trainer, request_key="once", title="Another title")

    assert first is second
    assert len(list(db.session.scalars(everywhere(Cohort)))) == 1


def test_a_trainer_leads_only_where_they_manage_assessments(db, home, trainer):
    elsewhere = make_user(organisation=make_organisation(), role=Role.TRAINER)
    learner = make_user(organisation=home)

    for person in (elsewhere, learner):
        with pytest.raises(Refused, match=r"cohort\.trainer"):
            make_cohort(home, trainer, trainer=person)


def test_people_are_added_once_and_come_back(db, home, trainer, at):
    one, two = make_user(organisation=home), make_user(organisation=home)
    cohort = make_cohort(home, trainer, members=(one,))

    assert operations.add_members(cohort, [one, two, two], by=trainer, at=at) == 1
    (member,) = [row for row in queries.members_of(cohort) if row.user_id == one.id]
    operations.remove_member(cohort, member, by=trainer, at=at)
    assert [row.user_id for row in queries.members_of(cohort)] == [two.id]
    assert [row.user_id for row in queries.members_of(cohort, left=True)] == [one.id]

    assert operations.add_members(cohort, [one], by=trainer, at=at) == 1
    assert {row.user_id for row in queries.members_of(cohort)} == {one.id, two.id}
    assert queries.members_of(cohort, left=True) == []


def test_a_closed_cohort_takes_and_loses_nobody(db, home, trainer, at):
    one, two = make_user(organisation=home), make_user(organisation=home)
    cohort = make_cohort(home, trainer, members=(one,))
    operations.close_cohort(cohort, by=trainer, at=at)
    operations.close_cohort(cohort, by=trainer, at=at)
    (member,) = queries.members_of(cohort)

    with pytest.raises(Refused, match=r"cohort\.closed"):
        operations.add_members(cohort, [two], by=trainer, at=at)
    with pytest.raises(Refused, match=r"cohort\.closed"):
        operations.remove_member(cohort, member, by=trainer, at=at)
    assert cohort.closed_at == at


def test_what_was_done_is_on_the_trail_of_the_organisation(db, home, trainer, at):
    one = make_user(organisation=home)
    cohort = make_cohort(home, trainer, members=(one,))
    operations.remove_member(cohort, queries.members_of(cohort)[0], by=trainer, at=at)
    operations.close_cohort(cohort, by=trainer, at=at)
    db.session.commit()

    told = db.session.scalars(db.select(AuditEntry).where(AuditEntry.organisation_id == home.id))
    assert {one.action for one in told} >= {
        "cohort.made",
        "cohort.members-added",
        "cohort.member-removed",
        "cohort.closed",
    }


def test_a_person_is_in_the_cohorts_that_they_have_not_left(db, home, trainer, at):
    person = make_user(organisation=home)
    first = make_cohort(home, trainer, members=(person,))
    later = make_cohort(
        home, trainer, members=(person,), starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 9)
    )
    left = make_cohort(home, trainer, members=(person,))
    operations.remove_member(left, queries.members_of(left)[0], by=trainer, at=at)
    operations.close_cohort(first, by=trainer, at=at)

    assert queries.cohorts_of(person) == [later]
    assert queries.cohorts_of(person, closed=True) == [first, later]


def test_the_list_holds_cohorts_of_ones_own_organisations_and_those_below(db, home, trainer, at):
    below = make_organisation(parent=home)
    above = make_organisation()
    other = make_user(organisation=above, role=Role.TRAINER)
    mine = make_cohort(home, trainer, title="Mine")
    lower = make_cohort(below, trainer, title="Lower 100%")
    make_cohort(above, other, title="Theirs")
    operations.close_cohort(lower, by=trainer, at=at)

    with acting_as(viewer_of(trainer)):

        def listed(**filters):
            return {row.cohort.title for row in queries.cohorts(**filters)}

        assert listed() == {"Mine"}
        assert listed(show="closed") == {"Lower 100%"}
        assert listed(show="all") == {"Mine", "Lower 100%"}
        assert listed(show="all", search="100%") == {"Lower 100%"}
        assert listed(show="all", search="_ine") == set()
        assert queries.cohort(mine.id) is mine
    with acting_as(viewer_of(other)):
        assert queries.cohort(mine.id) is None


def test_only_people_whom_one_sees_are_offered(db, home, trainer):
    inside, stranger = make_user(organisation=home), make_user(organisation=make_organisation())
    below = make_organisation(parent=home)
    lower = make_user("lower", organisation=below)
    cohort = make_cohort(home, trainer, members=(inside,))

    with acting_as(viewer_of(trainer)):
        offered = queries.candidates(cohort, most=10)
        assert {one.id for one in offered} == {trainer.id, lower.id}
        assert queries.candidates(cohort, organisation=below, most=10) == [lower]
        assert queries.candidates(cohort, search="LOW", most=10) == [lower]
        assert len(queries.candidates(cohort, most=0)) == 1
        assert queries.people_seen({inside.id, stranger.id}) == [inside]


def test_the_course_of_a_cohort_is_kept_as_its_key(db, home, trainer):
    assert make_cohort(home, trainer).course_key == COURSE
