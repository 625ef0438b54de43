"""Runs jobs, one after another, until told to stop."""

import logging
import threading
from functools import partial

from flask import Flask

from lms import clock
from lms.db import db
from lms.db.at_once import again
from lms.jobs import operations
from lms.jobs.operations import Cancelled, Claim, Handler

log = logging.getLogger(__name__)


def handlers(app: Flask) -> dict[str, Handler]:
    """The handlers of the site by kind of job; features add theirs in `init_app`."""
    return app.extensions.setdefault("lms.jobs", {})


def run_one(app: Flask) -> bool:
    """Claim and run one job; False when nothing was due. A fault is kept with the job and never raised."""
    with app.app_context():
        claimed = operations.claim(at=clock.now())
        if claimed is None:
            return False
        _run(app, claimed)
        return True


def _run(app: Flask, claimed: Claim) -> None:
    try:
        again(partial(_do, app, claimed))
    except Cancelled:
        db.session.rollback()
        operations.cancelled(claimed, at=clock.now())
    except Exception as error:
        # The one place that may catch all: a fault costs this job, and never the worker.
        log.exception("job %s (%s) failed", claimed.id, claimed.kind)
        db.session.rollback()
        operations.fail(claimed, f"{type(error).__name__}: {error}", at=clock.now())


def _do(app: Flask, claimed: Claim) -> None:
    handlers(app)[claimed.kind](claimed)
    operations.finish(claimed, at=clock.now())
    db.session.commit()


def run_until_idle(app: Flask, most: int = 1000) -> int:
    """Run what is due, at most `most` jobs; return how many."""
    done = 0
    while done < most and run_one(app):
        done += 1
    return done


def run_forever(app: Flask, stop: threading.Event, pause_s: float = 1.0) -> None:
    """Run jobs until `stop` is set, looking for new ones every `pause_s` seconds."""
    while not stop.is_set():
        if not run_one(app):
            stop.wait(pause_s)
