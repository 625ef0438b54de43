"""How long the capacity index takes, and how much memory: section 17 of its specification.

    python tests/benchmarks/index_run.py [run raw explain start] [--workers 1]

Each part runs in a process of its own, which tells its peak memory. Beside each figure stands a plain Python loop
that computes the same numbers on a tenth of the size in the same process; where both give a number, they are
compared. Times are those of the clock, and beside them the processor's: on a machine with other work the second is
nearer to the truth.

    run      2,000 subjects × 24 indicators × 1,000 draws: both intervals and ranks. Goal: 5 s, 600 MB
    raw      1,000,000 observations in arrays to raw values, and to a whole run without draws. Goal: 3 s
    explain  why one subject changed, 24 indicators in 4 dimensions. Goal: 20 ms
    start    a fresh interpreter imports lms.index. Goal: 0.3 s
"""

import argparse
import math
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

DAY = date(2026, 6, 1)
DIMENSIONS, EACH = 4, 6
SUBJECTS, GROUPS, DRAWS = 2000, 5, 1000


def methodology(**top: Any) -> Any:
    """Four dimensions of six means of graded scores, geometric across dimensions."""
    from lms.index import Methodology

    return Methodology.from_mapping(
        {
            "key": "bench",
            "version": "1",
            "dimensions": [
                {
                    "key": f"d{d}",
                    "indicators": [
                        {"key": f"d{d}-i{i}", "unit": "share", "statistic": "mean", "weight": i + 1}
                        for i in range(EACH)
                    ],
                }
                for d in range(DIMENSIONS)
            ],
            **top,
        }
    )


def table(keys: list[str], subjects: int, groups: int, seed: int) -> dict[str, list[Any]]:
    """Scores in 0 … 1, the same number of groups for each subject and indicator."""
    chance = random.Random(seed)
    names: list[str] = []
    indicators: list[str] = []
    values: list[float] = []
    for subject in range(subjects):
        level = chance.random()
        for key in keys:
            for _ in range(groups):
                names.append(f"subject-{subject:05}")
                indicators.append(key)
                values.append(min(1.0, max(0.0, chance.gauss(level, 0.2))))
    return {"subject": names, "indicator": indicators, "value": values}


Times = tuple[float, float]


def timed(work: Callable[[], Any]) -> tuple[Times, Any]:
    """Seconds of the clock and of the processor, and what came of it."""
    begun, busy = time.perf_counter(), time.process_time()
    found = work()
    return (time.perf_counter() - begun, time.process_time() - busy), found


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def told(what: str, ours: Times, goal: float, plain: Times, share: float) -> None:
    """One line: our time, the goal, the plain loop's time on a share of the size."""
    ratio = plain[1] / share / ours[1]
    print(
        f"{what}: {ours[0]:.3f} s, processor {ours[1]:.3f} s (goal {goal:g} s); plain loop on "
        f"{share:g} of the size {plain[1]:.3f} s, {ratio:.1f} × as long for the same size"
    )


def plain_means(data: Mapping[str, list[Any]]) -> dict[tuple[str, str], tuple[float, float, int]]:
    """Mean, standard error and number by (subject, indicator), one row after the other."""
    held: dict[tuple[str, str], list[float]] = {}
    for subject, indicator, value in zip(
        data["subject"], data["indicator"], data["value"], strict=True
    ):
        held.setdefault((subject, indicator), []).append(value)
    found = {}
    for place, values in held.items():
        m = len(values)
        mean = math.fsum(values) / m
        spread = math.fsum((one - mean) ** 2 for one in values)
        found[place] = (mean, math.sqrt(spread / (m - 1) / m) if m > 1 else math.nan, m)
    return found


def plain_index(z: list[float]) -> float:
    """The index of 24 normalised values: weights 1 … 6 inside, geometric across."""
    logs = 0.0
    whole = sum(range(1, EACH + 1))
    for d in range(DIMENSIONS):
        mean = sum((i + 1) * z[d * EACH + i] for i in range(EACH)) / whole
        logs += math.log(max(mean, 0.01)) / DIMENSIONS
    return math.exp(logs)


def plain_percentiles(values: list[float]) -> tuple[float, float]:
    ordered = sorted(values)
    ends = []
    for share in (0.05, 0.95):
        place = (len(ordered) - 1) * share
        low = math.floor(place)
        high = min(low + 1, len(ordered) - 1)
        ends.append(ordered[low] + (ordered[high] - ordered[low]) * (place - low))
    return ends[0], ends[1]


