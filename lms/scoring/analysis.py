"""The whole item analysis of an assessment in one call."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.distractors import CodedChoices, Option, OptionTable, columns_of, table_of_item
from lms.scoring.guard import guard_of
from lms.scoring.item_flags import ItemFlag, flags_of
from lms.scoring.items import effective_weights, spread_of_ends
from lms.scoring.language_difference import Dif, dif_of_column, levels_of
from lms.scoring.matrix import Floats, Totals, as_matrix, correlation
from lms.scoring.rasch_model import Rasch, rasch
from lms.scoring.reliability import (
    Reliability,
    cronbach_alpha,
    drawn_reliability,
    livingston_k2,
    sem,
    share_near,
)


@dataclass(frozen=True, slots=True)
class AnalysedItem:
    """What is known of an item beforehand.

    Args:
        id: any stable name.
        weight: points that it is worth, above 0.
        right: its right options; empty where it has no options to analyse.
        options: all its options in their order.
        guess: share of the mark that guessing earns on average, 0 to 1; None if unknown.
    """

    id: str
    weight: float = 1.0
    right: frozenset[Option] = frozenset()
    options: tuple[Option, ...] = ()
    guess: float | None = None


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What the attempts say of one item; None where a figure would mean nothing.

    Args:
        id: of the item.
        n: persons who were given it.
        facility: mean share of the maximum, 0 to 1.
        discrimination: correlation with the total without it.
        point_biserial: correlation with the total, itself included.
        upper_lower: mean of the best 27 % less mean of the last 27 %.
        guess: as given.
        intended_weight: its points over those of all items.
        effective_weight: its part in the differences between persons; those of all sum to 1.
        alpha_if_deleted: alpha of the other items.
        options: who chose what; None where the item has none or nothing is known of the choices.
        dif: comparisons of each language with the reference, where both groups are large enough.
        difficulty, difficulty_error: Rasch, in logits; persons have mean 0 there.
        infit, outfit: of the Rasch model, 1 expected.
        guard: as `guard_of` n.
        flags: what to look at, most urgent first.
    """

    id: str
    n: int
    facility: float | None
    discrimination: float | None
    point_biserial: float | None
    upper_lower: float | None
    guess: float | None
    intended_weight: float
    effective_weight: float | None
    alpha_if_deleted: float | None
    options: OptionTable | None
    dif: tuple[Dif, ...]
    difficulty: float | None
    difficulty_error: float | None
    infit: float | None
    outfit: float | None
    guard: str | None
    flags: tuple[ItemFlag, ...]


@dataclass(frozen=True, slots=True)
class WholeFigures:
    """What the attempts say of the assessment as a whole. Totals are shares of the maximum, 0 to 1.

    Args:
        n: persons with at least one item.
        items: how many.
        mean, sd: of the totals; sd None with one person.
        alpha: Cronbach's, over the persons without a gap.
        complete_persons: those persons.
        right_or_wrong: whether all marks are 0 or 1, so that alpha is KR-20.
        drawn_reliability: where there are gaps: reliability of totals over items drawn for each.
        reliability: alpha, or the drawn one where fewer than half the persons have no gap.
        sem: standard error of a total, a share of the maximum.
        pass_mark: as given.
        k2: Livingston's, at the pass mark.
        share_near_pass: persons within one sem of the pass mark.
        passed: share of persons at or above it.
        guard: as `guard_of` n.
    """

    n: int
    items: int
    mean: float | None
    sd: float | None
    alpha: float | None
    complete_persons: int
    right_or_wrong: bool
    drawn_reliability: float | None
    reliability: float | None
    sem: float | None
    pass_mark: float | None
    k2: float | None
    share_near_pass: float | None
    passed: float | None
    guard: str | None


