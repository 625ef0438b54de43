"""A run: arrays for sums, JSON for storing and showing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan
from lms.index.canonical import exact_json
from lms.index.figures import weighed_plan
from lms.index.flags import Flag, flag_bits, flag_names
from lms.index.methodology import Methodology
from lms.index.observations import Problem
from lms.index.ranks import share_above
from lms.index.statistic import BETA, BOOTSTRAP, LOGIT, NO_DRAW, PLAIN

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
#: Rises when any number could change.
ALGORITHM = "2"
#: How a value is drawn, as JSON names it.
DRAWS = {NO_DRAW: "none", PLAIN: "t", LOGIT: "logit-t", BETA: "beta", BOOTSTRAP: "bootstrap"}


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What `compute` found. Subjects are sorted by code; NaN is missing, never zero.

    Args:
        values, low, high, method_low, method_high: index and its two intervals, by subject.
        bounds: subjects × 2: the index if all that is missing were 0, and if it were 1.
        rank …: shown rank and its intervals, from 1 for the highest value.
        band: keys, empty for none; band_between: two keys where one is not sure enough.
        coverage, fresh, independent, verified: shares in 0 … 1.
        flags, dimension_flags, indicator_flags: bits of `Flag`.
        reasons: why a subject has no value.
        dimensions …: subjects × dimensions. indicators …: subjects × indicators (normalised).
        raw, se: in the indicator's unit. n: observed groups.
        shrunk, shrunk_se: raw values drawn towards the mean, with their errors; treated: what an
            outlier was set to; NaN where nothing was done. `used` is what was normalised.
        normalised_se: |dz/dx|·se, or the error of what was filled in: for display.
        m, nu, effective, drawn_as: what the draws rest on: groups (with those counted as zero),
            degrees of freedom (infinite for a normal), n_eff of rates, and a key of `DRAWS`.
        missing: why an indicator has no value, such as ``no weight``; empty where it has one.
        observations: ids behind each subject and indicator; observation_weights: their decayed
            weights, in the same order.
        copeland: (beaten − beaten by)/(n − 1) of each subject, NaN unless the methodology asks.
        cycles: groups of subjects that beat each other in a circle.
        unknown_error: indicators of which some error is not known.
        problems: faulty observations. warnings: what is odd. left_out: counts by reason.
        index_draws: subjects × draws, the sampling draws of the index; a stored run has none.
    """

    methodology: Methodology
    as_of: date
    evidence_hash: str
    seed: int
    draws: int
    algorithm: str
    numpy: str
    subjects: tuple[str, ...]
    values: Floats
    low: Floats
    high: Floats
    method_low: Floats
    method_high: Floats
    bounds: Floats
    rank: Floats
    rank_low: Floats
    rank_high: Floats
    rank_method_low: Floats
    rank_method_high: Floats
    band: tuple[str, ...]
    band_probability: Floats
    band_between: tuple[tuple[str, ...], ...]
    coverage: Floats
    fresh: Floats
    independent: Floats
    verified: Floats
    flags: Ints
    reasons: tuple[tuple[str, ...], ...]
    dimensions: Floats
    dimension_low: Floats
    dimension_high: Floats
    dimension_coverage: Floats
    dimension_flags: Ints
    indicators: Floats
    raw: Floats
    se: Floats
    n: Ints
    indicator_coverage: Floats
    reliability: Floats
    indicator_flags: Ints
    shrunk: Floats
    shrunk_se: Floats
    treated: Floats
    normalised_se: Floats
    m: Ints
    nu: Floats
    effective: Floats
    drawn_as: Ints
    missing: tuple[tuple[str, ...], ...]
    observations: tuple[tuple[tuple[str, ...], ...], ...]
    observation_weights: tuple[tuple[tuple[float, ...], ...], ...]
    copeland: Floats
    cycles: tuple[tuple[str, ...], ...]
    unknown_error: tuple[str, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    left_out: Mapping[str, int]
    index_draws: NDArray[np.float32] | None = field(default=None, repr=False)

    @property
    def observed(self) -> Bools:
        """Indicators that were observed, and not filled in: subjects × indicators."""
        return ~np.isnan(self.indicators) & (self.indicator_flags & Flag.IMPUTED == 0)

    @property
    def used(self) -> Floats:
        """The values that were normalised, in the unit; NaN where an indicator was not observed."""
        value = np.where(np.isnan(self.shrunk), self.raw, self.shrunk)
        value = np.where(np.isnan(self.treated), value, self.treated)
        return np.where(self.observed, value, np.nan)

    @property
    def plan(self) -> Plan:
        """The methodology's tree with the weights that this run gave it."""
        return weighed_plan(self.methodology, self.indicators.T, self.observed.T)

    def probability_above(self, one: str, other: str) -> float:
        """P(one > other): the share of sampling draws in which it stands higher, ties half.

        NaN where one of them has no value.

        Raises:
            ValueError: the run has no draws, as a stored one has none.
            KeyError: it does not list a subject.
        """
        if self.index_draws is None or not self.draws:
            raise ValueError("the run keeps no draws; compute it again with its seed")
        places = {code: place for place, code in enumerate(self.subjects)}
        return share_above(self.index_draws[places[one]], self.index_draws[places[other]])

    def to_mapping(self) -> dict[str, Any]:
        """The run as plain values, as section 14 of the specification lays it out."""
        plan = self.plan
        return {
            "methodology": {
                "key": self.methodology.key,
                "version": self.methodology.version,
                "hash": self.methodology.hash,
            },
            "as_of": self.as_of.isoformat(),
            "evidence_hash": self.evidence_hash,
            "seed": self.seed,
            "draws": self.draws,
            "algorithm": self.algorithm,
            "numpy": self.numpy,
            "unknown_error": list(self.unknown_error),
            "subjects": self._subjects(plan),
            "cycles": [list(one) for one in self.cycles],
            "problems": [_told(one) for one in self.problems],
            "warnings": [_told(one) for one in self.warnings],
            "left_out": dict(self.left_out),
        }

    def to_json(self) -> str:
        """The run as JSON: 17 significant digits, null for missing."""
        return exact_json(self.to_mapping())

    def _dimensions(self, plan: Plan) -> list[list[dict[str, Any]]]:
        """By subject and dimension."""
        keys = [one.key for one in self.methodology.dimensions]
        weights = plan.weight[list(plan.dimension_rows)].tolist()
        columns = [getattr(self, name).tolist() for name in DIMENSION_ARRAYS.values()]
        flags = self.dimension_flags.tolist()
        told = []
        for s in range(len(self.subjects)):
            rows = zip(keys, weights, flags[s], *(column[s] for column in columns), strict=True)
            told.append(
                [
                    {
                        "key": key,
                        **dict(zip(DIMENSION_ARRAYS, numbers, strict=True)),
                        "weight": weight,
                        "flags": flag_names(bits),
                    }
                    for key, weight, bits, *numbers in rows
                ]
            )
        return told

    def _indicators(self, plan: Plan) -> list[list[dict[str, Any]]]:
        """By subject and indicator."""
        pairs = list(self.methodology.root.indicators())
        keys = [(indicator.key, dimension.key) for indicator, dimension in pairs]
        weights = plan.weight[: plan.indicators].tolist()
        columns = [getattr(self, name).tolist() for name in INDICATOR_ARRAYS.values()]
        flags, drawn = self.indicator_flags.tolist(), self.drawn_as.tolist()
        told = []
        for s in range(len(self.subjects)):
            rows = zip(
                keys,
                weights,
                flags[s],
                drawn[s],
                self.missing[s],
                self.observations[s],
                self.observation_weights[s],
                *(column[s] for column in columns),
                strict=True,
            )
            told.append(
                [
                    {
                        "key": key,
                        "dimension": dimension,
                        **dict(zip(INDICATOR_ARRAYS, numbers, strict=True)),
                        "weight": weight,
                        "flags": flag_names(bits),
                        "missing": missing,
                        "drawn_as": DRAWS[kind],
                        "observations": list(ids),
                        "observation_weights": list(own),
                    }
                    for (key, dimension), weight, bits, kind, missing, ids, own, *numbers in rows
                ]
            )
        return told

    def _subjects(self, plan: Plan) -> list[dict[str, Any]]:
        columns = {name: getattr(self, SUBJECT_ARRAYS.get(name, name)) for name in SUBJECT_NUMBERS}
        dimensions, indicators = self._dimensions(plan), self._indicators(plan)
        told = []
        for s, subject in enumerate(self.subjects):
            numbers = {name: float(column[s]) for name, column in columns.items()}
            ranks = {name: float(getattr(self, name)[s]) for name in RANKS}
            told.append(
                {
                    "subject": subject,
                    **numbers,
                    "bounds": [float(end) for end in self.bounds[s]],
                    **{name: None if one != one else int(one) for name, one in ranks.items()},
                    "band": self.band[s],
                    "band_between": list(self.band_between[s]),
                    "published": numbers["value"] == numbers["value"],
                    "reasons": list(self.reasons[s]),
                    "flags": flag_names(int(self.flags[s])),
                    "dimensions": dimensions[s],
                    "indicators": indicators[s],
                }
            )
        return told

    @classmethod
    def from_json(cls, text: str, methodology: Methodology | Mapping[str, Any]) -> Result:
        """The run that `to_json` printed, with its methodology (or the mapping of one)."""
        return cls.from_mapping(json.loads(text), methodology)

    @classmethod
    def from_mapping(
        cls, told: Mapping[str, Any], methodology: Methodology | Mapping[str, Any]
    ) -> Result:
        """The run that `to_mapping` told.

        Raises:
            ValueError: the methodology is not the one that the run names.
            MethodologyError: the mapping is no methodology.
        """
        if not isinstance(methodology, Methodology):
            methodology = Methodology.from_mapping(methodology)
        if told["methodology"]["hash"] != methodology.hash:
            message = "the run was computed with another methodology"
            if str(told["algorithm"]) != ALGORITHM:
                message += f", or only by another version: {told['algorithm']}, now {ALGORITHM}"
            raise ValueError(message)
        rows: Sequence[Mapping[str, Any]] = told["subjects"]
        kinds = {name: kind for kind, name in DRAWS.items()}
        several = {
            "dimensions": len(methodology.dimensions),
            "indicators": len(methodology.indicators),
        }

        def column(name: str) -> Any:
            return np.array([_float(row[name]) for row in rows], dtype=float)

        def table(part: str, name: str) -> Any:
            cells = [[_float(one[name]) for one in row[part]] for row in rows]
            numbers = np.array(cells, dtype=float).reshape(len(rows), several[part])
            if name in ("n", "m"):
                return numbers.astype(np.int64)
            # An infinite number is no number of JSON: it was told as null.
            return np.nan_to_num(numbers, nan=np.inf) if name == "nu" else numbers

        def bits(part: str) -> Ints:
            cells = [[flag_bits(one["flags"]) for one in row[part]] for row in rows]
            return np.array(cells, dtype=np.int64).reshape(len(rows), several[part])

        return cls(
            methodology=methodology,
            as_of=date.fromisoformat(told["as_of"]),
            evidence_hash=told["evidence_hash"],
            seed=int(told["seed"]),
            draws=int(told["draws"]),
            algorithm=str(told["algorithm"]),
            numpy=told.get("numpy", ""),
            subjects=tuple(row["subject"] for row in rows),
            **{SUBJECT_ARRAYS.get(name, name): column(name) for name in SUBJECT_NUMBERS},
            **{name: column(name) for name in RANKS},
            bounds=np.array([list(map(_float, row["bounds"])) for row in rows]).reshape(-1, 2),
            band=tuple(row["band"] or "" for row in rows),
            band_between=tuple(tuple(row.get("band_between", ())) for row in rows),
            flags=np.array([flag_bits(row.get("flags", [])) for row in rows], dtype=np.int64),
            reasons=tuple(tuple(row["reasons"]) for row in rows),
            **{array: table("dimensions", name) for name, array in DIMENSION_ARRAYS.items()},
            dimension_flags=bits("dimensions"),
            **{array: table("indicators", name) for name, array in INDICATOR_ARRAYS.items()},
            indicator_flags=bits("indicators"),
            drawn_as=np.array(
                [[kinds[one["drawn_as"]] for one in row["indicators"]] for row in rows],
                dtype=np.int64,
            ).reshape(len(rows), several["indicators"]),
            missing=tuple(tuple(one["missing"] for one in row["indicators"]) for row in rows),
            observations=tuple(
                tuple(tuple(one["observations"]) for one in row["indicators"]) for row in rows
            ),
            observation_weights=tuple(
                tuple(tuple(map(float, one["observation_weights"])) for one in row["indicators"])
                for row in rows
            ),
            cycles=tuple(tuple(one) for one in told["cycles"]),
            unknown_error=tuple(told["unknown_error"]),
            problems=tuple(Problem(**one) for one in told["problems"]),
            warnings=tuple(Problem(**one) for one in told.get("warnings", [])),
            left_out=dict(told.get("left_out", {})),
        )


#: Numbers of a subject by their names in JSON, and the arrays that are called otherwise.
SUBJECT_NUMBERS = (
    "value", "low", "high", "method_low", "method_high", "band_probability", "coverage", "fresh",
    "independent", "verified", "copeland",
)  # fmt: skip
SUBJECT_ARRAYS = {"value": "values"}
#: Arrays of dimensions and of indicators, by their names in JSON.
DIMENSION_ARRAYS = {
    "value": "dimensions",
    "low": "dimension_low",
    "high": "dimension_high",
    "coverage": "dimension_coverage",
}
INDICATOR_ARRAYS = {
    "raw": "raw",
    "se": "se",
    "n": "n",
    "normalised": "indicators",
    "coverage": "indicator_coverage",
    "reliability": "reliability",
    "normalised_se": "normalised_se",
    "shrunk": "shrunk",
    "shrunk_se": "shrunk_se",
    "treated": "treated",
    "m": "m",
    "nu": "nu",
    "effective": "effective",
}
RANKS = ["rank", "rank_low", "rank_high", "rank_method_low", "rank_method_high"]


def _float(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _told(problem: Problem) -> dict[str, str]:
    return {"id": problem.id, "code": problem.code, "message": problem.message}
