"""Level records and their evidence: when it comes, when it goes, and that nothing counts twice."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from factories.accounts import make_organisation, make_user
from lms.accounts.rules import Role
from lms.accounts.scope import everywhere
from lms.audit.models import AuditEntry
from lms.competencies.queries import current_rule, items_of
from lms.competencies.rules import standing
from lms.db import db as handle
from lms.errors import Refused
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence
from lms.evidence.queries import of_person
from lms.level_records import operations
from lms.level_records.models import LevelRecord
from lms.level_records.rules import State

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = AT.date()
FIRST = date(2026, 1, 1)


class People:
    """A mentor to be, two people coached, a manager, and somebody of a partner."""

    def __init__(self):
        self.home = make_organisation("home")
        self.mission = make_organisation("mission")
        self.mentor = make_user("mentor", organisation=self.home)
        self.one = make_user("one", organisation=self.home)
        self.two = make_user("two", organisation=self.mission)
        self.manager = make_user("manager", organisation=self.home, role=Role.PROGRAMME_MANAGER)
        self.partner = make_user("partner", organisation=self.mission, role=Role.PROGRAMME_MANAGER)


@pytest.fixture
def people(db):
    return People()


def observed(user, organisation, kind, *, day=date(2026, 3, 1), share="1", competency="coo-01"):
    fact = Fact(
        once_key=uuid4().hex,
        kind=kind,
        organisation_id=organisation.id,
        user_id=user.id,
        competency=competency,
        value=Decimal(share),
        observed_on=day,
        record_kind="attempt",
        record_id=uuid4(),
        leading=kind is Kind.EXERCISE_EVALUATION,
    )
    return ledger.record(fact, by=None, at=AT)


def practitioner(user, organisation, **more):
    """What makes a practitioner, by the full rule."""
    kinds = (Kind.ASSESSMENT, Kind.PRACTICAL_OBSERVATION, Kind.WORK_CONFIRMATION)
    return [observed(user, organisation, kind, **more) for kind in kinds]


def coaching(people, coachee, *, key="", by=None, at=AT, **more):
    given = {"starts_on": FIRST, "ends_on": TODAY, "described": "We wrote letters together."}
    return operations.record_coaching(
        coachee,
        "coo-01",
        **given | more,
        request_key=key or uuid4().hex,
        by=by or people.mentor,
        at=at,
    )


def improvement(people, **more):
    given = {
        "described": "One form instead of three.",
        "used_since": FIRST,
        "used_by": [people.home, people.mission],
        "request_key": uuid4().hex,
        "by": people.mentor,
        "at": AT,
    }
    title, competency = more.pop("title", "One form"), more.pop("competency", "coo-01")
    return operations.record_improvement(title, competency, **given | more)


def survey(people, mean="3.75", **more):
    given = {
        "answered": 8,
        "mean": Decimal(mean),
        "starts_on": FIRST,
        "ends_on": date(2026, 2, 1),
        "partner": people.mission,
        "request_key": uuid4().hex,
        "by": people.manager,
        "at": AT,
    }
    competency, item = more.pop("competency", "gov-01"), more.pop("item", "sv-20")
    return operations.record_survey(people.mentor, competency, item, **given | more)


def own(user, kind):
    """What counts of a kind about somebody."""
    return [one for one in of_person(user.id) if one.kind == kind]


def code_of(call, *given, **more):
    with pytest.raises(Refused) as refused:
        call(*given, **more)
    return refused.value.code


def test_a_survey_is_evidence_at_once_with_its_mean_as_a_share(people):
    made = survey(people, "3.5")

    (piece,) = own(people.mentor, "survey")
    assert made.state is State.CONFIRMED
    assert (piece.value, piece.observed_on) == (Decimal("0.625"), date(2026, 2, 1))
    assert (piece.competency, piece.record_id) == ("gov-01", made.id)
    assert piece.assessor.code == "mission"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"answered": 4}, "level-record.few"),
        ({"mean": "5.5"}, "level-record.mean"),
        ({"item": "sv-14"}, "level-record.not-linked"),
        ({"competency": "cri-01"}, "level-record.not-linked"),
        ({"ends_on": TODAY + timedelta(days=1)}, "level-record.future"),
        ({"starts_on": date(2026, 2, 2)}, "level-record.days"),
    ],
)
def test_a_survey_that_does_not_hold_is_refused_and_nothing_kept(people, more, code):
    assert code_of(survey, people, **more) == code
    assert handle.session.scalar(everywhere(LevelRecord)) is None
    assert own(people.mentor, "survey") == []


def test_nobody_records_a_survey_about_themselves_nor_of_their_own_people(people):
    assert code_of(survey, people, by=people.mentor) == "level-record.own"
    assert code_of(survey, people, partner=people.home) == "level-record.partner"


def test_coaching_counts_once_it_is_confirmed_and_the_other_is_a_practitioner(people):
    record = coaching(people, people.one)
    practitioner(people.one, people.home)
    assert (record.state, own(people.mentor, "coaching")) == (State.WAITING, [])

    operations.confirm(record, by=people.one, at=AT)

    (piece,) = own(people.mentor, "coaching")
    assert (piece.value, piece.observed_on) == (1, date(2026, 3, 1))
    assert (piece.level, piece.group) == ("mentor", f"user:{people.one.id}")
    assert piece.assessor.code == "home"


def test_coaching_that_was_confirmed_before_counts_from_the_moment_the_level_is_there(people):
    record = coaching(people, people.one)
    operations.confirm(record, by=people.manager, at=AT)
    observed(people.one, people.home, Kind.ASSESSMENT)
    assert own(people.mentor, "coaching") == []

    observed(people.one, people.home, Kind.PRACTICAL_OBSERVATION, day=date(2026, 4, 2))

    # The framework's full rule begins in 2027: until then the task makes a practitioner.
    (piece,) = own(people.mentor, "coaching")
    assert piece.observed_on == date(2026, 4, 2)
    assert piece.recorded_by is None


def test_who_was_a_practitioner_before_brings_the_coach_nothing(people):
    practitioner(people.one, people.home, day=date(2025, 12, 1))
    record = coaching(people, people.one)
    operations.confirm(record, by=people.one, at=AT)

    assert own(people.mentor, "coaching") == []


def test_evidence_of_another_competency_brings_nothing(people):
    operations.confirm(coaching(people, people.one), by=people.one, at=AT)
    practitioner(people.one, people.home, competency="coo-02")

    assert own(people.mentor, "coaching") == []


def test_where_the_other_s_evidence_is_withdrawn_the_coach_s_counts_no_longer(people):
    operations.confirm(coaching(people, people.one), by=people.one, at=AT)
    quiz, task, _work = practitioner(people.one, people.home)
    (piece,) = own(people.mentor, "coaching")

    ledger.withdraw(task, reason="It was somebody else.", by=people.manager, at=AT)

    assert own(people.mentor, "coaching") == []
    handle.session.refresh(piece)
    assert piece.end.reason == operations.COACHEE_CHANGED
    # Another task brings it back, as a piece of its own.
    observed(people.one, people.home, Kind.PRACTICAL_OBSERVATION, day=date(2026, 5, 5))
    (again,) = own(people.mentor, "coaching")
    assert (again.id != piece.id, again.observed_on) == (True, date(2026, 5, 5))
    # A correction that is no pass any more takes it away again.
    worse = Fact(
        once_key="worse",
        kind=Kind.ASSESSMENT,
        organisation_id=people.home.id,
        user_id=people.one.id,
        competency="coo-01",
        value=Decimal("0.5"),
        observed_on=date(2026, 3, 1),
        record_kind="attempt",
        record_id=uuid4(),
    )
    ledger.supersede(quiz, worse, reason="regraded", by=None, at=AT)
    assert own(people.mentor, "coaching") == []


def test_another_day_on_which_the_level_was_reached_supersedes_the_piece(people):
    operations.confirm(coaching(people, people.one), by=people.one, at=AT)
    _quiz, task, _work = practitioner(people.one, people.home)
    observed(people.one, people.home, Kind.PRACTICAL_OBSERVATION, day=date(2026, 5, 5))
    (first,) = own(people.mentor, "coaching")
    assert first.observed_on == date(2026, 3, 1)

    ledger.withdraw(task, reason="a slip", by=people.manager, at=AT)

    (second,) = own(people.mentor, "coaching")
    handle.session.refresh(first)
    assert second.observed_on == date(2026, 5, 5)
    assert (first.end.kind, first.end.successor_id) == ("superseded", second.id)


def test_the_same_person_is_coached_once_in_a_competency_and_again_once_it_is_withdrawn(people):
    first, same = coaching(people, people.one, key="a"), coaching(people, people.one, key="a")

    assert first.id == same.id
    assert code_of(coaching, people, people.one) == "level-record.coached-twice"
    operations.withdraw(first, reason="wrong days", by=people.mentor, at=AT)
    assert coaching(people, people.one).id != first.id


def test_the_database_keeps_a_second_coaching_out_when_both_come_at_once(people):
    first = coaching(people, people.one)
    values = {
        column.name: getattr(first, column.name)
        for column in LevelRecord.__table__.columns
        if column.name not in ("id", "once_key")
    }
    with pytest.raises(IntegrityError), handle.session.begin_nested():
        handle.session.add(LevelRecord(once_key="other", **values))


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"described": " "}, "level-record.described"),
        ({"ends_on": TODAY + timedelta(days=1)}, "level-record.future"),
    ],
)
def test_coaching_that_does_not_hold_is_refused(people, more, code):
    assert code_of(coaching, people, people.one, **more) == code


def test_nobody_coaches_or_confirms_themselves(people):
    assert code_of(coaching, people, people.mentor) == "level-record.coached-self"
    record = coaching(people, people.one)
    assert (
        code_of(operations.confirm, record, by=people.mentor, at=AT) == "level-record.confirm-own"
    )


def test_an_improvement_counts_once_the_committee_confirmed_it(people):
    record = improvement(people)
    assert own(people.mentor, "improvement") == []

    day = date(2026, 5, 20)
    operations.confirm(record, decided_on=day, minutes="Minutes 7", by=people.partner, at=AT)

    (piece,) = own(people.mentor, "improvement")
    assert (piece.observed_on, piece.value, piece.assessor.code) == (day, 1, "mission")
    assert code_of(operations.confirm, record, by=people.partner, at=AT) == "level-record.state"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"minutes": " "}, "level-record.minutes"),
        ({"decided_on": None}, "level-record.decided"),
        ({"decided_on": TODAY + timedelta(days=1)}, "level-record.decided"),
        ({"decided_on": FIRST - timedelta(days=1)}, "level-record.decided"),
    ],
)
def test_the_committee_s_word_has_a_day_and_minutes(people, more, code):
    record = improvement(people)
    given = {"decided_on": TODAY, "minutes": "Minutes 7", "by": people.partner, "at": AT} | more

    assert code_of(operations.confirm, record, **given) == code
    assert record.state is State.WAITING


def test_somebody_of_the_author_s_organisation_does_not_confirm_an_improvement(people):
    given = {"decided_on": TODAY, "minutes": "Minutes 7", "by": people.manager, "at": AT}

    assert code_of(operations.confirm, improvement(people), **given) == "level-record.confirm-alone"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"title": " "}, "level-record.title"),
        ({"described": ""}, "level-record.described"),
        ({"competency": "gov-99"}, "level-record.competency"),
        ({"used_since": TODAY + timedelta(days=1)}, "level-record.future"),
    ],
)
def test_an_improvement_that_does_not_hold_is_refused(people, more, code):
    assert code_of(improvement, people, **more) == code


def test_one_organisation_named_twice_is_one(people):
    twice = [people.home, people.home]

    assert code_of(improvement, people, used_by=twice) == "level-record.uses"


def test_a_record_withdrawn_takes_its_evidence_with_it_and_says_why(people):
    record = survey(people)
    assert code_of(operations.withdraw, record, reason=" ", by=people.manager, at=AT) == (
        "level-record.reason"
    )

    operations.withdraw(record, reason="Counted wrongly", by=people.manager, at=AT)

    assert own(people.mentor, "survey") == []
    piece = handle.session.scalar(everywhere(Evidence).where(Evidence.record_id == record.id))
    assert piece.end.reason == "Counted wrongly"
    assert code_of(operations.withdraw, record, reason="x", by=people.manager, at=AT) == (
        "level-record.withdrawn"
    )
    actions = handle.session.scalars(
        handle.select(AuditEntry.action).where(AuditEntry.thing_id == record.id)
    )
    assert set(actions) == {"level-record.survey-recorded", "level-record.withdrawn"}


def test_withdrawn_coaching_does_not_come_back_with_the_other_s_evidence(people):
    record = coaching(people, people.one)
    operations.confirm(record, by=people.one, at=AT)
    operations.withdraw(record, reason="It did not take place.", by=people.one, at=AT)

    practitioner(people.one, people.home)

    assert own(people.mentor, "coaching") == []


def test_all_of_it_together_makes_a_mentor(people):
    practitioner(people.mentor, people.home)
    observed(people.mentor, people.home, Kind.EXERCISE_EVALUATION)
    for other, organisation in ((people.one, people.home), (people.two, people.mission)):
        operations.confirm(coaching(people, other), by=other, at=AT)
        practitioner(other, organisation)
    operations.confirm(improvement(people), decided_on=TODAY, minutes="7", by=people.partner, at=AT)

    ladder = current_rule().ladder("coo-01")
    found = standing(items_of(of_person(people.mentor.id))["coo-01"], TODAY, ladder)

    assert (found.level, found.missing, found.by_earlier_rule) == (4, (), False)
