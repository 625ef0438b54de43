"""Who chose which option."""

import numpy as np
import pytest

from lms.scoring import discrimination, option_table

# Five persons, two items; totals 2, 2, 1, 1, 0.
RESPONSES = [["a", "x"], ["a", "x"], ["b", "x"], ["a", "y"], ["c", None]]
KEY = ["a", "x"]


def test_options_are_counted_with_their_choosers_totals() -> None:
    table = option_table(RESPONSES, KEY, options=[["a", "b", "c", "d"], ["x", "y"]])[0]

    assert [row.option for row in table.options] == ["a", "b", "c", "d"]
    assert [row.count for row in table.options] == [3, 1, 1, 0]
    assert [row.share for row in table.options] == pytest.approx([0.6, 0.2, 0.2, 0])
    assert table["a"].mean_total == pytest.approx(5 / 3)
    assert [table[one].mean_total for one in "bcd"] == [1, 0, None]
    assert (table.persons, table.unanswered, table.guard) == (5, 0, "guard")
    with pytest.raises(KeyError):
        table["e"]


def test_the_keys_point_biserial_is_the_discrimination() -> None:
    found = option_table(RESPONSES, KEY)
    marks = [[1, 1], [1, 1], [0, 1], [1, 0], [0, 0]]

    for item, key in enumerate(KEY):
        assert found[item][key].point_biserial == pytest.approx(discrimination(marks, item))


def test_unanswered_is_neither_an_option_nor_left_out() -> None:
    table = option_table(RESPONSES, KEY)[1]

    assert table.unanswered == 1
    assert table["x"].share == pytest.approx(0.6)
    assert [row.option for row in table.options] == ["x", "y"]


def test_a_distractor_that_the_better_persons_choose_points_to_the_key() -> None:
    # The first item's key is wrong: who gets the other items right chooses b.
    best, last = ["b", "x", "x", "x"], ["a", "y", "y", "y"]

    table = option_table([best] * 6 + [last] * 6, ["a", "x", "x", "x"])[0]

    assert table["b"].words == ("check-key",)
    assert table["a"].words == ()


def test_a_distractor_under_five_percent_does_nothing() -> None:
    rows = [["a", "x"]] * 60 + [["b", "y"]] * 36 + [["c", "y"]] * 4

    table = option_table(rows, KEY, options=[["a", "b", "c", "d"], ["x", "y"]])[0]

    assert table["b"].words == ()
    assert table["c"].words == ("dead-option",)
    assert table["d"].words == ("dead-option",)


def test_several_options_may_be_chosen_and_be_right() -> None:
    rows = [[{"a", "b"}], [["a"]], [("a", "b", "c")], [set()], [None]]

    table = option_table(rows, [["a", "b"]])[0]

    # Only the first has exactly the key.
    assert [row.count for row in table.options] == [3, 2, 1]
    assert [row.right for row in table.options] == [True, True, False]
    assert table["b"].mean_total == pytest.approx(0.5)
    assert table.unanswered == 2


def test_persons_who_were_not_given_the_item_do_not_count() -> None:
    marks = [[1, 1], [0, None], [None, 1], [0, 0]]
    rows = [["a", "x"], ["b", None], [None, "x"], ["b", "y"]]

    table = option_table(rows, KEY, matrix=marks)[0]

    assert (table.persons, table.unanswered) == (3, 0)
    assert table["b"].share == pytest.approx(2 / 3)
    # Means over the given items: 0 and 0.
    assert table["b"].mean_total == 0


def test_numbers_text_and_lists_say_the_same() -> None:
    codes = np.array([[0, 1], [1, -1], [0, 0], [2, 1]], dtype=np.int8)
    words = [[{-1: None, 0: "0", 1: "1", 2: "2"}[int(one)] for one in row] for row in codes]

    by_code = option_table(codes, [0, 1])
    by_word = option_table(words, ["0", "1"])
    by_array = option_table(np.array(words, dtype=object), ["0", "1"])

    assert by_word == by_array
    for one, other in zip(by_code, by_word, strict=True):
        assert [row.count for row in one.options] == [row.count for row in other.options]
        assert one.unanswered == other.unanswered


def test_large_codes_and_nan_are_read() -> None:
    assert option_table(np.array([[70000], [3], [70000]]), [3])[0][70000].count == 2
    table = option_table([[1.0], [float("nan")], [2.0]], [1.0])[0]
    assert (table.persons, table.unanswered) == (3, 1)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="key"):
        option_table([["a"]], KEY)
    with pytest.raises(ValueError, match="same"):
        option_table(RESPONSES, KEY, matrix=[[1, 1]])
    with pytest.raises(ValueError, match="key"):
        option_table(np.array([["a"]]), KEY)


def test_nobody_gives_a_table_of_the_key_alone() -> None:
    table = option_table([], ["a"])[0]

    assert [(row.option, row.count, row.share) for row in table.options] == [("a", 0, 0)]