@dataclass(frozen=True, slots=True)
class Analysis:
    """Items in the order given, the assessment as a whole, and the Rasch scale if there is one.

    Args:
        items: one an item.
        whole: the assessment.
        rasch: of the items with marks of 0 and 1 (`rasch_items` by place), with one slope for all;
            None with too few persons or such items, or without a likeliest scale. Where there are
            gaps it is fitted to 20,000 persons at most, taken evenly from all.
        rasch_items: places of the items that the scale was fitted to.
        reference: the language compared with; None without groups.
    """

    items: tuple[ItemFigures, ...]
    whole: WholeFigures
    rasch: Rasch | None
    rasch_items: tuple[int, ...]
    reference: Hashable | None


def analyse(
    matrix: Any,
    items: Sequence[AnalysedItem],
    *,
    pass_mark: float | None = None,
    choices: Any = None,
    groups: Sequence[Hashable] | NDArray[Any] | None = None,
    reference: Hashable | None = None,
) -> Analysis:
    """Analyse the finished attempts at an assessment, one a person.

    Args:
        matrix: persons × items, share of the item's mark, 0 to 1. None or NaN is an item that the
            person was not given; given and unanswered is 0.
        items: one a column.
        pass_mark: share of the maximum from which one passes, 0 to 1.
        choices: persons × items: option, collection of options, or None; an array of whole numbers
            holds options as numbers from 0, negative for none.
        groups: language in which each person sat; None for unknown.
        reference: language to compare the others with; by default the most frequent.

    Totals weigh items by their points. With gaps they are means over what was given, and alpha and
    effective weights rest on persons without a gap alone.

    Raises:
        ValueError: shapes that do not fit, a weight that is not above 0, a pass mark outside 0 to 1.
    Source: each figure where its function is; together: Crocker & Algina (1986), ch. 14.
    """
    shares = np.asfortranarray(as_matrix(matrix))
    if not len(shares):
        shares = np.empty((0, len(items)), order="F")
    persons = len(shares)
    weights = np.array([item.weight for item in items], dtype=np.float64)
    if shares.shape[1] != len(items) or not np.all(weights > 0):
        raise ValueError("an item for each column, with a weight above 0")
    if pass_mark is not None and not 0 <= pass_mark <= 1:
        raise ValueError("a pass mark is a share of the maximum, 0 to 1")
    if groups is not None and len(groups) != persons:
        raise ValueError("a group for each person")
    columns = None if choices is None else columns_of(choices, len(items))
    if columns and len(columns[0]) != persons:
        raise ValueError("choices of the same persons")
    totals = Totals.of(shares, weights)
    means = totals.means()
    marks = shares if np.all(weights == weights[0]) else np.asfortranarray(shares * weights)
    alpha = cronbach_alpha(marks)
    effective = effective_weights(marks)
    scale, fitted = _scale(shares)
    base, sides = _sides(groups, reference)
    levels = levels_of(shares) if sides else None
    found = []
    for at, item in enumerate(items):
        own = shares[:, at]
        given = int(persons - np.isnan(own).sum())
        rest = totals.rests(own, item.weight)
        table = None
        if columns is not None and (item.right or item.options):
            table = table_of_item(
                CodedChoices.of(columns[at]),
                item.right,
                own=own,
                shown=means,
                rest=rest,
                listed=item.options,
            )
        place = fitted.index(at) if scale is not None and at in fitted else None
        facility = float(np.nanmean(own)) if given else None
        # With no gaps alpha has worked it out already.
        if alpha is not None and totals.complete:
            discrimination = alpha.corrected_item_total[at]
        else:
            discrimination = correlation(own, rest)
        dif = tuple(
            one
            for language, side in sides.items()
            if levels is not None
            and (one := dif_of_column(own, levels, side, base, language)) is not None
        )
        found.append(
            ItemFigures(
                item.id,
                given,
                facility,
                discrimination,
                correlation(own, means),
                spread_of_ends(own, means),
                item.guess,
                float(item.weight / weights.sum()),
                None if effective is None else effective[at],
                None if alpha is None else alpha.alpha_if_deleted[at],
                table,
                dif,
                *_rasch_figures(scale, place),
                guard_of(given),
                flags_of(given, facility, discrimination, table, dif),
            )
        )
    whole = _whole(shares, totals, alpha, pass_mark)
    return Analysis(tuple(found), whole, scale, fitted, base)


