"""Gaming and robustness checks: what each finds, with its figures, and what it leaves alone."""

from datetime import date, timedelta

import numpy as np
import pytest

from lms.index import Methodology, Observation, compute
from lms.index.checks import (
    fragile,
    jumps,
    last_days,
    of_change,
    of_run,
    one_assessor,
    rose_while_coverage_fell,
    selective_posts,
    self_assessed,
)

FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)
BANDS = [{"key": "low", "from": 0}, {"key": "high", "from": 0.5}]


def methodology(**top):
    def indicator(key, **fields):
        return {"key": key, "unit": "share", "statistic": "mean", "min_coverage": 0, **fields}

    return Methodology.from_mapping(
        {
            "key": "m",
            "version": "1",
            "min_weight_present": 0,
            "min_coverage_for_band": 0,
            "bands": BANDS,
            **top,
            "dimensions": [
                {"key": "g", "indicators": [indicator("posts", weight=3), indicator("budget")]},
                {"key": "r", "indicators": [indicator("drill", half_life_days=365)]},
            ],
        }
    )


PLAIN = methodology()


def seen(subject, indicator, value, name, day=FIRST, **fields):
    return Observation(subject, indicator, value, name, observed_on=day, **fields)


def run(rows, day=FIRST, populations=None, under=PLAIN):
    return compute(under, rows, day, populations, draws=0)


def groups(subject, indicator, values, prefix="", day=FIRST, **fields):
    return [
        seen(subject, indicator, value, f"{prefix}{subject}-{indicator}-{number}", day, **fields)
        for number, value in enumerate(values)
    ]


class TestRoseWhileCoverageFell:
    FULL = (
        *groups("s", "posts", [0.5]),
        *groups("s", "budget", [0.2]),
        *groups("s", "drill", [0.5]),
    )

    def test_what_was_dropped_is_all_that_rose(self):
        """Governance 0.425 → 0.5 without the budget: √(0.425·0.5) → 0.5; on what is common nothing."""
        less = [one for one in self.FULL if one.indicator != "budget"]

        (found,) = rose_while_coverage_fell(run(self.FULL), run(less, SECOND))

        assert found.subject == "s"
        assert found.figures == pytest.approx(
            {
                "value_a": (0.425 * 0.5) ** 0.5,
                "value_b": 0.5,
                "coverage_a": 1,
                "coverage_b": 0.875,
                "common_a": 0.5,
                "common_b": 0.5,
                "common": 2,
            }
        )
        assert "on the indicators common to both runs" in found.sentence
        assert found.observations == ("s-budget-0",)

    def test_a_tenth_less_coverage_is_enough_and_less_is_not(self):
        more = [*groups("s", "drill", [0.6]), *self.FULL[:2]]
        for population, count in ((1.25, 1), (1.2, 0)):
            second = run(more, SECOND, {("s", "drill"): population})
            assert len(rose_while_coverage_fell(run(self.FULL), second)) == count

    def test_what_fell_or_is_new_is_left_alone(self):
        less = [one for one in self.FULL if one.indicator != "budget"]
        assert rose_while_coverage_fell(run(less), run(self.FULL, SECOND)) == ()
        assert rose_while_coverage_fell(run(groups("t", "drill", [0.1])), run(less, SECOND)) == ()

    def test_nothing_in_common(self):
        first = [*groups("s", "posts", [0.2]), *groups("s", "budget", [0.2])]
        (found,) = rose_while_coverage_fell(
            run(first, under=methodology(aggregate="arithmetic")),
            run(groups("s", "drill", [0.9]), SECOND, {("s", "drill"): 4},
                under=methodology(aggregate="arithmetic")),
        )  # fmt: skip
        assert found.code == "rose_on_other_indicators"
        assert "no indicator in common" in found.sentence


