"""Deeds that happen at the same moment, each in a thread and a transaction of its own."""

from threading import Barrier, Thread

from lms.db import db
from lms.errors import Refused


def together(app, *deeds):
    """Run the deeds in threads that start at the same moment; return what each came to: done, or its refusal."""
    barrier, found = Barrier(len(deeds)), []

    def run(deed):
        with app.app_context():
            barrier.wait()
            try:
                deed()
                db.session.commit()
                found.append("done")
            except Refused as refused:
                db.session.rollback()
                found.append(refused.code)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(found)
