"""Which choices and which data move the index."""

import json
from datetime import date

import numpy as np
import pytest

from lms.index import Factor, Methodology, Observation, compute, sensitivity, sobol_indices

DAY = date(2026, 6, 1)


def methodology(dimensions, **top):
    """Dimensions by key, each with the keys of its indicators; values with their own errors."""

    def indicator(key):
        return {"key": key, "unit": "share", "statistic": "latest", **top.get(key, {})}

    fields = {key: value for key, value in top.items() if not isinstance(value, dict)}
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": "arithmetic",
            "min_weight_present": 0,
            **fields,
            "interval": top.get("interval", {}),
            "dimensions": [
                {"key": key, "indicators": [indicator(one) for one in own]}
                for key, own in dimensions.items()
            ],
        }
    )


def rows(table, se=0.05):
    """Observations by subject and indicator; a pair is a value with its error, None is missing."""
    found = []
    for subject, own in table.items():
        for key, value in own.items():
            if value is not None:
                x, error = value if isinstance(value, tuple) else (value, se)
                found.append(Observation(subject, key, x, f"{subject} {key}", se=error))
    return found


THREE = {"a": "pq", "b": "r"}


def of(told, kind, key="", figure="total", subject="s"):
    indices = told.of(subject) if subject else told.rank_shift
    return getattr(indices, figure)[told.factors.index(Factor(kind, key))]


def test_factors_are_those_that_can_vary():
    told = sensitivity(methodology(THREE), rows({"s": {"p": 0.4, "q": 0.8, "r": 0.5}}), DAY, 64)

    assert told.factors == (
        Factor("weights", "a"),
        Factor("weights", "m"),
        Factor("inclusion"),
        Factor("data", "a"),
        Factor("data", "b"),
    )
    assert told.subjects == ("s",)
    assert told.values == pytest.approx([0.55])
    assert told.base == 64


def test_alternatives_are_factors_where_the_methodology_lists_them():
    interval = {
        "alternatives": {
            "aggregate": ["arithmetic", "geometric"],
            "normalise": ["goalposts", "rank"],
        }
    }
    table = {
        name: {"p": value, "q": 0.9 - value, "r": value / 2}
        for name, value in zip("stuvw", (0.1, 0.3, 0.5, 0.7, 0.8), strict=True)
    }

    told = sensitivity(methodology(THREE, interval=interval), rows(table, 0.01), DAY, 256)

    assert {Factor("aggregation"), Factor("normalisation")} <= set(told.factors)
    # The fourth of five has 0.7, 0.2, 0.35, which by rank are 0.75, 0.25, 0.75: 0.4 and 0.625.
    assert of(told, "normalisation", subject="v") > 0.1
    assert of(told, "aggregation") > 0.01


def test_an_error_that_is_not_known_is_no_factor():
    told = sensitivity(
        methodology(THREE), rows({"s": {"p": 0.4, "q": 0.8, "r": (0.5, None)}}), DAY, 64
    )
    assert [one for one in told.factors if one.kind == "data"] == [Factor("data", "a")]


def beta_quantiles(a, b):
    """The inverse of a Beta's distribution function, from a large sorted sample."""
    ordered = np.sort(np.random.default_rng(0).beta(a, b, 400_000))
    return lambda u: np.quantile(ordered, u)


def normal_quantiles():
    ordered = np.sort(np.random.default_rng(0).standard_normal(400_000))
    return lambda u: np.quantile(ordered, u)


