"""Exercises whose evaluators differ too much to count as much as others."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import selectinload

from lms.accounts.scope import everywhere
from lms.db import db
from lms.db.chunks import in_chunks
from lms.exercises.models import Objective
from lms.scoring import krippendorff_alpha

#: Ratings in their order, for an ordinal alpha; what was not observed is missing.
ORDER = {"U": 0, "M": 1, "S": 2, "P": 3}
#: Weight of such an exercise beside 1, where the methodology says `low_agreement: half`.
HALF = 0.5


def record_weights(exercises: Collection[UUID]) -> dict[str, float]:
    """Half the weight for each exercise whose ratings *differ*, by its record, such as ``exercise:…``.

    Krippendorff's ordinal alpha over objectives, under 0.667. Where it cannot be said (fewer than two evaluators
    or ten objectives, or all ratings alike), an exercise counts in full.

    Source: specification of the capacity index, section 15, *Guards*.
    """
    found: dict[str, float] = {}
    for some in in_chunks(sorted(exercises)):
        statement = (
            everywhere(Objective)
            .where(Objective.exercise_id.in_(some))
            .options(selectinload(Objective.ratings))
            .order_by(Objective.exercise_id, Objective.number)
        )
        objectives: dict[UUID, list[Objective]] = defaultdict(list)
        for objective in db.session.scalars(statement):
            objectives[objective.exercise_id].append(objective)
        found |= {f"exercise:{key}": HALF for key, rated in objectives.items() if _differ(rated)}
    return found


def _differ(objectives: list[Objective]) -> bool:
    given = [
        {one.evaluator_id: ORDER.get(one.rating) for one in objective.ratings}
        for objective in objectives
    ]
    evaluators = sorted({key for ratings in given for key in ratings})
    matrix = [[ratings.get(evaluator) for ratings in given] for evaluator in evaluators]
    alpha = krippendorff_alpha(matrix, "ordinal") if matrix else None
    return alpha is not None and alpha.word == "differ"
