"""Desired against existing: what is not known is not nothing, and a surplus makes up for nothing."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from lms.competencies.gaps import Gap, GapState, Summary, gap, summed
from lms.competencies.rules import Item, standing

AS_OF = date(2026, 6, 1)
QUIZ = Item(UUID(int=1), "assessment", Decimal("0.9"), date(2026, 1, 10))
FAILED = Item(UUID(int=2), "assessment", Decimal("0.4"), date(2026, 1, 10))
TASK = Item(UUID(int=3), "practical-observation", Decimal(1), date(2026, 1, 10))
WORK = Item(UUID(int=4), "work-confirmation", Decimal(1), date(2026, 1, 10))


def found(desired, *items, held=True):
    return gap(desired, held, standing(items, AS_OF) if held else None)


@pytest.mark.parametrize(
    ("one", "state", "levels", "share"),
    [
        (found(2, QUIZ, TASK, WORK), GapState.MET, 0, 1.0),
        (found(1, QUIZ, TASK, WORK), GapState.MET, 0, 1.0),
        (found(2, QUIZ), GapState.SHORT, 1, 0.5),
        (found(3, QUIZ), GapState.SHORT, 2, 1 / 3),
        (found(2, FAILED), GapState.SHORT, 2, 0.0),
        (found(2, TASK), GapState.UNKNOWN, None, None),
        (found(2), GapState.UNKNOWN, None, None),
        (found(2, held=False), GapState.VACANT, None, None),
        (gap(2, True, None), GapState.UNKNOWN, None, None),
    ],
)
def test_a_requirement_is_met_short_unknown_or_vacant(one, state, levels, share):
    assert (one.state, one.levels) == (state, levels)
    assert one.share == (None if share is None else pytest.approx(share))


def test_several_requirements_add_up():
    gaps = [
        found(1, QUIZ, TASK, WORK),
        found(2, QUIZ),
        found(3, QUIZ, TASK, WORK),
        found(2),
        found(2, held=False),
    ]

    # Desired 1 + 2 + 3 of what is known, existing 1 + 1 + 2: a surplus of the first does not count.
    assert summed(gaps) == Summary(
        total=5,
        met=1,
        short=2,
        unknown=1,
        vacant=1,
        desired=6,
        existing=4,
        share=pytest.approx((1 + 1 / 2 + 2 / 3) / 3),
    )
    assert summed(gaps).coverage == pytest.approx(0.6)


def test_without_requirements_there_is_nothing_to_say():
    assert summed([]) == Summary(0, 0, 0, 0, 0, 0, 0, None)
    assert summed([]).coverage == 1
    assert summed([Gap(2, None, GapState.VACANT)]).share is None
