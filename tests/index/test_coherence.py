"""Whether indicators belong together."""

import json
import math
from datetime import date

import numpy as np
import pytest

from lms.index import Methodology, Observation, coherence, compute

DAY = date(2026, 6, 1)


def methodology(*dimensions, weights=None, **top):
    """One dimension for each sequence of keys, goalposts 0 … 1, arithmetic throughout."""
    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "aggregate": "arithmetic",
            "min_weight_present": 0,
            **top,
            "dimensions": [
                {
                    "key": f"d{number}",
                    "indicators": [
                        {
                            "key": key,
                            "unit": "share",
                            "statistic": "mean",
                            "weight": (weights or {}).get(key, 1),
                        }
                        for key in keys
                    ],
                }
                for number, keys in enumerate(dimensions)
            ],
        }
    )


def run(methodology, table):
    """Columns by key; None is missing."""
    rows = [
        Observation(f"s{number:02}", key, float(value))
        for key, column in table.items()
        for number, value in enumerate(column)
        if value is not None
    ]
    return compute(methodology, rows, DAY, draws=0)


def pearson(x, y):
    """By its definition, over the pairs that both have."""
    pairs = [(a, b) for a, b in zip(x, y, strict=True) if a is not None and b is not None]
    mean_x, mean_y = (math.fsum(one) / len(pairs) for one in zip(*pairs, strict=True))
    xy = math.fsum((a - mean_x) * (b - mean_y) for a, b in pairs)
    xx = math.fsum((a - mean_x) ** 2 for a, _ in pairs)
    yy = math.fsum((b - mean_y) ** 2 for _, b in pairs)
    return xy / math.sqrt(xx * yy)


def mean_ranks(x):
    return [(sum(b < a for b in x) + sum(b <= a for b in x) + 1) / 2 for a in x]


def codes(report, indicator=None):
    return {one.code for one in report.findings if indicator in (None, one.indicator)}


STEPS = [number / 20 for number in range(12)]
ZIGZAG = [0.2, 0.8, 0.3, 0.6, 0.9, 0.1, 0.5, 0.7, 0.4, 0.6, 0.2, 0.5]
OTHER = [0.7, 0.1, 0.4, 0.4, 0.3, 0.9, 0.6, 0.2, 0.8, 0.5, 0.1, 0.3]


def test_too_few_subjects():
    report = coherence(run(methodology("ab"), {"a": STEPS[:9], "b": ZIGZAG[:9]}))

    assert not report.enough
    assert [(one.code, one.figures["subjects"]) for one in report.findings] == [("too_few", 9)]
    assert np.isnan(report.pearson).all()
    assert "too few to say" in report.findings[0].sentence


def test_correlations_by_their_definition():
    gappy = [*OTHER[:9], None, None, 0.4]
    report = coherence(run(methodology("ab", "c"), {"a": STEPS, "b": ZIGZAG, "c": gappy}))

    assert report.pearson[0, 1] == pytest.approx(pearson(STEPS, ZIGZAG))
    assert report.pearson[1, 2] == report.pearson[2, 1] == pytest.approx(pearson(ZIGZAG, gappy))
    both = [(x, y) for x, y in zip(ZIGZAG, gappy, strict=True) if y is not None]
    ranks = (mean_ranks(column) for column in zip(*both, strict=True))
    assert report.spearman[1, 2] == pytest.approx(pearson(*ranks))
    assert report.n.tolist() == [[12, 12, 10], [12, 12, 10], [10, 10, 10]]


def test_a_constant_column_has_no_correlation():
    report = coherence(run(methodology("ab"), {"a": STEPS, "b": [0.5] * 12}))

    assert np.isnan(report.pearson[0, 1])
    assert np.isnan(report.spearman[0, 1])
    assert json.dumps(report.to_mapping())
    assert report.to_mapping()["pearson"][0][1] is None


def test_alpha_by_hand():
    """Standardised alpha of k items is k·r/(1 + (k − 1)·r) with r the mean correlation."""
    table = {"a": STEPS, "b": ZIGZAG, "c": OTHER}
    report = coherence(run(methodology("abc", "z"), table | {"z": STEPS}))

    pairs = {key: pearson(table[key[0]], table[key[1]]) for key in ("ab", "ac", "bc")}
    mean = sum(pairs.values()) / 3
    one = report.consistency[0]
    assert (one.dimension, one.n) == ("d0", 12)
    assert one.alpha == pytest.approx(3 * mean / (1 + 2 * mean))
    assert one.items[0].alpha_if_deleted == pytest.approx(2 * pairs["bc"] / (1 + pairs["bc"]))

    def standard(x):
        spread = math.sqrt(math.fsum((one - sum(x) / 12) ** 2 for one in x) / 11)
        return [(one - sum(x) / 12) / spread for one in x]

    rest = [b + c for b, c in zip(standard(ZIGZAG), standard(OTHER), strict=True)]
    assert one.items[0].corrected_item_total == pytest.approx(pearson(STEPS, rest))
    assert report.consistency[1].alpha is None
    assert report.consistency[1].items[0].corrected_item_total is None


