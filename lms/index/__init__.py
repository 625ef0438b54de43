"""The capacity index: a methodology and observations into values that say how sure they are.

Plain values in, plain values out; the standard library and numpy only. `compute` makes a run,
`Result.to_json` stores it, `Result.from_json` brings it back, `explain` splits a change exactly.
"""

from lms.index.aggregate import aggregate
from lms.index.causes import Cause, causes
from lms.index.compute import compute
from lms.index.explain import Explanation, IndicatorPart, explain, round_parts
from lms.index.flags import Flag
from lms.index.methodology import Methodology, MethodologyError, MethodologyProblem
from lms.index.normalise import mean_rank, min_max, share_of_best, z_score
from lms.index.observations import Observation, Problem
from lms.index.outranking import Outranking, outranking
from lms.index.owen import owen_values
from lms.index.random_effects import RandomEffects, random_effects
from lms.index.result import Result
from lms.index.weights import AhpResult, ahp_weights

__all__ = [
    "AhpResult",
    "Cause",
    "Explanation",
    "Flag",
    "IndicatorPart",
    "Methodology",
    "MethodologyError",
    "MethodologyProblem",
    "Observation",
    "Outranking",
    "Problem",
    "RandomEffects",
    "Result",
    "aggregate",
    "ahp_weights",
    "causes",
    "compute",
    "explain",
    "mean_rank",
    "min_max",
    "outranking",
    "owen_values",
    "random_effects",
    "round_parts",
    "share_of_best",
    "z_score",
]
