"""Option analysis: who chose what, and whether the key is the key."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.scoring.guard import NO_SPREAD, guard_of
from lms.scoring.matrix import Floats, Totals, as_matrix

#: A distractor chosen by a smaller share does nothing (capacity specification, section 15).
IDLE = 0.05

Option = Hashable
#: What one person chose: an option, several of them, or nothing.
Chosen = Option | Collection[Option] | None


@dataclass(frozen=True, slots=True)
class OptionRow:
    """What the choosers of one option are like.

    Args:
        option: its id, as in the responses.
        right: whether the key holds it.
        count: persons who chose it.
        share: of the persons who were given the item, answered or not, 0 to 1.
        mean_total: mean total of the choosers; None without any.
        point_biserial: chosen or not against the total without the item; None without variation.
        words: ``dead-option`` for a distractor under 5 %; ``check-key`` for one whose choosers have
            a higher mean total than those of the key.
    """

    option: Option
    right: bool
    count: int
    share: float
    mean_total: float | None
    point_biserial: float | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptionTable:
    """The options of one item.

    Args:
        options: those of the key and those that were listed or chosen, in the order listed, others
            after them sorted by their text.
        persons: who were given the item.
        unanswered: of them, who chose nothing.
        guard: as `guard_of` persons.
    """

    options: tuple[OptionRow, ...]
    persons: int
    unanswered: int
    guard: str | None

    def __getitem__(self, option: Option) -> OptionRow:
        """Return the row of an option; KeyError where there is none."""
        for one in self.options:
            if one.option == option:
                return one
        raise KeyError(option)


def option_table(
    responses: Sequence[Sequence[Chosen]] | NDArray[Any],
    key: Sequence[Chosen],
    *,
    matrix: Any = None,
    options: Sequence[Sequence[Option]] | None = None,
) -> tuple[OptionTable, ...]:
    """Return for each item who chose which option, and what their totals are.

    Args:
        responses: persons × items: an option, a set, tuple or list of options where several may be
            chosen, or None (NaN) for no answer.
        key: for each item the right option, or a collection of right ones.
        matrix: persons × items of marks, NaN where an item was not given. Without it an answer that
            is exactly the key has 1, everything else, no answer included, 0.
        options: for each item all options in their order, so that one that nobody chose is listed.

    Totals are sums of marks; where the matrix has gaps, means over the given items.

    Raises:
        ValueError: shapes that do not fit.
    Source: Crocker & Algina (1986), ch. 14; corrected as in `discrimination`.
    """
    columns = columns_of(responses, len(key))
    rights = [_as_set(one) for one in key]
    marks = _marked(columns, rights) if matrix is None else as_matrix(matrix)
    persons = len(columns[0]) if columns else 0
    if marks.shape != (persons, len(key)) or (options is not None and len(options) != len(key)):
        raise ValueError("responses, key, marks and options are of the same persons and items")
    totals = Totals.of(marks)
    shown = totals.sums if totals.complete else totals.means()
    return tuple(
        table_of_item(
            CodedChoices.of(column),
            rights[at],
            own=marks[:, at],
            shown=shown,
            rest=totals.rests(marks[:, at]),
            listed=options[at] if options is not None else (),
        )
        for at, column in enumerate(columns)
    )


@dataclass(frozen=True, eq=False)
class CodedChoices:
    """One item's choices with options as small numbers.

    Args:
        options: option of each number; one that nobody chose may be among them.
        who: persons, one entry for each option that a person chose.
        which: the numbers, beside `who`.
    """

    options: tuple[Option, ...]
    who: NDArray[np.int64]
    which: NDArray[np.int32]

    @classmethod
    def of(cls, column: Iterable[Chosen]) -> "CodedChoices":
        """Return a column of choices, coded; None, NaN and an empty collection are no answer."""
        if isinstance(column, np.ndarray) and column.dtype.kind in "iu":
            return cls._of_codes(column)
        cells: list[Any] = column.tolist() if isinstance(column, np.ndarray) else list(column)
        try:
            # The usual case, one option each, at the speed of a dictionary.
            distinct = list(dict.fromkeys(cells))
        except TypeError:
            return cls._of_many(cells)
        if any(_is_many(option) for option in distinct):
            return cls._of_many(cells)
        # Every NaN is a key of its own kind, hence found by being no answer, not by being equal.
        numbers = {option: -1 if _is_nothing(option) else at for at, option in enumerate(distinct)}
        which = np.fromiter(map(numbers.__getitem__, cells), dtype=np.int32, count=len(cells))
        who = np.flatnonzero(which >= 0)
        return cls(tuple(distinct), who, which[who])

    @classmethod
    def _of_codes(cls, column: NDArray[np.integer]) -> "CodedChoices":
        """Whole numbers stand for themselves; negative ones mean no answer."""
        who = np.flatnonzero(column >= 0)
        which = column[who].astype(np.int32)
        if len(which) and int(which.max()) < len(which):
            return cls(tuple(range(int(which.max()) + 1)), who, which)
        options, places = np.unique(which, return_inverse=True)
        return cls(tuple(options.tolist()), who, places.astype(np.int32))

    @classmethod
    def _of_many(cls, cells: Sequence[Chosen]) -> "CodedChoices":
        numbers: dict[Option, int] = {}
        pairs = [
            (person, numbers.setdefault(option, len(numbers)))
            for person, cell in enumerate(cells)
            for option in _as_set(cell)
        ]
        who = np.array([person for person, _ in pairs], dtype=np.int64)
        return cls(tuple(numbers), who, np.array([code for _, code in pairs], dtype=np.int32))


def table_of_item(
    choices: CodedChoices,
    right: frozenset[Option],
    *,
    own: Floats,
    shown: Floats,
    rest: Floats,
    listed: Sequence[Option] = (),
) -> OptionTable:
    """Return the option table of one item.

    Args:
        choices: what was chosen.
        right: the key.
        own: marks on the item by person, NaN = not given.
        shown: total of each person.
        rest: total of each person without the item.
        listed: options in their order.
    """
    given = ~np.isnan(own)
    persons = int(given.sum())
    kept = given[choices.who]
    who, which = choices.who[kept], choices.which[kept]
    size = max(1, len(choices.options))
    counts = np.bincount(which, minlength=size)
    totals = np.bincount(which, weights=shown[who], minlength=size).astype(np.float64)
    with_rest = ~np.isnan(rest)
    rests = rest[with_rest]
    kept = with_rest[who]
    against = _Rest.of(rests)
    rest_counts = np.bincount(which[kept], minlength=size)
    rest_sums = np.bincount(which[kept], weights=rest[who[kept]], minlength=size)
    at = {option: number for number, option in enumerate(choices.options)}
    key_total = _mean_of_key(right, at, counts, totals)
    rows = []
    for option in _in_order(choices.options, counts, right, listed):
        number = at.get(option)
        count = 0 if number is None else int(counts[number])
        share = count / persons if persons else 0.0
        mean = None if number is None or not count else float(totals[number]) / count
        words = () if option in right else _words(share, mean, key_total)
        found = (
            None
            if number is None
            else against.correlation(int(rest_counts[number]), float(rest_sums[number]))
        )
        rows.append(OptionRow(option, option in right, count, share, mean, found, words))
    answered = np.zeros(len(own), dtype=bool)
    answered[who] = True
    return OptionTable(tuple(rows), persons, persons - int(answered.sum()), guard_of(persons))


@dataclass(frozen=True, slots=True)
class _Rest:
    """Mean and spread of the totals without the item, over everybody who was given it."""

    persons: int
    mean: float
    spread: float

    @classmethod
    def of(cls, rests: Floats) -> "_Rest":
        if len(rests) < 3:
            return cls(len(rests), 0.0, 0.0)
        return cls(len(rests), float(rests.mean()), float(((rests - rests.mean()) ** 2).sum()))

    def correlation(self, count: int, total: float) -> float | None:
        """Pearson's correlation of chosen or not with the rest, from count and sum of choosers."""
        if self.persons < 3 or self.spread < NO_SPREAD or not 0 < count < self.persons:
            return None
        within = count * (1 - count / self.persons)
        return max(-1.0, min(1.0, (total - count * self.mean) / sqrt(within * self.spread)))


