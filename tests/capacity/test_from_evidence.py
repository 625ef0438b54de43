"""From evidence to observations on a site: posts and their holders, records of each kind, corrections by day."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from factories.accounts import LONG_AGO, make_organisation, make_post, make_user
from factories.exchanges import confirm, make_exchange, make_traders, move
from factories.exercises import STARTS, TEMPLATE, make_partners, make_staffed, play, rate_all
from lms.accounts import operations as accounts
from lms.accounts.scope import everywhere
from lms.capacity.inputs import packed, unpacked
from lms.capacity.observations import piece_of, post_and_competency
from lms.capacity.operations import compute_run, methodology_mapping, observed_on
from lms.db import db
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind
from lms.evidence.models import Evidence
from lms.exchanges.rules import Side, Step
from lms.exercises import evaluation, operations
from lms.exercises.rules import ExerciseRole
from lms.index import Methodology

DAY = date(2026, 6, 1)
QUIZ_DAY = date(2026, 2, 1)
POSTS = "gov-posts-qualified"


def moment(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.fixture
def methodology(db):
    return Methodology.from_mapping(methodology_mapping("district-capacity"))


def quiz(user, organisation, share="0.9", *, day=QUIZ_DAY, competency="gov-01", **more):
    """An assessment of a person, as evidence."""
    given = {
        "once_key": uuid4().hex,
        "kind": Kind.ASSESSMENT,
        "organisation_id": organisation.id,
        "user_id": user.id,
        "competency": competency,
        "value": Decimal(share),
        "observed_on": day,
        "record_kind": "attempt",
        "record_id": uuid4(),
    }
    return ledger.record(Fact(**given | more), by=None, at=moment(day))


def observed(found, code, indicator):
    """Values by group of one organisation's indicator."""
    return {
        one.group: one.value
        for one in found.observations
        if (one.subject, one.indicator) == (code, indicator)
    }


def test_a_post_is_observed_through_the_last_day_of_its_holder_and_not_after(db, methodology):
    home = make_organisation("home")
    amina = make_user("amina", organisation=home)
    post = make_post(home, requirements={"gov-01": 1}, holder=amina)
    quiz(amina, home)
    accounts.leave(post.incumbencies[0], ends_on=DAY, by=None, at=moment(DAY))

    last = observed_on(DAY, methodology)
    after = observed_on(DAY + timedelta(days=1), methodology)

    assert observed(last, "home", POSTS) == {f"{post.id}:gov-01": 1.0}
    assert observed(after, "home", POSTS) == {}
    assert last.populations == after.populations == {("home", POSTS): 1}


def test_whoever_leaves_takes_their_evidence_to_the_next_post(db, methodology):
    home, away = make_organisation("home"), make_organisation("away")
    amina, basil = make_user("amina", organisation=home), make_user("basil", organisation=home)
    post = make_post(home, requirements={"gov-01": 1}, holder=amina)
    other = make_post(away, requirements={"gov-01": 2})
    # Recorded where she worked then; it is hers, not the organisation's.
    quiz(amina, home)
    accounts.appoint(post, basil, starts_on=date(2026, 5, 1), by=None, at=moment(DAY))
    accounts.appoint(other, amina, starts_on=date(2026, 5, 1), by=None, at=moment(DAY))

    before = observed_on(date(2026, 4, 30), methodology)
    found = observed_on(DAY, methodology)

    assert observed(before, "home", POSTS) == {f"{post.id}:gov-01": 1.0}
    assert observed(before, "away", POSTS) == {}
    assert observed(found, "home", POSTS) == {}
    # Awareness against practitioner: one level of two.
    assert observed(found, "away", POSTS) == {f"{other.id}:gov-01": 0.5}


def test_a_vacant_post_is_in_the_population_and_an_uncertain_future_holder_is_not_there_yet(
    db, methodology
):
    home = make_organisation("home")
    amina = make_user("amina", organisation=home)
    vacant = make_post(home, requirements={"gov-01": 1, "gov-02": 3})
    quiz(amina, home)
    accounts.appoint(vacant, amina, starts_on=DAY + timedelta(days=1), by=None, at=moment(DAY))

    found = observed_on(DAY, methodology)

    assert found.observations == []
    assert found.populations == {("home", POSTS): 2}


