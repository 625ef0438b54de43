"""What differs between two methodologies, field by field, and what it does to values and ranks."""

import copy

from lms.capacity.method_change import FieldChange, field_changes, subject_changes
from lms.index import Methodology

MAPPING = {
    "key": "small",
    "version": "1",
    "title": {"en": "Small"},
    "dimensions": [
        {
            "key": "governance",
            "weight": 1,
            "indicators": [
                {"key": "posts", "unit": "share", "statistic": "mean", "weight": 2},
                {"key": "audit", "unit": "share", "statistic": "latest"},
            ],
        },
        {
            "key": "response",
            "weight": 1,
            "indicators": [{"key": "exercise", "unit": "share", "statistic": "mean"}],
        },
    ],
}


def changed(alter):
    mapping = copy.deepcopy(MAPPING)
    alter(mapping)
    return field_changes(Methodology.from_mapping(MAPPING), Methodology.from_mapping(mapping))


def test_titles_and_written_out_defaults_decide_nothing():
    def alter(mapping):
        mapping["title"] = {"en": "Another title"}
        mapping["floor"] = 0.01
        mapping["dimensions"][0]["aggregate"] = "arithmetic"
        mapping["dimensions"][0]["indicators"][1]["normalise"] = {"method": "goalposts"}

    assert changed(alter) == []


def test_each_field_that_differs_is_named_with_its_place():
    def alter(mapping):
        mapping["version"] = "2"
        mapping["aggregate"] = "arithmetic"
        mapping["interval"] = {"draws": 10}
        mapping["dimensions"][1]["weight"] = 3
        mapping["dimensions"][0]["indicators"][0]["half_life_days"] = 365
        mapping["dimensions"][0]["indicators"][1]["normalise"] = {"low": 0.2, "high": 1}

    assert changed(alter) == [
        FieldChange("methodology", "version", "1", "2"),
        FieldChange("methodology", "interval.draws", 1000, 10),
        FieldChange("index", "aggregate", "geometric", "arithmetic"),
        FieldChange("dimension response", "weight", 1.0, 3.0),
        FieldChange("indicator posts", "half_life_days", None, 365.0),
        FieldChange("indicator audit", "normalise.low", 0.0, 0.2),
        # The range of values is that of the goalposts unless the file says otherwise.
        FieldChange("indicator audit", "range", [0.0, 1.0], [0.2, 1.0]),
    ]


def test_an_indicator_that_comes_goes_or_moves_is_one_change():
    def alter(mapping):
        governance, response = mapping["dimensions"]
        response["indicators"].append(governance["indicators"].pop())
        response["indicators"][0]["key"] = "drill"

    assert changed(alter) == [
        FieldChange("indicator audit", "dimension", "governance", "response"),
        FieldChange("indicator exercise", "", "there", None),
        FieldChange("indicator drill", "", None, "there"),
    ]


def test_bands_and_guards_are_compared_whole():
    def alter(mapping):
        mapping["bands"] = [{"key": "low", "from": 0}, {"key": "high", "from": 0.5}]

    (one,) = changed(alter)

    assert (one.place, one.field, one.before) == ("methodology", "bands", [])
    assert one.after == [{"key": "low", "from": 0.0}, {"key": "high", "from": 0.5}]


def told(**values):
    ordered = sorted(values, key=lambda code: -(values[code] or 0))
    return {
        "subjects": [
            {
                "subject": code,
                "value": value,
                "rank": None if value is None else ordered.index(code) + 1,
                "band": "",
            }
            for code, value in values.items()
        ]
    }


def test_values_and_ranks_stand_side_by_side_with_the_mean_shift():
    rows, shift = subject_changes(told(a=0.9, b=0.5, c=0.1), told(a=0.2, b=0.8, c=0.1))

    assert [(row.subject, row.rank_a, row.rank_b) for row in rows] == [
        ("a", 1, 2),
        ("b", 2, 1),
        ("c", 3, 3),
    ]
    assert rows[1].difference == 0.8 - 0.5
    # |1 − 2|, |2 − 1|, |3 − 3| over three.
    assert shift == 2 / 3


def test_what_has_no_value_under_one_of_them_has_no_difference_and_no_shift():
    rows, shift = subject_changes(told(a=0.9, b=None), told(a=None, b=0.5))

    assert [row.difference for row in rows] == [None, None]
    assert shift is None
