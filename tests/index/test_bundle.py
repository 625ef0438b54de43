"""A run in one file, and the check that it computes again."""

import csv
import json
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO, StringIO

import numpy as np
import pytest

from lms.index import Methodology, Observation, Result, compute, make_bundle, verify_bundle
from lms.index import bundle as bundling
from lms.index.archive import MOST_UNPACKED, pack
from lms.index.bundle import MEMBERS, bundle_members
from lms.index.bundle_tables import read_observations, read_populations, write_observations

DAY = date(2026, 6, 1)
MAPPING = {
    "key": "m",
    "version": "2026.1",
    "title": {"en": "Capacity", "ar": "القدرة"},
    "faulty_observations": "leave_out",
    "dimensions": [
        {
            "key": "d",
            "indicators": [
                {"key": "posts", "unit": "share", "statistic": "mean", "half_life_days": 365},
                {
                    "key": "exercise",
                    "unit": "grade",
                    "statistic": "mean",
                    "normalise": {"method": "levels", "levels": {"P": 1, "S": 0.5, "U": 0}},
                },
                {"key": "met", "unit": "share", "statistic": "rate", "min_coverage": 0},
            ],
        }
    ],
}
METHODOLOGY = Methodology.from_mapping(MAPPING)
POPULATIONS = {("north", "posts"): 4, ("west", "posts"): 3.0}
OBSERVATIONS = [
    Observation("north", "posts", 0.1 + 0.2, "p1", group="post 1", observed_on=date(2025, 6, 1)),
    Observation("north", "posts", 1, "", group="=HYPERLINK(1)", unit="share"),
    Observation("south", "posts", 0.7, "p3", assessor="-", source='a "quoted", line\nand more'),
    Observation("south", "posts", 1e-300, "p4", weight=2.5, verified_by="'tis"),
    Observation("north", "exercise", "P", "e1", kind="", group="drill"),
    Observation("south", "exercise", "U", "e2", observed_on=DAY),
    Observation("north", "met", None, "m1", numerator=3.0, denominator=4.0),
    Observation("south", "met", 0.25, "m2", denominator=8, se=0.01),
    # Faulty ones are left out, and said to be.
    Observation("south", "met", 0.5, "m2"),
    Observation("south", "posts", float("nan"), "p5"),
    Observation("south", "exercise", "X", "e3"),
    Observation("south", "posts", "many", "p6"),
    Observation("south", "posts", 0.5, "p7", unit="points"),
    Observation("", "posts", 0.5, "p8"),
]


def run(**settings):
    return compute(METHODOLOGY, OBSERVATIONS, DAY, POPULATIONS, **{"draws": 50, **settings})


def bundle(**settings):
    return make_bundle(run(**settings), MAPPING, OBSERVATIONS, POPULATIONS)


def members():
    return bundle_members(run(), MAPPING, OBSERVATIONS, POPULATIONS)


def test_a_bundle_verifies_bit_for_bit():
    told = verify_bundle(bundle())

    assert (told.verified, told.exact, told.faults, told.count) == (True, True, (), 0)
    assert (told.methodology, told.version, told.as_of) == ("m", "2026.1", "2026-06-01")
    assert told.subjects == len(run().subjects) == 3
    assert told.evidence_hash == run().evidence_hash


def test_the_same_run_gives_the_same_bytes():
    assert bundle() == make_bundle(run(workers=2), MAPPING, iter(OBSERVATIONS), POPULATIONS)
    with zipfile.ZipFile(BytesIO(bundle())) as archive:
        assert tuple(archive.namelist()) == MEMBERS
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_stored_run_makes_the_same_bundle():
    stored = Result.from_json(run().to_json(), MAPPING)

    assert make_bundle(stored, MAPPING, OBSERVATIONS, POPULATIONS) == bundle()


def test_columns_of_arrays_make_a_bundle_too():
    table = {
        "subject": np.array(["a", "a", "b"]),
        "indicator": np.array(["posts"] * 3),
        "value": np.array([0.25, 0.75, 0.5]),
        "se": np.array([np.nan, np.nan, 0.1]),
        "observed_on": np.array(["2026-05-01"] * 3, dtype="datetime64[D]"),
    }
    found = compute(METHODOLOGY, table, DAY, draws=10)

    assert verify_bundle(make_bundle(found, MAPPING, table)).verified


