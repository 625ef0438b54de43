"""From posts and evidence to observations: posts are the denominator, missing is never zero."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from lms.capacity.observations import (
    IndicatorEvidence,
    Requirement,
    indicators_of,
    observe,
    piece_of,
    post_and_competency,
)
from lms.competencies.rules import Item, Rule

AS_OF = date(2026, 6, 1)
HOLDER = UUID(int=7)
QUIZ = Item(UUID(int=1), "assessment", Decimal("0.9"), date(2026, 2, 1))
WORK = Item(UUID(int=3), "work-confirmation", Decimal(1), date(2026, 1, 15), assessor="ministry")
FAILED = Item(UUID(int=2), "assessment", Decimal("0.4"), date(2026, 2, 1))
INDICATORS = ["gov-posts-qualified", "exchange-timeliness"]


def need(number, holder=HOLDER, competency="gov-01", required=2):
    return Requirement("lumeya", UUID(int=100 + number), competency, required, holder)


def observed(requirements, items=None, pieces=(), indicators=INDICATORS):
    return observe(
        requirements, items or {}, pieces, as_of=AS_OF, indicators=indicators, rule=Rule()
    )


def test_a_post_is_worth_the_level_against_the_required_one():
    found = observed([need(1)], {(HOLDER, "gov-01"): [QUIZ]})

    (one,) = found.observations
    assert (one.value, one.observed_on) == (0.5, QUIZ.observed_on)
    assert found.sources[one.id] == [str(QUIZ.id)]


def test_a_confirmation_at_work_checks_a_level_as_long_as_it_is_valid_and_grants_none():
    def seen(number, day):
        return Item(UUID(int=number), "work-confirmation", Decimal(1), day, assessor="ministry")

    fresh, old = seen(8, date(2026, 4, 1)), seen(9, date(2023, 6, 1))
    by_fresh, by_old, of_nothing = (
        observed([need(1)], {(HOLDER, "gov-01"): items})
        for items in ([QUIZ, fresh], [QUIZ, old], [fresh])
    )

    assert [(one.value, one.verified_by) for one in by_fresh.observations] == [(0.5, "ministry")]
    assert by_fresh.sources[by_fresh.observations[0].id] == [str(QUIZ.id), str(fresh.id)]
    # 36 months are over on the day itself.
    assert by_old.observations[0].verified_by == ""
    assert of_nothing.observations == []


def test_a_vacant_post_and_an_unknown_holder_are_not_observed_but_counted():
    found = observed([need(1, holder=None), need(2), need(3)], {(HOLDER, "gov-02"): [QUIZ]})

    assert found.observations == []
    assert found.populations == {("lumeya", "gov-posts-qualified"): 3}


def test_evidence_that_grants_no_level_is_a_known_zero():
    found = observed([need(1)], {(HOLDER, "gov-01"): [FAILED]})

    assert [one.value for one in found.observations] == [0.0]


def test_more_than_required_counts_as_met():
    found = observed([need(1, required=1)], {(HOLDER, "gov-01"): [QUIZ]})

    assert [one.value for one in found.observations] == [1.0]


def test_an_indicator_that_the_methodology_lacks_is_left_out():
    found = observed([need(1, competency="zzz-01")], {(HOLDER, "zzz-01"): [QUIZ]})

    assert (found.observations, found.populations) == ([], {})


def test_a_rate_carries_its_numerator_and_denominator():
    piece = IndicatorEvidence(
        id=UUID(int=5),
        organisation="lumeya",
        indicator="exchange-timeliness",
        kind="exchange",
        value=Decimal(1),
        unit="share",
        observed_on=date(2026, 5, 1),
        group="exchange:1",
        record="exchange:1",
        numerator=Decimal(1),
        denominator=Decimal(1),
        assessor="karsa",
    )

    (one,) = observed([], pieces=[piece]).observations

    assert (one.value, one.numerator, one.denominator) == (None, 1.0, 1.0)
    assert (one.group, one.assessor) == ("exchange:1", "karsa")


def test_what_lies_after_the_day_is_not_known_yet():
    piece = IndicatorEvidence(
        UUID(int=5),
        "lumeya",
        "exchange-timeliness",
        "exchange",
        Decimal(1),
        "share",
        date(2026, 6, 2),
        "g",
        "r",
    )

    assert observed([], pieces=[piece]).observations == []


def test_a_requirement_of_level_0_is_no_need():
    found = observed([need(1, required=0)], {(HOLDER, "gov-01"): [QUIZ]})

    assert (found.observations, found.populations) == ([], {})


def test_what_has_expired_is_not_known_and_no_zero():
    expired = Item(UUID(int=4), "assessment", Decimal("0.9"), date(2023, 6, 1))

    found = observed([need(1)], {(HOLDER, "gov-01"): [expired]})

    assert found.observations == []
    assert found.populations == {("lumeya", "gov-posts-qualified"): 1}


def test_a_part_in_an_exercise_without_any_assessment_says_nothing_of_the_level():
    played = Item(UUID(int=4), "exercise-evaluation", Decimal(1), date(2026, 5, 1), leading=True)

    assert observed([need(1)], {(HOLDER, "gov-01"): [played]}).observations == []


def test_the_newest_try_that_fell_short_is_the_evidence_of_a_zero():
    older = Item(UUID(int=4), "assessment", Decimal("0.7"), date(2025, 9, 1))

    found = observed([need(1)], {(HOLDER, "gov-01"): [older, FAILED]})

    (one,) = found.observations
    assert (one.value, one.observed_on) == (0.0, FAILED.observed_on)
    assert found.sources[one.id] == [str(FAILED.id), str(older.id)]


def test_the_piece_that_decided_the_level_says_who_assessed():
    task = Item(
        UUID(int=4),
        "practical-observation",
        Decimal(1),
        date(2026, 3, 1),
        record="observation:4",
        assessor="mission",
    )

    found = observed([need(1)], {(HOLDER, "gov-01"): [QUIZ, task, WORK]})

    (one,) = found.observations
    assert (one.value, one.kind, one.assessor) == (1.0, "practical-observation", "mission")
    # The confirmation stands behind it once, though it grants the level and says who checked.
    assert one.verified_by == "ministry"
    assert found.sources[one.id] == [str(QUIZ.id), str(task.id), str(WORK.id)]
    assert one.source == "observation:4:gov-01"


def test_the_id_changes_with_the_evidence_and_never_names_the_holder():
    task = Item(UUID(int=4), "practical-observation", Decimal(1), date(2026, 3, 1))

    (before,) = observed([need(1)], {(HOLDER, "gov-01"): [QUIZ]}).observations
    (after,) = observed([need(1)], {(HOLDER, "gov-01"): [QUIZ, task, WORK]}).observations
    (again,) = observed([need(1)], {(HOLDER, "gov-01"): [WORK, task, QUIZ]}).observations

    assert before.id != after.id == again.id
    assert before.group == after.group
    assert post_and_competency(before.id) == post_and_competency(after.id)
    assert post_and_competency(before.id) == (UUID(int=101), "gov-01")
    assert piece_of(before.id) is None
    assert str(HOLDER) not in before.id


def test_a_competency_with_an_indicator_of_its_own_feeds_that_one_alone():
    found = observed(
        [need(1), need(2, competency="gov-02")],
        {(HOLDER, "gov-01"): [QUIZ], (HOLDER, "gov-02"): [QUIZ]},
        indicators=["gov-posts-qualified", "gov-02-posts-qualified"],
    )

    assert indicators_of("gov-02") == ("gov-02-posts-qualified", "gov-posts-qualified")
    assert sorted(one.indicator for one in found.observations) == [
        "gov-02-posts-qualified",
        "gov-posts-qualified",
    ]
    assert set(found.populations.values()) == {1}


def piece(number, *, kind="exchange", record="exchange:1", denominator=None, value=1):
    return IndicatorEvidence(
        UUID(int=number),
        "lumeya",
        "exchange-timeliness",
        kind,
        Decimal(value),
        "share",
        date(2026, 5, 1),
        "",
        record,
        None if denominator is None else Decimal(value) * denominator,
        None if denominator is None else Decimal(denominator),
    )


def test_an_assessment_that_counts_through_a_post_does_not_count_again_as_a_record():
    quiz = Item(UUID(int=1), "assessment", Decimal("0.9"), date(2026, 2, 1), record="attempt:1")
    passed = piece(5, kind="assessment", record="attempt:1")
    other = piece(6, kind="assessment", record="attempt:2")

    found = observed([need(1)], {(HOLDER, "gov-01"): [quiz]}, [passed, other])

    assert [piece_of(one.id) for one in found.observations[1:]] == [UUID(int=6)]
    assert found.left_out == {"counts-through-posts": 1}


def test_a_piece_given_twice_counts_once():
    found = observed([], pieces=[piece(5), piece(5)])

    assert len(found.observations) == 1
    assert found.left_out == {"given-twice": 1}


def test_a_survey_of_fewer_than_five_is_never_used():
    four = piece(5, kind="survey", denominator=4)
    five = piece(6, kind="survey", denominator=5)

    found = observed([], pieces=[four, five])

    assert [piece_of(one.id) for one in found.observations] == [UUID(int=6)]
    assert found.left_out == {"small-survey": 1}


def test_a_record_without_a_group_is_a_group_of_its_own():
    found = observed([], pieces=[piece(5), piece(6)])

    assert len({one.group for one in found.observations}) == 2
