"""Values that are filled in."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from lms.index import Methodology, Observation, compute
from lms.index.flags import flag_names

DAY = date(2026, 6, 1)


def build(rule, weights=(1, 2, 1), **top):
    """One dimension of a, b and c; c is filled in by the rule."""
    indicators = [
        {"key": key, "unit": "u", "statistic": "latest", "weight": weight}
        for key, weight in zip("abc", weights, strict=True)
    ]
    indicators[2] |= {"impute": rule, "valid_days": 100}
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": "arithmetic",
            "dimensions": [{"key": "d", "indicators": indicators}],
            **top,
        }
    )


def seen(subject, *values, **fields):
    pairs = zip("abc", values, strict=False)
    return [Observation(subject, key, x, **fields) for key, x in pairs if x is not None]


def run(methodology, rows, draws=0, **settings):
    return compute(methodology, rows, DAY, draws=draws, seed=1, **settings)


def marks(result, subject):
    return flag_names(int(result.indicator_flags[subject, 2]))


def test_siblings_by_hand():
    """(1 × 0.2 + 2 × 0.5)/3 = 0.4; the value is (0.2 + 2 × 0.5 + 0.4)/4."""
    got = run(build("siblings"), seen("s", 0.2, 0.5))
    assert got.indicators[0, 2] == pytest.approx(0.4)
    assert got.values[0] == pytest.approx(0.4)
    assert "imputed" in marks(got, 0)
    assert np.isnan(got.raw[0, 2])
    assert got.n[0, 2] == 0
    # What was filled in covers nothing, and may be anything for the bounds.
    assert got.coverage[0] == pytest.approx(0.75)
    assert got.bounds[0] == pytest.approx([1.2 / 4, 2.2 / 4])
    assert got.normalised_se[0, 2] == 0.29


def test_without_a_rule_it_stays_missing():
    got = run(build("none"), seen("s", 0.2, 0.5))
    assert np.isnan(got.indicators[0, 2])
    assert got.values[0] == pytest.approx(0.4)
    assert got.indicators.shape == (1, 3)


def test_the_error_is_that_of_the_rule_where_the_truth_is_known():
    """Five subjects with all three: root mean square of the rule minus the truth."""
    truth = [(0.2, 0.5, 0.1), (0.4, 0.4, 0.6), (0.9, 0.6, 0.8), (0.1, 0.2, 0.3), (0.5, 0.5, 0.5)]
    rows = [one for n, values in enumerate(truth) for one in seen(f"s{n}", *values)]
    expected = math.sqrt(sum(((a + 2 * b) / 3 - c) ** 2 for a, b, c in truth) / 5)
    got = run(build("siblings"), rows + seen("x", 0.2, 0.5))
    assert got.normalised_se[5, 2] == pytest.approx(expected)
    got = run(build("siblings"), rows[:12] + seen("x", 0.2, 0.5))
    assert got.normalised_se[4, 2] == 0.29


def test_what_was_filled_in_is_drawn_with_its_error():
    truth = [(0.5, 0.5, x) for x in (0.4, 0.6, 0.4, 0.6, 0.4)]
    rows = [one for n, values in enumerate(truth) for one in seen(f"s{n}", *values, se=0.0)]
    got = run(build("siblings"), rows + seen("x", 0.5, 0.5, se=0.0), draws=40_000)
    assert got.normalised_se[5, 2] == pytest.approx(0.1)
    half = 1.644854 * 0.1 / 4
    assert (got.low[5], got.high[5]) == pytest.approx((0.5 - half, 0.5 + half), abs=0.001)
    # A draw beyond 0 … 1 is clipped.
    got = run(build("siblings"), seen("x", 0.0, 0.0, se=0.0), draws=500)
    assert got.low[0] == 0


def test_at_most_a_third_of_a_parents_weight_is_filled_in():
    assert run(build("siblings", (1, 1, 1)), seen("s", 0.2, 0.4)).values[0] == pytest.approx(0.3)
    got = run(build("siblings", (1, 1, 1.01)), seen("s", 0.2, 0.4))
    assert np.isnan(got.values[0])
    assert "imputed" not in marks(got, 0)
    # What may not be filled in is missing, and what is there may still be enough.
    got = run(build("siblings", (1, 1, 2), min_weight_present=0.5), seen("s", 0.2, 0.4))
    assert got.values[0] == pytest.approx(0.3)


def test_nothing_is_filled_in_from_nothing():
    got = run(build("siblings"), [], populations={("s", "a"): 1})
    assert got.reasons == (("no evidence",),)


PEERS = [(f"p{n}", 0.5, 0.5, x) for n, x in enumerate((0.1, 0.2, 0.4, 0.7, 0.9))]


def peers(extra=()):
    return [one for name, *values in [*PEERS, *extra] for one in seen(name, *values)]


def test_peers_give_their_median():
    got = run(build("peers"), peers() + seen("x", 0.5, 0.5))
    assert got.indicators[5, 2] == pytest.approx(0.4)
    got = run(build("peers"), peers()[:-3] + seen("x", 0.5, 0.5))
    assert np.isnan(got.indicators[4, 2])


def test_the_error_of_peers_leaves_the_subject_itself_out():
    """Six peers: the rule for each is the median of the other five."""
    values = (0.1, 0.2, 0.4, 0.7, 0.9, 0.3)
    rules = [sorted(values[:n] + values[n + 1 :])[2] for n in range(6)]
    squares = [(rule - x) ** 2 for rule, x in zip(rules, values, strict=True)]
    got = run(build("peers"), peers([("p5", 0.5, 0.5, 0.3)]) + seen("x", 0.5, 0.5))
    assert got.normalised_se[6, 2] == pytest.approx(math.sqrt(sum(squares) / 6))


def test_only_published_peers_count():
    """A sixth peer without an index of its own does not move the median."""
    rows = [*peers(), Observation("q", "c", 0.0), *seen("x", 0.5, 0.5)]
    got = run(build("peers"), rows)
    assert np.isnan(got.values[5])
    assert got.indicators[6, 2] == pytest.approx(0.4)


def test_peers_are_those_of_the_same_group():
    low = [(f"q{n}", 0.5, 0.5, 0.0) for n in range(5)]
    groups = {"north": [name for name, *_ in PEERS] + ["x"], "south": [f"q{n}" for n in range(5)]}
    rows = peers(low) + seen("x", 0.5, 0.5) + seen("y", 0.5, 0.5)
    got = run(build("peers", peers=groups), rows)
    places = dict(zip(got.subjects, got.indicators[:, 2], strict=True))
    assert places["x"] == pytest.approx(0.4)
    # Who stands in no group has no peers.
    assert np.isnan(places["y"])
    assert run(build("peers"), rows).indicators[-1, 2] == pytest.approx(0.05)


def aged(subject, value, age, **fields):
    return Observation(subject, "c", value, observed_on=DAY - timedelta(age), **fields)


def test_the_last_value_counts_for_twice_as_long():
    method = build("last")
    got = run(method, [*seen("s", 0.2, 0.5), aged("s", 0.9, 101)])
    assert got.indicators[0, 2] == 0.9
    assert "imputed" in marks(got, 0)
    assert got.observations[0][2] == ("row-3",)
    assert run(method, [*seen("s", 0.2, 0.5), aged("s", 0.9, 200)]).indicators[0, 2] == 0.9
    assert np.isnan(run(method, [*seen("s", 0.2, 0.5), aged("s", 0.9, 201)]).indicators[0, 2])
    # What is valid is no last value.
    assert run(method, [*seen("s", 0.2, 0.5), aged("s", 0.9, 100)]).raw[0, 2] == 0.9


def test_the_last_value_is_that_of_its_newest_day():
    rows = [aged("s", 0.9, 150), aged("s", 0.4, 120), aged("s", 0.6, 120), aged("s", 0.1, 110,
                                                                           weight=0)]  # fmt: skip
    got = run(build("last"), seen("s", 0.2, 0.5) + rows)
    assert got.indicators[0, 2] == pytest.approx(0.5)


def test_the_error_of_the_last_value():
    """Five subjects of which an expired and a valid value are known, 0.1 apart."""
    rows = [
        one
        for n in range(5)
        for one in [*seen(f"s{n}", 0.5, 0.5), aged(f"s{n}", 0.5, 10), aged(f"s{n}", 0.6, 150)]
    ]
    got = run(build("last"), [*rows, *seen("x", 0.5, 0.5), aged("x", 0.3, 150)])
    assert got.normalised_se[5, 2] == pytest.approx(0.1)


def test_evidence_that_was_filled_in_from_is_in_the_hash():
    method = build("last")
    one = run(method, [*seen("s", 0.2, 0.5), aged("s", 0.9, 150)])
    other = run(method, [*seen("s", 0.2, 0.5), aged("s", 0.8, 150)])
    too_old = run(method, [*seen("s", 0.2, 0.5), aged("s", 0.8, 201)])
    without = run(method, seen("s", 0.2, 0.5))
    assert one.evidence_hash != other.evidence_hash
    assert too_old.evidence_hash == without.evidence_hash
