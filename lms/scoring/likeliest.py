"""Climbing to the top of a likelihood in which something was not seen: EM first, Newton at the end."""

from typing import Protocol, TypeVar

import numpy as np

from lms.scoring.calibration import inverse
from lms.scoring.matrix import Floats

#: Largest change of a parameter at which the search ends.
PRECISE = 1e-8
#: From here on Newton's steps take over from EM, which is sure but slow near the end.
NEAR = 1e-2
LONGEST = 500


class Place(Protocol):
    """The likelihood at one set of parameters."""

    @property
    def parameters(self) -> Floats:
        """Where it is."""

    @property
    def log_likelihood(self) -> float:
        """How likely what was seen is."""

    @property
    def gradient(self) -> Floats:
        """Where it goes up."""

    @property
    def complete(self) -> Floats:
        """Information, had everything been seen: the curve that EM follows."""


At = TypeVar("At", bound=Place)


class Likelihood(Protocol[At]):
    """A likelihood to climb."""

    def at(self, parameters: Floats) -> At:
        """Return the place of these parameters."""

    def information(self, place: At) -> Floats:
        """Return the observed information there: the curve that Newton follows."""

    def sane(self, parameters: Floats) -> bool:
        """Whether these parameters may still be estimates; if not, the search ends without any."""


def climb(likelihood: Likelihood[At], start: Floats) -> At | None:
    """Return the likeliest place, or None where the search leaves the sane or does not end.

    Each step is taken only if it raises the likelihood, if need be by half, and half again.

    Source: Dempster, Laird & Rubin (1977), JRSS B 39, with the gradient step of Lange (1995),
        JRSS B 57; Newton's by the information of Louis (1982), JRSS B 44.
    """
    place = likelihood.at(start)
    near, curve, last = False, None, np.inf
    for _ in range(LONGEST):
        if near and curve is None:
            curve = inverse(likelihood.information(place))
        newton = near and curve is not None
        towards = curve if newton else inverse(place.complete)
        if towards is None:
            return None
        step = towards @ place.gradient
        size = float(np.abs(step).max())
        if size < PRECISE:
            return place
        moved = _moved(likelihood, place, step)
        if moved is None and not newton:
            return None
        # Newton's curve is dear and bends little near the end: a new one only when it slows down.
        if size > last / 4:
            curve = None
        near, last = moved is not None and size < NEAR, size
        place = place if moved is None else moved
        if not likelihood.sane(place.parameters):
            return None
    return None


def _moved(likelihood: Likelihood[At], place: At, step: Floats) -> At | None:
    slack = 1e-10 * (1 + abs(place.log_likelihood))
    for _ in range(30):
        moved = likelihood.at(place.parameters + step)
        if moved.log_likelihood >= place.log_likelihood - slack:
            return moved
        step = step / 2
    return None