def plain_run(data: Mapping[str, list[Any]], keys: list[str], draws: int) -> dict[str, Any]:
    """Values, sampling intervals and intervals of ranks, as section 9 writes them."""
    means = plain_means(data)
    chance = random.Random(1)
    subjects = sorted(set(data["subject"]))
    values, lows, highs, drawn = [], [], [], []
    for subject in subjects:
        cells = [means[subject, key] for key in keys]
        values.append(plain_index([mean for mean, _, _ in cells]))
        index = []
        for _ in range(draws):
            z = []
            for mean, se, m in cells:
                edge = 1 / (2 * (m + 1))
                u = edge if mean <= 1e-12 else 1 - edge if mean >= 1 - 1e-12 else mean
                t = chance.gauss(0, 1) / math.sqrt(chance.gammavariate((m - 1) / 2, 2) / (m - 1))
                shifted = math.log(u / (1 - u)) + t * se / (u * (1 - u))
                z.append(1 / (1 + math.exp(-max(-700.0, min(700.0, shifted)))))
            index.append(plain_index(z))
        low, high = plain_percentiles(index)
        lows.append(low)
        highs.append(high)
        drawn.append(index)
    ranks: list[list[float]] = [[] for _ in subjects]
    for draw in range(draws):
        order = sorted(range(len(subjects)), key=lambda s: -drawn[s][draw])
        for place, s in enumerate(order, start=1):
            ranks[s].append(place)
    ends = [plain_percentiles(one) for one in ranks]
    return {"values": values, "low": lows, "high": highs, "ranks": ends}


