"""A value and its draws onto named bands, with guards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan
from lms.index.methodology import Methodology

Floats = NDArray[np.float64]
#: Under this probability the band is not said alone.
SURE = 0.8
#: A cut point belongs to the band above it, within so much.
SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Banded:
    """The band of a value.

    Args:
        band: its key; empty where there are no bands.
        guarded: a guard held it below where its value lies; why: the sentences that say so.
        probability: share of sampling draws in the band; NaN without draws.
        between: where the probability is under 0.8, the two most probable bands, lower first.
    """

    band: str = ""
    guarded: bool = False
    probability: float = np.nan
    between: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def positions(methodology: Methodology, plan: Plan, values: Floats) -> tuple[Floats, Floats]:
    """Positions of bands before and after guards, from the plan's rows × columns.

    A cut point belongs to the band above it (within 1e-12). A guard that is missed, or whose
    dimension is missing, gives the band below the guarded one.
    """
    return Bander(methodology, plan).positions(values)


class Bander:
    """The bands and guards of a methodology, ready for many subjects."""

    def __init__(self, methodology: Methodology, plan: Plan) -> None:
        self.keys = [band.key for band in methodology.bands]
        self.starts = np.array([band.start for band in methodology.bands])
        dimensions = (one.key for one in methodology.dimensions)
        rows = dict(zip(dimensions, plan.dimension_rows, strict=True))
        self.guards = [
            (guard, self.keys.index(guard.band), rows[guard.dimension])
            for guard in methodology.guards
        ]

    def positions(self, values: Floats) -> tuple[Floats, Floats]:
        """As the function `positions`."""
        free = np.searchsorted(self.starts, values[-1] + SLACK, "right") - 1
        held = free.copy()
        for guard, place, row in self.guards:
            # NaN compares as false, so a missing dimension does not meet its guard.
            missed = ~(values[row] >= guard.at_least - SLACK)
            held = np.where(missed, np.minimum(held, place - 1), held)
        return free, held

    def band(self, values: Floats, drawn: Floats | None = None) -> Banded:
        """The band of one subject.

        Args:
            values: the plan's rows.
            drawn: the plan's rows × draws, where there are draws.
        """
        if not self.keys or np.isnan(values[-1]):
            return Banded()
        free, held = self.positions(values[:, None])
        place = int(held[0])
        why = self._why(values, int(free[0])) if held[0] < free[0] else ()
        key, guarded = self.keys[place], bool(why)
        if drawn is None or not drawn.shape[1]:
            return Banded(key, guarded, why=why)
        _, places = self.positions(drawn)
        shares = np.bincount(places, minlength=len(self.keys)) / places.size
        probability = float(shares[place])
        if probability >= SURE:
            return Banded(key, guarded, probability, why=why)
        likely = sorted(sorted(range(len(shares)), key=lambda i: (-shares[i], i))[:2])
        between = tuple(self.keys[i] for i in likely)
        return Banded(key, guarded, probability, between, why)

    def _why(self, values: Floats, free: int) -> tuple[str, ...]:
        """The guards that hold a value down, each as a sentence."""
        told = []
        for guard, place, row in self.guards:
            value = float(values[row])
            if place <= free and not value >= guard.at_least - SLACK:
                is_ = "has no value" if np.isnan(value) else f"is {value:.3f}"
                told.append(
                    f"{guard.band} needs {guard.dimension} of at least {guard.at_least:g}, "
                    f"and {guard.dimension} {is_}"
                )
        return tuple(told)
