"""`lms serve`: gunicorn for the pages, a worker beside it for the jobs."""

import gc
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click
from flask import current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication

from lms.courses.library import library
from lms.db import db
from lms.serving.answering import Worker

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


#: Seconds after which a thread that works lets another one on, where several do. At the ordinary 5 ms one that
#: comes back from the database waits as long as fifty short statements take.
SWITCH_S = 0.0005


def free_core(cores: Iterable[int], taken: Iterable[int]) -> int:
    """The core that the fewest processes have, the lowest of several."""
    counts = Counter(taken)
    return min(sorted(cores), key=lambda core: counts[core])


def _choose_core(arbiter: Any, worker: Any) -> None:
    """Before a process is made: the core that none of the others has."""
    others = (getattr(one, "core", None) for one in arbiter.WORKERS.values())
    worker.core = free_core(os.sched_getaffinity(0), (one for one in others if one is not None))


def _keep_to_core(_arbiter: Any, worker: Any) -> None:
    os.sched_setaffinity(0, {worker.core})


def keeping_to_cores(workers: int) -> dict[str, Any]:
    """Settings that keep each process to a core of its own, where there are as many; none where that can't be.

    Its threads pass pages on to one another, and what one has in the core's own memory the next one finds there.
    """
    if not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) != workers:
        return {}
    return {"pre_fork": _choose_core, "post_fork": _keep_to_core}


class Server(BaseApplication):
    """gunicorn, configured from here rather than from its command line."""

    def __init__(self, app: "WSGIApplication", options: dict[str, Any]) -> None:
        self.site = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> "WSGIApplication":
        return self.site


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--workers",
    default=min(os.cpu_count() or 1, 4),
    show_default="one for each core, four at most",
    type=click.IntRange(1, 64),
    help="Processes that serve pages.",
)
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1, 64),
    help="In each of them: so many long pages and slow uploads at a time.",
)
@with_appcontext
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the site and run its jobs until stopped with Ctrl-C."""
    # Nothing that was opened here may be shared with the processes that serve.
    db.session.remove()
    db.engine.dispose()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    library()
    # The processes share what is read by now: the collector need not look at it again, and so copies none of it.
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(SWITCH_S)
    worker = subprocess.Popen([sys.executable, "-m", "lms.cli", "jobs", "work"], env=os.environ)
    click.echo(f"http://{host}:{port}", err=True)
    try:
        Server(
            app.wsgi_app,
            {
                "bind": f"{host}:{port}",
                "workers": workers,
                "threads": threads,
                "worker_class": Worker,
                # A process that grew is replaced now and then; the new one begins with all that is read already.
                "max_requests": 50_000,
                "max_requests_jitter": 5_000,
                # Seconds for which whoever reads a page can ask for the next without connecting anew, which takes
                # seconds itself on a weak link. No thread waits for it.
                "keepalive": 15,
                "loglevel": "warning",
                "timeout": 60,
                **keeping_to_cores(workers),
            },
        ).run()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=10)
