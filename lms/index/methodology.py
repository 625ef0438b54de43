"""A methodology as frozen values: indicators, dimensions, weights, bands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.index.canonical import digest

#: Methods whose value depends on who else is in the table.
RELATIVE = frozenset({"minmax", "zscore", "rank"})


@dataclass(frozen=True, slots=True)
class MethodologyProblem:
    """A fault of a methodology.

    Args:
        path: keys and positions into the mapping, such as ``("dimensions", 0, "weight")``.
        code: permanent, such as ``unknown-field``.
        message: what is wrong, in one English sentence.
    """

    path: tuple[str | int, ...]
    code: str
    message: str


class MethodologyError(ValueError):
    """A methodology does not hold together; `problems` names all its faults at once.

    `warnings` are what is allowed and odd about it besides, with the sources that it leaves unsaid.
    """

    def __init__(
        self, problems: list[MethodologyProblem], warnings: Sequence[MethodologyProblem] = ()
    ) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = problems
        self.warnings = tuple(warnings)


@dataclass(frozen=True, slots=True)
class Normalise:
    """How a raw value becomes 0 … 1. Fields that a method does not use keep their defaults."""

    method: str = "goalposts"
    low: float = 0.0
    high: float = 1.0
    direction: str = "up"
    target: float = 1.0
    points: tuple[tuple[float, float], ...] = ()
    levels: tuple[tuple[str, float], ...] = ()

    @property
    def relative(self) -> bool:
        """Whether others' values move this one."""
        return self.method in RELATIVE


@dataclass(frozen=True, slots=True)
class Outliers:
    """What becomes of extreme values across subjects, before normalising.

    Args:
        method: none, winsorise (to quantiles) or skew_kurtosis (point by point to the neighbour).
        lower, upper: shares of the quantiles, for winsorise. points: at most so many, for the other.
    """

    method: str = "none"
    lower: float = 0.05
    upper: float = 0.95
    points: int = 5


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. `weight` is as written; shares among siblings are on the parent.

    Args:
        span: (lowest, highest) possible raw value, or None where it is not bounded.
        min_coverage: share of the population that must be observed; used where one is known.
        threshold: of share_at_least, in the unit (a level's value where there are levels).
        impute: none, siblings, peers or last. shrinkage: none or empirical_bayes.
    """

    key: str
    unit: str
    statistic: str
    title: Any = field(default=None, compare=False)
    weight: float = 1.0
    source: str = "given"
    normalise: Normalise = Normalise()
    transform: str = "none"
    valid_days: int | None = None
    half_life_days: float | None = None
    groups: str = "weighted"
    unobserved: str = "missing"
    min_coverage: float = 0.5
    threshold: float | None = None
    measurement_error: float = 0.0
    span: tuple[float, float] | None = None
    outliers: Outliers = Outliers()
    impute: str = "none"
    shrinkage: str = "none"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What experts' comparisons or points say besides the weights.

    Args:
        ratio: consistency ratio of the joined comparisons (AHP); None for points.
        experts: each expert's name and own consistency ratio.
        spread: for points, each child's standard deviation across experts, as a share (n − 1).
    """

    ratio: float | None = None
    experts: tuple[tuple[str, float], ...] = ()
    spread: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Dimension:
    """A parent of indicators or of dimensions. The index itself is the topmost one.

    Args:
        shares: weights of the children, sum 1, in their order; equal where a run finds them
            (``weights: entropy``).
        concentration: κ of the weights' draws where the experts' points give it; None: the file's.
    """

    key: str
    children: tuple[Indicator, ...] | tuple[Dimension, ...]
    shares: tuple[float, ...]
    title: Any = field(default=None, compare=False)
    weight: float = 1.0
    aggregate: str = "arithmetic"
    p: float = 1.0
    weights: str = "given"
    floor: float = 0.01
    min_weight_present: float = 2 / 3
    concentration: float | None = None
    judgement: Judgement | None = field(default=None, compare=False)

    def dimensions(self) -> Iterator[Dimension]:
        """The dimensions below, each before what it holds, in the file's order."""
        for child in self.children:
            if isinstance(child, Dimension):
                yield child
                yield from child.dimensions()

    def indicators(self) -> Iterator[tuple[Indicator, Dimension]]:
        """The indicators below with the dimension of each, in the file's order."""
        for child in self.children:
            if isinstance(child, Dimension):
                yield from child.indicators()
            else:
                yield child, self


@dataclass(frozen=True, slots=True)
class Interval:
    """Settings of the draws: share inside, number, spread of weights, other methods.

    Args:
        concentration: κ of the Dirichlet draws of weights: the larger, the nearer to those given.
        aggregates, normalises: what method draws choose from; empty: nothing but the file's.
    """

    level: float = 0.90
    draws: int = 1000
    concentration: float = 100.0
    aggregates: tuple[str, ...] = ()
    normalises: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A named range of the index; `start` belongs to it."""

    key: str
    start: float


@dataclass(frozen=True, slots=True)
class Guard:
    """A band that needs `at_least` in a dimension; without it, the band below."""

    band: str
    dimension: str
    at_least: float


@dataclass(frozen=True, slots=True)
class Methodology:
    """All that decides an index, apart from the evidence.

    Args:
        ranking: none or copeland (beside the value).
        low_agreement: what an exercise counts whose evaluators disagree: ``count`` as any other,
            ``half`` at half weight. Whoever maps evidence to observations sets that weight.
        peers: groups of subjects, (name, codes), that ``impute: peers`` compares; empty: all are one.
        warnings: what is allowed and odd: ``dominant``, ``double_counting``.
    """

    key: str
    version: str
    root: Dimension
    title: Any = field(default=None, compare=False)
    comparable_over_time: bool = False
    min_coverage_for_band: float = 0.6
    min_independent: float = 0.0
    interval: Interval = Interval()
    bands: tuple[Band, ...] = ()
    guards: tuple[Guard, ...] = ()
    faulty_observations: str = "refuse"
    ranking: str = "none"
    low_agreement: str = "count"
    peers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    warnings: tuple[MethodologyProblem, ...] = field(default=(), compare=False)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Methodology:
        """A methodology from plain values, as section 13 of the specification writes them.

        Raises:
            MethodologyError: with `problems`, all faults at once.
        """
        from lms.index.reading import read

        return read(mapping)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators in the file's order."""
        return tuple(indicator for indicator, _ in self.root.indicators())

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions in the file's order, each before what it holds; without the index."""
        return tuple(self.root.dimensions())

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of what decides; titles and comments do not."""
        return digest(_plain(self))


def _plain(thing: Any) -> Any:
    if isinstance(thing, tuple):
        return [_plain(one) for one in thing]
    if hasattr(thing, "__dataclass_fields__"):
        told = [name for name, one in thing.__dataclass_fields__.items() if one.compare]
        return {name: _plain(getattr(thing, name)) for name in told}
    return thing
