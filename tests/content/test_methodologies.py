"""A methodology file: every fault at once, each with its line (section 13 of the specification)."""

import pytest

from lms.content.methodologies import read_methodology

FAULTY = """\
key: wells
version: 2026.1
agregate: geometric
floor: 2
bands:
  - {key: low, from: 0.1}
  - {key: high, from: 0.1}
guards:
  - {band: high, requires: {dimension: water, at_least: 0.5}}
dimensions:
  - key: governance
    weight: 0
    indicators:
      - key: posts
        unit: km
        source: competencies
        statistic: mean
      - key: posts
        unit: share
        statistic: mean
        normalise: {method: goalposts, low: 1, high: 1}
      - key: turned
        unit: share
        statistic: mean
        normalise: {method: goalposts, low: 2, high: 1}
      - key: graded
        unit: level
        statistic: share_at_least
        threshold: X
        normalise:
          method: levels
          levels: {P: 1, S: 0.67, M: 0.33, U: 0}
  - key: empty
    weight: 0
    indicators: []
"""


def told(tmp_path, text):
    path = tmp_path / "wells.yaml"
    path.write_text(text, encoding="utf-8")
    value, _, problems = read_methodology(path)
    assert (value is None) == any(one.severity == "error" for one in problems)
    found = [(one.line, one.code.removeprefix("methodology.")) for one in problems]
    # Told beside every fault; see the test on sources.
    return sorted(one for one in found if one[1] != "no-source")


def test_all_faults_stand_with_their_lines(tmp_path):
    assert told(tmp_path, FAULTY) == [
        (1, "weights"),
        (2, "missing"),
        (3, "unknown-field"),
        (4, "range"),
        (6, "bands"),
        (7, "bands"),
        (9, "guard"),
        (15, "unit"),
        (18, "duplicate-key"),
        (21, "goalposts"),
        (25, "goalposts"),
        (29, "unknown-level"),
        (33, "empty"),
    ]


GOOD = """\
key: wells
version: "1"
interval: {draws: 1e3}
dimensions:
  - key: governance
    indicators:
      - {key: a, unit: share, statistic: mean, min_coverage: .5}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("unit: share", "unit: &u share", 7, "yaml.anchor"),
        ('version: "1"', 'version: "1"\nversion: "2"', 3, "yaml.duplicate-key"),
        ("key: a,", "key: a, key: b,", 7, "yaml.duplicate-key"),
        ("key: governance", "key: *g", 5, "yaml.reference"),
        ("unit: share", "unit: !!str share", 7, ""),
        ("unit: share", "unit: yes", 7, ""),
        ("unit: share", "unit: 2026-03-02", 7, ""),
        ("unit: share", "unit: true", 7, "missing"),
        ("min_coverage: .5", "comparable: yes", 7, "unknown-field"),
        ('version: "1"', 'version: "1"\ncomparable_over_time: yes', 3, "number"),
    ],
)
def test_strict_yaml(tmp_path, old, new, line, code):
    """`yes` and a date are texts, `1e3` and `.5` are numbers; anchors and doubled keys are refused."""
    assert old in GOOD
    expected = [(line, code)] if code else []
    assert told(tmp_path, GOOD.replace(old, new)) == expected


def lines_of(tmp_path, text):
    path = tmp_path / "wells.yaml"
    path.write_text(text, encoding="utf-8")
    return [str(one).removeprefix(f"{path}:") for one in read_methodology(path)[2]]


def test_what_yaml_finds_hides_no_other_fault(tmp_path):
    """A cycle can be written with an anchor alone; it stands beside all other faults, by line."""
    cycle = """\
key: wells
version: "1"
dimensions:
  - &d
    key: governance
    dimensions:
      - *d
  - key: other
    weight: -1
    indicators:
      - {key: a, unit: share, source: given, statistic: mean, normalise: {low: 1, high: 1}}
      - {key: a, unit: share, source: given, statistic: mean, weight: -2}
"""
    assert lines_of(tmp_path, cycle) == [
        "4: &d: write it out; no anchors",
        "7: *d: a cycle, inside &d itself; write it out; no references",
        "9: weight lies from 0, and is -1",
        "11: the goalposts are equal",
        "12: indicator a stands twice; choose another key",
        "12: weight lies from 0, and is -2",
    ]


def test_a_source_that_is_not_named_is_told_where_the_file_is_faulty_anyway(tmp_path):
    """Without one it is `given` (section 13), so that a faultless file is not warned of it."""
    assert lines_of(tmp_path, GOOD) == []
    assert lines_of(tmp_path, GOOD.replace("statistic: mean", "statistic: mean, weight: -1")) == [
        "7: weight lies from 0, and is -1",
        "7: warning: a names no source; it is taken as given [methodology.no-source]",
    ]
    named = GOOD.replace("statistic: mean", "statistic: mean, source: ~")
    assert lines_of(tmp_path, named) == [
        "7: source is one of competencies, assessments, exercises, exchanges, partnership, surveys, "
        "given, not None"
    ]


def test_numbers_of_yaml_1_2(tmp_path):
    path = tmp_path / "wells.yaml"
    path.write_text(GOOD, encoding="utf-8")
    value, _, problems = read_methodology(path)
    assert not problems
    assert value.methodology.interval.draws == 1000
    assert value.methodology.indicators[0].min_coverage == 0.5


def test_warnings_have_their_line_too(tmp_path):
    heavy = "      - {key: b, unit: share, statistic: mean, weight: 3}\n"
    assert told(tmp_path, GOOD + heavy) == [(6, "dominant")]


def test_a_file_may_say_that_it_replaces_another(tmp_path):
    path = tmp_path / "wells.yaml"
    path.write_text(GOOD + "replaces: true\n", encoding="utf-8")
    value, _, problems = read_methodology(path)
    assert not problems
    assert value.replaces
    # It is no part of what decides an index.
    assert "replaces" not in value.mapping
    assert told(tmp_path, GOOD + "replaces: perhaps\n") == [(8, "number")]