class TestSelfAssessed:
    def test_less_than_half_was_assessed_by_others(self):
        rows = [
            seen("s", "posts", 0.5, "own", assessor="s"),
            seen("s", "drill", 0.5, "other", assessor="mission"),
            seen("s", "drill", 0.5, "again", assessor="s"),
            seen("s", "budget", 0.5, "nobody"),
            seen("t", "drill", 0.5, "t", assessor="mission"),
        ]

        (found,) = self_assessed(run(rows), rows)

        assert (found.code, found.subject) == ("self_assessed", "s")
        # The drill has half the weight, and half of that was assessed by another.
        assert found.figures["independent"] == pytest.approx(0.25)
        assert found.observations == ("again", "nobody", "own")

    def test_own_and_others_assessments_differ(self):
        """Means of three groups 0.1 apart: each has the error 0.1/√3."""
        own = groups("s", "posts", [0.8, 0.9, 1.0], "o", assessor="s")
        others = groups("s", "posts", [0.4, 0.5, 0.6], "x", assessor="mission")
        rows = [*own, *others, *groups("s", "drill", [0.5], assessor="mission")]

        found = [one for one in self_assessed(run(rows), rows) if one.code == "assessments_differ"]

        assert [(one.subject, one.indicator) for one in found] == [("s", "posts")]
        error = (2 * 0.1**2 / 3) ** 0.5
        assert found[0].figures == pytest.approx(
            {"own": 0.9, "others": 0.5, "error": error, "errors": 0.4 / error}
        )
        assert set(found[0].observations) == {one.id for one in (*own, *others)}

    def test_assessments_within_two_errors_agree(self):
        own = groups("s", "posts", [0.5, 0.7, 0.9], "o", assessor="s")
        others = groups("s", "posts", [0.4, 0.6, 0.8], "x", assessor="mission")
        rows = [*own, *others]

        assert self_assessed(run(rows), rows) == ()

    def test_an_unknown_error_says_nothing(self):
        rows = [
            seen("s", "posts", 0.1, "a", assessor="s"),
            seen("s", "posts", 0.9, "b", assessor="mission"),
        ]
        assert "assessments_differ" not in {one.code for one in self_assessed(run(rows), rows)}


class TestLastDays:
    def test_over_half_of_the_new_weight_came_in_the_last_week(self):
        old = groups("s", "drill", [0.5])
        rows = [
            *old,
            seen("s", "drill", 0.5, "early", SECOND - timedelta(8), weight=2),
            seen("s", "drill", 0.9, "late", SECOND - timedelta(7), weight=3),
        ]

        (found,) = last_days(run(old), run(rows, SECOND), rows)

        weights = 2 * 0.5 ** (8 / 365), 3 * 0.5 ** (7 / 365)
        assert found.figures == pytest.approx(
            {"share": weights[1] / sum(weights), "days": 7, "new": 2, "late": 1}
        )
        assert (found.indicator, found.observations) == ("drill", ("late",))

    def test_half_is_not_over_half_and_old_evidence_does_not_count(self):
        old = groups("s", "budget", [0.5])
        rows = [
            *old,
            seen("s", "budget", 0.5, "early", SECOND - timedelta(30)),
            seen("s", "budget", 0.9, "late", SECOND),
        ]
        assert last_days(run(old), run(rows, SECOND), rows) == ()
        assert last_days(run(rows, SECOND), run(rows, SECOND), rows) == ()


class TestOneAssessor:
    ROWS = (
        seen("s", "posts", 0.5, "p"),
        seen("s", "drill", 0.5, "d1"),
        seen("s", "drill", 0.5, "d2", weight=3),
        seen("t", "drill", 0.5, "t"),
    )

    def test_over_three_fifths_from_one_person(self):
        """Posts weigh 3/8 and the drill 1/2; the person gave all of one, a quarter of the other."""
        people = {"p": "a", "d1": "a", "d2": "b"}
        (found,) = one_assessor(run(self.ROWS), self.ROWS, {**people, "d2": "a"}, {"a": 0.4})
        assert found.figures == pytest.approx({"share": 1, "assessor": "a", "severity": 0.4})
        assert found.observations == ("d1", "d2", "p")
        assert one_assessor(run(self.ROWS), self.ROWS, people) == ()

        (found,) = one_assessor(run(self.ROWS), self.ROWS, {"p": "b", "d2": "b", "d1": "a"})
        assert found.figures["share"] == pytest.approx((3 / 8 + 3 / 8) / (7 / 8))
        assert found.figures["severity"] is None

    def test_who_assessed_is_not_known(self):
        assert one_assessor(run(self.ROWS), self.ROWS, {}) == ()


class TestJumps:
    OLD = groups("s", "posts", [0.4, 0.5, 0.6])

    def test_over_three_errors_on_few_new_groups(self):
        new = groups("s", "posts", [0.9, 0.95, 0.9, 1.0], "n", SECOND, group="")
        rows = new

        (found,) = jumps(run(self.OLD), run(rows, SECOND), rows)

        assert found.figures["groups"] == 4
        assert found.figures["before"] == pytest.approx(0.5)
        assert found.figures["after"] == pytest.approx(0.9375)
        spread = np.std([0.9, 0.95, 0.9, 1.0], ddof=1) / 2
        error = np.hypot(0.1 / np.sqrt(3), spread)
        assert found.figures["errors"] == pytest.approx(0.4375 / error)
        assert len(found.observations) == 4

    def test_five_new_groups_are_enough_and_observations_of_one_group_are_one(self):
        values = [0.9, 0.95, 0.9, 1.0, 0.95]
        five = groups("s", "posts", values, "n", SECOND)
        assert jumps(run(self.OLD), run(five, SECOND), five) == ()
        shared = [*five[:3], *groups("s", "posts", [0.9, 0.95, 1.0], "m", SECOND, group="one")]
        (found,) = jumps(run(self.OLD), run(shared, SECOND), shared)
        assert found.figures["groups"] == 4

    def test_a_change_within_three_errors(self):
        new = groups("s", "posts", [0.5, 0.6, 0.7], "n", SECOND)
        assert jumps(run(self.OLD), run(new, SECOND), new) == ()

    def test_values_known_without_error(self):
        census = {("s", "posts"): 3}
        new = groups("s", "posts", [0.9, 0.9, 1.0], "n", SECOND)
        first, second = run(self.OLD, populations=census), run(new, SECOND, census)
        assert jumps(first, second, new) == ()


