"""From 5,000,000 pieces of evidence to a stored run on PostgreSQL. Run by hand, on an empty database:

    tools/postgres.sh run bash -c \
      'python tests/benchmarks/index_evidence.py --database "$BARAZA_TEST_DATABASE_URL"'
    [--pieces 5000000] [--organisations N] [--reference 0.01] [--as-of 2026-06-01] [--filled]

Migrates the database, fills it, and runs `lms index compute` in a process of its own, which tells seconds of the
clock, seconds of its processor, its peak memory and how both times fall on its parts. Goal: 60 s and 2 GB for
5,000,000 pieces. Then a plain loop over the ORM's rows does the same for a share of the organisations in another
process (`--reference`): groups and raw values are compared with those of the stored run, its time is scaled up. On
a machine that does other things as well the seconds of the processor say more, but those of the database's own
processes are not among them.

The mix is about that of the demo: five of six pieces are about people (near half of them from exercises, a
third from quizzes, the rest observed tasks and what levels ask for besides), one of six is about an organisation;
3 % were superseded or withdrawn, some of them after the day of the run. People hold posts, have left them or never
held one; a tenth of the posts is vacant.

The database fills itself (`INSERT … SELECT generate_series`, index_evidence.sql). The ledger's triggers stay: they
refuse changes and deletions, and rows are only added. `session_replication_role = replica` leaves out triggers and
the checks of foreign keys for the transaction of the fill alone (it needs a superuser); the plain indexes of the
evidence are dropped before and made again after it, as they were.
"""

import argparse
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from index_plain import compared, plain_figures, plain_rows

PERSONAL = (5, 6)
PIECES_EACH, POSTS_EACH, PIECES_OF_ONE = 2500, 24, 40
#: Evidence reaches back so many days before the day of the run, and so many beyond it.
BEFORE, BEYOND = 1095, 30
GOAL_S, GOAL_MB, GOAL_PIECES = 60.0, 2000.0, 5_000_000

COMPETENCIES = [f"{domain}-0{n}" for domain in ("gov", "sec", "cri", "coo") for n in range(1, 7)]

#: Statements by name.
STATEMENTS = dict(
    part.partition("\n")[::2]
    for part in Path(__file__).with_suffix(".sql").read_text().split("-- name: ")[1:]
)


def fill(pieces: int, organisations: int, day: date) -> None:
    """Fill the migrated, empty database of the application at hand."""
    from sqlalchemy import bindparam, text
    from sqlalchemy.dialects.postgresql import ARRAY
    from sqlalchemy.types import Text

    from lms.db import db

    personal = pieces * PERSONAL[0] // PERSONAL[1]
    values: dict[str, Any] = {
        "organisations": organisations,
        "people": max(1, personal // PIECES_OF_ONE),
        "posts": POSTS_EACH,
        "day": day,
        "first": day - timedelta(days=BEFORE),
        "days": BEFORE + BEYOND,
        "competencies": COMPETENCIES,
        "several": len(COMPETENCIES),
    }

    def run(statement: str, **more: Any) -> None:
        known = {name: one for name, one in {**values, **more}.items() if f":{name}" in statement}
        listed = [bindparam(n, type_=ARRAY(Text)) for n in known if n == "competencies"]
        db.session.execute(text(statement).bindparams(*listed), known)

    if db.session.scalar(text("SELECT count(*) FROM organisations")):
        raise SystemExit(
            "The database is not empty: give one that is, such as tools/postgres.sh makes."
        )
    indexes = db.session.execute(text(STATEMENTS["plain_indexes"])).all()
    run("SET LOCAL session_replication_role = replica")
    run("SET LOCAL maintenance_work_mem = '512MB'")
    for name, _definition in indexes:
        run(f"DROP INDEX {name}")
    for name in ("chance", "organisations", "people", "posts", "requirements", "incumbencies"):
        run(STATEMENTS[name])
    for name, size in (("about_people", personal), ("about_organisations", pieces - personal)):
        for start in range(0, size, 500_000):
            run(STATEMENTS[name], start=start, stop=min(start + 500_000, size) - 1, size=size)
            print(f"  {min(start + 500_000, size):,} of {size:,}", flush=True)
    run(STATEMENTS["ends"])
    for _name, definition in indexes:
        run(definition)
    db.session.commit()
    # As a site's database does by itself after a while: a throw-away one does not.
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE)"))


#: Functions of `lms.capacity` that are timed.
PARTS = (
    ("operations", "observed_on"),
    ("reading", "_requirements"),
    ("reading", "_items"),
    ("reading", "_records"),
    ("reading", "observe"),
    ("operations", "compute"),
    ("operations", "_packed"),
    ("operations", "_store"),
)


class Clock:
    """Seconds of the clock and of the processor, by part."""

    def __init__(self) -> None:
        self.told: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        begun, busy = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            self.told[name][0] += time.perf_counter() - begun
            self.told[name][1] += time.process_time() - busy

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            with self.part(name):
                return function(*given, **named)

        return run


