"""How long the capacity pages take on a run of many organisations.

    python tests/benchmarks/capacity_pages.py [--organisations 2000] [--times 7] [--folder FOLDER]

Makes a site in a temporary folder, or in the one given, where it is measured again the next time (SQLite), with a
made-up methodology of 24 indicators in six dimensions and two runs of 1,000 draws half a year apart, and asks each
page as a programme manager of the whole does: once to warm up, then so many times. Prints the median, the slowest
(both in milliseconds) and the size of the page. The requests go through Flask's test client in this process: no
network, and no second worker.
"""

import argparse
import gzip
import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask_migrate import upgrade

sys.path.insert(0, str(Path(__file__).parents[1]))

from factories.capacity import make_observed
from lms import clock
from lms.accounts import operations as accounts
from lms.accounts.models import Organisation, SignIn
from lms.accounts.rules import OrganisationKind, Role, digest
from lms.app import create_app
from lms.capacity import operations
from lms.capacity.observations import Observed
from lms.db import db
from lms.index import Observation

DAYS = (date(2026, 3, 1), date(2026, 9, 1))
AT = datetime(2026, 9, 2, 12, tzinfo=UTC)
METHODOLOGY: dict[str, Any] = {
    "key": operations.DEFAULT_METHODOLOGY,
    "version": "made-up",
    "bands": [{"key": "nascent", "from": 0}, {"key": "functional", "from": 0.5}],
    "dimensions": [
        {
            "key": f"d{number}",
            "indicators": [
                {"key": f"d{number}-i{place}", "unit": "share", "statistic": "mean"}
                for place in range(4)
            ],
        }
        for number in range(6)
    ],
}


def made_up(codes: list[str], day: date) -> Observed:
    """Five of eight groups for each organisation and indicator, of which a fifth changes between the two days."""
    observations: list[Observation] = []
    populations: dict[tuple[str, str], int] = {}
    for code in codes:
        stream = random.Random(code)
        strength = stream.uniform(0.2, 0.8)
        for dimension in METHODOLOGY["dimensions"]:
            for indicator in dimension["indicators"]:
                key = indicator["key"]
                populations[code, key] = 8
                for group in range(5):
                    value = min(1.0, max(0.0, stream.gauss(strength, 0.2)))
                    moved = group == 0 and day == DAYS[-1]
                    name = f"{code}-{key}-{group}{'-new' if moved else ''}"
                    observations.append(
                        Observation(
                            code,
                            key,
                            min(1.0, value + 0.1) if moved else value,
                            id=name,
                            unit="share",
                            observed_on=day if moved else date(2026, 2, 1),
                            group=str(group),
                            assessor="somebody-else",
                        )
                    )
    return make_observed(observations, populations)


def build(app: Any, count: int) -> str:
    """Make organisations, a programme manager and two runs; return the manager's token."""
    roof = accounts.add_organisation(
        code="roof", name="Roof", kind=OrganisationKind.PEACE_OPERATION, parent=None, by=None, at=AT
    )
    db.session.flush()
    for number in range(count):
        key = uuid4()
        db.session.add(
            Organisation(
                id=key,
                parent_id=roof.id,
                path=f"{roof.path}{key}/",
                code=f"o{number:05d}",
                kind=OrganisationKind.LOCAL_GOVERNMENT,
                name=f"District {number}",
                names={"ar": f"مقاطعة {number}"},
            )
        )
    manager = accounts.add_user(sign_in_name="manager", name="Manager", by=None, at=AT)
    accounts.add_membership(manager, roof, Role.PROGRAMME_MANAGER, by=None, at=AT)
    token = uuid4().hex
    db.session.add(SignIn(token_hash=digest(token), user=manager, started_at=clock.now()))
    db.session.commit()
    codes = [f"o{number:05d}" for number in range(count)]
    operations.methodology_mapping = lambda _key: METHODOLOGY
    for day in DAYS:
        operations.observed_on = lambda as_of, _methodology: made_up(codes, as_of)
        operations.compute_run(day, by=None, at=AT)
        db.session.commit()
    return token


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--organisations", type=int, default=2000)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="keep the site here and use it again")
    parser.add_argument("--only", default="", help="pages whose name begins so")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="capacity-pages-"))
    folder.mkdir(exist_ok=True)
    known = folder / "token"
    app = create_app(
        {
            "INSTANCE": str(folder),
            "DATABASE_URL": f"sqlite:///{folder / 'site.sqlite'}",
            "SECRET_KEY": "for the benchmark alone",
            "PUBLIC_URL": "http://localhost",
        }
    )
    with app.app_context():
        upgrade()
        if known.exists():
            token = known.read_text()
        else:
            begun = time.perf_counter()
            token = build(app, given.organisations)
            known.write_text(token)
            taken = time.perf_counter() - begun
            print(f"made and stored two runs of {given.organisations} organisations: {taken:.0f} s")
        ids = dict(db.session.execute(db.select(Organisation.code, Organisation.id)).all())
    browser = app.test_client()
    with browser.session_transaction() as cookie:
        cookie["token"], cookie["language"] = token, "en"
    one, other = ids["o00003"], ids[f"o{given.organisations - 1:05d}"]
    pages = {
        "dashboard": "/capacity/",
        "dashboard, page 20": "/capacity/?page=20",
        "dashboard, search": "/capacity/?q=district+19",
        "one organisation": f"/capacity/organisations/{one}",
        "why it changed": f"/capacity/organisations/{one}/why",
        "checks": f"/capacity/organisations/{one}/checks",
        "comparison, form": "/capacity/compare",
        "comparison": f"/capacity/compare?a={one}&b={other}",
        "what if, form": "/capacity/what-if",
    }
    for name, path in pages.items():
        if not name.startswith(given.only):
            continue
        answer = browser.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{name}: {answer.status_code}")
        times = []
        for _time in range(given.times):
            begun = time.perf_counter()
            answer = browser.get(path)
            times.append((time.perf_counter() - begun) * 1000)
        size = len(answer.data)
        packed = len(gzip.compress(answer.data))
        print(
            f"{name:22} {statistics.median(times):8.0f} ms, slowest {max(times):6.0f} ms, "
            f"{size / 1000:6.0f} kB ({packed / 1000:.0f} kB compressed)"
        )


if __name__ == "__main__":
    main()
