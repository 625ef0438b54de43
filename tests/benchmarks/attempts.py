"""How many whole attempts a second the site carries: start, answer and submit twenty questions over HTTP.

    python tests/benchmarks/attempts.py [--users 1 8 32] [--turns 10] [--seconds 1] [--database URL]

Serves the site as `lms serve` does (gunicorn, a process for each core), on SQLite or the PostgreSQL of
--database, an empty one. So many users sit attempts at a time, each attempt with a connection of its own and by
the next of ten people for each of them, as people come one after the other to the computers of a hall. Two ways:

- *saving*: seven requests: the page of the assessment, start, the questions, two saves of ten answers, hand in,
  result. So does a page with script, which saves while one answers.
- *at once*: five: the page, start, the questions, all twenty answers handed in, result. So does a page without
  script, and so was Moodle measured: its seven requests save the answers once, and two of them are its summary
  and the hand-in after it, which here are one.

Prints attempts a second over all turns, with the slowest and the fastest turn; the median and the slowest 5 % of
an attempt's time. The client runs on the same machine and takes its part of it: the figures are a lower bound.

The machine may be twice as fast in one second as in the next. So each turn begins with one of `floor.py`, a site
of the same parts that does nothing, asked as often: how many times as many attempts it carries is the figure that
can be compared with that of another day. It is the median of the turns, with the quartiles.
"""

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, product
from pathlib import Path
from random import choice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from lms.accounts import operations as accounts
from lms.accounts.models import SignIn
from lms.accounts.rules import OrganisationKind, Role, digest
from lms.app import create_app
from lms.clock import now
from lms.courses.operations import publish_all
from lms.db import db

ASSESSMENT = """key: twenty
course: local-governance-after-conflict
title: {en: Twenty questions}
pass_mark: "80"
time_limit_minutes: 60
draws:
  - {bank: local-governance-after-conflict, count: 12, type: single_choice}
  - {bank: local-governance-after-conflict, count: 4, type: multiple_choice}
  - {bank: local-governance-after-conflict, count: 4, type: true_false}
"""
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
FIELD = re.compile(r'<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]+)"')
SELECT = re.compile(r'<select id="[^"]*" name="([^"]+)"[^>]*>.*?value="([^"]+)"', re.DOTALL)
#: People for each user: whoever sits an attempt has sat a few before, not hundreds.
PEOPLE = 10
#: Moodle 4.3 with opcache and PostgreSQL on two cores of this kind: attempts a second by users.
MOODLE = {1: 2.2, 8: 3.8, 32: 4.1}


def build(folder: Path, url: str, people: int) -> tuple[dict[str, str], list[str]]:
    """Make the site and its people; return the environment of the server and a cookie for each of them."""
    (folder / "assessments" / "assessments").mkdir(parents=True)
    (folder / "assessments" / "assessments" / "twenty.yaml").write_text(ASSESSMENT)
    settings = {
        "INSTANCE": str(folder / "instance"),
        "DATABASE_URL": url,
        "ASSESSMENTS_DIRS": str(folder / "assessments"),
        "SECRET_KEY": "for the benchmark alone",
        "PUBLIC_URL": "http://127.0.0.1",
    }
    environment = os.environ | {f"BARAZA_{name}": value for name, value in settings.items()}
    app = create_app({**settings, "ASSESSMENTS_DIRS": (str(folder / "assessments"),)})
    cookies = []
    with app.app_context():
        upgrade()
        publish_all(by=None, at=now())
        home = accounts.add_organisation(
            code=f"bench-{time.time_ns()}",
            name="Bench",
            kind=OrganisationKind.LOCAL_GOVERNMENT,
            parent=None,
            by=None,
            at=now(),
        )
        serializer = app.session_interface.get_signing_serializer(app)
        for number in range(people):
            user = accounts.add_user(
                sign_in_name=f"u{time.time_ns()}-{number}",
                name=f"Person {number}",
                by=None,
                at=now(),
            )
            accounts.add_membership(user, home, Role.LEARNER, by=None, at=now())
            token = f"token-{time.time_ns()}-{number}"
            db.session.add(SignIn(token_hash=digest(token), user=user, started_at=now()))
            # What Flask-WTF would put there at the first form.
            held = {"token": token, "language": "en", "_permanent": True}
            cookies.append(f"baraza={serializer.dumps(held)}")
        db.session.commit()
        if db.engine.dialect.name == "postgresql":
            # As its own housekeeping does within a minute; without, it knows nothing of the tables.
            db.session.execute(text("ANALYZE"))
            db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return environment, cookies