def test_a_closed_post_counts_until_the_day_before_and_a_new_one_from_its_day(db, methodology):
    home = make_organisation("home")
    post = make_post(home, requirements={"gov-01": 1})
    accounts.add_post(
        home,
        key="new",
        titles={"en": "New"},
        requirements={"gov-01": 1, "gov-02": 1},
        by=None,
        at=moment(DAY),
    )
    post.closed_on = DAY
    db.session.commit()

    assert observed_on(DAY - timedelta(days=1), methodology).populations == {("home", POSTS): 1}
    assert observed_on(DAY, methodology).populations == {("home", POSTS): 2}


def test_an_index_of_an_earlier_day_asks_for_what_the_post_needed_then(db, methodology):
    home = make_organisation("home")
    amina = make_user("amina", organisation=home)
    post = make_post(home, requirements={"gov-01": 1}, holder=amina)
    quiz(amina, home)
    before = observed_on(DAY, methodology)
    accounts.change_requirements(
        post,
        {"gov-01": 2, "gov-02": 1},
        valid_from=DAY + timedelta(days=1),
        reason="The new law",
        by=None,
        at=moment(DAY),
    )
    db.session.commit()

    then, now = observed_on(DAY, methodology), observed_on(DAY + timedelta(days=1), methodology)

    assert then.columns == before.columns
    assert [one.value for one in then.observations] == [1.0]
    assert then.populations == {("home", POSTS): 1}
    assert [one.value for one in now.observations] == [0.5]
    assert now.populations == {("home", POSTS): 2}


def test_a_closed_organisation_is_no_subject_any_more(db, methodology):
    home = make_organisation("home")
    make_post(home, requirements={"gov-01": 1})
    exchange_fact(home)
    home.closed_at = moment(DAY)
    db.session.commit()

    before = observed_on(DAY - timedelta(days=1), methodology)
    after = observed_on(DAY, methodology)

    assert (len(before.observations), before.populations) == (1, {("home", POSTS): 1})
    assert (after.observations, after.populations) == ([], {})


def exchange_fact(organisation, share="1", *, day=date(2026, 5, 1)):
    fact = Fact(
        once_key=uuid4().hex,
        kind=Kind.EXCHANGE,
        organisation_id=organisation.id,
        indicator="exchange-timeliness",
        value=Decimal(share),
        numerator=Decimal(share),
        denominator=Decimal(1),
        observed_on=day,
        record_kind="exchange",
        record_id=uuid4(),
    )
    return ledger.record(fact, by=None, at=moment(day))


def test_evidence_that_was_superseded_counts_until_that_day_and_what_took_its_place_after(
    db, methodology
):
    home = make_organisation("home")
    piece = exchange_fact(home, "1")
    corrected = Fact(
        once_key=uuid4().hex,
        kind=Kind.EXCHANGE,
        organisation_id=home.id,
        indicator="exchange-timeliness",
        value=Decimal(0),
        numerator=Decimal(0),
        denominator=Decimal(1),
        observed_on=piece.observed_on,
        record_kind="exchange",
        record_id=piece.record_id,
    )
    successor = ledger.supersede(piece, corrected, reason="recount", by=None, at=moment(DAY))

    def counted(day):
        return [piece_of(one.id) for one in observed_on(day, methodology).observations]

    assert counted(date(2026, 4, 30)) == []
    assert counted(date(2026, 5, 31)) == [piece.id]
    assert counted(DAY) == [successor.id]
    # A correction of the correction: always exactly one of the three.
    last = ledger.supersede(
        successor,
        Fact(
            once_key=uuid4().hex,
            kind=Kind.EXCHANGE,
            organisation_id=home.id,
            indicator="exchange-timeliness",
            value=Decimal(1),
            numerator=Decimal(1),
            denominator=Decimal(1),
            observed_on=piece.observed_on,
            record_kind="exchange",
            record_id=piece.record_id,
        ),
        reason="recounted again",
        by=None,
        at=moment(date(2026, 7, 1)),
    )
    assert [counted(day) for day in (date(2026, 5, 31), DAY, date(2026, 7, 1))] == [
        [piece.id],
        [successor.id],
        [last.id],
    ]


def test_withdrawn_evidence_counts_until_the_day_of_its_withdrawal(db, methodology):
    home = make_organisation("home")
    piece = exchange_fact(home)
    ledger.withdraw(piece, reason="wrong district", by=None, at=moment(DAY))

    assert len(observed_on(DAY - timedelta(days=1), methodology).observations) == 1
    assert observed_on(DAY, methodology).observations == []


