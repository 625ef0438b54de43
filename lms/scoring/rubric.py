"""Ratings of exercise objectives: what they are worth, and whether evaluators agree."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from lms.scoring.question import share_of

#: P performed without challenges, S with some, M with major challenges, U unable to be performed.
#: The four ratings are those of the Homeland Security Exercise and Evaluation Program (HSEEP 2020,
#: section 4); their equal steps from 1 to 0 are this product's convention, so that a mean exists.
RATING_VALUES: Mapping[str, Fraction] = {
    "P": Fraction(1),
    "S": Fraction(2, 3),
    "M": Fraction(1, 3),
    "U": Fraction(0),
}
#: Fewer objectives than this say little about agreement.
ENOUGH_OBJECTIVES = 10


@dataclass(frozen=True)
class Rating:
    """What one evaluator says of one objective.

    Args:
        evaluator: who rates; any stable name.
        organisations: all that the evaluator belongs to, as of the exercise.
        rating: ``P``, ``S``, ``M`` or ``U``.
    """

    evaluator: str
    organisations: frozenset[str]
    rating: str

    def __post_init__(self) -> None:
        if self.rating not in RATING_VALUES:
            raise ValueError(f"a rating is P, S, M or U, not {self.rating!r}")


@dataclass(frozen=True)
class Agreement:
    """How far evaluators agree, in percent 0 to 100 with four places at most.

    Args:
        all_agree: objectives on which everybody gave the same rating.
        pairwise: pairs of evaluators with the same rating, of all pairs that rated one objective.
        objectives: with two ratings or more; others do not count.
        guard: ``guard`` when there are fewer than ten such objectives, otherwise None.
    """

    all_agree: Decimal
    pairwise: Decimal
    objectives: int
    guard: str | None


def objective_value(ratings: Iterable[Rating], rated: str) -> Decimal | None:
    """Return the mean rating of an objective, 0 to 1 in six places, for the organisation `rated`.

    Only evaluators who do not belong to that organisation count; nobody rates the own house. None
    when no such evaluator rated: missing, not 0.

    Raises:
        ValueError: two ratings by the same evaluator.

    Worked: P, S and M by outsiders, U by one of the organisation: (1 + 2/3 + 1/3)/3 = 0.666667.
    """
    given = list(ratings)
    if len({rating.evaluator for rating in given}) < len(given):
        raise ValueError("an evaluator rates an objective once")
    values = [RATING_VALUES[r.rating] for r in given if rated not in r.organisations]
    return share_of(sum(values, Fraction(0)) / len(values)) if values else None


def agreement(ratings_by_objective: Iterable[Sequence[str]]) -> Agreement | None:
    """Return how far evaluators agree over the objectives of an exercise.

    Args:
        ratings_by_objective: for each objective the ratings that it got, in any order.

    Returns:
        None when no objective has two ratings. Agreement by chance is not taken off: where nearly
        all ratings are the same, coefficients that do so mislead (Feinstein & Cicchetti 1990).
    """
    rated = [list(ratings) for ratings in ratings_by_objective if len(ratings) > 1]
    if not rated:
        return None
    pairs = [pair for ratings in rated for pair in combinations(ratings, 2)]
    return Agreement(
        all_agree=share_of(Fraction(sum(len(set(r)) == 1 for r in rated), len(rated))) * 100,
        pairwise=share_of(Fraction(sum(a == b for a, b in pairs), len(pairs))) * 100,
        objectives=len(rated),
        guard=None if len(rated) >= ENOUGH_OBJECTIVES else "guard",
    )