def _words(share: float, mean: float | None, key_total: float | None) -> tuple[str, ...]:
    words: tuple[str, ...] = ("dead-option",) if share < IDLE else ()
    if mean is not None and key_total is not None and mean > key_total:
        words += ("check-key",)
    return words


def _mean_of_key(
    right: frozenset[Option],
    at: Mapping[Option, int],
    counts: NDArray[np.integer],
    totals: Floats,
) -> float | None:
    numbers = [at[option] for option in right if option in at]
    count = int(counts[numbers].sum())
    return float(totals[numbers].sum()) / count if count else None


def _in_order(
    chosen: Sequence[Option],
    counts: NDArray[np.integer],
    right: frozenset[Option],
    listed: Sequence[Option],
) -> list[Option]:
    # Without any option there is still one count, of 0.
    others = {one for one, count in zip(chosen, counts, strict=False) if count} | right
    return [*listed, *sorted(others - set(listed), key=str)]


def columns_of(responses: Any, items: int) -> list[Any]:
    """Return the columns of persons × items responses, one an item.

    Raises:
        ValueError: a row with another number of items.
    """
    if isinstance(responses, np.ndarray):
        if responses.ndim != 2 or responses.shape[1] != items:
            raise ValueError("responses are persons × items, with a key for each item")
        return [responses[:, at] for at in range(items)]
    rows = list(responses)
    if any(len(row) != items for row in rows):
        raise ValueError("responses are persons × items, with a key for each item")
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * items


def _marked(columns: Sequence[Any], rights: Sequence[frozenset[Option]]) -> Floats:
    marks = np.zeros((len(columns[0]) if columns else 0, len(columns)))
    for at, (column, right) in enumerate(zip(columns, rights, strict=True)):
        choices = CodedChoices.of(column)
        wanted = np.array([option in right for option in choices.options], dtype=bool)
        if len(choices.which):
            hits = np.bincount(choices.who, weights=wanted[choices.which], minlength=len(marks))
            chosen = np.bincount(choices.who, minlength=len(marks))
            marks[:, at] = (hits == len(right)) & (chosen == len(right))
    return marks


def _as_set(chosen: Any) -> frozenset[Option]:
    if _is_many(chosen):
        return frozenset(chosen)
    return frozenset() if _is_nothing(chosen) else frozenset([chosen])


def _is_many(chosen: Any) -> bool:
    return isinstance(chosen, tuple | list | set | frozenset)


def _is_nothing(chosen: Any) -> bool:
    return chosen is None or (isinstance(chosen, float) and chosen != chosen)
