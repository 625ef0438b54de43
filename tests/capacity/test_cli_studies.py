"""Comparing methodologies, and what moves the index, on plain files and on a site."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from click.testing import CliRunner

from factories.accounts import LONG_AGO, make_organisation, make_post, make_user
from lms.capacity.operations import compute_run, methodology_mapping
from lms.cli import lms
from lms.db import db
from lms.evidence import operations as ledger
from lms.evidence.facts import Fact, Kind


def table_of(text):
    return list(csv.DictReader(io.StringIO(text)))


METHODOLOGY = """\
key: small
version: "1"
interval: {draws: 0}
aggregate: AGGREGATE
dimensions:
  - key: governance
    indicators:
      - {key: posts, unit: share, statistic: mean}
  - key: response
    indicators:
      - {key: exercise, unit: share, statistic: mean}
"""


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two methodology files, of which only the second knows the indicator audit, and observations."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(METHODOLOGY.replace("AGGREGATE", "geometric"))
    (tmp_path / "b.yaml").write_text(
        METHODOLOGY.replace("AGGREGATE", "arithmetic")
        + "      - {key: audit, unit: share, statistic: mean}\n"
    )
    (tmp_path / "o.csv").write_text(
        "subject,indicator,value\n"
        "x,posts,0.9\nx,exercise,0.1\nx,audit,0.1\ny,posts,0.4\ny,exercise,0.4\ny,audit,0.4\n"
    )
    return tmp_path


def test_two_files_are_compared_on_the_same_observations_without_a_site(two):
    def run(*more):
        done = CliRunner().invoke(lms, ["index", "diff", "a.yaml", "b.yaml", *more])
        assert done.exit_code == 0, done.output
        return done.stdout

    told = json.loads(run("--observations", "o.csv", "--json"))
    rows = table_of(run("--observations", "o.csv", "--csv"))
    printed = run("--observations", "o.csv")

    assert {(one["place"], one["field"]) for one in told["fields"]} == {
        ("index", "aggregate"),
        ("indicator audit", ""),
    }
    # √(0.9 · 0.1) = 0.3 and 0.4; then (0.9 + 0.1)/2 = 0.5 and 0.4: the order turns round.
    by_code = {one["subject"]: one for one in told["subjects"]}
    assert by_code["x"]["value_a"] == pytest.approx(0.3)
    assert by_code["x"]["value_b"] == pytest.approx(0.5)
    assert by_code["x"]["difference"] == pytest.approx(0.2)
    assert [(by_code[c]["rank_a"], by_code[c]["rank_b"]) for c in "xy"] == [(2, 1), (1, 2)]
    assert told["mean_rank_shift"] == 1
    assert [row["subject"] for row in rows] == ["x", "y"]
    assert "mean shift of rank: 1.00 places" in printed
    assert not (two / "instance").exists()
    # Without observations, the fields alone.
    assert "subjects" not in json.loads(run("--json"))
    assert table_of(run("--csv"))[0]["field"] == "aggregate"
    assert "aggregate" in run()


def test_two_equal_files_decide_alike(two):
    done = CliRunner().invoke(lms, ["index", "diff", "a.yaml", "a.yaml"])

    assert (done.exit_code, done.stdout) == (0, "The two decide alike: no field differs.\n")


def test_a_faulty_file_or_observation_stops_the_comparison(two):
    (two / "c.yaml").write_text("key: c\n")
    faulty = CliRunner().invoke(lms, ["index", "diff", "a.yaml", "c.yaml"])
    (two / "o.csv").write_text("subject,indicator,value\nx,posts,0.9\nx,audit,bad\n")
    refused = CliRunner().invoke(
        lms, ["index", "diff", "a.yaml", "b.yaml", "--observations", "o.csv"]
    )

    assert faulty.exit_code == 2
    assert "c.yaml:1:" in faulty.stderr
    assert refused.exit_code == 2
    assert refused.stderr.startswith("o.csv:3: row-2: value is no finite number")


def test_faults_of_both_files_are_told_at_once(two):
    (two / "c.yaml").write_text("key: c\n")
    (two / "d.yaml").write_text("key: d\n")

    done = CliRunner().invoke(lms, ["index", "diff", "c.yaml", "d.yaml"])

    assert done.exit_code == 2
    assert "c.yaml:1: version is needed" in done.stderr
    assert "d.yaml:1: version is needed" in done.stderr


def test_a_file_is_compared_with_the_sites_methodology_on_the_sites_evidence(app, two):
    with app.app_context():
        home = make_organisation("lumeya")
        for competency in ("gov-01", "sec-01", "cri-01", "coo-01"):
            holder = make_user(organisation=home)
            make_post(home, requirements={competency: 2}, holder=holder)
            record_quiz(holder, home, competency)
        mapping = methodology_mapping("district-capacity")
    alike = {**mapping, "aggregate": "arithmetic", "min_weight_present": 0.1}
    (two / "d.yaml").write_text(json.dumps(alike))

    arguments = ["index", "diff", "district-capacity", "d.yaml", "--as-of", "2026-06-30", "--json"]
    done = app.test_cli_runner().invoke(args=arguments)
    told = json.loads(done.stdout)
    (lumeya,) = told["subjects"]

    assert {(one["place"], one["field"]) for one in told["fields"]} == {
        ("index", "aggregate"),
        *((place, "min_weight_present") for place in PLACES),
    }
    # Four posts at one level of two; response and coordination are too little known for the site's own.
    assert (lumeya["value_a"], lumeya["value_b"]) == (None, pytest.approx(0.5))


PLACES = (
    "index",
    *(f"dimension {key}" for key in ("governance", "security", "response", "coordination")),
)


def record_quiz(user, organisation, competency):
    fact = Fact(
        once_key=f"{user.id}:{competency}",
        kind=Kind.ASSESSMENT,
        organisation_id=organisation.id,
        user_id=user.id,
        competency=competency,
        value=Decimal("0.9"),
        observed_on=date(2026, 5, 1),
        record_kind="attempt",
        record_id=user.id,
    )
    ledger.record(fact, by=None, at=LONG_AGO)
    db.session.commit()


def study(folder, *arguments):
    """Plain files of twelve districts: posts and exercise go together, audit is the same everywhere."""
    lines = ["subject,indicator,value,group"]
    for number in range(12):
        for group in "abc":
            shift = 0.02 * "abc".index(group)
            lines.append(f"d{number:02},posts,{number / 20 + shift:.3f},{group}")
            lines.append(f"d{number:02},exercise,{number / 15 + shift:.3f},{group}")
        lines.append(f"d{number:02},audit,0.5,x")
    (folder / "many.csv").write_text("\n".join(lines))
    files = ["--methodology", "b.yaml", "--observations", "many.csv"]
    return CliRunner().invoke(lms, ["index", *arguments, *files])


def test_sensitivity_of_plain_files_needs_no_site(two):
    done = study(two, "sensitivity", "--base", "32", "--json")
    told = json.loads(done.stdout)
    rows = table_of(study(two, "sensitivity", "--base", "32", "--csv").stdout)
    printed = study(two, "sensitivity", "--base", "32", "--organisation", "d03")

    assert (done.exit_code, told["base"]) == (0, 32)
    kinds = {one["kind"] for one in told["factors"]}
    assert {"weights", "inclusion", "data"} <= kinds
    assert len(told["subjects"]) == 12
    # Ranks, then each district, with a line for each factor.
    assert len(rows) == 13 * len(told["factors"])
    assert float(rows[0]["total"]) == told["rank_shift"]["total"][0]
    assert "What moves the value of d03" in printed.stdout
    assert not (two / "instance").exists()


def test_coherence_of_plain_files_names_what_adds_nothing(two):
    done = study(two, "coherence", "--json")
    told = json.loads(done.stdout)
    rows = {row["indicator"]: row for row in table_of(study(two, "coherence", "--csv").stdout)}

    assert (done.exit_code, told["subjects"]) == (0, 12)
    # A constant column correlates with nothing, so nothing tells districts apart by it.
    assert rows["audit"]["with_index"] == ""
    assert float(rows["posts"]["with_index"]) == pytest.approx(1, abs=0.01)
    assert "indicator" in study(two, "coherence").stdout


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("sensitivity", "--organisation", "nowhere"), 2, "nowhere has no value here"),
        (("sensitivity", "2026-03-31"), 2, "not both"),
        (("sensitivity", "--base", "1"), 2, "is not in the range"),
        (("coherence", "--populations", "none.csv"), 2, "none.csv:1: cannot read the file"),
    ],
)
def test_what_cannot_be_studied_is_said(two, arguments, status, says):
    done = study(two, *arguments)

    assert done.exit_code == status
    assert says in done.stderr


def test_too_few_districts_say_nothing(two):
    arguments = ["--methodology", "a.yaml", "--observations", "few.csv"]
    (two / "few.csv").write_text("subject,indicator,value\nx,posts,0.9\nx,exercise,0.1\n")
    few = CliRunner().invoke(lms, ["index", "coherence", *arguments])
    (two / "few.csv").write_text("subject,indicator,value\n")
    none = CliRunner().invoke(lms, ["index", "sensitivity", *arguments])

    assert few.exit_code == none.exit_code == 1
    assert "too few to say" in few.stdout
    assert "nothing moves it" in none.stderr


def test_a_stored_run_is_studied_from_its_own_inputs(app):
    with app.app_context():
        home = make_organisation("lumeya")
        holder = make_user(organisation=home)
        make_post(home, requirements={"gov-01": 2}, holder=holder)
        record_quiz(holder, home, "gov-01")
        at = datetime(2026, 6, 30, 12, tzinfo=UTC)
        compute_run(at.date(), draws=0, by=None, at=at)
        db.session.commit()
    run = app.test_cli_runner().invoke

    nothing = run(args=["index", "sensitivity", "--base", "16"])
    few = run(args=["index", "coherence", "2026-06-30"])
    wrong = run(args=["index", "coherence", "2020-01-01"])

    assert (nothing.exit_code, few.exit_code, wrong.exit_code) == (1, 1, 2)
    assert "There is no run 2020-01-01" in wrong.stderr
