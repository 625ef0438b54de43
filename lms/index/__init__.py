"""The capacity index: a methodology and observations into values that say how sure they are.

Plain values in, plain values out; the standard library and numpy only. `compute` makes a run,
`Result.to_json` stores it, `Result.from_json` brings it back, `explain` splits a change exactly.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from lms.index.aggregate import aggregate
from lms.index.causes import causes
from lms.index.compute import compute
from lms.index.explain import explain
from lms.index.explanation import Cause, Explanation, IndicatorPart, round_parts
from lms.index.finding import Finding
from lms.index.flags import Flag
from lms.index.methodology import Methodology, MethodologyError, MethodologyProblem
from lms.index.normalise import mean_rank, min_max, share_of_best, z_score
from lms.index.observations import Observation, Problem
from lms.index.outranking import Outranking, cycles, outranking
from lms.index.owen import owen_values
from lms.index.random_effects import RandomEffects, random_effects
from lms.index.result import Result
from lms.index.weights import AhpResult, ahp_weights

if TYPE_CHECKING:
    from lms.index.bundle import Difference, Verification, make_bundle, verify_bundle
    from lms.index.changes import Change, compare
    from lms.index.correlations import Coherence, coherence
    from lms.index.factors import Factor, Sensitivity, sensitivity
    from lms.index.sobol import Sobol, sobol_indices

#: Modules of names that are loaded when they are first asked for: who only computes does not wait
#: for the rest.
_LATER = {
    **dict.fromkeys(("Difference", "Verification", "make_bundle", "verify_bundle"), "bundle"),
    **dict.fromkeys(("Change", "compare"), "changes"),
    **dict.fromkeys(("Coherence", "coherence"), "correlations"),
    **dict.fromkeys(("Factor", "Sensitivity", "sensitivity"), "factors"),
    **dict.fromkeys(("Sobol", "sobol_indices"), "sobol"),
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = found
    return found


__all__ = [
    "AhpResult",
    "Cause",
    "Change",
    "Coherence",
    "Difference",
    "Explanation",
    "Factor",
    "Finding",
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
    "Sensitivity",
    "Sobol",
    "Verification",
    "aggregate",
    "ahp_weights",
    "causes",
    "coherence",
    "compare",
    "compute",
    "cycles",
    "explain",
    "make_bundle",
    "mean_rank",
    "min_max",
    "outranking",
    "owen_values",
    "random_effects",
    "round_parts",
    "sensitivity",
    "share_of_best",
    "sobol_indices",
    "verify_bundle",
    "z_score",
]
