"""Sobol' indices against functions whose indices are known."""

import math

import numpy as np
import pytest

from lms.index import sobol_indices


def ishigami(x):
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def ishigami_indices(a=7.0, b=0.1):
    """Ishigami & Homma (1990): the variance and its parts in closed form."""
    first = (1 + b * math.pi**4 / 5) ** 2 / 2
    second = a**2 / 8
    together = b**2 * math.pi**8 * 8 / 225
    whole = first + second + together
    return (
        [first / whole, second / whole, 0.0],
        [(first + together) / whole, second / whole, together / whole],
    )


#: Saltelli & Sobol' (1995): small a, important input.
A = np.array([0, 1, 4.5, 9, 99, 99, 99, 99])


def g_function(x):
    return np.prod((np.abs(4 * x - 2) + A) / (1 + A), axis=1)


def g_indices():
    own = 1 / (3 * (1 + A) ** 2)
    whole = np.prod(1 + own) - 1
    return own / whole, own * np.prod(1 + own) / (1 + own) / whole


def test_ishigami():
    first, total = ishigami_indices()
    assert first == pytest.approx([0.3139, 0.4424, 0], abs=5e-5)
    assert total == pytest.approx([0.5576, 0.4424, 0.2437], abs=5e-5)

    got = sobol_indices(ishigami, [(-math.pi, math.pi)] * 3, 2**16, 1)

    assert got.first == pytest.approx(first, abs=0.015)
    assert got.total == pytest.approx(total, abs=0.015)


def test_g_function():
    first, total = g_indices()

    got = sobol_indices(g_function, [(0, 1)] * 8, 2**16, 1)

    assert got.first == pytest.approx(first, abs=0.015)
    assert got.total == pytest.approx(total, abs=0.015)


def test_ninety_percent_intervals_hold_the_index_about_nine_times_in_ten():
    first, total = ishigami_indices()
    held = []
    for seed in range(60):
        got = sobol_indices(ishigami, [(-math.pi, math.pi)] * 3, 512, seed)
        for ends, truth in ((got.first_interval, first), (got.total_interval, total)):
            held += [low <= one <= high for (low, high), one in zip(ends, truth, strict=True)]

    # 360 intervals, of which each three of a seed hang together.
    assert 0.80 <= np.mean(held) <= 0.97


def test_the_formulas_on_the_samples_that_the_function_saw():
    """A plain reference: Saltelli et al. (2010) and Jansen (1999), row by row."""
    seen = []

    def function(x):
        seen.append(x.copy())
        return 3 * x[:, 0] + x[:, 0] * x[:, 1]

    got = sobol_indices(function, [(0, 1), (-2, 2)], 64, 5)

    a, b, *mixed = ([3 * x + x * y for x, y in rows] for rows in seen)
    mean = sum(a + b) / 128
    variance = sum((one - mean) ** 2 for one in a + b) / 128
    for i, own in enumerate(mixed):
        rows = zip(a, b, own, strict=True)
        first = sum((y_b - mean) * (y - y_a) for y_a, y_b, y in rows) / 64 / variance
        rows = zip(a, own, strict=True)
        total = sum((y_a - y) ** 2 for y_a, y in rows) / 64 / (2 * variance)
        assert (got.first[i], got.total[i]) == pytest.approx((first, total), abs=1e-12)
        assert np.array_equal(seen[2 + i][:, i], seen[1][:, i])
        assert np.array_equal(seen[2 + i][:, 1 - i], seen[0][:, 1 - i])


def test_the_same_seed_gives_the_same_numbers():
    one, same, other = (sobol_indices(g_function, [(0, 1)] * 8, 64, seed) for seed in (3, 3, 4))

    assert np.array_equal(one.total_interval, same.total_interval)
    assert not np.array_equal(one.first, other.first)


def test_a_large_mean_drowns_nothing():
    shifted = sobol_indices(lambda x: g_function(x) + 1e6, [(0, 1)] * 8, 256, 1)
    plain = sobol_indices(g_function, [(0, 1)] * 8, 256, 1)

    assert shifted.first == pytest.approx(plain.first, abs=1e-6)


def test_what_does_not_vary_has_indices_0_and_says_so():
    got = sobol_indices(lambda x: 0 * x[:, 0] + 1 / 3, [(0, 1)] * 2, 16, 1)

    assert got.no_variance
    assert (got.first.tolist(), got.total.tolist()) == ([0, 0], [0, 0])
    assert got.total_interval.tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("function", "bounds", "base", "seed", "message"),
    [
        (g_function, [], 16, 1, "bounds"),
        (g_function, [(1, 1)] * 8, 16, 1, "low < high"),
        (g_function, [(0, 1)] * 8, 1, 1, "two rows"),
        (g_function, [(0, 1)] * 8, 16, -1, "seed"),
        (lambda x: x, [(0, 1)] * 2, 16, 1, "one finite number"),
        (lambda x: x[:, 0] / 0.0 * 0, [(0, 1)], 16, 1, "one finite number"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_what_cannot_be_estimated_is_refused(function, bounds, base, seed, message):
    with pytest.raises(ValueError, match=message):
        sobol_indices(function, bounds, base, seed)