class TestSelectivePosts:
    ROWS = (
        seen("s", "posts", 0.2, "a", group="clerk"),
        seen("s", "posts", 0.9, "b", group="mayor"),
        seen("s", "posts", 0.7, "c", group="treasurer", weight=3),
    )

    def test_low_posts_left(self):
        gone = [("s", "posts", "clerk"), ("s", "posts", "vacant")]

        (found,) = selective_posts(run(self.ROWS), self.ROWS, gone)

        assert found.figures == pytest.approx(
            {"removed": 1, "unobserved": 1, "kept": 2, "low": 0.2, "mean": (0.9 + 3 * 0.7) / 4}
        )
        assert found.observations == ("a",)

    def test_high_or_unobserved_posts_left(self):
        for gone in ("mayor", "vacant"):
            assert selective_posts(run(self.ROWS), self.ROWS, [("s", "posts", gone)]) == ()

    def test_where_less_is_better_low_is_high(self):
        mapping = {
            "key": "m",
            "version": "1",
            "dimensions": [
                {
                    "key": "g",
                    "indicators": [
                        {
                            "key": "posts",
                            "unit": "share",
                            "statistic": "mean",
                            "normalise": {"method": "goalposts", "direction": "down"},
                        }
                    ],
                }
            ],
        }
        first = run(self.ROWS, under=Methodology.from_mapping(mapping))
        assert selective_posts(first, self.ROWS, [("s", "posts", "clerk")]) == ()
        assert len(selective_posts(first, self.ROWS, [("s", "posts", "mayor")])) == 1


class TestFragile:
    def test_one_indicator_holds_the_band(self):
        """Governance is (3·0.7 + 0.1)/4 = 0.55 with both, 0.7 and 0.1 with one of them."""
        rows = [
            *groups("s", "posts", [0.7]),
            *groups("s", "budget", [0.1]),
            *groups("s", "drill", [0.6]),
        ]

        found = {one.figures["choice"]: one for one in fragile(run(rows))}

        assert set(found) == {"without posts", "equal weights"}
        one = found["without posts"]
        assert one.figures == pytest.approx(
            {
                "choice": "without posts",
                "value": (0.55 * 0.6) ** 0.5,
                "other_value": (0.1 * 0.6) ** 0.5,
                "rank": 1,
                "other_rank": 1,
                "subjects": 1,
                "band": "high",
                "other_band": "low",
            }
        )
        assert one.indicator == "posts"
        assert "without posts" in one.sentence
        assert one.observations == ("s-posts-0",)

    def test_arithmetic_for_geometric_moves_ranks(self):
        """[Handbook 6.11] (0.9, 0.1) beats (0.45, 0.45) by the arithmetic mean alone."""
        rows = []
        for subject, (own, drill) in {"s": (0.9, 0.1), "t": (0.45, 0.45)}.items():
            rows += groups(subject, "posts", [own]) + groups(subject, "budget", [own])
            rows += groups(subject, "drill", [drill])

        found = [one for one in fragile(run(rows)) if one.figures["choice"] == "arithmetic mean"]

        assert [(one.subject, one.figures["rank"], one.figures["other_rank"]) for one in found] == [
            ("s", 2, 1),
            ("t", 1, 2),
        ]

    def test_nothing_to_move(self):
        assert fragile(run([])) == ()
        rows = [row for key in ("posts", "budget", "drill") for row in groups("s", key, [0.8])]
        assert fragile(run(rows)) == ()

    def test_a_subject_of_one_indicator_is_passed_over_without_it(self):
        rows = groups("s", "drill", [0.8])
        assert fragile(run(rows)) == ()


def test_checks_on_runs_are_gathered():
    old = [*groups("s", "posts", [0.4, 0.5, 0.6]), *groups("s", "drill", [0.2])]
    new = groups("s", "posts", [0.9, 0.95, 1.0], "n", SECOND)
    first, second = run(old), run(new, SECOND)

    assert {one.code for one in of_run(first, old)} == {
        *(one.code for one in self_assessed(first, old)),
        *(one.code for one in fragile(first)),
    }
    assert {one.code for one in of_change(first, second, new)} == {
        "rose_while_coverage_fell",
        "last_days",
        "jump",
    }
    for one in of_change(first, second, new):
        assert one.to_mapping()["sentence"] == one.sentence
