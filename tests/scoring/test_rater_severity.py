"""Who rates severely, where raters saw partly the same objectives."""

import numpy as np
import pytest

from lms.scoring import severity


def test_a_constant_difference_is_found() -> None:
    # Ann is one level above Bea on every objective: half a level either side of their mean.
    found = severity([(n, who, n % 3 + up) for n in range(10) for who, up in (("a", 1), ("b", 0))])

    assert found is not None
    assert [(one.rater, one.offset) for one in found.raters] == [
        ("a", pytest.approx(0.5)),
        ("b", pytest.approx(-0.5)),
    ]
    assert found.residual_sd == pytest.approx(0, abs=1e-9)
    assert [one.rater for one in found.named] == ["a", "b"]


def test_raters_who_never_met_are_compared_through_a_third() -> None:
    # b is 1 above a on unit 1; c is 1 above b on unit 2: offsets −1, 0, 1.
    found = severity([("1", "a", 0), ("1", "b", 1), ("2", "b", 0), ("2", "c", 1)])

    assert found is not None
    assert [one.offset for one in found.raters] == pytest.approx([-1, 0, 1])
    # Four ratings, two objectives and two free offsets: nothing is left over for an error.
    assert {one.standard_error for one in found.raters} == {None}
    assert found.named == ()
    assert found.guard == "guard"


def test_a_full_table_gives_the_means_and_the_errors_of_anova() -> None:
    """Shrout & Fleiss (1979), table 2: judges' means 7.667, 2.5, 4.333, 6.667; error square 1.019."""
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]

    found = severity(np.array(table))

    assert found is not None
    means = np.array(table).mean(axis=0)
    assert [one.offset for one in found.raters] == pytest.approx(list(means - means.mean()))
    assert found.residual_sd == pytest.approx(1.0194**0.5, abs=5e-4)
    # An offset from the mean of four judges: variance over six targets, less a quarter.
    error = (1.0194 / 6 * 3 / 4) ** 0.5
    assert found.raters[0].standard_error == pytest.approx(error, abs=5e-4)


def test_who_shares_nothing_is_left_out() -> None:
    ratings = [("1", "a", 1), ("1", "b", 2), ("1", "c", 2), ("2", "x", 0), ("2", "y", 3)]
    alone = [*ratings, ("3", "z", 2)]

    found = severity(alone)

    assert found is not None
    assert [one.rater for one in found.raters] == ["a", "b", "c"]
    assert found.left_out == ("x", "y", "z")
    assert severity([("1", "a", 1), ("2", "b", 1)]) is None
    assert severity([]) is None


def test_a_matrix_with_gaps_is_read_as_units_by_raters() -> None:
    found = severity([[1, None], [2, 1], [3, 2], [None, 1]])

    assert found is not None
    assert found.units == 2
    assert [one.offset for one in found.raters] == pytest.approx([0.5, -0.5])


def test_small_offsets_and_noise_name_nobody() -> None:
    random = np.random.default_rng(4)
    table = random.integers(0, 4, (40, 1)) + random.normal(0, 0.5, (40, 3)) + [0, 0.1, -0.1]

    found = severity(table)

    assert found is not None
    assert found.named == ()
    assert sum(one.offset for one in found.raters) == pytest.approx(0)


def test_what_is_no_rating_is_refused() -> None:
    with pytest.raises(ValueError, match="triples"):
        severity([("1", "a")])
    with pytest.raises(ValueError, match="number"):
        severity([("1", "a", "S"), ("1", "b", "P")])
    with pytest.raises(ValueError, match="finite"):
        severity([("1", "a", float("inf")), ("1", "b", 1)])
