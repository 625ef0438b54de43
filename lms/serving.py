"""`lms serve`: gunicorn for the pages, a worker beside it for the jobs."""

import gc
import os
import signal
import subprocess
import sys
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from gunicorn.app.base import BaseApplication

from lms.courses.library import library
from lms.db import db


class Server(BaseApplication):
    """gunicorn, configured from here rather than from its command line."""

    def __init__(self, app: Flask, options: dict[str, Any]) -> None:
        self.site = app
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.options.items():
            self.cfg.set(key, value)

    def load(self) -> Flask:
        return self.site


#: Seconds after which a thread that works lets another one on. Threads of a process take turns; at the ordinary
#: 5 ms one that comes back from the database waits as long as fifty short statements take, and may hold the
#: write lock meanwhile.
TURN_S = 0.0005


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
    "--threads", default=4, show_default=True, type=click.IntRange(1, 64), help="In each of them."
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
    sys.setswitchinterval(TURN_S)
    worker = subprocess.Popen([sys.executable, "-m", "lms.cli", "jobs", "work"], env=os.environ)
    click.echo(f"http://{host}:{port}", err=True)
    try:
        Server(
            app,
            {
                "bind": f"{host}:{port}",
                "workers": workers,
                "threads": threads,
                "worker_class": "gthread",
                # A process that grew is replaced now and then; the new one begins with all that is read already.
                "max_requests": 50_000,
                "max_requests_jitter": 5_000,
                "loglevel": "warning",
                "timeout": 60,
            },
        ).run()
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=10)
