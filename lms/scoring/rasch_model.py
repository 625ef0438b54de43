"""The Rasch model: difficulties of items and places of persons on one scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lms.scoring.calibration import PersonMeasure
from lms.scoring.matrix import Floats, as_matrix, complete_rows
from lms.scoring.rasch_conditional import fit_conditional
from lms.scoring.rasch_marginal import fit_marginal

ENOUGH_PERSONS, ENOUGH_ITEMS = 50, 3
#: Mean squares inside fit well enough (Wright & Linacre 1994, Rasch Measurement Transactions 8).
FIT_LOW, FIT_HIGH = 0.7, 1.3

METHODS = ("marginal", "conditional")


@dataclass(frozen=True, slots=True)
class Rasch:
    """Items and persons on one scale of logits.

    Fields by item have one entry for each item of the matrix, None for items left out.

    Args:
        method: ``marginal`` or ``conditional``.
        difficulty: by item. Marginal: persons have mean 0 and sd 1 there. Conditional: centred on 0.
        difficulty_centred: by item, less the mean of all, so that both methods can be compared.
        standard_error: of the difficulty, by item.
        slope: common to all items.
        slope_error: None where the slope was given.
        log_likelihood: at the estimates; conditional without the part that no difficulty changes.
        person_measure: by raw score on the fitted items, 0 to their number. Marginal: mean and sd of
            the posterior. Conditional: likeliest place and its error; none (None) for 0 and all.
        infit, outfit: mean squares by item, 1 expected.
        misfit: items whose infit or outfit lies outside 0.7 to 1.3.
        solved_by_all, solved_by_none: items left out for that; one that nobody was given is left out
            and in neither.
        persons: that the estimates rest on.
        extreme_persons: solved none or all of the fitted items; the conditional method leaves them
            out.
        persons_left_out: for gaps (conditional), or without any item.
    """

    method: str
    difficulty: tuple[float | None, ...]
    difficulty_centred: tuple[float | None, ...]
    standard_error: tuple[float | None, ...]
    slope: float
    slope_error: float | None
    log_likelihood: float
    person_measure: tuple[PersonMeasure | None, ...]
    infit: tuple[float | None, ...]
    outfit: tuple[float | None, ...]
    misfit: tuple[int, ...]
    solved_by_all: tuple[int, ...]
    solved_by_none: tuple[int, ...]
    persons: int
    extreme_persons: int
    persons_left_out: int


def rasch(matrix: Any, method: str = "marginal", slope: float | None = 1.0) -> Rasch | None:
    """Fit a Rasch model to persons × items of 0 and 1.

    Args:
        matrix: None or NaN where an item was not given. The marginal method uses what there is; the
            conditional one leaves persons with a gap out.
        method: ``marginal``: abilities are normal, mean 0, sd 1. ``conditional``: nothing is assumed
            of them, and the slope is 1.
        slope: of all items, marginal only; None estimates one.

    Returns:
        None with fewer than 50 persons or three items (after those that all or none solved are left
        out), or where no finite estimate is likeliest.

    Raises:
        ValueError: a mark other than 0 and 1, an unknown method, a slope that is not above 0.
    Source: Rasch (1960); Bock & Aitkin (1981), Thissen (1982); Andersen (1972).
    """
    if method not in METHODS:
        raise ValueError("a method is marginal or conditional")
    if slope is not None and not slope > 0:
        raise ValueError("a slope is above 0")
    values = as_matrix(matrix)
    if not ((values == 0) | (values == 1) | np.isnan(values)).all():
        raise ValueError("the Rasch model is for marks of 0 and 1")
    rows = complete_rows(values) if method == "conditional" else values
    rows = rows[~np.isnan(rows).all(axis=1)] if rows.shape[1] else rows
    if len(rows) < ENOUGH_PERSONS:
        return None
    left_out = len(values) - len(rows)
    items, inside = _fitted_items(rows, drop_extremes=method == "conditional")
    extremes = _extremes(rows[:, items])
    asked = rows[:, items]
    if method == "conditional":
        asked = asked[inside]
    else:
        empty = np.isnan(asked).all(axis=1)
        asked, extremes, left_out = asked[~empty], extremes[~empty], left_out + int(empty.sum())
    if len(items) < ENOUGH_ITEMS or not len(asked):
        return None
    found = fit_conditional(asked) if method == "conditional" else fit_marginal(asked, slope)
    if found is None:
        return None
    outside = [
        int(item)
        for item, *fits in zip(items, found.infit, found.outfit, strict=True)
        if not all(FIT_LOW <= fit <= FIT_HIGH for fit in fits)
    ]
    total = values.shape[1]
    dropped = [item for item in range(total) if item not in set(items.tolist())]
    judged = rows[inside]
    solved, asked_of = np.nansum(judged, axis=0), (~np.isnan(judged)).sum(axis=0)
    return Rasch(
        method,
        _spread(found.difficulty, items, total),
        _spread(found.difficulty - found.difficulty.mean(), items, total),
        _spread(found.standard_error, items, total),
        found.slope,
        found.slope_error,
        found.log_likelihood,
        found.measures,
        _spread(found.infit, items, total),
        _spread(found.outfit, items, total),
        tuple(outside),
        tuple(item for item in dropped if 0 < solved[item] == asked_of[item]),
        tuple(item for item in dropped if solved[item] == 0 < asked_of[item]),
        len(asked),
        int(extremes.sum()),
        left_out,
    )


def _fitted_items(rows: Floats, *, drop_extremes: bool) -> tuple[Any, Any]:
    """Return (items that some but not all solved, persons to judge by).

    Where persons with none or all solved are dropped, an item may be left that the others all
    solved: both are then dropped in turn until nothing changes.
    """
    items = np.arange(rows.shape[1])
    inside = np.ones(len(rows), dtype=bool)
    while len(items) and inside.any():
        held = rows[np.ix_(inside, items)]
        given = ~np.isnan(held)
        solved = np.where(given, held, 0).sum(axis=0)
        varied = items[(solved > 0) & (solved < given.sum(axis=0))]
        now = ~_extremes(rows[:, varied]) if drop_extremes else inside
        if len(varied) == len(items) and bool((now == inside).all()):
            break
        items, inside = varied, now
    return items, inside


def _extremes(rows: Floats) -> Any:
    """Persons who solved none or all of the items that they were given."""
    given = ~np.isnan(rows)
    solved = np.where(given, rows, 0).sum(axis=1)
    return (solved == 0) | (solved == given.sum(axis=1))


def _spread(values: Floats, items: Any, total: int) -> tuple[float | None, ...]:
    found: list[float | None] = [None] * total
    for item, value in zip(items.tolist(), values.tolist(), strict=True):
        found[item] = value
    return tuple(found)
