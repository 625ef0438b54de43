"""From posts and evidence to observations: posts are the denominator, missing is never zero."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from lms.capacity.observations import IndicatorEvidence, Requirement, observe
from lms.competencies.rules import Item

AS_OF = date(2026, 6, 1)
HOLDER = UUID(int=7)
QUIZ = Item(UUID(int=1), "assessment", Decimal("0.9"), date(2026, 2, 1))
FAILED = Item(UUID(int=2), "assessment", Decimal("0.4"), date(2026, 2, 1))
INDICATORS = ["gov-posts-qualified", "exchange-timeliness"]


def need(number, holder=HOLDER, competency="gov-01", required=2):
    return Requirement("lumeya", UUID(int=100 + number), competency, required, holder)


def observed(requirements, items=None, pieces=()):
    return observe(
        requirements, items or {}, pieces, as_of=AS_OF, indicators=INDICATORS, valid_months=36
    )


def test_a_post_is_worth_the_level_against_the_required_one():
    found = observed([need(1)], {(HOLDER, "gov-01"): [QUIZ]})

    (one,) = found.observations
    assert (one.value, one.observed_on) == (0.5, QUIZ.observed_on)
    assert found.sources[one.id] == [str(QUIZ.id)]


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
