"""Times, zones, who counts, who sees whom."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from lms.errors import Refused
from lms.exercises import rules
from lms.exercises.rules import Access, Answer, ExerciseRole, Judgement

NORTH, SOUTH, MISSION = "north", "south", "mission"


def judged(evaluator: str, rating: str, *belongs: str) -> Judgement:
    return Judgement(evaluator, frozenset(belongs), rating)


def refused(code: str, function, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        function(*args, **kwargs)
    assert caught.value.code == code
    return caught.value


def test_a_local_time_is_read_by_the_clocks_of_its_zone():
    assert rules.moment_of(datetime(2026, 6, 10, 9, 0), "Asia/Beirut") == datetime(
        2026, 6, 10, 6, 0, tzinfo=UTC
    )


def test_a_time_that_clocks_leap_over_is_refused_and_the_first_of_two_is_meant():
    # Beirut: from 00:00 to 01:00 on 29 March 2026, back from 00:00 to 23:00 on 24 October 2026.
    refused("exercise.no-such-time", rules.moment_of, datetime(2026, 3, 29, 0, 30), "Asia/Beirut")
    twice = rules.moment_of(datetime(2026, 10, 24, 23, 30), "Asia/Beirut")
    assert twice == datetime(2026, 10, 24, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Nowhere/Else", "Africa", "../etc", ""])
def test_an_unknown_zone_is_refused(name):
    refused("exercise.zone", rules.zone_of, name)


def test_an_exercise_ends_after_it_starts():
    start = datetime(2026, 6, 10, 9, tzinfo=UTC)

    refused("exercise.order", rules.check_times, start, start, "UTC")


def test_two_organisations_take_part_and_one_of_them_is_rated():
    one, two = uuid4(), uuid4()

    rules.check_organisations([one, two], [two])
    refused("exercise.alone", rules.check_organisations, [one, one], [one])
    refused("exercise.evaluated", rules.check_organisations, [one, two], [])
    refused("exercise.evaluated", rules.check_organisations, [one, two], [uuid4()])


def test_an_inject_is_elapsed_time_across_a_clock_change():
    """02:30 in New York on 8 March 2026 does not exist: 90 minutes after 01:30 clocks show 04:00."""
    start = rules.moment_of(datetime(2026, 3, 8, 1, 30), "America/New_York")

    due = rules.planned_moment(start, 90)

    assert due == datetime(2026, 3, 8, 8, 0, tzinfo=UTC)
    assert f"{due.astimezone(rules.zone_of('America/New_York')):%H:%M}" == "04:00"
    assert f"{due.astimezone(rules.zone_of('Africa/Monrovia')):%H:%M}" == "08:00"


def test_a_rating_of_the_own_house_does_not_count_for_it():
    """P by the mission and U by the north: for the north 1, for the south (1 + 0)/2."""
    given = [judged("a", "P", MISSION), judged("b", "U", NORTH)]

    assert rules.value_for(given, NORTH) == Decimal(1)
    assert rules.value_for(given, SOUTH) == Decimal("0.5")


def test_not_observed_is_no_zero():
    given = [judged("a", "N/O", MISSION), judged("b", "S", SOUTH)]

    assert rules.value_for(given, NORTH) == Decimal("0.666667")
    assert rules.value_for(given, SOUTH) is None


def test_closing_needs_an_evaluator_from_elsewhere_and_every_objective_judged():
    rated = {NORTH: "North", SOUTH: "South"}
    outsiders = [frozenset({MISSION})]
    whole = {"Alert": [judged("a", "P", MISSION)], "Boats": [judged("a", "N/O", MISSION)]}

    rules.check_closable(rated, outsiders, whole)
    refused("exercise.nobody-took-part", rules.check_closable, {}, outsiders, whole)
    own = refused("exercise.not-independent", rules.check_closable, rated, [frozenset({NORTH})], {})
    assert own.values == {"organisations": ["North"]}
    whole["Boats"] = [judged("b", "P", NORTH)]
    part = refused("exercise.unrated", rules.check_closable, rated, outsiders, whole)
    assert part.values == {"objectives": ["Boats"]}


def test_the_day_ends_where_the_exercise_is():
    assert rules.last_moment(date(2026, 6, 10), "Asia/Beirut") == datetime(
        2026, 6, 10, 21, 0, tzinfo=UTC
    )
    late = datetime(2026, 6, 10, 22, 0, tzinfo=UTC)
    assert rules.local_day(late, "Asia/Beirut") == date(2026, 6, 11)


def test_a_feed_token_holds_160_bits():
    assert len(bytes.fromhex(rules.new_feed_token())) == 20
    assert rules.new_feed_token() != rules.new_feed_token()


def test_names_of_another_organisation_are_for_managers_and_evaluators():
    me, other, north, south = (uuid4() for _ in range(4))
    player = Access(
        user_id=me, role=ExerciseRole.PLAYER, answer=Answer.ACCEPTED, for_organisation=north
    )
    trainer = Access(user_id=me, brings=frozenset({north}), sees_people_of=frozenset({north}))

    def seen(access: Access, organisation: UUID) -> bool:
        return access.sees_name(other, organisation)

    assert [seen(player, north), seen(player, south)] == [True, False]
    assert [seen(trainer, north), seen(trainer, south)] == [True, False]
    assert seen(Access(user_id=me, evaluates=True), south)
    assert seen(Access(user_id=me, manages=True), south)
    assert Access(user_id=me).sees_name(me, south)


def test_a_controller_who_declined_conducts_nothing():
    declined = Access(user_id=uuid4(), role=ExerciseRole.CONTROLLER, answer=Answer.DECLINED)

    assert not declined.staff
