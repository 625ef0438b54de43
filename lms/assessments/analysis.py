"""Item analysis of an assessment, from its attempts. Every formula stands in `lms.scoring`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from sqlalchemy import func

from lms.assessments.analysis_rows import Sat, seen, specs_in
from lms.assessments.models import Attempt
from lms.assessments.rules import spec_for_marking
from lms.db import db
from lms.scoring import TYPES
from lms.scoring.analysis import AnalysedItem, Analysis, analyse
from lms.scoring.question import weight_of

#: Attempts looked at to begin with for changes of wording.
LOOKED_AT = 33
#: Too little to move a total, and enough to tell from rounding.
TRIAL_WEIGHT = 1e-4


def counted_assessments() -> list[tuple[str, int, int]]:
    """Each assessment with (key, marked attempts, persons) of those whose results the viewer sees, by key."""
    statement = (
        seen()
        .with_only_columns(
            Attempt.assessment_key,
            func.count(Attempt.id),
            func.count(Attempt.user_id.distinct()),
        )
        .group_by(Attempt.assessment_key)
        .order_by(Attempt.assessment_key)
    )
    return [(key, attempts, persons) for key, attempts, persons in db.session.execute(statement)]


def languages_of(key: str) -> list[str]:
    """Languages in which the attempts at an assessment were begun, of those whose results the viewer sees."""
    statement = seen().where(Attempt.assessment_key == key, Attempt.language != "")
    statement = statement.with_only_columns(Attempt.language).distinct().order_by(Attempt.language)
    return list(db.session.scalars(statement))


def items_of(sat: Sat, options_of: Iterable[str] | None = None) -> list[AnalysedItem]:
    """The questions as item analysis takes them.

    Args:
        options_of: keys of the questions whose options are analysed; None: of all.
    """
    wanted = set(sat.keys) if options_of is None else set(options_of)
    found = []
    for question in sat.questions:
        spec, kind = spec_for_marking(question), TYPES.get(question["spec"]["type"])
        guess = kind.guess_share(spec) if kind else None
        key = spec["key"]
        listed = kind is not None and key in wanted
        found.append(
            AnalysedItem(
                key,
                float(weight_of(spec)),
                frozenset(kind.keyed_choices(spec)) if kind and listed else frozenset(),
                tuple(kind.choice_texts(spec)) if kind and listed else (),
                None if guess is None else float(guess),
            )
        )
    return found


def analysis_of(
    sat: Sat, pass_mark: Decimal | None, *, options_of: Iterable[str] | None = None
) -> Analysis:
    """Analyse what was read. `pass_mark` in percent; `options_of` as for `items_of`.

    A question of weight 0 is on trial: it is held against the others and changes no figure of theirs.
    """
    items = items_of(sat, options_of)
    counting = [at for at, item in enumerate(items) if item.weight > 0]
    if not counting:
        counting = list(range(len(items)))
    share = None if pass_mark is None else float(pass_mark) / 100

    def analysed(places: list[int]) -> Analysis:
        return analyse(
            sat.shares[:, places],
            [replace(items[at], weight=items[at].weight or TRIAL_WEIGHT) for at in places],
            pass_mark=share,
            choices=sat.choices[:, places],
            groups=sat.languages,
        )

    found = analysed(counting)
    if len(counting) == len(items):
        return found
    figures = dict(zip(counting, found.items, strict=True))
    for at, one in enumerate(analysed(list(range(len(items)))).items):
        figures.setdefault(
            at, replace(one, intended_weight=0.0, effective_weight=None, alpha_if_deleted=None)
        )
    fitted = tuple(counting[at] for at in found.rasch_items)
    return replace(found, items=tuple(figures[at] for at in sorted(figures)), rasch_items=fitted)


def guess_percent(sat: Sat) -> Decimal | None:
    """What somebody gets on average who answers blindly, in percent, two places; None without questions.

    Over the questions as often as they were given, by weight; what is marked by hand earns nothing that way.
    """
    given = (~np.isnan(sat.shares)).sum(axis=0)
    above = below = Fraction(0)
    for question, count in zip(sat.questions, given.tolist(), strict=True):
        spec, kind = spec_for_marking(question), TYPES.get(question["spec"]["type"])
        guess = kind.guess_share(spec) if kind else None
        weight = Fraction(weight_of(spec)) * count
        above, below = above + weight * (guess or 0), below + weight
    if not below:
        return None
    share = above / below * 100
    return (Decimal(share.numerator) / share.denominator).quantize(Decimal("0.01"))


def distribution(percents: Iterable[Decimal], steps: int = 10) -> list[int]:
    """How many marks lie in each of `steps` equal parts of 0 to 100; full marks count in the last."""
    counts = [0] * steps
    for percent in percents:
        counts[min(int(percent * steps / 100), steps - 1)] += 1
    return counts


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording of a question, while it stood in the attempts.

    Args:
        spec: word for word.
        attempts: of those read, how many showed it.
        first, last: days on which the first and the last of them were begun, in UTC.
    """

    spec: Mapping[str, Any]
    attempts: int
    first: date
    last: date


def wordings_of(sat: Sat, question_key: str) -> list[Wording]:
    """The wordings of a question in the attempts read, in the order of time; more than one where it was edited.

    Attempts are long and many, so few are looked at: thirty-odd, evenly over time, and between two that differ the
    one in the middle, until each change is found. A wording that stood only between two alike may be missed.
    """
    at = sat.keys.index(question_key)
    holding = [
        (sat.begun[row], sat.attempt_ids[row])
        for row in np.flatnonzero(~np.isnan(sat.shares[:, at]))
    ]
    holding.sort()
    if not holding:
        return []
    known: dict[int, Mapping[str, Any]] = {}
    wanted = sorted({int(one) for one in np.linspace(0, len(holding) - 1, LOOKED_AT)})
    while wanted:
        found = specs_in([holding[place][1] for place in wanted], question_key)
        known |= {place: found[holding[place][1]] for place in wanted}
        places = sorted(known)
        wanted = [
            (left + right) // 2
            for left, right in pairwise(places)
            if right - left > 1 and known[left] != known[right]
        ]
    places = sorted(known)
    starts = [0, *(right for left, right in pairwise(places) if known[left] != known[right])]
    return [
        Wording(known[start], end - start, holding[start][0].date(), holding[end - 1][0].date())
        for start, end in pairwise([*starts, len(holding)])
    ]