def test_components_of_two_indicators():
    """The eigenvalues of a correlation matrix of two are 1 ± r, its loadings √((1 + r)/2)."""
    rising = [(x + y) / 2 for x, y in zip(STEPS, ZIGZAG, strict=True)]
    report = coherence(run(methodology("ab"), {"a": STEPS, "b": rising}))

    r = pearson(STEPS, rising)
    assert report.eigenvalues == pytest.approx([1 + r, 1 - r])
    assert report.first_share == pytest.approx((1 + r) / 2)
    assert report.loadings == pytest.approx([math.sqrt((1 + r) / 2)] * 2)
    assert report.component_weights == pytest.approx([0.5, 0.5])
    assert report.rows == 12


def test_effective_weights_are_shares_of_squared_correlation():
    """Paruolo, Saisana & Saltelli (2013): the same weight, and a wider spread counts for more."""
    narrow = [0.5 + (x - 0.5) / 10 for x in ZIGZAG]
    table = {"a": STEPS, "b": narrow}
    report = coherence(run(methodology("ab"), table))

    index = [(x + y) / 2 for x, y in zip(STEPS, narrow, strict=True)]
    squares = [pearson(column, index) ** 2 for column in table.values()]
    assert report.nominal.tolist() == [0.5, 0.5]
    assert report.effective == pytest.approx([one / sum(squares) for one in squares])
    assert codes(report, "a") >= {"counts_for_more"}
    assert "counts_for_more" not in codes(report, "b")


def test_what_has_no_weight_does_not_count_for_more():
    report = coherence(
        run(methodology("ab", weights={"b": 0}), {"a": STEPS, "b": [x / 2 for x in STEPS]})
    )

    assert "counts_for_more" not in codes(report, "b")


def test_an_indicator_that_pulls_the_other_way_and_sits_better_elsewhere():
    falling = [0.55 - x for x in STEPS]
    table = {"a": STEPS, "b": [2 * x * 0.9 for x in STEPS], "c": falling, "d": falling}
    report = coherence(run(methodology("abc", "d", weights={"c": 0.1}), table))

    assert codes(report, "c") >= {"pulls_the_other_way", "better_elsewhere", "says_the_same_twice"}
    (one,) = (one for one in report.findings if one.code == "better_elsewhere")
    assert (one.figures["dimension"], one.figures["other"]) == ("d0", "d1")
    assert (one.figures["r"], one.figures["r_other"]) == pytest.approx((-1, 1))
    assert "pulls the other way" in next(
        one.sentence for one in report.findings if one.code == "pulls_the_other_way"
    )


def test_an_indicator_that_adds_nothing():
    alternating = [0.5, 0.6] * 6
    level = [0.0, 0.0, 1.0, 1.0] * 3
    report = coherence(run(methodology("ab", weights={"a": 0.01}), {"a": alternating, "b": level}))

    assert codes(report, "a") >= {"adds_nothing"}


def test_dominance_is_counted_by_pairs():
    """Three risers dominate each other; each lies apart from the rest, which are all equal."""
    a = [0.1, 0.2, 0.3, *[0.9] * 9]
    b = [0.1, 0.2, 0.3, *[0.0] * 9]
    report = coherence(run(methodology("ab"), {"a": a, "b": b}))

    assert report.dominance == pytest.approx(3 / 66)
    assert report.findings[-1].code == "dominance"


def test_subjects_with_other_indicators_are_never_dominated():
    b = [*STEPS[:11], None]
    report = coherence(run(methodology("ab"), {"a": STEPS, "b": b}))

    assert report.dominance == pytest.approx(55 / 66)


def test_low_alpha_is_no_fault_and_the_report_says_so():
    report = coherence(run(methodology("ab"), {"a": STEPS, "b": OTHER}))

    (low,) = (one for one in report.findings if one.code == "low_alpha")
    assert low.figures["alpha"] == report.consistency[0].alpha < 0.7
    assert "no fault" in low.sentence


def test_nested_dimensions_have_alpha_of_their_dimensions():
    def dimension(key, *keys):
        indicators = [{"key": one, "unit": "share", "statistic": "mean"} for one in keys]
        return {"key": key, "indicators": indicators}

    nested = Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "dimensions": [
                {"key": "top", "dimensions": [dimension("x", "a", "b"), dimension("y", "c")]},
                dimension("z", "d"),
            ],
        }
    )
    report = coherence(run(nested, {"a": STEPS, "b": ZIGZAG, "c": ZIGZAG, "d": OTHER}))

    assert [one.dimension for one in report.consistency] == ["top", "x", "y", "z"]
    assert [item.key for item in report.consistency[0].items] == ["x", "y"]
    x = [(a + b) / 2 for a, b in zip(STEPS, ZIGZAG, strict=True)]
    assert report.consistency[0].items[0].corrected_item_total == pytest.approx(pearson(x, ZIGZAG))
    others = {one.figures["other"] for one in report.findings if one.code == "better_elsewhere"}
    assert "top" not in others
