"""Whole runs against the specification written down once more, one number at a time."""

import itertools
import math
import statistics
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.index import Methodology, Observation, compute

DAY = date(2026, 6, 1)
KEYS = "abcd"
SCALES = {
    "goalposts": {"method": "goalposts", "low": 1, "high": 8},
    "less": {"method": "goalposts", "low": 1, "high": 8, "direction": "down"},
    "target": {"method": "target", "target": 6},
    "target-less": {"method": "target", "target": 3, "direction": "down"},
    "steps": {"method": "steps", "points": [[0, 0], [4, 0.7], [9, 1]]},
    "minmax": {"method": "minmax"},
    "zscore": {"method": "zscore", "direction": "down"},
    "rank": {"method": "rank"},
}


def raw_of(rows, fields, population):
    """Section 3: raw value, standard error and groups of one subject's observations."""
    groups = {}
    for number, row in enumerate(rows):
        weight = row.weight * 0.5 ** ((DAY - row.observed_on).days / fields["half_life_days"])
        groups.setdefault(row.group or number, []).append((weight, row.value))
    pairs = []
    for held in groups.values():
        total = sum(w for w, _ in held)
        mean = sum(w * x for w, x in held) / total
        pairs.append((1.0 if fields["groups"] == "equal" else total, mean))
    m = len(pairs)
    whole = sum(w for w, _ in pairs)
    x = sum(w * one for w, one in pairs) / whole
    if m == 1:
        return x, None, pairs
    share = 0.0 if population is None else min(1.0, m / population)
    squares = sum(w**2 * (one - x) ** 2 for w, one in pairs)
    return x, math.sqrt(m / (m - 1) * squares) / whole * math.sqrt(1 - share), pairs


def moved(fields, x):
    return {"none": lambda v: v, "log": math.log, "sqrt": math.sqrt}[fields["transform"]](x)


def normalised(fields, x, sample):
    """Section 6, of one value among the present ones."""
    how = fields["normalise"]
    value, others = moved(fields, x), [moved(fields, one) for one in sample]
    down = how.get("direction") == "down"
    method = how["method"]
    if method == "steps":
        points = [(moved(fields, a), b) for a, b in how["points"]]
        if value <= points[0][0]:
            return points[0][1]
        for (a, low), (b, high) in itertools.pairwise(points):
            if value <= b:
                return low + (high - low) * (value - a) / (b - a)
        return points[-1][1]
    if method == "target":
        target = moved(fields, how["target"])
        return min(1.0, target / value if down else value / target)
    if method == "goalposts":
        low, high = moved(fields, how["low"]), moved(fields, how["high"])
        z = min(1.0, max(0.0, (value - low) / (high - low)))
    elif len(others) < 2 or min(others) == max(others):
        return 0.5
    elif method == "minmax":
        z = (value - min(others)) / (max(others) - min(others))
    elif method == "zscore":
        far = (value - statistics.fmean(others)) / statistics.stdev(others)
        z = statistics.NormalDist().cdf(far)
    else:
        below = sum(one < value for one in others)
        same = sum(one == value for one in others)
        z = (below + (same + 1) / 2 - 1) / (len(others) - 1)
    return 1 - z if down else z


def mean_of(kind, pairs, floor):
    """Section 8, over present children with weight."""
    total = sum(w for w, _ in pairs)
    if kind == "minimum":
        return min(z for _, z in pairs)
    if kind == "geometric":
        return math.exp(sum(w * math.log(max(z, floor)) for w, z in pairs) / total)
    if kind == "harmonic":
        return total / sum(w / max(z, floor) for w, z in pairs)
    return sum(w * z for w, z in pairs) / total


def value_of(held, z, least, floor):
    """The value of a mapping's index: its dimensions, and theirs; None where missing."""
    if "unit" in held:
        return z.get(held["key"])
    inner = held.get("dimensions") or held["indicators"]
    weights = [one["weight"] for one in inner]
    found = [(w, value_of(one, z, least, floor)) for w, one in zip(weights, inner, strict=True)]
    present = [(w, x) for w, x in found if x is not None and w > 0]
    held_weight = sum(w for w, _ in present)
    if not present or held_weight < least * sum(weights) - 1e-9:
        return None
    return mean_of(held["aggregate"], present, floor)