def bench_run(workers: int) -> None:
    from lms.index import compute

    method = methodology()
    keys = [one.key for one in method.indicators]
    data = table(keys, SUBJECTS, GROUPS, 7)
    before = peak_mb()
    seconds, got = timed(lambda: compute(method, data, DAY, draws=DRAWS, seed=1, workers=workers))
    print(f"workers {workers}; {before:.0f} MB hold the input")
    ours = peak_mb()
    small = table(keys, SUBJECTS // 10, GROUPS, 7)
    plain, expected = timed(lambda: plain_run(small, keys, DRAWS))
    tenth = compute(method, small, DAY, draws=DRAWS, seed=1)
    worst = max(abs(a - b) for a, b in zip(tenth.values, expected["values"], strict=True))
    width = [b - a for a, b in zip(expected["low"], expected["high"], strict=True)]
    apart = max(
        max(abs(a - low), abs(b - high)) / w
        for a, b, low, high, w in zip(
            tenth.low, tenth.high, expected["low"], expected["high"], width, strict=True
        )
    )
    told(f"run, peak {ours:.0f} MB (goal 600 MB)", seconds, 5, plain, 0.1)
    print(
        f"  values differ by at most {worst:.1e}; ends of intervals by at most {apart:.0%} of their"
        f" width (chance of {DRAWS} draws); {len(got.subjects)} subjects"
    )


def bench_raw(workers: int) -> None:
    import numpy as np

    from lms.index import compute
    from lms.index.checking import check
    from lms.index.coverage import still_valid
    from lms.index.observations import EPOCH
    from lms.index.statistic import summarise

    method = methodology()
    keys = [one.key for one in method.indicators]
    stream = np.random.default_rng(3)
    size = 1_000_000
    code = stream.integers(0, SUBJECTS, size)
    names = np.array([f"subject-{s:05}" for s in range(SUBJECTS)])
    data = {
        "subject": names[code],
        "indicator": np.array(keys)[stream.integers(0, len(keys), size)],
        "value": stream.random(size),
        "observed_on": np.datetime64(DAY) - stream.integers(0, 700, size),
        "group": np.array([f"g{g}" for g in range(50)])[stream.integers(0, 50, size)],
    }

    def raw() -> Any:
        columns, _ = check(method, data, DAY)
        used = still_valid(method, columns, DAY.toordinal() - EPOCH)
        return summarise(method, used.rows, used.decayed, {}, 1)

    seconds, _cells = timed(raw)
    peak = peak_mb()
    whole, _run = timed(lambda: compute(method, data, DAY, draws=0))
    part = {name: column[: size // 10].tolist() for name, column in data.items()}

    def plain() -> Any:
        held: dict[tuple[str, str], dict[str, list[float]]] = {}
        rows = zip(part["subject"], part["indicator"], part["group"], part["value"], strict=True)
        for subject, indicator, group, value in rows:
            held.setdefault((subject, indicator), {}).setdefault(group, []).append(value)
        found = {}
        for place, groups in held.items():
            weights = [len(values) for values in groups.values()]
            means = [math.fsum(values) / len(values) for values in groups.values()]
            total, m = sum(weights), len(weights)
            x = math.fsum(w * one for w, one in zip(weights, means, strict=True)) / total
            pairs = zip(weights, means, strict=True)
            squares = math.fsum((w * (one - x)) ** 2 for w, one in pairs)
            found[place] = (x, math.sqrt(m / (m - 1) * squares) / total if m > 1 else math.nan)
        return found

    slow, expected = timed(plain)
    tenth = compute(method, part, DAY, draws=0)
    worst = max(
        abs(tenth.raw[s, i] - expected[subject, key][0])
        for s, subject in enumerate(tenth.subjects)
        for i, key in enumerate(keys)
        if (subject, key) in expected
    )
    told(f"raw values of {size:,} observations, peak {peak:.0f} MB", seconds, 3, slow, 0.1)
    print(
        f"  a whole run without draws, with its hash: {whole[0]:.3f} s, processor {whole[1]:.3f} s; "
        f"raw values differ by at most {worst:.1e}"
    )


def bench_explain(workers: int) -> None:
    from lms.index import compute, explain

    method = methodology()
    keys = [one.key for one in method.indicators]
    runs = [
        compute(method, table(keys, 200, GROUPS, seed), DAY, draws=0, seed=1) for seed in (1, 2)
    ]
    explain(*runs, "subject-00000")
    names = [f"subject-{s:05}" for s in range(50)]
    times = sorted(timed(lambda name=name: explain(*runs, name))[0] for name in names)
    before, after = ([float(x) for x in run.indicators[0]] for run in runs)

    def plain() -> list[float]:
        """Owen values of one dimension of the four, by their definition."""
        parts = []
        for player in range(EACH):
            part = 0.0
            for outer in range(1 << (DIMENSIONS - 1)):
                for inner in range(1 << EACH):
                    if inner >> player & 1:
                        continue
                    size, taken = bin(outer).count("1"), bin(inner).count("1")
                    often = 1 / (DIMENSIONS * math.comb(DIMENSIONS - 1, size))
                    often /= EACH * math.comb(EACH - 1, taken)
                    worth = []
                    for mask in (inner, inner | 1 << player):
                        z = [
                            (after if (mask >> p if d == 0 else outer >> (d - 1)) & 1 else before)[
                                d * EACH + p
                            ]
                            for d in range(DIMENSIONS)
                            for p in range(EACH)
                        ]
                        worth.append(plain_index(z))
                    part += often * (worth[1] - worth[0])
            parts.append(part)
        return parts

    slow, expected = timed(plain)
    ours = {one.key: one.part for one in explain(*runs, "subject-00000").indicators}
    worst = max(abs(ours[keys[i]] - expected[i]) for i in range(EACH))
    told("explanation, median of 50", times[25], 0.02, slow, 1 / DIMENSIONS)
    print(f"  slowest {times[-1][0] * 1000:.1f} ms; parts differ by at most {worst:.1e}")


def bench_start(workers: int) -> None:
    def fresh(name: str) -> float:
        code = (
            f"import time; t = time.process_time(); import {name}; print(time.process_time() - t)"
        )
        found = [
            subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            for _ in range(7)
        ]
        return sorted(float(one.stdout) for one in found)[3]

    print(
        f"start-up: lms.index {fresh('lms.index'):.3f} s (goal 0.3 s), of which numpy takes "
        f"{fresh('numpy'):.3f} s; processor, median of 7 fresh interpreters"
    )


PARTS = {"run": bench_run, "raw": bench_raw, "explain": bench_explain, "start": bench_start}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", help="of " + ", ".join(PARTS))
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--here", action="store_true", help="one part, in this process")
    given = parser.parse_args()
    parts = given.parts or list(PARTS)
    if given.here:
        PARTS[parts[0]](given.workers)
        return
    for part in parts:
        command = [sys.executable, __file__, part, "--here", "--workers", str(given.workers)]
        subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
