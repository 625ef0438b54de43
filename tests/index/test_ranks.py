"""Places in the table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.index import ranks
from lms.index.ranks import drawn_ranks, share_above


def plain(column):
    """1 + how many are higher + half of those that are equal."""
    return [
        1 + sum(other > one for other in column) + (sum(other == one for other in column) - 1) / 2
        for one in column
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=5, max_size=5), min_size=1, max_size=8))
def test_ties_get_their_mean_rank(rows):
    drawn = np.array(rows, dtype=np.float32)
    got = drawn_ranks(drawn)
    for column in range(5):
        assert got[:, column].tolist() == plain(drawn[:, column].tolist())


def test_blocks_change_nothing(monkeypatch):
    drawn = np.random.default_rng(2).random((7, 30)).astype(np.float32)
    whole = drawn_ranks(drawn)
    monkeypatch.setattr(ranks, "BLOCK", 4)
    assert drawn_ranks(drawn).tolist() == whole.tolist()


def test_the_share_of_draws_above():
    one, other = np.array([1.0, 2, 3, 4]), np.array([2.0, 2, 2, 2])
    assert share_above(one, other) == pytest.approx(0.625)
    assert np.isnan(share_above(one, np.full(4, np.nan)))
    assert np.isnan(share_above(np.empty(0), np.empty(0)))