def test_the_tables_read_back_as_they_were():
    levels = {"exercise"}
    rows = [one for one in OBSERVATIONS if one.value == one.value]

    again = read_observations(write_observations(rows, levels), levels)

    assert [replace(one, kind=one.kind or "") for one in rows] == again
    assert read_populations(members()["populations.csv"].decode()) == POPULATIONS


def test_no_cell_begins_like_a_formula():
    text = members()["observations.csv"].decode()

    for row in list(csv.reader(StringIO(text, newline="")))[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert "'=HYPERLINK(1)" in text


def test_the_readme_names_the_run_and_can_be_another():
    text = members()["README.txt"].decode()
    assert METHODOLOGY.hash in text
    assert f"--seed {run().seed}" in text
    other = bundle_members(run(), MAPPING, OBSERVATIONS, POPULATIONS, readme="Lisez-moi")
    assert other["README.txt"] == b"Lisez-moi"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"methodology": {**MAPPING, "version": "2"}}, "methodology is not that of the run"),
        ({"observations": OBSERVATIONS[1:]}, "not those of the run"),
        ({"populations": {}}, "not those of the run"),
        ({"methodology": {**MAPPING, "title": {"en": DAY}}}, "no place in a file"),
    ],
)
def test_inputs_that_are_not_those_of_the_run_are_refused(change, message):
    given = {"methodology": MAPPING, "observations": OBSERVATIONS, "populations": POPULATIONS}

    with pytest.raises(ValueError, match=message):
        make_bundle(run(), **{**given, **change})


def test_a_number_that_was_changed_is_named():
    held = members()
    told = json.loads(held["run.json"])
    told["subjects"][0]["value"] += 1e-15
    told["subjects"][1]["rank"] = 3
    held["run.json"] = json.dumps(told).encode()

    found = verify_bundle(pack(held))

    assert not found.verified
    assert [one.place for one in found.differences] == ["subjects.0.value", "subjects.1.rank"]
    assert found.differences[0].computed == run().values[0]


def test_evidence_that_was_changed_shows():
    held = members()
    held["observations.csv"] = held["observations.csv"].replace(
        b"south,posts,0.7", b"south,posts,0.8"
    )

    found = verify_bundle(pack(held))

    assert not found.verified
    assert "evidence_hash" in {one.place for one in found.differences}
    assert found.count >= len(found.differences)


def test_differences_are_counted_and_some_told():
    held = members()
    told = json.loads(held["run.json"])
    told["subjects"] = [dict.fromkeys(one) for one in told["subjects"]]
    held["run.json"] = json.dumps(told).encode()

    found = verify_bundle(pack(held))

    assert len(found.differences) == 20 < found.count


@pytest.mark.parametrize("name", ["numpy", "algorithm"])
@pytest.mark.parametrize(("shift", "verified"), [(5e-10, True), (5e-9, False)])
def test_another_version_is_named_and_compared_less_strictly(name, shift, verified):
    held = members()
    told = json.loads(held["run.json"])
    told[name] = "0.9"
    told["subjects"][0]["value"] += shift
    held["run.json"] = json.dumps(told).encode()

    found = verify_bundle(pack(held))

    assert (found.verified, found.exact) == (verified, False)
    assert found.versions[0].startswith(f"{name}: 0.9 computed the run")


