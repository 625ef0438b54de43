"""Weighted quantiles of many rows at once, and their resamples."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.index import quantile
from lms.index.quantile import RESAMPLES, resampled_quantiles, weighted_quantiles


def plain(values, weights, share):
    """Section 3: C_1 = 0, C_k = Σ (w_{j−1} + w_j)/2, linear between (C_k/C_m, x_k)."""
    rows = sorted(zip(values, weights, strict=True), key=lambda row: row[0])
    places = [0.0]
    for (_, before), (_, after) in itertools.pairwise(rows):
        places.append(places[-1] + (before + after) / 2)
    if len(rows) == 1:
        return rows[0][0]
    return float(np.interp(share, np.array(places) / places[-1], [x for x, _ in rows]))


unequal = st.lists(
    st.tuples(st.integers(0, 1000), st.floats(0.01, 10)), min_size=1, max_size=9,
    unique_by=lambda row: row[0],
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(unequal, st.floats(0, 1))
def test_each_row_is_the_plain_rule(rows, share):
    values = np.array([[float(x) for x, _ in rows]])
    weights = np.array([[w for _, w in rows]])
    got = weighted_quantiles(values, weights, share)
    assert got[0] == pytest.approx(plain(values[0], weights[0], share), abs=1e-9)


def test_resamples_are_quantiles_of_samples_with_replacement():
    """The same picks, made once more: each sample's quantile by the plain rule."""
    values, weights = np.array([[0.5, 0.1, 0.9]]), np.array([[1.0, 2.0, 3.0]])
    got = resampled_quantiles(values, weights, 0.5, 7)
    assert got.shape == (1, RESAMPLES)
    stream = np.random.Generator(np.random.PCG64(np.random.SeedSequence(7, spawn_key=(1,))))
    x, w = [0.1, 0.5, 0.9], [2.0, 1.0, 3.0]
    for sample in got[0]:
        picks = np.sort(stream.integers(0, 3, 3)).tolist()
        expected = plain([x[p] for p in picks], [w[p] for p in picks], 0.5)
        assert sample == pytest.approx(expected, abs=1e-12)


def test_no_other_row_moves_a_resample():
    values, weights = np.random.default_rng(1).random((3, 6)), np.ones((3, 6))
    whole = resampled_quantiles(values, weights, 0.9, 2)
    for row in range(3):
        alone = resampled_quantiles(values[row : row + 1], weights[row : row + 1], 0.9, 2)
        assert alone[0].tolist() == whole[row].tolist()


def test_blocks_change_nothing(monkeypatch):
    values, weights = np.random.default_rng(1).random((9, 6)), np.ones((9, 6))
    whole = resampled_quantiles(values, weights, 0.5, 2)
    monkeypatch.setattr(quantile, "CHUNK", 20)
    assert resampled_quantiles(values, weights, 0.5, 2).tolist() == whole.tolist()


def test_the_spread_of_a_median_is_about_right():
    """Of 101 values of a uniform, the median's error is near √(¼/101)/1 = 0.0498."""
    values = np.random.default_rng(3).random((40, 101))
    spread = resampled_quantiles(values, np.ones(values.shape), 0.5, 1).std(axis=1, ddof=1)
    assert spread.mean() == pytest.approx(0.0498, abs=0.006)
