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


@dataclass(frozen=True, slots=True)
class Banded:
    """The band of a value.

    Args:
        band: its key; empty where there are no bands.
        guarded: a guard held it below where its value lies.
        probability: share of sampling draws in the band; NaN without draws.
        between: where the probability is under 0.8, the two most probable bands, lower first.
    """

    band: str = ""
    guarded: bool = False
    probability: float = np.nan
    between: tuple[str, ...] = ()


def positions(methodology: Methodology, plan: Plan, values: Floats) -> tuple[Floats, Floats]:
    """Positions of bands before and after guards, from the plan's rows × columns.

    A cut point belongs to the band above it (within 1e-12). A guard that is missed, or whose
    dimension is missing, gives the band below the guarded one.
    """
    starts = np.array([band.start for band in methodology.bands])
    free = np.searchsorted(starts, values[-1] + 1e-12, "right") - 1
    held = free.copy()
    keys = [band.key for band in methodology.bands]
    rows = dict(zip((one.key for one in methodology.dimensions), plan.dimension_rows, strict=True))
    for guard in methodology.guards:
        place = keys.index(guard.band)
        # NaN compares as false, so a missing dimension does not meet its guard.
        missed = ~(values[rows[guard.dimension]] >= guard.at_least - 1e-12)
        held = np.where(missed, np.minimum(held, place - 1), held)
    return free, held


def band_of(
    methodology: Methodology, plan: Plan, values: Floats, drawn: Floats | None = None
) -> Banded:
    """The band of one subject.

    Args:
        values: the plan's rows.
        drawn: the plan's rows × draws, where there are draws.
    """
    if not methodology.bands or np.isnan(values[-1]):
        return Banded()
    free, held = positions(methodology, plan, values[:, None])
    place = int(held[0])
    key = methodology.bands[place].key
    guarded = bool(held[0] < free[0])
    if drawn is None or not drawn.shape[1]:
        return Banded(key, guarded)
    _, places = positions(methodology, plan, drawn)
    shares = np.bincount(places, minlength=len(methodology.bands)) / places.size
    probability = float(shares[place])
    if probability >= SURE:
        return Banded(key, guarded, probability)
    likely = sorted(sorted(range(len(shares)), key=lambda i: (-shares[i], i))[:2])
    return Banded(key, guarded, probability, tuple(methodology.bands[i].key for i in likely))
