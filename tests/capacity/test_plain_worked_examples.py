"""Published examples through `lms index compute` on plain files: no site, no database, in an empty folder."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.cli import lms

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "index" / "data"
HUMAN_DEVELOPMENT = [
    *("--methodology", str(DATA / "human-development-2012-methodology.yaml")),
    *("--observations", str(DATA / "human-development-2012-observations.csv")),
]


def rows(name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(*arguments):
    """Standard output as JSON of a run that is expected to succeed."""
    done = CliRunner().invoke(lms, ["index", "compute", *map(str, arguments), "--json"])
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def values(told):
    return {one["subject"]: one["value"] for one in told["subjects"]}


def test_the_human_development_index_comes_out_to_the_last_published_digit():
    told = run(*HUMAN_DEVELOPMENT)

    published = {
        row["subject"]: row["index"] for row in rows("human-development-2012-expected.csv")
    }
    assert {code: f"{value:.3f}" for code, value in values(told).items()} == published


def test_it_runs_in_an_empty_folder_and_leaves_it_empty(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "lms.cli", "index", "compute", *HUMAN_DEVELOPMENT, "--json"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)["subjects"]) == 15
    assert list(tmp_path.iterdir()) == []


SCHOOLING = """\
key: schooling
aggregate: arithmetic
version: "1"
min_weight_present: 1
interval: {draws: 0}
dimensions:
  - key: education
    indicators:
      - {key: years, unit: years, statistic: latest, normalise: {METHOD}}
"""


def schooling(folder, method):
    """Mean years of schooling of 23 countries (Handbook, table 15) by one way of normalising."""
    methodology = folder / "schooling.yaml"
    methodology.write_text(SCHOOLING.replace("{METHOD}", method), encoding="utf-8")
    observations = folder / "schooling.csv"
    with observations.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "indicator", "value"])
        writer.writerows([row["subject"], "years", row["value"]] for row in schooled())
    return values(run("--methodology", methodology, "--observations", observations))


def schooled():
    return rows("normalisation-schooling.csv")


def test_minmax_of_schooling_is_the_published_column(tmp_path):
    found = schooling(tmp_path, "{method: minmax}")

    assert len(found) == 23
    for row in schooled():
        assert found[row["subject"]] == pytest.approx(float(row["min_max"]), abs=0.005 + 1e-12)


def test_share_of_the_best_is_a_target_at_the_best(tmp_path):
    found = schooling(tmp_path, "{method: target, target: 12}")

    for row in schooled():
        assert found[row["subject"]] == pytest.approx(
            float(row["share_of_best"]), abs=0.005 + 1e-12
        )


def test_ranks_of_schooling_keep_the_published_order_with_ties_at_their_mean(tmp_path):
    found = schooling(tmp_path, "{method: rank}")

    by_rank = [float(row["rank_low_is_1"]) for row in schooled()]
    for row in schooled():
        lower = float(row["rank_low_is_1"])
        mean_rank = lower + (by_rank.count(lower) - 1) / 2
        assert found[row["subject"]] == pytest.approx((mean_rank - 1) / 22, abs=1e-12)


FOUR = """\
key: four
version: "1"
aggregate: METHOD
min_weight_present: 1
interval: {draws: 0}
dimensions:
"""
ONE = """\
  - key: DIMENSION
    weight: WEIGHT
    indicators:
      - {key: i-DIMENSION, unit: points, statistic: latest, normalise: {method: goalposts, low: 0, high: 100}}
