"""Observations as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.observation_rows import EPOCH, Coded

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing observed, as section 1 of the specification describes it.

    Args:
        value: in the indicator's unit, a level where the indicator has levels, or None for rates.
        observed_on: when it was true; None is the as-of date of the run.
        weight: relative, at least 0.
        group: what observations share and are not independent in; empty is a group of its own.
        se: standard error of this value, if the source knows it.
        assessor: organisation that assessed; equal to the subject is self-assessed.
        verified_by: organisation that checked; empty is nobody.
    """

    subject: str
    indicator: str
    value: float | str | None
    id: str = ""
    unit: str | None = None
    observed_on: date | None = None
    weight: float = 1.0
    group: str = ""
    numerator: float | None = None
    denominator: float | None = None
    se: float | None = None
    kind: str = "given"
    source: str = ""
    assessor: str = ""
    verified_by: str = ""


DEFAULTS: dict[str, Any] = {one.name: one.default for one in fields(Observation)[3:]}
NAMES = tuple(one.name for one in fields(Observation))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an observation (or, as a warning, odd about it).

    Args:
        id: of the observation; empty where it is about the run.
        code: permanent, such as ``unit``.
        message: one English sentence.
    """

    id: str
    code: str
    message: str


@dataclass(slots=True)
class Columns:
    """Observations as equally long columns, in canonical order once they were checked.

    `value`, `numerator`, `denominator`, `se` hold NaN where empty; `day` counts from 1970-01-01;
    `subject` and `indicator` are positions in `subjects` and in the methodology's indicators.
    `texts` holds the columns of text as codes into sorted words: id (as given), group, kind,
    source, assessor, verified_by.
    """

    subjects: list[str]
    subject: Ints
    indicator: Ints
    ids: list[str]
    value: Floats
    day: Ints
    weight: Floats
    group: Ints
    numerator: Floats
    denominator: Floats
    se: Floats
    independent: Bools
    verified: Bools
    texts: dict[str, Coded] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, rows: NDArray[Any]) -> Columns:
        """These rows, in this order; subjects keep their positions."""
        if rows.dtype == bool and rows.all():
            return self
        positions = np.arange(len(self))[rows]
        arrays = {
            one.name: getattr(self, one.name)[positions]
            for one in fields(self)
            if isinstance(getattr(self, one.name), np.ndarray)
        }
        return Columns(
            subjects=self.subjects,
            ids=[self.ids[i] for i in positions.tolist()],
            texts={
                name: Coded(one.codes[positions], one.words) for name, one in self.texts.items()
            },
            **arrays,
        )


def joined(parts: Sequence[Columns]) -> Columns:
    """Several columns of the same subjects and words as one; they are sorted no more."""
    if len(parts) == 1:
        return parts[0]
    arrays = {
        one.name: np.concatenate([getattr(part, one.name) for part in parts])
        for one in fields(Columns)
        if isinstance(getattr(parts[0], one.name), np.ndarray)
    }
    return Columns(
        subjects=parts[0].subjects,
        ids=[name for part in parts for name in part.ids],
        texts={
            name: Coded(np.concatenate([part.texts[name].codes for part in parts]), own.words)
            for name, own in parts[0].texts.items()
        },
        **arrays,
    )


def in_order(keys: list[NDArray[Any]]) -> Ints:
    """Positions in the order of the keys, the first counting most; NaN stands last.

    Rows that are equal in all keys keep their order.
    """
    size = keys[0].size
    telling = [key for key in keys if size and not (key == key[0]).all()]
    # Whole numbers are packed into one key as long as they fit; the other keys are asked only of
    # rows that are equal so far.
    packed, width = np.zeros(size, dtype=np.int64), 1
    while telling and telling[0].dtype.kind == "i":
        low, high = int(telling[0].min()), int(telling[0].max())
        if width * (high - low + 1) > 1 << 62:
            break
        width *= high - low + 1
        packed = packed * (high - low + 1) + (telling.pop(0) - low)
    order = np.argsort(packed, kind="stable")
    if telling:
        held = packed[order]
        alike = np.zeros(size, dtype=bool)
        alike[1:] = held[1:] == held[:-1]
        alike[:-1] |= alike[1:]
        rows = np.flatnonzero(alike)
        rest = [key[order[rows]] for key in telling]
        order[rows] = order[rows][np.lexsort([*rest[::-1], held[rows]])]
    return order


__all__ = ["DEFAULTS", "EPOCH", "NAMES", "Columns", "Observation", "Problem", "in_order", "joined"]
