"""The measurements still run, and still find the same numbers as their plain loops: small, and without a clock."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent


def run(name: str, *given: str) -> str:
    """What a measurement prints; whether a goal is met says nothing here, as nothing is of its size."""
    done = subprocess.run(
        [sys.executable, str(BENCHMARKS / name), *given],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr[-2000:]
    return done.stdout


def test_an_import_loses_nothing():
    assert "read 80, skipped 0, fit for a bank 80, the same" in run("gift_import.py", "80")


def test_attempts_are_sat_in_both_ways():
    told = run("attempts.py", "--users", "1", "--turns", "2", "--seconds", "0.3")

    rates = [float(one) for one in re.findall(r"1 users: +([0-9.]+) attempts/s", told)]
    assert len(rates) == 2
    assert all(rates)
    assert len(re.findall(r"floor [0-9.]+/s, [0-9.]+ × as many", told)) == 2


def test_a_regrade_goes_through_every_attempt():
    told = run("regrading.py", "20")

    changed = re.search(r"20 attempts of 20 questions, (\d+) of them change", told)
    assert changed is not None
    assert int(changed[1]) > 0
    assert "changed attempts a second" in told


@pytest.mark.parametrize(("part", "said"), [("explain", "explanation"), ("start", "start")])
def test_the_index_is_measured(part, said):
    assert said in run("index_run.py", part)


def test_the_analysis_of_the_index_finds_what_the_loops_find():
    told = run("index_analysis.py", "32")

    assert float(re.search(r"largest difference from the loops ([0-9.e+-]+);", told)[1]) < 1e-9


def test_the_item_analysis_finds_what_the_loops_find():
    assert "\nsame numbers - " in run("item_analysis.py", "4000")


def test_the_pages_of_the_index_are_measured():
    told = run("capacity_pages.py", "--organisations", "4", "--times", "1")

    assert re.search(r"why it changed +\d+ ms", told)