"""


def four(folder, method, weights=(1, 1, 1, 1)):
    text = FOUR.replace("METHOD", method)
    for name, weight in zip("abcd", weights, strict=True):
        text += ONE.replace("DIMENSION", name).replace("WEIGHT", str(weight))
    path = folder / "four.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("method", "points", "published"),
    [
        ("geometric", (21, 1, 1, 1), 2.14),
        ("arithmetic", (21, 1, 1, 1), 6),
        ("geometric", (6, 6, 6, 6), 6),
        ("geometric", (21, 2, 1, 1), 2.54),
        ("geometric", (6, 7, 6, 6), 6.23),
    ],
)
def test_compensation_is_that_of_the_handbook(tmp_path, method, points, published):
    observations = tmp_path / "points.csv"
    lines = [f"s,i-{name},{point}" for name, point in zip("abcd", points, strict=True)]
    observations.write_text("subject,indicator,value\n" + "\n".join(lines), encoding="utf-8")

    told = run("--methodology", four(tmp_path, method), "--observations", observations)

    # The source cuts the third decimal off.
    assert 100 * values(told)["s"] == pytest.approx(published, abs=0.007)


def test_the_worked_index_of_the_specification(tmp_path):
    """Section 20: governance (2 × 0.5 + 0.4)/3, response 0.6, geometric, equal weights: 0.529150."""
    methodology = tmp_path / "two.yaml"
    methodology.write_text(
        """\
key: two
version: "1"
interval: {draws: 0}
dimensions:
  - key: governance
    indicators:
      - {key: posts, weight: 2, unit: share, statistic: mean}
      - {key: published, unit: share, statistic: mean}
  - key: response
    indicators:
      - {key: exercise, unit: share, statistic: mean}
""",
        encoding="utf-8",
    )
    observations = tmp_path / "two.csv"
    observations.write_text(
        "id,subject,indicator,value,observed_on\n"
        "a,lumeya,posts,0.5,2026-03-01\nb,lumeya,published,0.4,2026-03-01\n"
        ",lumeya,exercise,0.6,2026-02-01\n",
        encoding="utf-8",
    )

    told = run("--methodology", methodology, "--observations", observations)
    (subject,) = told["subjects"]

    assert told["as_of"] == "2026-03-01"
    assert subject["value"] == pytest.approx((7 / 15 * 0.6) ** 0.5, abs=1e-15)
    assert subject["value"] == pytest.approx(0.529150, abs=5e-7)
    assert subject["dimensions"][0]["value"] == pytest.approx(0.466667, abs=5e-7)
    weights = {one["key"]: one["weight"] for one in subject["indicators"]}
    assert weights == pytest.approx({"posts": 1 / 3, "published": 1 / 6, "exercise": 1 / 2})
    assert [one["observations"] for one in subject["indicators"]] == [["a"], ["b"], ["row-3"]]


def test_decay_and_a_population_as_worked_in_the_specification(tmp_path):
    """Section 20: 0.8 today, 0.4 after 365 days, 0.6 after 100 days; four officials are expected."""
    methodology = tmp_path / "one.yaml"
    methodology.write_text(
        """\
key: one
version: "1"
interval: {draws: 0}
dimensions:
  - key: governance
    indicators:
      - {key: posts, unit: share, statistic: mean, half_life_days: 365}
""",
        encoding="utf-8",
    )
    observations = tmp_path / "one.csv"
    observations.write_text(
        "subject,indicator,value,observed_on,group\n"
        "lumeya,posts,0.8,2026-03-31,x\nlumeya,posts,0.4,2025-03-31,y\n"
        "lumeya,posts,0.6,2025-12-21,z\n",
        encoding="utf-8",
    )
    populations = tmp_path / "populations.csv"
    populations.write_text("subject,indicator,population\nlumeya,posts,4\n", encoding="utf-8")

    alone = run("--methodology", methodology, "--observations", observations)
    of_four = run(
        *("--methodology", methodology, "--observations", observations),
        *("--populations", populations, "--as-of", "2026-03-31"),
    )

    (first,) = alone["subjects"][0]["indicators"]
    (second,) = of_four["subjects"][0]["indicators"]
    assert first["raw"] == pytest.approx(0.642973, abs=5e-7)
    assert first["se"] == pytest.approx(0.106152, abs=5e-7)
    assert (first["coverage"], first["n"]) == (1, 3)
    assert second["se"] == pytest.approx(0.053076, abs=5e-7)
    assert second["coverage"] == 0.75
