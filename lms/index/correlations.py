"""Whether indicators belong together: correlations, alpha, components, effective weights."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.finding import Finding
from lms.index.methodology import Dimension, Methodology
from lms.index.normalise import mean_rank
from lms.index.result import Result

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Published subjects (or complete rows, or pairs) under which nothing is said.
LEAST = 10
#: Thresholds of the sentences (specification, section 10).
NOTHING, MORE, TWICE, ELSEWHERE = 0.1, 1.5, 0.92, 0.1
#: Under this alpha the report says why a low one is no fault (Nunnally 1978; Handbook, 4.2).
LOW_ALPHA = 0.7
#: Values that differ by less are equal, and a column of them is constant.
EQUAL = 1e-12
#: Subjects compared with all others at a time.
BLOCK = 64


@dataclass(frozen=True, slots=True)
class Item:
    """A child of a dimension: correlation with the sum of the others, alpha without it.

    None where it is constant, or where too few are left.
    """

    key: str
    corrected_item_total: float | None
    alpha_if_deleted: float | None


@dataclass(frozen=True, slots=True)
class Consistency:
    """How far the children of a dimension measure one thing.

    Args:
        alpha: Cronbach's alpha of the standardised columns; None with fewer than two that vary, or
            too few complete rows. It may be negative.
        n: complete rows.
    """

    dimension: str
    alpha: float | None
    n: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Coherence:
    """What a run's table says about its methodology. NaN is 'cannot be said'.

    Args:
        indicators, dimensions: keys, in the file's order.
        subjects: published ones; under 10 nothing else is filled in.
        pearson, spearman: indicators × indicators; n: subjects that have both.
        with_dimension: indicators × dimensions, Pearson. with_index: by indicator.
        consistency: by dimension.
        eigenvalues: of the correlation matrix of the indicators that vary, falling; rows: complete
            rows that it rests on. first_share: share of the first component.
        loadings: by indicator, its correlation with the first component, signs so that they sum to
            more than 0. component_weights: their squares, sum 1; for study, never applied.
        nominal, effective: by indicator, global weight as written, and r²(indicator, index)
            normalised to sum 1 (Paruolo, Saisana & Saltelli 2013, linear form).
        dominance: share of pairs of subjects that no weighting can turn round.
        findings: what is worth a sentence.
    """

    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    subjects: int
    pearson: Floats
    spearman: Floats
    n: Ints
    with_dimension: Floats
    with_index: Floats
    consistency: tuple[Consistency, ...]
    eigenvalues: Floats
    rows: int
    first_share: float
    loadings: Floats
    component_weights: Floats
    nominal: Floats
    effective: Floats
    dominance: float
    findings: tuple[Finding, ...]

    @property
    def enough(self) -> bool:
        """Whether there are subjects enough to say anything."""
        return self.subjects >= LEAST

    def to_mapping(self) -> dict[str, Any]:
        """The report as plain values for JSON: None where nothing can be said."""
        told: dict[str, Any] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            told[name] = _plain(value)
        return told


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, Finding):
        return value.to_mapping()
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and value != value else value


def coherence(run: Result) -> Coherence:
    """How the indicators of a run hang together (section 10 of the specification).

    Only published subjects count. Low figures are no fault of a capacity index, whose indicators
    are meant to differ; the report says so.
    """
    methodology = run.methodology
    published = ~np.isnan(run.values)
    z, parents, index = run.indicators[published], run.dimensions[published], run.values[published]
    keys = tuple(one.key for one in methodology.indicators)
    names = tuple(one.key for one in methodology.dimensions)
    subjects, k, d = len(index), len(keys), len(names)
    nominal = run.plan.weight[:k]
    if subjects < LEAST:
        few = Finding("too_few", {"subjects": subjects, "needed": LEAST})
        return Coherence(
            keys, names, subjects, np.full((k, k), np.nan), np.full((k, k), np.nan),
            np.zeros((k, k), dtype=np.int64), np.full((k, d), np.nan), np.full(k, np.nan), (),
            np.empty(0), 0, np.nan, np.full(k, np.nan), np.full(k, np.nan), nominal,
            np.full(k, np.nan), np.nan, (few,),
        )  # fmt: skip
    pearson, spearman, n = _correlations(z)
    with_dimension = np.array(
        [[correlation(z[:, i], parents[:, j]) for j in range(d)] for i in range(k)]
    ).reshape(k, d)
    with_index = np.array([correlation(z[:, i], index) for i in range(k)])
    squares = np.nan_to_num(with_index**2)
    effective = squares / squares.sum() if squares.sum() > 0 else np.full(k, np.nan)
    columns = {**dict(zip(names, parents.T, strict=True)), **dict(zip(keys, z.T, strict=True))}
    consistency = tuple(_consistency(one, columns) for one in methodology.dimensions)
    eigenvalues, loadings, rows = _components(z)
    weights = loadings**2
    share = float(eigenvalues[0] / eigenvalues.sum()) if eigenvalues.size else np.nan
    dominance = _dominance(z)
    findings = [
        *_of_dimensions(methodology, with_dimension, z, names),
        *_of_weights(keys, nominal, effective),
        *_of_pairs(keys, pearson, n),
        *_of_alpha(consistency),
        Finding("dominance", {"share": dominance, "n": subjects}),
    ]
    return Coherence(
        keys, names, subjects, pearson, spearman, n, with_dimension, with_index, consistency,
        eigenvalues, rows, share, loadings, weights / np.nansum(weights) if rows else weights,
        nominal, effective, dominance, tuple(findings),
    )  # fmt: skip


def correlation(x: Floats, y: Floats) -> float:
    """Pearson's correlation over the places where both have a number.

    NaN where fewer than three have, or where one of the two does not vary.
    """
    both = ~(np.isnan(x) | np.isnan(y))
    x, y = x[both], y[both]
    if x.size < 3 or np.ptp(x) <= EQUAL or np.ptp(y) <= EQUAL:
        return np.nan
    x, y = x - x.mean(), y - y.mean()
    return float(np.clip(x @ y / np.sqrt((x @ x) * (y @ y)), -1.0, 1.0))


def _correlations(z: Floats) -> tuple[Floats, Floats, Ints]:
    """Pearson, Spearman (mean ranks among the subjects that have both), and how many have both."""
    k = z.shape[1]
    there = ~np.isnan(z)
    n = there.T.astype(np.int64) @ there.astype(np.int64)
    pearson, spearman = np.full((2, k, k), np.nan)
    for i in range(k):
        for j in range(i, k):
            both = there[:, i] & there[:, j]
            x, y = z[both, i], z[both, j]
            pearson[i, j] = pearson[j, i] = correlation(x, y)
            if not np.isnan(pearson[i, j]):
                spearman[i, j] = spearman[j, i] = correlation(mean_rank(x), mean_rank(y))
    return pearson, spearman, n


def _alpha(standard: Floats) -> float | None:
    k = standard.shape[1]
    total = float(np.var(standard.sum(axis=1), ddof=1)) if k > 1 else 0.0
    # Each standardised column has variance 1.
    return k / (k - 1) * (1 - k / total) if total > EQUAL else None


def _consistency(dimension: Dimension, columns: dict[str, Floats]) -> Consistency:
    keys = [child.key for child in dimension.children]
    table = np.array([columns[key] for key in keys]).T
    table = table[~np.isnan(table).any(axis=1)]
    n = len(table)
    varying = [i for i in range(len(keys)) if n >= LEAST and np.ptp(table[:, i]) > EQUAL]
    standard = table[:, varying]
    if varying:
        standard = (standard - standard.mean(axis=0)) / standard.std(axis=0, ddof=1)
    items = []
    for i, key in enumerate(keys):
        if i in varying and len(varying) > 1:
            rest = np.delete(standard, varying.index(i), axis=1)
            own = correlation(standard[:, varying.index(i)], rest.sum(axis=1))
            items.append(Item(key, None if np.isnan(own) else own, _alpha(rest)))
        else:
            items.append(Item(key, None, None))
    return Consistency(dimension.key, _alpha(standard), n, tuple(items))


def _components(z: Floats) -> tuple[Floats, Floats, int]:
    """Eigenvalues of the correlation matrix, loadings of the first component, complete rows."""
    loadings = np.full(z.shape[1], np.nan)
    known = ~np.isnan(z).all(axis=0)
    table = z[:, known]
    table = table[~np.isnan(table).any(axis=1)]
    if len(table) < LEAST:
        return np.empty(0), loadings, 0
    varying = np.ptp(table, axis=0) > EQUAL
    places = np.flatnonzero(known)[varying]
    if places.size < 2:
        return np.empty(0), loadings, 0
    values, vectors = np.linalg.eigh(np.corrcoef(table[:, varying].T))
    first = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    loadings[places] = first if first.sum() >= 0 else -first
    return np.maximum(values[::-1], 0.0), loadings, len(table)


def _dominance(z: Floats) -> float:
    """Share of pairs in which one is at least as good in every indicator, and better in one.

    Only pairs that have the same indicators can be told so; the others count as open.
    """
    subjects, k = z.shape
    there = ~np.isnan(z)
    columns, known = np.ascontiguousarray(z.T), np.ascontiguousarray(there.T)
    pairs = 0
    for start in range(0, subjects, BLOCK):
        rows = slice(start, min(start + BLOCK, subjects))
        none_worse = np.ones((rows.stop - start, subjects), dtype=bool)
        better = np.zeros_like(none_worse)
        for i in range(k):
            own, others = columns[i, rows, None], columns[i]
            same = known[i, rows, None] == known[i]
            none_worse &= same & ~(own < others - EQUAL)
            better |= own > others + EQUAL
        pairs += int((none_worse & better).sum())
    return pairs / (subjects * (subjects - 1) / 2)


def _of_dimensions(
    methodology: Methodology, r: Floats, z: Floats, names: Sequence[str]
) -> list[Finding]:
    above = _ancestors(methodology.root)
    n = (~np.isnan(z)).sum(axis=0)
    found = []
    for i, (indicator, dimension) in enumerate(methodology.root.indicators()):
        own = float(r[i, names.index(dimension.key)])
        if n[i] < LEAST or np.isnan(own):
            continue
        figures = {"dimension": dimension.key, "r": own, "n": int(n[i])}
        if abs(own) < NOTHING:
            found.append(Finding("adds_nothing", figures, indicator=indicator.key))
        if own < -NOTHING:
            found.append(Finding("pulls_the_other_way", figures, indicator=indicator.key))
        others = [j for j, name in enumerate(names) if name not in above[indicator.key]]
        others = [j for j in others if r[i, j] - own > ELSEWHERE]
        if others:
            best = others[int(np.argmax(r[i, others]))]
            more = {**figures, "other": names[best], "r_other": float(r[i, best])}
            found.append(Finding("better_elsewhere", more, indicator=indicator.key))
    return found


def _ancestors(root: Dimension) -> dict[str, set[str]]:
    """The dimensions above each indicator."""
    found: dict[str, set[str]] = {}
    for dimension in root.dimensions():
        for indicator, _ in dimension.indicators():
            found.setdefault(indicator.key, set()).add(dimension.key)
    return found


def _of_weights(keys: Sequence[str], nominal: Floats, effective: Floats) -> list[Finding]:
    return [
        Finding(
            "counts_for_more",
            {"effective": float(effective[i]), "nominal": float(nominal[i])},
            indicator=key,
        )
        for i, key in enumerate(keys)
        # What has no weight counts for nothing, whatever it goes along with.
        if nominal[i] > 0 and effective[i] / nominal[i] > MORE
    ]


def _of_pairs(keys: Sequence[str], pearson: Floats, n: Ints) -> list[Finding]:
    return [
        Finding(
            "says_the_same_twice",
            {"other": keys[j], "r": float(pearson[i, j]), "n": int(n[i, j])},
            indicator=keys[i],
        )
        for i, j in itertools.combinations(range(len(keys)), 2)
        if n[i, j] >= LEAST and abs(pearson[i, j]) > TWICE
    ]


def _of_alpha(consistency: Sequence[Consistency]) -> list[Finding]:
    return [
        Finding("low_alpha", {"dimension": one.dimension, "alpha": one.alpha, "n": one.n})
        for one in consistency
        if one.alpha is not None and one.alpha < LOW_ALPHA
    ]