class Browser:
    """One person's browser for one attempt: a connection that stays open, and a cookie.

    It reads of an answer only what it needs: the client shares the machine with what it measures.
    """

    def __init__(self, port: int, cookie: str) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = port
        self.cookie = cookie

    def close(self) -> None:
        self.connection.close()

    def get(self, path: str) -> str:
        return self._answer("GET", path, b"", "")[1]

    def post(self, path: str, fields: dict[str, str], autosave: bool = False) -> tuple[str, str]:
        more = "Content-Type: application/x-www-form-urlencoded\r\n"
        if autosave:
            more += "X-Autosave: 1\r\n"
        return self._answer("POST", path, urlencode(fields).encode(), more)

    def _answer(self, method: str, path: str, body: bytes, more: str) -> tuple[str, str]:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n"
            f"{more}Content-Length: {len(body)}\r\n\r\n"
        )
        self.connection.sendall(head.encode() + body)
        received = b""
        while b"\r\n\r\n" not in received:
            received += self._more()
        headers, _end, content = received.partition(b"\r\n\r\n")
        lines = headers.decode().split("\r\n")
        length, location = 0, ""
        for line in lines[1:]:
            name, _colon, value = line.partition(": ")
            lowered = name.lower()
            if lowered == "content-length":
                length = int(value)
            elif lowered == "location":
                location = value
            elif lowered == "set-cookie" and value.startswith(("baraza=", "session=")):
                self.cookie = value.split(";")[0]
        parts = [content]
        missing = length - len(content)
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        text = b"".join(parts).decode()
        if int(lines[0].split()[1]) >= 400:
            raise RuntimeError(f"{lines[0]}: {text[:300]}")
        return location, text

    def _more(self) -> bytes:
        received = self.connection.recv(262_144)
        if not received:
            raise RuntimeError("the server closed the connection")
        return received


def begin(browser: Browser) -> tuple[str, str, dict[str, str]]:
    """Three requests: the page, start, the questions. The attempt's address, its token, any answer to each."""
    intro = browser.get("/assessments/twenty")
    token = TOKEN.search(intro)[1]
    place, _body = browser.post("/assessments/twenty/start", {"csrf_token": token})
    page = browser.get(place)
    offered: dict[str, list[str]] = {}
    for name, value in (*FIELD.findall(page), *SELECT.findall(page)):
        offered.setdefault(name, []).append(value)
    return place, TOKEN.search(page)[1], {name: choice(values) for name, values in offered.items()}


def saving(browser: Browser) -> None:
    """One whole attempt whose answers are saved on the way: seven requests."""
    place, token, answers = begin(browser)
    names = sorted(answers)
    half = len(names) // 2
    for chosen in (names[:half], names[half:]):
        sent = {"csrf_token": token, **{name: answers[name] for name in chosen}}
        browser.post(place, sent, autosave=True)
    hand_in(browser, place, {"csrf_token": token})


def at_once(browser: Browser) -> None:
    """One whole attempt whose answers are sent when it is handed in: five requests."""
    place, token, answers = begin(browser)
    hand_in(browser, place, {"csrf_token": token, **answers})


def hand_in(browser: Browser, place: str, sent: dict[str, str]) -> None:
    """Two requests: hand in, and read the result."""
    result, _body = browser.post(place, {**sent, "submit": "1"})
    if "passed" not in browser.get(result):
        raise RuntimeError("no result")


