"""A small site behind `lms.serving.answering.Worker`, one process of three threads, for `test_answering.py`.

python answering_site.py PORT MAX_REQUESTS
"""

import sys
import threading
import time

from lms.serving import Server
from lms.serving.answering import Worker

WAITING, RELEASED = threading.Semaphore(0), threading.Event()


def site(environ, start_response):
    path = environ["PATH_INFO"]
    body = environ["wsgi.input"].read()
    if path == "/slow":
        WAITING.release()
        RELEASED.wait(30)
    if path == "/waiting":
        # Answered once a slow page has begun that nobody asked after yet.
        WAITING.acquire(timeout=30)
    if path == "/release":
        RELEASED.set()
        RELEASED.clear()
    if path == "/pause":
        WAITING.release()
        time.sleep(1)
    if path == "/ends":
        raise SystemExit
    text = f"{threading.current_thread().name} {path} {len(body)}".encode()
    start_response("200 OK", [("Content-Length", str(len(text)))])
    return [text]


if __name__ == "__main__":
    Server(
        site,
        {
            "bind": f"127.0.0.1:{sys.argv[1]}",
            "workers": 1,
            "threads": 3,
            "worker_class": Worker,
            "max_requests": int(sys.argv[2]),
            "loglevel": "warning",
            "keepalive": 5,
        },
    ).run()
