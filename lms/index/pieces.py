"""The observations behind a run, one by one, with the weight that each has in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np

from lms.index.observations import Observation
from lms.index.result import Result

Observations = Iterable[Observation] | Mapping[str, Sequence[Any]]
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """An observation that a run used.

    Args:
        weight: after decay. age: days at the run's day.
    """

    observation: Observation
    weight: float
    age: int

    @property
    def group(self) -> str:
        """What it is not independent in; an observation without a group is one of its own."""
        return self.observation.group or f"\0{self.observation.id}"


def listed(observations: Observations, numbered: bool = True) -> Iterator[Observation]:
    """Observations one by one. `numbered`: an empty id becomes ``row-<n>``, as in a run."""
    rows = _rows(observations) if isinstance(observations, Mapping) else iter(observations)
    for number, one in enumerate(rows, start=1):
        yield one if one.id or not numbered else replace(one, id=f"row-{number}")


def _rows(table: Mapping[str, Sequence[Any]]) -> Iterator[Observation]:
    columns = {
        name: column.tolist() if isinstance(column, np.ndarray) else list(column)
        for name, column in table.items()
    }
    columns.setdefault("value", [None] * len(columns["subject"]))
    for row in zip(*columns.values(), strict=True):
        # A column says NaN where a record says nothing.
        held: dict[str, Any] = {
            name: None if value != value else value
            for name, value in zip(columns, row, strict=True)
        }
        for name in ("weight", "kind"):
            if held.get(name, "") is None:
                del held[name]
        yield Observation(**held)


def day_of(observation: Observation, otherwise: date) -> date:
    """When it was observed; without a day, the day given."""
    day = observation.observed_on
    return otherwise if day is None else day.date() if isinstance(day, datetime) else day


def pieces(run: Result, observations: Observations) -> dict[Cell, tuple[Piece, ...]]:
    """What stands behind each (subject, indicator) of a run, in the order given.

    Args:
        observations: those that the run was computed from; what it left out is passed over.
    """
    indicators = run.methodology.indicators
    used = {
        (subject, one.key): frozenset(run.observations[s][i])
        for s, subject in enumerate(run.subjects)
        for i, one in enumerate(indicators)
    }
    half_lives = {one.key: one.half_life_days for one in indicators}
    found: dict[Cell, list[Piece]] = {}
    seen: set[str] = set()
    for one in listed(observations):
        cell = (one.subject, one.indicator)
        # Of two with one id the first was used.
        if one.id in used.get(cell, ()) and one.id not in seen:
            seen.add(one.id)
            age = (run.as_of - day_of(one, run.as_of)).days
            half = half_lives[one.indicator]
            weight = one.weight * 0.5 ** (age / half) if half else one.weight
            found.setdefault(cell, []).append(Piece(one, weight, age))
    return {cell: tuple(one) for cell, one in found.items()}


def behind(run: Result, subject: str) -> dict[str, frozenset[str]]:
    """By indicator, the ids that a run used for a subject; empty where it does not list it."""
    if subject not in run.subjects:
        return {}
    names = run.observations[run.subjects.index(subject)]
    pairs = zip(run.methodology.indicators, names, strict=True)
    return {one.key: frozenset(own) for one, own in pairs}