fields_of = st.fixed_dictionaries(
    {
        "weight": st.integers(1, 4),
        "normalise": st.sampled_from(list(SCALES.values())),
        "half_life_days": st.sampled_from([100, 365.5]),
        "groups": st.sampled_from(["weighted", "equal"]),
        "min_coverage": st.sampled_from([0.3, 0.5]),
    }
)
kinds = st.sampled_from(["arithmetic", "geometric", "harmonic", "minimum"])
observation = st.tuples(
    st.sampled_from("stu"), st.sampled_from(KEYS), st.integers(1, 90), st.integers(0, 500),
    st.sampled_from(["", "g", "h"]), st.integers(1, 3),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(fields_of, min_size=4, max_size=4),
    st.tuples(kinds, kinds, kinds),
    st.lists(observation, min_size=1, max_size=30),
    st.dictionaries(st.tuples(st.sampled_from("stu"), st.sampled_from(KEYS)), st.integers(1, 6)),
    st.sampled_from([0, 0.5, 2 / 3]),
    st.sampled_from(["none", "log", "sqrt"]),
)
def test_the_engine_does_what_the_specification_says(
    fields, kinds, observations, populations, least, transform
):
    rows = [
        Observation(subject, key, tenths / 10, observed_on=DAY - timedelta(age), group=group,
                    weight=weight)
        for subject, key, tenths, age, group, weight in observations
    ]  # fmt: skip
    indicators = []
    for key, one in zip(KEYS, fields, strict=True):
        # Steps begin at 0, which has no logarithm, and one below 0 has no place before a target.
        from_0 = one["normalise"]["method"] in ("steps", "target")
        one = {**one, "transform": "sqrt" if from_0 and transform == "log" else transform}
        indicators.append({"key": key, "unit": "u", "statistic": "mean", **one})
    tree = {
        "aggregate": kinds[0],
        "dimensions": [
            {"key": "d", "weight": 2, "aggregate": kinds[1], "indicators": indicators[:3]},
            {"key": "e", "weight": 1, "aggregate": kinds[2], "indicators": indicators[3:]},
        ],
    }
    method = Methodology.from_mapping(
        {"key": "m", "version": "1", "min_weight_present": least, "floor": 0.02, **tree}
    )
    got = compute(method, rows, DAY, populations=populations, draws=0, seed=1)
    subjects = sorted({row.subject for row in rows} | {subject for subject, _ in populations})
    assert got.subjects == tuple(subjects)
    z = {subject: {} for subject in subjects}
    for i, one in enumerate(indicators):
        raw, sample = {}, {}
        for s, subject in enumerate(subjects):
            own = [row for row in rows if (row.subject, row.indicator) == (subject, one["key"])]
            population = populations.get((subject, one["key"]))
            share = 0.0
            if own:
                x, se, pairs = raw_of(own, one, population)
                raw[subject] = (x, se, pairs, population)
                share = 1.0 if population is None else min(1.0, len(pairs) / population)
                if population is None or share >= one["min_coverage"] - 1e-12:
                    sample[subject] = x
                assert got.raw[s, i] == pytest.approx(x, abs=1e-12)
            assert got.indicator_coverage[s, i] == pytest.approx(share, abs=1e-12)
        freedom = sum(len(pairs) - 1 for _, _, pairs, _ in raw.values())
        spread = sum((y - x) ** 2 for x, _, pairs, _ in raw.values() for _, y in pairs)
        for subject, (_, se, pairs, population) in raw.items():
            told = got.se[subjects.index(subject), i]
            if len(pairs) == 1 and population == 1:
                assert told == 0
            elif len(pairs) == 1:
                expected = math.sqrt(spread / freedom) if freedom else math.nan
                assert told == pytest.approx(expected, abs=1e-9, nan_ok=True)
            elif max(y for _, y in pairs) - min(y for _, y in pairs) > 1e-9:
                assert told == pytest.approx(se, abs=1e-9)
        for subject, x in sample.items():
            z[subject][one["key"]] = normalised(one, x, list(sample.values()))
    for s, subject in enumerate(subjects):
        row = [z[subject].get(one["key"], math.nan) for one in indicators]
        assert got.indicators[s] == pytest.approx(row, abs=1e-9, nan_ok=True)
        value = value_of(tree, z[subject], least, 0.02)
        assert got.values[s] == pytest.approx(
            math.nan if value is None else value, abs=1e-9, nan_ok=True
        )
        for end, told in zip((0.0, 1.0), got.bounds[s], strict=True):
            filled = {one["key"]: z[subject].get(one["key"], end) for one in indicators}
            assert told == pytest.approx(value_of(tree, filled, 0, 0.02), abs=1e-9)
    ranked = [x for x in got.values if not np.isnan(x)]
    for s, x in enumerate(got.values):
        rank = 1 + sum(other > x + 1e-12 for other in ranked)
        assert np.isnan(x) or got.rank[s] == rank