def measure(
    port: int, cookies: list[str], users: int, seconds: float, sit_one: Callable[[Browser], None]
) -> tuple[float, list[float]]:
    """Let people sit attempts for so long, so many at a time; return attempts a second and the time of each."""
    times: list[float] = []
    faults: list[Exception] = []
    stop = time.perf_counter() + seconds

    def sit(own: Sequence[str]) -> None:
        people = cycle([[cookie] for cookie in own])
        try:
            while time.perf_counter() < stop:
                begun = time.perf_counter()
                person = next(people)
                browser = Browser(port, person[0])
                sit_one(browser)
                browser.close()
                person[0] = browser.cookie
                times.append(time.perf_counter() - begun)
        except Exception as fault:
            faults.append(fault)

    begun = time.perf_counter()
    threads = [
        threading.Thread(target=sit, args=(cookies[place::users],)) for place in range(users)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return len(times) / (time.perf_counter() - begun), times


def floor_of(saves: int) -> Callable[[Browser], None]:
    """An attempt of the site that does nothing: as many requests of the same kinds."""

    def sit_one(browser: Browser) -> None:
        token = TOKEN.search(browser.get("/assessments/twenty"))[1]
        place, _body = browser.post("/assessments/twenty/start", {"csrf_token": token})
        browser.get(place)
        answers = {f"question-{number}:answer": "an-option" for number in range(10)}
        for _save in range(saves):
            browser.post(place, {"csrf_token": token, **answers}, autosave=True)
        browser.post(place, {"csrf_token": token, "submit": "1"})
        browser.get(place)

    return sit_one


class Way(NamedTuple):
    """How an attempt is sat, and as many requests of the site that does nothing."""

    name: str
    sit: Callable[[Browser], None]
    floor: Callable[[Browser], None]


WAYS = (Way("saving", saving, floor_of(2)), Way("at once", at_once, floor_of(0)))


@contextmanager
def serving(
    command: Sequence[str], environment: dict[str, str], port: int, python: str = sys.executable
) -> Iterator[None]:
    """A server that runs within it, from the moment when it listens."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    server = subprocess.Popen([python, *command], env=environment, **quiet)
    try:
        wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait(20)


def floor_environment(folder: Path, url: str, port: int) -> dict[str, str]:
    """What the site that does nothing is told."""
    on_postgresql = url.replace("postgresql://", "postgresql+psycopg://")
    return os.environ | {
        "FLOOR_PORT": str(port),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "FLOOR_URL": on_postgresql or f"sqlite:///{folder / 'floor.sqlite'}",
    }


def create_floor_serializer() -> Any:
    """What signs the cookies of the site that does nothing."""
    app = Flask(__name__)
    app.secret_key = "for the benchmark alone"
    return app.session_interface.get_signing_serializer(app)


def wait_for(port: int) -> None:
    """Wait until somebody listens: on a busy machine a start takes a while."""
    for _try in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Turn(NamedTuple):
    """Attempts a second of the site and of the one that does nothing, and the time of each attempt."""

    rate: float
    floor: float
    times: list[float]


def told(users: int, turns: Sequence[Turn]) -> str:
    """What came of the turns of so many users, on a line."""
    rates = [one.rate for one in turns]
    times = [time for one in turns for time in one.times]
    slow = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    ratios = [one.floor / one.rate for one in turns]
    low, middle, high = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else ratios * 3
    rate, moodle = statistics.mean(rates), MOODLE.get(users)
    against = f"  {rate / moodle:5.1f} × Moodle" if moodle else ""
    return (
        f"{users:3} users: {rate:6.1f} attempts/s ({min(rates):.1f} to {max(rates):.1f})"
        f"  median {statistics.median(times):.3f} s  slowest 5 % {slow:.3f} s{against}"
        f"  floor {statistics.mean(one.floor for one in turns):.1f}/s,"
        f" {middle:.2f} × as many ({low:.2f} to {high:.2f})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--turns", type=int, default=10)
    parser.add_argument(
        "--seconds", type=float, default=1, help="of a turn; half of it at the floor before"
    )
    parser.add_argument(
        "--floor-python",
        default=sys.executable,
        help="the Python of an environment with the same packages, on which the floor was measured before",
    )
    parser.add_argument("--database", default="", help="PostgreSQL; SQLite without it")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="attempts-"))
    environment, cookies = build(folder, given.database, PEOPLE * max(given.users))
    port, floor_port = free_port(), free_port()
    site = ["-m", "lms.cli", "serve", "--port", str(port)]
    least = [str(Path(__file__).with_name("floor.py"))]
    serializer = create_floor_serializer()
    floor_cookies = [
        f"session={serializer.dumps({'token': str(number)})}"
        for number in range(max(8, *given.users))
    ]
    try:
        with (
            serving(
                least,
                floor_environment(folder, given.database, floor_port),
                floor_port,
                given.floor_python,
            ),
            serving(site, environment, port),
        ):
            # What each worker remembers is the same from then on.
            measure(port, cookies, 8, 2, saving)
            measure(floor_port, floor_cookies, 8, 1, WAYS[0].floor)
            print(f"{'PostgreSQL' if given.database else 'SQLite'}, {os.cpu_count()} cores")
            found: dict[tuple[str, int], list[Turn]] = defaultdict(list)
            for _turn, way, users in product(range(given.turns), WAYS, given.users):
                rate_of_least, _times = measure(
                    floor_port, floor_cookies, users, given.seconds / 2, way.floor
                )
                rate, times = measure(port, cookies, users, given.seconds, way.sit)
                found[way.name, users].append(Turn(rate, rate_of_least, times))
        for way in WAYS:
            print(way.name)
            for users in given.users:
                print(told(users, found[way.name, users]))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