def _whole(
    shares: Floats, totals: Totals, alpha: Reliability | None, pass_mark: float | None
) -> WholeFigures:
    known = totals.means()
    known = known[~np.isnan(known)]
    n = len(known)
    mean = float(known.mean()) if n else None
    sd = float(known.std(ddof=1)) if n > 1 else None
    complete = n if totals.complete else int((~np.isnan(shares).any(axis=1)).sum())
    drawn = None if totals.complete else drawn_reliability(shares)
    value = None if alpha is None else alpha.value
    reliability = value if 2 * complete >= n else drawn
    error = None if sd is None or reliability is None else sem(sd, reliability)
    k2 = near = passed = None
    if pass_mark is not None and n:
        # A total that is the pass mark but for binary fractions has reached it.
        passed = float((known >= pass_mark - 1e-9).mean())
        near = None if error is None else share_near(known, pass_mark, error)
        if reliability is not None and mean is not None and sd is not None:
            k2 = livingston_k2(reliability, mean, sd, pass_mark)
    return WholeFigures(
        n,
        shares.shape[1],
        mean,
        sd,
        value,
        complete,
        bool(((shares == 0) | (shares == 1) | np.isnan(shares)).all()),
        drawn,
        reliability,
        error,
        pass_mark,
        k2,
        near,
        passed,
        guard_of(n),
    )


#: With gaps each person is a case of its own; so many fix the scale to a hundredth of a logit or two.
SCALE_PERSONS = 20_000


def _scale(shares: Floats) -> tuple[Rasch | None, tuple[int, ...]]:
    """The Rasch scale of the items with marks of 0 and 1, with a common slope of their own."""
    plain = [
        at
        for at in range(shares.shape[1])
        if ((shares[:, at] == 0) | (shares[:, at] == 1) | np.isnan(shares[:, at])).all()
    ]
    marks = shares[:, plain]
    if len(marks) > SCALE_PERSONS and np.isnan(marks.sum()):
        # Evenly over the rows, which often come in order of time.
        marks = marks[np.linspace(0, len(marks) - 1, SCALE_PERSONS).astype(np.int64)]
    found = rasch(marks, slope=None) if plain else None
    return found, tuple(plain) if found is not None else ()


def _rasch_figures(
    scale: Rasch | None, place: int | None
) -> tuple[float | None, float | None, float | None, float | None]:
    if scale is None or place is None:
        return None, None, None, None
    fields = scale.difficulty, scale.standard_error, scale.infit, scale.outfit
    difficulty, error, infit, outfit = (field[place] for field in fields)
    return difficulty, error, infit, outfit


def _sides(
    groups: Sequence[Hashable] | NDArray[Any] | None, reference: Hashable | None
) -> tuple[Hashable | None, Mapping[Hashable, NDArray[np.int64]]]:
    """The reference, and for each other language who is on which side (1 reference, 2 focal)."""
    if groups is None:
        return None, {}
    coded = CodedChoices.of(groups)
    counts = np.bincount(coded.which, minlength=len(coded.options))
    present = [at for at in range(len(coded.options)) if counts[at]]
    order = sorted(present, key=lambda at: (-counts[at], str(coded.options[at])))
    if not order:
        return None, {}
    base = coded.options[order[0]] if reference is None else reference
    label = np.full(len(groups), -1)
    label[coded.who] = coded.which
    on_base = np.isin(label, [at for at in order if coded.options[at] == base])
    return base, {
        coded.options[at]: on_base + 2 * (label == at) for at in order if coded.options[at] != base
    }
