"""How long the item analysis of a large assessment takes, beside a plain loop over persons.

Run by hand: `python tests/benchmarks/item_analysis.py [persons]`. It prints seconds and memory, works
out the same figures on a tenth of the persons with nothing but loops, and ends with status 1 where
the two differ or a goal is missed: 100,000 persons × 40 items with options under 5 s and 1 GB, a
Rasch scale of 2,000 × 60 under 2 s, on two cores.
"""

import resource
import sys
import time
from collections.abc import Callable
from math import exp, log, log1p, sqrt
from typing import Any

import numpy as np

from lms.scoring import AnalysedItem, Analysis, analyse, rasch

ITEMS = 40
GOAL_S, GOAL_BYTES, GOAL_RASCH_S = 5.0, 10**9, 2.0
LANGUAGES = ("en", "fr")


def attempts(persons: int, items: int, seed: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Marks, choices as numbers of options (0 is right), and the language of each person."""
    random = np.random.default_rng(seed)
    logits = random.normal(size=(persons, 1)) - random.normal(size=items)
    right = random.random((persons, items)) < 1 / (1 + np.exp(-logits))
    choices = np.where(right, 0, random.integers(1, 4, (persons, items))).astype(np.uint8)
    languages = [LANGUAGES[one] for one in random.integers(0, 2, persons)]
    return right.astype(np.float64), choices, languages


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """What the work returns, and its seconds on the clock."""
    start = time.perf_counter()
    found = work()
    return found, time.perf_counter() - start


def library(marks: np.ndarray, choices: np.ndarray, languages: list[str]) -> Analysis:
    items = [
        AnalysedItem(f"q{at}", right=frozenset([0]), options=(0, 1, 2, 3))
        for at in range(marks.shape[1])
    ]
    return analyse(marks, items, pass_mark=0.6, choices=choices, groups=languages, reference="en")


def correlation(x: list[float], y: list[float]) -> float:
    n = len(x)
    mean_x, mean_y = sum(x) / n, sum(y) / n
    xy = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    xx = sum((a - mean_x) ** 2 for a in x)
    yy = sum((b - mean_y) ** 2 for b in y)
    return xy / sqrt(xx * yy)


def variance(x: list[float]) -> float:
    mean = sum(x) / len(x)
    return sum((one - mean) ** 2 for one in x) / (len(x) - 1)


def ends(own: list[float], totals: list[float]) -> float:
    """Best 27 % less last 27 %, equal totals in proportion."""
    size, found = 0.27 * len(own), []
    for way in (-1, 1):
        levels: dict[float, list[float]] = {}
        for mark, total in zip(own, totals, strict=True):
            levels.setdefault(total, []).append(mark)
        left, reached = size, 0.0
        for total in sorted(levels, key=lambda one, way=way: way * one):
            taken = min(1.0, left / len(levels[total]))
            reached += taken * sum(levels[total])
            left -= taken * len(levels[total])
            if left <= 0:
                break
        found.append(reached / size)
    return found[0] - found[1]


def odds(own: list[float], totals: list[float], languages: list[str]) -> float:
    cells: dict[float, list[int]] = {}
    for mark, total, language in zip(own, totals, languages, strict=True):
        cell = cells.setdefault(total, [0, 0, 0, 0])
        cell[(0 if language == "en" else 2) + (0 if mark == 1 else 1)] += 1
    above = sum(a * d / (a + b + c + d) for a, b, c, d in cells.values())
    return above / sum(b * c / (a + b + c + d) for a, b, c, d in cells.values())


def plain(marks: list[list[float]], choices: list[list[int]], languages: list[str]) -> list[float]:
    """The same figures by loops over persons: item by item, then of the whole."""
    persons, items = len(marks), len(marks[0])
    totals = [sum(row) for row in marks]
    columns = [[row[at] for row in marks] for at in range(items)]
    figures: list[float] = []
    for at, own in enumerate(columns):
        rest = [total - mark for total, mark in zip(totals, own, strict=True)]
        figures += [sum(own) / persons, correlation(own, rest), correlation(own, totals)]
        figures += [ends(own, totals), odds(own, totals, languages)]
        for option in range(4):
            mine = [row[at] == option for row in choices]
            chosen = [total for total, one in zip(totals, mine, strict=True) if one]
            figures += [len(chosen), sum(chosen) / len(chosen) / items]
            figures.append(correlation([float(one) for one in mine], rest))
    spread = variance(totals)
    alpha = items / (items - 1) * (1 - sum(map(variance, columns)) / spread)
    figures += [alpha, sqrt(spread) / items * sqrt(1 - alpha)]
    return figures


def of_library(found: Analysis) -> list[float]:
    """The figures of `plain` out of an analysis, in the same order."""
    figures: list[float] = []
    for item in found.items:
        assert item.options is not None
        figures += [item.facility, item.discrimination, item.point_biserial, item.upper_lower]
        figures.append(item.dif[0].alpha)
        for row in item.options.options:
            figures += [row.count, row.mean_total, row.point_biserial]
    return [*figures, found.whole.alpha, found.whole.sem]


def plain_rasch(marks: list[list[float]], points: list[tuple[float, float]]) -> list[float]:
    """Difficulties by EM, slope 1: loops over raw scores, points and items."""
    items, persons = len(marks[0]), len(marks)
    solved = [sum(row[at] for row in marks) for at in range(items)]
    scores = [0] * (items + 1)
    for row in marks:
        scores[int(sum(row))] += 1
    difficulty = [log((persons - one) / one) for one in solved]
    while True:
        held = [0.0] * len(points)
        nothing = [sum(log1p(exp(place - one)) for one in difficulty) for place, _ in points]
        for score, number in enumerate(scores):
            if not number:
                continue
            logs = [
                score * place - none + log(weight)
                for (place, weight), none in zip(points, nothing, strict=True)
            ]
            peak = max(logs)
            chances = [exp(one - peak) for one in logs]
            whole = sum(chances)
            for q, one in enumerate(chances):
                held[q] += number * one / whole
        largest = 0.0
        for at, one in enumerate(difficulty):
            expected = information = 0.0
            for (place, _), number in zip(points, held, strict=True):
                right = 1 / (1 + exp(one - place))
                expected += number * right
                information += number * right * (1 - right)
            step = (expected - solved[at]) / information
            difficulty[at] += step
            largest = max(largest, abs(step))
        if largest < 1e-9:
            return difficulty


def largest_difference(one: list[float], other: list[float]) -> float:
    return max(abs(a - b) / max(1.0, abs(b)) for a, b in zip(one, other, strict=True))


def main() -> int:
    persons = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    marks, choices, languages = attempts(persons, ITEMS, seed=1)
    _, whole_s = timed(lambda: library(marks, choices, languages))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(f"analyse, {persons:,} × {ITEMS}: {whole_s:.2f} s, {peak / 1e6:.0f} MB in all")

    in_time = whole_s < GOAL_S and peak < GOAL_BYTES

    tenth = persons // 10
    few = marks[:tenth], choices[:tenth], languages[:tenth]
    found, fast_s = timed(lambda: library(*few))
    lists = few[0].tolist(), few[1].tolist(), few[2]
    by_loops, slow_s = timed(lambda: plain(*lists))
    apart = largest_difference(of_library(found), by_loops)
    print(f"analyse, {tenth:,} × {ITEMS}: {fast_s:.2f} s (with a Rasch scale)")
    print(f"loops, {tenth:,} × {ITEMS}: {slow_s:.2f} s (without); largest difference {apart:.1e}")

    marks, _, _ = attempts(2000, 60, seed=2)
    for method, slope in (("marginal", 1.0), ("marginal", None), ("conditional", 1.0)):
        _, scale_s = timed(lambda method=method, slope=slope: rasch(marks, method, slope))
        print(f"rasch, 2,000 × 60, {method}, slope {slope or 'estimated'}: {scale_s:.2f} s")
        in_time = in_time and scale_s < GOAL_RASCH_S
    tenth_marks = marks[:200]
    scale, fast_s = timed(lambda: rasch(tenth_marks))
    places, weights = np.polynomial.hermite_e.hermegauss(121)
    kept = weights > 1e-30
    weights = weights / weights.sum()
    points = list(zip(places[kept].tolist(), weights[kept].tolist(), strict=True))
    by_loops, slow_s = timed(lambda: plain_rasch(tenth_marks.tolist(), points))
    assert scale is not None
    differs = largest_difference([one or 0.0 for one in scale.difficulty], by_loops)
    print(
        f"rasch, 200 × 60: {fast_s:.3f} s; loops {slow_s:.2f} s; largest difference {differs:.1e}"
    )

    same = apart < 1e-9 and differs < 1e-6
    print(
        "same numbers" if same else "DIFFERENT NUMBERS", "-", "goals met" if in_time else "missed"
    )
    return 0 if same and in_time else 1


if __name__ == "__main__":
    sys.exit(main())