def test_another_minor_version_of_numpy_is_the_same():
    held = members()
    told = json.loads(held["run.json"])
    told["numpy"] = np.__version__.partition(".")[0] + ".0.0"
    held["run.json"] = json.dumps(told).encode()

    assert verify_bundle(pack(held)).exact


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("versions.json", b'{"format": 2}', "format 2"),
        ("versions.json", b"[]", "no JSON object"),
        ("methodology.json", b"{", "no JSON that can be read"),
        ("methodology.json", b"[" * 200_000, "no JSON that can be read"),
        ("methodology.json", b"\xff", "not UTF-8"),
        ("methodology.json", b"{}", "methodology.json: "),
        ("observations.csv", b"subject,indicator\n", "observations.csv:1: the first line"),
        ("observations.csv", None, "observations.csv:2: 2 cells"),
        ("observations.csv", b'"', "observations.csv:1: "),
        ("populations.csv", b"subject,indicator,population\na,b,1\na,b,2\n", "stands twice"),
        ("run.json", b"{}", "draws is no whole number"),
        ("run.json", b'{"draws": true, "seed": 1}', "draws is no whole number"),
        ("run.json", b'{"draws": 1, "seed": -1}', "seed is no whole number"),
        ("run.json", b'{"draws": 1, "seed": 1, "as_of": "today"}', "as_of is no date"),
        ("run.json", b'{"draws": 1e3, "seed": 1}', "draws is no whole number"),
    ],
)
def test_a_member_that_cannot_be_read_is_a_fault_in_a_sentence(name, content, message):
    held = members()
    if content is None:
        content = held[name].partition(b"\n")[0] + b"\na,b\n"
    held[name] = content

    found = verify_bundle(pack(held))

    assert not found.verified
    assert message in found.faults[0]


@pytest.mark.parametrize(
    "name", ["../run.json", "/etc/passwd", "run.json/", "C:\\run.json", "notes.txt", "RUN.JSON"]
)
def test_no_other_name_is_read(name):
    found = verify_bundle(pack({**members(), name: b"x"}))

    assert "which is none of" in found.faults[0]


def test_a_member_twice_or_missing():
    data = BytesIO(bundle())
    with zipfile.ZipFile(data, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("run.json", b"{}")
    assert "holds run.json twice" in verify_bundle(data.getvalue()).faults[0]
    held = members()
    del held["populations.csv"]
    assert verify_bundle(pack(held)).faults == ("the bundle lacks populations.csv",)


def test_a_bomb_is_not_unpacked():
    found = verify_bundle(pack({**members(), "run.json": b"0" * (MOST_UNPACKED + 1)}))

    assert "at most" in found.faults[0]


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_either():
    """The directory says 10 bytes; the reader stops there, and the checksum does not fit."""
    data = bytearray(pack({**members(), "run.json": b"0" * 1_000_000}))
    place = data.rindex(b"PK\x01\x02")
    assert int.from_bytes(data[place + 24 : place + 28], "little") == 1_000_000
    data[place + 24 : place + 28] = (10).to_bytes(4, "little")

    assert verify_bundle(bytes(data)).faults


def test_what_is_no_zip_or_damaged_is_a_fault():
    whole = bundle()
    middle = bytearray(whole)
    middle[whole.index(b"PK\x01\x02") - 200] ^= 0xFF
    for data in (b"", b"PK", whole[: len(whole) // 2], bytes(middle), b"PK\x01\x02" * 2000):
        found = verify_bundle(data)
        assert not found.verified
        assert not found.exact
        assert found.faults


def test_too_many_bytes_are_not_even_opened(monkeypatch):
    monkeypatch.setattr("lms.index.archive.MOST_PACKED", 100)
    assert "at most 100 are read" in verify_bundle(bundle()).faults[0]


@pytest.mark.parametrize(
    ("limit", "name"),
    [("MOST_CELLS", "subjects × indicators"), ("MOST_DRAWN", "subjects × draws")],
)
def test_a_bundle_may_not_ask_for_too_much(monkeypatch, limit, name):
    monkeypatch.setattr(bundling, limit, 5)
    assert name in verify_bundle(bundle()).faults[0]


def test_a_population_may_not_ask_for_endless_zeros():
    mapping = json.loads(json.dumps(MAPPING))
    mapping["dimensions"][0]["indicators"][0]["unobserved"] = "zero"
    held = members()
    held["methodology.json"] = json.dumps(mapping).encode()
    held["populations.csv"] = b"subject,indicator,population\nnorth,posts,1e15\n"

    assert "groups counted as zero" in verify_bundle(pack(held)).faults[0]


def test_a_refused_run_has_a_bundle_too():
    mapping = {**MAPPING, "faulty_observations": "refuse"}
    refused = compute(Methodology.from_mapping(mapping), OBSERVATIONS, DAY, POPULATIONS)

    found = verify_bundle(make_bundle(refused, mapping, OBSERVATIONS, POPULATIONS))

    assert (found.verified, found.subjects) == (True, 0)