def test_a_withdrawn_quiz_takes_the_level_of_its_post_along(db, methodology):
    home = make_organisation("home")
    amina = make_user("amina", organisation=home)
    post = make_post(home, requirements={"gov-01": 1}, holder=amina)
    piece = quiz(amina, home)
    ledger.withdraw(piece, reason="somebody else sat it", by=None, at=moment(DAY))

    assert observed(observed_on(date(2026, 5, 31), methodology), "home", POSTS) == {
        f"{post.id}:gov-01": 1.0
    }
    assert observed(observed_on(DAY, methodology), "home", POSTS) == {}


def test_an_exercise_is_one_group_and_its_own_evaluators_do_not_count(db, methodology):
    partners = make_partners()
    exercise = make_staffed(partners)
    play(exercise)
    rate_all(exercise, {"eva": ("P", "S"), "noor": ("U", "U")})
    evaluation.close_exercise(exercise, by=partners.evaluator, at=STARTS + timedelta(days=1))
    db.session.commit()

    found = observed_on(date(2026, 6, 30), methodology)
    own = [one for one in found.observations if one.indicator == "exercise-performance"]
    run = compute_run(date(2026, 6, 30), draws=0, by=None, at=moment(date(2026, 7, 1)))
    north = next(one for one in run.values if one.organisation.code == "north")
    told = next(i for i in north.detail["indicators"] if i["key"] == "exercise-performance")

    # North: Eva alone counts, (1 + 2/3)/2; south: both, ((1 + 0)/2 + (2/3 + 0)/2)/2.
    assert {one.group for one in own} == {f"exercise:{exercise.id}"}
    assert sorted(round(one.value, 6) for one in own if one.subject == "north") == [0.666667, 1.0]
    assert sorted(round(one.value, 6) for one in own if one.subject == "south") == [0.333333, 0.5]
    assert {one.assessor for one in own if one.subject == "north"} == {"mission"}
    assert (told["n"], told["raw"]) == (1, pytest.approx(5 / 6, abs=1e-6))


def test_an_exercise_reaches_posts_through_people_and_the_organisation_through_its_record(
    db, methodology
):
    partners = make_partners()
    post = make_post(partners.north, requirements={"cri-02": 3}, holder=partners.amina)
    quiz(partners.amina, partners.north, competency="cri-02")
    quiz(
        partners.amina,
        partners.north,
        "1",
        competency="cri-02",
        kind=Kind.PRACTICAL_OBSERVATION,
        assessor_organisation_id=partners.mission.id,
    )
    exercise = make_staffed(partners)
    play(exercise)
    rate_all(exercise, {"eva": ("P", "S")})
    evaluation.close_exercise(exercise, by=partners.evaluator, at=STARTS + timedelta(days=1))
    db.session.commit()

    found = observed_on(date(2026, 6, 30), methodology)
    (through_post,) = [o for o in found.observations if o.indicator == "cri-posts-qualified"]
    used = [key for keys in found.sources.values() for key in keys]

    # Quiz, task and a leading part rated P: lead, as the post asks.
    assert (through_post.value, through_post.group) == (1.0, f"{post.id}:cri-02")
    assert through_post.assessor == "mission"
    assert through_post.kind == "exercise-evaluation"
    assert post_and_competency(through_post.id) == (post.id, "cri-02")
    assert str(partners.amina.id) not in repr(through_post)
    # One path: no piece stands behind two observations.
    assert len(used) == len(set(used))


def test_a_closed_exchange_is_a_rate_assessed_by_the_other_side(db, methodology):
    traders = make_traders()
    exchange = make_exchange(traders, lines=[(traders.tents, Decimal(12))])
    move(traders, exchange, Step.DISPATCH, "4", day=9)
    move(traders, exchange, Step.RECEIVE, "4", day=10)
    confirm(traders, exchange, Step.RECEIVE, Side.GIVER, day=10)
    move(traders, exchange, Step.SEND_BACK, "3", day=19)
    move(traders, exchange, Step.TAKE_BACK, "3", day=20)
    confirm(traders, exchange, Step.CLOSE, day=21)

    found = observed_on(DAY, methodology)
    rates = {
        (one.subject, one.indicator): (one.numerator, one.denominator, one.assessor)
        for one in found.observations
    }

    # Late, one third of the tents received; of four owed three came back, after the day.
    assert rates == {
        ("mission", "exchange-timeliness"): (0.0, 1.0, "north"),
        ("mission", "exchange-completeness"): (0.333333, 1.0, "north"),
        ("north", "exchange-timeliness"): (0.0, 1.0, "mission"),
        ("north", "exchange-completeness"): (0.75, 1.0, "mission"),
    }
    assert {one.group for one in found.observations} == {f"exchange:{exchange.id}"}
    assert {one.kind for one in found.observations} == {"exchange"}


