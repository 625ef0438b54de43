"""Bad input on the command line: each fault a line with its place, exit status 2, everything at once."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from lms.cli import lms

METHODOLOGY = """\
key: small
version: "1"
min_weight_present: 1
interval: {draws: 0}
dimensions:
  - key: governance
    indicators:
      - {key: posts, unit: share, statistic: mean}
      - key: audit
        unit: grade
        statistic: latest
        normalise: {method: levels, levels: {A: 1, B: 0.6, C: 0}, levels_reason: judged so}
"""
HEADER = "id,subject,indicator,value,unit,observed_on"
GOOD = ["a,lumeya,posts,0.5,share,2026-03-01", "b,lumeya,audit,B,grade,2026-03-02"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(METHODOLOGY, encoding="utf-8")
    return tmp_path


def compute(folder, content, *more, methodology="m.yaml"):
    """The command over one file of observations, given as lines or bytes."""
    if not isinstance(content, bytes):
        content = "\n".join(content).encode()
    (folder / "o.csv").write_bytes(content)
    arguments = ["index", "compute", "--methodology", methodology, "--observations", "o.csv"]
    return CliRunner().invoke(lms, [*arguments, *more])


def refused(done):
    """Lines of standard error of a refused run."""
    assert done.exit_code == 2, done.output
    return done.stderr.splitlines()


def test_a_faultless_file_says_nothing_on_standard_error(folder):
    done = compute(folder, [HEADER, *GOOD], "--json")

    assert (done.exit_code, done.stderr) == (0, "")
    # Mean of 0.5 and 0.6, arithmetic inside the one dimension.
    assert json.loads(done.stdout)["subjects"][0]["value"] == pytest.approx(0.55)


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        ("c,lumeya,posts,half,share,2026-03-01", "not-finite", "no finite number: 'half'"),
        ('c,lumeya,posts,"0,5",share,2026-03-01', "not-finite", "write a decimal point"),
        ("c,lumeya,posts,NaN,share,2026-03-01", "not-finite", "no finite number: 'NaN'"),
        ("c,lumeya,posts,inf,share,2026-03-01", "not-finite", "no finite number: 'inf'"),
        ("c,lumeya,posts,1e999,share,2026-03-01", "not-finite", "no finite number"),
        ("c,lumeya,posts,1_000,share,2026-03-01", "not-finite", "no finite number: '1_000'"),
        ("c,lumeya,posts,,share,2026-03-01", "no-value", "a value is needed"),
        ("c,lumeya,posts,0.5,share,2026-02-30", "date", "no date: '2026-02-30'"),
        ("c,lumeya,posts,0.5,share,01/03/2026", "date", "write it as 2026-03-31"),
        ("c,lumeya,nothing,0.5,share,2026-03-01", "unknown-indicator", "no indicator 'nothing'"),
        ("c,lumeya,posts,0.5,percent,2026-03-01", "unit", "'percent'"),
        ("a,lumeya,posts,0.5,share,2026-03-01", "duplicate-id", "a stands twice"),
        ("c,lumeya,audit,D,grade,2026-03-01", "unknown-level", "no level 'D'"),
        ("c,,posts,0.5,share,2026-03-01", "subject", "a subject is needed"),
        ("c,lumeya,posts,0.5,share,2026-03-01,more", "cells", "7 cells where the first line"),
        ("c,lumeya,posts,0.5", "cells", "4 cells where the first line names 6 columns"),
    ],
)
def test_a_faulty_row_refuses_the_run_with_its_place(folder, row, code, says):
    done = compute(folder, [HEADER, *GOOD, row], "--json")
    (line,) = refused(done)
    told = json.loads(done.stdout)

    assert line.startswith("o.csv:4: ")
    assert says in line
    assert told["subjects"] == []
    assert [(one["code"], one["id"]) for one in told["problems"]] == [
        (code, {"cells": "row-3", "duplicate-id": "a"}.get(code, "c"))
    ]


def test_every_faulty_row_has_a_line_and_rows_without_an_id_are_counted_from_one(folder):
    lines = [
        "subject,indicator,value",
        "lumeya,posts,0.5",
        "",
        "lumeya,posts,bad",
        "lumeya,nothing,1",
        ",,",
        "lumeya,audit,Z",
    ]

    done = compute(folder, lines, "--json")

    assert [line.split(": ")[0:2] for line in refused(done)] == [
        ["o.csv:4", "row-2"],
        ["o.csv:5", "row-3"],
        ["o.csv:7", "row-4"],
    ]


def test_each_of_three_equal_ids_after_the_first_is_a_duplicate(folder):
    row = "a,lumeya,posts,0.5,share,2026-03-01"

    done = compute(folder, [HEADER, row, row, row])

    assert [line.split(":")[1] for line in refused(done)] == ["3", "4"]


def test_what_is_left_out_by_the_methodology_is_told_and_the_run_goes_on(folder):
    text = METHODOLOGY + "faulty_observations: leave_out\n"
    (folder / "m.yaml").write_text(text, encoding="utf-8")

    done = compute(folder, [HEADER, *GOOD, "c,lumeya,posts,bad,share,2026-03-01"], "--json")

    assert done.exit_code == 0
    assert done.stderr.startswith("o.csv:4: c: value is no finite number")
    assert json.loads(done.stdout)["subjects"][0]["value"] == pytest.approx(0.55)


@pytest.mark.parametrize(
    ("content", "line", "says"),
    [
        (b"", 1, "the file is empty; its first line is to be subject,indicator,value"),
        (b"\n \n", 1, "the file is empty"),
        (b"subject,indicator\na,posts\n", 1, "lacks the column value; it has: subject, indicator"),
        (b"a,posts,0.5\n", 1, "lacks the column subject and the column indicator and the column"),
        (b"subject,indicator,value,value\n", 1, "the column value stands twice"),
        (b"subject,indicator,value,obseved_on\n", 1, "observed_on may be meant"),
        (b"subject,indicator,value\nC\xf4te,posts,0.5\n", 2, "byte 0xf4 is not UTF-8"),
        ("subject,indicator,value\n".encode("utf-16"), 1, "byte 0xff is not UTF-8"),
        (b'subject,indicator,value\n"a"b,posts,1\n', 2, "check its quotation marks"),
    ],
)
def test_a_file_that_is_no_table_of_observations_is_refused(folder, content, line, says):
    (told,) = refused(compute(folder, content, "--json"))

    assert told.startswith(f"o.csv:{line}: ")
    assert says in told


def test_a_byte_order_mark_capitals_and_semicolons_are_read(folder):
    rows = ["\ufeffSubject; Indicator ;VALUE;kind", "lumeya;posts;0.5;", "lumeya;audit;B;survey"]

    done = compute(folder, rows, "--json")

    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["subjects"][0]["value"] == pytest.approx(0.55)


def test_a_decimal_comma_between_semicolons_is_a_fault_with_its_remedy(folder):
    (line,) = refused(compute(folder, ["subject;indicator;value", "lumeya;posts;0,5"]))

    assert line == "o.csv:2: row-1: value is no finite number: '0,5'; write a decimal point"


def test_a_column_that_is_not_of_section_1_is_named_and_passed_over(folder):
    done = compute(
        folder, ["subject,indicator,value,remark", "lumeya,posts,0.5,x", "lumeya,audit,A,"]
    )

    assert done.exit_code == 0
    assert "o.csv:1: warning: the column remark is not used" in done.stderr


def test_all_faults_of_all_files_are_told_at_once(folder):
    text = METHODOLOGY.replace("version", "verzion").replace("statistic: mean", "statistic: meen")
    (folder / "m.yaml").write_text(text, encoding="utf-8")
    (folder / "p.csv").write_text("subject,indicator\n", encoding="utf-8")

    lines = refused(compute(folder, b"subject,value\n", "--populations", "p.csv", "--json"))
    places = {line.split(": ")[0] for line in lines}

    assert {"m.yaml:2", "m.yaml:8", "o.csv:1", "p.csv:1"} <= places


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "m.yaml:1: "),
        ("key: [", "m.yaml:2: YAML: "),
        ("- a list", "m.yaml:1: expected a mapping of fields"),
        ("key: x\nkey: y\n", "m.yaml:2: key is given twice"),
    ],
)
def test_a_file_that_is_no_methodology_is_refused(folder, content, says):
    (folder / "m.yaml").write_text(content, encoding="utf-8")

    lines = refused(compute(folder, [HEADER, *GOOD]))

    assert any(line.startswith(says) for line in lines), lines


def test_files_that_are_not_there_are_named(folder):
    lines = refused(compute(folder, [HEADER], "--populations", "none.csv", methodology="no.yaml"))

    assert lines == [
        "no.yaml:1: cannot read the file: No such file or directory",
        "none.csv:1: cannot read the file: No such file or directory",
    ]


@pytest.mark.parametrize(
    ("row", "place", "says"),
    [
        ("lumeya,posts,many", "p.csv:2: ", "'many'"),
        ("lumeya,posts,-1", "p.csv:2: ", "-1"),
        ("lumeya,nothing,3", "p.csv:2: ", "no indicator 'nothing'"),
        ("lumeya,posts,3\nlumeya,posts,4", "p.csv:3: ", "is given twice"),
        ("lumeya,posts", "p.csv:2: ", "2 cells where the first line names 3 columns"),
    ],
)
def test_a_faulty_population_refuses_the_run(folder, row, place, says):
    (folder / "p.csv").write_text(f"subject,indicator,count\n{row}\n", encoding="utf-8")

    (line,) = refused(compute(folder, [HEADER, *GOOD], "--populations", "p.csv"))

    assert line.startswith(place)
    assert says in line


def test_a_header_alone_gives_no_value_and_status_1(folder):
    done = compute(folder, [HEADER], "--json")

    assert done.exit_code == 1
    assert json.loads(done.stdout)["subjects"] == []


def test_subjects_known_by_their_populations_alone_are_listed_without_evidence(folder):
    (folder / "p.csv").write_text("subject,indicator,population\nkarsa,posts,3\n", encoding="utf-8")

    done = compute(folder, [HEADER], "--populations", "p.csv", "--json")
    (subject,) = json.loads(done.stdout)["subjects"]

    assert done.exit_code == 1
    assert (subject["subject"], subject["value"], subject["published"]) == ("karsa", None, False)
    assert "no evidence" in subject["reasons"]


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--as-of", "June"], "does not match the format"),
        (["--seed", "-1"], "is not in the range"),
        (["--draws", "many"], "is not a valid integer"),
        (["--json", "--csv"], "not both"),
    ],
)
def test_wrong_options_are_said_in_words(folder, more, says):
    done = compute(folder, [HEADER, *GOOD], *more)

    assert done.exit_code == 2
    assert says in done.stderr


def test_a_seed_and_draws_given_are_used_and_printed(folder):
    rows = [HEADER, *GOOD, "c,lumeya,posts,0.7,share,2026-03-01"]

    done = compute(folder, rows, "--draws", "40", "--seed", str(2**64 - 1), "--json")
    told = json.loads(done.stdout)

    assert (told["draws"], told["seed"]) == (40, 2**64 - 1)
    assert told["subjects"][0]["low"] < told["subjects"][0]["value"] < told["subjects"][0]["high"]


def test_the_csv_holds_the_same_figures_in_full(folder):
    rows = [HEADER, *GOOD, "c,=karsa,posts,0.1,share,2026-03-01"]

    as_json = json.loads(compute(folder, rows, "--json").stdout)
    as_csv = list(csv.DictReader(io.StringIO(compute(folder, rows, "--csv").stdout)))

    by_code = {one["subject"]: one for one in as_json["subjects"]}
    assert float(as_csv[1]["value"]) == by_code["lumeya"]["value"]
    assert float(as_csv[1]["indicator:posts"]) == 0.5
    # No text becomes a formula, and what is missing is empty.
    assert (as_csv[0]["subject"], as_csv[0]["value"]) == ("'=karsa", "")


def test_the_table_is_for_people(folder):
    done = compute(folder, [HEADER, *GOOD])

    assert done.stdout.splitlines()[0] == "small 1, as of 2026-03-02"
    assert done.stdout.splitlines()[2].split()[:2] == ["lumeya", "55.0"]


OUT_OF_RANGE = METHODOLOGY.replace(
    "{key: posts, unit: share, statistic: mean}",
    "{key: posts, unit: share, statistic: mean, transform: log, normalise: {low: 0.1, high: 1}}",
)
FAULTY_ROWS = [
    HEADER,
    *GOOD,
    "c,karsa,posts,-1,share,2026-03-01",
    "d,temba,posts,half,share,2026-03-01",
    "e,,posts,0.5,share,2026-03-01",
]


def test_what_is_out_of_range_stands_beside_all_other_faults(folder):
    (folder / "log.yaml").write_text(OUT_OF_RANGE, encoding="utf-8")

    done = compute(folder, FAULTY_ROWS, "--json", methodology="log.yaml")
    told = json.loads(done.stdout)

    assert [(one["id"], one["code"]) for one in told["problems"]] == [
        ("d", "not-finite"),
        ("e", "subject"),
        ("c", "out-of-range"),
    ]
    assert (done.exit_code, told["subjects"], told["left_out"]["faulty"]) == (2, [], 3)
    assert "o.csv:4: karsa, posts: a value at or below 0 has no logarithm" in done.stderr


def test_a_subject_of_whom_nothing_is_left_is_listed(folder):
    text = OUT_OF_RANGE + "faulty_observations: leave_out\n"
    (folder / "log.yaml").write_text(text, encoding="utf-8")

    done = compute(folder, FAULTY_ROWS, "--json", methodology="log.yaml")
    karsa, lumeya, temba = json.loads(done.stdout)["subjects"]

    assert (done.exit_code, lumeya["published"]) == (0, True)
    assert (temba["subject"], temba["reasons"], temba["published"]) == (
        "temba",
        ["no evidence"],
        False,
    )
    assert karsa["reasons"] == ["out of range"]
    assert "no_evidence" not in karsa["indicators"][0]["flags"]


def test_the_largest_numbers_leave_the_error_unknown_and_say_nothing_else(folder):
    rows = [f"{n},karsa,posts,{x},share,2026-03-01" for n, x in enumerate(("1e308", "1e307"))]

    done = compute(folder, [HEADER, *rows], "--json")
    (subject,) = json.loads(done.stdout)["subjects"]

    posts = subject["indicators"][0]
    assert (posts["raw"], posts["se"], posts["normalised"]) == (5.5e307, None, 1.0)
    assert posts["flags"] == ["unknown_error", "clipped"]
    assert done.stderr.splitlines() == [
        "no subject has a value as of 2026-03-01: too little evidence"
    ]


def test_a_column_that_resembles_one_that_is_there_is_passed_over(folder):
    rows = [f"{HEADER},indicator_name", *(f"{row},Posts" for row in GOOD)]

    done = compute(folder, rows)

    assert done.exit_code == 0
    assert "o.csv:1: warning: the column indicator_name is not used" in done.stderr


def test_a_population_of_nobody_is_a_fault_with_its_line(folder):
    (folder / "p.csv").write_text("subject,indicator,population\n,posts,3\n", encoding="utf-8")

    done = compute(folder, [HEADER, *GOOD], "--populations", "p.csv")

    assert refused(done) == ["p.csv:2: population of , posts: a subject is needed"]
