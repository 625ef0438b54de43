"""A run: arrays for sums, JSON for storing and showing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lms.index.aggregate import Plan, plan_of
from lms.index.canonical import exact_json
from lms.index.flags import flag_bits, flag_names
from lms.index.methodology import Methodology
from lms.index.observations import Problem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: Rises when any number could change.
ALGORITHM = "1"


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
        observations: ids behind each subject and indicator.
        unknown_error: indicators of which some error is not known.
        problems: faulty observations. warnings: what is odd. left_out: counts by reason.
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
    observations: tuple[tuple[tuple[str, ...], ...], ...]
    unknown_error: tuple[str, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    left_out: Mapping[str, int]

    def to_mapping(self) -> dict[str, Any]:
        """The run as plain values, as section 14 of the specification lays it out."""
        plan = plan_of(self.methodology)
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
            "subjects": [self._subject(s, plan) for s in range(len(self.subjects))],
            "problems": [_told(one) for one in self.problems],
            "warnings": [_told(one) for one in self.warnings],
            "left_out": dict(self.left_out),
        }

    def to_json(self) -> str:
        """The run as JSON: 17 significant digits, null for missing."""
        return exact_json(self.to_mapping())

    def _subject(self, s: int, plan: Plan) -> dict[str, Any]:
        told: dict[str, Any] = {"subject": self.subjects[s]}
        names = {"value": "values"}
        for name in SUBJECT_NUMBERS[:5]:
            told[name] = float(getattr(self, names.get(name, name))[s])
        told["bounds"] = [float(end) for end in self.bounds[s]]
        for name in RANKS:
            number = getattr(self, name)[s]
            told[name] = None if np.isnan(number) else int(number)
        told["band"] = self.band[s]
        told["band_between"] = list(self.band_between[s])
        for name in SUBJECT_NUMBERS[5:]:
            told[name] = float(getattr(self, name)[s])
        told["published"] = not np.isnan(self.values[s])
        told["reasons"] = list(self.reasons[s])
        told["flags"] = flag_names(int(self.flags[s]))
        told["dimensions"] = [
            {
                "key": dimension.key,
                "value": float(self.dimensions[s, d]),
                "low": float(self.dimension_low[s, d]),
                "high": float(self.dimension_high[s, d]),
                "weight": float(plan.weight[plan.dimension_rows[d]]),
                "coverage": float(self.dimension_coverage[s, d]),
                "flags": flag_names(int(self.dimension_flags[s, d])),
            }
            for d, dimension in enumerate(self.methodology.dimensions)
        ]
        told["indicators"] = [
            {
                "key": indicator.key,
                "dimension": dimension.key,
                "raw": float(self.raw[s, i]),
                "se": float(self.se[s, i]),
                "n": int(self.n[s, i]),
                "normalised": float(self.indicators[s, i]),
                "weight": float(plan.weight[i]),
                "coverage": float(self.indicator_coverage[s, i]),
                "reliability": float(self.reliability[s, i]),
                "flags": flag_names(int(self.indicator_flags[s, i])),
                "observations": list(self.observations[s][i]),
            }
            for i, (indicator, dimension) in enumerate(self.methodology.root.indicators())
        ]
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
            raise ValueError("the run was computed with another methodology")
        rows: Sequence[Mapping[str, Any]] = told["subjects"]
        several = {
            "dimensions": len(methodology.dimensions),
            "indicators": len(methodology.indicators),
        }

        def column(name: str) -> Floats:
            return np.array([_float(row[name]) for row in rows], dtype=float)

        def table(part: str, name: str) -> Floats:
            cells = [[_float(one[name]) for one in row[part]] for row in rows]
            return np.array(cells, dtype=float).reshape(len(rows), several[part])

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
            values=column("value"),
            **{name: column(name) for name in (*SUBJECT_NUMBERS[1:], *RANKS)},
            bounds=np.array([list(map(_float, row["bounds"])) for row in rows]).reshape(-1, 2),
            band=tuple(row["band"] or "" for row in rows),
            band_between=tuple(tuple(row.get("band_between", ())) for row in rows),
            flags=np.array([flag_bits(row.get("flags", [])) for row in rows], dtype=np.int64),
            reasons=tuple(tuple(row["reasons"]) for row in rows),
            dimensions=table("dimensions", "value"),
            dimension_low=table("dimensions", "low"),
            dimension_high=table("dimensions", "high"),
            dimension_coverage=table("dimensions", "coverage"),
            dimension_flags=bits("dimensions"),
            indicators=table("indicators", "normalised"),
            raw=table("indicators", "raw"),
            se=table("indicators", "se"),
            n=table("indicators", "n").astype(np.int64),
            indicator_coverage=table("indicators", "coverage"),
            reliability=table("indicators", "reliability"),
            indicator_flags=bits("indicators"),
            observations=tuple(
                tuple(tuple(one["observations"]) for one in row["indicators"]) for row in rows
            ),
            unknown_error=tuple(told["unknown_error"]),
            problems=tuple(Problem(**one) for one in told["problems"]),
            warnings=tuple(Problem(**one) for one in told.get("warnings", [])),
            left_out=dict(told.get("left_out", {})),
        )


#: Names in JSON, the first five before the bounds; `value` is the array `values`.
SUBJECT_NUMBERS = (
    "value",
    "low",
    "high",
    "method_low",
    "method_high",
    "band_probability",
    "coverage",
    "fresh",
    "independent",
    "verified",
)
RANKS = ["rank", "rank_low", "rank_high", "rank_method_low", "rank_method_high"]


def _float(value: float | None) -> float:
    return np.nan if value is None else float(value)


def _told(problem: Problem) -> dict[str, str]:
    return {"id": problem.id, "code": problem.code, "message": problem.message}