def test_a_partnership_record_arrives_as_it_was_recorded(db, methodology):
    home = make_organisation("home")
    fact = Fact(
        once_key="corrective-action:1",
        kind=Kind.PARTNERSHIP_RECORD,
        organisation_id=home.id,
        indicator="corrective-actions-on-time",
        value=Decimal(1),
        numerator=Decimal(1),
        denominator=Decimal(1),
        observed_on=date(2026, 5, 1),
        record_kind="exercise",
        record_id=UUID(int=9),
    )
    ledger.record(fact, by=None, at=LONG_AGO)

    (one,) = observed_on(DAY, methodology).observations

    assert (one.kind, one.numerator, one.denominator) == ("partnership-record", 1.0, 1.0)
    assert one.source == f"exercise:{UUID(int=9)}"


def _rated(partners, first, second):
    """An exercise with ten objectives, rated for south by Eva and Noor."""
    objectives = [{**TEMPLATE["objectives"][0], "key": f"t1-e{n}"} for n in range(10)]
    exercise = operations.schedule_exercise(
        {**TEMPLATE, "objectives": objectives},
        host=partners.mission,
        organisations=[partners.north, partners.south],
        evaluated=[partners.south],
        starts_at=STARTS,
        zone="UTC",
        by=partners.trainer,
        at=LONG_AGO,
    )
    invited = operations.invite(
        exercise, partners.salma, partners.south, ExerciseRole.PLAYER, by=None, at=LONG_AGO
    )
    operations.answer_invitation(invited, accepted=True, by=partners.salma, at=LONG_AGO)
    for evaluator, home in (
        (partners.evaluator, partners.mission),
        (partners.north_evaluator, partners.north),
    ):
        operations.add_evaluator(exercise, evaluator, home, by=None, at=LONG_AGO)
    play(exercise)
    rate_all(exercise, {"eva": tuple(first), "noor": tuple(second)})
    evaluation.close_exercise(exercise, by=partners.evaluator, at=STARTS + timedelta(days=1))
    db.session.commit()
    return exercise


@pytest.mark.parametrize(
    ("first", "second", "weight"),
    [
        ("PSMUPSMUPS", "PSMUPSMUPS", 1.0),
        ("PSMUPSMUPS", "UMSPUMSPUM", 0.5),
        # All alike: agreement cannot be told from chance, so nothing is taken off.
        ("PPPPPPPPPP", "PPPPPPPPPP", 1.0),
    ],
)
def test_an_exercise_on_which_evaluators_differ_counts_half_where_the_methodology_says_so(
    app, first, second, weight
):
    with app.app_context():
        _rated(make_partners(), first, second)
        mapping = methodology_mapping("district-capacity")
        half = Methodology.from_mapping({**mapping, "low_agreement": "half"})
        full = Methodology.from_mapping(mapping)

        def weights(methodology):
            found = observed_on(date(2026, 6, 30), methodology)
            return {one.weight for one in found.observations}

        assert weights(half) == {weight}
        assert weights(full) == {1.0}


def test_a_run_keeps_what_it_was_computed_from_bit_for_bit(db, methodology):
    home = make_organisation("home")
    amina = make_user("amina", organisation=home, name="Amina Dorval")
    make_post(home, requirements={"gov-01": 3}, holder=amina)
    quiz(amina, home)
    exchange_fact(home, "0.333333")

    run = compute_run(DAY, draws=10, by=None, at=moment(DAY))
    observed_then = observed_on(DAY, methodology)
    observations, populations = unpacked(run.inputs.content)

    assert observations == observed_then.observations
    assert populations == observed_then.populations
    assert b"Amina" not in run.inputs.content
    assert unpacked(packed({}, {})) == ([], {})
    assert run.header["numpy"]
    # A second computation of the day is the same run, whatever was corrected since.
    piece = db.session.scalars(everywhere(Evidence)).first()
    ledger.withdraw(piece, reason="later", by=None, at=moment(DAY + timedelta(days=9)))
    assert compute_run(DAY, draws=10, by=None, at=moment(DAY + timedelta(days=10))).id == run.id