def test_the_index_as_an_explicit_function_has_the_same_indices():
    """Weights of two are Beta(κw, κ(1 − w)); data are normal; one of four cases leaves none out."""
    kappa = 20
    told = sensitivity(
        methodology(THREE, interval={"concentration": kappa}),
        rows({"s": {"p": (0.3, 0.08), "q": (0.7, 0.04), "r": (0.5, 0.06)}}),
        DAY,
        base=2**14,
        seed=1,
    )
    weight, normal = beta_quantiles(kappa / 2, kappa / 2), normal_quantiles()

    def index(u):
        inner, outer = weight(u[:, 0]), weight(u[:, 1])
        case = np.minimum((u[:, 2] * 4).astype(int), 3)
        p = np.clip(0.3 + 0.08 * normal(u[:, 3]), 0, 1)
        q = np.clip(0.7 + 0.04 * normal(u[:, 4]), 0, 1)
        r = np.clip(0.5 + 0.06 * normal(u[:, 5]), 0, 1)
        a = np.select([case == 1, case == 2], [q, p], inner * p + (1 - inner) * q)
        return np.where(case == 3, a, outer * a + (1 - outer) * r)

    expected = sobol_indices(index, [(0, 1)] * 6, 2**14, 2)

    got = told.of("s")
    names = [("weights", "a"), ("weights", "m"), ("inclusion", ""), ("data", "b")]
    for (kind, key), place in zip(names, (0, 1, 2, 5), strict=True):
        own = told.factors.index(Factor(kind, key))
        assert got.first[own] == pytest.approx(expected.first[place], abs=0.03)
        assert got.total[own] == pytest.approx(expected.total[place], abs=0.03)
    # The data of a dimension are one input of two numbers, which add up but for what they share.
    data = told.factors.index(Factor("data", "a"))
    assert got.first[data] == pytest.approx(sum(expected.first[3:5]), abs=0.03)


def test_leaving_out_means_that_the_methodology_lacks_it():
    """Without errors and with weights that hardly vary only inclusion is left: 3 of 4 cases by hand."""
    given = methodology(THREE, interval={"concentration": 1e6})
    told = sensitivity(given, rows({"s": {"p": 0.2, "q": 0.6, "r": 0.8}}, se=0), DAY, 2**12, seed=3)

    # All: 0.6; without p 0.7; without q 0.5; without r 0.4.
    cases = np.array([0.6, 0.7, 0.5, 0.4])
    assert of(told, "inclusion", figure="first") == pytest.approx(1, abs=0.05)
    assert of(told, "inclusion") == pytest.approx(1, abs=0.05)
    assert told.values[0] == pytest.approx(cases[0])
    assert of(told, "weights", "m") < 0.01


def test_a_subject_of_which_nothing_would_be_left_keeps_all():
    given = methodology(THREE, interval={"concentration": 1e6})
    table = {"s": {"p": 0.2, "q": 0.6, "r": 0.8}, "t": {"r": 0.4}}

    told = sensitivity(given, rows(table, se=0), DAY, 128)

    assert told.of("t").no_variance
    assert not told.of("s").no_variance


def test_what_was_missing_by_a_threshold_stays_missing():
    """Dimension a holds a third of its weight and does not exist; leaving out r cannot revive it."""
    given = methodology(THREE, interval={"concentration": 1e6}, min_weight_present=0.5)
    heavy = methodology(
        {"a": "pqx", "b": "r"}, interval={"concentration": 1e6}, min_weight_present=0.5
    )
    assert sensitivity(given, rows({"s": {"p": 0.2, "r": 0.8}}, 0), DAY, 64).values[0] == 0.5
    told = sensitivity(heavy, rows({"s": {"p": 0.2, "r": 0.8}}, se=0), DAY, 64)
    assert told.values[0] == 0.8
    assert told.of("s").no_variance


def test_rank_shifts_of_subjects_far_apart_are_none():
    table = {name: dict.fromkeys("pqr", x) for name, x in zip("stu", (0.1, 0.5, 0.9), strict=True)}
    told = sensitivity(methodology(THREE), rows(table, 0.001), DAY, 64)
    assert told.mean_rank_shift == 0
    assert told.rank_shift.no_variance
    assert told.rank_shift.total.tolist() == [0] * len(told.factors)


