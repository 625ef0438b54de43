"""The rule that grants a level, case by case."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest

from lms.competencies.rules import Item, Missing, Rule, first_valid_day, months_after, standing

AS_OF = date(2026, 6, 1)
SURVEYED = Rule(surveyed=frozenset({"gov-01"})).ladder("gov-01")


def item(
    number: int, kind: str, share: str, day: date, leading: bool = False, group: str = ""
) -> Item:
    return Item(UUID(int=number), kind, Decimal(share), day, leading, group=group)


QUIZ = item(1, "assessment", "0.80", date(2026, 1, 10))
TASK = item(2, "practical-observation", "1", date(2026, 2, 10))
WORK = item(3, "work-confirmation", "1", date(2026, 2, 20))
LED = item(4, "exercise-evaluation", "0.666667", date(2026, 3, 10), leading=True)
ASKED = item(5, "survey", "0.625", date(2026, 3, 20))
COACHED = (
    item(6, "coaching", "1", date(2026, 4, 1), group="user:a"),
    item(7, "coaching", "1", date(2026, 4, 2), group="user:b"),
)
BETTER = item(8, "improvement", "1", date(2026, 5, 1))
PRACTITIONER = (QUIZ, TASK, WORK)
LEAD = (*PRACTITIONER, LED)
MENTOR = (*LEAD, *COACHED, BETTER)


def test_without_evidence_there_is_no_level_and_an_assessment_is_missing():
    found = standing([], AS_OF)

    assert (found.level, found.missing, found.lapses_on) == (0, (Missing.ASSESSMENT,), None)


def test_eighty_percent_grants_awareness_and_a_little_less_does_not():
    below = item(9, "assessment", "0.799999", date(2026, 1, 10))

    assert standing([QUIZ], AS_OF).level == 1
    assert standing([below], AS_OF).level == 0


def test_the_levels_build_on_one_another():
    assert standing(PRACTITIONER, AS_OF).level == 2
    assert standing(LEAD, AS_OF).level == 3
    assert standing(MENTOR, AS_OF).level == 4
    assert standing([TASK, WORK, LED], AS_OF).level == 0
    assert standing([one for one in MENTOR if one is not TASK], AS_OF).level == 1


@pytest.mark.parametrize(
    ("items", "level", "missing"),
    [
        ((QUIZ,), 1, (Missing.PRACTICAL_OBSERVATION, Missing.WORK_CONFIRMATION)),
        ((QUIZ, TASK), 1, (Missing.WORK_CONFIRMATION,)),
        ((QUIZ, WORK), 1, (Missing.PRACTICAL_OBSERVATION,)),
        (PRACTITIONER, 2, (Missing.EXERCISE_LEAD,)),
        (LEAD, 3, (Missing.COACHING, Missing.IMPROVEMENT)),
        ((*LEAD, *COACHED), 3, (Missing.IMPROVEMENT,)),
        ((*LEAD, COACHED[0], BETTER), 3, (Missing.COACHING,)),
        (MENTOR, 4, ()),
    ],
)
def test_each_thing_that_is_missing_is_named_by_itself(items, level, missing):
    found = standing(items, AS_OF)

    assert (found.level, found.missing) == (level, missing)


def test_what_is_there_already_of_the_next_level_is_said_with_it():
    found = standing([*LEAD, COACHED[0]], AS_OF)

    coaching, improvement = found.next
    assert (coaching.pieces, coaching.met, coaching.proof.different) == ((COACHED[0].id,), False, 2)
    assert (improvement.pieces, improvement.met) == ((), False)


def test_each_level_names_the_pieces_that_granted_it():
    found = standing(MENTOR, AS_OF)

    assert [[one.pieces for one in step] for step in found.grants] == [
        [(QUIZ.id,)],
        [(TASK.id,), (WORK.id,)],
        [(LED.id,)],
        [(COACHED[1].id, COACHED[0].id), (BETTER.id,)],
    ]
    assert found.granted_by[0] == QUIZ.id
    assert found.granted_by[-1] == BETTER.id


def test_coaching_one_person_twice_is_coaching_one_person():
    again = replace(COACHED[1], group="user:a")

    assert standing([*LEAD, COACHED[0], again, BETTER], AS_OF).level == 3
    # Without a group each is of its own.
    assert standing([*LEAD, COACHED[0], replace(again, group=""), BETTER], AS_OF).level == 4


def test_a_survey_is_asked_for_only_where_an_item_is_linked_and_its_mean_is_half_past_three():
    short = replace(ASKED, share=Decimal("0.624999"))

    assert standing(LEAD, AS_OF).level == 3
    assert standing(LEAD, AS_OF, SURVEYED).missing == (Missing.SURVEY,)
    assert standing([*LEAD, ASKED], AS_OF, SURVEYED).level == 3
    found = standing([*LEAD, short], AS_OF, SURVEYED)
    assert (found.level, found.fell_short) == (2, (short.id,))


def test_a_rating_of_some_challenges_counts_only_in_a_leading_role():
    followed = item(9, "exercise-evaluation", "1", date(2026, 3, 10))

    found = standing([*PRACTITIONER, followed], AS_OF)

    assert (found.level, found.missing) == (2, (Missing.EXERCISE_LEAD,))


def test_a_bad_rating_never_takes_a_level_away():
    bad = item(9, "exercise-evaluation", "0", date(2026, 5, 1), leading=True)

    assert standing([*LEAD, bad], AS_OF).level == 3


def test_a_level_lapses_with_the_first_evidence_that_carries_it():
    found = standing(LEAD, AS_OF)

    assert found.lapses_on == date(2028, 3, 10)
    assert standing(LEAD, date(2028, 3, 9)).level == 3
    assert standing(LEAD, date(2028, 3, 10)).level == 2
    assert standing([QUIZ], date(2029, 1, 10)).level == 0


def test_of_two_people_coached_the_one_longer_ago_lapses_first():
    found = standing([*MENTOR, replace(LED, id=UUID(int=9), observed_on=AS_OF)], AS_OF)
    far = item(10, "exercise-evaluation", "1", date(2028, 5, 1), leading=True)
    quiz, task, work = (
        replace(one, id=UUID(int=20 + at), observed_on=date(2028, 5, 1))
        for at, one in enumerate(PRACTITIONER)
    )
    renewed = [*MENTOR, far, quiz, task, work]

    assert found.lapses_on == date(2028, 6, 1)
    assert standing(renewed, date(2029, 3, 31)).level == 4
    assert standing(renewed, date(2029, 3, 31)).lapses_on == date(2029, 4, 1)
    assert standing(renewed, date(2029, 4, 1)).level == 3


def test_evidence_after_the_day_does_not_count():
    assert standing([QUIZ], date(2026, 1, 9)).level == 0


def ladder(full_from: date, months: int, *, surveyed: bool = False):
    named = frozenset({"gov-01"}) if surveyed else frozenset()
    return Rule(surveyed=named, full_from=full_from, transition_months=months).ladder("gov-01")


def test_before_the_full_rule_the_earlier_one_asks_for_no_confirmation_and_no_survey():
    later = ladder(date(2026, 9, 1), 12, surveyed=True)

    found = standing([QUIZ, TASK, LED], AS_OF, later)

    assert (found.level, found.by_earlier_rule) == (3, True)
    # What the full rule asks of it is named first, and when it is lost without it.
    assert [one.proof.missing for one in found.to_keep] == [
        Missing.WORK_CONFIRMATION,
        Missing.SURVEY,
    ]
    assert found.missing == (
        Missing.WORK_CONFIRMATION,
        Missing.SURVEY,
        Missing.COACHING,
        Missing.IMPROVEMENT,
    )
    assert found.lapses_on == date(2027, 9, 1)
    assert standing([QUIZ, TASK, *COACHED, BETTER], AS_OF, later).level == 2


def test_a_level_of_the_earlier_rule_stays_until_its_pieces_lapse_or_the_transition_is_over():
    short, long = ladder(date(2026, 4, 1), 6), ladder(date(2026, 4, 1), 36)

    assert standing([QUIZ, TASK], date(2026, 9, 30), short).level == 2
    assert standing([QUIZ, TASK], date(2026, 10, 1), short).level == 1
    assert standing([QUIZ, TASK], AS_OF, short).lapses_on == date(2026, 10, 1)
    assert standing([QUIZ, TASK], AS_OF, long).lapses_on == date(2029, 1, 10)


def test_what_is_observed_from_the_day_of_the_full_rule_on_counts_by_it_alone():
    later = ladder(TASK.observed_on, 12)

    assert standing([QUIZ, TASK], AS_OF, later).level == 1
    assert standing(PRACTITIONER, AS_OF, later).level == 2
    assert (
        standing([QUIZ, TASK], AS_OF, ladder(TASK.observed_on + timedelta(days=1), 12)).level == 2
    )


def test_of_two_rules_that_grant_the_same_level_the_one_that_grants_it_longer_counts():
    later = ladder(date(2026, 4, 1), 12)
    old_work = replace(WORK, observed_on=date(2023, 7, 1))

    found = standing([QUIZ, TASK, old_work], AS_OF, later)
    kept = standing(PRACTITIONER, AS_OF, later)

    # The confirmation lapses in July 2026; the earlier rule asks for none until April 2027.
    assert (found.level, found.lapses_on, found.by_earlier_rule) == (2, date(2027, 4, 1), True)
    assert (kept.lapses_on, kept.by_earlier_rule) == (date(2029, 1, 10), False)


def test_a_level_lapses_on_the_day_it_says_and_not_a_day_before():
    chance = Random("lapses")
    kinds = [(one.kind, one.share, one.leading) for one in (*MENTOR, ASKED)]
    seen = set()
    for _ in range(400):
        items = [
            item(
                number,
                kind,
                str(share if chance.random() < 0.9 else 0),
                AS_OF - timedelta(days=chance.randrange(900)),
                leading,
                f"user:{chance.randrange(3)}",
            )
            for number, (kind, share, leading) in enumerate(kinds * 2)
            if kind != "work-confirmation" or chance.random() < 0.5
        ]
        rule = ladder(AS_OF - timedelta(days=200), 12, surveyed=chance.random() < 0.5)
        found = standing(items, AS_OF, rule)
        seen.add((found.level, found.by_earlier_rule))
        if found.lapses_on is not None:
            before = found.lapses_on - timedelta(days=1)
            assert standing(items, before, rule).level == found.level
            assert standing(items, found.lapses_on, rule).level < found.level
        # The order in which evidence is given says nothing.
        assert standing(chance.sample(items, len(items)), AS_OF, rule) == found
    assert {(1, False), (2, True), (2, False), (3, True), (3, False), (4, False)} <= seen


def test_more_evidence_never_takes_a_level_away():
    chance = Random("more")
    rule = ladder(AS_OF - timedelta(days=200), 12, surveyed=True)
    for _ in range(60):
        items = [
            replace(one, observed_on=AS_OF - timedelta(days=chance.randrange(900)))
            for one in (*MENTOR, ASKED)
        ]
        chance.shuffle(items)
        levels = [standing(items[:count], AS_OF, rule).level for count in range(len(items) + 1)]
        assert levels == sorted(levels)


def test_months_end_where_the_month_ends():
    assert months_after(date(2024, 2, 29), 36) == date(2027, 2, 28)
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)


def test_the_first_valid_day_is_the_first_whose_lapse_lies_after_the_day():
    for months in (1, 24, 36):
        for number in range(1500):
            as_of = date(2023, 12, 1) + timedelta(days=number)
            first = first_valid_day(as_of, months)

            assert months_after(first, months) > as_of
            assert months_after(first - timedelta(days=1), months) <= as_of


def test_before_there_were_so_many_months_every_day_is_valid():
    assert first_valid_day(date(3, 12, 31), 36) == date.min
    assert first_valid_day(date(4, 1, 1), 36) == date(1, 1, 2)