def peak_mb() -> float:
    """Peak memory of this process; that of the one that started it does not count."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def compute_part(day: date) -> dict[str, Any]:
    """The command itself, with its parts timed."""
    clock = Clock()
    with clock.part("whole"):
        with clock.part("start"):
            from lms.capacity import operations, reading
            from lms.cli import main
        for module, part in PARTS:
            place = operations if module == "operations" else reading
            setattr(place, part, clock.timed(part, getattr(place, part)))
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            try:
                sys.argv = ["lms", "index", "compute", "--as-of", day.isoformat()]
                main()
            except SystemExit as left:
                if left.code:
                    raise
    return {"parts": clock.told, "peak": peak_mb()}


def reference_part(day: date, share: float) -> dict[str, Any]:
    """A plain loop over the ORM's rows of some organisations, and how it differs from the stored run."""
    from lms.app import create_app

    with create_app().app_context():
        clock = Clock()
        with clock.part("whole"):
            with clock.part("reading"):
                codes, posts, pieces = plain_rows(day, share)
            with clock.part("figures"):
                figures = plain_figures(codes, posts, pieces, day)
        peak = peak_mb()
        return {
            "parts": clock.told,
            "peak": peak,
            "pieces": len(pieces),
            "organisations": len(codes),
            **compared(figures, codes, day),
        }


def child(part: str, given: argparse.Namespace, environment: dict[str, str]) -> dict[str, Any]:
    """What a part tells of itself, done in a process of its own."""
    command = [sys.executable, __file__, "--part", part, "--database", given.database]
    command += ["--as-of", given.as_of, "--reference", str(given.reference)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{part} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def line(name: str, times: list[float], more: str = "") -> None:
    print(f"  {name:28} {times[0]:8.2f} s, processor {times[1]:8.2f} s{more}", flush=True)


def report(found: dict[str, Any], pieces: int) -> None:
    parts = found["parts"]
    whole = parts["whole"]
    print(f"lms index compute over {pieces:,} pieces")
    reading = less(parts["observed_on"], parts["observe"])
    named = {
        "start of the command": parts["start"],
        "reading": reading,
        "observations": parts["observe"],
        "engine": parts["compute"],
        "storing": parts.get("_store", [0.0, 0.0]),
    }
    within = {
        "reading": {
            "posts": parts["_requirements"],
            "about people": parts["_items"],
            "about organisations": parts["_records"],
        },
        "storing": {"packing the inputs": parts["_packed"]},
    }
    rest = whole
    for times in named.values():
        rest = less(rest, times)
    for name, times in {**named, "commit, printing, the rest": rest}.items():
        line(name, times)
        for inner, own in within.get(name, {}).items():
            line(f"  {inner}", own)
    goal = f"; goal {GOAL_S:g} s" if pieces >= GOAL_PIECES else ""
    line("whole", whole, f"{goal}; peak {found['peak']:.0f} MB (goal {GOAL_MB:g} MB)")


def less(times: list[float], others: list[float]) -> list[float]:
    return [a - b for a, b in zip(times, others, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", required=True, help="an empty PostgreSQL database")
    parser.add_argument("--pieces", type=int, default=GOAL_PIECES)
    parser.add_argument("--organisations", type=int, help="one for each 2,500 pieces without it")
    parser.add_argument("--reference", type=float, default=0.01, help="share of the organisations")
    parser.add_argument("--as-of", default="2026-06-01")
    parser.add_argument("--filled", action="store_true", help="the database is filled already")
    parser.add_argument("--part", choices=("compute", "reference"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    day = date.fromisoformat(given.as_of)
    if given.part:
        told = (
            compute_part(day) if given.part == "compute" else reference_part(day, given.reference)
        )
        print(json.dumps(told))
        return
    with tempfile.TemporaryDirectory(prefix="index-evidence-") as folder:
        environment = os.environ | {
            "BARAZA_INSTANCE": folder,
            "BARAZA_DATABASE_URL": given.database,
            "BARAZA_SECRET_KEY": "for the benchmark alone",
        }
        if not given.filled:
            prepare(given, environment, day)
        report(child("compute", given, environment), given.pieces)
        plain = child("reference", given, environment)
        whole = plain["parts"]["whole"]
        print(
            f"plain loop over the ORM's rows of {plain['organisations']} organisations, {plain['pieces']:,} pieces"
        )
        scaled = whole[0] / plain["pieces"] * given.pieces
        line("reading", plain["parts"]["reading"])
        line("figures", plain["parts"]["figures"])
        line("whole", whole, f"; {scaled:.0f} s for all pieces, without engine and storing")
        print(f"  peak {plain['peak']:.0f} MB; {plain['difference']}")
        print(f"  evidence hash {plain.get('hash')}")


def prepare(given: argparse.Namespace, environment: dict[str, str], day: date) -> None:
    """Migrate and fill the database."""
    from flask_migrate import upgrade

    from lms.app import create_app

    os.environ.update(environment)
    begun = time.perf_counter()
    with create_app().app_context():
        upgrade()
        fill(given.pieces, given.organisations or max(10, given.pieces // PIECES_EACH), day)
    print(f"filled with {given.pieces:,} pieces in {time.perf_counter() - begun:.0f} s", flush=True)


if __name__ == "__main__":
    main()