def test_rank_shifts_of_two_by_hand():
    """Without r the order of the two turns round: each shifts by one, in one case of four."""
    given = methodology(THREE, interval={"concentration": 1e6})
    table = {"s": {"p": 0.6, "q": 0.6, "r": 0.1}, "t": {"p": 0.5, "q": 0.5, "r": 0.9}}

    told = sensitivity(given, rows(table, se=0), DAY, 2**12)

    assert told.mean_rank_shift == pytest.approx(0.25, abs=0.02)
    assert of(told, "inclusion", subject="") == pytest.approx(1, abs=0.05)


def test_all_subjects_equal():
    table = {name: dict.fromkeys("pqr", 0.5) for name in "stu"}
    told = sensitivity(methodology(THREE), rows(table, se=0), DAY, 64)
    assert told.mean_rank_shift == 0
    assert told.rank_shift.no_variance
    assert all(one.no_variance for one in told.indices)


def test_unpublished_subjects_have_no_indices():
    table = {"s": {"p": 0.2, "q": 0.6, "r": 0.8}, "t": {"p": 0.4}}
    given = methodology(THREE, min_weight_present=1)

    told = sensitivity(given, rows(table), DAY, 64)

    assert told.subjects == ("s",)
    with pytest.raises(KeyError, match="no index"):
        told.of("t")


def test_nobody_has_an_index():
    told = sensitivity(methodology(THREE), [], DAY, 64, populations={("s", "p"): 3})
    assert (told.subjects, told.indices) == ((), ())
    assert np.isnan(told.mean_rank_shift)
    assert json.loads(json.dumps(told.to_mapping()))["mean_rank_shift"] is None


def test_refused_observations_are_told():
    told = sensitivity(methodology(THREE), [Observation("s", "nothing", 1.0)], DAY, 64)
    assert (told.subjects, [one.code for one in told.problems]) == ((), ["unknown-indicator"])


def test_the_same_seed_gives_the_same_numbers_and_none_is_that_of_the_run():
    given, own = methodology(THREE), rows({"s": {"p": 0.2, "q": 0.6, "r": 0.8}})

    one, same, other = (sensitivity(given, own, DAY, 64, seed=seed) for seed in (5, 5, 6))

    assert np.array_equal(one.of("s").total_interval, same.of("s").total_interval)
    assert not np.array_equal(one.of("s").total, other.of("s").total)
    assert sensitivity(given, own, DAY, 64).seed == compute(given, own, DAY, draws=0).seed


def test_another_subject_moves_no_other():
    given, own = methodology(THREE), {"s": {"p": 0.2, "q": 0.6, "r": 0.8}}

    alone = sensitivity(given, rows(own), DAY, 64, seed=5)
    both = sensitivity(given, rows({**own, "t": {"p": 0.9, "q": 0.1, "r": 0.3}}), DAY, 64, seed=5)

    assert alone.of("s").total == pytest.approx(both.of("s").total, abs=1e-12)


def test_figures_as_plain_values():
    told = sensitivity(methodology(THREE), rows({"s": {"p": 0.2, "q": 0.6, "r": 0.8}}), DAY, 64)
    plain = json.loads(json.dumps(told.to_mapping()))
    assert plain["factors"][0] == {"kind": "weights", "key": "a"}
    assert plain["subjects"][0]["total"] == told.of("s").total.tolist()


@pytest.mark.parametrize("settings", [{"base": 1}, {"seed": -1}, {"seed": 2**64}])
def test_what_is_out_of_range_is_refused(settings):
    with pytest.raises(ValueError, match="base of two rows"):
        sensitivity(methodology(THREE), [], DAY, **settings)


def test_progress_is_told():
    table = {f"s{number:02}": dict.fromkeys("pqr", 0.5) for number in range(60)}
    told = []
    sensitivity(
        methodology(THREE), rows(table), DAY, 4, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(50, 60), (60, 60)]
