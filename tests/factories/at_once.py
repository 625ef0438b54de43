"""Deeds that happen at the same moment, each in a thread and a transaction of its own."""

from threading import Barrier, Event, Thread

from lms.db import db
from lms.db.at_once import again
from lms.errors import Refused

#: How long the later deed may go on before the earlier one's transaction ends.
HEAD_START_S = 0.25


def together(app, *deeds):
    """Run the deeds in threads that start at the same moment; return what each came to: done, or its refusal."""
    barrier, found = Barrier(len(deeds)), []

    def run(deed):
        with app.app_context():
            barrier.wait()
            found.append(_outcome(deed))

    _in_threads([Thread(target=run, args=(deed,)) for deed in deeds])
    return sorted(found)


def overlapping(app, earlier, later):
    """Begin `later` when `earlier` is done but not committed yet; return what each came to, in this order.

    `later` may be a request, which has a context of its own: what it returns is what it came to.
    """
    found, did, begun = {}, Event(), Event()

    def first():
        with app.app_context():
            try:
                earlier()
            finally:
                did.set()
            begun.wait(timeout=10)
            # As long as nothing is committed the later one waits, or goes on by what was before.
            Event().wait(HEAD_START_S)
            db.session.commit()
            found["earlier"] = "done"
            db.session.remove()

    def second():
        did.wait(timeout=10)
        begun.set()
        with app.app_context():
            found["later"] = _outcome(later)

    _in_threads([Thread(target=first), Thread(target=second)])
    return [found.get("earlier"), found.get("later")]


def _outcome(deed):
    def whole():
        result = deed()
        db.session.commit()
        return result

    try:
        result = again(whole)
        return result if isinstance(result, int) and not isinstance(result, bool) else "done"
    except Refused as refused:
        db.session.rollback()
        return refused.code
    finally:
        db.session.remove()


def _in_threads(threads):
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
